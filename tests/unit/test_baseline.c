#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "learn/baseline.h"

static const double y[] = {10, 20, 30, 11, 22, 33, 12, NAN, 36};

static double forecast(const char *name, size_t t, size_t season)
{
    for (size_t i = 0; i < baseline_count; i++)
        if (strcmp(baseline_all[i].name, name) == 0)
            return baseline_all[i].forecast(y, t, season);
    cr_assert_fail("no baseline %s", name);
    return 0;
}

Test(baseline, naive_is_the_last_value)
{
    cr_assert_eq(forecast("naive", 1, 3), 10);
    cr_assert_eq(forecast("naive", 9, 3), 36, "the row behind the last");
    cr_assert(isnan(forecast("naive", 0, 3)));
    cr_assert(isnan(forecast("naive", 8, 3)), "the last value is missing");
}

Test(baseline, seasonal_naive_is_the_value_a_season_ago)
{
    cr_assert_eq(forecast("seasonal_naive", 3, 3), 10);
    cr_assert_eq(forecast("seasonal_naive", 9, 3), 12);
    cr_assert(isnan(forecast("seasonal_naive", 2, 3)));
    cr_assert(isnan(forecast("seasonal_naive", 5, 0)), "no season");
}

Test(baseline, seasonal_drift_adds_last_seasons_change)
{
    cr_assert_eq(forecast("seasonal_drift", 4, 3), 11 + 20 - 10);
    cr_assert(isnan(forecast("seasonal_drift", 3, 3)), "y[t - 4] is not there");
    cr_assert(isnan(forecast("seasonal_drift", 5, 0)), "no season");
    cr_assert(isnan(forecast("seasonal_drift", 5, SIZE_MAX)), "no overflow");
}

/* Values from t on are poison, and so are those before the first. */
Test(baseline, none_reads_the_row_itself_or_later_ones)
{
    for (size_t i = 0; i < baseline_count; i++)
        for (size_t t = 0; t <= 9; t++)
            for (size_t season = 0; season < 12; season++) {
                double cut[9];
                memcpy(cut, y, sizeof cut);
                double whole = baseline_all[i].forecast(y, t, season);
                for (size_t k = t; k < 9; k++)
                    cut[k] = 1e9;
                double part = baseline_all[i].forecast(cut, t, season);
                cr_assert(whole == part || (isnan(whole) && isnan(part)),
                          "%s, t = %zu, season %zu", baseline_all[i].name, t, season);
            }
}

/* The summary is a line for --explain. */
Test(baseline, every_one_has_a_name_and_a_summary)
{
    cr_assert_geq(baseline_count, 3);
    for (size_t i = 0; i < baseline_count; i++) {
        cr_assert_gt(strlen(baseline_all[i].name), 0);
        cr_assert_null(strchr(baseline_all[i].summary, '\n'));
    }
}
