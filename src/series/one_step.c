/* The backtest's loop with an origin before each step. */
#include "series/one_step.h"

#include <math.h>

#include "series/backtest.h"
#include "series/batches.h"

struct series one_step_series(const struct history *h, size_t season)
{
    struct series s = {
        .n = h->n, .season = season, .first = h->first, .y = h->y, .p = h->p};
    for (size_t j = 0; j < h->p; j++)
        s.x[j] = h->x[j];
    return s;
}

/* A table's rows to be forecast. */
struct one_step_job {
    const struct series_choice *choice;
    const struct histories *histories;
    size_t season;
    const struct one_step_rows *rows;
    const struct fit_context *context;
    size_t *from; // [series + 1] where the rows of each begin
    double *ret;
};

/* The series up to the last of the rows, and the origins to forecast them from; a laborious
 * model begins with the first that is judged, and learns there alone. */
static struct backtest_plan plan_of(const struct one_step_job *job,
                                    const struct history *h, size_t from, size_t to,
                                    struct series *s)
{
    struct backtest_plan plan = backtest_one_step;
    bool laborious = series_laborious(job->choice);
    size_t first = h->n + 1, last = 0;
    for (size_t i = from; i < to; i++) {
        size_t step = history_step(h, job->rows->key[i]);
        last = step <= h->n && step > last ? step : last;
        if (job->rows->key[i] >= job->rows->judged && step < first)
            first = step;
    }
    if (job->rows->judged == ONE_STEP_HALF && first < (h->n + 1) / 2)
        first = (h->n + 1) / 2;
    s->n = last;
    if (laborious) {
        plan.first = first;
        plan.refit = h->n + 1;
    }
    return plan;
}

/* The forecasts for the rows of one series. */
static enum status forecast_series(const struct one_step_job *job,
                                   const struct history *h, size_t from, size_t to,
                                   struct arena *states, struct arena *scratch,
                                   struct error *err)
{
    struct arena_mark mark = arena_mark(scratch);
    struct series s = one_step_series(h, job->season);
    struct backtest_plan plan = plan_of(job, h, from, to, &s);
    struct fit_context learning = *job->context;
    learning.mem = states;
    learning.threads = job->rows->group ? 1 : learning.threads;
    learning.memo = job->rows->group ? NULL : learning.memo;
    double *all = ARENA_ARRAY(scratch, double, backtest_origins(&plan, s.n));
    TRY(backtest_series(&plan, &s, job->choice, &learning, scratch, all, NULL, err));
    for (size_t i = from; i < to; i++) {
        size_t step = history_step(h, job->rows->key[i]);
        job->ret[i] = step >= plan.first && step <= s.n ? all[step - plan.first] : NAN;
    }
    arena_rewind(scratch, mark);
    return STATUS_OK;
}

static enum status forecast_piece(void *context, size_t g, struct arena *scratch,
                                  struct error *err)
{
    const struct one_step_job *job = context;
    const struct one_step_rows *rows = job->rows;
    size_t from = job->from[g], to = job->from[g + 1];
    struct arena states = {0};
    const struct history *h = histories_find(
        job->histories, rows->group ? &rows->groups->name[rows->group[from]] : NULL);
    for (size_t i = from; !h && i < to; i++)
        job->ret[i] = NAN;
    enum status status =
        h ? forecast_series(job, h, from, to, &states, scratch, err) : STATUS_OK;
    arena_release(&states);
    return status;
}

/* Where the rows of each series begin, and how many series there are. */
static size_t divide(const struct one_step_rows *rows, size_t *from)
{
    size_t series = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (i == 0 || (rows->group && rows->group[i] != rows->group[i - 1])) {
            if (from)
                from[series] = i;
            series++;
        }
    if (from)
        from[series] = rows->n;
    return series;
}

enum status one_step_rows(const struct series_choice *choice, const struct histories *h,
                          size_t season, const struct one_step_rows *rows,
                          const struct fit_context *context, const struct watch *watch,
                          double *ret, struct error *err)
{
    struct arena mem = {0};
    size_t series = divide(rows, NULL);
    struct one_step_job job = {
        choice, h, season, rows, context, ARENA_ARRAY(&mem, size_t, series + 1), ret};
    divide(rows, job.from);
    enum status status = batches_run(context->threads, series, forecast_piece, &job,
                                     watch, "held out", err);
    arena_release(&mem);
    return status;
}
