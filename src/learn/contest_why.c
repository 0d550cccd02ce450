/* Why a contest has no score: a fold without a step that is known and that every candidate
 * forecasts. */
#include <math.h>

#include "learn/contest_internal.h"

struct contest_silence contest_silence(const struct backtest_plan *plan,
                                       const struct series *s, double **forecast,
                                       size_t candidates, size_t n)
{
    struct contest_silence most = {0};
    for (size_t i = 0; i < candidates; i++) {
        size_t lacks = 0;
        for (size_t k = 0; k < n; k++)
            lacks += contest_step(plan, k) < s->n && isnan(forecast[i][k]) ? 1 : 0;
        if (lacks > most.lacks)
            most = (struct contest_silence){i, lacks};
    }
    return most;
}

/* Whether a step of the fold is known and, where there are some, has a forecast. */
static bool is_judged(const struct backtest_plan *plan, const struct series *s,
                      const struct fold_part *part, const double *forecast)
{
    for (size_t i = part->from * plan->horizon; i < part->to * plan->horizon; i++) {
        size_t t = contest_step(plan, i);
        if (t < s->n && !isnan(s->y[t]) && !(forecast && isnan(forecast[i])))
            return true;
    }
    return false;
}

const char *contest_why(const struct candidates *c, const struct backtest_plan *plan,
                        const struct folds *folds, const struct series *s,
                        const double *common, const struct contest_silence *silence,
                        struct arena *mem)
{
    size_t f = 0;
    while (f < folds->n && is_judged(plan, s, &folds->fold[f].test, common))
        f++;
    if (f == folds->n)
        return NULL;
    if (!is_judged(plan, s, &folds->fold[f].test, NULL))
        return arena_format(mem, "fold %zu has no step that is known", f + 1);
    return arena_format(
        mem,
        "fold %zu has no step that all candidates forecast: '%s' has none "
        "for %zu, as where values are missing",
        f + 1, c->item[silence->candidate].name, silence->lacks);
}
