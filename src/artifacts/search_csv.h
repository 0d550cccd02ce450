/* search.csv: the cells of a search with their scores, one row a cell in the order of the
 * grid.
 *
 *     ridge.alpha,select.k,score_1,…,score_K,score_mean,rank
 *     0.1,3,0.82,…,0.79,0.805,1
 *
 * Hyper-parameters stand first; they keep their type: a column of whole numbers is read
 * as such, one of numbers as reals, any other as texts.  Of several recipes the first
 * column, `recipe`, names that of a row, and a parameter that it does not have is an empty
 * text.  Of a search that halves there are `iter,n_resources` before the scores: the round,
 * from 0, and its rows; a cell has a row in each round that it was in.  A score that does not exist is an
 * empty cell, NaN here. */
#ifndef ARTIFACTS_SEARCH_CSV_H
#define ARTIFACTS_SEARCH_CSV_H

#include <stdint.h>

#include "csv/csv.h"

enum parameter_kind { PARAMETER_WHOLE, PARAMETER_REAL, PARAMETER_TEXT };

union parameter {
    int64_t whole;
    double real;
    const char *text;
};

struct search_csv_axis {
    const char *name; // "ridge.alpha"
    enum parameter_kind kind;
};

struct search_csv {
    size_t n_axes, n_cells, folds;      // folds and cells: at least 1
    const struct search_csv_axis *axis; // [n_axes]
    const union parameter *value;       // [n_cells][n_axes]
    const double *score;                // [n_cells][folds]
    const double *mean;                 // [n_cells]
    const size_t *rank;                 // [n_cells] from 1, which is the best
    const size_t *iter, *resources;     // [n_cells] or NULL
};

/* The column that names the recipe, and whether the table has it. */
#define SEARCH_CSV_RECIPE "recipe"
bool search_csv_has_recipes(const struct search_csv *s);

/* The value of a hyper-parameter in a cell. */
static inline union parameter search_csv_value(const struct search_csv *s, size_t cell,
                                               size_t axis)
{
    return s->value[cell * s->n_axes + axis];
}

/* A value as files show it: numbers in their shortest form; buffer holds 32 bytes. */
const char *parameter_text(enum parameter_kind kind, union parameter value, char *buffer);

/* The order of two values of one kind: below, equal to or above 0. */
int parameter_order(enum parameter_kind kind, union parameter a, union parameter b);

MUST_USE enum status search_csv_write(const struct search_csv *s, struct output *out,
                                      struct error *err);

/* Reads the file into ret, all of it into mem.  STATUS_INPUT also without a cell, for a
 * rank that no cell can have, and when none of the first rank has a mean. */
MUST_USE enum status search_csv_read(const char *path, struct arena *mem,
                                     struct search_csv *ret, struct error *err);

#endif
