/* Median and scaled MAD of each group as its band, about a trend where one is asked for.
 *
 * |value - median| / (1.4826 MAD) above the threshold is an anomaly: the modified z-score of
 * Iglewicz and Hoaglin 1993 ("How to Detect and Handle Outliers"), whose threshold is 3.5.
 * Up to half of a group's values may be wrong without moving its band far.  Where the MAD is
 * 0, as where most values are the same, 1.2533 times the mean absolute deviation stands for
 * it.  With log, values are compared by their ratios.
 *
 * The trend is the median of the slopes between rows half the group apart in time, Theil's
 * incomplete method (Theil 1950, "A rank-invariant method of linear and polynomial regression
 * analysis", Proc. Kon. Ned. Akad. Wet. 53): n / 2 slopes instead of n (n - 1) / 2. */
#include <math.h>
#include <stdlib.h>

#include "bands/selection.h"
#include "base/transcend.h"
#include "steps/band_state.h"

struct mad_params {
    double threshold;
    size_t min_count;
    bool log, trend;
};

static const struct mad_params defaults = {.threshold = 3.5, .min_count = 10};

/* clang-format off */
static const struct option_row rows[] = {
    OPTION(struct mad_params, threshold, 0, 1e6, "REAL",
           "scaled MADs from the median to each bound"),
    OPTION(struct mad_params, min_count, 1, 1e9, "N",
           "rows of a group from which it has a band; rows of others are marked few_prices"),
    OPTION(struct mad_params, log, 0, 0, NULL,
           "compare values by their ratios; all must be above 0"),
    OPTION(struct mad_params, trend, 0, 0, NULL,
           "the median moves along the first feature, as a day, by a robust slope"),
};
/* clang-format on */

static enum status width(const void *params, const struct shape *in, struct shape *ret,
                         struct error *err)
{
    const struct mad_params *p = params;
    size_t columns = in->p;
    *ret = (struct shape){.p = BAND_COLUMNS};
    if (!p->trend || columns > 0)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "a trend needs a feature to move along, found none");
    error_field(err, "median_mad.trend");
    error_hint(err, "`features: [{as_is: DAY}]` hands on a column of days");
    return STATUS_INPUT;
}

struct mad_point {
    double t, y; // time, or 0; the value, or its logarithm
};

static int by_time(const void *a, const void *b)
{
    const struct mad_point *u = a, *v = b;
    if (u->t != v->t)
        return u->t < v->t ? -1 : 1;
    return (u->y > v->y) - (u->y < v->y);
}

/* The median of the slopes between points half of them apart; 0 where there are none. */
static double slope_of(struct mad_point *p, size_t n, double *room)
{
    size_t half = (n + 1) / 2, found = 0;
    qsort(p, n, sizeof *p, by_time);
    for (size_t i = 0; i + half < n; i++)
        if (p[i + half].t > p[i].t)
            room[found++] = (p[i + half].y - p[i].y) / (p[i + half].t - p[i].t);
    return found > 0 ? selection_quantile(room, found, 0.5) : 0;
}

/* 1.4826 times the median of |y - center|, or what stands for it; room holds the y. */
static double scale_of(double *room, size_t n, double center)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        room[i] = fabs(room[i] - center);
        sum += room[i];
    }
    double mad = selection_quantile(room, n, 0.5);
    return mad > 0 ? 1.482602218505602 * mad : 1.2533141373155 * sum / (double)n;
}

/* The band of group g, of n points. */
static void find_band(const struct mad_params *p, struct mad_point *point, size_t n,
                      double *room, struct band_state *s, size_t g)
{
    double slope = p->trend ? slope_of(point, n, room) : 0;
    double last = p->trend ? point[n - 1].t : 0;
    for (size_t i = 0; i < n; i++)
        room[i] = point[i].y - slope * (point[i].t - last);
    double center = selection_quantile(room, n, 0.5);
    double by = p->threshold * scale_of(room, n, center);
    s->lower[g] = p->log ? transcend_exp(center - by) : center - by;
    s->upper[g] = p->log ? transcend_exp(center + by) : center + by;
    if (!p->trend)
        return;
    s->slope[g] = slope;
    s->last[g] = last;
}

/* A place in time is asked of each row to learn from; who is predicted may have none. */
static enum status check(const struct mad_params *p, const struct matrix *x,
                         const struct target *y, struct error *err)
{
    const double *v = y->y.col[0];
    for (size_t i = 0; p->trend && i < x->n; i++) {
        if (!isnan(x->col[0][i]))
            continue;
        error_set(err, STATUS_INPUT, "row %zu has no place along the trend", i + 1);
        error_field(err, "median_mad.trend");
        return STATUS_INPUT;
    }
    for (size_t i = 0; p->log && i < y->y.n; i++) {
        if (v[i] > 0)
            continue;
        error_set(err, STATUS_INPUT, "%g has no logarithm, in row %zu", v[i], i + 1);
        error_field(err, "median_mad.log");
        error_hint(err, "leave `log` out, or the values by `clean.ranges`");
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

static enum status fit(const void *params, const struct matrix *x, const struct target *y,
                       const struct fit_context *context, void **ret_state,
                       struct error *err)
{
    const struct mad_params *p = params;
    struct arena scratch = {0};
    struct band_learnt of;
    size_t *start;
    TRY(check(p, x, y, err));
    struct band_state *s = band_state_new(x, y, p->min_count, context->mem, &of);
    if (p->trend)
        band_state_move(s, p->log, context->mem);
    const size_t *row = grouped_order(&of.rows, of.count, &scratch, &start);
    struct mad_point *point = ARENA_ARRAY(&scratch, struct mad_point, x->n);
    double *room = ARENA_ARRAY(&scratch, double, x->n);
    for (size_t k = 0; k < x->n; k++) {
        double v = y->y.col[0][row[k]], t = p->trend ? x->col[0][row[k]] : 0;
        point[k] = (struct mad_point){t, p->log ? transcend_log(v) : v};
    }
    for (size_t g = 0; g < s->n; g++)
        find_band(p, point + start[g], of.count[g], room, s, g);
    arena_release(&scratch);
    *ret_state = s;
    return STATUS_OK;
}

const struct step est_median_mad = {
    .name = "median_mad",
    .summary =
        "a band for each group of so many scaled MADs about its median, or a trend",
    .rows = rows,
    .n_rows = COUNT_OF(rows),
    .params_size = sizeof(struct mad_params),
    .defaults = &defaults,
    .takes = STEP_GROUP | STEP_MISSING,
    .tasks = ON_ANOMALY,
    .answer = ANSWER_BANDS,
    .width = width,
    .fit = fit,
    .predict = band_state_predict,
    .tell = band_state_tell,
    .save = band_state_save,
    .load = band_state_load,
};
