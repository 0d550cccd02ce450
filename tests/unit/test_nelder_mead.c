#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "forecast/nelder_mead.h"

/* A function, and what it was asked for. */
struct asked {
    double (*value)(const double *x, void *context);
    double most; // the largest coordinate
};

static void values(const double *const x[NELDER_MEAD_ABREAST], void *context,
                   double ret[NELDER_MEAD_ABREAST])
{
    for (size_t i = 0; i < NELDER_MEAD_ABREAST; i++)
        ret[i] = ((struct asked *)context)->value(x[i], context);
}

static double rosenbrock(const double *x, void *context)
{
    struct asked *a = context;
    a->most = fmax(a->most, fmax(x[0], x[1]));
    return 100 * pow(x[1] - x[0] * x[0], 2) + pow(1 - x[0], 2);
}

/* Powell's singular function: its Hessian at the minimum, 0, is singular. */
static double powell(const double *x, void *context UNUSED)
{
    return pow(x[0] + 10 * x[1], 2) + 5 * pow(x[2] - x[3], 2) + pow(x[1] - 2 * x[2], 4) +
           10 * pow(x[0] - x[3], 4);
}

/* Undefined on one side, as a likelihood may be. */
static double half_known(const double *x, void *context UNUSED)
{
    return x[0] < 1 ? NAN : (x[0] - 2) * (x[0] - 2) - 3;
}

static const double steps[] = {0.5, 0.5, 0.5, 0.5};

Test(nelder_mead, finds_the_end_of_a_curved_valley)
{
    struct asked asked = {.value = rosenbrock};
    struct nelder_mead plan = {values, &asked, 2, steps, 1e-12, 500, 500};
    double x[] = {-1.2, 1};
    double value = nelder_mead(&plan, x);
    cr_expect_lt(value, 1e-12);
    cr_expect_float_eq(x[0], 1, 1e-6);
    cr_expect_float_eq(x[1], 1, 1e-6);
    cr_expect_eq(value, rosenbrock(x, &asked));
}

Test(nelder_mead, finds_a_minimum_without_curvature)
{
    struct asked asked = {.value = powell};
    struct nelder_mead plan = {values, &asked, 4, steps, 1e-12, 2000, 2000};
    double x[] = {3, -1, 0, 1};
    cr_expect_lt(nelder_mead(&plan, x), 1e-9);
}

Test(nelder_mead, goes_around_what_is_undefined)
{
    struct asked asked = {.value = half_known};
    struct nelder_mead plan = {values, &asked, 1, steps, 1e-10, 100, 0};
    double x[] = {1.2};
    cr_expect_float_eq(nelder_mead(&plan, x), -3, 1e-9);
    cr_expect_float_eq(x[0], 2, 1e-4);
}

Test(nelder_mead, a_second_simplex_begins_at_the_best_point_with_the_first_steps)
{
    struct asked asked = {.value = rosenbrock};
    struct nelder_mead plan = {values, &asked, 2, steps, 1e-12, 500, 0};
    double x[] = {-1.2, 1};
    nelder_mead(&plan, x);
    asked.most = -INFINITY;
    plan.calls = 1;
    double y[] = {x[0], x[1]};
    cr_expect_leq(nelder_mead(&plan, y), rosenbrock(x, &(struct asked){0}));
    cr_expect_eq(asked.most, fmax(x[0], x[1]) + 0.5);
}

Test(nelder_mead, the_same_start_gives_the_same_bits)
{
    double first[] = {-1.2, 1}, second[] = {-1.2, 1};
    struct asked asked = {.value = rosenbrock};
    struct nelder_mead plan = {values, &asked, 2, steps, 1e-8, 80, 40};
    double a = nelder_mead(&plan, first), b = nelder_mead(&plan, second);
    cr_expect_eq(memcmp(first, second, sizeof first), 0);
    cr_expect_eq(a, b);
}
