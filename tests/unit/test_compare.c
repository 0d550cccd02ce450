#include <criterion/criterion.h>

#include <math.h>

#include "base/compiler.h"
#include "learn/compare.h"

/* Twelve pairs of errors; expected: the header's formula in NumPy, of these and of the
 * same in another order. */
static const double first[] = {1, -2, 0.5, 3, -1, 2, 1.5, -0.5, 2.5, -3, 1, 0.25};
static const double second[] = {2, -1, 1.5, 2, -2, 3, 0.5, -1.5, 3, -2, 2, 1};

static double compared(const double *a, const double *b, size_t n, int power)
{
    double x[12], y[12];
    for (size_t i = 0; i < n; i++) {
        x[i] = ldexp(a[i], power);
        y[i] = ldexp(b[i], power);
    }
    return compare_squared_errors(x, y, n);
}

Test(compare, is_the_mean_difference_over_its_standard_error)
{
    cr_assert_float_eq(compared(first, second, 12, 0), -0.5665645273958898, 1e-12);
    cr_assert_float_eq(compared(second, first, 12, 0), -(-0.5665645273958898), 1e-12);
}

/* A run of months that went the same way counts for less than so many single ones. */
Test(compare, neighbours_that_go_together_make_it_less_sure)
{
    const double run[] = {3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1};
    const double mixed[] = {3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
    const double other[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
    cr_assert_float_eq(compared(mixed, other, 12, 0), 0.82915619758885, 1e-12);
    cr_assert_float_eq(compared(run, other, 12, 0), 0.5669467095138409, 1e-12);
}

Test(compare, does_not_depend_on_the_unit)
{
    for (int power = -1000; power <= 1000; power++)
        cr_assert_eq(compared(first, second, 12, power), compared(first, second, 12, 0),
                     "2^%d", power);
}

Test(compare, knows_what_cannot_be_told)
{
    const double one[] = {1, 1, 1}, two[] = {2, 2, 2}, odd[] = {1, NAN, 1};
    cr_assert(isnan(compared(first, second, 2, 0)));
    cr_assert(isnan(compared(one, odd, 3, 0)));
    cr_assert_eq(compared(one, one, 3, 0), 0);
    cr_assert_eq(compared(two, one, 3, 0), INFINITY);
    cr_assert_eq(compared(one, two, 3, 0), -INFINITY);
}
