/* The rule `beats`: the candidate is better than naive forecasts of the same rows.
 *
 * Better by 1 - RMSE / RMSE of the forecast, on the held-out rows that both have; of
 * classes and labels by the difference of accuracy or F1 (learn/metric.h, metric_judge).
 * A margin of 0 asks for more than nothing: as good is not better. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "gate/gate_internal.h"
#include "learn/metric.h"

/* The candidate's figure on the rows that the forecast has, too. */
static double candidate_value(const struct gate_case *c, const struct metric *judge,
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

/* By which share the candidate is better. */
static double better_by(const struct metric *judge, double value, double other)
{
    if (judge->better == BETTER_HIGH)
        return value - other;
    return other > 0 ? 1 - value / other : value > 0 ? -DBL_MAX : 0;
}

static void find(struct gate_case *c, const struct metric *judge, double margin,
                 const struct metrics_json_baseline *b)
{
    double value = candidate_value(c, judge, b);
    double other = metrics_json_value(&b->score, judge->name);
    double found = better_by(judge, value, other);
    struct gate_bounds bounds = {margin > 0 ? margin : DBL_MIN, INFINITY};
    struct text says = {.mem = c->mem};
    if (isnan(found))
        text_addf(&says, "no held-out row has both the candidate and '%s'", b->name);
    else
        text_addf(&says,
                  "%s %.4g against %.4g of '%s' on %zu held-out rows: %.1f %% %s%s",
                  judge->title, value, other, b->name, b->score.n, 100 * fabs(found),
                  found < 0 ? "worse" : "better",
                  margin > 0 ? arena_format(c->mem, ", %g %% are asked for", 100 * margin)
                             : "");
    gate_find(c, "beats", b->name, &bounds, found, says.p);
    c->verdict->rule[c->verdict->n_rules - 1].at_least = margin;
}

/* The name is none of those that the candidate was measured beside. */
static enum status refuse_name(const struct gate_case *c, const struct gate_margin *m,
                               struct error *err)
{
    const struct metrics_json *metrics = c->metrics;
    const char **names = ARENA_ARRAY(c->mem, const char *, metrics->n_baselines);
    for (size_t i = 0; i < metrics->n_baselines; i++)
        names[i] = metrics->baseline[i].name;
    (void)yaml_error(err, m->node, "no naive forecast is called %s", QUOTE(m->name));
    error_known(err, view_of(m->name), "forecasts", names, metrics->n_baselines);
    return err->status;
}

static enum status find_named(struct gate_case *c, const struct metric *judge,
                              const struct gate_margin *m, struct error *err)
{
    const struct metrics_json *metrics = c->metrics;
    bool any = false;
    for (size_t i = 0; i < metrics->n_baselines; i++) {
        const struct metrics_json_baseline *b = &metrics->baseline[i];
        if (m->name && strcmp(m->name, b->name) != 0)
            continue;
        any = true;
        if (m->name || b->score.n > 0)
            find(c, judge, m->margin, b);
    }
    return any || !m->name ? STATUS_OK : refuse_name(c, m, err);
}

enum status gate_rule_beats(struct gate_case *c, struct error *err)
{
    const struct metric *judge = metric_judge(c->pipeline->task);
    struct gate_margin *margin;
    size_t n;
    TRY(gate_config_beats(c->config, c->mem, &margin, &n, err));
    for (size_t i = 0; judge && i < n; i++)
        TRY(find_named(c, judge, &margin[i], err));
    return STATUS_OK;
}
