/* A recipe's cell in a backtest: rows whose target is known are learnt from, rows whose
 * features are known are answered.  Both are copied out of the table, so that a step has
 * nothing else to read. */
#include "series/backtest.h"

#include <math.h>

/* What is learnt. */
static const char *const names[] = {"target"};
static const struct target value = {.task = TASK_REGRESSION,
                                    .y = {.p = 1, .name = names}};

/* A recipe's side. */
struct recipe_side {
    const struct backtest_rows *rows;
    const struct step_choice *choice;
    size_t n_steps;
    const struct fit_context *context;
    struct arena_mark before;   // of what was fitted
    struct step_fitted *fitted; // [n_steps], NULL while no row can be learnt from
    size_t origin;
};

/* The first row of step t or a later one. */
static size_t row_at(const struct backtest_rows *rows, size_t t)
{
    size_t low = 0, high = rows->x->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows->step[middle] < t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum status fit_recipe(void *self, const struct series *known, size_t from,
                              struct error *err)
{
    struct recipe_side *side = self;
    const struct backtest_rows *rows = side->rows;
    struct arena *mem = side->context->mem;
    arena_rewind(mem, side->before);
    side->fitted = NULL;
    side->origin = from + known->n;
    size_t first = row_at(rows, from), end = row_at(rows, side->origin), n = 0;
    size_t *row = ARENA_ARRAY(mem, size_t, end - first);
    double *y = ARENA_ARRAY(mem, double, end - first);
    for (size_t r = first; r < end; r++) {
        y[n] = known->y[rows->step[r] - from];
        row[n] = r;
        n += isnan(y[n]) ? 0 : 1;
    }
    if (n == 0)
        return STATUS_OK;
    const double *col[] = {y};
    struct matrix x = matrix_rows(mem, rows->x, row, n);
    struct target t =
        target_of(&value, (struct matrix){.n = n, .p = 1, .col = col, .name = names});
    side->fitted = ARENA_ARRAY(mem, struct step_fitted, side->n_steps);
    return steps_fit(side->choice, side->n_steps, &x, &t, side->context, side->fitted,
                     err);
}

/* Without a new fit only the rows that can be answered are others. */
static enum status extend_recipe(void *self, const struct series *known, size_t k,
                                 struct error *err)
{
    struct recipe_side *side = self;
    if (!side->fitted)
        return fit_recipe(self, known, 0, err);
    side->origin += k;
    return STATUS_OK;
}

static enum status forecast_recipe(void *self, size_t n, double *ret, struct error *err)
{
    struct recipe_side *side = self;
    const struct backtest_rows *rows = side->rows;
    struct arena *mem = side->context->mem;
    struct arena_mark mark = arena_mark(mem);
    size_t ahead = n < rows->lead ? n : rows->lead, found = 0;
    size_t first = row_at(rows, side->origin);
    size_t *row = ARENA_ARRAY(mem, size_t, ahead);
    for (size_t i = 0; i < n; i++)
        ret[i] = NAN;
    for (size_t r = first; r < rows->x->n && rows->step[r] < side->origin + ahead; r++)
        row[found++] = r;
    if (found == 0 || !side->fitted)
        return STATUS_OK;
    struct matrix x = matrix_rows(mem, rows->x, row, found);
    struct prediction answer;
    TRY(steps_predict(side->fitted, side->n_steps, &x, &value, mem, &answer, err));
    for (size_t i = 0; i < found; i++)
        ret[rows->step[row[i]] - side->origin] = answer.value[0][i];
    arena_rewind(mem, mark);
    return STATUS_OK;
}

enum status backtest_recipe(const struct backtest_plan *plan, const struct series *s,
                            const struct backtest_rows *rows,
                            const struct step_choice *choice, size_t n_steps,
                            const struct fit_context *context, struct arena *scratch,
                            double *ret, struct error *err)
{
    struct recipe_side side = {.rows = rows,
                               .choice = choice,
                               .n_steps = n_steps,
                               .context = context,
                               .before = arena_mark(context->mem)};
    const struct forecaster forecaster = {
        .self = &side,
        .least = 1,
        .fit = fit_recipe,
        .extend = extend_recipe,
        .forecast = forecast_recipe,
    };
    TRY(backtest_run(plan, s, &forecaster, scratch, ret, err));
    arena_rewind(context->mem, side.before);
    return STATUS_OK;
}
