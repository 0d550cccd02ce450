/* What limits the figures of a report, in words.
 *
 * What a table shows about itself is computed: one row that is much of the error, few rows,
 * errors that come in clusters, a span in which nothing is proven.  What it cannot show, how
 * the model was arrived at, is what the pipeline's file says under `limits`. */
#include <string.h>

#include "draw/figure.h"
#include "report/verdict_internal.h"

#define MUCH_OF_ALL (1 / 3.0) // of the squared error, for a single row
enum { FEW_ROWS = 50, LIMITS_OF_SPAN = 3 };

const char *verdict_span(const struct report *r, const struct backtest_json_part *s,
                         struct arena *mem)
{
    const char *name = s == r->backtest.all ? "All origins" : s->name;
    return s->first ? arena_format(mem, "%s, %s – %s", name, s->first, s->last) : name;
}

static void add(struct verdict *v, const char *limit)
{
    v->limit[v->n_limits++] = limit;
}

/* One row is much of the squared error. */
static void limit_worst(const char *span, const struct report_worst *w, struct arena *mem,
                        struct verdict *v)
{
    if (w->key && w->share >= MUCH_OF_ALL)
        add(v, arena_format(mem,
                            "%s: %s alone is %s of the squared error; whatever is better "
                            "there is mostly luck.",
                            span, w->key, PERCENT(w->share)));
}

/* Differences that nothing proves, or only errors that were independent. */
static void limit_chance(const struct report *r, const char *span,
                         const struct backtest_json_versus *versus, struct arena *mem,
                         struct verdict *v)
{
    const char *rival = verdict_baseline(r->pipeline, v->rival->name, mem);
    const char *clustered = verdict_chance(versus->p_clustered, mem);
    if (!(versus->p_clustered >= VERDICT_CHANCE))
        return;
    if (versus->p < VERDICT_CHANCE)
        add(v,
            arena_format(mem,
                         "%s: errors come in clusters. Taken for independent they tell "
                         "the model from %s (%s), but not when that is allowed for "
                         "(%s).",
                         span, rival, verdict_chance(versus->p, mem), clustered));
    else if (v->says != VERDICT_SAME)
        add(v, arena_format(mem, "%s: the model is not distinguishable from %s (%s).",
                            span, rival, clustered));
}

static void limit_span(const struct report *r, const struct backtest_json_part *s,
                       size_t i, struct arena *mem, struct verdict *v)
{
    const struct backtest_json_versus *versus =
        v->rival ? backtest_json_versus(s, v->rival->name) : NULL;
    const char *span = verdict_span(r, s, mem);
    if (r->worst)
        limit_worst(span, &r->worst[i], mem, v);
    if (s->n < FEW_ROWS)
        add(v, arena_format(mem, "%s: %s %s are few; read its figures with care.", span,
                            COUNT(s->n), verdict_unit(r->pipeline, s->n)));
    if (versus)
        limit_chance(r, span, versus, mem, v);
}

void verdict_limits(const struct report *r, struct arena *mem, struct verdict *v)
{
    const struct backtest_json *b = &r->backtest;
    const struct texts *told = &r->pipeline->limits;
    v->limit = ARENA_ARRAY(mem, const char *, LIMITS_OF_SPAN *(b->n_spans + 1) + told->n);
    for (size_t i = 0; b->all && i <= b->n_spans; i++)
        limit_span(r, i == 0 ? b->all : &b->span[i - 1], i, mem, v);
    for (size_t i = 0; i < told->n; i++)
        add(v, told->v[i]);
}
