/* Settings to plans. */
#include "rolling/rolling_plan.h"

#include <math.h>

#include "config/yaml.h"
#include "data/key.h"

/* clang-format off */
static const struct option_row origin_rows[] = {
    OPTION(struct rolling_backtest, first, 0, 0, "KEY",
           "the last time that is known at the first origin, or none: no backtest; without "
           "it half of the time is known"),
    OPTION(struct rolling_backtest, step, 0, 1e9, "N",
           "steps from one origin to the next; 0: 1, of many rows more"),
    OPTION(struct rolling_backtest, horizon, 0, 1e5, "N",
           "steps that are forecast from each origin; 0: those of train.backtest"),
    OPTION(struct rolling_backtest, gap, 0, 1e5, "N",
           "steps between the last known and the first that is forecast"),
    OPTION(struct rolling_backtest, refit, 0, 1e9, "N",
           "origins from one search and fit to the next; 0: 1, of much work more"),
    OPTION(struct rolling_backtest, window, 0, 1e9, "N",
           "steps that are learnt from, the last before the origin; 0: all"),
};
static const struct option_row interval_rows[] = {
    OPTION(struct rolling_intervals, level, 0.01, 0.99, "SHARE",
           "share of the values that should lie between lower and upper"),
};
static const struct option_row leak_rows[] = {
    OPTION(struct rolling_leaks, accept, 0, 0, "LIST",
           "alarms that are no leaks: `{column: NAME, kind: target|ahead|scaled|encoded, "
           "why: TEXT}` each"),
};
const struct option_row rolling_settings_rows[ROLLING_SETTINGS_ROWS] = {
    OPTION_LEADING_MAP(struct rolling_settings, backtest, origin_rows, "KEY or map",
                       "the origins from which it is asked what would have been forecast"),
    OPTION_MAP(struct rolling_settings, intervals, interval_rows,
               "bands around the forecasts, from earlier errors"),
    OPTION(struct rolling_settings, spans, 0, 0, "MAP",
           "rows whose figures are told for themselves: `NAME: [FROM, TO]`"),
    OPTION_MAP(struct rolling_settings, leaks, leak_rows,
               "columns that show what nobody knows yet at their row's time"),
    OPTION_MAP(struct rolling_settings, planted, planting_rows,
               "anomalies that are planted in held-out rows, to see which are found"),
};
/* clang-format on */

int32_t rolling_origin(const struct rolling_plan *plan, const struct pipeline *p,
                       size_t i)
{
    return key_add(p, plan->first, (int32_t)(i * plan->step));
}

size_t rolling_fits(const struct rolling_plan *plan)
{
    return plan->origins > 0 ? (plan->origins - 1) / plan->refit + 1 : 0;
}

static enum status read_key(const struct pipeline *p, const struct yaml_node *node,
                            bool end, int32_t *ret, struct error *err)
{
    int32_t first, last;
    if (node->kind == YAML_LIST || node->kind == YAML_MAP)
        return yaml_error(err, node, "expected %s, found %s", key_step(p)->like,
                          yaml_kind_name(node->kind));
    const char *fault = timestep_span(key_step(p), node->text, &first, &last);
    if (fault)
        return yaml_error(err, node, "expected %s, found '%.*s'", fault,
                          (int)node->text.n, node->text.p);
    *ret = end ? last : first;
    return STATUS_OK;
}

static enum status read_span(const struct pipeline *p, const struct yaml_node *node,
                             struct rolling_span *ret, struct error *err)
{
    if (node->kind != YAML_LIST || node->n != 2)
        return yaml_error(err, node, "expected a list of two times, [FROM, TO]");
    ret->at = node;
    ret->name = node->key;
    TRY(read_key(p, node->child[0], false, &ret->first, err));
    TRY(read_key(p, node->child[1], true, &ret->last, err));
    if (ret->first <= ret->last)
        return STATUS_OK;
    return yaml_error(err, node, "the span '%s' ends before it begins", node->key);
}

static enum status read_spans(const struct yaml_node *spans, const struct pipeline *p,
                              struct arena *mem, struct rolling_plan *plan,
                              struct error *err)
{
    if (!spans)
        return STATUS_OK;
    TRY(yaml_expect(spans, YAML_MAP, err));
    if (!key_step(p))
        return yaml_error(err, spans, "rows have no time that a span could be of");
    plan->span = ARENA_ARRAY(mem, struct rolling_span, spans->n);
    for (size_t i = 0; i < spans->n; i++)
        TRY(read_span(p, spans->child[i], &plan->span[plan->n_spans++], err));
    return STATUS_OK;
}

static bool says_none(const struct yaml_node *first)
{
    return first && view_eq(first->text, view_of("none"));
}

static size_t steps_between(const struct pipeline *p, int32_t from, int32_t to)
{
    return key_number(p, to) - key_number(p, from);
}

