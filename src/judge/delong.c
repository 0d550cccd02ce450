/* DeLong's test from the shares of rows that each row's score is above or below. */
#include "judge/delong.h"

#include <math.h>

#include "judge/by_score.h"
#include "judge/pvalue.h"

/* The rows by kind. */
struct kinds {
    size_t n, count[2]; // [1] positive
    const uint8_t *positive;
};

/* Of every row the share of the other kind on its right side, ties as 1/2: V10 and V01. */
static double *shares(const struct kinds *k, const double *score, struct arena *mem)
{
    double *v = ARENA_ARRAY(mem, double, k->n);
    struct arena_mark before = arena_mark(mem);
    size_t *order = by_score(score, k->n, mem);
    size_t above[2] = {0};
    for (size_t from = 0, to; from < k->n; from = to) {
        size_t tied[2] = {0};
        to = by_score_tie(score, order, k->n, from);
        for (size_t i = from; i < to; i++)
            tied[k->positive[order[i]]]++;
        for (size_t i = from; i < to; i++) {
            int other = !k->positive[order[i]];
            double high = (double)above[other] + (double)tied[other] / 2;
            double of = (double)k->count[other];
            v[order[i]] = other == 1 ? high / of : (of - high) / of;
        }
        above[0] += tied[0];
        above[1] += tied[1];
    }
    arena_rewind(mem, before);
    return v;
}

static double mean_share(const struct kinds *k, const double *v, int kind)
{
    double sum = 0;
    for (size_t i = 0; i < k->n; i++)
        sum += k->positive[i] == kind ? v[i] : 0;
    return sum / (double)k->count[kind];
}

static double covariance(const struct kinds *k, const double *v, const double *w)
{
    double sum[2] = {0};
    double mean_v[2] = {mean_share(k, v, 0), mean_share(k, v, 1)};
    double mean_w[2] = {mean_share(k, w, 0), mean_share(k, w, 1)};
    for (size_t i = 0; i < k->n; i++) {
        int kind = k->positive[i];
        sum[kind] += (v[i] - mean_v[kind]) * (w[i] - mean_w[kind]);
    }
    for (int kind = 0; kind < 2; kind++)
        sum[kind] /= ((double)k->count[kind] - 1) * (double)k->count[kind];
    return k->count[0] < 2 || k->count[1] < 2 ? NAN : sum[0] + sum[1];
}

static void test_difference(struct delong *d, double variance)
{
    double apart = d->auc_a - d->auc_b;
    d->statistic = variance > 0 ? apart / sqrt(variance) : apart == 0 ? 0 : NAN;
    d->p = pvalue_normal(d->statistic);
    d->p_less = pvalue_normal_below(d->statistic);
}

struct delong delong(const uint8_t *positive, const double *a, const double *b, size_t n)
{
    struct arena mem = {0};
    struct kinds k = {.n = n, .positive = positive};
    struct delong d = {.auc_b = .5};
    for (size_t i = 0; i < n; i++)
        k.count[positive[i]]++;
    double *v = shares(&k, a, &mem), *w = b ? shares(&k, b, &mem) : NULL;
    double var_a = covariance(&k, v, v), var_b = w ? covariance(&k, w, w) : 0;
    d.auc_a = mean_share(&k, v, 1);
    d.auc_b = w ? mean_share(&k, w, 1) : .5;
    d.se_a = sqrt(var_a);
    d.se_b = sqrt(var_b);
    test_difference(&d, w ? var_a + var_b - 2 * covariance(&k, v, w) : var_a);
    arena_release(&mem);
    return d;
}
