/* The search for leaks: columns of the feature table that show what nobody knows yet at
 * their row's time.
 *
 * *Cut, recompute, compare bits.* The features are computed from the clean table, by the
 * code that the features stage runs, once as of the last row and once as of each of some
 * origins, and compared with the rows of features.arrow up to there.  A column that no
 * rule makes, or whose values are others, is told: what it knows cannot be proved.  No
 * more than about LEAK_WALKED rows are computed in all: of a longer table as of fewer
 * origins, at least LEAK_LEAST, and then of its first rows alone.
 *
 * *What values alone show.* A column of a source may have been made from later rows
 * before it came here.  Those that features read, and those that no rule makes, are told
 *   - when they equal the target of the row's own step or a later one, on any scale, also
 *     rounded or with a little noise; or rise or fall with it, or name the bin that it is in
 *   - when they are a sum of values of the target of which some are later, a centred window
 *     or a mean that has the row's own value in it, but for a fiftieth of what earlier ones
 *     leave open; exactly, when it is another column's values
 *   - when they stay at what the target, or another column, comes to at the end
 *   - when they have mean 0 and deviation 1 over all rows
 *   - when each of their values is the mean of the target over the rows that have it.
 * The first LEAK_CELLS / columns rows are looked at, pairs of columns only up to
 * LEAK_PAIRED columns; figures of all rows only where these are looked at.
 *
 * What does not show: sums over more than 12 steps to either side (of another column 3), a
 * running mean from the beginning on, maxima, deviations and other windows that are no sum,
 * a copy with more than some hundredths of noise, the sign of a change, a column scaled to
 * its least and greatest value, means of another column over a calendar year; and whether of
 * two columns one came a step early or the other a step late, unless the end of the early
 * one was filled up.
 *
 * What values show may be chance: the pipeline's file can accept it.  What was proved by
 * computing is none. */
#ifndef LEAKS_LEAK_SEARCH_H
#define LEAKS_LEAK_SEARCH_H

#include "artifacts/leaks.h"
#include "base/option.h"
#include "base/watch.h"
#include "config/pipeline.h"

enum {
    LEAK_ORIGINS = 5,     // as of which features are computed anew
    LEAK_LEAST = 2,       // of a long table
    LEAK_WALKED = 300000, // rows in all, but for those of the last batch
    LEAK_CELLS = 1000000,
    LEAK_PAIRED = 64
};

struct leak_inputs {
    const struct pipeline *pipeline;
    const struct items *rules;    // of the section `features`
    const char *clean, *features; // paths of clean.arrow and features.arrow
    const struct yaml_node
        *accept; // evaluate.leaks.accept (leaks/leak_accept.h), or NULL
    const struct watch *watch;
    struct arena *mem, *scratch; // what is returned lives in mem
};

/* Also warns of each that it finds and nobody accepted, and of what was accepted in vain.
 * STATUS_INPUT when a table cannot be read, or is not one of the pipeline's, and as
 * leak_accept_read says. */
MUST_USE enum status leak_search(const struct leak_inputs *in, struct leaks *ret,
                                 struct error *err);

#endif
