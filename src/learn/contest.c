/* Candidates on threads, each in its own slots. */
#include "learn/contest.h"

#include <math.h>
#include <string.h>

#include "base/thread.h"
#include "learn/contest_internal.h"
#include "learn/search_rank.h"
#include "series/memo.h"

enum { LATE = 36, ORIGINS = 5 };

/* clang-format off */
const struct option_row backtest_rows[BACKTEST_ROWS] = {
    OPTION(struct backtest_plan, first, 0, 1e9, "N",
           "steps known at the first origin; 0: half of those that are learnt from"),
    OPTION(struct backtest_plan, step, 1, 1e9, "N", "steps from one origin to the next"),
    OPTION(struct backtest_plan, horizon, 1, 1e5, "N",
           "steps that are forecast from each origin, and in the end by predict"),
    OPTION(struct backtest_plan, gap, 0, 1e5, "N",
           "steps between the last known and the first that is judged"),
    OPTION(struct backtest_plan, refit, 1, 1e9, "N",
           "origins from one fit to the next; the fitted goes on in between"),
    OPTION(struct backtest_plan, window, 0, 1e9, "N",
           "steps that are learnt from, the last before the origin; 0: all"),
};
/* clang-format on */

static bool is_laborious(const struct candidates *c)
{
    bool laborious = false;
    for (size_t i = 0; i < c->n; i++)
        laborious = laborious || series_laborious(&c->item[i].choice);
    return laborious;
}

/* For models whose learning is laborious: the last origins that judge two horizons or LATE
 * steps, half a horizon apart, of short series as near as it takes to have ORIGINS; all
 * candidates learn at the first of them and go on. */
static size_t late_origins(struct backtest_plan *plan, size_t n, size_t half)
{
    size_t judged = 2 * plan->horizon > LATE ? 2 * plan->horizon : LATE;
    judged += plan->gap;
    if (plan->step == 1 && plan->horizon > 1)
        plan->step = plan->horizon / 2;
    if (plan->refit == 1)
        plan->refit = n;
    return n > half + judged ? n - judged : half;
}

/* Steps from one origin to the next that leave ORIGINS, if not more, to n steps. */
static size_t near_enough(const struct backtest_plan *plan, size_t n)
{
    size_t first = plan->first + plan->gap + 1;
    size_t step = n > first ? (n - first) / (ORIGINS - 1) : 1;
    step = step > 1 ? step : 1;
    return step < plan->step ? step : plan->step;
}

struct backtest_plan contest_plan(const struct backtest_plan *given,
                                  const struct candidates *c, const struct series *s)
{
    struct backtest_plan plan = *given;
    if (plan.first > 0)
        return plan;
    size_t least = contest_least(c, s->season), first = (s->n + 1) / 2;
    if (is_laborious(c))
        first = late_origins(&plan, s->n, first);
    plan.first = least > first ? least : first;
    if (given->step == 1)
        plan.step = near_enough(&plan, s->n);
    return plan;
}

size_t contest_least(const struct candidates *c, size_t season)
{
    size_t most = 0;
    for (size_t i = 0; i < c->n; i++) {
        const struct series_choice *choice = &c->item[i].choice;
        size_t least = series_least(choice, season);
        most = least > most ? least : most;
    }
    return most;
}

size_t contest_step(const struct backtest_plan *plan, size_t i)
{
    size_t origin = plan->first + i / plan->horizon * plan->step;
    return origin + plan->gap + i % plan->horizon;
}

double contest_score(const struct backtest_plan *plan, const struct series *s,
                     const double *forecasts, size_t from, size_t to,
                     const struct metric *metric, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t horizon = plan->horizon, n = 0;
    double *y = ARENA_ARRAY(scratch, double, (to - from) * horizon);
    double *p = ARENA_ARRAY(scratch, double, (to - from) * horizon);
    for (size_t i = from * horizon; i < to * horizon; i++) {
        size_t t = contest_step(plan, i);
        if (t >= s->n || isnan(s->y[t]) || isnan(forecasts[i]))
            continue;
        y[n] = s->y[t];
        p[n++] = forecasts[i];
    }
    double score = n > 0 ? metric_of(metric, y, p, n) : NAN;
    arena_rewind(scratch, mark);
    return score;
}

struct contest_job {
    const struct candidates *c;
    const struct backtest_plan *plan;
    const struct series *s;
    const struct fit_context *context;
    struct series_memo *memo; // [c->n], or NULL
    double **forecast;        // [c->n][origins of the plan][horizon]
};

