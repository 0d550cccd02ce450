/* ETS(A,Ad,A) in lanes. */
#include "forecast/ets_seasonal.h"

#include <math.h>
#include <string.h>

#include "base/transcend.h"
#include "forecast/lanes.h"

enum { LINE = 10 }; // values that the first level and slope come from

/* What a search knows of its series beside the values. */
struct ets_begin {
    double level, slope, change;
};

enum { ALPHA, BETA, GAMMA, PHI, LEVEL, SLOPE };

static double between(double low, double high, double logit)
{
    return low + (high - low) * transcend_logistic(logit);
}

static struct ets_seasonal_fit fit_at(const struct ets_begin *b, const double *x)
{
    double alpha = between(1e-4, .9999, x[0]);
    return (struct ets_seasonal_fit){
        .alpha = alpha,
        .beta = alpha * between(1e-4, .9999, x[1]),
        .phi = between(.8, .98, x[2]),
        .gamma = (1 - alpha) * between(1e-4, .9999, x[3]),
        .level = b->level + b->change * x[4],
        .slope = b->slope + b->change * x[5],
    };
}

static void coefficients(const void *task, const double *x, double *ret)
{
    struct ets_seasonal_fit f = fit_at(task, x);
    ret[ALPHA] = f.alpha;
    ret[BETA] = f.beta;
    ret[GAMMA] = f.gamma;
    ret[PHI] = f.phi;
    ret[LEVEL] = f.level;
    ret[SLOPE] = f.slope;
}

/* past holds the season's value of every step. */
static void sums(struct lanes_block *b)
{
    const struct octet alpha = octet_load(b->coefficient[ALPHA]),
                       beta = octet_load(b->coefficient[BETA]),
                       gamma = octet_load(b->coefficient[GAMMA]),
                       phi = octet_load(b->coefficient[PHI]), from = octet_load(b->from),
                       until = octet_load(b->until);
    struct octet level = octet_load(b->coefficient[LEVEL]), sum = {0};
    struct octet slope = octet_load(b->coefficient[SLOPE]);
    memcpy(b->past, b->pattern, b->season * LANES * sizeof *b->past);
    for (size_t t = 0; t < b->n; t++) {
        struct octet y = octet_load(b->value + t * LANES),
                     same = octet_load(b->past + t * LANES);
        struct octet moved = octet_mul(phi, slope), ahead = octet_add(level, moved);
        struct octet e = octet_sub(octet_sub(y, same), ahead);
        e = octet_kept(e, from, until, (double)t);
        sum = octet_add(sum, octet_mul(e, e));
        level = octet_add(ahead, octet_mul(alpha, e));
        slope = octet_add(moved, octet_mul(beta, e));
        octet_store(b->past + (t + b->season) * LANES,
                    octet_add(same, octet_mul(gamma, e)));
    }
    octet_store(b->sum, sum);
}

static const struct lanes_family family = {
    .width = 1, .pattern = true, .coefficients = coefficients, .sums = sums};

/* The straight line by least squares through the first values without their season. */
static struct ets_begin begin_of(const double *y, size_t n, const double *pattern,
                                 size_t season)
{
    size_t k = n < LINE ? n : LINE;
    double middle = (double)(k - 1) / 2, mean = 0, xy = 0, xx = 0, change = 0;
    for (size_t t = 0; t < k; t++) {
        double a = y[t] - pattern[t % season], x = (double)t - middle;
        mean += a / (double)k;
        xy += x * a;
        xx += x * x;
    }
    for (size_t t = 1; t < n; t++)
        change +=
            fabs((y[t] - pattern[t % season]) - (y[t - 1] - pattern[(t - 1) % season])) /
            (double)(n - 1);
    double slope = xx > 0 ? xy / xx : 0;
    return (struct ets_begin){mean - slope * middle, slope, change};
}

static struct lanes_task task_of(const struct ets_begin *b, const double *y, size_t n,
                                 const double *pattern)
{
    struct lanes_task t = {.of = b, .n = n, .value = y, .pattern = pattern};
    static const double start[] = {.3, .2, .95, .1};
    t.plan = (struct simplex_plan){
        .n = 6, .step = {1, 1, -1, 1, .5, .2}, .first = 720, .again = 360};
    for (size_t i = 0; i < COUNT_OF(start); i++) {
        double low = i == 2 ? .8 : 1e-4, high = i == 2 ? .98 : .9999;
        double share = (start[i] - low) / (high - low);
        t.plan.start[i] = transcend_log(share / (1 - share));
    }
    return t;
}

void ets_seasonal_fit(const double *const *y, const size_t *n,
                      const double *const *pattern, size_t series, size_t season,
                      struct arena *scratch, struct ets_seasonal_fit *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    struct lanes_task *task = ARENA_ARRAY(scratch, struct lanes_task, series);
    struct ets_begin *begin = ARENA_ARRAY(scratch, struct ets_begin, series);
    for (size_t i = 0; i < series; i++) {
        begin[i] = begin_of(y[i], n[i], pattern[i], season);
        task[i] = task_of(&begin[i], y[i], n[i], pattern[i]);
    }
    lanes_minimise(&family, season, task, series, scratch);
    for (size_t i = 0; i < series; i++)
        ret[i] = fit_at(&begin[i], task[i].x);
    arena_rewind(scratch, mark);
}

void ets_seasonal_forecast(const struct ets_seasonal_fit *fit, const double *y, size_t n,
                           const double *pattern, size_t season, size_t horizon,
                           struct arena *scratch, double *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    double level = fit->level, slope = fit->slope;
    double *s = ARENA_ARRAY(scratch, double, n + season);
    memcpy(s, pattern, season * sizeof *s);
    for (size_t t = 0; t < n; t++) {
        double moved = fit->phi * slope, ahead = level + moved;
        double e = (y[t] - s[t]) - ahead;
        level = ahead + fit->alpha * e;
        slope = moved + fit->beta * e;
        s[t + season] = s[t] + fit->gamma * e;
    }
    for (size_t h = 0; h < horizon; h++) {
        slope *= fit->phi;
        level += slope;
        ret[h] = level + s[n + h % season];
    }
    arena_rewind(scratch, mark);
}
