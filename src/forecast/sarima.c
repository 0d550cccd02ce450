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

/* x: partial autocorrelations, theta, Theta. */
static void coefficients(const void *task, const double *x, double *ret)
{
    const struct order *o = task;
    double first = o->p > 0 ? transcend_tanh(x[0]) : 0;
    double second = o->p > 1 ? transcend_tanh(x[1]) : 0;
    ret[PHI1] = first * (1 - second);
    ret[PHI2] = second;
    ret[THETA] = o->q > 0 ? transcend_tanh(x[o->p]) : 0;
    ret[SEASONAL] = transcend_tanh(x[o->p + o->q]);
    ret[BOTH] = ret[THETA] * ret[SEASONAL];
}

/* What a loop holds. */
struct sarima_loop {
    struct octet phi1, phi2, theta, seasonal, both, from, until; // in
    struct octet w1, w2, e1, sum;                                // and out
};

/* e = w - phi1 w1 - phi2 w2 + theta e1 + Theta em - theta Theta em1; past begins with a
 * season and a step of no errors. */
static inline void take_in(struct sarima_loop *l, struct lanes_block *b, size_t t,
                           bool kept)
{
    const double *past = b->past + t * LANES;
    struct octet w = octet_load(b->value + t * LANES), em1 = octet_load(past),
                 em = octet_load(past + LANES);
    struct octet e =
        octet_sub(octet_sub(w, octet_mul(l->phi1, l->w1)), octet_mul(l->phi2, l->w2));
    e = octet_sub(octet_add(e, octet_mul(l->seasonal, em)), octet_mul(l->both, em1));
    e = octet_add(e, octet_mul(l->theta, l->e1));
    if (kept)
        e = octet_kept(e, l->from, l->until, (double)t);
    octet_store(b->past + (t + b->season + 1) * LANES, e);
    l->sum = octet_add(l->sum, octet_mul(e, e));
    l->e1 = e;
    l->w2 = l->w1;
    l->w1 = w;
}

static void sums(struct lanes_block *b)
{
    struct sarima_loop l = {
        .phi1 = octet_load(b->coefficient[PHI1]),
        .phi2 = octet_load(b->coefficient[PHI2]),
        .theta = octet_load(b->coefficient[THETA]),
        .seasonal = octet_load(b->coefficient[SEASONAL]),
        .both = octet_load(b->coefficient[BOTH]),
        .from = octet_load(b->from),
        .until = octet_load(b->until),
    };
#define STEP(t, kept) take_in(&l, b, t, kept)
    LANES_LOOP(b, STEP);
#undef STEP
    octet_store(b->sum, l.sum);
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

/* The best of the orders' tasks. */
static struct sarima_fit best_of(const struct lanes_task *t, size_t stride)
{
    struct sarima_fit best = {.aicc = INFINITY};
    for (size_t i = 0; i < SARIMA_ORDERS; i++) {
        double c[LANES_COEFFICIENTS] = {0}, aicc = aicc_of(&t[i * stride]);
        if (i > 0 && !(aicc < best.aicc))
            continue;
        coefficients(&orders[i], t[i * stride].x, c);
        best = (struct sarima_fit){i, c[PHI1], c[PHI2], c[THETA], c[SEASONAL], aicc};
    }
    return best;
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
