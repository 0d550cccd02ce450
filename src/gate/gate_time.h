/* The rule `prediction_time`: what tonight's model takes to predict a row, in seconds of one
 * processor.
 *
 * No time may reach an artifact: verdict.json says whether the model is within the limit,
 * never what was measured, so that the same inputs give the same bytes wherever the model
 * is not near the limit.  Far from it is what a limit is for; a model that takes about as
 * long as it may is within it on one night and not on another. */
#ifndef GATE_GATE_TIME_H
#define GATE_GATE_TIME_H

#include "base/watch.h"
#include "data/history.h"
#include "gate/gate.h"

/* What is timed. */
struct gate_timed {
    const char *model, *features;      // paths of model.json and features.arrow
    const struct histories *histories; // of the target of a regression with time
    const struct watch *watch;         // hears what was measured
};

/* Measures, where the pipeline's file asks for it, and adds the rule to the verdict: of a
 * recipe the rows of the first batch of the table, of a series model the steps to come, at
 * most of GATE_TIMED_SERIES series, on the calling thread; the least of several runs. */
enum { GATE_TIMED_SERIES = 20 };
MUST_USE enum status gate_time(struct gate_case *c, const struct gate_timed *of,
                               struct error *err);

#endif
