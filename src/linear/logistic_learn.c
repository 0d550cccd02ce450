/* Each target is a problem of its own, with the weights of its own classes. */
#include "linear/logistic_learn.h"

#include <math.h>

#include "base/thread.h"
#include "linear/dual_descent.h"

struct logistic_job {
    struct logistic_problem problem;
    struct arena mem; // of the fit: jobs run side by side
    struct logistic_fit fit;
};

/* Weights of the rows, scaled to the sum 1: each row's, or each class's, are alike. */
static const double *shares(const struct logistic_target *t, size_t n, bool balanced,
                            struct arena *mem)
{
    double *share = ARENA_ARRAY(mem, double, n);
    double *count = ARENA_ARRAY(mem, double, t->classes);
    for (size_t i = 0; i < n; i++)
        count[t->class[i]]++;
    for (size_t i = 0; i < n; i++)
        share[i] = 1 / (balanced ? (double)t->classes * count[t->class[i]] : (double)n);
    return share;
}

static void prepare(const struct linear_rows *x, const struct logistic_target *t,
                    const struct logistic_settings *s, struct logistic_job *ret)
{
    double strength = isinf(s->C) ? 0 : 1 / (s->C * (double)x->n);
    ret->problem = (struct logistic_problem){
        .x = *x,
        .classes = t->classes,
        .class = t->class,
        .share = shares(t, x->n, s->balanced, &ret->mem),
        .l1 = s->l1_ratio * strength,
        .l2 = (1 - s->l1_ratio) * strength,
        .tol = s->tol,
        .max_iter = s->max_iter,
    };
}

static enum status run_job(void *context, size_t i, size_t worker, struct error *err)
{
    (void)worker;
    struct logistic_job *job = (struct logistic_job *)context + i;
    return logistic_minimise(&job->problem, &job->mem, &job->fit, err);
}

/* The models of a job to their places beside the others, from model `at` on; column[p] of
 * p_all are those that it learnt from. */
static void place(const struct logistic_job *job, size_t at, const size_t *column,
                  size_t p_all, struct logistic_models *ret)
{
    const struct logistic_fit *fit = &job->fit;
    size_t p = job->problem.x.p;
    for (size_t c = 0; c <= p; c++) {
        double *to = ret->w + (c < p ? column[c] : p_all) * ret->k + at;
        for (size_t q = 0; q < fit->k; q++)
            to[q] = fit->w[c * fit->k + q];
    }
    ret->n_iter = fit->n_iter > ret->n_iter ? fit->n_iter : ret->n_iter;
    ret->converged &= fit->converged;
    ret->separable |= fit->separable;
}

static enum status learn_newton(const struct linear_rows *x,
                                const struct logistic_target *target, size_t n,
                                const struct logistic_settings *settings, size_t threads,
                                struct arena *mem, struct logistic_models *ret,
                                struct error *err)
{
    struct arena scratch = {0};
    struct logistic_job *job = ARENA_ARRAY(&scratch, struct logistic_job, n);
    const size_t *column;
    struct linear_rows own = linear_compact(x, &scratch, &column);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        prepare(&own, &target[i], settings, &job[i]);
        k += logistic_models(target[i].classes);
    }
    enum status status = thread_run(threads, n, run_job, job, err);
    if (status == STATUS_OK) {
        *ret = (struct logistic_models){k, ARENA_ARRAY(mem, double, (x->p + 1) * k), 0,
                                        true, false};
        for (size_t i = 0, at = 0; i < n; at += job[i++].fit.k)
            place(&job[i], at, column, x->p, ret);
    }
    for (size_t i = 0; i < n; i++)
        arena_release(&job[i].mem);
    arena_release(&scratch);
    return status;
}

/* What each row's loss weighs: C, scaled as its class is. */
static const double *strengths(const struct logistic_target *t, size_t n,
                               const struct logistic_settings *s, struct arena *mem)
{
    const double *share = shares(t, n, s->balanced, mem);
    double *c = ARENA_ARRAY(mem, double, n);
    for (size_t i = 0; i < n; i++)
        c[i] = s->C * (share[i] * (double)n);
    return c;
}

static enum status learn_dual(const struct linear_rows *x,
                              const struct logistic_target *target, size_t n,
                              const struct logistic_settings *s, size_t threads,
                              struct arena *mem, struct logistic_models *ret,
                              struct error *err)
{
    struct arena scratch = {0};
    struct dual_target *two = ARENA_ARRAY(&scratch, struct dual_target, n);
    struct dual_problem problem = {*x, n, two, s->tol, s->max_iter, s->seed};
    struct dual_fit fit;
    for (size_t i = 0; i < n; i++)
        two[i] = (struct dual_target){target[i].class,
                                      strengths(&target[i], x->n, s, &scratch)};
    enum status status = dual_minimise(&problem, threads, mem, &fit, err);
    if (status == STATUS_OK)
        *ret = (struct logistic_models){n, fit.w, 0, true, false};
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        ret->n_iter = fit.n_iter[i] > ret->n_iter ? fit.n_iter[i] : ret->n_iter;
        ret->converged &= fit.converged[i];
    }
    arena_release(&scratch);
    return status;
}

enum status logistic_learn(const struct linear_rows *x,
                           const struct logistic_target *target, size_t n,
                           const struct logistic_settings *settings, size_t threads,
                           struct arena *mem, struct logistic_models *ret,
                           struct error *err)
{
    return (settings->dual ? learn_dual : learn_newton)(x, target, n, settings, threads,
                                                        mem, ret, err);
}
