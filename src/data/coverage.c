/* Runs of keys out of quality.json. */
#include "data/coverage.h"

#define SHOWN 6 // runs of keys that a message names of one source

static bool parse_key(const struct timestep *step, const char *s, int32_t *ret)
{
    int32_t last;
    return !timestep_span(step, view_of(s), ret, &last) && *ret == last;
}

static enum status read_source(const struct quality_json_source *from,
                               const struct timestep *step, const char *path,
                               struct arena *mem, struct covered_source *ret,
                               struct error *err)
{
    ret->name = from->name;
    ret->n = from->n_complete;
    ret->run = arena_array(mem, ret->n, sizeof *ret->run);
    for (size_t i = 0; i < ret->n; i++) {
        const struct bounds *run = &from->complete[i];
        if (!parse_key(step, run->first, &ret->run[i][0]) ||
            !parse_key(step, run->last, &ret->run[i][1]) ||
            ret->run[i][0] > ret->run[i][1] ||
            (i > 0 && ret->run[i][0] <= ret->run[i - 1][1]))
            return error_refuse(err, path, "sources.complete",
                                "expected keys that ascend, found %s", QUOTE(run->first));
    }
    return STATUS_OK;
}

enum status coverage_of(const struct quality_json *quality, const char *path,
                        const struct timestep *step, struct arena *mem,
                        struct coverage *ret, struct error *err)
{
    struct coverage c = {.step = step, .n = quality->n_sources};
    c.source = ARENA_ARRAY(mem, struct covered_source, c.n);
    for (size_t i = 0; i < c.n; i++)
        TRY(read_source(&quality->source[i], step, path, mem, &c.source[i], err));
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

void coverage_add_run(struct text *out, const struct timestep *step, int32_t from,
                      int32_t to, size_t n)
{
    char a[TIMESTEP_TEXT], b[TIMESTEP_TEXT];
    int64_t steps = timestep_between(step, from, to);
    if (n >= SHOWN) {
        text_puts(out, n == SHOWN ? " and others" : "");
        return;
    }
    timestep_text(step, from, a);
    timestep_text(step, to, b);
    text_addf(out, "%s%s", n > 0 ? ", " : "", a);
    if (steps == 1)
        text_addf(out, ", %s", b);
    else if (steps > 1)
        text_addf(out, " to %s (%lld %s)", b, (long long)steps + 1, step->units);
}

static void add_missing(const struct coverage *c, const struct covered_source *s,
                        int32_t from, int32_t to, struct text *out, bool *any)
{
    size_t n = 0;
    int32_t begun = 0, before = 0;
    bool open = false;
    for (int32_t key = from; key <= to; key = timestep_add(c->step, key, 1)) {
        bool lacks = !covered(s, key);
        if (lacks && !open) {
            if (n == 0)
                text_addf(out, "%s'%s' lacks ", *any ? "; " : "", s->name);
            begun = key;
        } else if (!lacks && open) {
            coverage_add_run(out, c->step, begun, before, n++);
        }
        open = lacks;
        before = key;
        *any = *any || lacks;
    }
    if (open)
        coverage_add_run(out, c->step, begun, before, n);
}

bool coverage_missing(const struct coverage *c, int32_t from, int32_t to,
                      struct text *out)
{
    bool any = false;
    for (size_t i = 0; i < c->n; i++)
        add_missing(c, &c->source[i], from, to, out, &any);
    return any;
}
