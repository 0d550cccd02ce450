/* Rows with a time: both backtests, brought together row by row. */
#include <string.h>

#include "data/history.h"
#include "gate/duel_internal.h"

/* Where two rows of backtests stand to one another. */
static int order(const struct rolling_rows *a, size_t i, const struct rolling_rows *b,
                 size_t k)
{
    uint32_t g = a->group ? a->group[i] : 0, h = b->group ? b->group[k] : 0;
    if (g != h)
        return g < h ? -1 : 1;
    if (a->origin[i] != b->origin[k])
        return a->origin[i] < b->origin[k] ? -1 : 1;
    return (a->horizon[i] > b->horizon[k]) - (a->horizon[i] < b->horizon[k]);
}

static void add_rows(const struct rolling_rows *a, const struct rolling_rows *b,
                     struct duel_sums *s)
{
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        int where = order(a, i, b, k);
        if (where == 0)
            duel_add(s, a->turn[i], &a->actual, i, &a->answer, &b->answer, k);
        i += where <= 0;
        k += where >= 0;
    }
}

/* The histories with production's outside columns, where it takes any; columns that are
 * gone are a reason. */
static enum status take_columns(const struct duel_request *q, struct arena *mem,
                                struct rolling_job *theirs, const char **ret_why,
                                struct error *err)
{
    struct histories *own = ARENA_NEW(mem, struct histories);
    if (theirs->pipeline->outside.n == 0)
        return STATUS_OK;
    theirs->histories = own;
    enum status status =
        histories_read(q->folder, theirs->pipeline, q->sources, q->last, mem, own, err);
    if (status != STATUS_INPUT || strcmp(err->loc.field, "outside") != 0)
        return status;
    *ret_why = "production takes outside columns that there are not today";
    return STATUS_OK;
}

enum status duel_origins(const struct duel_request *q, const struct duel_other *other,
                         struct arena *mem, struct duel *ret, struct error *err)
{
    struct rolling_rows a, b;
    struct rolling_job theirs = q->job;
    theirs.learning = other->learning;
    theirs.pipeline = other->pipeline;
    theirs.only = other->only;
    if (other->only)
        theirs.catalogue = q->catalogue;
    ret->unit = DUEL_ORIGINS;
    TRY(take_columns(q, mem, &theirs, &ret->why, err));
    if (ret->why)
        return STATUS_OK;
    TRY(rolling_run(&q->job, mem, &a, err));
    ret->why = a.plan->why;
    if (a.plan->origins == 0)
        return STATUS_OK;
    ret->horizon = a.plan->gap + a.plan->horizon;
    TRY(rolling_run(&theirs, mem, &b, err));
    ret->why = b.plan->why;
    if (b.plan->origins == 0)
        return STATUS_OK;
    struct duel_sums sums = duel_sums_new(a.plan->origins, mem);
    add_rows(&a, &b, &sums);
    duel_take(&sums, mem, ret);
    ret->why = ret->n == 0 ? "no origin has rows of both" : NULL;
    return STATUS_OK;
}
