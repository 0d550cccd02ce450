/* Fused forms: the last steps of a recipe scored together, without the columns in
 * between.
 *
 * A fused form is one `const struct fused` and a row in fused.def.  The search uses it
 * for a recipe that ends in its steps; what stands before is fitted and applied as usual.
 * Its work falls into what all pieces share (prepare) and independent pieces (run), one a
 * choice of its first step, which may run on threads. */
#ifndef SEARCH_FUSED_H
#define SEARCH_FUSED_H

#include "learn/recipe.h"

/* One fold, with all steps before the run applied.  The target is one column. */
struct fused_job {
    const struct recipe_grid *grid; // of each of the run's steps
    const struct matrix *x_train, *x_test;
    const double *y_train; // [x_train->n]

    /* Takes the predictions of the test rows of the cell whose offsets within the run add
     * up to offset. */
    void (*score)(void *sink, size_t offset, const double *prediction);
    void *sink;
};

struct fused {
    enum status (*prepare)(const struct fused_job *job, struct arena *mem,
                           void **ret_shared, struct error *err);
    enum status (*run)(const struct fused_job *job, const void *shared, size_t piece,
                       struct arena *mem, struct error *err);
};

/* The fused form of the recipe's last steps, or NULL; *ret_n is how many steps it stands
 * for. */
const struct fused *fused_find(const struct recipe *recipe, size_t *ret_n);

#endif
