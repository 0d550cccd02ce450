#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "forecast/nelder_mead.h"

/* What a value function was asked for. */
struct asked {
    size_t calls;
    double most; // the largest coordinate
};

static double rosenbrock(const double *x, void *context)
{
    struct asked *a = context;
    a->calls++;
    a->most = fmax(a->most, fmax(x[0], x[1]));
    return 100 * pow(x[1] - x[0] * x[0], 2) + pow(1 - x[0], 2);
}

/* Powell's singular function: its Hessian at the minimum, 0, is singular. */
static double powell(const double *x, void *context)
{
    ((struct asked *)context)->calls++;
    return pow(x[0] + 10 * x[1], 2) + 5 * pow(x[2] - x[3], 2) + pow(x[1] - 2 * x[2], 4) +
           10 * pow(x[0] - x[3], 4);
}

/* Undefined on one side, as a likelihood may be. */
static double half_known(const double *x, void *context)
{
    ((struct asked *)context)->calls++;
    return x[0] < 1 ? NAN : (x[0] - 2) * (x[0] - 2) - 3;
}

static const double steps[] = {0.5, 0.5, 0.5, 0.5};

Test(nelder_mead, finds_the_end_of_a_curved_valley)
{
    struct asked asked = {0};
    struct nelder_mead plan = {rosenbrock, NULL, &asked, 2, steps, 1e-12, 500, 500};
    double x[] = {-1.2, 1};
    double value = nelder_mead(&plan, x);
    cr_expect_lt(value, 1e-12);
    cr_expect_float_eq(x[0], 1, 1e-6);
    cr_expect_float_eq(x[1], 1, 1e-6);
    cr_expect_eq(value, rosenbrock(x, &asked));
}

Test(nelder_mead, finds_a_minimum_without_curvature)
{
    struct asked asked = {0};
    struct nelder_mead plan = {powell, NULL, &asked, 4, steps, 1e-12, 2000, 2000};
    double x[] = {3, -1, 0, 1};
    cr_expect_lt(nelder_mead(&plan, x), 1e-9);
}

Test(nelder_mead, goes_around_what_is_undefined)
{
    struct asked asked = {0};
    struct nelder_mead plan = {half_known, NULL, &asked, 1, steps, 1e-10, 100, 0};
    double x[] = {1.2};
    cr_expect_float_eq(nelder_mead(&plan, x), -3, 1e-9);
    cr_expect_float_eq(x[0], 2, 1e-4);
}

Test(nelder_mead, ends_after_so_many_calls)
{
    for (size_t calls = 10; calls < 60; calls++) {
        struct asked asked = {0};
        struct nelder_mead plan = {powell, NULL, &asked, 4, steps, 0, calls, 0};
        double x[] = {3, -1, 0, 1};
        nelder_mead(&plan, x);
        cr_expect_geq(asked.calls, calls);
        cr_expect_leq(asked.calls, calls + 5, "a last shrinking move takes n + 2 calls");
    }
}

Test(nelder_mead, a_second_simplex_begins_at_the_best_point_with_the_first_steps)
{
    struct asked asked = {0};
    struct nelder_mead plan = {rosenbrock, NULL, &asked, 2, steps, 1e-12, 500, 0};
    double x[] = {-1.2, 1};
    nelder_mead(&plan, x);
    asked = (struct asked){.most = -INFINITY};
    plan.calls = 1;
    double y[] = {x[0], x[1]};
    cr_expect_leq(nelder_mead(&plan, y), rosenbrock(x, &(struct asked){0}));
    cr_expect_eq(asked.most, fmax(x[0], x[1]) + 0.5);
}

Test(nelder_mead, the_same_start_gives_the_same_bits)
{
    double first[] = {-1.2, 1}, second[] = {-1.2, 1};
    struct nelder_mead plan = {rosenbrock, NULL, &(struct asked){0}, 2, steps, 1e-8,
                               80,         40};
    double a = nelder_mead(&plan, first), b = nelder_mead(&plan, second);
    cr_expect_eq(memcmp(first, second, sizeof first), 0);
    cr_expect_eq(a, b);
}

static void powell_abreast(const double *const x[NELDER_MEAD_ABREAST], void *context,
                           double ret[NELDER_MEAD_ABREAST])
{
    for (size_t i = 0; i < NELDER_MEAD_ABREAST; i++)
        ret[i] = powell(x[i], context);
}

Test(nelder_mead, points_evaluated_at_once_are_those_evaluated_one_by_one)
{
    for (size_t calls = 5; calls < 200; calls += 13) {
        struct asked asked = {0};
        struct nelder_mead plan = {powell, NULL, &asked, 4, steps, 1e-8, calls, 30};
        double one[] = {3, -1, 0, 1}, four[] = {3, -1, 0, 1};
        double value = nelder_mead(&plan, one);
        plan.values = powell_abreast;
        cr_expect_eq(nelder_mead(&plan, four), value);
        cr_expect_eq(memcmp(one, four, sizeof one), 0);
    }
}
