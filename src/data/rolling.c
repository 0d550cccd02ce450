/* Rolling mean, standard deviation, minimum and maximum.
 *
 * Small windows are computed anew for each row, two rows side by side in a vector; a row
 * whose window lacks values is then computed again by the plain loop, which has the same
 * bits where both apply.  Large windows follow van Herk (1992, Pattern Recognition
 * Letters 13, 517-521): rows are cut into blocks of w, and a window is the tail of one
 * block and the head of the next.  Tails are prepared once a block, the head grows with
 * the rows; mean and squares are kept by Welford (1962, Technometrics 4, 419-420) and
 * joined by Chan, Golub & LeVeque (1983, The American Statistician 37, 242-247).  More
 * work than adding and removing, but exactly local.  The tails need w entries of memory,
 * which live in an arena of their own for the call. */
#include "data/rolling.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/vector.h"
#include "data/spread.h"

#define BLOCK ((size_t)1024) // rows that stay in the first-level cache

/* Row i of a result that may not be wanted. */
#define AT(ret, i) ((ret) ? (ret) + (i) : NULL)

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void fill_nan(double *ret, size_t n)
{
    for (size_t i = 0; ret && i < n; i++)
        ret[i] = NAN;
}

/* The value less a power of two, the one by which a window is divided. */
static inline double less(double x, int exponent)
{
    return exponent ? ldexp(x, -exponent) : x;
}

/* One window by the plain loop, its values divided by 2^e.  -0 is the sum of nothing:
 * adding it changes no value's bits. */
static void window_divided(const double *x, size_t w, size_t least, int e,
                           double *ret_mean, double *ret_std)
{
    double sum = -0.0, first = NAN;
    size_t count = 0;
    bool equal = true;
    for (size_t k = 0; k < w; k++) {
        if (isnan(x[k]))
            continue;
        if (count++ == 0)
            first = x[k];
        equal = equal && x[k] == first;
        sum += less(x[k], e);
    }
    double mean = equal ? less(first, e) : sum / (double)count;
    if (ret_mean)
        *ret_mean = count > 0 && count >= least ? less(mean, -e) : NAN;
    if (!ret_std)
        return;
    double squares = 0;
    for (size_t k = 0; k < w; k++) {
        double d = less(x[k], e) - mean;
        squares += isnan(x[k]) ? 0 : d * d;
    }
    bool enough = count > 1 && count >= least;
    *ret_std = enough ? less(sqrt(squares / (double)(count - 1)), -e) : NAN;
}

static void window_plain(const double *x, size_t w, size_t least, double *ret_mean,
                         double *ret_std)
{
    window_divided(x, w, least, 0, ret_mean, ret_std);
}

/* Two windows of w present values each, the second one row later. */
static inline void window_pair(const double *x, size_t w, double *ret_mean,
                               double *ret_std)
{
    vector_pair first = vector_pair_load(x), sum = first;
    vector_mask equal = first == first;
    for (size_t k = 1; k < w; k++) {
        vector_pair v = vector_pair_load(x + k);
        sum += v;
        equal &= v == first;
    }
    vector_pair mean = vector_pair_select(equal, first, sum / (double)w);
    if (ret_mean)
        vector_pair_store(ret_mean, mean);
    if (!ret_std)
        return;
    vector_pair squares = {0, 0};
    for (size_t k = 0; k < w; k++) {
        vector_pair d = vector_pair_load(x + k) - mean;
        squares += d * d;
    }
    vector_pair_store(ret_std, vector_pair_sqrt(squares / (double)(w - 1)));
}

static bool has_nan(const double *x, size_t n)
{
    size_t i = 0;
    vector_mask nan = {0, 0};
    for (; i + 2 <= n; i += 2) {
        vector_pair v = vector_pair_load(x + i);
        nan |= v != v;
    }
    return (nan[0] | nan[1]) != 0 || (i < n && isnan(x[i]));
}

