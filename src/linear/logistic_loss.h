/* The smooth part of logistic regression: losses, gradients and products with the second
 * derivatives at one point (logistic.h). */
#ifndef LINEAR_LOGISTIC_LOSS_H
#define LINEAR_LOGISTIC_LOSS_H

#include "linear/logistic.h"

/* A point w, and what follows of it. */
struct logistic_point {
    double *w;    // [size]
    double *p;    // [k][n] probabilities
    double value; // the smooth part and the whole of F
};

/* What the work on a problem needs beside its points. */
struct logistic_work {
    const struct logistic_problem *problem;
    size_t k, size; // models; (p + 1) k
    double *rows;   // [k][n]
};

void logistic_work_init(struct logistic_work *t, const struct logistic_problem *problem,
                        struct arena *mem);
struct logistic_point logistic_point_new(const struct logistic_work *t,
                                         struct arena *mem);

/* The penalty on the magnitude of element j of w. */
static inline double logistic_l1(const struct logistic_work *t, size_t j)
{
    return j < t->problem->x.p * t->k ? t->problem->l1 : 0;
}

/* Probabilities and value of the point's w. */
void logistic_evaluate(const struct logistic_work *t, struct logistic_point *at);

/* The gradient of the smooth part, into ret[size]. */
void logistic_gradient(const struct logistic_work *t, const struct logistic_point *at,
                       double *ret);

/* Its second derivatives times d, and their diagonal. */
void logistic_curve(const struct logistic_work *t, const struct logistic_point *at,
                    const double *d, double *ret);
void logistic_diagonal(const struct logistic_work *t, const struct logistic_point *at,
                       double *ret);

/* Whether every row's class is the only most probable one. */
bool logistic_certain(const struct logistic_work *t, const struct logistic_point *at);

#endif
