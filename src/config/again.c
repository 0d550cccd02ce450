/* Commands and options as words. */
#include "config/again.h"

#include "file/file.h"

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
static bool reads(const struct again *was, const char *override)
{
    struct view key = {override, strcspn(override, ".=")};
    for (size_t i = 0; i < pipeline_n_rows; i++)
        if (view_is(key, pipeline_rows[i].name))
            return true;
    for (size_t i = 0; i < was->n_sections; i++)
        if (view_is(key, was->sections[i].key))
            return true;
    return false;
}

struct texts again_words(const struct again *was, struct arena *mem)
{
    const struct texts *set = &was->pipeline->set;
    const char **word = ARENA_ARRAY(mem, const char *, set->n + 2);
    size_t n = 0;
    if (was->data)
        word[n++] = option(mem, "data", again_path(was->data));
    if (was->as_of)
        word[n++] = option(mem, "as-of", was->as_of);
    for (size_t i = 0; i < set->n; i++)
        if (reads(was, set->v[i]))
            word[n++] = option(mem, "set", set->v[i]);
    for (size_t i = 0; i < n; i++) // text that is no UTF-8 cannot stand in JSON
        if (text_utf8_valid(word[i], strlen(word[i])) < strlen(word[i]))
            word[i] = AGAIN_ELSEWHERE;
    return (struct texts){n, word};
}

json_t *again_options(const struct again *was, struct arena *mem)
{
    struct texts words = again_words(was, mem);
    json_t *list = json_array();
    for (size_t i = 0; i < words.n; i++)
        json_array_append_new(list, json_string(words.v[i]));
    return list;
}

static void add_word(struct text *t, const char *word)
{
    text_putc(t, ' ');
    again_word(word, t);
}

const char *again_command(const struct again *was, const char *stage,
                          const struct texts *options, struct arena *mem)
{
    struct text t = {.mem = mem};
    const char *usual = file_join(mem, "artifacts", was->pipeline->name);
    bool elsewhere = strcmp(was->in, usual) != 0, first = strcmp(stage, "ingest") == 0;
    text_addf(&t, "bin/%s", stage);
    add_word(&t, was->operand);
    for (size_t i = 0; options && i < options->n; i++)
        add_word(&t, options->v[i]);
    for (size_t i = 0; !options && i < was->pipeline->set.n; i++)
        add_word(&t, option(mem, "set", was->pipeline->set.v[i]));
    if (elsewhere && !first)
        add_word(&t, option(mem, "in", was->in));
    if (elsewhere)
        add_word(&t, option(mem, "out", was->in));
    return t.p;
}

void again_hint(const struct again *was, const char *stage, const struct texts *options,
                struct arena *mem, struct error *err)
{
    if (err->status == STATUS_INPUT && !err->hint[0])
        error_hint(err, "run '%s'", again_command(was, stage, options, mem));
}
