/* A series model in a backtest. */
#include "series/backtest.h"

#include <math.h>

#include "series/fitted.h"

/* A series model's side. */
struct series_side {
    const struct series_choice *choice;        // NULL: nobody forecasts
    const struct series_choice *const *chosen; // of the fits to come; NULL: that one
    const struct fit_context *context;
    struct arena_mark before; // of its states
    bool known;               // something is: there is a state
    struct series_fitted fitted;
    size_t from, seen; // the state's steps: from, and how many
};

/* Whether a model can learn from that; one chosen by other, longer series may not yet. */
static bool is_enough(const struct series_choice *choice, const struct series *known)
{
    return choice && known->n >= series_least(choice, known->season) &&
           series_known(choice, known);
}

static enum status fit_anew(struct series_side *side, const struct series *known,
                            size_t from, struct error *err)
{
    arena_rewind(side->context->mem, side->before);
    side->known = is_enough(side->choice, known);
    side->from = from;
    side->seen = known->n;
    if (!side->known)
        return STATUS_OK;
    return series_fit(side->choice, known, side->context, &side->fitted, err);
}

/* True where another model's turn has come. */
static bool take_turn(struct series_side *side)
{
    const struct series_choice *before = side->choice;
    if (side->chosen)
        side->choice = *side->chosen++;
    return side->choice != before;
}

/* What takes in more values is what a fit on all gives, so that a window which only grows
 * costs no second look at it. */
static enum status fit_series(void *self, const struct series *known, size_t from,
                              struct error *err)
{
    struct series_side *side = self;
    bool other = take_turn(side);
    if (other || !side->known || from != side->from || series_learns_anew(side->choice))
        return fit_anew(side, known, from, err);
    const struct series more = series_part(known, side->seen, known->n - side->seen);
    side->seen = known->n;
    return series_extend(&side->fitted, &more, side->context->mem, err);
}

static enum status extend_series(void *self, const struct series *known, size_t k,
                                 struct error *err)
{
    struct series_side *side = self;
    if (!side->known)
        return fit_anew(side, known, 0, err);
    side->seen += k;
    const struct series more = series_part(known, known->n - k, k);
    return series_follow(&side->fitted, &more, side->context->mem, err);
}

static enum status forecast_series(void *self, size_t n, double *ret, double *ret_spread,
                                   struct error *err)
{
    const struct series_side *side = self;
    if (side->known)
        return ret_spread ? series_forecast_spread(&side->fitted, n, ret, ret_spread, err)
                          : series_forecast(&side->fitted, n, ret, err);
    for (size_t i = 0; i < n; i++) {
        ret[i] = NAN;
        if (ret_spread)
            ret_spread[i] = NAN;
    }
    return STATUS_OK;
}

/* The model's own way, on the transform's scale. */
static enum status backtest_whole(const struct backtest_plan *plan,
                                  const struct series *s,
                                  const struct series_choice *choice,
                                  const struct fit_context *context,
                                  struct arena *scratch, double *ret, double *ret_spread,
                                  struct error *err)
{
    struct arena_mark mark = arena_mark(scratch);
    struct series on_scale = *s;
    const struct transform *t = &choice->transform;
    struct transform_way way = {.scaled = t->transform != TRANSFORM_NONE,
                                .lambda = t->lambda};
    size_t n = backtest_origins(plan, s->n) * plan->horizon;
    double *x = ARENA_ARRAY(scratch, double, s->n);
    for (size_t i = 0; i < s->n; i++) {
        TRY(series_check_value(choice, s, s->y[i], i + 1, err));
        x[i] = transform_to(&way, s->y[i]);
    }
    on_scale.y = x;
    struct series_choice own = *choice;
    own.params = series_params(choice);
    TRY(choice->model->backtest(&own, &on_scale, plan, context, scratch, ret, err));
    for (size_t i = 0; i < n; i++)
        ret[i] = transform_from(&way, ret[i], 0);
    for (size_t i = 0; i < n && ret_spread; i++)
        ret_spread[i] = NAN;
    arena_rewind(scratch, mark);
    return STATUS_OK;
}

/* The loop, with a fit from `least` steps on. */
static enum status run_side(struct series_side *side, const struct backtest_plan *plan,
                            const struct series *s, size_t least, struct arena *scratch,
                            double *ret, double *ret_spread, struct error *err)
{
    const struct forecaster forecaster = {
        .self = side,
        .least = least,
        .fit = fit_series,
        .extend = extend_series,
        .forecast = forecast_series,
    };
    side->before = arena_mark(side->context->mem);
    TRY(backtest_run(plan, s, &forecaster, scratch, ret, ret_spread, err));
    arena_rewind(side->context->mem, side->before);
    return STATUS_OK;
}

enum status backtest_series(const struct backtest_plan *plan, const struct series *s,
                            const struct series_choice *choice,
                            const struct fit_context *context, struct arena *scratch,
                            double *ret, double *ret_spread, struct error *err)
{
    struct series_side side = {.choice = choice, .context = context};
    if (choice->model->backtest && plan->window == 0 &&
        transform_is_plain(&choice->transform))
        return backtest_whole(plan, s, choice, context, scratch, ret, ret_spread, err);
    return run_side(&side, plan, s, series_least(choice, s->season), scratch, ret,
                    ret_spread, err);
}

enum status backtest_chosen(const struct backtest_plan *plan, const struct series *s,
                            const struct series_choice *const *chosen,
                            const struct fit_context *context, struct arena *scratch,
                            double *ret, double *ret_spread, struct error *err)
{
    struct series_side side = {.chosen = chosen, .context = context};
    return run_side(&side, plan, s, 1, scratch, ret, ret_spread, err);
}
