#include <criterion/criterion.h>

#include <math.h>

#include "base/date.h"
#include "draw/scale.h"

static struct scale s;

static double day(int year, int month, int d)
{
    return date_days((struct date){year, month, d});
}

static const char *label(size_t i)
{
    static char buffer[16];
    return scale_day_label(&s, s.tick[i], buffer);
}

Test(scale, ticks_are_round_and_enclose_the_range)
{
    scale_real(&s, (struct axis_range){186.02, 318.88}, 5, 200, 0);
    cr_assert_float_eq(s.low, 150, 0);
    cr_assert_float_eq(s.high, 350, 0);
    cr_assert_eq(s.n, 5);
    cr_assert_float_eq(s.tick[1], 200, 0);
}

Test(scale, places_run_from_one_end_to_the_other)
{
    scale_real(&s, (struct axis_range){0, 10}, 5, 100, 0);
    cr_assert_float_eq(scale_at(&s, 0), 100, 0);
    cr_assert_float_eq(scale_at(&s, 10), 0, 0);
    cr_assert_float_eq(scale_at(&s, 5), 50, 1e-12);
}

Test(scale, a_range_of_one_value_or_none_is_widened)
{
    scale_real(&s, (struct axis_range){7, 7}, 5, 0, 1);
    cr_assert(s.low < 7 && s.high > 7);
    scale_real(&s, (struct axis_range){0, 0}, 5, 0, 1);
    cr_assert(s.low < 0 && s.high > 0);
    scale_real(&s, (struct axis_range)RANGE_NONE, 5, 0, 1);
    cr_assert(s.low < s.high);
}

Test(scale, no_range_makes_it_endless_or_empty)
{
    static const double ends[] = {-1e100, -1e17, -1, -1e-90,    0,    1e-300,
                                  1e-9,   0.1,   1,  1 + 1e-12, 1e17, 1e100};
    size_t n = sizeof(ends) / sizeof(*ends);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = i; k < n; k++) {
            scale_real(&s, (struct axis_range){ends[i], ends[k]}, 6, 0, 100);
            cr_assert(s.n >= 2 && s.n <= SCALE_TICKS, "%g to %g: %zu", ends[i], ends[k],
                      s.n);
            cr_assert(s.low < s.high, "%g to %g: %g to %g", ends[i], ends[k], s.low,
                      s.high);
            double from = scale_at(&s, ends[i]), to = scale_at(&s, ends[k]);
            cr_assert(from >= -1e-9 && to <= 100 + 1e-9 && from <= to, "%g to %g", from,
                      to);
        }
    }
}

Test(scale, values_that_cannot_be_drawn_are_left_out_of_a_range)
{
    struct axis_range r = RANGE_NONE;
    range_add(&r, NAN);
    range_add(&r, INFINITY);
    range_add(&r, 1e101);
    cr_assert(r.low > r.high);
    range_add(&r, 3);
    range_add(&r, -2);
    cr_assert_float_eq(r.low, -2, 0);
    cr_assert_float_eq(r.high, 3, 0);
}

Test(scale, seven_years_are_marked_by_years)
{
    scale_days(&s, (struct axis_range){day(2014, 3, 1), day(2020, 5, 1)}, 8, 0, 1);
    cr_assert_eq(s.n, 6);
    cr_assert_str_eq(label(0), "2015");
    cr_assert_str_eq(label(5), "2020");
}

Test(scale, a_year_is_marked_by_months)
{
    scale_days(&s, (struct axis_range){day(2019, 12, 15), day(2020, 11, 1)}, 6, 0, 1);
    cr_assert_eq(s.n, 6);
    cr_assert_str_eq(label(0), "2020-01");
    cr_assert_str_eq(label(1), "2020-03");
}

Test(scale, a_week_is_marked_by_days)
{
    scale_days(&s, (struct axis_range){day(2020, 2, 27), day(2020, 3, 4)}, 8, 0, 1);
    cr_assert_eq(s.n, 7);
    cr_assert_str_eq(label(2), "2020-02-29");
    cr_assert_str_eq(label(3), "2020-03-01");
}

Test(scale, one_day_has_a_mark)
{
    scale_days(&s, (struct axis_range){day(2020, 5, 1), day(2020, 5, 1)}, 8, 0, 10);
    cr_assert_float_eq(scale_at(&s, day(2020, 5, 1)), 5, 1e-12);
    cr_assert_eq(s.n, 3);
}

Test(scale, thousands_of_years_and_no_room_are_borne)
{
    scale_days(&s, (struct axis_range){day(1, 1, 1), day(7999, 12, 31)}, 8, 0, 1);
    cr_assert(s.n > 0 && s.n <= 8);
    scale_days(&s, (struct axis_range){day(1, 1, 1), day(7999, 12, 31)}, 0, 0, 1);
    cr_assert_eq(s.n, 0);
    scale_days(&s, (struct axis_range){-1e99, 1e99}, 8, 0, 1);
    cr_assert_eq(s.n, 0);
}

Test(scale, round_numbers_grow_at_every_power_of_ten)
{
    double x = scale_round_down(1e-100);
    for (int i = 0; i < 600; i++) {
        double following = scale_round_next(x);
        cr_assert(following > 1.9 * x && following < 2.6 * x, "%.17g, %.17g", x,
                  following);
        x = following;
    }
}

Test(scale, round_numbers_follow_one_another)
{
    cr_assert_float_eq(scale_round_down(7.3), 5, 0);
    cr_assert_float_eq(scale_round_down(0.0199), 0.01, 0);
    cr_assert_float_eq(scale_round_next(5), 10, 0);
    cr_assert_float_eq(scale_round_next(0.02), 0.05, 1e-17);
    double x = 1e-9;
    for (int i = 0; i < 27; i++)
        x = scale_round_next(x);
    cr_assert_float_eq(x, 1, 0, "nine decades in twenty-seven steps");
}
