#include <criterion/criterion.h>

#include <math.h>

#include "base/compiler.h"
#include "base/rng.h"
#include "judge/calibration.h"
#include "judge/curve.h"
#include "judge/delong.h"

/* Two scores of sixteen rows, with ties.  Expected of them is what scikit-learn says, and
 * of their errors the formula of DeLong et al. in NumPy, pair by pair. */
enum { N = 16 };
static const uint8_t kind[N] = {1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0};
static const double a[N] = {.9,  .3,  .7, .4, .4,  .1, .8,  .6,
                            .55, .95, .2, .3, .35, .5, .65, .05};
static const double b[N] = {.6,  .5, .7, .2, .4,  .3, .8, .7,
                            .45, .5, .2, .6, .35, .5, .4, .1};

Test(delong, equals_its_definition)
{
    struct delong d = delong(kind, a, b, N);
    cr_assert_float_eq(d.auc_a, 0.875, 1e-14);
    cr_assert_float_eq(d.auc_b, 0.7265625, 1e-14);
    cr_assert_float_eq(d.se_a, 0.08838834764831845, 1e-14);
    cr_assert_float_eq(d.se_b, 0.13408658832874695, 1e-14);
    cr_assert_float_eq(d.statistic, 1.233068238332769, 1e-12);
    cr_assert_float_eq(d.p, 0.21755030620967564, 2e-6);
    cr_assert_float_eq(d.p_less, 0.8912248468951622, 6e-6);
}

Test(delong, knows_whether_a_score_knows_anything)
{
    struct delong d = delong(kind, a, NULL, N);
    cr_assert_eq(d.auc_b, .5);
    cr_assert_float_eq(d.statistic, 4.242640687119285, 1e-12);
    cr_assert_float_eq(d.p, 2.2090496998585445e-05, 1e-9);
}

/* The definition again, on rows of many ties. */
Test(delong, its_area_counts_pairs)
{
    enum { ROWS = 300 };
    struct rng rng;
    uint8_t is[ROWS];
    double score[ROWS], right = 0, pairs = 0;
    rng_seed(&rng, 3, "scores");
    for (size_t i = 0; i < ROWS; i++) {
        is[i] = rng_real(&rng) < .3;
        score[i] = floor(10 * rng_real(&rng) + 2 * is[i]);
    }
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < ROWS; j++)
            if (is[i] && !is[j]) {
                pairs++;
                right += score[i] > score[j] ? 1 : score[i] == score[j] ? .5 : 0;
            }
    cr_assert_float_eq(delong(is, score, NULL, ROWS).auc_a, right / pairs, 1e-12);
    struct arena mem = {0};
    struct curve c;
    curve_trace(is, score, ROWS, &mem, &c);
    cr_assert_float_eq(c.auc, right / pairs, 1e-12);
    arena_release(&mem);
}

Test(delong, says_nothing_where_it_knows_nothing)
{
    const uint8_t both[] = {1, 1, 0, 0}, one[] = {1, 1, 1, 1};
    const double perfect[] = {.9, .8, .2, .1}, constant[] = {1, 1, 1, 1};
    cr_assert(isnan(delong(both, perfect, constant, 4).p));
    cr_assert_eq(delong(both, constant, constant, 4).p, 1);
    cr_assert(isnan(delong(one, perfect, NULL, 4).auc_a));
    cr_assert(isnan(delong(both + 1, perfect + 1, NULL, 3).se_a));
    cr_assert(isnan(delong(both, perfect, NULL, 0).p));
}

/* scikit-learn's roc_curve without drop_intermediate, and precision_recall_curve: the
 * points that are kept are all, behind its first that takes no row. */
