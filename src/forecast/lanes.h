/* Many least sums of squares at once: each task's search has a lane of one loop.
 *
 * The errors of exponential smoothing, theta and moving averages come from recurrences,
 * which a processor spends waiting in.  Here sixteen tasks of one family are searched side
 * by side; a lane whose search is over takes the next task.  What a task finds depends on
 * its own values only, to the bit, so that one task alone finds the same. */
#ifndef FORECAST_LANES_H
#define FORECAST_LANES_H

#include "base/arena.h"
#include "base/vector.h"
#include "forecast/simplex.h"

enum { LANES = 16, LANES_COEFFICIENTS = 6 };

/* What a family's loop computes the sums from. */
struct lanes_block {
    size_t n;              // steps of the longest lane
    size_t season;         // steps
    double *value;         // [n][width][LANES]
    double *past;          // [season + 1 + n][LANES] room for what the loop looks back at
    const double *pattern; // [season][LANES] or NULL
    double from[LANES], until[LANES]; // the steps whose errors count
    size_t all_from, all_until;       // those that count in every lane
    double coefficient[LANES_COEFFICIENTS][LANES];
    double sum[LANES]; // of squares, the result
};

/* Calls the kernel f, which is for so many neighbouring lanes as it says, for all. */
#define LANES_SUMS(f, b)                                                                 \
    do {                                                                                 \
        void (*kernel_)(struct lanes_block *, size_t) = VECTOR_PICK(f);                  \
        size_t at_once_ = vector_chosen()->width == 2 ? 8 : 16;                          \
        for (size_t lane_ = 0; lane_ < LANES; lane_ += at_once_)                         \
            kernel_(b, lane_);                                                           \
    } while (0)

/* Calls STEP(t, kept) for all steps; kept is a constant, false for those that count in every
 * lane, so that the loop over them has no masks. */
#define LANES_LOOP(b, STEP)                                                              \
    do {                                                                                 \
        size_t t_ = 0;                                                                   \
        for (; t_ < (b)->all_from; t_++)                                                 \
            STEP(t_, true);                                                              \
        for (; t_ < (b)->all_until; t_++)                                                \
            STEP(t_, false);                                                             \
        for (; t_ < (b)->n; t_++)                                                        \
            STEP(t_, true);                                                              \
    } while (0)

struct lanes_family {
    size_t width; // values a step
    bool pattern; // tasks have a season's values to begin with
    /* The coefficients of each lane's task, NULL: it has none, at the point of its search;
     * lanes without a task are left as they are. */
    void (*coefficients)(const void *const task[LANES], double x[SIMPLEX_MOST][LANES],
                         double ret[LANES_COEFFICIENTS][LANES]);
    void (*sums)(struct lanes_block *b);
};

/* One least sum of squares. */
struct lanes_task {
    const void *of;        // handed to `coefficients`, not NULL
    size_t n, from;        // steps; the errors of those before `from` do not count
    const double *value;   // [n][width]
    const double *pattern; // [season]; NULL: zeros
    struct simplex_plan plan;
    double x[SIMPLEX_MOST]; // where the sum is least: the result
    double log_sum;         // and its logarithm; INFINITY where none is finite
};

/* Searches them all.  season: of all tasks; scratch is rewound. */
void lanes_minimise(const struct lanes_family *family, size_t season,
                    struct lanes_task *task, size_t n, struct arena *scratch);

#endif
