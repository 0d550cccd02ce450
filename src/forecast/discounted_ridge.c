/* The weights grow by a factor from value to value, the newest having 1: they are made from
 * the newest on backwards, by products. */
#include "forecast/discounted_ridge.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Variances by place relative to the overall one, into ret[season]; false without any. */
static bool find_variances(const struct discounted_ridge_plan *plan, const double *x,
                           size_t n, double *ret, double *count)
{
    size_t season = plan->season > 0 ? plan->season : 1;
    double all = 0, counts = 0, weight = 1;
    for (size_t t = n; t-- > 0; weight *= plan->discount) {
        ret[t % season] += weight * x[t] * x[t];
        count[t % season] += weight;
    }
    for (size_t k = 0; k < season; k++) {
        all += ret[k];
        counts += count[k];
    }
    all /= counts;
    if (!(all > 0) || !isfinite(all))
        return false;
    for (size_t k = 0; k < season; k++)
        ret[k] = (ret[k] + plan->prior * all) / (count[k] + plan->prior) / all;
    return true;
}

struct normal_equations {
    double a[DISCOUNTED_RIDGE_MOST][DISCOUNTED_RIDGE_MOST]; // lower triangle
    double b[DISCOUNTED_RIDGE_MOST];
    double weights, squares; // of the values
};

static void add_up(const struct discounted_ridge_plan *plan, const double *x, size_t n,
                   const double *variance, struct normal_equations *e)
{
    size_t season = plan->season > 0 ? plan->season : 1;
    double age = 1;
    for (size_t t = n; t-- > plan->lags; age *= plan->discount) {
        double w = age / variance[t % season];
        e->weights += w;
        e->squares += w * x[t] * x[t];
        for (size_t i = 0; i < plan->lags; i++) {
            double wx = w * x[t - 1 - i];
            e->b[i] += wx * x[t];
            for (size_t j = 0; j <= i; j++)
                e->a[i][j] += wx * x[t - 1 - j];
        }
    }
}

/* Scales the lags, adds the penalty, and solves by Cholesky. */
static void solve(struct normal_equations *e, size_t p, double alpha, double *ret)
{
    double scale[DISCOUNTED_RIDGE_MOST];
    for (size_t i = 0; i < p; i++) {
        bool moves = e->a[i][i] > DISCOUNTED_RIDGE_STILL * e->squares;
        scale[i] = moves ? sqrt(e->a[i][i] / e->weights) : INFINITY; // of no weight
    }
    for (size_t i = 0; i < p; i++) {
        e->b[i] /= scale[i];
        for (size_t j = 0; j <= i; j++)
            e->a[i][j] /= scale[i] * scale[j];
        e->a[i][i] += alpha;
    }
    for (size_t i = 0; i < p; i++) {
        for (size_t j = 0; j <= i; j++) {
            for (size_t k = 0; k < j; k++)
                e->a[i][j] -= e->a[i][k] * e->a[j][k];
            e->a[i][j] = i == j ? sqrt(e->a[i][i]) : e->a[i][j] / e->a[j][j];
        }
        for (size_t k = 0; k < i; k++)
            e->b[i] -= e->a[i][k] * e->b[k];
        e->b[i] /= e->a[i][i];
    }
    for (size_t i = p; i-- > 0;) {
        for (size_t k = i + 1; k < p; k++)
            e->b[i] -= e->a[k][i] * e->b[k];
        e->b[i] /= e->a[i][i];
    }
    for (size_t i = 0; i < p; i++)
        ret[i] = e->b[i] / scale[i];
}

void discounted_ridge_fit(const struct discounted_ridge_plan *plan, const double *x,
                          size_t n, struct arena *scratch, double *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t season = plan->season > 0 ? plan->season : 1;
    double *variance = ARENA_ARRAY(scratch, double, 2 * season);
    struct normal_equations e = {.weights = 0};
    memset(ret, 0, plan->lags * sizeof *ret);
    if (n > plan->lags && find_variances(plan, x, n, variance, variance + season)) {
        add_up(plan, x, n, variance, &e);
        solve(&e, plan->lags, plan->alpha, ret);
    }
    arena_rewind(scratch, mark);
}
