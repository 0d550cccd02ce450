#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "help/help.h"
#include "judge/conformal.h"
#include "judge/interval_score.h"

enum { MOST = 700 };

/* A series' backtest, and its bands. */
struct bands {
    size_t n;
    int32_t origin[MOST], step[MOST];
    double actual[MOST], forecast[MOST], lower[MOST], upper[MOST];
    double given_lower[MOST], given_upper[MOST];
    double *spread;
};

static void band(struct bands *b, const struct conformal_rule *rule)
{
    const struct conformal_rows rows = {b->n,      b->origin,   b->step,
                                        b->actual, b->forecast, b->spread};
    conformal_bands(rule, &rows, b->lower, b->upper);
}

static const struct conformal_rule monthly_log = {.level = .9, .season = 12, .log = true};

/* One month ahead, with bands of an independent program.  Its first two years stand for
 * no error: weights were being learnt. */
static bool read_milk(struct bands *b)
{
    const char *path = help_shared("forecast/milk_one_step.csv");
    FILE *f = path ? fopen(path, "r") : NULL;
    char line[256];
    if (!f)
        return false;
    for (size_t row = 0; fgets(line, sizeof line, f); row++) {
        int year, month, at = 0;
        size_t n = b->n;
        if (row <= 24 || sscanf(line, "%d-%d,%n", &year, &month, &at) != 2)
            continue;
        b->step[n] = year * 12 + month - 1;
        b->origin[n] = b->step[n] - 1;
        if (sscanf(line + at, "%lf", &b->actual[n]) != 1)
            b->actual[n] = NAN;
        const char *behind = strchr(line + at, ',');
        if (sscanf(behind, ",%*f,%*f,%*f,%*f,%*f,%*f,%lf,%lf,%lf", &b->forecast[n],
                   &b->given_lower[n], &b->given_upper[n]) == 3)
            b->n++;
    }
    fclose(f);
    return true;
}

static void expect_span(const struct bands *b, int32_t from, int32_t to, double coverage,
                        double width, double score)
{
    size_t i = 0, n = 0;
    while (b->step[i] < from)
        i++;
    while (b->step[i + n] <= to)
        n++;
    struct interval_summary s =
        interval_summary(&b->lower[i], &b->upper[i], &b->actual[i], n, .9);
    cr_assert_eq(s.n, (size_t)(to - from + 1));
    cr_assert_float_eq(s.coverage, coverage, .0005, "%g", s.coverage);
    cr_assert_float_eq(s.width, width, .0005, "%g", s.width);
    cr_assert_float_eq(s.score, score, .0005, "%g", s.score);
}

Test(conformal, rounding_is_no_error_beside_which_others_are_huge)
{
    for (int log = 0; log < 2; log++) {
        struct bands b = {.n = 100}, exact;
        for (size_t i = 0; i < b.n; i++) {
            b.step[i] = (int32_t)i + 1;
            b.origin[i] = (int32_t)i;
            b.actual[i] = i < 60 ? 10 : i % 2 ? 12 : 9;
            b.forecast[i] = 10;
        }
        exact = b;
        for (size_t i = 0; i < b.n; i++)
            b.forecast[i] *= 1 + (double)(i % 5) * 2.5e-16;
        const struct conformal_rule rule = {.level = .9, .season = 12, .log = log};
        band(&b, &rule);
        band(&exact, &rule);
        for (size_t i = 0; i < b.n; i++)
            cr_assert(isnan(exact.upper[i])
                          ? isnan(b.upper[i])
                          : fabs(b.upper[i] / exact.upper[i] - 1) < 1e-12,
                      "%zu: %g", i, b.upper[i]);
    }
}

Test(conformal, what_has_no_end_is_no_band)
{
    struct bands b = {.n = 60};
    for (size_t i = 0; i < b.n; i++) {
        b.step[i] = (int32_t)i + 1;
        b.origin[i] = (int32_t)i;
        b.actual[i] = i % 2 ? 1e-200 : 1e200;
        b.forecast[i] = 1;
    }
    band(&b, &(struct conformal_rule){.level = .9, .season = 12, .log = true});
    for (size_t i = 0; i < b.n; i++)
        cr_assert(isnan(b.lower[i]) == isnan(b.upper[i]) && !isinf(b.upper[i]));
}

