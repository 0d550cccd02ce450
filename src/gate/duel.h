/* A challenger and production on the same rows: both recipes go through the rolling origin
 * (rolling/rolling_run.h) over what there is today, production's as its version keeps it,
 * learnt anew in each origin's past. */
#ifndef GATE_DUEL_H
#define GATE_DUEL_H

#include "rolling/rolling_run.h"

struct duel_request {
    struct rolling_job job; // of the challenger
    const char *parameters; // path of production's parameters.yaml
};

/* The losses of both at the origins at which both answered, in the order of time: means over
 * the rows of an origin. */
struct duel {
    const char *why;       // there is nothing to compare, and this is why; else NULL
    size_t origins;        // of the challenger's backtest
    size_t horizon;        // steps from an origin to its furthest row
    size_t n;              // origins with rows of both
    double *mine, *theirs; // [n] mean absolute errors
    double *mine_root, *theirs_root; // [n] roots of the mean squared errors
};

/* Runs both; fails as rolling_run does.  What lives on lives in mem. */
MUST_USE enum status duel_run(const struct duel_request *request, struct arena *mem,
                              struct duel *ret, struct error *err);

#endif
