/* One loop for all orders: the coefficients that an order lacks are 0, and subtracting
 * nothing changes no bit. */
#include "forecast/sarima.h"

#include <math.h>

#include "base/transcend.h"
#include "forecast/lanes.h"

static const struct order {
    size_t p, q;
} orders[SARIMA_ORDERS] = {{0, 1}, {1, 0}, {1, 1}, {2, 0}};

/* In the order of lanes_block.coefficient. */
enum { PHI1, PHI2, THETA, SEASONAL, BOTH };

size_t sarima_least(size_t season)
{
    return season + 10;
}

static size_t coefficients_of(const struct order *o)
{
    return o->p + o->q + 1;
}

/* What is searched for: partial autocorrelations, theta, Theta, as inverse tanh. */
enum { FIRST, SECOND, MOVING, YEARLY, VARIABLES };

/* The place of a variable in the search of an order; VARIABLES: it has none. */
static size_t place_of(const struct order *o, size_t variable)
{
    switch (variable) {
    case FIRST: return o->p > 0 ? 0 : VARIABLES;
    case SECOND: return o->p > 1 ? 1 : VARIABLES;
    case MOVING: return o->q > 0 ? o->p : VARIABLES;
    default: return o->p + o->q;
    }
}

static void coefficients(const void *const task[LANES], double x[SIMPLEX_MOST][LANES],
                         double ret[LANES_COEFFICIENTS][LANES])
{
    double all[VARIABLES][LANES];
    for (size_t v = 0; v < VARIABLES; v++)
        for (size_t lane = 0; lane < LANES; lane++) {
            size_t place = task[lane] ? place_of(task[lane], v) : VARIABLES;
            all[v][lane] = place < VARIABLES ? x[place][lane] : 1;
        }
    transcend_tanhs(all[0], VARIABLES * LANES);
    for (size_t lane = 0; lane < LANES; lane++) {
        const struct order *o = task[lane];
        if (!o)
            continue;
        double first = o->p > 0 ? all[FIRST][lane] : 0;
        double second = o->p > 1 ? all[SECOND][lane] : 0;
        ret[PHI1][lane] = first * (1 - second);
        ret[PHI2][lane] = second;
        ret[THETA][lane] = o->q > 0 ? all[MOVING][lane] : 0;
        ret[SEASONAL][lane] = all[YEARLY][lane];
        ret[BOTH][lane] = ret[THETA][lane] * ret[SEASONAL][lane];
    }
}

#define VECTOR_KERNELS "forecast/sarima_sums.inc.h"
#include "base/vector_widths.inc.h"

static void sums(struct lanes_block *b)
{
    LANES_SUMS(sarima_sums, b);
}

static const struct lanes_family family = {
    .width = 1, .coefficients = coefficients, .sums = sums};

/* w[n - season - 1] */
static double *differences(const double *y, size_t n, size_t season, struct arena *mem)
{
    size_t lost = season + 1;
    double *w = ARENA_ARRAY(mem, double, n - lost);
    for (size_t t = lost; t < n; t++)
        w[t - lost] = (y[t] - y[t - 1]) - (y[t - season] - y[t - lost]);
    return w;
}

static struct lanes_task task_of(const struct order *o, const double *w, size_t n)
{
    struct lanes_task t = {.of = o, .n = n, .from = o->p, .value = w};
    t.plan.n = coefficients_of(o);
    for (size_t i = 0; i < t.plan.n; i++) {
        t.plan.start[i] = i + 1 < t.plan.n ? .1 : .6;
        t.plan.step[i] = .3;
    }
    t.plan.first = 100 * t.plan.n;
    t.plan.again = 50 * t.plan.n;
    return t;
}

static double aicc_of(const struct lanes_task *t)
{
    double n = (double)t->n, k = (double)t->plan.n + 1;
    return n * (t->log_sum - transcend_log(n)) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

/* What a task's search found. */
static struct sarima_fit fit_of(const struct lanes_task *t, size_t order, double aicc)
{
    const void *task[LANES] = {&orders[order]};
    double x[SIMPLEX_MOST][LANES] = {{0}}, c[LANES_COEFFICIENTS][LANES];
    for (size_t i = 0; i < t->plan.n; i++)
        x[i][0] = t->x[i];
    coefficients(task, x, c);
    return (struct sarima_fit){order,       c[PHI1][0],     c[PHI2][0],
                               c[THETA][0], c[SEASONAL][0], aicc};
}

/* The best of the orders' tasks. */
static struct sarima_fit best_of(const struct lanes_task *t, size_t stride)
{
    size_t best = 0;
    for (size_t i = 1; i < SARIMA_ORDERS; i++)
        if (aicc_of(&t[i * stride]) < aicc_of(&t[best * stride]))
            best = i;
    return fit_of(&t[best * stride], best, aicc_of(&t[best * stride]));
}

void sarima_fit(const double *const *y, const size_t *n, size_t series, size_t season,
                struct arena *scratch, struct sarima_fit *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    struct lanes_task *task =
        ARENA_ARRAY(scratch, struct lanes_task, series * SARIMA_ORDERS);
    for (size_t i = 0; i < series; i++) {
        const double *w = differences(y[i], n[i], season, scratch);
        for (size_t k = 0; k < SARIMA_ORDERS; k++)
            task[k * series + i] = task_of(&orders[k], w, n[i] - season - 1);
    }
    lanes_minimise(&family, season, task, series * SARIMA_ORDERS, scratch);
    for (size_t i = 0; i < series; i++)
        ret[i] = best_of(task + i, series);
    arena_rewind(scratch, mark);
}

/* e[n + horizon] of w[n + horizon], whose steps from n on are forecast. */
static void extrapolate(const struct sarima_fit *f, size_t season, size_t n, double *w,
                        double *e, size_t horizon)
{
    size_t p = orders[f->order].p;
    for (size_t t = 0; t < n + horizon; t++) {
        double w1 = t > 0 ? w[t - 1] : 0, w2 = t > 1 ? w[t - 2] : 0;
        double e1 = t > 0 ? e[t - 1] : 0, em = t >= season ? e[t - season] : 0;
        double em1 = t > season ? e[t - season - 1] : 0;
        double moved = f->theta * e1 + f->Theta * em - f->theta * f->Theta * em1;
        double expected = f->phi1 * w1 + f->phi2 * w2 - moved;
        if (t >= n)
            w[t] = expected;
        e[t] = t < n && t >= p ? w[t] - expected : 0;
    }
}

void sarima_forecast(const struct sarima_fit *fit, const double *y, size_t n,
                     size_t season, size_t horizon, struct arena *scratch, double *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t lost = season + 1, known = n - lost;
    double *w = ARENA_ARRAY(scratch, double, known + horizon),
           *e = ARENA_ARRAY(scratch, double, known + horizon);
    const double *seen = differences(y, n, season, scratch);
    for (size_t t = 0; t < known; t++)
        w[t] = seen[t];
    extrapolate(fit, season, known, w, e, horizon);
    double last = y[n - 1];
    for (size_t h = 0; h < horizon; h++) {
        double same = h < season ? y[n - season + h] : ret[h - season];
        double before = h <= season ? y[n - lost + h] : ret[h - lost];
        last += w[known + h] + (same - before);
        ret[h] = last;
    }
    arena_rewind(scratch, mark);
}
