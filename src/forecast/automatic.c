/* Origins, scales and weights; the members are in automatic_members.c. */
#include "forecast/automatic.h"

#include <math.h>
#include <string.h>

#include "base/transcend.h"
#include "forecast/automatic_internal.h"
#include "forecast/stl.h"

enum {
    ORIGINS = 3,
    SCALES = 2,
    HOURS = 24,
    WEEK = 168,
    WEEKS = 504,
    EACH = AUTOMATIC_MEMBERS
};
#define EVEN .05 // of the mean error, added to each

struct automatic {
    size_t season; // of the members; 0: none
    size_t scales; // the values; their logarithms
    struct automatic_fit fit[SCALES];
    double weight[SCALES][EACH];
    size_t n;                         // values that were learnt from
    double *week;                     // [n] what comes again each week, or NULL
    struct automatic_case of[SCALES]; // their decompositions; z is not kept
};

/* The series up to one origin. */
struct beginning {
    size_t n;
    const double *y;  // [n] without its week
    double *week;     // [n] what comes again each week; NULL: nothing
    double low, high; // that forecasts are clipped to
};

/* What comes again each week beside what comes again each day, [n]. */
static double *weekly(const double *y, size_t n, struct arena *mem)
{
    const struct stl_plan day = {.season = HOURS,
                                 .seasonal = 11,
                                 .trend_degree = 1,
                                 .low_pass_degree = 1,
                                 .inner = 2},
                          week = {.season = WEEK,
                                  .seasonal = 15,
                                  .trend_degree = 1,
                                  .low_pass_degree = 1,
                                  .inner = 2};
    double *w = ARENA_ARRAY(mem, double, n);
    struct arena_mark mark = arena_mark(mem);
    struct stl *daily = stl_new(&day, n, mem), *whole = stl_new(&week, n, mem);
    double *s = ARENA_ARRAY(mem, double, n), *trend = ARENA_ARRAY(mem, double, n),
           *rest = ARENA_ARRAY(mem, double, n);
    for (size_t round = 0; round < 2; round++) {
        for (size_t t = 0; t < n; t++)
            rest[t] = y[t] - w[t];
        stl_run(daily, rest, s, trend);
        for (size_t t = 0; t < n; t++)
            rest[t] = y[t] - s[t];
        stl_run(whole, rest, w, trend);
    }
    arena_rewind(mem, mark);
    return w;
}

static void find_bounds(struct beginning *b, const double *y)
{
    double low = y[0], high = y[0];
    for (size_t t = 1; t < b->n; t++) {
        low = fmin(low, y[t]);
        high = fmax(high, y[t]);
    }
    b->low = low == high || low < 0 ? low - 3 * (high - low) : 0;
    b->high = high + 3 * (high - low);
}

/* The first n values, without the week that comes again in them. */
static struct beginning begin(const double *y, size_t n, double *week, struct arena *mem)
{
    struct beginning b = {.n = n, .y = y, .week = week};
    find_bounds(&b, y);
    if (week) {
        double *without = ARENA_ARRAY(mem, double, n);
        for (size_t t = 0; t < n; t++)
            without[t] = y[t] - week[t];
        b.y = without;
    }
    return b;
}

static bool positive(const struct beginning *b)
{
    for (size_t t = 0; t < b->n; t++)
        if (!(b->y[t] > 0))
            return false;
    return true;
}

static const double *logarithms(const struct beginning *b, struct arena *mem)
{
    double *z = ARENA_ARRAY(mem, double, b->n);
    memcpy(z, b->y, b->n * sizeof *z);
    transcend_logs(z, b->n);
    return z;
}

/* The cases of k beginnings, the longest first, on each scale: [k][scales]. */
static struct automatic_case *cases_of(const struct beginning *b, size_t k, size_t scales,
                                       struct arena *mem)
{
    struct automatic_case *c = ARENA_ARRAY(mem, struct automatic_case, k * scales);
    for (size_t i = 0; i < k; i++)
        for (size_t s = 0; s < scales; s++) {
            bool alike = i > 0 && b[i].y == b[0].y; // a beginning of the first
            c[i * scales + s] = (struct automatic_case){
                .n = b[i].n,
                .z = alike    ? c[s].z
                     : s == 0 ? b[i].y
                              : logarithms(&b[i], mem),
                .twin = s + 1 < scales,
            };
        }
    return c;
}

/* A forecast on the scale s as a value. */
static double value_of(const struct beginning *b, size_t s, size_t h, double f)
{
    double y = s == 0 ? f : transcend_exp(f);
    if (b->week)
        y += b->week[b->n - WEEK + h % WEEK];
    return isnan(y) ? NAN : fmin(fmax(y, b->low), b->high);
}

