/* What is, exactly, made of another column's later values, and what is not. */
#include <criterion/criterion.h>
#include <math.h>

#include "base/rng.h"
#include "leaks/explain.h"

enum { N = 120 };
static struct arena scratch;
static double x[N], y[N];

static void begin(void)
{
    struct rng r;
    rng_seed(&r, 7, "explain");
    double level = 300;
    for (size_t t = 0; t < N; t++) {
        x[t] = level += 4 * rng_real(&r) - 2;
        y[t] = NAN;
    }
}

static void end(void)
{
    arena_release(&scratch);
}

TestSuite(explain, .init = begin, .fini = end);

/* The sum of x at first, first + 1, … with these weights, times 1e-3 and moved by 5. */
static void make(int first, size_t n, const double *weight)
{
    for (int t = 0; t < N; t++) {
        double sum = 5;
        for (size_t k = 0; k < n; k++) {
            int from = t + first + (int)k;
            sum += from < 0 || from >= N ? NAN : 1e-3 * weight[k] * x[from];
        }
        y[t] = sum;
    }
}

static struct explain question(int allowed, int reach)
{
    return (struct explain){N, y, x, allowed, reach, 0};
}

static void expect(bool found, int ahead, const struct explain *e, bool copy)
{
    struct explained by = {0};
    bool is = copy ? explain_copy(e, &scratch, &by) : explain_window(e, &scratch, &by);
    cr_assert_eq(is, found);
    if (found)
        cr_assert_eq(by.ahead, ahead, "%d", by.ahead);
}

static const double mean3[] = {1 / 3.0, 1 / 3.0, 1 / 3.0}, one[] = {1},
                    change[] = {-1, 1}, odd[] = {0.2, 0, -0.7, 0.1, 0.3};

static const struct {
    int first;
    size_t n;
    const double *weight;
    int allowed, reach;
    bool window, copy;
    int ahead;
} cases[] = {
    {-1, 3, mean3, 0, 12, true, false, 1},  // a centred window
    {-2, 3, mean3, 0, 12, false, false, 0}, // the three before, or now
    {-2, 3, mean3, -1, 12, true, false, 0}, // now is too late
    {0, 1, one, -1, 12, true, true, 0},     // a copy
    {-1, 1, one, -1, 12, false, false, 0},  // of what was
    {7, 1, one, 0, 12, true, true, 7},      // shifted back
    {0, 2, change, 0, 12, true, false, 1},  // the change that comes
    {-3, 5, odd, 0, 6, true, false, 1},     // any weights
    {7, 1, one, 0, 5, false, false, 0},     // farther than it looks
};

Test(explain, tells_what_lies_ahead)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make(cases[i].first, cases[i].n, cases[i].weight);
        struct explain e = question(cases[i].allowed, cases[i].reach);
        cr_log_info("case %zu", i);
        expect(cases[i].window, cases[i].ahead, &e, false);
        expect(cases[i].copy, cases[i].ahead, &e, true);
    }
}

Test(explain, gaps_are_stepped_over)
{
    make(-1, 3, mean3);
    struct explain e = question(0, 4);
    x[40] = y[60] = NAN;
    expect(true, 1, &e, false);
    // At its ends a window may hold fewer values.
    for (int t = 0; t < 20; t++)
        y[t] = y[N - 1 - t] = NAN;
    y[20] += 1;
    expect(true, 1, &e, false);
}

Test(explain, one_value_that_is_otherwise_clears_the_column)
{
    make(-1, 3, mean3);
    struct explain e = question(0, 12);
    y[70] += 1e-3;
    expect(false, 0, &e, false);
    make(3, 1, one);
    y[70] += 1e-3;
    expect(false, 0, &e, true);
}

/* What past values say as well is no news: lines, seasons. */
Test(explain, what_repeats_itself_is_known)
{
    for (int t = 0; t < N; t++)
        x[t] = 3 + 0.25 * t;
    make(5, 1, one);
    struct explain e = question(0, 12);
    expect(false, 0, &e, false);
    expect(false, 0, &e, true);
    for (int t = 0; t < N; t++)
        x[t] = (t % 12) * (t % 12);
    make(5, 1, one);
    expect(false, 0, &e, false);
    expect(false, 0, &e, true);
}

Test(explain, few_rows_and_few_values_say_nothing)
{
    make(1, 1, one);
    struct explain e = question(0, 12);
    e.n = 40;
    expect(false, 0, &e, false);
    for (int t = 0; t < N; t++)
        x[t] = t == 50;
    make(1, 1, one);
    e.n = N;
    expect(false, 0, &e, false);
    expect(false, 0, &e, true);
}

Test(explain, counts_different_values)
{
    const double some[] = {3, NAN, 1, 3, -0.0, 0, 2};
    cr_assert_eq(explain_distinct(some, 7, 10, &scratch), 4);
    cr_assert_eq(explain_distinct(some, 7, 3, &scratch), 3);
    cr_assert_eq(explain_distinct(some, 0, 3, &scratch), 0);
}
