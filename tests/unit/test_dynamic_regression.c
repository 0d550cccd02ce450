/* Regression with autoregressive errors against scipy.optimize.least_squares on the same
 * errors, for columns that are known ahead. */
#include <criterion/criterion.h>

#include <math.h>

#include "forecast/dynamic_regression.h"

enum { N = 80, AHEAD = 6, P = 2 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(dynamic_regression, .fini = release);

struct example {
    double y[N], column[P][N + AHEAD];
    const double *x[P];
};

static void draw(struct example *s, size_t order)
{
    static const double phi[] = {0.6, -0.2, 0.1};
    double u[N];
    for (int t = 0; t < N + AHEAD; t++) {
        s->column[0][t] = (29 * t + 7 * t * t) % 53 / 53.0 + 0.02 * t;
        s->column[1][t] = (17 * t * t + 3 * t) % 61 / 61.0 - 0.01 * t;
    }
    for (size_t t = 0; t < N; t++) {
        u[t] = 2 + (double)((41 * t * t * t + 11 * t) % 71) / 71 - 0.5;
        for (size_t i = 0; i < order && i < t; i++)
            u[t] += phi[i] * u[t - 1 - i];
        s->y[t] = 1.5 * s->column[0][t] - 0.7 * s->column[1][t] + u[t];
    }
    for (size_t j = 0; j < P; j++)
        s->x[j] = s->column[j];
}

/* least_squares(method="lm") from 0, all tolerances 1e-15. */
static const struct {
    size_t order;
    double weight[P], constant, phi[3], forecast[AHEAD];
} peer[] = {
    {0,
     {1.4972019122051905, -0.6292612856547464},
     2.000143024714255,
     {0},
     {4.64340235103527, 5.945928781416072, 5.796004798593654, 4.822891688222768,
      6.02099327471379, 5.766644448001595}},
    {1,
     {1.4930589177534968, -0.6189203722798926},
     2.4984114539440583,
     {0.500011148171261},
     {7.8347230667819785, 9.030820997153022, 8.834296442053066, 7.838562581796413,
      9.016983371548719, 8.758143521169984}},
    {3,
     {1.5045079172056335, -0.5894464923322721},
     2.413794653871757,
     {0.5685411236831108, -0.4306257102936726, 0.2574597788423257},
     {7.008038396160352, 7.982056416547628, 7.754992826152424, 6.880791783697193,
      8.081414275953886, 7.771039749553562}},
};

Test(dynamic_regression, agrees_with_scipy)
{
    for (size_t k = 0; k < sizeof peer / sizeof *peer; k++) {
        struct example s;
        struct dynamic_regression d = {.columns = P, .order = peer[k].order};
        double got[AHEAD];
        draw(&s, d.order);
        cr_assert(dynamic_regression_fit(s.y, s.x, N, &mem, &d));
        for (size_t j = 0; j < P; j++)
            cr_expect_float_eq(d.weight[j], peer[k].weight[j], 1e-7);
        cr_expect_float_eq(d.constant, peer[k].constant, 1e-7);
        for (size_t i = 0; i < d.order; i++)
            cr_expect_float_eq(d.phi[i], peer[k].phi[i], 1e-7);
        dynamic_regression_forecast(&d, s.y, s.x, N, AHEAD, &mem, got);
        for (size_t h = 0; h < AHEAD; h++)
            cr_expect_float_eq(got[h], peer[k].forecast[h], 1e-6, "order %zu: %.12f",
                               d.order, got[h]);
    }
}

/* A column that stands twice, and one that does not change, say nothing new. */
Test(dynamic_regression, columns_that_depend_on_others_count_for_nothing)
{
    struct example s;
    static const double same[N + AHEAD];
    draw(&s, 1);
    const double *x[] = {s.x[0], s.x[0], s.x[1], same};
    struct dynamic_regression d = {.columns = 4, .order = 1};
    cr_assert(dynamic_regression_fit(s.y, x, N, &mem, &d));
    cr_expect_float_eq(d.weight[0], peer[1].weight[0], 1e-7);
    cr_expect_eq(d.weight[1], 0);
    cr_expect_float_eq(d.weight[2], peer[1].weight[1], 1e-7);
    cr_expect_eq(d.weight[3], 0);
}

/* Behind y[n] the columns alone are read, and before it nothing but the last errors. */
Test(dynamic_regression, the_shortest_series_is_fitted)
{
    struct example s;
    struct dynamic_regression d = {.columns = P, .order = 1};
    size_t n = dynamic_regression_least(P, 1);
    double got[2];
    draw(&s, 1);
    cr_assert(dynamic_regression_fit(s.y, s.x, n, &mem, &d));
    dynamic_regression_forecast(&d, s.y, s.x, n, 2, &mem, got);
    cr_expect(isfinite(got[0]) && isfinite(got[1]));
}

Test(dynamic_regression, values_whose_squares_overflow_are_refused)
{
    struct example s;
    struct dynamic_regression d = {.columns = P, .order = 1};
    draw(&s, 1);
    for (size_t t = 0; t < N; t++)
        s.y[t] *= 1e300;
    cr_expect_not(dynamic_regression_fit(s.y, s.x, N, &mem, &d));
}
