/* The figures of gate/figures.def. */
#include <math.h>

#include "gate/gate_internal.h"
#include "learn/metric.h"

double gate_figure_coverage(const struct gate_case *c)
{
    const struct backtest_json *b = c->backtest;
    if (c->pipeline->task == TASK_ANOMALY)
        return 1 - metrics_json_value(&c->metrics->holdout, "flagged");
    return b && b->all && b->all->bands ? b->all->bands->coverage : NAN;
}

double gate_figure_model_bytes(const struct gate_case *c)
{
    return (double)c->model_bytes;
}

double gate_figure_dropped(const struct gate_case *c)
{
    size_t rows = 0, kept = 0;
    for (size_t i = 0; i < c->quality->n_sources; i++) {
        rows += c->quality->source[i].rows;
        kept += c->quality->source[i].kept;
    }
    return rows > 0 ? 1 - (double)kept / (double)rows : NAN;
}

double gate_figure_rejected(const struct gate_case *c)
{
    size_t rows = 0;
    for (size_t i = 0; i < c->ingest->n_sources; i++)
        rows += c->ingest->source[i].rows;
    return rows > 0 ? (double)c->ingest->rejected / (double)rows : NAN;
}
