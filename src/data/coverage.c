/* Runs of keys out of quality.json. */
#include "data/coverage.h"

#include <string.h>

#include "base/date.h"

#define SHOWN 6 // runs of keys that a message names of one source

static bool parse_key(const char *s, int32_t *ret)
{
    return !date_parse(view_of(s), strlen(s) == 7 ? "%Y-%m" : "%Y-%m-%d", ret);
}

static enum status read_source(const struct quality_json_source *from, const char *path,
                               struct arena *mem, struct covered_source *ret,
                               struct error *err)
{
    ret->name = from->name;
    ret->n = from->n_complete;
    ret->run = arena_array(mem, ret->n, sizeof *ret->run);
    for (size_t i = 0; i < ret->n; i++) {
        const struct bounds *run = &from->complete[i];
        if (!parse_key(run->first, &ret->run[i][0]) ||
            !parse_key(run->last, &ret->run[i][1]) || ret->run[i][0] > ret->run[i][1] ||
            (i > 0 && ret->run[i][0] <= ret->run[i - 1][1]))
            return document_refuse(path, "sources.complete", err,
                                   "expected months or days that ascend, found %s",
                                   QUOTE(run->first));
    }
    return STATUS_OK;
}

enum status coverage_of(const struct quality_json *quality, const char *path, bool month,
                        struct arena *mem, struct coverage *ret, struct error *err)
{
    struct coverage c = {.month = month, .n = quality->n_sources};
    c.source = ARENA_ARRAY(mem, struct covered_source, c.n);
    for (size_t i = 0; i < c.n; i++)
        TRY(read_source(&quality->source[i], path, mem, &c.source[i], err));
    *ret = c;
    return STATUS_OK;
}

static bool covered(const struct covered_source *s, int32_t key)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->run[middle][1] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->n && s->run[low][0] <= key;
}

void coverage_add_run(struct text *out, bool month, int32_t from, int32_t to, size_t n)
{
    char a[16], b[16];
    int steps = month ? month_difference(to, from) : to - from;
    if (n >= SHOWN) {
        text_puts(out, n == SHOWN ? " and others" : "");
        return;
    }
    const char *first = month ? month_text(from, a) : date_text(from, a);
    const char *last = month ? month_text(to, b) : date_text(to, b);
    text_addf(out, "%s%s", n > 0 ? ", " : "", first);
    if (steps == 1)
        text_addf(out, ", %s", last);
    else if (steps > 1)
        text_addf(out, " to %s (%d %s)", last, steps + 1, month ? "months" : "days");
}

static void add_missing(const struct coverage *c, const struct covered_source *s,
                        int32_t from, int32_t to, struct text *out, bool *any)
{
    size_t n = 0;
    int32_t begun = 0, before = 0;
    bool open = false;
    for (int32_t key = from; key <= to; key = c->month ? month_add(key, 1) : key + 1) {
        bool lacks = !covered(s, key);
        if (lacks && !open) {
            if (n == 0)
                text_addf(out, "%s'%s' lacks ", *any ? "; " : "", s->name);
            begun = key;
        } else if (!lacks && open) {
            coverage_add_run(out, c->month, begun, before, n++);
        }
        open = lacks;
        before = key;
        *any = *any || lacks;
    }
    if (open)
        coverage_add_run(out, c->month, begun, before, n);
}

bool coverage_missing(const struct coverage *c, int32_t from, int32_t to,
                      struct text *out)
{
    bool any = false;
    for (size_t i = 0; i < c->n; i++)
        add_missing(c, &c->source[i], from, to, out, &any);
    return any;
}
