#include <criterion/criterion.h>

#include <math.h>

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

Test(metric, without_rows_every_figure_is_undefined)
{
    for (size_t i = 0; i < metric_count; i++)
        cr_assert(isnan(metric_all[i].value(y, p, 0)), "%s", metric_all[i].name);
}

Test(metric, r2_of_a_constant_target_is_undefined)
{
    const double constant[] = {2, 2, 2};
    cr_assert(isnan(value("r2", constant, p, 3)));
    cr_assert(isnan(value("r2", y, p, 1)));
    cr_assert_eq(value("rmse", y, p, 1), 1);
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
