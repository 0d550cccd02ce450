/* One loop for the forms without a season and one for that with it: what a form lacks is
 * multiplied by 0 or 1, which changes no bit. */
#include "forecast/smoothing.h"

#include <math.h>
#include <string.h>

#include "base/transcend.h"
#include "forecast/lanes.h"

enum { LINE = 10 }; // values that the first level and slope come from
#define SHARE_LOW 1e-4
#define SHARE_HIGH .9999
#define PHI_LOW .8
#define PHI_HIGH .98

/* Variables in the order of a search, and whether a form has them. */
enum variable { V_ALPHA, V_U, V_PHI, V_V, V_LEVEL, V_SLOPE, VARIABLES };
enum { SHARES = V_LEVEL }; // the first are logits of shares of their ranges
static const bool searched[][VARIABLES] = {
    [SMOOTHING_ANN] = {[V_ALPHA] = true, [V_LEVEL] = true},
    [SMOOTHING_AAN] = {true, true, false, false, true, true},
    [SMOOTHING_AADN] = {true, true, true, false, true, true},
    [SMOOTHING_AADA] = {true, true, true, true, true, true},
};

/* In the order of lanes_block.coefficient. */
enum { NEXT, DRIFT, GAIN, TURN, PHI, GAMMA };

/* What a search knows of its series beside the values. */
struct smoothing_begin {
    enum smoothing_form form;
    double level, slope, change;
};

static double logit(double low, double high, double value)
{
    double share = (value - low) / (high - low);
    return transcend_log(share / (1 - share));
}

/* all: the shares of the ranges, then level and slope as they are searched for. */
static struct smoothing_fit fit_of(const struct smoothing_begin *b,
                                   const double all[VARIABLES])
{
    const bool *has = searched[b->form];
    double alpha = SHARE_LOW + (SHARE_HIGH - SHARE_LOW) * all[V_ALPHA];
    double u = SHARE_LOW + (SHARE_HIGH - SHARE_LOW) * all[V_U];
    double v = SHARE_LOW + (SHARE_HIGH - SHARE_LOW) * all[V_V];
    return (struct smoothing_fit){
        .form = b->form,
        .alpha = alpha,
        .beta = has[V_U] ? alpha * u : 0,
        .phi = has[V_PHI] ? PHI_LOW + (PHI_HIGH - PHI_LOW) * all[V_PHI] : 1,
        .gamma = has[V_V] ? (1 - alpha) * v : 0,
        .level = b->level + b->change * all[V_LEVEL],
        .slope = b->slope + b->change * all[V_SLOPE],
    };
}

/* What a search found. */
static struct smoothing_fit fit_at(const struct smoothing_begin *b, const double *x)
{
    double all[VARIABLES] = {0};
    for (size_t v = 0, i = 0; v < VARIABLES; v++)
        if (searched[b->form][v])
            all[v] = x[i++];
    transcend_logistics(all, SHARES);
    return fit_of(b, all);
}

/* The loops keep p = l + phi b and d = phi b instead of l and b, as forecast/ets.c does:
 *     e = y - p;  p' = p + phi d + (alpha + phi beta) e;  d' = phi d + phi beta e */
static void coefficients(const void *const task[LANES], double x[SIMPLEX_MOST][LANES],
                         double ret[LANES_COEFFICIENTS][LANES])
{
    double all[VARIABLES][LANES] = {{0}};
    for (size_t lane = 0; lane < LANES; lane++) {
        const struct smoothing_begin *b = task[lane];
        for (size_t v = 0, i = 0; b && v < VARIABLES; v++)
            if (searched[b->form][v])
                all[v][lane] = x[i++][lane];
    }
    transcend_logistics(all[0], SHARES * LANES);
    for (size_t lane = 0; lane < LANES; lane++) {
        double own[VARIABLES];
        if (!task[lane])
            continue;
        for (size_t v = 0; v < VARIABLES; v++)
            own[v] = all[v][lane];
        struct smoothing_fit f = fit_of(task[lane], own);
        ret[DRIFT][lane] = f.phi * f.slope;
        ret[NEXT][lane] = f.level + ret[DRIFT][lane];
        ret[TURN][lane] = f.phi * f.beta;
        ret[GAIN][lane] = f.alpha + ret[TURN][lane];
        ret[PHI][lane] = f.phi;
        ret[GAMMA][lane] = f.gamma;
    }
}

#define VECTOR_KERNELS "forecast/smoothing_sums.inc.h"
#include "base/vector_widths.inc.h"

static void plain_sums(struct lanes_block *b)
{
    LANES_SUMS(plain_sums, b);
}

static void seasonal_sums(struct lanes_block *b)
{
    memcpy(b->past, b->pattern, b->season * LANES * sizeof *b->past);
    LANES_SUMS(seasonal_sums, b);
}

static const struct lanes_family plain = {
    .width = 1, .coefficients = coefficients, .sums = plain_sums};
static const struct lanes_family seasonal = {
    .width = 1, .pattern = true, .coefficients = coefficients, .sums = seasonal_sums};

/* A value without its season. */
static double adjusted(const struct smoothing_input *in, size_t season, size_t t)
{
    return in->pattern ? in->y[t] - in->pattern[t % season] : in->y[t];
}

