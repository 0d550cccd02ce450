/* Commands and options as words. */
#include "base/again.h"

#include "base/date.h"

const char *again_path(const char *path)
{
    return path[0] == '/' ? AGAIN_ELSEWHERE : path;
}

void again_word(const char *word, struct text *out)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";
    if (word[0] && word[strspn(word, plain)] == '\0') {
        text_puts(out, word);
        return;
    }
    text_putc(out, '\'');
    for (const char *p = word; *p; p++)
        if (*p == '\'')
            text_puts(out, "'\\''");
        else
            text_putc(out, *p);
    text_putc(out, '\'');
}

/* Text that is no UTF-8 cannot stand in JSON. */
static void add(json_t *list, const char *word)
{
    json_t *text = json_string(word);
    if (json_array_append_new(list, text ? text : json_string(AGAIN_ELSEWHERE)) != 0)
        out_of_memory(0);
}

/* The option as one word. */
static const char *option(struct arena *mem, const char *name, const char *value)
{
    return arena_format(mem, "--%s=%s", name, value);
}

json_t *again_options(const struct run *run)
{
    json_t *list = json_array();
    char day[16];
    if (run->data)
        add(list, option(run->mem, "data", again_path(run->data)));
    if (run->has_as_of)
        add(list, option(run->mem, "as-of", date_text(run->as_of, day)));
    for (size_t i = 0; i < run->set.n; i++)
        add(list, option(run->mem, "set", run->set.v[i]));
    return list;
}

static void add_word(struct text *t, const char *word)
{
    text_putc(t, ' ');
    again_word(word, t);
}

const char *again_command(const struct run *run, const char *stage, struct arena *mem)
{
    struct text t = {.mem = mem};
    const char *usual = file_join(mem, "artifacts", run->pipeline.name);
    text_addf(&t, "bin/%s", stage);
    add_word(&t, run->operand);
    for (size_t i = 0; i < run->set.n; i++)
        add_word(&t, option(mem, "set", run->set.v[i]));
    if (strcmp(run->in, usual) != 0 && strcmp(stage, "ingest") != 0)
        add_word(&t, option(mem, "in", run->in));
    if (strcmp(run->in, usual) != 0)
        add_word(&t, option(mem, "out", run->in));
    return t.p;
}

void again_hint(const struct run *run, const char *stage, struct error *err)
{
    if (err->status == STATUS_INPUT && !err->hint[0])
        error_hint(err, "run '%s'", again_command(run, stage, run->mem));
}
