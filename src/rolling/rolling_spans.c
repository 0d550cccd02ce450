/* A span may hold no row of one night, as of an early date; so it is told, and no error. */
#include "rolling/rolling_spans.h"

#include "config/yaml.h"
#include "data/key.h"

static bool is_in(const struct rolling_rows *r, const struct rolling_span *span)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->key[i] >= span->first && r->key[i] <= span->last)
            return true;
    return false;
}

/* The first and the last key that is forecast. */
static void find_ends(const struct rolling_rows *r, int32_t *ret_first, int32_t *ret_last)
{
    *ret_first = *ret_last = r->key[0];
    for (size_t i = 1; i < r->n; i++) {
        *ret_first = r->key[i] < *ret_first ? r->key[i] : *ret_first;
        *ret_last = r->key[i] > *ret_last ? r->key[i] : *ret_last;
    }
}

static void warn_of_none(const struct rolling_plan *plan, const struct watch *watch)
{
    struct error warning = {0};
    (void)yaml_error(&warning, plan->span->at,
                     "spans have no figures: there is no "
                     "backtest");
    error_hint(&warning, "%s", plan->why);
    watch_warn(watch, &warning);
}

static void warn_of(const struct rolling_rows *r, const struct rolling_span *span,
                    const struct watch *watch)
{
    struct error warning = {0};
    char from[TIMESTEP_TEXT], to[TIMESTEP_TEXT];
    int32_t first, last;
    find_ends(r, &first, &last);
    (void)yaml_error(&warning, span->at,
                     "the span %s has no row of the backtest, which goes from %s to %s",
                     QUOTE(span->name), key_text(r->pipeline, first, from),
                     key_text(r->pipeline, last, to));
    error_hint(&warning, span->last < first ? "`evaluate.backtest.first` says from where"
                                            : "is a year misspelt?");
    watch_warn(watch, &warning);
}

void rolling_spans_warn(const struct rolling_rows *rows, const struct watch *watch)
{
    const struct rolling_plan *plan = rows->plan;
    if (plan->n_spans > 0 && plan->origins == 0)
        warn_of_none(plan, watch);
    for (size_t s = 0; s < plan->n_spans && rows->n > 0; s++)
        if (!is_in(rows, &plan->span[s]))
            warn_of(rows, &plan->span[s], watch);
}
