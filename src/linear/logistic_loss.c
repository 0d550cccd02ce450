/* Losses by blocks of rows: exponentials and logarithms are taken of whole blocks, and
 * never of more than 0, so that nothing overflows. */
#include "linear/logistic_loss.h"

#include <math.h>

#include "base/transcend.h"
#include "base/vector.h"

enum { BLOCK = 512 }; // rows

void logistic_work_init(struct logistic_work *t, const struct logistic_problem *problem,
                        struct arena *mem)
{
    size_t k = logistic_models(problem->classes);
    *t = (struct logistic_work){problem, k, (problem->x.p + 1) * k,
                                ARENA_ARRAY(mem, double, k * problem->x.n)};
}

struct logistic_point logistic_point_new(const struct logistic_work *t, struct arena *mem)
{
    return (struct logistic_point){ARENA_ARRAY(mem, double, t->size),
                                   ARENA_ARRAY(mem, double, t->k * t->problem->x.n), 0};
}

/* Two classes: m[n] becomes the second one's probability; log_of, where it is not NULL, is
 * told log(1 + exp(-|m|)), which is the loss of a row on the right side. */
static void respond_two(double *m, size_t n, double *log_of)
{
    double e[BLOCK];
    for (size_t i = 0; i < n; i++)
        e[i] = -fabs(m[i]);
    transcend_exps(e, n);
    for (size_t i = 0; i < n; i++)
        m[i] = (m[i] < 0 ? e[i] : 1) / (1 + e[i]);
    if (!log_of)
        return;
    for (size_t i = 0; i < n; i++)
        log_of[i] = 1 + e[i];
    transcend_logs(log_of, n);
}

/* More classes: m[k], `stride` apart, become probabilities; log_of, where it is not NULL, is
 * told the logarithm of the sum of exp(m). */
static void respond_many(double *m, size_t k, size_t stride, size_t n, double *log_of)
{
    double top[BLOCK], sum[BLOCK];
    for (size_t i = 0; i < n; i++) {
        top[i] = m[i];
        for (size_t q = 1; q < k; q++)
            top[i] = fmax(top[i], m[q * stride + i]);
        sum[i] = 0;
    }
    for (size_t q = 0; q < k; q++) {
        double *own = m + q * stride;
        for (size_t i = 0; i < n; i++)
            own[i] -= top[i];
        transcend_exps(own, n);
        for (size_t i = 0; i < n; i++)
            sum[i] += own[i];
    }
    for (size_t q = 0; q < k; q++)
        for (size_t i = 0; i < n; i++)
            m[q * stride + i] /= sum[i];
    if (!log_of)
        return;
    transcend_logs(sum, n);
    for (size_t i = 0; i < n; i++)
        log_of[i] = top[i] + sum[i];
}

void logistic_probabilities(double *m, size_t k, size_t n)
{
    for (size_t from = 0, part; from < n; from += part) {
        part = n - from < BLOCK ? n - from : BLOCK;
        if (k == 1)
            respond_two(m + from, part, NULL);
        else
            respond_many(m + from, k, n, part, NULL);
    }
}

/* Losses of rows [from, from + n) into ret; margins become probabilities. */
static void respond(const struct logistic_work *t, double *m, size_t from, size_t n,
                    double *ret)
{
    const uint32_t *class = t->problem->class + from;
    size_t stride = t->problem->x.n;
    double own[BLOCK];
    for (size_t i = 0; i < n; i++)
        own[i] = m[(t->k == 1 ? 0 : class[i] * stride) + from + i];
    if (t->k == 1) {
        respond_two(m + from, n, ret);
        for (size_t i = 0; i < n; i++)
            ret[i] += fmax(class[i] ? -own[i] : own[i], 0);
        return;
    }
    respond_many(m + from, t->k, stride, n, ret);
    for (size_t i = 0; i < n; i++)
        ret[i] -= own[i];
}

/* The penalties of w. */
static double penalty(const struct logistic_work *t, const double *w)
{
    size_t n = t->problem->x.p * t->k;
    double l1 = 0;
    for (size_t j = 0; j < n && t->problem->l1 > 0; j++)
        l1 += fabs(w[j]);
    return t->problem->l2 / 2 * vector_dot(w, w, n) + t->problem->l1 * l1;
}

void logistic_evaluate(const struct logistic_work *t, struct logistic_point *at)
{
    const struct linear_rows *x = &t->problem->x;
    double loss[BLOCK], sum = 0;
    linear_forward(x, at->w, t->k, at->p);
    for (size_t from = 0, n; from < x->n; from += n) {
        n = x->n - from < BLOCK ? x->n - from : BLOCK;
        respond(t, at->p, from, n, loss);
        sum += vector_dot(t->problem->share + from, loss, n);
    }
    at->value = sum + penalty(t, at->w);
}

/* ret += l2 d, but for the intercepts. */
static void add_ridge(const struct logistic_work *t, const double *d, double *ret)
{
    for (size_t j = 0; j < t->problem->x.p * t->k; j++)
        ret[j] += t->problem->l2 * d[j];
}

void logistic_gradient(const struct logistic_work *t, const struct logistic_point *at,
                       double *ret)
{
    const struct logistic_problem *of = t->problem;
    size_t n = of->x.n;
    for (size_t q = 0; q < t->k; q++)
        for (size_t i = 0; i < n; i++) {
            bool own = of->class[i] == (t->k == 1 ? 1 : q);
            t->rows[q * n + i] = of->share[i] * (at->p[q * n + i] - own);
        }
    linear_backward(&of->x, t->rows, t->k, false, ret);
    add_ridge(t, at->w, ret);
}

void logistic_curve(const struct logistic_work *t, const struct logistic_point *at,
                    const double *d, double *ret)
{
    const struct logistic_problem *of = t->problem;
    size_t n = of->x.n;
    linear_forward(&of->x, d, t->k, t->rows);
    for (size_t i = 0; i < n; i++) {
        double mean = 0; // of the models' changes, by their probabilities
        for (size_t q = 0; q < t->k; q++)
            mean += at->p[q * n + i] * t->rows[q * n + i];
        for (size_t q = 0; q < t->k; q++)
            t->rows[q * n + i] =
                of->share[i] * at->p[q * n + i] * (t->rows[q * n + i] - mean);
    }
    linear_backward(&of->x, t->rows, t->k, false, ret);
    add_ridge(t, d, ret);
}

void logistic_diagonal(const struct logistic_work *t, const struct logistic_point *at,
                       double *ret)
{
    const struct logistic_problem *of = t->problem;
    size_t n = of->x.n;
    for (size_t q = 0; q < t->k; q++)
        for (size_t i = 0; i < n; i++) {
            double p = at->p[q * n + i];
            t->rows[q * n + i] = of->share[i] * p * (1 - p);
        }
    linear_backward(&of->x, t->rows, t->k, true, ret);
    for (size_t j = 0; j < of->x.p * t->k; j++)
        ret[j] += of->l2;
}

bool logistic_certain(const struct logistic_work *t, const struct logistic_point *at)
{
    size_t n = t->problem->x.n;
    for (size_t i = 0; i < n; i++) {
        uint32_t own = t->problem->class[i];
        if (t->k == 1 && !(own ? at->p[i] > 0.5 : at->p[i] < 0.5))
            return false;
        for (size_t q = 0; t->k > 1 && q < t->k; q++)
            if (q != own && at->p[q * n + i] >= at->p[own * n + i])
                return false;
    }
    return true;
}
