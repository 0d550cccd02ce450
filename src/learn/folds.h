/* Folds: for each of them, the rows that the search learns from and those it is judged by.
 *
 * A rule and what is known of the rows give the lists of scikit-learn's splitters (version
 * 1.9, sklearn.model_selection), row for row:
 *
 *     blocks      KFold: the first n mod k folds have one row more
 *     shuffled    KFold(shuffle=True, random_state=seed)
 *     stratified  StratifiedKFold, with shuffle: random_state=seed
 *     grouped     GroupKFold: no group is in both parts
 *     rolling     TimeSeriesSplit: a fold is judged by what comes behind all that it
 *                 learns from.  It counts times that have rows, not rows, so that all rows
 *                 of a time, those of several series too, are on the same side
 *
 *     validation  PredefinedSplit: one fold, judged by the validation rows of a three-way
 *                 split (learn/split.h), which stand behind those that are learnt from
 *
 * Numbers of rows count from 0 in the order in which the rows are given, and ascend in
 * each list.  A part without holes, and the rest around one, need no list: they can be
 * looked at where they stand. */
#ifndef LEARN_FOLDS_H
#define LEARN_FOLDS_H

#include "base/option.h"
#include "data/matrix.h"

enum folds_method {
    FOLDS_BLOCKS,
    FOLDS_SHUFFLED,
    FOLDS_STRATIFIED,
    FOLDS_GROUPED,
    FOLDS_ROLLING,
    FOLDS_VALIDATION
};
#define FOLDS_METHOD_WORDS                                                               \
    "blocks|shuffled|stratified|grouped|rolling|validation" // in that order

/* The setting `train.folds`: a number, the word `validation`, or a map of folds_rows. */
struct fold_rule {
    size_t n;
    enum folds_method method;
    bool shuffle;          // of stratified
    size_t test_size, gap; // of rolling, in times that have rows; 0: n's share; none
    size_t max_train_size; // of rolling; 0: all that comes before
};

enum { FOLDS_ROWS = 6 };
extern const struct option_row folds_rows[FOLDS_ROWS];

/* What is known of the rows. */
struct fold_data {
    size_t n;
    size_t validation;     // rows behind these, of which nothing more is known
    const uint32_t *label; // [n] the class of a row, NULL: the target is no class
    const uint32_t *group; // [n] NULL: there are no groups
    const int32_t *time;   // [n] NULL: rows have no time
};

/* Some of the rows: those of a list, or [from, to) without [gap_from, gap_to). */
struct fold_part {
    size_t n;
    const uint32_t *row; // [n] ascending, or NULL
    size_t from, to, gap_from, gap_to;
};

struct fold {
    struct fold_part train, test;
};

struct folds {
    size_t n;
    struct fold *fold; // [n] each part has at least one row
};

/* Divides the rows.  STATUS_INPUT, field 'train.folds', when the rule asks for something
 * that the rows do not have, for more than they have, or has a key that its method does
 * not know. */
MUST_USE enum status folds_plan(const struct fold_rule *rule,
                                const struct fold_data *data, uint32_t seed,
                                struct arena *mem, struct folds *ret, struct error *err);

/* The number of the part's i-th row. */
static inline size_t fold_row(const struct fold_part *part, size_t i)
{
    if (part->row)
        return part->row[i];
    size_t row = part->from + i;
    return row < part->gap_from ? row : row + part->gap_to - part->gap_from;
}

/* The part's rows of a plain matrix: shared where it has no list, else copied.  What
 * leaves a hole is a view. */
struct matrix folds_take(const struct fold_part *part, const struct matrix *x,
                         struct arena *mem);

/* True when no part has a list, so that no row has to be copied. */
bool folds_view(const struct folds *folds);

#endif
