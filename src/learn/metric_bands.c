/* Metrics of bands: how many values they leave out, and which planted anomalies they show. */
#include <math.h>

#include "learn/metric.h"

double metric_value_flagged(const struct target *t, const struct prediction *p)
{
    size_t flagged = 0;
    for (size_t i = 0; i < t->y.n; i++)
        flagged += prediction_flags(p, i, t->y.col[0][i]);
    return t->y.n ? (double)flagged / (double)t->y.n : NAN;
}

/* A rate of the flags as answers to what is planted. */
static double rate_of(const struct target *t, const struct prediction *p,
                      double (*rate)(const struct hits *))
{
    struct hits hits = {0};
    size_t planted = 0;
    for (size_t i = 0; t->y.p > 1 && i < t->y.n; i++) {
        bool altered = !isnan(t->y.col[1][i]);
        planted += altered;
        hits_count(&hits, altered, prediction_flags(p, i, t->y.col[altered ? 1 : 0][i]));
    }
    return planted > 0 ? rate(&hits) : NAN;
}

double metric_value_f1(const struct target *t, const struct prediction *p)
{
    return rate_of(t, p, hits_f1);
}

double metric_value_precision(const struct target *t, const struct prediction *p)
{
    return rate_of(t, p, hits_precision);
}

double metric_value_recall(const struct target *t, const struct prediction *p)
{
    return rate_of(t, p, hits_recall);
}
