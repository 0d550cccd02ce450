/* What estimators of bands learn: a band for each group, and how it moves.
 *
 * quantile_bands, z_score and median_mad differ in how they find a band; what they keep, how
 * they answer and their document are the same.  Where rows have no groups there is one band
 * for all. */
#ifndef STEPS_BAND_STATE_H
#define STEPS_BAND_STATE_H

#include "bands/grouped.h"
#include "data/groups.h"
#include "steps/step.h"

struct band_state {
    bool grouped;
    struct groups names;   // in their order, where grouped; n of them
    size_t n;              // bands
    size_t min_count;      // rows that a band must be learnt from
    double *count;         // [n] rows that it was learnt from
    double *mean, *std;    // [n] of their values, ddof 1; 0 of one value
    double *lower, *upper; // [n] at the time `last`
    bool log;              // they move by factors: exp(slope) a unit of time
    double *slope, *last;  // [n] NULL: nothing moves
};

/* The rows to learn from, those groups alone that have some, which the state numbers. */
struct band_learnt {
    struct grouped_rows rows;
    size_t *count; // [rows.groups]
};

/* A state without bands and trend for the groups of x, with counts and moments; the rows that
 * it is of, in mem.  y is plain. */
struct band_state *band_state_new(const struct matrix *x, const struct target *y,
                                  size_t min_count, struct arena *mem,
                                  struct band_learnt *ret);

/* Room for bands that move along a column. */
void band_state_move(struct band_state *s, bool log, struct arena *mem);

/* The functions of struct step. */
enum status band_state_predict(const void *state, const struct matrix *x,
                               struct arena *mem, struct prediction *ret,
                               struct error *err);
json_t *band_state_save(const void *state);
enum status band_state_load(const json_t *saved, const struct shape *in, const char *path,
                            struct arena *mem, void **ret_state, struct shape *ret,
                            struct error *err);
void band_state_tell(const void *state,
                     void (*take)(void *sink, const char *name, double value),
                     void *sink);

#endif
