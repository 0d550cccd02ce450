#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "data/stats.h"
#include "help/strd.h"

static uint64_t state = 11;

static uint64_t next(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

/* What every release reaches: the digits of gsl_stats_sd, to one decimal. */
static const struct {
    char name[12];
    double std,
        other; // digits of the standard deviation; of the mean and autocorrelation
} floors[] = {
    {"Lottery", 15, 13.4},    {"Lew", 15, 13.4},       {"Mavro", 13.1, 13.4},
    {"Michelso", 13.8, 13.4}, {"NumAcc1", 15, 13.4},   {"NumAcc2", 15, 13.4},
    {"NumAcc3", 9.45, 13.4},  {"NumAcc4", 8.25, 13.4},
};

static void expect_digits(const char *set, const char *what, double found,
                          double certified, double least)
{
    double digits = strd_digits(found, certified);
    cr_log_info("%s %s: %.1f", set, what, digits);
    cr_assert_geq(digits, least, "%s %s: %.17g has %.2f digits", set, what, found,
                  digits);
}

static void expect_floors(size_t i, const double *x, size_t n, double mean, double std,
                          double lag1)
{
    struct stats s = stats_of(x, n);
    cr_assert_eq(s.n, n);
    expect_digits(floors[i].name, "mean", s.mean, mean, floors[i].other);
    expect_digits(floors[i].name, "std", s.std, std, floors[i].std);
    expect_digits(floors[i].name, "lag1", s.lag1, lag1, floors[i].other);
}

ParameterizedTestParameters(stats, nist_sets_reach_their_digits)
{
    static size_t index[COUNT_OF(floors)];
    for (size_t i = 0; i < COUNT_OF(floors); i++)
        index[i] = i;
    return cr_make_param_array(size_t, index, COUNT_OF(floors));
}

ParameterizedTest(size_t *index, stats, nist_sets_reach_their_digits)
{
    const struct strd *s = strd_read(floors[*index].name);
    if (!s)
        cr_skip_test("no shared data: corpora/nist-strd");
    cr_assert_geq(s->rows, 3);
    expect_floors(*index, s->data[0], s->rows, s->mean, s->std, s->lag1);
}

/* The same without the files: NumAcc2 to 4 are a middle value and five hundred pairs
 * around it. */
Test(stats, generated_nist_sets_reach_their_digits)
{
    static const struct {
        size_t floor;
        double middle, low, high;
    } sets[] = {{5, 1.2, 1.1, 1.3},
                {6, 1000000.2, 1000000.1, 1000000.3},
                {7, 10000000.2, 10000000.1, 10000000.3}};
    const double first[] = {10000001, 10000003, 10000002};
    expect_floors(4, first, 3, 10000002, 1, -0.5);
    for (size_t k = 0; k < COUNT_OF(sets); k++) {
        double x[1001];
        for (size_t i = 0; i < 1001; i++)
            x[i] = i == 0 ? sets[k].middle : i % 2 ? sets[k].low : sets[k].high;
        expect_floors(sets[k].floor, x, 1001, sets[k].middle, 0.1, -0.999);
    }
}

/* NIST StRD, Mavro: 2 + k / 10^4. */
Test(stats, mavro_reaches_its_digits)
{
    static const short k[] = {
        18, 17, 18, 19, 18, 17, 15, 14, 15, 15, 17, 18, 18, 19, 19, 21, 20,
        16, 14, 13, 13, 15, 15, 16, 15, 14, 13, 14, 15, 14, 15, 16, 15, 16,
        19, 20, 20, 21, 22, 23, 24, 25, 27, 26, 26, 26, 27, 26, 25, 24,
    };
    double x[COUNT_OF(k)];
    for (size_t i = 0; i < COUNT_OF(k); i++)
        x[i] = (20000 + k[i]) / 1e4;
    expect_floors(2, x, COUNT_OF(k), 2.001856, 0.000429123454003053, 0.937989183438248);
}

Test(stats, missing_values_are_counted_and_left_out)
{
    const double x[] = {NAN, 1, 2, NAN, 4, NAN};
    struct stats s = stats_of(x, 6);
    cr_assert_eq(s.n, 3);
    cr_assert_eq(s.missing, 3);
    cr_assert_eq(s.min, 1);
    cr_assert_eq(s.max, 4);
    cr_assert_float_eq(s.mean, 7 / 3.0, 1e-15);
    cr_assert_float_eq(s.std, 1.5275252316519465, 1e-15);
    /* The only neighbours that are both present are 1 and 2. */
    cr_assert_float_eq(s.lag1, (1 - 7 / 3.0) * (2 - 7 / 3.0) / (14 / 3.0), 1e-15);
}

Test(stats, too_few_values_have_no_figures)
{
    struct stats s = stats_of(NULL, 0);
    cr_assert_eq(s.n, 0);
    cr_assert(isnan(s.mean) && isnan(s.std) && isnan(s.min) && isnan(s.max) &&
              isnan(s.lag1));
    const double one[] = {NAN, 5};
    s = stats_of(one, 2);
    cr_assert_eq(s.n, 1);
    cr_assert_eq(s.mean, 5);
    cr_assert(isnan(s.std) && isnan(s.lag1));
}

Test(stats, equal_values_do_not_deviate)
{
    double x[1000];
    for (size_t i = 0; i < 1000; i++)
        x[i] = 0.1;
    struct stats s = stats_of(x, 1000);
    cr_assert_eq(s.mean, 0.1);
    cr_assert_eq(s.std, 0);
    cr_assert(isnan(s.lag1));
}

Test(stats, the_divisor_is_the_count_less_one)
{
    const double x[] = {2, 4, 4, 4, 5, 5, 7, 9};
    cr_assert_eq(stats_of(x, 8).std, sqrt(32.0 / 7));
}

Test(stats, a_large_offset_costs_no_digits)
{
    const double x[] = {0x1p52 + 1, 0x1p52 + 2, 0x1p52 + 3, 0x1p52 + 6};
    struct stats s = stats_of(x, 4);
    cr_assert_eq(s.std, sqrt(14.0 / 3));
    cr_assert_eq(s.mean, 0x1p52 + 3);
}

Test(stats, infinities_are_seen_in_the_extremes)
{
    const double x[] = {1, INFINITY, 3};
    struct stats s = stats_of(x, 3);
    cr_assert_eq(s.max, INFINITY);
    cr_assert_eq(s.mean, INFINITY);
    cr_assert(isnan(s.std));
    const double y[] = {-INFINITY, INFINITY};
    s = stats_of(y, 2);
    cr_assert_eq(s.min, -INFINITY);
    cr_assert(isnan(s.mean));
}

/* numpy.quantile([1, 2, 4, 8, 16], q), method linear */
Test(stats, quantiles_lie_between_their_neighbours)
{
    const double x[] = {1, 2, 4, 8, 16};
    static const double q[][2] = {{0, 1},     {0.1, 1.4},    {0.25, 2}, {0.5, 4},
                                  {0.6, 5.6}, {0.99, 15.68}, {1, 16}};
    for (size_t i = 0; i < COUNT_OF(q); i++)
        cr_assert_float_eq(stats_quantile(x, 5, q[i][0]), q[i][1], 1e-14, "q = %g: %.17g",
                           q[i][0], stats_quantile(x, 5, q[i][0]));
    cr_assert(isnan(stats_quantile(x, 0, 0.5)));
    cr_assert(isnan(stats_quantile(x, 5, 1.5)));
    cr_assert(isnan(stats_quantile(x, 5, NAN)));
    cr_assert_eq(stats_quantile(x, 1, 0.3), 1);
}

/* The order by value, then -0 before 0, NaN last. */
static int compare(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    if (isnan(a) || isnan(b))
        return !!isnan(a) - !!isnan(b);
    if (a != b)
        return a < b ? -1 : 1;
    return !!signbit(b) - !!signbit(a);
}

static double value_of_kind(size_t kind, size_t i, size_t n)
{
    switch (kind) {
    case 0: return (double)next() - 1e9;
    case 1: return (double)i;
    case 2: return (double)(n - i);
    case 3: return (double)(next() % 5) - 2;
    case 4: return i % 2 ? (double)i : -(double)i;
    case 5: return i < n / 2 ? (double)i : (double)(n - i); // an organ pipe
    case 6: return 7;
    default:
        switch (next() % 6) {
        case 0: return NAN;
        case 1: return -0.0;
        case 2: return 0.0;
        case 3: return INFINITY;
        case 4: return -INFINITY;
        default: return (double)next();
        }
    }
}

Test(stats, sorting_agrees_with_qsort_on_every_kind_of_input)
{
    static double x[20000], y[20000];
    static const size_t sizes[] = {0, 1, 2, 3, 23, 24, 25, 48, 100, 1000, 20000};
    for (size_t t = 0; t < COUNT_OF(sizes) * 8; t++) {
        size_t n = sizes[t / 8];
        for (size_t i = 0; i < n; i++)
            x[i] = y[i] = value_of_kind(t % 8, i, n);
        stats_sort(x, n);
        qsort(y, n, sizeof *y, compare);
        for (size_t i = 0; i < n; i++)
            cr_assert(
                memcmp(&x[i], &y[i], sizeof *x) == 0 || (isnan(x[i]) && isnan(y[i])),
                "kind %zu, %zu values, place %zu: %g, not %g", t % 8, n, i, x[i], y[i]);
    }
}

/* Medians of three that are always the second smallest (Musser 1997, the killer
 * sequence). */
Test(stats, sorting_has_no_slow_case, .timeout = 60)
{
    enum { N = 1 << 20 };
    double *x = malloc(N * sizeof *x);
    cr_assert_not_null(x);
    size_t k = N / 2;
    for (size_t i = 0; i < k; i++) {
        x[i] = i % 2 ? (double)(k + i) : (double)(i + 1);
        x[k + i] = (double)(2 * (i + 1));
    }
    stats_sort(x, N);
    for (size_t i = 1; i < N; i++)
        cr_assert_leq(x[i - 1], x[i]);
    free(x);
}

Test(stats, figures_do_not_depend_on_the_unit)
{
    static const int units[] = {1018, 600, -600, -960};
    const double usual[] = {3, 1, 4, 1, 5, 9, NAN, 2, 6};
    struct stats wanted = stats_of(usual, 9);
    for (size_t u = 0; u < COUNT_OF(units); u++) {
        double x[9];
        for (size_t i = 0; i < 9; i++)
            x[i] = ldexp(usual[i], units[u]);
        struct stats s = stats_of(x, 9);
        cr_expect_eq(ldexp(s.mean, -units[u]), wanted.mean);
        cr_expect_eq(ldexp(s.std, -units[u]), wanted.std);
        cr_expect_eq(s.lag1, wanted.lag1);
        cr_expect(s.min == x[1] && s.max == x[5] && s.missing == 1);
    }
}

Test(stats, equal_values_have_no_spread_and_no_autocorrelation)
{
    const double tenth[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    struct stats s = stats_of(tenth, 6);
    cr_expect(s.std == 0 && s.mean == 0.1 && isnan(s.lag1));
}
