/* The rows of both sections. */
#include "search/learning.h"

/* clang-format off */
const struct option_row learning_split_rows[LEARNING_SPLIT_ROWS] = {
    OPTION_ENUM(struct learning_split, method, SPLIT_METHOD_WORDS,
"rows held out: drawn by the seed as scikit-learn does; the last in time, of "
                "many series those of the last times of all; drawn so that each class has "
                "its share; whole groups.  Without it last where rows have a time, else "
                "shuffled"),
    OPTION_ENUM(struct learning_split, arrived, ARRIVED_WORDS,
                  "rows from later files than the first: only measured, or learnt from "
                  "like all others"),
    OPTION(struct learning_split, test, 0.001, 0.999, "SHARE",
           "share of the rows that is held out, rounded up"),
    OPTION(struct learning_split, validation, 0.001, 0.999, "SHARE",
           "share of the rows that is looked at while learning, to stop in time, and not "
           "learnt from, rounded up; otherwise none"),
};
static const struct option_row search_rows[] = {
    OPTION_ENUM(struct learning_search, method, LEARNING_METHOD_WORDS,
                "every cell on all rows; or rounds of ever fewer cells on ever more rows"),
    OPTION_AS(struct learning_search, "factor", halving.factor, 2, 1000, "N",
           "halving: so many times the rows in each round, for one in N cells"),
    OPTION_AS(struct learning_search, "min_resources", halving.min_resources, 1, 1e9, "N",
           "halving: rows of the first round; otherwise so that the last has as many as it "
           "can"),
};
const struct option_row learning_train_rows[LEARNING_TRAIN_ROWS] = {
    OPTION_LEADING_MAP(struct learning_train, folds, folds_rows, "N or map",
                       "parts of the training rows for the search"),
    OPTION(struct learning_train, score, 0, 0, metric_words + 1,
           "what the search judges by; without it r2, for classes accuracy, for labels "
           "f1_macro"),
    OPTION_LEADING_MAP(struct learning_train, search, search_rows, "METHOD or map",
                       "how the cells are tried"),
    OPTION_AS(struct learning_train, "steps", recipes.steps, 0, 0, "LIST",
              "the steps and the estimator; a list where a parameter takes one value is a "
              "grid"),
    OPTION_AS(struct learning_train, "recipes", recipes.recipes, 0, 0, "MAP",
              "instead of steps: several such lists by name, searched on the same folds; "
              "the best is fitted"),
    OPTION_AS(struct learning_train, "use", recipes.use, 0, 0, "NAME",
              "the recipe that is fitted, whichever is best"),
    OPTION(struct learning_train, series, 0, 0, "LIST",
           "instead of steps: series models, of which the best is taken; values as in "
           "`- window_average: {window: 12}`"),
    OPTION_MAP(struct learning_train, backtest, backtest_rows,
               "from which origins series models are judged"),
};
/* clang-format on */

struct division_rule learning_division(const struct learning_split *split,
                                       const struct pipeline *p)
{
    return (struct division_rule){.method =
                                      split_method(split->method, p->time.column != NULL),
                                  .test = split->test,
                                  .seed = (uint32_t)p->seed,
                                  .arrived = split->arrived,
                                  .validation = split->validation};
}
