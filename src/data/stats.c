/* Mean, standard deviation, autocorrelation, quantiles, sorting.
 *
 * Sums carry the rounding errors of every addition along and add them at the end (Ogita,
 * Rump & Oishi 2005, SIAM J. Sci. Comput. 26, 1955-1988, algorithm Sum2), which gives the
 * digits of twice the precision without wider types, so the bits are the same on every
 * machine.  Deviations are taken from the mean to that precision.  Sorting is quicksort
 * by the median of three with insertion below 24 values, and heapsort where the recursion
 * runs deep (Musser 1997, Software Practice and Experience 27, 983-993): no memory, no
 * worst case, but not parallel. */
#include "data/stats.h"

#include <math.h>
#include <stdbool.h>

#include "base/arena.h"
#include "data/spread.h"

/* A sum and the rounding errors that it has shed. */
struct sum {
    double high, low;
};

static inline void sum_add(struct sum *s, double x)
{
    double t = s->high + x, part = t - s->high;
    s->low += (s->high - (t - part)) + (x - part);
    s->high = t;
}

static double sum_value(struct sum s)
{
    double total = s.high + s.low;
    return isnan(total) ? s.high : total; // after an infinity low is NaN
}

/* A mean as an unevaluated sum of two doubles. */
struct mean {
    size_t n;
    double high, low;
};

static struct mean mean_of(const double *x, size_t n)
{
    struct sum s = {0, 0};
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        sum_add(&s, x[i]);
        count++;
    }
    struct mean m = {.n = count, .high = sum_value(s) / (double)count};
    if (count == 0 || !isfinite(m.high))
        return m;
    /* The rest of the division: what the mean is too small by, from its deviations' sum.
     */
    struct sum rest = {0, 0};
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            sum_add(&rest, x[i] - m.high);
    m.low = sum_value(rest) / (double)count;
    return m;
}

static inline double deviation(double x, const struct mean *m)
{
    return (x - m->high) - m->low;
}

static double squares_about(const double *x, size_t n, const struct mean *m)
{
    struct sum squares = {0, 0}, plain = {0, 0};
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        double d = deviation(x[i], m);
        sum_add(&squares, d * d);
        sum_add(&plain, d);
    }
    double left = sum_value(plain); // 0 but for rounding: the correction term
    return sum_value(squares) - left * left / (double)m->n;
}

static double rounded(const struct mean *m)
{
    return m->high + m->low;
}

/* About the mean as it is reported, a double: digits beyond it say how the data were
 * rounded, and on NIST's NumAcc4 cost the result three of its own. */
static double lag1(const double *x, size_t n, double mean)
{
    struct sum products = {0, 0}, squares = {0, 0};
    for (size_t i = 0; i < n; i++) {
        double d = x[i] - mean, before = i > 0 ? x[i - 1] - mean : NAN;
        if (!isnan(d))
            sum_add(&squares, d * d);
        if (!isnan(d) && !isnan(before))
            sum_add(&products, d * before);
    }
    double divisor = sum_value(squares);
    return divisor > 0 ? sum_value(products) / divisor : NAN;
}

static struct stats stats_plain(const double *x, size_t n)
{
    struct mean m = mean_of(x, n);
    struct stats s = {.n = m.n, .missing = n - m.n, .min = NAN, .max = NAN};
    for (size_t i = 0; i < n; i++) {
        s.min = s.min <= x[i] || isnan(x[i]) ? s.min : x[i];
        s.max = s.max >= x[i] || isnan(x[i]) ? s.max : x[i];
    }
    double squares = m.n > 0 ? squares_about(x, n, &m) : NAN;
    s.mean = rounded(&m);
    s.std = m.n > 1 ? sqrt(squares / (double)(m.n - 1)) : NAN;
    s.lag1 = lag1(x, n, s.mean);
    return s;
}

/* Where squares would overflow or vanish the values are divided by a power of two first. */
struct stats stats_of(const double *x, size_t n)
{
    int e = spread_exponent(x, n);
    if (e == 0)
        return stats_plain(x, n);
    struct arena scratch = {0};
    double *scaled = ARENA_ARRAY(&scratch, double, n);
    spread_scale(x, n, e, scaled);
    struct stats s = stats_plain(scaled, n);
    arena_release(&scratch);
    s.mean = ldexp(s.mean, e);
    s.std = ldexp(s.std, e);
    s.min = ldexp(s.min, e);
    s.max = ldexp(s.max, e);
    return s;
}

double stats_quantile(const double *sorted, size_t n, double q)
{
    if (n == 0 || !(q >= 0 && q <= 1))
        return NAN;
    double at = (double)(n - 1) * q, below = floor(at);
    size_t i = (size_t)below;
    if (i + 1 >= n)
        return sorted[n - 1];
    double a = sorted[i], b = sorted[i + 1], t = at - below;
    /* From the nearer end, as NumPy does: equal neighbours and t = 1 give their value
     * exactly. */
    return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

static inline void swap(double *x, size_t i, size_t j)
{
    double t = x[i];
    x[i] = x[j];
    x[j] = t;
}

static void insertion_sort(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        size_t j = i;
        for (; j > 0 && v < x[j - 1]; j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
}

static void sift_down(double *x, size_t root, size_t n)
{
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && x[child] < x[child + 1])
            child++;
        if (!(x[root] < x[child]))
            return;
        swap(x, root, child);
    }
}

static void heap_sort(double *x, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(x, i, n);
    for (size_t end = n; end-- > 1;) {
        swap(x, 0, end);
        sift_down(x, 0, end);
    }
}

/* Puts values up to a middle one in front of the others; returns how many stand in front,
 * at least one and fewer than n (Hoare's scheme: runs of equal values are halved, not
 * peeled). */
static size_t partition(double *x, size_t n)
{
    size_t middle = n / 2, last = n - 1;
    if (x[middle] < x[0])
        swap(x, middle, 0);
    if (x[last] < x[0])
        swap(x, last, 0);
    if (x[last] < x[middle])
        swap(x, last, middle);
    double pivot = x[middle];
    for (size_t i = 0, j = last;; i++, j--) {
        while (x[i] < pivot)
            i++;
        while (pivot < x[j])
            j--;
        if (i >= j)
            return j + 1;
        swap(x, i, j);
    }
}

static void sort_within(double *x, size_t n, unsigned depth)
{
    while (n >= 24) {
        if (depth-- == 0) {
            heap_sort(x, n);
            return;
        }
        size_t front = partition(x, n);
        if (front < n - front) {
            sort_within(x, front, depth);
            x += front;
            n -= front;
        } else {
            sort_within(x + front, n - front, depth);
            n = front;
        }
    }
    insertion_sort(x, n);
}

void stats_sort(double *x, size_t n)
{
    size_t present = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            swap(x, i, present++);
    unsigned depth = 2;
    for (size_t m = present; m > 1; m /= 2)
        depth += 2;
    sort_within(x, present, depth);
    /* Zeros of both signs compare equal: give them one order. */
    size_t from = 0;
    while (from < present && x[from] < 0)
        from++;
    size_t to = from, negative = 0;
    for (; to < present && x[to] == 0; to++)
        negative += signbit(x[to]) ? 1 : 0;
    for (size_t i = from; i < to; i++)
        x[i] = i < from + negative ? -0.0 : 0.0;
}
