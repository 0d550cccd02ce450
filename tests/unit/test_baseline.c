/* The naive forecasts for the rows of a table, against their formulas. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "series/baseline.h"

enum { STEPS = 40, KEYS = STEPS + 4, BEFORE = 2, FIRST = 100 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(baseline, .fini = release);

/* Days from FIRST on, some of them missing. */
static struct history example(void)
{
    struct rng rng;
    struct history h = {.step = &timestep_all[TIMESTEP_DAY],
                        .n = STEPS,
                        .first = FIRST,
                        .y = ARENA_ARRAY(&mem, double, STEPS)};
    rng_seed(&rng, 7, "baseline");
    for (size_t t = 0; t < STEPS; t++)
        h.y[t] = rng_below(&rng, 8) == 0 ? NAN : 100 * rng_real(&rng);
    return h;
}

static double at(const struct history *h, long t)
{
    return t >= 0 && t < (long)h->n ? h->y[t] : NAN;
}

/* The formula of a baseline for step t. */
static double by_hand(const char *name, const struct history *h, long t, long m)
{
    if (t > (long)h->n)
        return NAN;
    if (strcmp(name, "naive") == 0)
        return at(h, t - 1);
    if (strcmp(name, "seasonal_naive") == 0)
        return m > 0 ? at(h, t - m) : NAN;
    cr_assert_str_eq(name, "seasonal_drift");
    return m > 0 ? at(h, t - 1) + at(h, t - m) - at(h, t - m - 1) : NAN;
}

static double **forecasts(const struct history *h, size_t season)
{
    struct history own = *h;
    const struct histories one = {.n = 1, .of = &own};
    struct error err = {0};
    int32_t key[KEYS];
    double **ret = ARENA_ARRAY(&mem, double *, series_baselines);
    for (size_t b = 0; b < series_baselines; b++)
        ret[b] = ARENA_ARRAY(&mem, double, KEYS);
    for (int i = 0; i < KEYS; i++)
        key[i] = FIRST - BEFORE + i;
    const struct one_step_rows rows = {.n = KEYS, .key = key};
    cr_assert_eq(baseline_forecasts(&one, season, &rows, 2, ret, &err), STATUS_OK, "%s",
                 err.message);
    return ret;
}

Test(baseline, each_is_its_formula_at_every_row_bit_for_bit)
{
    struct history h = example();
    for (size_t season = 0; season < 14; season++) {
        double **got = forecasts(&h, season);
        for (size_t b = 0; b < series_baselines; b++)
            for (int i = 0; i < KEYS; i++) {
                double want =
                    by_hand(series_baseline[b]->name, &h, i - BEFORE, (long)season);
                cr_assert(got[b][i] == want || (isnan(got[b][i]) && isnan(want)),
                          "%s, step %d, season %zu", series_baseline[b]->name, i - BEFORE,
                          season);
            }
    }
}

Test(baseline, a_season_longer_than_the_history_has_no_forecast)
{
    struct history h = example();
    double **got = forecasts(&h, SIZE_MAX);
    for (int i = 0; i < KEYS; i++)
        cr_assert(isnan(got[1][i]) && isnan(got[2][i]));
}