/* The steps at the end that a laborious model is judged on. */
static size_t late_steps(const struct rolling_plan *plan)
{
    if (plan->horizon == 1)
        return ROLLING_LATE_ONE;
    return 2 * plan->horizon > ROLLING_LATE ? 2 * plan->horizon : ROLLING_LATE;
}

static enum status find_first(const struct rolling_backtest *b, const struct pipeline *p,
                              const struct rolling_extent *extent,
                              struct rolling_plan *plan, struct error *err)
{
    if (b->first) {
        TRY(read_key(p, b->first, true, &plan->first, err));
        if (key_number(p, plan->first) + plan->gap < key_number(p, extent->last))
            return STATUS_OK;
        return yaml_error(err, b->first, "no row lies behind the first origin");
    }
    size_t steps = steps_between(p, extent->first, extent->last) + 1;
    size_t half = (steps + 1) / 2, late = late_steps(plan);
    if (extent->laborious && steps > half + late + plan->gap)
        half = steps - late - plan->gap;
    size_t known = extent->least > half ? extent->least : half;
    if (known >= steps || known + plan->gap >= steps) {
        plan->why = "there are too few steps to learn from and to forecast";
        return STATUS_OK;
    }
    plan->first = key_add(p, extent->first, (int32_t)known - 1);
    return STATUS_OK;
}

static size_t at_least_one(double x)
{
    return x > 1 ? (size_t)ceil(x) : 1;
}

/* How often something may be learnt. */
static double most_fits(const struct rolling_extent *extent)
{
    if (extent->laborious)
        return 1;
    if (extent->work == 0)
        return ROLLING_FITS / (double)extent->series;
    return fmin(ROLLING_FITS, floor(ROLLING_WORK / extent->work));
}

const char *rolling_plan_none(const struct rolling_settings *settings,
                              const struct pipeline *p,
                              const struct rolling_extent *extent)
{
    const struct rolling_backtest *b = &settings->backtest;
    if (!key_step(p))
        return "rows have no time";
    if (says_none(b->first))
        return "`evaluate.backtest` says none";
    bool large = (double)extent->rows > ROLLING_ROWS || most_fits(extent) < 2;
    if (!b->first && b->refit == 0 && extent->work > 0 && large)
        return "the table is large: `evaluate: {backtest: KEY}` asks for it";
    return NULL;
}

/* Steps and refits that keep the work within bounds, where they are not given. */
static void bound(const struct rolling_backtest *b, const struct pipeline *p,
                  const struct rolling_extent *extent, struct rolling_plan *plan)
{
    size_t behind = steps_between(p, plan->first, extent->last) - plan->gap;
    double steps = (double)steps_between(p, extent->first, extent->last) + 1;
    double rows = (double)extent->rows * (double)behind / steps * (double)plan->horizon;
    double fits = most_fits(extent);
    if (!b->first && b->refit == 0 && extent->work > 0 && fits < 2) {
        plan->why =
            "the table is large: `evaluate: {backtest: {first: KEY}}` asks for it";
        return;
    }
    double half = extent->laborious ? (double)(plan->horizon / 2) : 1;
    plan->step = b->step > 0 ? b->step : at_least_one(fmax(rows / ROLLING_ROWS, half));
    plan->origins = (behind - 1) / plan->step + 1;
    plan->refit = b->refit > 0 ? b->refit
                  : fits < 1   ? plan->origins
                               : at_least_one((double)plan->origins / fits);
}

/* Nobody would plant them elsewhere. */
static enum status check_planted(const struct pipeline *p, struct error *err)
{
    const struct yaml_node *evaluate = p->root ? yaml_get(p->root, "evaluate") : NULL;
    const struct yaml_node *planted =
        evaluate && evaluate->kind == YAML_MAP ? yaml_get(evaluate, "planted") : NULL;
    if (!planted || p->task == TASK_ANOMALY)
        return STATUS_OK;
    return yaml_error(err, planted, "'planted' is for anomaly, not for %s",
                      task_name[p->task]);
}

enum status rolling_plan_of(const struct rolling_settings *settings,
                            const struct pipeline *p, const struct rolling_extent *extent,
                            struct arena *mem, struct rolling_plan *ret,
                            struct error *err)
{
    const struct rolling_backtest *b = &settings->backtest;
    struct rolling_plan plan = {.level = settings->intervals.level,
                                .season = key_season(p),
                                .horizon = b->horizon,
                                .gap = b->gap,
                                .window = b->window};
    TRY(check_planted(p, err));
    TRY(read_spans(settings->spans, p, mem, &plan, err));
    if (plan.horizon == 0) {
        plan.horizon = extent->usual->horizon;
        plan.gap = plan.gap > 0 ? plan.gap : extent->usual->gap;
    }
    plan.why = rolling_plan_none(settings, p, extent);
    if (!plan.why && extent->rows == 0)
        plan.why = "no row has a value that is known";
    if (!plan.why)
        TRY(find_first(b, p, extent, &plan, err));
    if (!plan.why)
        bound(b, p, extent, &plan);
    *ret = plan;
    return STATUS_OK;
}
