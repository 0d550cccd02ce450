/* The sections `split` and `train` of a pipeline's file: what is learnt, from which rows,
 * and what it is judged by. */
#ifndef SEARCH_LEARNING_H
#define SEARCH_LEARNING_H

#include "learn/contest.h"
#include "learn/division.h"
#include "search/search.h"

struct learning_split {
    enum split_method method; // SPLIT_METHODS: not given
    enum division_arrived arrived;
    double test;
    double validation; // 0: none
};

enum learning_method { SEARCH_GRID, SEARCH_HALVING };
#define LEARNING_METHOD_WORDS "grid|halving" // in that order

struct learning_search {
    enum learning_method method;
    struct search_halving halving;
};

struct learning_train {
    struct fold_rule folds;
    const char *score; // NULL: the task's usual one
    struct learning_search search;
    struct recipes_source recipes;  // either these
    const struct yaml_node *series; // or series models
    struct backtest_plan backtest;
};

struct learning {
    struct learning_split split;
    struct learning_train train;
};

/* What holds where the file says nothing: the split's method depends on the time, the
 * score on the task. */
#define LEARNING_DEFAULTS                                                                \
    {                                                                                    \
        .split = {.method = SPLIT_METHODS, .test = 0.2},                                 \
        .train = {.folds = {.n = 3},                                                     \
                  .search = {.halving = {.factor = 3}},                                  \
                  .backtest = {.step = 1, .horizon = 1, .refit = 1}},                    \
    }

enum { LEARNING_SPLIT_ROWS = 4, LEARNING_TRAIN_ROWS = 8 };
extern const struct option_row learning_split_rows[LEARNING_SPLIT_ROWS];
extern const struct option_row learning_train_rows[LEARNING_TRAIN_ROWS];

/* The rule of a search that halves, or NULL. */
static inline const struct search_halving *learning_halving(
    const struct learning_train *train)
{
    return train->search.method == SEARCH_HALVING ? &train->search.halving : NULL;
}

/* How a pipeline's rows are divided. */
struct division_rule learning_division(const struct learning_split *split,
                                       const struct pipeline *p);

#endif
