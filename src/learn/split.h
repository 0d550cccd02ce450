/* Which rows train, and which are held out.
 *
 *     shuffled    train_test_split(test_size, random_state): the permutation of NumPy's
 *                 RandomState(seed); n_test = ceil(test * n); test = its first n_test,
 *                 train = the rest, in that order
 *     last        the last n_test rows are held out, in time order
 *     stratified  train_test_split(…, stratify=class), which is StratifiedShuffleSplit: of
 *                 each class its share of the n_test rows, to within one row
 *     grouped     GroupShuffleSplit: test is a share of the groups, rounded up, and no
 *                 group is in both parts; rows in their order
 *
 * The drawn ones are scikit-learn's (version 1.9, sklearn.model_selection), row for row. */
#ifndef LEARN_SPLIT_H
#define LEARN_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* Of a three-way split the validation rows are drawn out of those that the first draw left,
 * in its order, by the same method and the same seed:
 *
 *     rest, test = train_test_split(rows, test_size=T, random_state=seed)
 *     train, validation = train_test_split(rest, test_size=ceil(V * len(rows)),
 *                                          random_state=seed)
 *
 * so that both shares are of all rows (of groups: of all groups; of times: of all). */
enum split_method {
    SPLIT_SHUFFLED,
    SPLIT_LAST,
    SPLIT_STRATIFIED,
    SPLIT_GROUPED,
    SPLIT_METHODS
};
#define SPLIT_METHOD_WORDS "shuffled|last|stratified|grouped" // in that order

struct split {
    size_t n_train, n_test;
    size_t *train; // [n_train] row numbers
    size_t *test;  // [n_test]
};

/* The method where none is given (SPLIT_METHODS): last where rows have a time, since a
 * forecast is judged by what came later; else shuffled. */
enum split_method split_method(enum split_method given, bool has_time);

/* How many are drawn: ceil(share * of). */
struct split_size {
    double share;    // in (0,1)
    size_t of;       // 0: as many as there are to draw from
    bool validation; // not to be held out, but to be looked at while learning
};

/* How many of n things that is.  STATUS_INPUT, field 'split.test' or 'split.validation',
 * when a part would be empty; the message calls one of them `unit`. */
MUST_USE enum status split_count(const struct split_size *size, size_t n,
                                 const char *unit, size_t *ret, struct error *err);

/* shuffled and last.  STATUS_INPUT, with split_count's field, when a part would be empty. */
MUST_USE enum status split_rows(enum split_method method, const struct split_size *size,
                                uint32_t seed, size_t n, struct arena *mem,
                                struct split *ret, struct error *err);

/* stratified: label[n] are the rows' classes in the order in which they are drawn.
 * STATUS_INPUT also when a class has one row, or a part fewer than there are classes. */
MUST_USE enum status split_stratified(const struct split_size *size, uint32_t seed,
                                      const uint32_t *label, size_t n, struct arena *mem,
                                      struct split *ret, struct error *err);

/* grouped: group[n] are codes, of which those that occur are divided. */
MUST_USE enum status split_grouped(const struct split_size *size, uint32_t seed,
                                   const uint32_t *group, size_t n, struct arena *mem,
                                   struct split *ret, struct error *err);

#endif
