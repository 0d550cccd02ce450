/* The test of Diebold and Mariano, by the header's formulas in two passes.
 *
 * Errors are divided by a power of two before they are squared, and the differences
 * again, so that no unit makes a sum overflow or vanish. */
#include "judge/diebold_mariano.h"

#include <math.h>

#include "base/arena.h"
#include "data/spread.h"
#include "judge/pvalue.h"

static double autocovariance(const double *d, double mean, size_t n, size_t lag)
{
    double sum = 0;
    for (size_t i = lag; i < n; i++)
        sum += (d[i] - mean) * (d[i - lag] - mean);
    return sum / (double)n;
}

/* g_0 + 2 sum of g_1 to g_lags, each with its weight where they are weighted. */
static double long_run_variance(const double *d, double mean, size_t n, size_t lags,
                                bool weighted)
{
    double sum = autocovariance(d, mean, n, 0);
    for (size_t k = 1; k <= lags; k++) {
        double weight = weighted ? 1 - (double)k / ((double)lags + 1) : 1;
        sum += 2 * weight * autocovariance(d, mean, n, k);
    }
    return sum;
}

static double corrected(const double *d, double mean, size_t n, size_t horizon)
{
    double rows = (double)n, h = (double)horizon;
    double variance = long_run_variance(d, mean, n, horizon - 1, false);
    if (!(variance > 0))
        variance = long_run_variance(d, mean, n, horizon - 1, true);
    return mean / sqrt(variance / rows) *
           sqrt((rows + 1 - 2 * h + h * (h - 1) / rows) / rows);
}

static double clustered(const double *d, double mean, size_t n, size_t horizon)
{
    double rows = (double)n;
    size_t lags = horizon - 1;
    while ((lags + 1) * (lags + 1) * (lags + 1) <= n)
        lags++;
    double independent = autocovariance(d, mean, n, 0) / (rows - 1);
    return mean /
           sqrt(fmax(independent, long_run_variance(d, mean, n, lags, true) / rows));
}

/* Losses' differences up to a power of two, in d[n]; b[n] is room. */
static void take_differences(double *d, double *b, size_t n, enum dm_loss loss)
{
    int ea = spread_exponent(d, n), eb = spread_exponent(b, n), e = ea > eb ? ea : eb;
    spread_scale(d, n, e, d);
    spread_scale(b, n, e, b);
    for (size_t i = 0; i < n; i++)
        d[i] = loss == DM_SQUARED ? d[i] * d[i] - b[i] * b[i] : fabs(d[i]) - fabs(b[i]);
    spread_scale(d, n, spread_exponent(d, n), d); // they will be squared, too
}

static struct diebold_mariano with_tails(double statistic, double second, size_t n)
{
    double df = (double)n - 1;
    return (struct diebold_mariano){
        .statistic = statistic,
        .p = pvalue_student(statistic, df),
        .p_less = pvalue_student_below(statistic, df),
        .clustered = second,
        .p_clustered = pvalue_student(second, df),
        .p_clustered_less = pvalue_student_below(second, df),
    };
}

static struct diebold_mariano test_differences(const double *d, size_t n, size_t horizon)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += d[i];
    if (!isfinite(sum))
        return with_tails(NAN, NAN, n);
    if (spread_none(d, n)) {
        double all = d[0] == 0 ? 0 : copysign(INFINITY, d[0]);
        return with_tails(all, all, n);
    }
    double mean = sum / (double)n;
    return with_tails(corrected(d, mean, n, horizon), clustered(d, mean, n, horizon), n);
}

struct diebold_mariano diebold_mariano(const double *a, const double *b, size_t n,
                                       enum dm_loss loss, size_t horizon)
{
    struct arena scratch = {0};
    if (n < 3 || horizon == 0 || horizon >= n)
        return with_tails(NAN, NAN, n);
    double *d = ARENA_ARRAY(&scratch, double, n);
    double *room = ARENA_ARRAY(&scratch, double, n);
    spread_scale(a, n, 0, d);
    spread_scale(b, n, 0, room);
    take_differences(d, room, n, loss);
    struct diebold_mariano test = test_differences(d, n, horizon);
    arena_release(&scratch);
    return test;
}