/* The members' forecasts from a beginning as values, into ret[scales][EACH][horizon]. */
static void forecast_members(const struct automatic *a, const struct automatic_fit *fit,
                             const struct beginning *b, const struct automatic_case *c,
                             size_t horizon, struct arena *scratch, double *ret)
{
    for (size_t s = 0; s < a->scales; s++) {
        double *f = ret + s * EACH * horizon;
        automatic_forecast_case(&fit[s], &c[s], a->season, horizon, scratch, f);
        for (size_t i = 0; i < EACH * horizon; i++)
            f[i] = value_of(b, s, i % horizon, f[i]);
    }
}

/* The mean absolute error of steps behind n; NaN where none of them was seen, or there is
 * no forecast. */
static double error_of(const struct automatic_values *v, size_t n, const double *f)
{
    double sum = 0;
    size_t judged = 0;
    for (size_t h = 0; h < v->horizon; h++) {
        if (v->seen && isnan(v->seen[n + h]))
            continue;
        sum += fabs(v->y[n + h] - f[h]);
        judged++;
    }
    return judged > 0 ? sum / (double)judged : 0;
}

/* Weights from the errors S of all members, NaN of those that there are not. */
static void weigh(struct automatic *a, double S[SCALES][EACH])
{
    double mean = 0, sum = 0;
    size_t members = 0;
    for (size_t s = 0; s < a->scales; s++)
        for (size_t m = 0; m < EACH; m++)
            if (!isnan(S[s][m])) {
                mean += S[s][m];
                members++;
            }
    mean /= (double)members;
    for (int pass = 0; pass < 2; pass++)
        for (size_t s = 0; s < a->scales; s++)
            for (size_t m = 0; m < EACH; m++) {
                double e = S[s][m] + EVEN * mean, w = mean > 0 ? 1 / (e * e) : 1;
                if (isnan(S[s][m]))
                    w = 0;
                if (pass == 0)
                    sum += w;
                else
                    a->weight[s][m] = w / sum;
            }
}

/* The origins that weights are found from, the latest first. */
static size_t origins_of(const struct automatic_values *v, size_t ret[ORIGINS])
{
    size_t h = v->horizon, half = h / 2 > 0 ? h / 2 : 1, k = 0;
    size_t back[ORIGINS] = {h, h + half, 2 * h}, least = 2 * v->season + 6;
    if (least < 8)
        least = 8;
    for (size_t i = 0; i < ORIGINS; i++)
        if (v->n >= back[i] && v->n - back[i] >= least &&
            (i == 0 || back[i] != back[i - 1]))
            ret[k++] = v->n - back[i];
    return k;
}

static void find_weights(struct automatic *a, const struct automatic_values *v,
                         const struct automatic_fit *fit, const struct beginning *b,
                         const struct automatic_case *c, size_t k, struct arena *scratch)
{
    double S[SCALES][EACH] = {{0}};
    size_t h = v->horizon;
    double *f = ARENA_ARRAY(scratch, double, SCALES *EACH *h);
    forecast_members(a, fit, b, c, h, scratch, f); // which members there are
    for (size_t s = 0; s < a->scales; s++)
        for (size_t m = 0; m < EACH; m++)
            S[s][m] = isnan(f[(s * EACH + m) * h]) ? NAN : 0;
    for (size_t i = 1; i < k; i++) {
        forecast_members(a, fit + i * a->scales, &b[i], c + i * a->scales, h, scratch, f);
        for (size_t s = 0; s < a->scales; s++)
            for (size_t m = 0; m < EACH; m++)
                S[s][m] += error_of(v, b[i].n, f + (s * EACH + m) * h);
    }
    weigh(a, S);
}

static double *copied(const double *x, size_t n, struct arena *mem)
{
    double *copy = ARENA_ARRAY(mem, double, n);
    memcpy(copy, x, n * sizeof *copy);
    return copy;
}

/* Keeps the decompositions of all values. */
static void keep(struct automatic *a, const struct beginning *b,
                 const struct automatic_case *c, struct arena *mem)
{
    a->n = b->n;
    a->week = b->week ? copied(b->week, b->n, mem) : NULL;
    for (size_t s = 0; s < a->scales && a->season > 0; s++)
        a->of[s] = (struct automatic_case){
            .quick = copied(c[s].quick, b->n, mem),
            .smooth = copied(c[s].smooth, b->n, mem),
            .robust = c[s].robust ? copied(c[s].robust, b->n, mem) : NULL};
}

