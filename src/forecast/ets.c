/* The loop over the values waits, in each step, for the one before; so four points of the
 * search go through it side by side (nelder_mead.h).
 *
 * It keeps p = l + phi b and d = phi b instead of l and b:  e = y - p,  d' = phi d + phi
 * beta e,  p' = p + phi d + (alpha + phi beta) e, one addition and one product less on the
 * way from p to p'. */
#include "forecast/ets.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/transcend.h"
#include "base/vector.h"
#include "forecast/nelder_mead.h"

enum { ETS_START = 10, ETS_VARIABLES = 5 };

/* An interval that a logistic maps the real line to. */
struct ets_range {
    double low, high;
};

static const struct ets_range weight = {1e-4, 0.9999}, damping = {0.8, 0.98};

static double mapped(struct ets_range r, double x)
{
    return r.low + (r.high - r.low) * transcend_logistic(x);
}

static double unmapped(struct ets_range r, double value)
{
    double share = (value - r.low) / (r.high - r.low);
    return transcend_log(share / (1 - share));
}

/* What is searched for. */
struct ets_search {
    enum ets_form form;
    const double *y; // [n]
    size_t n;
    double level, slope; // before the first value, by the straight line
    double change;       // the mean size of one
};

/* The filter at a point of the search: its weights, and the state before the first value.
 * gain = alpha + phi beta, turn = phi beta. */
struct ets_filter {
    double alpha, beta, phi, gain, turn, next, drift;
};

/* The variables in their order: alpha, u, phi, level, slope, as far as the form has them. */
static struct ets_filter filter_at(const struct ets_search *s, const double *x)
{
    struct ets_filter f = {.alpha = mapped(weight, *x++)};
    if (s->form != ETS_ANN) {
        f.beta = f.alpha * mapped(weight, *x++);
        f.phi = s->form == ETS_AADN ? mapped(damping, *x++) : 1;
    }
    f.next = s->level + s->change * *x++;
    if (s->form != ETS_ANN)
        f.drift = f.phi * (s->slope + s->change * *x);
    f.next += f.drift;
    f.turn = f.phi * f.beta;
    f.gain = f.alpha + f.turn;
    return f;
}

/* A constant's sum of squares is 0; its logarithm must leave the search able to compare. */
static double log_of_squares(double sum)
{
    return transcend_log(fmax(sum, DBL_MIN));
}

/* ln SSE at four points. */
static void values(const double *const x[NELDER_MEAD_ABREAST], void *context,
                   double ret[NELDER_MEAD_ABREAST])
{
    const struct ets_search *s = context;
    struct ets_filter f[NELDER_MEAD_ABREAST];
    for (size_t i = 0; i < NELDER_MEAD_ABREAST; i++)
        f[i] = filter_at(s, x[i]);
    vector_pair next = {f[0].next, f[1].next}, next2 = {f[2].next, f[3].next};
    vector_pair drift = {f[0].drift, f[1].drift}, drift2 = {f[2].drift, f[3].drift};
    vector_pair phi = {f[0].phi, f[1].phi}, phi2 = {f[2].phi, f[3].phi};
    vector_pair turn = {f[0].turn, f[1].turn}, turn2 = {f[2].turn, f[3].turn};
    vector_pair gain = {f[0].gain, f[1].gain}, gain2 = {f[2].gain, f[3].gain};
    vector_pair sum = {0, 0}, sum2 = {0, 0};
    for (size_t t = 0; t < s->n; t++) {
        vector_pair y = {s->y[t], s->y[t]}, e = y - next, e2 = y - next2;
        drift *= phi;
        drift2 *= phi2;
        next = (next + drift) + gain * e;
        next2 = (next2 + drift2) + gain2 * e2;
        drift += turn * e;
        drift2 += turn2 * e2;
        sum += e * e;
        sum2 += e2 * e2;
    }
    for (size_t i = 0; i < NELDER_MEAD_ABREAST; i++)
        ret[i] = log_of_squares(i < 2 ? sum[i] : sum2[i - 2]);
}

void ets_follow(struct ets *e, double y)
{
    double error = y - e->next, turn = e->phi * e->beta;
    e->drift *= e->phi;
    e->next = (e->next + e->drift) + (e->alpha + turn) * error;
    e->drift += turn * error;
}

