/* The leak proof of a hold-out: that a model rests on the rows which it says it learnt from,
 * and on no others.
 *
 * Its best cell is fitted once more on a table in which other rows, some of those that are
 * learnt from, stand in the place of all that are not.  What it then answers to the held-out
 * rows must have the bits of what the model in the file answers: a figure of all rows, a
 * mean that was taken before the split, a class that only a held-out row has, shows.  Where
 * the bits differ the table as it is decides: if that does not give the file's answers
 * either, the model is of another recipe, or of other rows, and nothing is proved. */
#ifndef SEARCH_HOLD_PROOF_H
#define SEARCH_HOLD_PROOF_H

#include "base/watch.h"
#include "learn/frame.h"
#include "learn/model.h"
#include "search/learning.h"

#define HOLD_PROOF_BYTES ((size_t)8 << 20) // of a table that is learnt from again

struct hold_proof_job {
    const struct pipeline *pipeline;
    const struct learning *learning;
    const struct model *model;     // of steps
    const char *features;          // path of features.arrow
    const struct prediction *said; // what the model answers to each of its rows
    size_t threads;
    const struct watch *watch;
};

struct hold_proof {
    size_t answers;          // that were compared
    size_t leaks;            // of these, that differ
    char first[FRAME_LABEL]; // the name of the first of them
    const char *why;         // nothing could be compared, and this is why; else NULL
};

/* Holds the fit, in memory of its own. */
MUST_USE enum status hold_prove(const struct hold_proof_job *job, struct hold_proof *ret,
                                struct error *err);

#endif
