#include <criterion/criterion.h>

#include <math.h>

#include "clean/repair.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(repair, .fini = release);

#define MOST 12

/* Series and the powers of ten that they need, by hand. */
static const struct {
    const char *what;
    size_t n;
    double x[MOST];
    int16_t exponent[MOST];
} cases[] = {
    {"a month crosses the power", 7, {107, 108, 988, 101, 102, 103, 104}, {0, 0, -1}},
    {"most cells stay", 7, {988, 101, 990, 985, 102, 980, 975}, {0, 1, 0, 0, 1, 0, 0}},
    {"the first and the last", 6, {990, 101, 102, 103, 102, 980}, {-1, 0, 0, 0, 0, -1}},
    {"two powers", 6, {500, 510, 52, 5, 515, 505}, {0, 0, 1, 2, 0, 0}},
    {"one odd value moves no other",
     8,
     {150, 152, 149, 600, 151, 148, 150, 149},
     {0, 0, 0, -1, 0, 0, 0, 0}},
    {"a step to another level stays", 8, {200, 201, 199, 200, 550, 548, 552, 551}, {0}},
    {"gaps and zeros are no neighbours",
     8,
     {990, NAN, 101, 0, 102, NAN, 980, 103},
     {-1, 0, 0, 0, 0, 0, -1, 0}},
    {"below zero as above", 5, {-107, -988, -101, -102, -103}, {0, -1}},
    {"a walk through two powers", 9, {40, 60, 90, 13, 19, 28, 42, 63, 95}, {-1, -1, -1}},
    {"equal counts: the first stays", 4, {95, 98, 11, 12}, {0, 0, 1, 1}},
    {"one value", 1, {7}, {0}},
    {"nothing", 3, {NAN, 0, NAN}, {0}},
    {"none", 0, {0}, {0}},
};

Test(repair, the_point_is_placed_so_that_the_series_goes_on)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int16_t exponent[MOST] = {0};
        repair_place(cases[i].x, cases[i].n, &mem, exponent);
        for (size_t t = 0; t < cases[i].n; t++)
            cr_expect_eq(exponent[t], cases[i].exponent[t], "%s: value %zu by 10^%d",
                         cases[i].what, t, exponent[t]);
    }
}

Test(repair, values_are_scaled_with_one_rounding)
{
    cr_expect_eq(repair_scaled(988657100, -1), 98865710.0);
    cr_expect_eq(repair_scaled(841834519, -7), 84.1834519);
    cr_expect_eq(repair_scaled(12, 3), 12000);
    cr_expect_eq(repair_scaled(-5, -1), -0.5);
    cr_expect_eq(repair_scaled(7, 0), 7);
    cr_expect(isfinite(repair_scaled(1, 300)) && repair_scaled(1, -300) > 0);
}

Test(repair, zeros_come_back)
{
    cr_expect_eq(repair_padded(12345678, 9), 123456780);
    cr_expect_eq(repair_padded(123456789, 9), 123456789);
    cr_expect_eq(repair_padded(5, 0), 5);
    cr_expect_eq(repair_padded(0, 9), 0);
    cr_expect_eq(repair_padded(-12, 4), -1200);
    cr_expect_eq(repair_padded(-1234, 4), -1234);
}

Test(repair, padding_means_whole_numbers_and_placing_any)
{
    const struct repair_rule rules[] = {{"a*", 9, REPAIR_POINT_KEEP},
                                        {"b*", 0, REPAIR_POINT_SERIES}};
    const struct field whole = {"a", TYPE_INT64}, real = {"a", TYPE_REAL},
                       other = {"b", TYPE_REAL}, text = {"b", TYPE_TEXT};
    cr_expect_eq(repair_find(rules, 2, &whole), &rules[0]);
    cr_expect_null(repair_find(rules, 2, &real));
    cr_expect_eq(repair_find(rules, 2, &other), &rules[1]);
    cr_expect_null(repair_find(rules, 2, &text));
    cr_expect(repair_places(&rules[1]) && !repair_places(&rules[0]) &&
              !repair_places(NULL));
}

Test(repair, more_than_half_a_power_of_ten_is_a_jump)
{
    static const double x[] = {10, 31,   98,  NAN,   309,  3.1, 0,
                               50, -200, -64, -20.5, -6.5, -60};
    struct jumps jumps = {0};
    int32_t key[COUNT_OF(x)];
    for (size_t t = 0; t < COUNT_OF(x); t++)
        key[t] = (int32_t)t;
    jumps_add(&jumps, key, x, 4);
    jumps_add(&jumps, key + 4, x + 4, COUNT_OF(x) - 4);
    /* A zero, and another sign, is no power of ten away; a gap is passed over. */
    cr_expect(jumps.n == 2 && jumps.key == 5 && jumps.from == 309 && jumps.to == 3.1);
}