/* Rows [from, to), at least w - 1 rows behind the start; either result may be NULL. */
static void small_block(const double *x, size_t from, size_t to, size_t w, size_t least,
                        double *ret_mean, double *ret_std)
{
    size_t i = from;
    for (; i + 2 <= to; i += 2)
        window_pair(x + i + 1 - w, w, AT(ret_mean, i), AT(ret_std, i));
    if (i < to)
        window_plain(x + i + 1 - w, w, least, AT(ret_mean, i), AT(ret_std, i));
    const double *first = x + from + 1 - w;
    size_t n = to - from + w - 1;
    if (!has_nan(first, n))
        return;
    size_t since = w; // rows since the last missing one
    for (size_t k = 0; k < n; k++) {
        since = isnan(first[k]) ? 0 : since + 1;
        if (since < w && k + 1 >= w) {
            i = from + k + 1 - w;
            window_plain(x + i + 1 - w, w, least, AT(ret_mean, i), AT(ret_std, i));
        }
    }
}

/* False where a square may have overflowed or vanished on the way to a result. */
static bool sound(double std)
{
    return std >= 0x1p-256 && std <= 0x1p256;
}

/* The same of n results, while they are in the cache: deviations, or else means. */
static bool all_sound(const double *mean, const double *std, size_t n)
{
    size_t i = 0;
    vector_mask good = {-1, -1};
    for (; i + 2 <= n; i += 2) {
        vector_pair v = vector_pair_load((std ? std : mean) + i);
        vector_pair zero = v - v;
        good &= std ? (v >= 0x1p-256) & (v <= 0x1p256) : zero == 0;
    }
    bool last = i >= n || (std ? sound(std[i]) : isfinite(mean[i]));
    return last && (good[0] & good[1]) != 0;
}

/* Returns how many rows, from the first on, are to be looked at again. */
static size_t small_windows(const double *x, size_t n, size_t w, size_t least,
                            double *ret_mean, double *ret_std)
{
    size_t i = 0, odd = smaller(n, w);
    for (; i < n && i + 1 < w; i++)
        window_plain(x, i + 1, least, AT(ret_mean, i), AT(ret_std, i));
    for (size_t to; i < n; i = to) {
        to = smaller(n, i + BLOCK);
        small_block(x, i, to, w, least, ret_mean, ret_std);
        if (!all_sound(AT(ret_mean, i), AT(ret_std, i), to - i))
            odd = to;
    }
    return odd;
}

/* Mean and squares of some values about a pivot that is one of them, which keeps the
 * digits of values that are close together. */
struct rolling_moments {
    size_t n;
    double pivot;
    double mean;    // less pivot
    double squares; // sum of squared deviations from the mean
};

static inline void moments_add(struct rolling_moments *m, double x)
{
    if (isnan(x))
        return;
    if (m->n++ == 0)
        m->pivot = x;
    double shifted = x - m->pivot, d = shifted - m->mean;
    m->mean += d / (double)m->n;
    m->squares += d * (shifted - m->mean);
}

static inline struct rolling_moments moments_join(struct rolling_moments a,
                                                  struct rolling_moments b)
{
    if (a.n == 0 || b.n == 0)
        return a.n == 0 ? b : a;
    double n = (double)(a.n + b.n), share = (double)b.n / n;
    double d = (b.mean - a.mean) + (b.pivot - a.pivot);
    return (struct rolling_moments){
        .n = a.n + b.n,
        .pivot = a.pivot,
        .mean = a.mean + d * share,
        .squares = a.squares + b.squares + d * d * ((double)a.n * share),
    };
}

static void large_windows(const double *x, size_t n, size_t w, size_t least,
                          double *ret_mean, double *ret_std)
{
    struct arena mem = {0};
    struct rolling_moments *tail = ARENA_ARRAY(&mem, struct rolling_moments, w);
    for (size_t start = 0; start < n; start += w) {
        struct rolling_moments head = {0};
        size_t rows = smaller(w, n - start);
        for (size_t j = 0; j < rows; j++) {
            moments_add(&head, x[start + j]);
            /* tail[j] is over rows j + 1 … w - 1 of the block before. */
            struct rolling_moments m = moments_join(tail[j], head);
            if (ret_mean)
                ret_mean[start + j] = m.n > 0 && m.n >= least ? m.pivot + m.mean : NAN;
            bool enough = m.n > 1 && m.n >= least;
            if (ret_std)
                ret_std[start + j] = enough ? sqrt(m.squares / (double)(m.n - 1)) : NAN;
        }
        struct rolling_moments m = {0};
        for (size_t j = rows; j-- > 0 && rows == w;) {
            tail[j] = m;
            moments_add(&m, x[start + j]);
        }
    }
    arena_release(&mem);
}

