/* Changes from step to step, adjusted in real time: what a series did beyond what its season,
 * as known then, let expect.  An autoregression of changes that were adjusted with hindsight
 * is biased, since the decomposition has seen what it is to forecast. */
#include <math.h>
#include <string.h>

#include "forecast/automatic_internal.h"
#include "forecast/stl.h"

enum { WINDOW = 15, HOURS = 24 }; // seasons that a decomposition sees
#define DISCOUNT .99
#define PENALTY 10

size_t automatic_first(size_t season)
{
    return 2 * season + 6;
}

void automatic_changes(const double *const *z, double *const *d, size_t series,
                       size_t from, size_t n, size_t season, struct arena *scratch)
{
    const struct stl_plan plan = {.season = season,
                                  .seasonal = 11,
                                  .trend_degree = 1,
                                  .low_pass_degree = 1,
                                  .inner = season == HOURS ? 2 : 5};
    size_t most = WINDOW * season;
    struct arena_mark mark = arena_mark(scratch);
    double *s = ARENA_ARRAY(scratch, double, most);
    double *trend = ARENA_ARRAY(scratch, double, most);
    struct arena_mark filters = arena_mark(scratch);
    struct stl *stl = NULL;
    for (size_t t = from; t <= n; t++) {
        size_t seen = t < most ? t : most;
        if (!stl || t <= most) {
            arena_rewind(scratch, filters);
            stl = stl_new(&plan, seen, scratch);
        }
        for (size_t i = 0; i < series; i++) {
            stl_run(stl, z[i] + (t - seen), s, trend);
            d[i][t] = s[seen - season] - s[seen - 1];
        }
    }
    arena_rewind(scratch, mark);
}

/* c of (X'X + penalty I) c = X'y for two columns. */
static void solve(double a, double b, double c, double p, double q, double ret[2])
{
    double det = a * c - b * b;
    ret[0] = (p * c - q * b) / det;
    ret[1] = (q * a - p * b) / det;
}

void automatic_ridge(const double *z, const double *d, size_t n, size_t season,
                     double ret[AUTOMATIC_LAGS])
{
    size_t first = automatic_first(season) + AUTOMATIC_LAGS;
    double sum = 0, xx[3] = {0}, xy[2] = {0}, weight = 1;
    ret[0] = ret[1] = 0;
    for (size_t t = n - 1; t >= first && t < n; t--, weight *= DISCOUNT) {
        double u[3];
        for (size_t k = 0; k < 3; k++)
            u[k] = z[t - k] - z[t - k - 1] - d[t - k];
        xx[0] += weight * u[1] * u[1];
        xx[1] += weight * u[1] * u[2];
        xx[2] += weight * u[2] * u[2];
        xy[0] += weight * u[1] * u[0];
        xy[1] += weight * u[2] * u[0];
        sum += weight;
    }
    if (!(sum > 0) || !(xx[0] > 0) || !(xx[2] > 0))
        return;
    double scale[2] = {sqrt(xx[0] / sum), sqrt(xx[2] / sum)};
    solve(xx[0] / (scale[0] * scale[0]) + PENALTY, xx[1] / (scale[0] * scale[1]),
          xx[2] / (scale[1] * scale[1]) + PENALTY, xy[0] / scale[0], xy[1] / scale[1],
          ret);
    ret[0] /= scale[0];
    ret[1] /= scale[1];
}
