/* The rule `beats`: the candidate is better than naive forecasts of the same rows.
 *
 * Better by 1 - RMSE / RMSE of the forecast, on the rows of the backtest that both have or,
 * where there is none, on held-out ones; of classes and labels by the difference of accuracy or F1 (learn/metric.h, metric_judge).
 * A margin of 0 asks for more than nothing: as good is not better. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "gate/gate_internal.h"
#include "learn/metric.h"

/* The candidate beside a naive forecast, on the rows that both have. */
struct beaten {
    const char *name;
    size_t n;            // rows
    double value, other; // of the metric that judges
};

/* The candidate's figure on the held-out rows that the forecast has, too. */
static double held_out_value(const struct gate_case *c, const struct metric *judge,
                             const struct metrics_json_baseline *b)
{
    const struct residuals_json *r = c->residuals;
    if (b->score.n == c->metrics->holdout.n)
        return metrics_json_value(&c->metrics->holdout, judge->name);
    for (size_t i = 0; i < r->n_baselines; i++)
        if (strcmp(r->baseline[i].part, "holdout") == 0 &&
            strcmp(r->baseline[i].baseline, b->name) == 0)
            return r->baseline[i].rmse;
    return NAN;
}

/* Those of the hold-out. */
static struct beaten *held_out(const struct gate_case *c, const struct metric *judge,
                               size_t *ret_n)
{
    const struct metrics_json *m = c->metrics;
    struct beaten *all = ARENA_ARRAY(c->mem, struct beaten, m->n_baselines);
    for (size_t i = 0; i < m->n_baselines; i++)
        all[i] = (struct beaten){m->baseline[i].name, m->baseline[i].score.n,
                                 held_out_value(c, judge, &m->baseline[i]),
                                 metrics_json_value(&m->baseline[i].score, judge->name)};
    *ret_n = m->n_baselines;
    return all;
}

/* Those of the backtest. */
static struct beaten *tested(const struct gate_case *c, const struct metric *judge,
                             size_t *ret_n)
{
    const struct backtest_json_part *part = c->backtest->all;
    struct beaten *all = ARENA_ARRAY(c->mem, struct beaten, part->n_baselines);
    for (size_t i = 0; i < part->n_baselines; i++) {
        const struct backtest_json_versus *v = &part->baseline[i].versus;
        all[i] = (struct beaten){part->baseline[i].name, v->n, v->model, NAN};
        for (size_t k = 0; k < v->n_figures; k++)
            if (strcmp(v->figure[k].name, judge->name) == 0)
                all[i].other = v->figure[k].value;
    }
    *ret_n = part->n_baselines;
    return all;
}

/* By which share the candidate is better. */
static double better_by(const struct metric *judge, double value, double other)
{
    if (judge->better == BETTER_HIGH)
        return value - other;
    return other > 0 ? 1 - value / other : value > 0 ? -DBL_MAX : 0;
}

static void find(struct gate_case *c, const struct metric *judge, double margin,
                 const struct beaten *b)
{
    double found = better_by(judge, b->value, b->other);
    const char *held_out = c->backtest ? "" : "held-out ", *s = b->n == 1 ? "" : "s";
    const char *unit = judge->better == BETTER_HIGH ? "points" : "%"; // of a difference
    struct gate_bounds bounds = {margin > 0 ? margin : DBL_MIN, INFINITY};
    struct text says = {.mem = c->mem};
    if (isnan(found))
        text_addf(&says, "no row has both the candidate and '%s'", b->name);
    else
        text_addf(&says, "%s %.4g against %.4g of '%s' on %zu %srow%s%s: ", judge->title,
                  b->value, b->other, b->name, b->n, held_out, s,
                  c->backtest ? " of the backtest" : "");
    if (found == -DBL_MAX)
        text_puts(&says, "worse than what is never wrong");
    else if (found == 0)
        text_puts(&says, "as good is not better");
    else if (!isnan(found))
        text_addf(&says, "%.1f %s %s", 100 * fabs(found), unit,
                  found < 0 ? "worse" : "better");
    if (margin > 0)
        text_addf(&says, ", %g %s are asked for", 100 * margin, unit);
    gate_find(c, "beats", b->name, &bounds, found, says.p);
    c->verdict->rule[c->verdict->n_rules - 1].at_least = margin;
}

/* The name is none of those that the candidate was measured beside. */
static enum status refuse_name(const struct gate_case *c, const struct gate_margin *m,
                               const struct beaten *all, size_t n, struct error *err)
{
    const char **names = ARENA_ARRAY(c->mem, const char *, n);
    for (size_t i = 0; i < n; i++)
        names[i] = all[i].name;
    (void)yaml_error(err, m->node, "no naive forecast is called %s", QUOTE(m->name));
    error_known(err, view_of(m->name), "forecasts", names, n);
    return err->status;
}

static enum status find_named(struct gate_case *c, const struct metric *judge,
                              const struct gate_margin *m, const struct beaten *all,
                              size_t n, struct error *err)
{
    bool any = !m->name;
    for (size_t i = 0; i < n; i++) {
        bool named = m->name && strcmp(m->name, all[i].name) == 0;
        any |= named;
        if (named || (!m->name && all[i].n > 0))
            find(c, judge, m->margin, &all[i]);
    }
    return any ? STATUS_OK : refuse_name(c, m, all, n, err);
}

enum status gate_rule_beats(struct gate_case *c, struct error *err)
{
    const struct metric *judge = metric_judge(c->pipeline->task);
    struct gate_margin *margin;
    size_t n;
    TRY(gate_config_beats(c->config, c->mem, &margin, &n, err));
    for (size_t i = 0; judge && i < n; i++) {
        size_t n_all;
        const struct beaten *all =
            c->backtest ? tested(c, judge, &n_all) : held_out(c, judge, &n_all);
        TRY(find_named(c, judge, &margin[i], all, n_all, err));
    }
    return STATUS_OK;
}
