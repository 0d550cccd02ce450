/* What the ways to compare share: losses are summed up by unit. */
#ifndef GATE_DUEL_INTERNAL_H
#define GATE_DUEL_INTERNAL_H

#include "gate/duel.h"

/* Sums of the units. */
struct duel_sums {
    size_t units, *n; // [units] rows
    double *mine, *theirs, *mine_square, *theirs_square;
};

struct duel_sums duel_sums_new(size_t units, struct arena *mem);

/* Adds to a unit row i of the one prediction and row k of the other, of targets that are
 * the same there; nothing where the target or one of the answers is missing. */
void duel_add(struct duel_sums *sums, size_t unit, const struct target *y, size_t i,
              const struct prediction *mine, const struct prediction *theirs, size_t k);

/* Fills the losses of the units that have rows, in mem. */
void duel_take(const struct duel_sums *sums, struct arena *mem, struct duel *ret);

/* The other side of a duel: production's recipe. */
struct duel_other {
    const struct pipeline *pipeline;
    const struct learning *learning;
    const struct texts *only; // its features, of today's; NULL: all
};

/* Finds production's features among today's, where the two recipes have others: fills
 * other->only or, where one is missing or something else, why they cannot be compared. */
MUST_USE enum status duel_features(const struct duel_request *request, struct arena *mem,
                                   struct duel_other *other, const char **ret_why,
                                   struct error *err);

MUST_USE enum status duel_origins(const struct duel_request *request,
                                  const struct duel_other *other, struct arena *mem,
                                  struct duel *ret, struct error *err);
MUST_USE enum status duel_rows(const struct duel_request *request,
                               const struct duel_other *other, struct arena *mem,
                               struct duel *ret, struct error *err);

#endif