Test(conformal, equals_the_bands_of_an_independent_program)
{
    static struct bands b;
    if (!read_milk(&b))
        cr_skip_test("the monthly forecasts are not there");
    band(&b, &monthly_log);
    size_t given = 0;
    for (size_t i = 0; i < b.n; i++) {
        if (isnan(b.given_lower[i]))
            continue;
        given++;
        cr_assert_float_eq(b.lower[i], b.given_lower[i], 1e-5, "month %d", b.step[i]);
        cr_assert_float_eq(b.upper[i], b.given_upper[i], 1e-5, "month %d", b.step[i]);
    }
    cr_assert_eq(given, 387);
    expect_span(&b, 1995 * 12, 2021 * 12 + 1, .885, 11.876, 18.243);
    expect_span(&b, 2017 * 12 + 2, 2020 * 12 + 3, .895, 16.205, 26.180);
}

/* Errors whose size depends on the period and drifts, of forecasts up to `ahead` steps
 * from every origin on. */
static void simulate(struct bands *b, size_t origins, size_t ahead, double forecast)
{
    struct rng rng;
    rng_seed(&rng, 7, "errors");
    b->n = 0;
    for (size_t o = 0; o < origins; o++)
        for (size_t h = 1; h <= ahead; h++) {
            size_t i = b->n++;
            b->origin[i] = (int32_t)o;
            b->step[i] = (int32_t)(o + h);
            double size = (1 + (double)(b->step[i] % 12) / 4) * sqrt((double)h);
            b->forecast[i] = forecast;
            b->actual[i] = forecast + size * (rng_real(&rng) - .5);
        }
}

static const struct conformal_rule monthly = {.level = .9, .season = 12};

Test(conformal, covers_as_often_as_it_says)
{
    static struct bands b;
    static const double level[] = {.5, .8, .9, .95};
    for (size_t l = 0; l < 4; l++) {
        struct conformal_rule rule = {.level = level[l], .season = 12};
        simulate(&b, 690, 1, 100);
        band(&b, &rule);
        struct interval_summary s =
            interval_summary(b.lower, b.upper, b.actual, b.n, level[l]);
        cr_assert_gt(s.n, 600);
        cr_assert_float_eq(s.coverage, level[l], .04, "%g: %g", level[l], s.coverage);
    }
}

/* Whatever happens behind an origin changes no band that it gave. */
Test(conformal, no_band_knows_what_came_later)
{
    static struct bands b, cut;
    simulate(&b, 200, 3, 100);
    band(&b, &monthly);
    for (int32_t origin = 20; origin < 200; origin += 45) {
        cut = b;
        for (size_t i = 0; i < b.n; i++)
            if (b.step[i] > origin)
                cut.actual[i] = NAN;
        band(&cut, &monthly);
        for (size_t i = 0; i < b.n && b.origin[i] <= origin; i++)
            cr_assert(b.lower[i] == cut.lower[i] ||
                          (isnan(b.lower[i]) && isnan(cut.lower[i])),
                      "row %zu, origin %d", i, origin);
    }
}

Test(conformal, bands_widen_with_the_horizon_and_the_restless_month)
{
    static struct bands b;
    double width[4] = {0}, restless[12] = {0};
    simulate(&b, 200, 3, 100);
    band(&b, &monthly);
    for (size_t i = 300; i < b.n; i++) {
        width[b.step[i] - b.origin[i]] += b.upper[i] - b.lower[i];
        restless[b.step[i] % 12] += b.upper[i] - b.lower[i];
    }
    cr_assert_gt(width[2], 1.2 * width[1]);
    cr_assert_gt(width[3], 1.1 * width[2]);
    cr_assert_gt(restless[11], 2 * restless[0]);
}

/* Eleven errors of one origin, of horizons 1 to 11, all known at the next one: the band
 * is their 11th smallest |e| / sqrt(h) times sqrt(h). */
