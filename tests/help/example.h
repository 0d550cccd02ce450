/* Small tables for the tests of src/learn, made by a formula that Python repeats in one
 * line, so that figures of other programs can stand beside ours:
 *
 *     x[i][j] = ((37 i + 101 j + i i (j + 3)) mod 97) / 8
 *     y[i] = 3 x[i][0] - 2 x[i][1] + x[i][0] x[i][2] / 4 + ((53 i) mod 31) / 10 */
#ifndef TESTS_EXAMPLE_H
#define TESTS_EXAMPLE_H

#include "learn/folds.h"
#include "learn/recipes.h"
#include "steps/step.h"

struct example {
    struct matrix x; // columns "a", "b", …, at most 26
    struct target y; // of regression, one column, "target"
};

/* p is at least 3. */
struct example example_table(struct arena *mem, size_t n, size_t p);

/* The example with element (i, j) of x set to value. */
struct example example_with(struct arena *mem, size_t n, size_t p, size_t i, size_t j,
                            double value);

/* The same rows for a step that takes so much (STEP_MISSING, …) and a task: some cells of
 * column "c" are missing, there is a column of texts, and a sparse block of p columns;
 * all of them tell of y; rows are of three groups, and an anomaly's target lies around
 * a level of each.  Of classes three, of labels two come of y and the reals. */
struct example example_for(struct arena *mem, unsigned takes, enum task task, size_t n,
                           size_t p);

/* A column of n values beside a series, ((29 t + 7 t t) mod 53) / 53. */
double *example_column(struct arena *mem, size_t n);

/* Sets element (i, j) of a plain matrix, whose columns are copied. */
void example_set(struct arena *mem, size_t i, size_t j, double value, struct matrix *x);

/* Reads the steps of a recipe; a fault in it fails the test. */
struct recipe example_recipe(struct arena *mem, const char *yaml);
/* The same as one of several; the second borrows the recipe. */
struct recipes example_recipes(struct arena *mem, const char *yaml);
struct recipes example_recipes_of(struct arena *mem, const struct recipe *recipe);

/* The same, where the fault is the subject. */
enum status example_read(struct arena *mem, const char *yaml, struct recipe *ret,
                         struct error *err);

/* That many folds of n rows without shuffling. */
const struct folds *example_folds(struct arena *mem, size_t n, size_t folds);

/* A context with that number of threads and seed 42. */
struct fit_context example_context(struct arena *mem, size_t threads);

#endif
