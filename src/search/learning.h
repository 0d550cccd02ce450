/* The sections `split` and `train` of a pipeline's file: what is learnt, from which rows,
 * and what it is judged by. */
#ifndef SEARCH_LEARNING_H
#define SEARCH_LEARNING_H

#include "learn/contest.h"
#include "learn/division.h"

struct learning_split {
    enum split_method method; // SPLIT_METHODS: not given
    enum division_arrived arrived;
    double test;
    double validation; // 0: none
};

struct learning_train {
    struct fold_rule folds;
    const char *score;                      // NULL: the task's usual one
    const struct yaml_node *steps, *series; // one of the two
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
        .train = {.folds = {.n = 3}, .backtest = {.step = 1, .horizon = 1, .refit = 1}}, \
    }

enum { LEARNING_SPLIT_ROWS = 4, LEARNING_TRAIN_ROWS = 5 };
extern const struct option_row learning_split_rows[LEARNING_SPLIT_ROWS];
extern const struct option_row learning_train_rows[LEARNING_TRAIN_ROWS];

/* How a pipeline's rows are divided. */
struct division_rule learning_division(const struct learning_split *split,
                                       const struct pipeline *p);

#endif
