#include <criterion/criterion.h>

#include <math.h>

#include "forecast/nelder_mead.h"
#include "forecast/simplex.h"

/* Rosenbrock's valley, of two or more variables: least, 0, at 1, 1, … */
static double valley(const double *x, void *context)
{
    double sum = 0;
    for (size_t i = 0; i + 1 < *(const size_t *)context; i++)
        sum += 100 * pow(x[i + 1] - x[i] * x[i], 2) + pow(1 - x[i], 2);
    return sum;
}

static struct simplex_plan plan_of(size_t n)
{
    struct simplex_plan plan = {.n = n, .first = 200 * n, .again = 100 * n};
    for (size_t i = 0; i < n; i++) {
        plan.start[i] = i % 2 ? -1.2 : .7;
        plan.step[i] = .5;
    }
    return plan;
}

static void valleys(const double *const x[NELDER_MEAD_ABREAST], void *context,
                    double ret[NELDER_MEAD_ABREAST])
{
    for (size_t i = 0; i < NELDER_MEAD_ABREAST; i++)
        ret[i] = valley(x[i], context);
}

static void expect_same_walk(size_t n, size_t first, size_t again)
{
    struct simplex_plan plan = plan_of(n);
    struct simplex_search s;
    const double *x;
    double other[SIMPLEX_MOST];
    plan.first = first;
    plan.again = again;
    const struct nelder_mead called = {valleys, &n, n, plan.step, 1e-8, first, again};
    for (size_t i = 0; i < n; i++)
        other[i] = plan.start[i];
    double least = nelder_mead(&called, other);
    simplex_begin(&s, &plan);
    while ((x = simplex_ask(&s)))
        simplex_tell(&s, valley(x, &n));
    cr_assert_eq(simplex_value(&s), least, "%zu variables, %zu calls", n, first);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(simplex_best(&s)[i], other[i], "%zu variables", n);
}

/* Also where the calls are used up: each counts what its moves need. */
Test(simplex, it_walks_as_one_that_calls_its_function)
{
    for (size_t n = 1; n <= SIMPLEX_MOST; n++) {
        expect_same_walk(n, 200 * n, 100 * n);
        for (size_t calls = n + 2; calls < 60; calls++)
            expect_same_walk(n, calls, 0);
    }
}

Test(simplex, it_finds_the_bottom_of_a_valley)
{
    size_t two = 2;
    struct simplex_plan plan = plan_of(two);
    struct simplex_search s;
    const double *x;
    simplex_begin(&s, &plan);
    while ((x = simplex_ask(&s)))
        simplex_tell(&s, valley(x, &two));
    cr_assert_float_eq(simplex_best(&s)[0], 1, 1e-4);
    cr_assert_float_eq(simplex_best(&s)[1], 1, 1e-4);
}

Test(simplex, what_has_no_value_anywhere_ends_at_once)
{
    struct simplex_plan plan = plan_of(3);
    struct simplex_search s;
    size_t told = 0;
    simplex_begin(&s, &plan);
    while (simplex_ask(&s)) {
        simplex_tell(&s, NAN);
        told++;
    }
    cr_assert_eq(told, 4);
    cr_assert(isinf(simplex_value(&s)));
}
