/* The residuals of a whole table, summed up for who looks at them: artifacts/residuals_json.h.
 *
 * One walk over the rows, and one for each naive forecast; what comes out does not grow
 * with the table.  Classes and labels have no residuals: of them the parts are counted. */
#ifndef LEARN_RESIDUALS_H
#define LEARN_RESIDUALS_H

#include "artifacts/residuals_json.h"
#include "data/ids.h"
#include "learn/frame.h"

extern const char *const residuals_part[]; // the names of enum division_part

struct residuals {
    const struct frame *frame; // keys and target
    struct ids *ids;           // of its rows, NULL or of no file: they have none
    const double *prediction;  // [frame->n]
    const uint8_t *part;       // [frame->n] enum division_part
    size_t n_baselines;
    const char *const *baseline_name;
    const double *const *baseline; // [n_baselines][frame->n], NULL: no row has a forecast
};

/* Fills all of ret but the model and the options; it lives in mem.  STATUS_INPUT where the
 * ids cannot be read. */
MUST_USE enum status residuals_sum(const struct residuals *r, struct arena *mem,
                                   struct residuals_json *ret, struct error *err);

#endif
