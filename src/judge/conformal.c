/* Bands by the header's formulas, in one walk over the rows.
 *
 * Discounted sums are kept a period, so that dividing all past errors by a profile that
 * changes with every row costs a season, not the past.  The last ratios stand in order:
 * a quantile is one look. */
#include "judge/conformal.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/transcend.h"
#include "judge/pvalue.h"

#define ROUNDING (16 * DBL_EPSILON) // of the value
enum { LAST = 120, LEAST_ROWS = 4, MOST_ROWS = 24 };
static const double far_discount = .995, near_discount = .8, prior_rows = 4;
static const double own_steps = 36; // that the forecaster's own spread counts as

/* The last ratios: as they came, and in order. */
struct last_ratios {
    size_t n, next;
    double came[LAST], ordered[LAST];
};

static void remove_ratio(struct last_ratios *r, double x)
{
    size_t i = 0;
    while (r->ordered[i] != x)
        i++;
    memmove(&r->ordered[i], &r->ordered[i + 1], (r->n - i - 1) * sizeof(double));
    r->n--;
}

static void add_ratio(struct last_ratios *r, double x)
{
    if (r->n == LAST)
        remove_ratio(r, r->came[r->next]);
    size_t i = r->n++;
    for (; i > 0 && r->ordered[i - 1] > x; i--)
        r->ordered[i] = r->ordered[i - 1];
    r->ordered[i] = x;
    r->came[r->next] = x;
    r->next = (r->next + 1) % LAST;
}

/* NaN where they are too few for the level. */
static double quantile(const struct last_ratios *r, double level)
{
    double rank = ceil(level * (double)(r->n + 1) - 1e-9); // .9 * 10 is 9, rounded or not
    return rank <= (double)r->n ? r->ordered[(size_t)rank - 1] : NAN;
}

/* What is known of one horizon. */
struct horizon_past {
    size_t n, next;                          // its rows; those before next are known
    size_t *row;                             // [n]
    size_t seen;                             // errors among them
    double *far_sum, *far_weight, *near_sum; // [season] a period
    double near_weight;
    struct last_ratios ratios;
    double sum; // of all known errors
    size_t errors;
};

struct walk_bands {
    const struct conformal_rule *rule;
    const struct conformal_rows *rows;
    size_t season, settled;    // errors that a sigma takes
    double *error, *sigma;     // [n] magnitude; NaN where there is none
    size_t n_horizons;         // of which some may have no rows
    struct horizon_past *past; // [n_horizons] from 1 step on
    size_t *by_step;           // [n] rows in the order of their steps
    double normal;             // quantile of the level
    size_t pooled_next;
    size_t steps_known;       // of which there are errors
    size_t *pooled, n_pooled; // [n] rows whose errors are known, in that order
};

static size_t ahead(const struct walk_bands *w, size_t row)
{
    return (size_t)((int64_t)w->rows->step[row] - w->rows->origin[row]);
}

static size_t period_of(const struct walk_bands *w, size_t row)
{
    int64_t m = (int64_t)w->season, k = w->rows->step[row] % m;
    return (size_t)(k < 0 ? k + m : k);
}

/* What is no more than rounding is no error: beside it any later one would be huge. */
static double magnitude(const struct conformal_rule *rule, double y, double f)
{
    double e =
        rule->log ? y > 0 && f > 0 ? transcend_log(y) - transcend_log(f) : NAN : y - f;
    if (fabs(y - f) <= ROUNDING * fabs(y))
        return 0;
    return isfinite(e) ? fabs(e) : NAN;
}

static void learn_error(struct walk_bands *w, struct horizon_past *h, size_t row)
{
    double e = w->error[row];
    size_t k = period_of(w, row);
    if (isnan(e))
        return;
    for (size_t i = 0; i < w->season; i++) {
        h->far_sum[i] *= far_discount;
        h->far_weight[i] *= far_discount;
        h->near_sum[i] *= near_discount;
    }
    h->near_weight = h->near_weight * near_discount + 1;
    h->far_sum[k] += e;
    h->far_weight[k] += 1;
    h->near_sum[k] += e;
    h->seen++;
    if (w->sigma[row] > 0)
        add_ratio(&h->ratios, e / w->sigma[row]);
}

/* The size that an error in period k should have.  Of profiles only ratios count, so that
 * their mean need not be 1 before the end. */
static double expected_size(const struct walk_bands *w, const struct horizon_past *h,
                            size_t k)
{
    double sum = 0, weight = 0, far = 0, near = 0, own = 0;
    for (size_t i = 0; i < w->season; i++) {
        sum += h->far_sum[i];
        weight += h->far_weight[i];
    }
    double prior = prior_rows * (sum / weight);
    for (size_t i = 0; i < w->season; i++) {
        double p = (h->far_sum[i] + prior) / (h->far_weight[i] + prior_rows);
        far += h->far_sum[i] / p;
        near += h->near_sum[i] / p;
        own = i == k ? p : own;
    }
    return own * sqrt(near / h->near_weight * (far / weight));
}

/* Takes in what was known at the row's origin. */
static void learn_until(struct walk_bands *w, struct horizon_past *h, int32_t origin)
{
    const int32_t *step = w->rows->step;
    for (; h->next < h->n && step[h->row[h->next]] <= origin; h->next++)
        learn_error(w, h, h->row[h->next]);
    for (; w->pooled_next < w->rows->n; w->pooled_next++) {
        size_t row = w->by_step[w->pooled_next];
        if (step[row] > origin)
            break;
        if (isnan(w->error[row]))
            continue;
        if (w->n_pooled == 0 || step[w->pooled[w->n_pooled - 1]] != step[row])
            w->steps_known++;
        struct horizon_past *of = &w->past[ahead(w, row) - 1];
        of->sum += w->error[row];
        of->errors++;
        w->pooled[w->n_pooled++] = row;
    }
}