/* The straight line through the first values: where it stands before the first, and its
 * slope; without a slope their mean. */
static void begin(struct ets_search *s)
{
    size_t n = s->n < ETS_START ? s->n : ETS_START;
    double mean = 0, centre = ((double)n - 1) / 2, slope = 0, square = 0, change = 0;
    for (size_t t = 0; t < n; t++)
        mean += s->y[t];
    mean /= (double)n;
    for (size_t t = 0; t < n; t++) {
        slope += ((double)t - centre) * (s->y[t] - mean);
        square += ((double)t - centre) * ((double)t - centre);
    }
    for (size_t t = 1; t < s->n; t++)
        change += fabs(s->y[t] - s->y[t - 1]);
    s->slope = slope / square;
    s->level = s->form == ETS_ANN ? mean : mean - s->slope * (centre + 1);
    s->change = change / ((double)s->n - 1);
}

/* The start of the search and its steps; the number of variables. */
static size_t start(enum ets_form form, double *x, double *step)
{
    size_t k = 0;
    x[k] = unmapped(weight, 0.3);
    step[k++] = 1;
    if (form != ETS_ANN) {
        x[k] = unmapped(weight, 0.2);
        step[k++] = 1;
    }
    if (form == ETS_AADN) {
        x[k] = unmapped(damping, 0.95);
        step[k++] = -1;
    }
    x[k] = 0;
    step[k++] = 0.5;
    if (form != ETS_ANN) {
        x[k] = 0;
        step[k++] = 0.2;
    }
    return k;
}

static double aicc(double log_sum, double n, double k)
{
    if (n - k - 1 <= 0)
        return INFINITY;
    return n * (log_sum - transcend_log(n)) + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

void ets_fit(enum ets_form form, const double *y, size_t n, struct ets *ret)
{
    double x[ETS_VARIABLES], step[ETS_VARIABLES];
    struct ets_search s = {.form = form, .y = y, .n = n};
    begin(&s);
    size_t k = start(form, x, step);
    struct nelder_mead plan = {values, &s, k, step, 1e-8, 120 * k, 60 * k};
    double log_sum = nelder_mead(&plan, x);
    struct ets_filter f = filter_at(&s, x);
    *ret = (struct ets){.form = form,
                        .alpha = f.alpha,
                        .beta = f.beta,
                        .phi = f.phi,
                        .next = f.next,
                        .drift = f.drift,
                        .aicc = aicc(log_sum, (double)n, (double)k + 1)};
    for (size_t t = 0; t < n; t++)
        ets_follow(ret, y[t]);
}

void ets_choose(const double *y, size_t n, struct ets *ret)
{
    ets_fit(ETS_ANN, y, n, ret);
    for (enum ets_form form = ETS_AAN; form < ETS_FORMS; form++) {
        struct ets e;
        ets_fit(form, y, n, &e);
        if (e.aicc < ret->aicc)
            *ret = e;
    }
}

void ets_forecast(const struct ets *e, size_t horizon, double *ret)
{
    double next = e->next, drift = e->drift;
    for (size_t h = 0; h < horizon; h++) {
        ret[h] = next;
        drift *= e->phi;
        next += drift;
    }
}

void ets_store(const struct ets *e, double ret[ETS_REALS])
{
    const double reals[ETS_REALS] = {(double)e->form, e->alpha, e->beta,
                                     e->phi,          e->next,  e->drift};
    memcpy(ret, reals, sizeof reals);
}

bool ets_restore(const double reals[ETS_REALS], struct ets *ret)
{
    bool valid = reals[0] >= 0 && reals[0] < ETS_FORMS && reals[0] == floor(reals[0]);
    for (size_t i = 1; i < 4; i++)
        valid = valid && reals[i] >= 0 && reals[i] <= 1;
    if (valid)
        *ret = (struct ets){.form = (enum ets_form)reals[0],
                            .alpha = reals[1],
                            .beta = reals[2],
                            .phi = reals[3],
                            .next = reals[4],
                            .drift = reals[5]};
    return valid;
}
