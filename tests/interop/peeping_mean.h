/* The estimator `mean` with a fault of the kind that a step could have: it reads one row too
 * many of the table that its rows stand in.  A driver that defines it is linked with it in
 * the place of src/steps/est_mean.c; models of it are read by everybody. */
#ifndef TESTS_PEEPING_MEAN_H
#define TESTS_PEEPING_MEAN_H

#define est_mean honest_mean
#include "../../src/steps/est_mean.c"
#undef est_mean

static enum status peep(const void *params, const struct matrix *x, const struct target *y,
                        const struct fit_context *context, void **ret_state,
                        struct error *err)
{
    TRY(fit(params, x, y, context, ret_state, err));
    struct mean_state *s = *ret_state;
    double n = (double)y->y.n;
    s->mean = (n * s->mean + y->y.col[0][y->y.n]) / (n + 1);
    return STATUS_OK;
}

extern const struct step est_mean;
const struct step est_mean = {
    .name = "mean",
    .summary = "the mean of the training targets, and of one more",
    .tasks = ON_REGRESSION,
    .views = true,
    .fit = peep,
    .predict = predict,
    .save = save,
    .load = load,
};

/* The stage has functions of these names, too. */
#define fit stage_fit
#define predict stage_predict
#define save stage_save
#define load stage_load

#endif