Test(conformal, few_origins_pool_their_horizons)
{
    static struct bands b;
    struct conformal_rule rule = {.level = .9};
    for (int32_t h = 1; h <= 11; h++, b.n++) {
        b.step[b.n] = h;
        b.forecast[b.n] = 10;
        b.actual[b.n] = 10 + (h % 2 ? 1 : -1) * sqrt(h);
    }
    for (int32_t h = 1; h <= 4; h++, b.n++) {
        b.origin[b.n] = 11;
        b.step[b.n] = 11 + h;
        b.forecast[b.n] = 20;
        b.actual[b.n] = NAN;
    }
    band(&b, &rule);
    cr_assert(isnan(b.lower[10]), "nothing was known then");
    cr_assert_float_eq(b.lower[11], 19, 1e-12, "they grow as those of a random walk");
    cr_assert_float_eq(b.upper[14], 22, 1e-12);
    rule.level = .95; // takes 19
    band(&b, &rule);
    cr_assert(isnan(b.lower[11]));
}

/* Ten errors of size 2, of one origin and each horizon, and a forecaster that says 1 of
 * each: no error counts before there is one, then ten of 46 parts. */
Test(conformal, what_the_forecaster_knows_counts_as_36_steps)
{
    static struct bands b;
    static double spread[20];
    const struct conformal_rule rule = {.level = .9};
    for (int32_t i = 0; i < 20; i++, b.n++) {
        b.origin[i] = i < 10 ? 0 : 10;
        b.step[i] = i + 1;
        b.forecast[i] = 10;
        b.actual[i] = i < 10 ? 12 : NAN;
        spread[i] = 1;
    }
    b.spread = spread;
    spread[19] = NAN;
    band(&b, &rule);
    cr_assert_float_eq(b.upper[0] - 10, 1.64485, 1e-9);
    cr_assert_float_eq(b.lower[9], b.lower[0], 0);
    cr_assert_float_eq(b.upper[12] - 10, (10 * 2 + 36 * 1.64485) / 46, 1e-9);
    cr_assert_float_eq(b.upper[19] - 10, 2, 1e-9, "it knows nothing of the last one");
}

Test(conformal, rows_without_an_error_are_passed_over)
{
    static struct bands b, other;
    simulate(&b, 200, 1, 100);
    b.actual[50] = b.forecast[60] = NAN;
    band(&b, &monthly);
    cr_assert(isnan(b.lower[60]) && isnan(b.upper[60]));
    cr_assert_not(isnan(b.lower[50]) || isnan(b.lower[61]));
    simulate(&other, 200, 1, 100);
    other.actual[50] = other.actual[60] = -1; // has no logarithm
    other.forecast[70] = 0;
    band(&other, &monthly_log);
    cr_assert(isnan(other.lower[70]));
    cr_assert_gt(other.lower[71], 0);
}

Test(conformal, forecasts_that_were_always_right_have_no_width)
{
    static struct bands b;
    simulate(&b, 60, 1, 100);
    for (size_t i = 0; i < b.n; i++)
        b.actual[i] = b.forecast[i];
    band(&b, &monthly);
    cr_assert_eq(b.lower[59], 100);
    cr_assert_eq(b.upper[59], 100);
    b.n = 0;
    band(&b, &monthly);
}

/* Gneiting & Raftery's score by hand: (u - l), and 2/a for what is outside. */
Test(interval_score, punishes_what_is_outside)
{
    const double lower[] = {1, 1, 1, NAN}, upper[] = {3, 3, 3, 2}, y[] = {2, 0, 4.5, 1};
    cr_assert_eq(interval_score(1, 3, 3, .5), 2);
    cr_assert_float_eq(interval_score(1, 3, 0, .9), 22, 1e-12);
    cr_assert_float_eq(interval_score(1, 3, 4.5, .9), 32, 1e-12);
    struct interval_summary s = interval_summary(lower, upper, y, 4, .9);
    cr_assert_eq(s.n, 3);
    cr_assert_float_eq(s.coverage, 1 / 3.0, 1e-12);
    cr_assert_eq(s.width, 2);
    cr_assert_float_eq(s.score, 56 / 3.0, 1e-12);
    cr_assert(isnan(interval_summary(lower, upper, y, 0, .9).score));
}
