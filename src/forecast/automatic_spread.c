/* How far the value to come may lie from the mean of the members' forecasts. */
#include <math.h>

#include "forecast/automatic_internal.h"

/* Adds the variance of a trend that n values cannot tell, that of the mean of as many
 * changes. */
static void add_drift(const struct smoothing_fit *fit, size_t n, size_t horizon,
                      double *sd)
{
    for (size_t h = 0; h < horizon; h++) {
        double ahead = (double)h + 1;
        sd[h] = sqrt(sd[h] * sd[h] + ahead * ahead / (double)n * fit->variance);
    }
}

double automatic_drift(const double *z, size_t n)
{
    return (z[n - 1] - z[0]) / (double)(n - 1);
}

/* A walk's: its changes spread alike at each step, and their mean is one of n - 1. */
static void spread_walk(const struct automatic_case *c, size_t horizon, double *ret)
{
    double drift = automatic_drift(c->z, c->n), changes = (double)c->n - 1, sum = 0;
    for (size_t t = 1; t < c->n; t++) {
        double e = c->z[t] - c->z[t - 1] - drift;
        sum += e * e;
    }
    for (size_t h = 0; h < horizon; h++) {
        double ahead = (double)h + 1;
        ret[h] = sqrt(sum / fmax(changes - 3, 1) * ahead * (1 + ahead / changes));
    }
}

void automatic_spread_case(const struct automatic_fit *fit,
                           const struct automatic_case *c, size_t season, size_t horizon,
                           double *ret)
{
    for (size_t i = 0; i < AUTOMATIC_MEMBERS * horizon; i++)
        ret[i] = NAN;
    if (season > 1) {
        smoothing_spread(&fit->ets, 0, horizon, ret + STL_ETS * horizon);
        smoothing_spread(&fit->whole, season, horizon, ret + WHOLE * horizon);
        return;
    }
    smoothing_spread(&fit->ets, 0, horizon, ret + ETS * horizon);
    smoothing_spread(&fit->damped, 0, horizon, ret + DAMPED * horizon);
    add_drift(&fit->ets, c->n, horizon, ret + ETS * horizon);
    add_drift(&fit->damped, c->n, horizon, ret + DAMPED * horizon);
    spread_walk(c, horizon, ret + WALK * horizon);
}

double automatic_spread(const double *weight, const double *f, const double *sd,
                        size_t members, size_t horizon, double mean)
{
    double own = 0, known = 0, apart = 0, all = 0, k = 0;
    for (size_t i = 0; i < members; i++) {
        double w = weight[i], x = f[i * horizon], s = sd[i * horizon];
        if (isnan(x))
            continue;
        k++;
        all += w;
        apart += w * (x - mean) * (x - mean);
        own += isnan(s) ? 0 : w * s;
        known += isnan(s) ? 0 : w;
    }
    own /= known;
    return sqrt(own * own + (k + 1) / (k - 1) * apart / all);
}