/* Computes windows anew whose squares, or whose sum, no double holds.  Windows of equal
 * values have the deviation 0 by right, and are most of those that have it. */
static void mend(const double *x, size_t n, size_t w, size_t least, double *ret_mean,
                 double *ret_std)
{
    size_t count = 0, last = 0, since = 0; // since: where the values at the end begin
    for (size_t i = 0; i < n; i++) {
        size_t from = i >= w ? i + 1 - w : 0;
        count -= i >= w && !isnan(x[i - w]) ? 1 : 0;
        if (!isnan(x[i])) {
            count++;
            since = x[i] == x[last] ? since : last + 1;
            last = i;
        }
        bool odd = (ret_mean && !isfinite(ret_mean[i])) ||
                   (ret_std && since > from && !sound(ret_std[i]));
        int e = odd && count > 0 && count >= least
                    ? spread_exponent(x + from, i + 1 - from)
                    : 0;
        if (e != 0)
            window_divided(x + from, i + 1 - from, least, e, AT(ret_mean, i),
                           AT(ret_std, i));
    }
}

static void mean_std(const double *x, size_t n, size_t w, size_t least, double *ret_mean,
                     double *ret_std)
{
    if (w == 0 || least > w) {
        fill_nan(ret_mean, n);
        fill_nan(ret_std, n);
        return;
    }
    if (w == 1) {
        fill_nan(ret_std, n);
        ret_std = NULL;
    }
    if (!ret_mean && !ret_std)
        return;
    /* The choice must not depend on n: a table cut short has the same results. */
    size_t odd = n;
    if (w <= ROLLING_SMALL)
        odd = small_windows(x, n, w, least, ret_mean, ret_std);
    else
        large_windows(x, n, smaller(w, n), least, ret_mean, ret_std);
    mend(x, odd, w, least, ret_mean, ret_std);
}

void rolling_mean(const double *x, size_t n, size_t w, size_t least, double *ret)
{
    mean_std(x, n, w, least, ret, NULL);
}

void rolling_std(const double *x, size_t n, size_t w, size_t least, double *ret)
{
    mean_std(x, n, w, least, NULL, ret);
}

void rolling_mean_std(const double *x, size_t n, size_t w, size_t least, double *ret_mean,
                      double *ret_std)
{
    mean_std(x, n, w, least, ret_mean, ret_std);
}

/* The smaller of two values times sign, NaN counting as missing. */
static inline double extreme(double a, double b, double sign)
{
    if (isnan(a) || isnan(b))
        return isnan(a) ? b : a;
    return b * sign < a * sign ? b : a;
}

/* The tail of the block before waits in ret, one row ahead of its use: no order of
 * comparing changes a minimum, so there is nothing else to keep. */
static void extremes(const double *x, size_t n, size_t w, size_t least, double sign,
                     double *ret)
{
    if (w == 0 || least > w) {
        fill_nan(ret, n);
        return;
    }
    w = smaller(w, n);
    least = least > 0 ? least : 1;
    size_t count = 0;
    fill_nan(ret, w);
    for (size_t start = 0; start < n; start += w) {
        double head = NAN;
        size_t rows = smaller(w, n - start);
        for (size_t i = start; i < start + rows; i++) {
            count += isnan(x[i]) ? 0 : 1;
            count -= i < w || isnan(x[i - w]) ? 0 : 1;
            head = extreme(head, x[i], sign);
            ret[i] = count >= least ? extreme(ret[i], head, sign) : NAN;
        }
        double tail = NAN;
        for (size_t j = rows; j-- > 0 && rows == w;) {
            if (start + w + j < n)
                ret[start + w + j] = tail;
            tail = extreme(tail, x[start + j], sign);
        }
    }
}

void rolling_min(const double *x, size_t n, size_t w, size_t least, double *ret)
{
    extremes(x, n, w, least, 1, ret);
}

void rolling_max(const double *x, size_t n, size_t w, size_t least, double *ret)
{
    extremes(x, n, w, least, -1, ret);
}

void rolling_last(const double *x, size_t n, double *ret)
{
    if (n > 0)
        memcpy(ret, x, n * sizeof *x);
}

void rolling_shift(const double *x, size_t n, size_t s, double *ret)
{
    s = smaller(s, n);
    fill_nan(ret, s);
    if (n > s)
        memcpy(ret + s, x, (n - s) * sizeof *x);
}
