#include <criterion/criterion.h>

#include "base/compiler.h"
#include "judge/mcnemar.h"

/* statsmodels' mcnemar with and without `exact`, and SciPy's binom.cdf; where both err on
 * as many rows the corrected difference is 0 here, not 1. */
static const struct {
    size_t b, c;
    double statistic, p_statistic, p, p_less;
} row[] = {
    {25, 10, 5.6, 0.01796047752607879, 0.016673847800120715, 0.008336923900060357},
    {8, 1, 4, 0.04550026389635857, 0.0390625, 0.01953125},
    {1, 0, 0, 1, 1, 0.5},
    {200, 240, 3.456818181818182, 0.06299142028601942, 0.06286871784615478,
     0.9747464981895005},
    {5, 5, 0, 1, 1, 0.623046875},
    {0, 0, 0, 1, 1, 1},
};

Test(mcnemar, equals_statsmodels)
{
    for (size_t i = 0; i < COUNT_OF(row); i++) {
        struct mcnemar t = mcnemar(row[i].b, row[i].c);
        cr_assert_float_eq(t.statistic, row[i].statistic, 1e-12, "row %zu", i);
        cr_assert_float_eq(t.p_statistic, row[i].p_statistic, 6e-6 * t.p_statistic,
                           "row %zu", i);
        cr_assert_float_eq(t.p, row[i].p, 6e-6 * t.p, "row %zu", i);
        cr_assert_float_eq(t.p_less, row[i].p_less, 6e-6 * t.p_less, "row %zu", i);
    }
}
