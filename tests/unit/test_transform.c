/* Scales, differences and the way back, against closed forms; Guerrero's lambda against
 * coreforecast's boxcox_lambda. */
#include <criterion/criterion.h>

#include <math.h>

#include "series/transform.h"

TestSuite(transform);

static const double lambdas[] = {-1, -0.5, 0, 0.3, 0.5, 1, 2};

Test(transform, the_way_back_is_the_inverse)
{
    for (size_t i = 0; i < sizeof lambdas / sizeof *lambdas; i++)
        for (double y = 0.01; y < 1e5; y *= 3.7) {
            struct transform_way w = {.scaled = true, .lambda = lambdas[i]};
            double back = transform_from(&w, transform_to(&w, y), 0);
            cr_assert_float_eq(back, y, 1e-9 * y, "%g: %.17g, not %.17g", lambdas[i],
                               back, y);
        }
}

Test(transform, scales_are_box_and_cox)
{
    struct transform_way w = {.scaled = true};
    cr_assert_float_eq(transform_to(&w, 10), log(10), 1e-15);
    w.lambda = 0.5;
    cr_assert_float_eq(transform_to(&w, 9), 4, 1e-14);
    cr_assert_eq(transform_to(&w, 0), -2);
    w.lambda = -1;
    cr_assert_float_eq(transform_to(&w, 4), 0.75, 1e-15);
    w.scaled = false;
    cr_assert_eq(transform_to(&w, -3), -3);
    cr_assert(isnan(transform_to(&w, NAN)));
}

/* Of errors with a normal distribution: exact for the logarithm and the square root. */
Test(transform, the_mean_is_above_the_median)
{
    struct transform_way w = {.scaled = true};
    cr_assert_float_eq(transform_from(&w, 2, 0.5), exp(2.25), 1e-13);
    w.lambda = 0.5; // y = (x/2 + 1)^2, its mean the square of the mean and v/4
    cr_assert_float_eq(transform_from(&w, 3, 0.8), 6.25 + 0.2, 1e-13);
    w.lambda = 1;
    cr_assert_float_eq(transform_from(&w, 3, 0.8), 4, 1e-13);
}

Test(transform, behind_the_ends_of_a_scale_there_is_nothing)
{
    struct transform_way w = {.scaled = true, .lambda = 0.5};
    cr_assert_eq(transform_from(&w, -3, 0), 0);
    w.lambda = -1;
    cr_assert(isnan(transform_from(&w, 1, 0)), "infinite");
    w.lambda = 0;
    cr_assert(isnan(transform_from(&w, 1e6, 0)), "infinite");
    cr_assert(isnan(transform_from(&w, NAN, 0)));
}

Test(transform, takes_what_has_a_place_on_the_scale)
{
    struct transform none = {0}, log_ = {.transform = TRANSFORM_LOG},
                     root = {.transform = TRANSFORM_BOX_COX, .lambda = 0.5},
                     inverse = {.transform = TRANSFORM_BOX_COX, .lambda = -1};
    cr_assert(transform_takes(&none, -1));
    cr_assert(!transform_takes(&log_, 0) && transform_takes(&log_, 1e-300));
    cr_assert(transform_takes(&root, 0) && !transform_takes(&root, -1e-300));
    cr_assert(!transform_takes(&inverse, 0) && transform_takes(&inverse, NAN));
}

Test(transform, differences_take_so_many_steps)
{
    struct transform t = {0};
    cr_assert_eq(transform_span(&t, 0), 0);
    t.difference = DIFFERENCE_FIRST;
    cr_assert_eq(transform_span(&t, 0), 1);
    t.difference = DIFFERENCE_SEASONAL;
    cr_assert_eq(transform_span(&t, 12), 12);
    cr_assert_eq(transform_span(&t, 0), SIZE_MAX);
    t.difference = DIFFERENCE_BOTH;
    cr_assert_eq(transform_span(&t, 12), 13);
    cr_assert_eq(transform_span(&t, SIZE_MAX), SIZE_MAX);
}

Test(transform, what_would_count_for_nothing_is_refused)
{
    struct error err = {0};
    struct transform t = {.transform = TRANSFORM_LOG};
    cr_assert_eq(transform_check(&t, true, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "'lambda' is for `transform: box_cox`");
    t.transform = TRANSFORM_BOX_COX;
    cr_assert_eq(transform_check(&t, true, &err), STATUS_OK);
    cr_assert_eq(transform_check(&t, false, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "'box_cox' needs a lambda");
    t = (struct transform){.bias = BIAS_MEAN, .difference = DIFFERENCE_FIRST};
    cr_assert_eq(transform_check(&t, false, &err), STATUS_INPUT);
    cr_assert_str_eq(err.loc.field, "bias");
}

/* coreforecast 0.0.20: boxcox_lambda(y, "guerrero", m, -1, 2). */
static const struct {
    size_t n, season;
    double lambda;
} guerrero[] = {
    {50, 4, -0.04943825150037564}, {50, 7, 0.061386744392957195},
    {50, 0, 0.06831155824139525},  {49, 4, 0.13372202794046611},
    {49, 7, 0.31825100989879085},  {49, 2, 0.0874478214083505},
};

Test(transform, guerrero_finds_the_lambda_that_evens_out_the_seasons)
{
    double y[52];
    y[0] = y[1] = NAN;
    for (size_t t = 0; t < 50; t++)
        y[t + 2] = (3 + (double)((37 * t + t * t) % 97) / 48) * (1 + (double)t * 0.1);
    for (size_t i = 0; i < sizeof guerrero / sizeof *guerrero; i++) {
        double got = transform_guerrero(y, guerrero[i].n + 2, guerrero[i].season);
        cr_assert_float_eq(got, guerrero[i].lambda, 1e-4, "%zu: %.9g", i, got);
    }
    cr_assert_eq(transform_guerrero(y, 9, 4), 1, "not two seasons");
    cr_assert_eq(transform_guerrero((double[]){3, 3, 3, 3}, 4, 0), 1, "nothing varies");
}