static const struct curve_point points[] = {
    {.95, 0, .125, 1},
    {.9, 0, .25, 1},
    {.8, 0, .375, 1},
    {.7, 0, .5, 1},
    {.65, 0, .625, 1},
    {.6, .125, .625, 0.83333333333333333},
    {.55, .125, .75, 0.85714285714285714},
    {.5, .25, .75, .75},
    {.4, .375, .875, .7},
    {.35, .5, .875, 0.63636363636363636},
    {.3, .625, 1, 0.61538461538461538},
    {.2, .75, 1, 0.57142857142857142},
    {.1, .875, 1, 0.53333333333333333},
    {.05, 1, 1, .5},
};

Test(curve, equals_scikit_learn)
{
    struct arena mem = {0};
    struct curve c;
    curve_trace(kind, a, N, &mem, &c);
    cr_assert_eq(c.n, COUNT_OF(points));
    for (size_t i = 0; i < c.n; i++) {
        cr_assert_eq(c.point[i].threshold, points[i].threshold, "point %zu", i);
        cr_assert_eq(c.point[i].fpr, points[i].fpr, "point %zu", i);
        cr_assert_eq(c.point[i].tpr, points[i].tpr, "point %zu", i);
        cr_assert_float_eq(c.point[i].precision, points[i].precision, 1e-15, "point %zu",
                           i);
    }
    cr_assert_eq(c.auc, 0.875);
    cr_assert_float_eq(c.average_precision, 0.896565934065934, 1e-14);
    arena_release(&mem);
}

Test(curve, of_many_thresholds_some_are_kept)
{
    enum { ROWS = 20000 };
    static uint8_t is[ROWS];
    static double score[ROWS];
    struct arena mem = {0};
    struct rng rng;
    struct curve c;
    rng_seed(&rng, 3, "scores");
    for (size_t i = 0; i < ROWS; i++) {
        is[i] = rng_real(&rng) < .1;
        score[i] = rng_real(&rng) + .5 * is[i];
    }
    curve_trace(is, score, ROWS, &mem, &c);
    cr_assert(c.n > 90 && c.n <= CURVE_POINTS, "%zu", c.n);
    cr_assert_eq(c.point[c.n - 1].fpr, 1);
    cr_assert_eq(c.point[c.n - 1].tpr, 1);
    for (size_t i = 1; i < c.n; i++)
        cr_assert_leq(c.point[i].fpr - c.point[i - 1].fpr + c.point[i].tpr -
                          c.point[i - 1].tpr,
                      .041);
    for (size_t i = 0; i < ROWS; i++)
        is[i] = 1;
    curve_trace(is, score, ROWS, &mem, &c);
    cr_assert(isnan(c.auc) && c.average_precision == 1 && c.n <= CURVE_POINTS);
    curve_trace(is, score, 0, &mem, &c);
    cr_assert(isnan(c.auc) && isnan(c.average_precision) && c.n == 0);
    arena_release(&mem);
}

/* scikit-learn's calibration_curve and brier_score_loss. */
Test(calibration, equals_scikit_learn)
{
    static const double positive[] = {0, 0, .5, 1 / 3.0, 0, .5, 1, 1, 1, 1};
    static const double mean[] = {.075, .2, .3, .38333333333333333, .5, .575, .675,
                                  .8,   .9, .95};
    static const size_t n[] = {2, 1, 2, 3, 1, 2, 2, 1, 1, 1};
    struct calibration c = calibration(kind, a, N);
    cr_assert_float_eq(c.brier, 0.14703125, 1e-15);
    double ece = 0;
    for (size_t i = 0; i < CALIBRATION_BINS; i++) {
        cr_assert_eq(c.bin[i].n, n[i], "bin %zu", i);
        cr_assert_float_eq(c.bin[i].probability, mean[i], 1e-14, "bin %zu", i);
        cr_assert_float_eq(c.bin[i].positive, positive[i], 1e-14, "bin %zu", i);
        ece += (double)n[i] / N * fabs(mean[i] - positive[i]);
    }
    cr_assert_float_eq(c.ece, ece, 1e-14);
    c = calibration(kind, a, 0);
    cr_assert(isnan(c.brier) && isnan(c.ece) && isnan(c.bin[3].positive));
}
