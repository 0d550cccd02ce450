/* A challenger and production on the same rows, none of which either has learnt from.
 *
 * Where rows have a time both recipes go through the rolling origin (rolling/rolling_run.h)
 * over what there is today, production's as its version keeps it, learnt anew in each
 * origin's past; what is compared is an origin each.  Where they have none, production's
 * recipe is learnt anew, search and all, from the rows that tonight's model has learnt
 * from, and both answer the rows that were held out of it: what production itself has
 * learnt from in its time does not matter.  There a row each is compared or, where rows
 * have groups, a group each, for its rows may go together. */
#ifndef GATE_DUEL_H
#define GATE_DUEL_H

#include "judge/delong.h"
#include "rolling/rolling_run.h"

struct duel_request {
    struct rolling_job
        job;           // of the challenger; histories of a regression with time alone
    const char *model; // path of the challenger's model.json
    const char *parameters, *catalogue; // of production's parameters.yaml, features.json
    // Where production's outside columns are read from, up to the last key.
    const char *folder;
    const struct sources *sources;
    int32_t last;
};

#define DUEL_UNITS "origins|rows|groups"
enum duel_unit { DUEL_ORIGINS, DUEL_ROWS, DUEL_GROUPS };

/* The losses of both, means over the rows of a unit, in the order of time or of the table.
 * Losses are absolute and squared errors; of classes 1 for each that is wrong, of labels
 * the share of them that are, of anomalies 1 for each planted one that is missed and each
 * other that is flagged. */
struct duel {
    const char *why; // there is nothing to compare, and this is why; else NULL
    enum task task;
    enum duel_unit unit;
    size_t horizon;        // steps from an origin to its furthest row; 1 without
    size_t n;              // units with rows of both
    double *mine, *theirs; // [n] mean losses
    double *mine_root, *theirs_root; // [n] roots of the mean squared losses
    bool scored; // rows of two classes, or one label, for which both give probabilities:
    struct delong auc; // of production's, a, and the challenger's, b
};

/* Runs both; fails as rolling_run does.  A recipe of production that today's rows do not
 * let learn is a reason, not a failure.  What lives on lives in mem. */
MUST_USE enum status duel_run(const struct duel_request *request, struct arena *mem,
                              struct duel *ret, struct error *err);

#endif
