/* Commands and options as words. */
#include "stage/again.h"

#include "base/date.h"
#include "stage/pipeline.h"

const char *again_path(const char *path)
{
    while (strncmp(path, "./", 2) == 0)
        path += 2;
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

/* The option as one word. */
static const char *option(struct arena *mem, const char *name, const char *value)
{
    return arena_format(mem, "--%s=%s", name, value);
}

/* True when the override is of a key that every stage knows, or of a section of this
 * one: others change nothing here. */
static bool reads(const struct stage *stage, const char *override)
{
    struct view key = {override, strcspn(override, ".=")};
    for (size_t i = 0; i < pipeline_n_rows; i++)
        if (view_is(key, pipeline_rows[i].name))
            return true;
    for (size_t i = 0; i < stage->n_sections; i++)
        if (view_is(key, stage->sections[i].key))
            return true;
    return false;
}

/* Text that is no UTF-8 cannot stand in JSON. */
static void add(json_t *list, const char *word)
{
    json_t *text = json_string(word);
    if (json_array_append_new(list, text ? text : json_string(AGAIN_ELSEWHERE)) != 0)
        out_of_memory(0);
}

json_t *again_options(const struct run *run)
{
    const struct texts *set = &run->pipeline.set;
    json_t *list = json_array();
    char day[16];
    if (run->data)
        add(list, option(run->mem, "data", again_path(run->data)));
    if (run->has_as_of)
        add(list, option(run->mem, "as-of", date_text(run->as_of, day)));
    for (size_t i = 0; i < set->n; i++)
        if (reads(run->stage, set->v[i]))
            add(list, option(run->mem, "set", set->v[i]));
    return list;
}

static void add_word(struct text *t, const char *word)
{
    text_putc(t, ' ');
    again_word(word, t);
}

const char *again_command(const struct run *run, const char *stage,
                          const struct texts *options, struct arena *mem)
{
    struct text t = {.mem = mem};
    const char *usual = file_join(mem, "artifacts", run->pipeline.name);
    bool elsewhere = strcmp(run->in, usual) != 0, first = strcmp(stage, "ingest") == 0;
    text_addf(&t, "bin/%s", stage);
    add_word(&t, run->operand);
    for (size_t i = 0; options && i < options->n; i++)
        add_word(&t, options->v[i]);
    for (size_t i = 0; !options && i < run->pipeline.set.n; i++)
        add_word(&t, option(mem, "set", run->pipeline.set.v[i]));
    if (elsewhere && !first)
        add_word(&t, option(mem, "in", run->in));
    if (elsewhere)
        add_word(&t, option(mem, "out", run->in));
    return t.p;
}

void again_hint(const struct run *run, const char *stage, const struct texts *options,
                struct error *err)
{
    if (err->status == STATUS_INPUT && !err->hint[0])
        error_hint(err, "run '%s'", again_command(run, stage, options, run->mem));
}
