/* The loops of STL over the filters of loess.h.
 *
 * An inner pass: the values without the trend are smoothed season by season; what of that
 * is slow (two moving averages over a season, one over three values, a loess) is taken out
 * of it, and the rest is the season; the values without the season are smoothed to the
 * trend.  An outer loop begins with weights from the rests of the one before. */
#include "forecast/stl.h"

#include <math.h>
#include <string.h>

#include "base/vector.h"
#include "forecast/loess.h"

struct stl {
    struct stl_plan plan;
    size_t n;
    struct loess seasonal, low_pass, trend;
    double *rest;   // [n] values without trend, without season; rests
    double *cycle;  // [n + 2 season]
    double *slow;   // [n + 2 season] means of it
    double *weight; // [n] robustness; NULL without outer loops
};

size_t stl_least(size_t season)
{
    return 2 * season;
}

static size_t odd(double x)
{
    size_t n = (size_t)ceil(x);
    return n % 2 == 0 ? n + 1 : n;
}

static void complete(struct stl_plan *plan)
{
    double season = (double)plan->season;
    if (plan->trend == 0)
        plan->trend = odd(1.5 * season / (1 - 1.5 / (double)plan->seasonal));
    if (plan->low_pass == 0)
        plan->low_pass = odd(season + 1);
}

struct stl *stl_new(const struct stl_plan *plan, size_t n, struct arena *mem)
{
    struct stl *s = ARENA_NEW(mem, struct stl);
    s->plan = *plan;
    s->n = n;
    complete(&s->plan);
    plan = &s->plan;
    bool weights = plan->outer > 0;
    loess_init(&s->seasonal,
               &(struct loess_plan){n, plan->season, plan->seasonal,
                                    plan->seasonal_degree, true, weights},
               mem);
    loess_init(
        &s->low_pass,
        &(struct loess_plan){n, 1, plan->low_pass, plan->low_pass_degree, false, false},
        mem);
    loess_init(
        &s->trend,
        &(struct loess_plan){n, 1, plan->trend, plan->trend_degree, false, weights}, mem);
    s->rest = ARENA_ARRAY(mem, double, n);
    s->cycle = ARENA_ARRAY(mem, double, n + 2 * plan->season);
    s->slow = ARENA_ARRAY(mem, double, n + 2 * plan->season);
    s->weight = weights ? ARENA_ARRAY(mem, double, n) : NULL;
    return s;
}

void stl_resize(struct stl *s, size_t n, struct arena *mem)
{
    s->n = n;
    loess_resize(&s->seasonal, n, mem);
    loess_resize(&s->low_pass, n, mem);
    loess_resize(&s->trend, n, mem);
}

/* The means of each `width` values, into ret, which may be x: n - width + 1 of them. */
static size_t moving_mean(const double *x, size_t n, size_t width, double *ret)
{
    double sum = 0, share = (double)width;
    for (size_t t = 0; t < width; t++)
        sum += x[t];
    for (size_t t = 0; t + width < n; t++) {
        double change = x[t + width] - x[t];
        ret[t] = sum / share;
        sum += change;
    }
    ret[n - width] = sum / share;
    return n - width + 1;
}

static void smooth(struct loess *l, const double *y, bool weighted, double *ret)
{
    if (weighted)
        loess_smooth_weighted(l, y, ret);
    else
        loess_smooth(l, y, ret);
}

static void inner_pass(struct stl *s, const double *y, bool weighted, double *season,
                       double *trend)
{
    size_t n = s->n, period = s->plan.season, m = n + 2 * period;
    vector_subtract(y, trend, n, s->rest);
    smooth(&s->seasonal, s->rest, weighted, s->cycle);
    m = moving_mean(s->cycle, m, period, s->slow);
    m = moving_mean(s->slow, m, period, s->slow);
    moving_mean(s->slow, m, 3, s->slow);
    loess_smooth(&s->low_pass, s->slow, s->rest);
    vector_subtract(s->cycle + period, s->rest, n, season);
    vector_subtract(y, season, n, s->rest);
    smooth(&s->trend, s->rest, weighted, trend);
}

/* Puts the k-th smallest of x[n] in place k, from 0, and none that is larger before it
 * (Hoare 1961, Communications of the ACM 4: find). */
static void find(double *x, size_t n, size_t k)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, at = (ptrdiff_t)k;
    while (low < high) {
        double pivot = x[at];
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (x[i] < pivot)
                i++;
            while (pivot < x[j])
                j--;
            if (i > j)
                break;
            double swapped = x[i];
            x[i++] = x[j];
            x[j--] = swapped;
        }
        low = j < at ? i : low;
        high = at < i ? j : high;
    }
}

/* Six times the median of x[n], which is reordered. */
static double six_medians(double *x, size_t n)
{
    size_t middle = n / 2;
    find(x, n, middle);
    double below = n % 2 == 1 ? x[middle] : x[0];
    for (size_t t = 1; n % 2 == 0 && t < middle; t++)
        below = x[t] > below ? x[t] : below;
    return 3 * (x[middle] + below);
}

/* Bisquare weights of the rests: 0 from six times their median on. */
static void find_weights(struct stl *s, const double *y, const double *season,
                         const double *trend)
{
    size_t n = s->n;
    for (size_t t = 0; t < n; t++)
        s->weight[t] = s->rest[t] = fabs(y[t] - (trend[t] + season[t]));
    double h = six_medians(s->rest, n);
    for (size_t t = 0; t < n; t++) {
        double r = s->weight[t], u = r / h, v = 1 - u * u;
        s->weight[t] = r <= 0.001 * h ? 1 : r <= 0.999 * h ? v * v : 0;
    }
    loess_weigh(&s->seasonal, s->weight);
    loess_weigh(&s->trend, s->weight);
}

void stl_run(struct stl *s, const double *y, double *ret_season, double *ret_trend)
{
    memset(ret_trend, 0, s->n * sizeof *ret_trend);
    for (size_t loop = 0; loop <= s->plan.outer; loop++) {
        if (loop > 0)
            find_weights(s, y, ret_season, ret_trend);
        for (size_t pass = 0; pass < s->plan.inner; pass++)
            inner_pass(s, y, loop > 0, ret_season, ret_trend);
    }
}