/* How errors grow with the horizon: the slope of their logarithms, in [0,1]. */
static double growth(const struct walk_bands *w)
{
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    size_t horizons = 0;
    for (size_t i = 0; i < w->n_horizons; i++) {
        const struct horizon_past *h = &w->past[i];
        if (!(h->sum > 0))
            continue;
        double k = (double)h->errors, at = transcend_log((double)i + 1);
        double size = transcend_log(h->sum / k);
        n += k;
        x += k * at;
        y += k * size;
        xx += k * at * at;
        xy += k * at * size;
        horizons++;
    }
    if (horizons < 2)
        return .5;
    return fmin(fmax((xy - x * y / n) / (xx - x * x / n), 0), 1);
}

/* The last errors of all horizons: half of the band's width by them. */
static double pooled_reach(const struct walk_bands *w, size_t row)
{
    struct last_ratios last = {0};
    double g = growth(w);
    for (size_t i = w->n_pooled > LAST ? w->n_pooled - LAST : 0; i < w->n_pooled; i++) {
        double h = (double)ahead(w, w->pooled[i]);
        add_ratio(&last, w->error[w->pooled[i]] * transcend_exp(-g * transcend_log(h)));
    }
    return quantile(&last, w->rule->level) *
           transcend_exp(g * transcend_log((double)ahead(w, row)));
}

/* Half of the band's width by errors alone, on their scale; NaN where they are too few. */
static double errors_reach(struct walk_bands *w, size_t row)
{
    struct horizon_past *h = &w->past[ahead(w, row) - 1];
    learn_until(w, h, w->rows->origin[row]);
    w->sigma[row] = h->seen >= w->settled ? expected_size(w, h, period_of(w, row)) : NAN;
    double own = quantile(&h->ratios, w->rule->level) * w->sigma[row];
    if (!isnan(own))
        return own;
    return pooled_reach(w, row);
}

/* With what the forecaster knows of itself. */
static double reach_of(struct walk_bands *w, size_t row)
{
    double by_errors = errors_reach(w, row), steps = (double)w->steps_known;
    double s = w->rows->spread ? w->rows->spread[row] : NAN, own = w->normal * s;
    if (isnan(by_errors) || !isfinite(own))
        return isfinite(own) ? own : by_errors;
    return (steps * by_errors + own_steps * own) / (steps + own_steps);
}

static void make_room(struct walk_bands *w, struct arena *mem)
{
    size_t n = w->rows->n;
    for (size_t i = 0; i < n; i++)
        w->n_horizons = ahead(w, i) > w->n_horizons ? ahead(w, i) : w->n_horizons;
    w->past = ARENA_ARRAY(mem, struct horizon_past, w->n_horizons);
    for (size_t i = 0; i < n; i++)
        w->past[ahead(w, i) - 1].n++;
    for (size_t i = 0; i < w->n_horizons; i++) {
        struct horizon_past *h = &w->past[i];
        if (h->n == 0)
            continue;
        h->row = ARENA_ARRAY(mem, size_t, h->n);
        h->far_sum = ARENA_ARRAY(mem, double, w->season);
        h->far_weight = ARENA_ARRAY(mem, double, w->season);
        h->near_sum = ARENA_ARRAY(mem, double, w->season);
        h->n = 0;
    }
    w->error = ARENA_ARRAY(mem, double, n);
    w->sigma = ARENA_ARRAY(mem, double, n);
    w->by_step = ARENA_ARRAY(mem, size_t, n);
    w->pooled = ARENA_ARRAY(mem, size_t, n);
}

struct stepped {
    int32_t step;
    size_t row;
};

static int by_step(const void *a, const void *b)
{
    const struct stepped *x = a, *y = b;
    int order = (x->step > y->step) - (x->step < y->step);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static void enter_rows(struct walk_bands *w, struct arena *mem)
{
    const struct conformal_rows *r = w->rows;
    struct stepped *all = ARENA_ARRAY(mem, struct stepped, r->n);
    for (size_t i = 0; i < r->n; i++) {
        struct horizon_past *h = &w->past[ahead(w, i) - 1];
        h->row[h->n++] = i;
        w->error[i] = magnitude(w->rule, r->actual[i], r->forecast[i]);
        all[i] = (struct stepped){r->step[i], i};
    }
    qsort(all, r->n, sizeof *all, by_step);
    for (size_t i = 0; i < r->n; i++)
        w->by_step[i] = all[i].row;
}

void conformal_bands(const struct conformal_rule *rule, const struct conformal_rows *rows,
                     double *ret_lower, double *ret_upper)
{
    struct arena mem = {0};
    struct walk_bands w = {.rule = rule, .rows = rows};
    w.normal = pvalue_normal_reach(rule->level);
    w.season = rule->season > 1 ? rule->season : 1;
    w.settled = w.season > MOST_ROWS    ? MOST_ROWS
                : w.season < LEAST_ROWS ? LEAST_ROWS
                                        : w.season;
    make_room(&w, &mem);
    enter_rows(&w, &mem);
    for (size_t i = 0; i < rows->n; i++) {
        double f = rows->forecast[i], reach = reach_of(&w, i);
        double lower = rule->log ? f * transcend_exp(-reach) : f - reach;
        double upper = rule->log ? f * transcend_exp(reach) : f + reach;
        bool none = !isfinite(lower) || !isfinite(upper) || (rule->log && !(f > 0));
        ret_lower[i] = none ? NAN : lower;
        ret_upper[i] = none ? NAN : upper;
    }
    arena_release(&mem);
}
