/* One backtest a candidate and series; every moment is judged by the origins before it. */
#include "learn/contest_past.h"

#include <math.h>
#include <string.h>

#include "base/stop.h"
#include "base/thread.h"
#include "learn/contest_internal.h"

struct past_job {
    const struct contest_rule *rule;
    const struct series *s; // [n]
    size_t n, slots;        // scores of one series: candidates times folds
    const struct contest_moments *moments;
    const struct fit_context *context;
    struct arena *mem; // [threads]
    double *score;     // [moments][n][slots]
    bool *judged;      // [moments][n]
};

/* Forecasts from every origin from `low` on. */
struct past_forecasts {
    size_t low;
    double **forecast; // [candidates][origins][horizon]; NULL: there are none yet
};

/* The series as it is known at a moment; false where nothing is. */
static bool know(const struct past_job *job, size_t g, size_t moment, struct series *ret)
{
    int64_t known = job->moments->known[g] + (int64_t)(moment * job->moments->step);
    *ret = job->s[g];
    if (known < 1)
        return false;
    ret->n = (size_t)known < ret->n ? (size_t)known : ret->n;
    return true;
}

/* All forecasts that the moments of a series need, the first of which has this plan. */
static enum status foresee(const struct past_job *job, const struct series *s,
                           const struct backtest_plan *first, struct arena *mem,
                           struct past_forecasts *ret, struct error *err)
{
    const struct candidates *c = job->rule->candidates;
    struct backtest_plan plan = *first;
    struct fit_context own = *job->context;
    own.threads = job->n > 1 ? 1 : own.threads;
    plan.step = 1;
    size_t origins = backtest_origins(&plan, s->n);
    ret->low = plan.first;
    ret->forecast = ARENA_ARRAY(mem, double *, c->n);
    for (size_t i = 0; i < c->n; i++)
        ret->forecast[i] = ARENA_ARRAY(mem, double, origins *plan.horizon);
    return contest_forecasts(c, &plan, s, &own, NULL, ret->forecast, err);
}

/* The scores of a moment from forecasts that are there. */
static void judge_moment(const struct past_job *job, const struct backtest_plan *plan,
                         const struct folds *folds, const struct series *s,
                         const struct past_forecasts *f, struct arena *mem, double *ret)
{
    const struct candidates *c = job->rule->candidates;
    size_t origins = contest_origins(plan, s), h = plan->horizon;
    double **own = ARENA_ARRAY(mem, double *, c->n);
    for (size_t i = 0; i < c->n; i++) {
        own[i] = ARENA_ARRAY(mem, double, origins *h);
        for (size_t k = 0; k < origins; k++)
            memcpy(own[i] + k * h,
                   f->forecast[i] + (plan->first + k * plan->step - f->low) * h,
                   h * sizeof(double));
    }
    contest_judge(c, plan, folds, s, job->rule->score, own, origins * h, mem, ret);
}

static enum status score_moment(const struct past_job *job, size_t g, size_t moment,
                                struct past_forecasts *f, struct arena *lasting,
                                struct arena *mem, struct error *err)
{
    const struct contest_rule *rule = job->rule;
    struct series s;
    struct folds folds;
    struct search_result r;
    size_t at = moment * job->n + g;
    if (!know(job, g, moment, &s))
        return STATUS_OK;
    struct backtest_plan plan = contest_plan(&rule->backtest, rule->candidates, &s);
    if (!contest_is_judged(rule, &plan, &s))
        return STATUS_OK;
    TRY(contest_check(rule->candidates, plan.window, &s, err));
    TRY(contest_folds(&rule->folds, &plan, &s, mem, &folds, err));
    job->judged[at] = true;
    if (plan.refit == 1) {
        if (!f->forecast)
            TRY(foresee(job, &job->s[g], &plan, lasting, f, err));
        judge_moment(job, &plan, &folds, &s, f, mem, job->score + at * job->slots);
        return STATUS_OK;
    }
    struct fit_context own = {.mem = mem, .seed = job->context->seed, .threads = 1};
    TRY(contest_scores(rule->candidates, &plan, &folds, &s, rule->score, &own, NULL, &r,
                       err));
    memcpy(job->score + at * job->slots, r.score, job->slots * sizeof *r.score);
    return STATUS_OK;
}

static enum status score_series(void *context, size_t g, size_t worker, struct error *err)
{
    const struct past_job *job = context;
    struct arena *mem = &job->mem[worker], lasting = {0};
    struct past_forecasts f = {0};
    enum status status = STATUS_OK;
    for (size_t k = 0; status == STATUS_OK && k < job->moments->n; k++) {
        struct arena_mark mark = arena_mark(mem);
        status = score_moment(job, g, k, &f, &lasting, mem, err);
        if (status == STATUS_OK)
            status = stop_check(err);
        arena_rewind(mem, mark);
    }
    arena_release(&lasting);
    return status;
}

/* The best of a moment, or none. */
static size_t choose(const struct past_job *job, size_t moment, struct arena *mem)
{
    const struct contest_rule *rule = job->rule;
    const double *score = job->score + moment * job->n * job->slots;
    const bool *judged = job->judged + moment * job->n;
    struct search_result r = {.n_cells = rule->candidates->n, .folds = rule->folds.n};
    struct error none;
    size_t n = 0;
    for (size_t g = 0; g < job->n; g++)
        n += judged[g] ? 1 : 0;
    r.score = ARENA_ARRAY(mem, double, job->slots);
    if (n > 0 && job->n == 1)
        memcpy(r.score, score, job->slots * sizeof *score);
    else if (n > 0)
        contest_average(rule, score, judged, job->n, r.score);
    return n > 0 && contest_rank(&r, rule->score, mem, &none) == STATUS_OK ? r.best
                                                                           : SIZE_MAX;
}

enum status contest_past(const struct contest_rule *rule, const struct series *s,
                         size_t n, const struct contest_moments *moments,
                         const struct fit_context *context, size_t *ret,
                         struct error *err)
{
    struct arena mem = {0};
    size_t threads = context->threads ? context->threads : 1;
    struct past_job job = {.rule = rule,
                           .s = s,
                           .n = n,
                           .slots = rule->candidates->n * rule->folds.n,
                           .moments = moments,
                           .context = context};
    TRY(contest_check_rule(&rule->folds, err));
    job.mem = ARENA_ARRAY(&mem, struct arena, threads);
    job.score = arena_array(&mem, moments->n * n, job.slots * sizeof(double));
    job.judged = ARENA_ARRAY(&mem, bool, moments->n *n);
    enum status status = thread_run(threads, n, score_series, &job, err);
    for (size_t k = 0; status == STATUS_OK && k < moments->n; k++)
        ret[k] = choose(&job, k, &mem);
    for (size_t t = 0; t < threads; t++)
        arena_release(&job.mem[t]);
    arena_release(&mem);
    return status;
}
