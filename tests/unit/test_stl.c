/* Held against statsmodels' STL: figures of one series here, many by chance in
 * tests/interop/forecast.py. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "forecast/stl.h"

enum { N = 37, SEASON = 4 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(stl, .fini = release);

/* Steps at which figures stand here. */
static const size_t at[] = {0, 1, 2, 3, 18, 19, 33, 34, 35, 36};

/* STL(y, period=4, seasonal=7, trend=9, seasonal_deg=0).fit(5, 0): season and trend. */
static const double plain[][2] = {
    {0.109138006454334, 3.157710043884334},   {-0.6841022610255503, 3.961626818368115},
    {2.4532059317808, 4.662527037486321},     {-1.903516465094563, 5.32169263255386},
    {-0.8912543836430539, 7.145185698315842}, {-0.4493967424358739, 7.349115029445039},
    {1.129379297109485, 9.344288056363917},   {0.3077653452468297, 8.724626852809774},
    {0.8106456199706724, 8.061122316264253},  {-2.301299892555499, 7.315533991997944},
};

/* STL(y, period=4, seasonal=7, trend=9, robust=True).fit(2, 5) */
static const double robust[][2] = {
    {-1.306157050997308, 3.781107882498612},  {-1.6554746763801, 4.362026350711181},
    {5.094649298569558, 4.867023359004882},   {-2.79962515949007, 5.302244116905145},
    {-0.8608075412615938, 6.414390970533396}, {-1.513251415374478, 6.541718231383058},
    {0.6861422867044918, 9.256242281885216},  {1.618811513605838, 8.902782817870694},
    {2.140457094795121, 8.477796964325513},   {-4.889431269073723, 7.975580242254429},
};

static void example(double *y)
{
    for (size_t t = 0; t < N; t++)
        y[t] = (double)((37 * t + t * t) % 97) / 8 + 0.1;
}

static void expect(const struct stl_plan *plan, const double (*figure)[2])
{
    double y[N], season[N], trend[N];
    example(y);
    stl_run(stl_new(plan, N, &mem), y, season, trend);
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        cr_expect_float_eq(season[at[i]], figure[i][0], 1e-13, "season of step %zu", i);
        cr_expect_float_eq(trend[at[i]], figure[i][1], 1e-13, "trend of step %zu", i);
    }
}

Test(stl, figures_are_those_of_statsmodels)
{
    expect(&(struct stl_plan){.season = SEASON,
                              .seasonal = 7,
                              .trend = 9,
                              .trend_degree = 1,
                              .low_pass_degree = 1,
                              .inner = 5},
           plain);
}

Test(stl, figures_with_robustness_weights_are_those_of_statsmodels)
{
    expect(&(struct stl_plan){.season = SEASON,
                              .seasonal = 7,
                              .seasonal_degree = 1,
                              .trend = 9,
                              .trend_degree = 1,
                              .low_pass_degree = 1,
                              .inner = 2,
                              .outer = 5},
           robust);
}

static const struct stl_plan milk = {
    .season = 12, .seasonal = 11, .trend_degree = 1, .low_pass_degree = 1, .inner = 5};

Test(stl, windows_that_are_not_given_follow_from_the_season)
{
    struct stl_plan given = milk;
    given.trend = 21;
    given.low_pass = 13;
    double y[100], season[2][100], trend[2][100];
    for (size_t t = 0; t < 100; t++)
        y[t] = (double)((37 * t + t * t) % 97);
    stl_run(stl_new(&milk, 100, &mem), y, season[0], trend[0]);
    stl_run(stl_new(&given, 100, &mem), y, season[1], trend[1]);
    cr_expect_eq(memcmp(season[0], season[1], sizeof season[0]), 0);
    cr_expect_eq(memcmp(trend[0], trend[1], sizeof trend[0]), 0);
}

Test(stl, a_plan_may_run_on_many_series)
{
    struct stl_plan plan = milk;
    plan.outer = 2;
    struct stl *often = stl_new(&plan, 60, &mem);
    for (size_t i = 0; i < 4; i++) {
        double y[60], season[2][60], trend[2][60];
        for (size_t t = 0; t < 60; t++)
            y[t] = (double)((37 * t * (i + 1) + t * t) % 97);
        stl_run(often, y, season[0], trend[0]);
        stl_run(stl_new(&plan, 60, &mem), y, season[1], trend[1]);
        cr_expect_eq(memcmp(season[0], season[1], sizeof season[0]), 0);
        cr_expect_eq(memcmp(trend[0], trend[1], sizeof trend[0]), 0);
    }
}

/* A line and a season that repeats exactly have no rest, and weights change nothing. */
Test(stl, an_exact_season_is_found)
{
    static const double swing[] = {2, -1, 0.5, -1.5};
    struct stl_plan plan = {.season = SEASON,
                            .seasonal = 7,
                            .trend_degree = 1,
                            .low_pass_degree = 1,
                            .inner = 50,
                            .outer = 3};
    double y[N], season[N], trend[N];
    for (size_t t = 0; t < N; t++)
        y[t] = 10 + swing[t % SEASON];
    stl_run(stl_new(&plan, N, &mem), y, season, trend);
    for (size_t t = 0; t < N; t++) {
        cr_expect_float_eq(season[t], swing[t % SEASON], 1e-9);
        cr_expect_float_eq(trend[t], 10, 1e-9);
    }
}

Test(stl, a_constant_has_no_season)
{
    struct stl_plan plan = milk;
    plan.outer = 5;
    double y[24], season[24], trend[24];
    for (size_t t = 0; t < 24; t++)
        y[t] = 3;
    cr_assert_eq(stl_least(12), 24);
    stl_run(stl_new(&plan, 24, &mem), y, season, trend);
    for (size_t t = 0; t < 24; t++) {
        cr_expect_float_eq(season[t], 0, 1e-14);
        cr_expect_float_eq(trend[t], 3, 1e-14);
    }
}

/* Shorter and longer again, with seasons of two lengths and of one. */
Test(stl, another_length_has_the_bits_of_a_new_one)
{
    const struct stl_plan plans[] = {
        {.season = SEASON,
         .seasonal = 7,
         .trend_degree = 1,
         .low_pass_degree = 1,
         .inner = 2},
        {.season = SEASON,
         .seasonal = 5,
         .seasonal_degree = 1,
         .trend = 9,
         .trend_degree = 1,
         .low_pass_degree = 1,
         .inner = 2,
         .outer = 3},
    };
    double y[N], had[2][N], wanted[2][N];
    example(y);
    for (size_t p = 0; p < 2; p++) {
        struct stl *stl = stl_new(&plans[p], N, &mem);
        for (size_t i = 0; i < 4 * N; i++) {
            size_t n = 2 * SEASON + 17 * i % (N + 1 - 2 * SEASON);
            stl_resize(stl, n, &mem);
            stl_run(stl, y + N - n, had[0], had[1]);
            stl_run(stl_new(&plans[p], n, &mem), y + N - n, wanted[0], wanted[1]);
            cr_assert_arr_eq(had[0], wanted[0], n * sizeof(double), "%zu of %zu", p, n);
            cr_assert_arr_eq(had[1], wanted[1], n * sizeof(double), "%zu of %zu", p, n);
        }
    }
}
