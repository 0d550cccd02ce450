/* Figures that decide.  Nothing is measured here: they stand in metrics.json and, for the
 * rows that both forecasts have, in residuals.json. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "data/key.h"
#include "learn/split.h"
#include "report/verdict_internal.h"

/* The model's RMSE on the rows of a part for which the baseline has a forecast: the
 * part's own as long as that is all rows. */
static double model_rmse(const struct report *r, enum report_part part,
                         const struct metrics_json_baseline *b)
{
    const struct metrics_json_score *model = report_score(r, part);
    if (!model)
        return NAN;
    if (model->n == b->score.n)
        return metrics_json_value(model, "rmse");
    const struct residuals_json_baseline *common = report_common(r, part, b->name);
    return common ? common->rmse : NAN;
}

double verdict_skill(const struct report *r, enum report_part part,
                     const struct metrics_json_baseline *b)
{
    double other = metrics_json_value(&b->score, "rmse");
    return other > 0 ? 1 - model_rmse(r, part, b) / other : NAN;
}

double verdict_errors(const struct report *r, enum report_part part,
                      const struct metrics_json_baseline *b)
{
    const struct residuals_json_baseline *common = report_common(r, part, b->name);
    double errors = common ? common->errors : NAN;
    return fabs(errors) == DBL_MAX ? copysign(INFINITY, errors) : errors;
}

/* How bad the model looks beside the baseline: RMSE by RMSE, so that a faultless
 * baseline is infinitely hard to beat. */
static double hardness(const struct report *r, enum report_part part,
                       const struct metrics_json_baseline *b)
{
    double rmse = model_rmse(r, part, b), other = metrics_json_value(&b->score, "rmse");
    if (b->score.n == 0 || !isfinite(rmse) || !isfinite(other))
        return NAN;
    return other > 0 ? rmse / other : rmse > 0 ? INFINITY : 1;
}

/* The baseline that is hardest to beat, of those with at least so many rows. */
static const struct metrics_json_baseline *hardest(const struct report *r,
                                                   enum report_part part, size_t rows)
{
    size_t n;
    const struct metrics_json_baseline *all = report_baselines(r, part, &n), *best = NULL;
    for (size_t i = 0; i < n; i++) {
        double by = hardness(r, part, &all[i]);
        if (all[i].score.n >= rows && !isnan(by) &&
            (!best || by > hardness(r, part, best)))
            best = &all[i];
    }
    return best;
}

static const struct metrics_json_baseline *best_of(const struct report *r,
                                                   enum report_part part)
{
    const struct metrics_json_score *model = report_score(r, part);
    const struct metrics_json_baseline *best =
        hardest(r, part, model ? (model->n + 1) / 2 : 0);
    return best ? best : hardest(r, part, 1);
}

/* Series that were held out as a whole lie beside those that were learnt from, and are not
 * among their rows. */
static bool is_of_whole_groups(const struct report *r)
{
    const struct yaml_node *split = yaml_get(r->pipeline->root, "split");
    return report_method(split, SPLIT_METHOD_WORDS, SPLIT_METHODS) == SPLIT_GROUPED;
}

/* Whether held-out rows begin before training rows end; texts of dates are in the order of
 * the dates, and what names a series stands behind them. */
static bool leaks(const struct report *r)
{
    const struct residuals_json_part *train = report_residuals(r, PART_TRAIN),
                                     *held = report_residuals(r, PART_HOLDOUT);
    return key_step(r->pipeline) && train && held && !is_of_whole_groups(r) &&
           strncmp(held->first, train->last, strcspn(train->last, " ")) < 0;
}

static enum verdict_says judge(double errors)
{
    if (!(fabs(errors) >= VERDICT_SURE)) // NaN: too few rows
        return VERDICT_SAME;
    return errors < 0 ? VERDICT_BETTER : VERDICT_WORSE;
}

/* Of classes and labels: right on more rows, and not by chance. */
static enum verdict_says judge_right(const struct classification_json *c)
{
    const struct classification_json_baseline *b = c->baseline;
    if (c->n_baselines != 1)
        return VERDICT_NONE;
    if (!(b->p < VERDICT_CHANCE))
        return VERDICT_SAME;
    return b->only_model > b->only_baseline ? VERDICT_BETTER : VERDICT_WORSE;
}

void verdict_of(const struct report *r, struct arena *mem, struct verdict *ret)
{
    struct verdict v = {.best = best_of(r, PART_HOLDOUT),
                        .best_arrived = best_of(r, PART_ARRIVED),
                        .rmse = NAN,
                        .skill = NAN,
                        .p = NAN};
    if (!verdict_backtest(r, &v) && r->metrics.holdout.n > 0 && v.best) {
        v.rmse = model_rmse(r, PART_HOLDOUT, v.best);
        v.skill = verdict_skill(r, PART_HOLDOUT, v.best);
        v.errors = verdict_errors(r, PART_HOLDOUT, v.best);
        v.says = judge(v.errors);
    }
    v.right = judge_right(&r->classes);
    v.leaks = leaks(r);
    verdict_words(r, mem, &v);
    verdict_limits(r, mem, &v);
    *ret = v;
}
