/* Held against statsmodels' ETSModel(error="add", initialization_method="estimated"), which
 * has the same free states before the first value. */
#include <criterion/criterion.h>

#include <math.h>

#include "forecast/ets.h"

enum { N = 90 };

/* What the damped form makes of errors by a formula. */
static void example(double *y)
{
    double level = 20, slope = 1;
    for (int t = 0; t < N; t++) {
        double e = ((double)((37 * t + t * t) % 97) / 8 + 0.1 - 6) / 4;
        double p = level + 0.9 * slope;
        y[t] = p + e;
        level = p + 0.5 * e;
        slope = 0.9 * slope + 0.2 * e;
    }
}

static const struct figure {
    double squares, alpha, next, k;
} figures[ETS_FORMS] = {
    {84.12753974, 0.88421389, 44.82978931, 3},
    {66.91955173, 0.46622179, 45.03293352, 5},
    {64.31921494, 0.43323585, 44.9121467, 6},
};

Test(ets, sums_of_squares_are_those_of_statsmodels)
{
    double y[N];
    example(y);
    for (enum ets_form form = 0; form < ETS_FORMS; form++) {
        const struct figure *f = &figures[form];
        struct ets e;
        ets_fit(form, y, N, &e);
        double aicc =
            N * log(f->squares / N) + 2 * f->k + 2 * f->k * (f->k + 1) / (N - f->k - 1);
        cr_expect_float_eq(e.aicc, aicc, 0.005, "form %u: %g, not %g", form, e.aicc,
                           aicc);
        cr_expect_float_eq(e.alpha, f->alpha, 0.005, "form %u: %g", form, e.alpha);
        cr_expect_float_eq(e.next, f->next, 0.005, "form %u: %g", form, e.next);
    }
}

Test(ets, the_least_aicc_is_chosen)
{
    double y[N];
    struct ets best, e;
    example(y);
    ets_choose(y, N, &best);
    for (enum ets_form form = 0; form < ETS_FORMS; form++) {
        ets_fit(form, y, N, &e);
        cr_expect_leq(best.aicc, e.aicc);
        if (form == best.form)
            cr_expect(best.alpha == e.alpha && best.next == e.next);
    }
}

/* The recurrence as the header states it. */
Test(ets, following_is_the_recurrence_of_the_definition)
{
    struct ets e = {.form = ETS_AADN, .alpha = 0.4, .beta = 0.1, .phi = 0.9};
    double level = 5, slope = 0.5, y[N], ahead[3];
    e.drift = e.phi * slope;
    e.next = level + e.drift;
    example(y);
    for (size_t t = 0; t < N; t++) {
        double p = level + e.phi * slope, error = y[t] - p;
        level = p + e.alpha * error;
        slope = e.phi * slope + e.beta * error;
        ets_follow(&e, y[t]);
    }
    ets_forecast(&e, 3, ahead);
    double damped = 0;
    for (size_t h = 0; h < 3; h++) {
        damped += pow(e.phi, (double)h + 1);
        cr_expect_float_eq(ahead[h], level + damped * slope, 1e-12);
    }
}

Test(ets, a_constant_is_forecast_as_it_is)
{
    double y[8], ahead[4];
    struct ets e;
    for (size_t t = 0; t < 8; t++)
        y[t] = 3.25;
    ets_choose(y, 8, &e);
    ets_forecast(&e, 4, ahead);
    for (size_t h = 0; h < 4; h++)
        cr_expect_eq(ahead[h], 3.25);
}

Test(ets, a_straight_line_goes_on)
{
    double y[30], ahead[12];
    struct ets e;
    for (size_t t = 0; t < 30; t++)
        y[t] = 10 - 0.5 * (double)t;
    ets_choose(y, 30, &e);
    ets_forecast(&e, 12, ahead);
    for (size_t h = 0; h < 12; h++)
        cr_expect_float_eq(ahead[h], 10 - 0.5 * (double)(30 + h), 1e-6);
}

/* Too few values for a form's parameters: the one with the fewest is taken. */
Test(ets, few_values_have_a_level_alone)
{
    static const double y[] = {1, 5, 2, 4, 3};
    struct ets e;
    ets_choose(y, ETS_LEAST, &e);
    cr_expect_eq(e.form, ETS_ANN);
    cr_expect(isfinite(e.aicc) && isfinite(e.next));
}
