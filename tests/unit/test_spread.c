#include <criterion/criterion.h>

#include <math.h>

#include "data/spread.h"

Test(spread, equal_values_have_none_whatever_their_mean_is)
{
    const double tenth[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, other[] = {0.1, 0.1, 0.2};
    cr_assert(spread_none(tenth, 6) && spread_none(tenth, 1) && spread_none(tenth, 0));
    cr_assert_not(spread_none(other, 3));
    const double none[] = {NAN, NAN};
    cr_assert_not(spread_none(none, 2));
}

Test(spread, the_exponent_is_of_what_could_not_be_squared)
{
    const double usual[] = {1e77, -3, 0}, large[] = {1, -1e160}, small[] = {0, 1e-200};
    const double odd[] = {INFINITY, NAN, 5};
    cr_assert_eq(spread_exponent(usual, 3), 0);
    cr_assert_eq(spread_exponent(large, 2), 532);
    cr_assert_eq(spread_exponent(small, 2), -664);
    cr_assert_eq(spread_exponent(odd, 3), 0);
    cr_assert_eq(spread_exponent(NULL, 0), 0);
    cr_assert_eq(spread_scaled(0x1.5p532, 532), 0x1.5p0);
}
