#include <criterion/criterion.h>

#include <math.h>

#include "base/compiler.h"
#include "learn/metric.h"

static const double y[] = {1, 2, 3, 6};
static const double p[] = {2, 2, 1, 8};

static double value(const char *name, const double *a, const double *b, size_t n)
{
    const struct metric *m = metric_find(name);
    cr_assert_not_null(m, "no metric %s", name);
    return m->value(a, b, n);
}

Test(metric, errors_are_one_none_two_and_two)
{
    cr_assert_eq(value("rmse", y, p, 4), 1.5);
    cr_assert_eq(value("mae", y, p, 4), 1.25);
    cr_assert_eq(value("bias", y, p, 4), 0.25);
    cr_assert_float_eq(value("r2", y, p, 4), 1 - 9.0 / 14, 1e-15);
}

Test(metric, a_perfect_prediction_has_no_error_and_explains_all)
{
    cr_assert_eq(value("rmse", y, y, 4), 0);
    cr_assert_eq(value("mae", y, y, 4), 0);
    cr_assert_eq(value("bias", y, y, 4), 0);
    cr_assert_eq(value("r2", y, y, 4), 1);
}

Test(metric, predicting_the_mean_explains_nothing)
{
    const double mean[] = {3, 3, 3, 3};
    cr_assert_eq(value("r2", y, mean, 4), 0);
}

/* Far from 0 the mean of the targets is rounded by more than their spread. */
Test(metric, r2_of_targets_far_from_0_is_about_their_true_mean)
{
    double far[] = {0, 0.125, 0.5, 0.25, 0.75, 0.375, 1, 0.625, 0.5, 0.875}, mean[10];
    for (size_t i = 0; i < 10; i++) {
        far[i] += 1e15;
        mean[i] = 1e15 + 0.5; // exactly
    }
    cr_assert_float_eq(value("r2", far, mean, 10), 0, 1e-12);
}

Test(metric, without_rows_every_figure_is_undefined)
{
    for (size_t i = 0; i < metric_count; i++)
        cr_assert(isnan(metric_all[i].value(y, p, 0)), "%s", metric_all[i].name);
}

Test(metric, r2_of_a_constant_target_is_undefined)
{
    // Six times 0.1 has a rounded mean that is not 0.1.
    const double constant[] = {2, 2, 2}, tenth[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    const double guess[] = {0.5, 0.1, 0.2, 0.3, 0.1, 0};
    cr_assert(isnan(value("r2", constant, p, 3)));
    cr_assert(isnan(value("r2", tenth, guess, 6)));
    cr_assert(isnan(value("r2", tenth, tenth, 6)));
    cr_assert_float_eq(value("rmse", tenth, guess, 6), 0.19148542155126763, 1e-16,
                       "NumPy's");
    cr_assert(isnan(value("r2", y, p, 1)));
    cr_assert_eq(value("rmse", y, p, 1), 1);
}

/* A power of two rounds nothing, so r2 stays the same to the last bit. */
Test(metric, huge_and_tiny_numbers_are_squared_without_loss)
{
    static const int powers[] = {-1000, -600, 500, 531, 1000};
    for (size_t i = 0; i < COUNT_OF(powers); i++) {
        double a[4], b[4];
        for (size_t k = 0; k < 4; k++) {
            a[k] = ldexp(y[k], powers[i]);
            b[k] = ldexp(p[k], powers[i]);
        }
        cr_assert_eq(value("r2", a, b, 4), value("r2", y, p, 4), "2^%d", powers[i]);
        cr_assert_eq(value("rmse", a, b, 4), ldexp(1.5, powers[i]));
        cr_assert_eq(value("mae", a, b, 4), ldexp(1.25, powers[i]));
        cr_assert_eq(value("bias", a, b, 4), ldexp(0.25, powers[i]));
    }
}

Test(metric, a_figure_that_is_shown_only_is_no_score)
{
    cr_assert(metric_find("rmse")->is_score);
    cr_assert_not(metric_find("bias")->is_score);
    cr_assert_str_eq(metric_scores, "|rmse|mae|r2");
}

Test(metric, only_r2_is_better_when_higher)
{
    for (size_t i = 0; i < metric_count; i++)
        cr_assert_eq(metric_all[i].higher_is_better, metric_find("r2") == &metric_all[i],
                     "%s", metric_all[i].name);
}

Test(metric, every_row_has_its_own_name_and_a_summary)
{
    for (size_t i = 0; i < metric_count; i++) {
        cr_assert_eq(metric_find(metric_all[i].name), &metric_all[i]);
        cr_assert_gt(strlen(metric_all[i].summary), 5);
    }
    cr_assert_null(metric_find("rmsle"));
    cr_assert_null(metric_find(""));
}