static enum status forecast_piece(void *context, size_t i, size_t worker,
                                  struct error *err)
{
    (void)worker;
    const struct contest_job *job = context;
    struct arena states = {0}, scratch = {0};
    struct fit_context own = *job->context;
    own.mem = &states;
    own.threads = job->context->threads / job->c->n;
    own.memo = job->memo ? &job->memo[i] : NULL;
    enum status status = backtest_series(job->plan, job->s, &job->c->item[i].choice, &own,
                                         &scratch, job->forecast[i], NULL, err);
    arena_release(&states);
    arena_release(&scratch);
    return status;
}

/* Takes away the forecasts of steps that some candidate has none for. */
static void keep_common(double **forecast, size_t candidates, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        bool common = true;
        for (size_t i = 0; i < candidates; i++)
            common = common && !isnan(forecast[i][k]);
        for (size_t i = 0; !common && i < candidates; i++)
            forecast[i][k] = NAN;
    }
}

void contest_judge(const struct candidates *c, const struct backtest_plan *plan,
                   const struct folds *folds, const struct series *s,
                   const struct metric *score, double **forecast, size_t n,
                   struct arena *scratch, double *ret)
{
    keep_common(forecast, c->n, n);
    for (size_t f = 0; f < folds->n; f++)
        for (size_t i = 0; i < c->n; i++) {
            const struct fold_part *part = &folds->fold[f].test;
            ret[i * folds->n + f] =
                contest_score(plan, s, forecast[i], part->from, part->to, score, scratch);
        }
}

enum status contest_forecasts(const struct candidates *c,
                              const struct backtest_plan *plan, const struct series *s,
                              const struct fit_context *context, struct series_memo *memo,
                              double **ret, struct error *err)
{
    struct contest_job job = {
        .c = c, .plan = plan, .s = s, .context = context, .memo = memo, .forecast = ret};
    return thread_run(context->threads ? context->threads : 1, c->n, forecast_piece, &job,
                      err);
}

/* A window that slides must be long enough. */
static enum status check_window(size_t window, const struct candidate *c, size_t season,
                                struct error *err)
{
    size_t least = series_least(&c->choice, season);
    if (window == 0 || window >= least)
        return STATUS_OK;
    error_set(err, STATUS_INPUT,
              "a window of %zu step%s is too short for '%s', which "
              "needs %zu",
              window, window == 1 ? "" : "s", c->name, least);
    error_field(err, "train.backtest.window");
    return STATUS_INPUT;
}

/* What a series is too short for, or has no season for, stands in the list. */
static enum status check_series(const struct series_choice *choice,
                                const struct series *s, struct error *err)
{
    enum status status = series_check(choice, s, err);
    if (status != STATUS_OK)
        error_field(err, "train.series");
    return status;
}

enum status contest_check(const struct candidates *c, size_t window,
                          const struct series *s, struct error *err)
{
    for (size_t i = 0; i < c->n; i++) {
        TRY(check_series(&c->item[i].choice, s, err));
        TRY(check_window(window, &c->item[i], s->season, err));
    }
    return STATUS_OK;
}

size_t contest_origins(const struct backtest_plan *plan, const struct series *s)
{
    size_t judged = s->n > plan->gap ? s->n - plan->gap : 0;
    return plan->first < judged ? (judged - plan->first - 1) / plan->step + 1 : 0;
}

enum status contest_check_rule(const struct fold_rule *rule, struct error *err)
{
    if (rule->method == FOLDS_BLOCKS)
        return STATUS_OK;
    struct view found = option_word(FOLDS_METHOD_WORDS, rule->method);
    error_set(err, STATUS_INPUT,
              "series models are judged from origin to origin, not by %.*s folds",
              (int)found.n, found.p);
    error_field(err, "train.folds");
    error_hint(err, "`folds: N` divides the origins into N blocks");
    return STATUS_INPUT;
}

enum status contest_folds(const struct fold_rule *rule, const struct backtest_plan *plan,
                          const struct series *s, struct arena *mem, struct folds *ret,
                          struct error *err)
{
    size_t n = contest_origins(plan, s);
    TRY(contest_check_rule(rule, err));
    if (n >= rule->n)
        return folds_plan(rule, &(struct fold_data){.n = n}, 0, mem, ret, err);
    error_set(err, STATUS_INPUT, "%zu origin%s cannot be divided into %zu folds", n,
              n == 1 ? "" : "s", rule->n);
    error_field(err, "train.folds");
    error_hint(err,
               "of the %zu steps that are learnt from, %zu are known at the first "
               "origin",
               s->n, plan->first);
    return STATUS_INPUT;
}

