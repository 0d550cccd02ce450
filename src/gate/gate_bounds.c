/* The rule `bounds`: figures of the candidate lie where the pipeline's file says. */
#include <math.h>

#include "gate/gate_internal.h"
#include "learn/metric.h"

static const struct {
    const char *title;
    gate_figure *value;
} figures[] = {
#define FIGURE(id, title, least, most, text) {title, gate_figure_##id},
#include "gate/figures.def"
#undef FIGURE
};

/* The figure and what it is called. */
static double figure_of(const struct gate_case *c, enum gate_bounded which,
                        const char **ret_title)
{
    if (which >= GATE_METRICS) {
        *ret_title = figures[which - GATE_METRICS].title;
        return (figures[which - GATE_METRICS].value)(c);
    }
    *ret_title = metric_all[which].title;
    const char *name = metric_all[which].name;
    if (c->backtest && c->backtest->all)
        return backtest_json_value(c->backtest->all, name);
    return metrics_json_value(&c->metrics->holdout, name);
}

static void add_bounds(const struct gate_bounds *b, struct text *out)
{
    if (isfinite(b->min) && isfinite(b->max))
        text_addf(out, "%g to %g", b->min, b->max);
    else if (isfinite(b->min))
        text_addf(out, "at least %g", b->min);
    else
        text_addf(out, "at most %g", b->max);
}

static enum status check_task(const struct gate_case *c, enum gate_bounded which,
                              struct error *err)
{
    if (which >= GATE_METRICS || metric_is_for(&metric_all[which], c->pipeline->task))
        return STATUS_OK;
    return yaml_error(err, c->config->bounds[which], "%s is no figure of %s",
                      QUOTE(metric_all[which].name), task_name[c->pipeline->task]);
}

enum status gate_rule_bounds(struct gate_case *c, struct error *err)
{
    for (size_t i = 0; i < GATE_BOUNDED; i++) {
        enum gate_bounded which = (enum gate_bounded)i;
        struct gate_bounds bounds;
        struct text says = {.mem = c->mem};
        const char *title;
        bool any;
        TRY(gate_config_bounds(c->config, which, &any, &bounds, err));
        if (!any)
            continue;
        TRY(check_task(c, which, err));
        double found = figure_of(c, which, &title);
        if (isnan(found))
            text_addf(&says, "there is no %s, ", title);
        else
            text_addf(&says, "%s is %.6g, ", title, found);
        add_bounds(&bounds, &says);
        text_puts(&says, isfinite(bounds.max) && isfinite(bounds.min) ? " are asked for"
                                                                      : " is asked for");
        gate_find(c, gate_bounded_name(which), "", &bounds, found, says.p);
    }
    return STATUS_OK;
}
