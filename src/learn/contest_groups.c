/* A contest over many series: each is judged by itself, the mean decides. */
#include <math.h>

#include "series/batches.h"
#include "learn/contest_internal.h"

struct groups_contest {
    const struct contest_rule *rule;
    const struct series *s; // [n]
    size_t n, slots;        // scores of one series: candidates times folds
    const struct fit_context *context;
    double *score; // [n][slots]
    bool *judged;  // [n]
};

bool contest_is_judged(const struct contest_rule *rule, const struct backtest_plan *plan,
                       const struct series *s)
{
    const struct candidates *c = rule->candidates;
    bool known = true;
    for (size_t i = 0; i < c->n; i++)
        known = known && series_known(&c->item[i].choice, s);
    return known && s->n >= contest_least(c, s->season) &&
           contest_origins(plan, s) >= rule->folds.n;
}

static enum status judge_series(void *context, size_t i, struct arena *mem,
                                struct error *err)
{
    const struct groups_contest *g = context;
    const struct contest_rule *rule = g->rule;
    const struct series *s = &g->s[i];
    struct backtest_plan plan = contest_plan(&rule->backtest, rule->candidates, s);
    if (!contest_is_judged(rule, &plan, s))
        return STATUS_OK;
    struct arena_mark mark = arena_mark(mem);
    struct fit_context own = {.mem = mem, .seed = g->context->seed, .threads = 1};
    struct folds folds;
    struct search_result r;
    TRY(contest_check(rule->candidates, plan.window, s, err));
    TRY(contest_folds(&rule->folds, &plan, s, mem, &folds, err));
    TRY(contest_scores(rule->candidates, &plan, &folds, s, rule->score, &own, NULL, &r,
                       err));
    memcpy(g->score + i * g->slots, r.score, g->slots * sizeof *r.score);
    g->judged[i] = true;
    arena_rewind(mem, mark);
    return STATUS_OK;
}

void contest_average(const struct contest_rule *rule, const double *score,
                     const bool *judged, size_t n, double *ret)
{
    size_t folds = rule->folds.n, slots = rule->candidates->n * folds;
    for (size_t f = 0; f < folds; f++) {
        size_t complete = 0;
        for (size_t i = 0; i < n; i++) {
            bool counts = judged[i];
            for (size_t k = f; counts && k < slots; k += folds)
                counts = isfinite(score[i * slots + k]);
            for (size_t k = f; counts && k < slots; k += folds)
                ret[k] += score[i * slots + k];
            complete += counts ? 1 : 0;
        }
        for (size_t k = f; k < slots; k += folds)
            ret[k] = complete > 0 ? ret[k] / (double)complete : NAN;
    }
}

/* What keeps the longest one from being judged keeps all. */
static enum status none_judged(const struct groups_contest *g, struct error *err)
{
    const struct contest_rule *rule = g->rule;
    const struct series *longest = g->s;
    if (g->n == 0)
        return error_set(err, STATUS_INPUT, "no series has a history");
    for (size_t i = 1; i < g->n; i++)
        longest = g->s[i].n > longest->n ? &g->s[i] : longest;
    TRY(contest_check(rule->candidates, rule->backtest.window, longest, err));
    error_set(err, STATUS_INPUT, "none of %zu series has an origin for each of %zu folds",
              g->n, rule->folds.n);
    error_field(err, "train.folds");
    error_hint(err, "the longest has %zu step%s that are learnt from", longest->n,
               longest->n == 1 ? "" : "s");
    return STATUS_INPUT;
}

enum status contest_fit_groups(const struct contest_rule *rule, const struct series *s,
                               size_t n, const struct fit_context *context,
                               struct search_result *ret_search, struct model_series *ret,
                               struct error *err)
{
    const struct candidates *c = rule->candidates;
    struct arena *mem = context->mem;
    struct search_result r = {.n_cells = c->n, .folds = rule->folds.n};
    struct groups_contest g = {
        .rule = rule, .s = s, .n = n, .slots = c->n * r.folds, .context = context};
    struct model_series m = {.season = n > 0 ? s[0].season : 0,
                             .horizon = rule->backtest.gap + rule->backtest.horizon,
                             .groups = n};
    TRY(contest_check_rule(&rule->folds, err));
    g.score = arena_array(mem, n, g.slots * sizeof(double));
    g.judged = ARENA_ARRAY(mem, bool, n);
    r.score = ARENA_ARRAY(mem, double, g.slots);
    TRY(batches_run(context->threads, n, judge_series, &g, rule->watch, "series", err));
    for (size_t i = 0; i < n; i++) {
        m.judged += g.judged[i];
        m.steps += s[i].n;
    }
    if (m.judged == 0)
        return none_judged(&g, err);
    contest_average(rule, g.score, g.judged, n, r.score);
    TRY(contest_rank(&r, rule->score, mem, err));
    m.fitted.choice = c->item[r.best].choice;
    *ret_search = r;
    *ret = m;
    return STATUS_OK;
}