struct automatic *automatic_fit(const struct automatic_values *v, struct arena *mem)
{
    struct automatic *a = ARENA_NEW(mem, struct automatic);
    struct arena scratch = {0};
    struct beginning b[1 + ORIGINS];
    size_t origin[ORIGINS], k = 1 + origins_of(v, origin);
    a->season = v->season > 1 && v->n >= 2 * v->season + 4 ? v->season : 0;
    a->scales = a->season > 0 ? SCALES : 1;
    for (size_t i = 0; i < k; i++) {
        size_t n = i == 0 ? v->n : origin[i - 1];
        bool weeks = a->season == HOURS && n >= WEEKS;
        b[i] = begin(v->y, n, weeks ? weekly(v->y, n, &scratch) : NULL, &scratch);
        if (!positive(&b[i]))
            a->scales = 1;
    }
    struct automatic_case *c = cases_of(b, k, a->scales, &scratch);
    struct automatic_fit *fit =
        ARENA_ARRAY(&scratch, struct automatic_fit, k * a->scales);
    if (a->season > 0)
        automatic_prepare(c, k * a->scales, a->season, &scratch);
    automatic_fit_cases(c, k * a->scales, a->season, &scratch, fit);
    memcpy(a->fit, fit, a->scales * sizeof *fit);
    find_weights(a, v, fit, b, c, k, &scratch);
    keep(a, b, c, mem);
    arena_release(&scratch);
    return a;
}

/* The weighted mean of those that have a forecast: logarithms of values that came since and
 * are not above 0 have none. */
static double combined(const struct automatic *a, const double *f, size_t horizon,
                       size_t h)
{
    double sum = 0, weight = 0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < a->scales * EACH; i++) {
        double w = a->weight[i / EACH][i % EACH], x = f[i * horizon + h];
        if (!(w > 0) || isnan(x))
            continue;
        sum += w * x;
        weight += w;
        low = fmin(low, x);
        high = fmax(high, x);
    }
    return fmin(fmax(sum / weight, low), high); // no rounding where all say the same
}

/* What comes again goes on as it was: s[known] with its last period repeated, [n]. */
static double *repeated(double *s, size_t known, size_t n, size_t period,
                        struct arena *mem)
{
    if (n == known || !s)
        return s;
    double *longer = ARENA_ARRAY(mem, double, n);
    memcpy(longer, s, known * sizeof *s);
    for (size_t t = known; t < n; t++)
        longer[t] = longer[t - period];
    return longer;
}

/* The decomposition of n values, of which the first were learnt from. */
static void go_on(const struct automatic *a, size_t s, size_t n, struct automatic_case *c,
                  struct arena *mem)
{
    const struct automatic_case *was = &a->of[s];
    c->quick = repeated(was->quick, a->n, n, a->season, mem);
    c->smooth = repeated(was->smooth, a->n, n, a->season, mem);
    c->robust = repeated(was->robust, a->n, n, a->season, mem);
}

/* The standard deviations of the members' forecasts f as values, into sd: a logarithm's is a
 * share of the value. */
static void spread_members(const struct automatic *a, const struct automatic_case *c,
                           const double *f, size_t horizon, double *sd)
{
    for (size_t s = 0; s < a->scales; s++) {
        double *of = sd + s * EACH * horizon;
        automatic_spread_case(&a->fit[s], &c[s], a->season, horizon, of);
        for (size_t i = 0; i < EACH * horizon && s > 0; i++)
            of[i] *= fabs(f[s * EACH * horizon + i]);
    }
}

void automatic_forecast(const struct automatic *a, const struct automatic_values *v,
                        size_t horizon, struct arena *scratch, double *ret,
                        double *ret_spread)
{
    struct arena_mark mark = arena_mark(scratch);
    struct beginning b =
        begin(v->y, v->n, repeated(a->week, a->n, v->n, WEEK, scratch), scratch);
    struct automatic_case *c = cases_of(&b, 1, a->scales, scratch);
    double *f = ARENA_ARRAY(scratch, double, SCALES *EACH *horizon);
    for (size_t s = 0; s < a->scales && a->season > 0; s++)
        go_on(a, s, v->n, &c[s], scratch);
    forecast_members(a, a->fit, &b, c, horizon, scratch, f);
    for (size_t h = 0; h < horizon; h++)
        ret[h] = combined(a, f, horizon, h);
    if (ret_spread) {
        double *sd = ARENA_ARRAY(scratch, double, SCALES *EACH *horizon);
        spread_members(a, c, f, horizon, sd);
        for (size_t h = 0; h < horizon; h++)
            ret_spread[h] = automatic_spread(a->weight[0], f + h, sd + h,
                                             a->scales * EACH, horizon, ret[h]);
    }
    arena_rewind(scratch, mark);
}
