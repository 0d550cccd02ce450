/* Newton's method with the steps found by conjugate gradients, so that no matrix of second
 * derivatives is ever made; with a penalty on magnitudes, in the orthant that the signs of
 * the coefficients span.
 *
 * Elements that are 0 and whose gradient does not outweigh l1 stay where they are; the
 * others take a truncated Newton step (Lin & Moré 1999, SIAM Journal on Optimization 9, is
 * the kin of it), and what crosses 0 on the way stops there (the projection of Andrew &
 * Gao 2007, ICML; Byrd, Chin, Nocedal & Oztoprak 2016, Mathematical Programming 157).
 * Where that brings no descent, a step of proximal gradients does, in the metric of the
 * diagonal; it always can.  Steps of a scaled diagonal alone would not need the signs, but
 * take hundreds of passes where this takes tens. */
#include "linear/logistic.h"

#include <math.h>
#include <string.h>

#include "base/stop.h"
#include "base/vector.h"
#include "linear/logistic_loss.h"

enum {
    CURVES = 500,  // products with the second derivatives for a step, at most
    HALVINGS = 40, // of a step
};

#define NO_GAIN 1e-20 // as a share of the value

struct newton {
    struct logistic_work loss;
    struct logistic_point at, next;
    double scale;             // the largest element of the gradient at 0
    double *gradient, *slope; // [size] of the smooth part; the subgradient nearest to 0
    double *diagonal;         // [size]
    double *step;             // [size]
    double *left, *ahead, *curve; // [size] of the conjugate gradients
};

static void newton_init(struct newton *n, const struct logistic_problem *problem,
                        struct arena *mem)
{
    logistic_work_init(&n->loss, problem, mem);
    n->at = logistic_point_new(&n->loss, mem);
    n->next = logistic_point_new(&n->loss, mem);
    double **own[] = {&n->gradient, &n->slope, &n->diagonal, &n->step,
                      &n->left,     &n->ahead, &n->curve};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        *own[i] = ARENA_ARRAY(mem, double, n->loss.size);
}

/* x drawn towards 0 by as much, not beyond it. */
static double drawn(double x, double by)
{
    return x > by ? x - by : x < -by ? x + by : 0;
}

/* The gradient and the slope at the point. */
static void look(struct newton *n)
{
    logistic_gradient(&n->loss, &n->at, n->gradient);
    for (size_t j = 0; j < n->loss.size; j++) {
        double g = n->gradient[j], w = n->at.w[j], l1 = logistic_l1(&n->loss, j);
        n->slope[j] = w > 0 ? g + l1 : w < 0 ? g - l1 : drawn(g, l1);
    }
}

static double largest(const double *x, size_t n)
{
    return vector_most(x, n);
}

/* Whether element j is at 0 and stays there. */
static bool held(const struct newton *n, size_t j)
{
    return n->at.w[j] == 0 && n->slope[j] == 0 && logistic_l1(&n->loss, j) > 0;
}

/* Solves (second derivatives) step = -slope among the elements that move, roughly far from
 * the minimum and well near to it. */
static void find_step(struct newton *n)
{
    size_t size = n->loss.size;
    double *r = n->left, *d = n->ahead, all = vector_dot(n->slope, n->slope, size);
    double near = fmin(0.1, largest(n->slope, size) / n->scale), rz = 0;
    memset(n->step, 0, size * sizeof *n->step);
    logistic_diagonal(&n->loss, &n->at, n->diagonal);
    for (size_t j = 0; j < size; j++) {
        if (!(n->diagonal[j] > 0))
            n->diagonal[j] = 1; // a column of zeros, or of rows that are certain
        r[j] = -n->slope[j];
        d[j] = r[j] / n->diagonal[j];
        rz += r[j] * d[j];
    }
    for (size_t i = 0; i < CURVES && rz > 0; i++) {
        logistic_curve(&n->loss, &n->at, d, n->curve);
        for (size_t j = 0; j < size; j++)
            n->curve[j] = held(n, j) ? 0 : n->curve[j];
        double bend = vector_dot(d, n->curve, size), next = 0;
        if (!(bend > 0))
            break;
        double length = rz / bend;
        for (size_t j = 0; j < size; j++) {
            n->step[j] += length * d[j];
            r[j] -= length * n->curve[j];
            next += r[j] * r[j] / n->diagonal[j];
        }
        if (vector_dot(r, r, size) <= near * near * all)
            break;
        for (size_t j = 0; j < size; j++)
            d[j] = r[j] / n->diagonal[j] + next / rz * d[j];
        rz = next;
    }
}

