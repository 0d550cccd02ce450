/* A list that grows with the rounds. */
#include "search/epochs.h"

#include <math.h>

static double finite(double x)
{
    return isfinite(x) ? x : NAN;
}

static void take(void *sink, const struct epoch *told)
{
    struct epochs *e = sink;
    if (e->n == e->cap) {
        size_t cap = e->cap == 0 ? 64 : 2 * e->cap;
        e->row = arena_grow(e->mem, e->row, e->n * sizeof *e->row, cap * sizeof *e->row);
        e->cap = cap;
    }
    e->row[e->n++] = (struct history_csv_row){
        told->epoch, finite(told->train_loss), finite(told->check_loss),
        finite(told->train_score), finite(told->check_score)};
}

void epochs_listen(struct epochs *e, struct arena *mem, struct fit_context *context)
{
    *e = (struct epochs){.mem = mem};
    context->epoch = take;
    context->epoch_sink = e;
}

struct history_csv epochs_history(const struct epochs *e)
{
    return (struct history_csv){e->n, e->row};
}
