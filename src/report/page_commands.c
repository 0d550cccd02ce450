/* The commands that make this very report: every stage with the options that its artifact
 * says it was run with, and make's for all of them where it can say the same. */
#include <string.h>

#include "config/again.h"
#include "file/file.h"
#include "report/section.h"

static const char *value_of(const char *word, const char *option)
{
    size_t n = strlen(option);
    return strncmp(word, option, n) == 0 ? word + n : NULL;
}

/* All options of all stages, the report's own behind them. */
static size_t all_words(const struct page *p, const char ***ret)
{
    const struct report *r = p->r;
    size_t n = 0, most = r->place.own.n;

    for (size_t i = 0; i < r->n_used; i++)
        most += r->options[i].words.n;
    *ret = ARENA_ARRAY(p->mem, const char *, most);
    for (size_t i = 0; i < r->n_used; i++)
        for (size_t k = 0; k < r->options[i].words.n; k++)
            (*ret)[n++] = r->options[i].words.v[k];
    for (size_t k = 0; k < r->place.own.n; k++)
        (*ret)[n++] = r->place.own.v[k];
    return n;
}

static bool seen(const char *const *word, size_t n, const char *one)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word[i], one) == 0)
            return true;
    return false;
}

/* The folder that make's OUT names: both folders end as they do below it. */
static const char *out_folder(const struct page *p)
{
    const struct report_place *place = &p->r->place;
    const char *name = p->r->pipeline->name;
    const char *tail = arena_format(p->mem, "/artifacts/%s", name);
    size_t n = strlen(place->artifacts), k = strlen(tail);

    if (strcmp(place->artifacts, AGAIN_ELSEWHERE) == 0)
        return place->reports && strcmp(place->reports, AGAIN_ELSEWHERE) == 0
                   ? AGAIN_ELSEWHERE
                   : NULL;
    if (n <= k || strcmp(place->artifacts + n - k, tail) != 0)
        return NULL;
    const char *out = arena_copy(p->mem, place->artifacts, n - k);
    const char *reports = arena_format(p->mem, "%s/reports/%s", out, name);
    return place->reports && strcmp(place->reports, reports) == 0 ? out : NULL;
}

/* True for what can stand in a variable of make's command line as it is. */
static bool is_plain(const char *value)
{
    return value[strcspn(value, " \t\n'\"\\$#`")] == '\0';
}

/* Adds DATA, and all overrides as one SET; false when make cannot say it. */
static bool add_options(const struct page *p, struct text *t)
{
    struct text set = {.mem = p->mem};
    const char **word;
    size_t n = all_words(p, &word);

    for (size_t i = 0; i < n; i++) {
        const char *data = value_of(word[i], "--data="),
                   *one = value_of(word[i], "--set=");
        if (!is_plain(word[i]) || (!data && !one))
            return false;
        if (data)
            text_addf(t, " DATA=%s", data);
        else if (!seen(word, i, word[i]))
            text_addf(&set, "%s%s", set.n > 0 ? " " : "", one);
    }
    if (set.n > 0)
        text_addf(t, " SET='%s'", set.p);
    return true;
}

/* make's command; false when there is none. */
static bool make_command(const struct page *p, struct text *t)
{
    const struct report_place *place = &p->r->place;
    const char *name = p->r->pipeline->name;
    const char *usual = arena_format(p->mem, "pipeline/%s.yaml", name);

    if (strcmp(place->file, usual) != 0)
        return false;
    text_addf(t, "make train PIPELINE=%s", name);
    if (place->artifacts || place->reports) {
        const char *out = place->artifacts ? out_folder(p) : NULL;
        if (!out || !is_plain(out))
            return false;
        text_addf(t, " OUT=%s", out);
    }
    return add_options(p, t);
}

static void add_word(struct text *t, const char *word)
{
    text_putc(t, ' ');
    again_word(word, t);
}

static void add_folder(const struct page *p, struct text *t, const char *option,
                       const char *folder)
{
    if (folder)
        add_word(t, arena_format(p->mem, "--%s=%s", option, folder));
}

static void add_stage(const struct page *p, const char *stage, const struct texts *words,
                      struct text *t)
{
    const struct report_place *place = &p->r->place;
    bool first = strcmp(stage, "ingest") == 0, last = strcmp(stage, "report") == 0;

    text_addf(t, "%sbin/%s", t->n > 0 ? "\n" : "", stage);
    add_word(t, place->file);
    for (size_t i = 0; i < words->n; i++)
        add_word(t, words->v[i]);
    add_folder(p, t, "in", first ? NULL : place->artifacts);
    add_folder(p, t, last ? "reports" : "out", last ? place->reports : place->artifacts);
}

void page_commands(const struct page *p)
{
    struct text all = {.mem = p->mem}, each = {.mem = p->mem};
    bool whole = make_command(p, &all);

    for (size_t i = 0; i < p->r->n_used; i++)
        add_stage(p, p->r->options[i].stage, &p->r->options[i].words, &each);
    add_stage(p, "report", &p->r->place.own, &each);
    html_elementf(p->h, "p", NULL, "To make this report again from the same data, %s%s:",
                  whole ? "all at once or stage by stage" : "stage by stage",
                  strstr(each.p, "=" AGAIN_ELSEWHERE)
                      ? " (" AGAIN_ELSEWHERE " is a folder outside of this one)"
                      : "");
    if (whole)
        html_element(p->h, "pre", NULL, all.p);
    html_element(p->h, "pre", NULL, each.p);
}