/* Whether the value has fallen by a part of what the slope foretells; what rounding may
 * hide counts as fallen. */
static bool fell(const struct newton *n, double foretold)
{
    return n->next.value <= n->at.value + 1e-4 * foretold + 1e-15 * fabs(n->at.value);
}

/* Walks along the step as far as the value falls; false when it does not. */
static bool walk(struct newton *n, size_t halvings)
{
    double part = 1;
    for (size_t i = 0; i < halvings; i++, part /= 2) {
        double foretold = 0;
        for (size_t j = 0; j < n->loss.size; j++) {
            double w = n->at.w[j], to = w + part * n->step[j];
            double side = w != 0 ? w : -n->slope[j];
            if (logistic_l1(&n->loss, j) > 0 && to * side < 0)
                to = 0;
            n->next.w[j] = to;
            foretold += n->slope[j] * (to - w);
        }
        logistic_evaluate(&n->loss, &n->next);
        if (foretold < 0 && fell(n, foretold))
            return true;
    }
    return false;
}

/* A step of proximal gradients, shorter until the value falls. */
static bool creep(struct newton *n)
{
    double steep = 1;
    for (size_t i = 0; i < HALVINGS; i++, steep *= 2) {
        double foretold = 0;
        for (size_t j = 0; j < n->loss.size; j++) {
            double w = n->at.w[j], by = steep * n->diagonal[j];
            double l1 = logistic_l1(&n->loss, j);
            double to = drawn(w - n->gradient[j] / by, l1 / by);
            n->next.w[j] = to;
            foretold += n->gradient[j] * (to - w) + l1 * (fabs(to) - fabs(w));
        }
        logistic_evaluate(&n->loss, &n->next);
        if (foretold < 0 && fell(n, foretold))
            return true;
    }
    return false;
}

static bool advance(struct newton *n)
{
    bool signs = n->loss.problem->l1 > 0;
    find_step(n);
    if (!walk(n, signs ? 8 : HALVINGS) && !creep(n))
        return false;
    struct logistic_point before = n->at;
    n->at = n->next;
    n->next = before;
    look(n);
    return true;
}

/* Shifts all models' element alike to the sum 0. */
static void centre(double *w, size_t k)
{
    double sum = 0;
    for (size_t q = 0; q < k; q++)
        sum += w[q];
    for (size_t q = 0; q < k && k > 1; q++)
        w[q] -= sum / (double)k;
}

static void finish(struct newton *n, struct arena *mem, struct logistic_fit *ret)
{
    const struct logistic_problem *of = n->loss.problem;
    size_t k = n->loss.k, p = of->x.p;
    bool free = of->l1 == 0 && of->l2 == 0;
    for (size_t c = free ? 0 : p; c <= p; c++)
        centre(n->at.w + c * k, k);
    ret->k = k;
    ret->separable = free && logistic_certain(&n->loss, &n->at);
    ret->w = ARENA_ARRAY(mem, double, n->loss.size);
    memcpy(ret->w, n->at.w, n->loss.size * sizeof *ret->w);
}

/* Whether the first step is worth less than rounding: equal numbers of all classes, and
 * columns that say nothing.  Their gradient is no measure for `tol`. */
static bool nothing_to_learn(struct newton *n)
{
    double gain = 0;
    logistic_diagonal(&n->loss, &n->at, n->diagonal);
    for (size_t j = 0; j < n->loss.size; j++)
        if (n->diagonal[j] > 0)
            gain += n->slope[j] * n->slope[j] / n->diagonal[j];
    return gain <= NO_GAIN * n->at.value;
}

enum status logistic_minimise(const struct logistic_problem *problem, struct arena *mem,
                              struct logistic_fit *ret, struct error *err)
{
    struct arena scratch = {0};
    struct newton n = {0};
    enum status status = STATUS_OK;
    newton_init(&n, problem, &scratch);
    logistic_evaluate(&n.loss, &n.at);
    look(&n);
    n.scale = largest(n.gradient, n.loss.size);
    *ret = (struct logistic_fit){0};
    if (nothing_to_learn(&n))
        n.scale = INFINITY;
    while (!(ret->converged = largest(n.slope, n.loss.size) <= problem->tol * n.scale) &&
           ret->n_iter < problem->max_iter && status == STATUS_OK && advance(&n)) {
        ret->n_iter++;
        status = stop_check(err);
    }
    finish(&n, mem, ret);
    arena_release(&scratch);
    return status;
}