static struct smoothing_begin begin_of(const struct smoothing_input *in, size_t season)
{
    struct smoothing_begin b = {.form = in->form};
    size_t k = in->n < LINE ? in->n : LINE;
    double middle = ((double)k - 1) / 2, mean = 0, xy = 0, xx = 0;
    for (size_t t = 0; t < k; t++)
        mean += adjusted(in, season, t);
    mean /= (double)k;
    for (size_t t = 0; t < k; t++) {
        double x = (double)t - middle;
        xy += x * (adjusted(in, season, t) - mean);
        xx += x * x;
    }
    for (size_t t = 1; t < in->n; t++)
        b.change += fabs(adjusted(in, season, t) - adjusted(in, season, t - 1));
    b.slope = in->form == SMOOTHING_ANN ? 0 : xy / xx;
    b.level = in->form == SMOOTHING_ANN ? mean : mean - b.slope * (middle + 1);
    b.change /= (double)in->n - 1;
    return b;
}

static struct lanes_task task_of(const struct smoothing_begin *b,
                                 const struct smoothing_input *in)
{
    const double start[VARIABLES] = {
        [V_ALPHA] = logit(SHARE_LOW, SHARE_HIGH, .3),
        [V_U] = logit(SHARE_LOW, SHARE_HIGH, .2),
        [V_PHI] = logit(PHI_LOW, PHI_HIGH, .95),
        [V_V] = logit(SHARE_LOW, SHARE_HIGH, .1),
    };
    static const double step[VARIABLES] = {1, 1, -1, 1, .5, .2};
    struct lanes_task t = {.of = b, .n = in->n, .value = in->y, .pattern = in->pattern};
    for (size_t v = 0; v < VARIABLES; v++)
        if (searched[b->form][v]) {
            t.plan.start[t.plan.n] = start[v];
            t.plan.step[t.plan.n++] = step[v];
        }
    t.plan.first = 120 * t.plan.n;
    t.plan.again = 60 * t.plan.n;
    return t;
}

static double aicc_of(const struct lanes_task *t)
{
    double n = (double)t->n, k = (double)t->plan.n + 1;
    if (n <= k + 1)
        return INFINITY;
    return n * (t->log_sum - transcend_log(n)) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

/* At least one degree of freedom is left, so that there is one of any series. */
static double variance_of(const struct lanes_task *t)
{
    double k = (double)t->plan.n + 1;
    return transcend_exp(t->log_sum) / fmax((double)t->n - k - 2, 1);
}

void smoothing_fit(const struct smoothing_input *input, size_t n, size_t season,
                   struct arena *scratch, struct smoothing_fit *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    struct lanes_task *task = ARENA_ARRAY(scratch, struct lanes_task, n);
    struct smoothing_begin *begin = ARENA_ARRAY(scratch, struct smoothing_begin, n);
    bool with_season = false;
    for (size_t i = 0; i < n; i++) {
        with_season |= input[i].form == SMOOTHING_AADA;
        begin[i] = begin_of(&input[i], season);
        task[i] = task_of(&begin[i], &input[i]);
    }
    lanes_minimise(with_season ? &seasonal : &plain, with_season ? season : 0, task, n,
                   scratch);
    for (size_t i = 0; i < n; i++) {
        ret[i] = fit_at(&begin[i], task[i].x);
        ret[i].aicc = aicc_of(&task[i]);
        ret[i].variance = variance_of(&task[i]);
    }
    arena_rewind(scratch, mark);
}

const struct smoothing_fit *smoothing_best(const struct smoothing_fit *fit, size_t n)
{
    const struct smoothing_fit *best = fit;
    for (size_t i = 1; i < n; i++)
        if (fit[i].aicc < best->aicc)
            best = &fit[i];
    return best;
}

void smoothing_forecast(const struct smoothing_fit *fit,
                        const struct smoothing_input *input, size_t season,
                        size_t horizon, struct arena *scratch, double *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t n = input->n, m = input->pattern ? season : 1;
    double level = fit->level, slope = fit->slope;
    double *s = ARENA_ARRAY(scratch, double, n + m);
    if (input->pattern)
        memcpy(s, input->pattern, m * sizeof *s);
    for (size_t t = 0; t < n; t++) {
        double moved = fit->phi * slope, ahead = level + moved;
        double e = (input->y[t] - s[t]) - ahead;
        level = ahead + fit->alpha * e;
        slope = moved + fit->beta * e;
        s[t + m] = s[t] + fit->gamma * e;
    }
    for (size_t h = 0; h < horizon; h++) {
        slope *= fit->phi;
        level += slope;
        ret[h] = level + s[n + h % m];
    }
    arena_rewind(scratch, mark);
}

void smoothing_spread(const struct smoothing_fit *fit, size_t season, size_t horizon,
                      double *ret)
{
    double slope = fit->beta, trend = 0, sum = 1;
    for (size_t h = 0; h < horizon; h++) {
        ret[h] = sqrt(fit->variance * sum);
        slope *= fit->phi;
        trend += slope;
        double c = fit->alpha + trend;
        if (season > 1 && (h + 1) % season == 0)
            c += fit->gamma;
        sum += c * c;
    }
}
