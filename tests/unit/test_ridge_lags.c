/* Ridge regression on lags against scikit-learn: Ridge on values divided by their weighted
 * standard deviation, with sample weights, its own forecasts taken for further steps. */
#include <criterion/criterion.h>

#include <math.h>

#include "config/yaml.h"
#include "help/example.h"
#include "series/candidates.h"
#include "series/fitted.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(ridge_lags, .fini = release);

static struct series_choice choice_of(const char *yaml)
{
    struct yaml_node *node;
    struct candidates c;
    struct error err = {0};
    cr_assert_eq(yaml_parse("p.yaml", yaml, strlen(yaml), &mem, &node, &err), STATUS_OK);
    cr_assert_eq(candidates_read(node, &mem, &c, &err), STATUS_OK, "%s", err.message);
    return c.item[0].choice;
}

static enum status forecast(const char *yaml, const struct series *s, size_t n,
                            double *ret, struct error *err)
{
    struct fit_context context = example_context(&mem, 1);
    struct series_choice c = choice_of(yaml);
    struct series_fitted f;
    TRY(series_fit(&c, s, &context, &f, err));
    return series_forecast(&f, n, ret, err);
}

/* scikit-learn 1.x: Ridge(alpha).fit(X / s, y / s, sample_weight=discount ** age). */
static const struct {
    const char *yaml;
    size_t season;
    double value[3];
} peer[] = {
    {"[ridge_lags]", 4, {23.667628585940207, 20.79577864269982, 22.58466751869008}},
    {"[{ridge_lags: {lags: 2, seasons: 2, alpha: 0.5, discount: 0.9}}]",
     7,
     {18.78623561761649, 19.644526228151367, 21.19497820560442}},
};

Test(ridge_lags, agrees_with_scikit_learn)
{
    double y[50], got[3];
    struct error err = {0};
    for (size_t t = 0; t < 50; t++)
        y[t] = (3 + (double)((37 * t + t * t) % 97) / 48) * (1 + (double)t * 0.1);
    for (size_t i = 0; i < sizeof peer / sizeof *peer; i++) {
        struct series s = {.n = 50, .season = peer[i].season, .y = y};
        cr_assert_eq(forecast(peer[i].yaml, &s, 3, got, &err), STATUS_OK);
        for (size_t h = 0; h < 3; h++)
            cr_assert_float_eq(got[h], peer[i].value[h], 1e-9, "%s, step %zu: %.17g",
                               peer[i].yaml, h + 1, got[h]);
    }
}

/* No variance is no scale, and a large level no loss of digits. */
Test(ridge_lags, takes_what_stands_still_and_what_is_far_from_0)
{
    double y[20], got[2];
    struct series s = {.n = 20, .y = y};
    struct error err = {0};
    for (size_t t = 0; t < 20; t++)
        y[t] = 7;
    cr_assert_eq(forecast("[ridge_lags]", &s, 2, got, &err), STATUS_OK);
    cr_assert(got[0] == 7 && got[1] == 7);
    for (size_t t = 0; t < 20; t++)
        y[t] = 1e9 + (double)(t % 2);
    cr_assert_eq(forecast("[{ridge_lags: {alpha: 1e-6}}]", &s, 2, got, &err), STATUS_OK);
    cr_assert_float_eq(got[0], 1e9, 1e-5);
    cr_assert_float_eq(got[1], 1e9 + 1, 1e-5);
}

Test(ridge_lags, a_square_that_overflows_is_refused)
{
    double y[20] = {0}, got[1];
    struct series s = {.n = 20, .y = y};
    struct error err = {0};
    y[10] = 1e200;
    cr_assert_eq(forecast("[ridge_lags]", &s, 1, got, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the values are too large: their squares overflow");
}
