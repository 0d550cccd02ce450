#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>

#include "draw/figure.h"

#define T "\xE2\x80\xAF"

/* clang-format off */
static const struct {
    double x;
    const char *text;
} reals[] = {
    {12.537951, "12.54"},   {0.834629, "0.8346"},     {253.44, "253.4"},
    {0.02716, "0.02716"},   {-4.2078, "−4.208"},      {1, "1.000"},
    {9.99949, "9.999"},     {9.9996, "10.00"},        {99.996, "100.0"},
    {999.96, "1000"},       {0.99996, "1.000"},       {0.099996, "0.1000"},
    {1234.4, "1234"},       {12345.6, "12" T "346"},  {841834519, "841" T "834" T "519"},
    {-12345, "−12" T "345"}, {0, "0"},                {0.00012345, "0.0001234"},
    {1e-7, "1.000e−07"},    {1e15, "1.000e+15"},      {-1.7976931348623157e308, "−1.798e+308"},
    {5e-324, "4.941e−324"}, {NAN, "–"},               {INFINITY, "–"},
};
/* clang-format on */

ParameterizedTestParameters(figure, real_has_four_significant_digits)
{
    static size_t index[sizeof(reals) / sizeof(*reals)];
    for (size_t i = 0; i < sizeof(reals) / sizeof(*reals); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, sizeof(reals) / sizeof(*reals));
}

ParameterizedTest(size_t *i, figure, real_has_four_significant_digits)
{
    cr_assert_str_eq(FIGURE(reals[*i].x), reals[*i].text);
}

Test(figure, fixed_keeps_its_zeros_and_has_no_negative_zero)
{
    cr_assert_str_eq(FIXED(0.5, 3), "0.500");
    cr_assert_str_eq(FIXED(-0.0271, 3), "−0.027");
    cr_assert_str_eq(FIXED(-0.0001, 3), "0.000");
    cr_assert_str_eq(FIXED(-0.0, 0), "0");
    cr_assert_str_eq(FIXED(1e300, 3), "1.000e+300");
}

Test(figure, ticks_are_short)
{
    cr_assert_str_eq(TICK(0.5), "0.5");
    cr_assert_str_eq(TICK(-200), "−200");
    cr_assert_str_eq(TICK(0.1 + 0.2), "0.3");
    cr_assert_str_eq(TICK(-0.0), "0");
    cr_assert_str_eq(TICK(2e8), "2e+08");
}

Test(figure, counts_have_their_thousands_apart_from_five_digits_on)
{
    cr_assert_str_eq(COUNT(0), "0");
    cr_assert_str_eq(COUNT(9999), "9999");
    cr_assert_str_eq(COUNT(10000), "10" T "000");
    cr_assert_str_eq(COUNT(UINT64_MAX),
                     "18" T "446" T "744" T "073" T "709" T "551" T "615");
}

Test(figure, per_cent_has_two_digits_or_all_of_the_whole_part)
{
    cr_assert_str_eq(PERCENT(0.02724), "2.7 %");
    cr_assert_str_eq(PERCENT(0.0994), "9.9 %");
    cr_assert_str_eq(PERCENT(0.0996), "10 %");
    cr_assert_str_eq(PERCENT(1.616), "162 %");
    cr_assert_str_eq(PERCENT(-0.5), "−50 %");
    cr_assert_str_eq(PERCENT(NAN), "–");
}