enum status contest_scores(const struct candidates *c, const struct backtest_plan *plan,
                           const struct folds *folds, const struct series *s,
                           const struct metric *score, const struct fit_context *context,
                           struct series_memo *memo, struct search_result *ret,
                           struct error *err)
{
    struct arena *mem = context->mem;
    struct search_result r = {.n_cells = c->n, .folds = folds->n};
    size_t n = backtest_origins(plan, s->n) * plan->horizon;
    double **forecast = ARENA_ARRAY(mem, double *, c->n);
    for (size_t i = 0; i < c->n; i++)
        forecast[i] = ARENA_ARRAY(mem, double, n);
    r.score = arena_array(mem, c->n, folds->n * sizeof(double));
    TRY(contest_forecasts(c, plan, s, context, memo, forecast, err));
    struct contest_silence silence = contest_silence(plan, s, forecast, c->n, n);
    contest_judge(c, plan, folds, s, score, forecast, n, mem, r.score);
    r.why = contest_why(c, plan, folds, s, forecast[0], &silence, mem);
    *ret = r;
    return STATUS_OK;
}

enum status contest_rank(struct search_result *r, const struct metric *score,
                         struct arena *mem, struct error *err)
{
    struct cell_size *size = ARENA_ARRAY(mem, struct cell_size, r->n_cells); // all alike
    r->mean = ARENA_ARRAY(mem, double, r->n_cells);
    r->rank = ARENA_ARRAY(mem, size_t, r->n_cells);
    return search_rank(r, score, size, SIZE_MAX, mem, err);
}

/* The contest, and the best fitted; memo[candidates]. */
static enum status choose(const struct contest_rule *rule, const struct series *s,
                          const struct fit_context *context, struct series_memo *memo,
                          struct search_result *ret_search, struct model_series *ret,
                          struct error *err)
{
    struct folds folds;
    struct backtest_plan plan = contest_plan(&rule->backtest, rule->candidates, s);
    TRY(contest_folds(&rule->folds, &plan, s, context->mem, &folds, err));
    TRY(contest_check(rule->candidates, plan.window, s, err));
    TRY(contest_scores(rule->candidates, &plan, &folds, s, rule->score, context, memo,
                       ret_search, err));
    TRY(contest_rank(ret_search, rule->score, context->mem, err));
    struct model_series m = {
        .season = s->season, .horizon = plan.gap + plan.horizon, .steps = s->n};
    struct fit_context own = *context;
    own.memo = &memo[ret_search->best];
    struct series wanted = *s;
    wanted.horizon = m.horizon;
    TRY(series_fit(&rule->candidates->item[ret_search->best].choice, &wanted, &own,
                   &m.fitted, err));
    *ret = m;
    return STATUS_OK;
}

enum status contest_fit(const struct contest_rule *rule, const struct series *s,
                        const struct fit_context *context,
                        struct search_result *ret_search, struct model_series *ret,
                        struct error *err)
{
    const struct candidates *c = rule->candidates;
    for (size_t i = 0; i < c->n; i++) // before there is talk of origins
        TRY(check_series(&c->item[i].choice, s, err));
    struct series_memo *memo = ARENA_ARRAY(context->mem, struct series_memo, c->n);
    enum status status = choose(rule, s, context, memo, ret_search, ret, err);
    for (size_t i = 0; i < c->n; i++)
        memo_release(&memo[i]);
    return status;
}

void contest_table(const struct candidates *c, const struct search_result *result,
                   struct arena *mem, struct search_csv *ret)
{
    static const struct search_csv_axis axis = {"series", PARAMETER_TEXT};
    union parameter *value = ARENA_ARRAY(mem, union parameter, c->n);
    for (size_t i = 0; i < c->n; i++)
        value[i].text = c->item[i].name;
    *ret = (struct search_csv){.n_axes = 1,
                               .n_cells = result->n_cells,
                               .folds = result->folds,
                               .axis = &axis,
                               .value = value,
                               .score = result->score,
                               .mean = result->mean,
                               .rank = result->rank};
}
