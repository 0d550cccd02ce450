/* A series model in a backtest. */
#include "series/backtest.h"

#include <math.h>

/* A series model's side. */
struct series_side {
    struct series_choice choice;
    const struct fit_context *context;
    struct arena_mark before; // of its states
    void *state;              // NULL while nothing is known
    size_t from, seen;        // the state's steps: from, and how many
};

static enum status fit_anew(struct series_side *side, const struct series *known,
                            size_t from, struct error *err)
{
    arena_rewind(side->context->mem, side->before);
    side->state = NULL;
    side->from = from;
    side->seen = known->n;
    if (!series_known(known))
        return STATUS_OK;
    return side->choice.model->fit(&side->choice, known, side->context, &side->state,
                                   err);
}

/* The state that goes on is that of a fit on all, so that a window which only grows costs
 * no second look at it. */
static enum status fit_series(void *self, const struct series *known, size_t from,
                              struct error *err)
{
    struct series_side *side = self;
    if (!side->state || from != side->from)
        return fit_anew(side, known, from, err);
    size_t seen = side->seen;
    side->seen = known->n;
    return side->choice.model->extend(side->state, known->y + seen, known->n - seen,
                                      side->context->mem, err);
}

static enum status extend_series(void *self, const struct series *known, size_t k,
                                 struct error *err)
{
    struct series_side *side = self;
    if (!side->state)
        return fit_anew(side, known, 0, err);
    side->seen += k;
    return side->choice.model->extend(side->state, known->y + (known->n - k), k,
                                      side->context->mem, err);
}

static enum status forecast_series(void *self, size_t n, double *ret, struct error *err)
{
    const struct series_side *side = self;
    if (side->state)
        return side->choice.model->forecast(side->state, n, ret, err);
    for (size_t i = 0; i < n; i++)
        ret[i] = NAN;
    return STATUS_OK;
}

enum status backtest_series(const struct backtest_plan *plan, const struct series *s,
                            const struct series_choice *choice,
                            const struct fit_context *context, struct arena *scratch,
                            double *ret, struct error *err)
{
    struct series_side side = {
        .choice = *choice, .context = context, .before = arena_mark(context->mem)};
    const struct forecaster forecaster = {
        .self = &side,
        .least = series_least(choice, s->season),
        .fit = fit_series,
        .extend = extend_series,
        .forecast = forecast_series,
    };
    TRY(backtest_run(plan, s, &forecaster, scratch, ret, err));
    arena_rewind(context->mem, side.before);
    return STATUS_OK;
}
