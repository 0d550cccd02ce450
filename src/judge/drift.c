/* Indices by the header's formulas. */
#include "judge/drift.h"

#include <math.h>

#include "base/transcend.h"

/* How many of the quantiles are at most x, or below it. */
static size_t count(const struct drift_numbers *d, double x, int equal)
{
    size_t low = 0, high = d->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (d->quantile[middle] < x || (equal && d->quantile[middle] == x))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of k quantiles below x, with the way from the last of them to the next. */
static double between(const struct drift_numbers *d, size_t k, double x)
{
    double n = (double)d->n, from = k > 0 ? d->quantile[k - 1] : d->least;
    if (k == d->n)
        return 1;
    double to = d->quantile[k];
    double way = x >= to ? 1 : x <= from ? 0 : (x - from) / (to - from);
    return ((double)k + (x >= to && k + 1 < d->n && d->quantile[k + 1] == to ? 0 : way)) /
           n;
}

double drift_upto(const struct drift_numbers *d, double x)
{
    size_t k = count(d, x, 1);
    return k > 0 && d->quantile[k - 1] == x ? (double)k / (double)d->n : between(d, k, x);
}

double drift_below(const struct drift_numbers *d, double x)
{
    return between(d, count(d, x, 0), x);
}

double drift_psi_counts(const double *then, const double *now, size_t n)
{
    double a = 0, b = 0, psi = 0;
    for (size_t i = 0; i < n; i++) {
        a += then[i];
        b += now[i];
    }
    if (!(a > 0) || !(b > 0))
        return NAN;
    for (size_t i = 0; i < n; i++) {
        double x = fmax(then[i], .5) / a, y = fmax(now[i], .5) / b;
        if (then[i] > 0 || now[i] > 0)
            psi += (y - x) * transcend_log(y / x);
    }
    return psi;
}

double drift_psi(const struct drift_numbers *then, const struct drift_numbers *now)
{
    double a[DRIFT_BINS + 1], b[DRIFT_BINS + 1], last = -INFINITY;
    double mine = (double)(then->rows - then->missing);
    double theirs = (double)(now->rows - now->missing), from = 0, begins = 0;
    size_t n = 0;
    a[n] = (double)then->missing;
    b[n++] = (double)now->missing;
    if (then->n == 0) {
        a[n] = 0;
        b[n++] = theirs;
    }
    for (size_t k = 1; k <= DRIFT_BINS && then->n > 0; k++) {
        double cut = then->quantile[(k * then->n + DRIFT_BINS - 1) / DRIFT_BINS - 1];
        if (k < DRIFT_BINS && cut == last)
            continue;
        last = cut;
        double to = k < DRIFT_BINS ? drift_upto(then, cut) : 1;
        double ends = k < DRIFT_BINS && now->n > 0 ? drift_upto(now, cut) : now->n > 0;
        a[n] = (to - from) * mine;
        b[n++] = (ends - begins) * theirs;
        from = to;
        begins = ends;
    }
    return drift_psi_counts(a, b, n);
}

static double apart(const struct drift_numbers *a, const struct drift_numbers *b,
                    double x)
{
    return fmax(fabs(drift_upto(a, x) - drift_upto(b, x)),
                fabs(drift_below(a, x) - drift_below(b, x)));
}

double drift_ks(const struct drift_numbers *then, const struct drift_numbers *now)
{
    double ks = 0;
    if (then->n == 0 || now->n == 0)
        return NAN;
    for (size_t i = 0; i < then->n; i++)
        ks = fmax(ks, apart(then, now, then->quantile[i]));
    for (size_t i = 0; i < now->n; i++)
        ks = fmax(ks, apart(then, now, now->quantile[i]));
    return ks;
}
