/* Filters for local regression, and their use on whole series.
 *
 * Sums over a window run in the order of time in one chain, whatever the vector width, so
 * the bits do not depend on the machine.  Neighbouring points of an interior, and the same
 * place of neighbouring strands, share a filter and stand side by side: they are computed
 * many at a time in registers.  So are the ends of a single strand, whose points share a
 * window: there the filters stand side by side, and the values take the part of weights. */
#include "forecast/loess.h"

#include <math.h>
#include <string.h>

#include "base/vector.h"

enum { TABLES = 4 }; // of a strand: filters, and the moments of three powers

/* Fewer points than a vector of two. */
static void filter_one(const double *w, size_t width, const double *x, size_t stride,
                       size_t n, double *ret)
{
    double sum = 0;
    for (size_t j = 0; n > 0 && j < width; j++)
        sum += w[j] * x[j * stride];
    if (n > 0)
        ret[0] = sum;
}

#define NARROWER filter_one
#define VECTOR_KERNELS "forecast/loess_filter.inc.h"
#include "base/vector_widths.inc.h"

/* The weight of a point at a distance from the one that is fitted. */
static double tricube(double d, double h)
{
    if (d > 0.999 * h)
        return 0;
    if (d <= 0.001 * h)
        return 1;
    double r = d / h, v = 1 - r * r * r;
    return v * v * v;
}

/* The kernel for a point at place `at` of the window, -1 to width. */
static void kernel(const struct loess_strand *s, size_t window, double at, double *ret)
{
    double last = (double)s->width - 1, h = fmax(at, last - at);
    if (window > s->n)
        h += (double)((window - s->n) / 2);
    for (size_t j = 0; j < s->width; j++)
        ret[j] = tricube(fabs((double)j - at), h);
}

/* Points whose spread is so small lie too close together to say anything of a slope. */
static double least_spread(size_t n)
{
    return 0.001 * ((double)n - 1);
}

/* Turns a kernel into the filter of the regression's value. */
static void regression(struct loess_strand *s, unsigned degree, double at, double *w)
{
    double sum = 0, mean = 0, square = 0;
    for (size_t j = 0; j < s->width; j++)
        sum += w[j];
    for (size_t j = 0; j < s->width; j++)
        w[j] /= sum;
    if (degree == 0)
        return;
    for (size_t j = 0; j < s->width; j++)
        mean += w[j] * (double)j;
    for (size_t j = 0; j < s->width; j++)
        square += w[j] * ((double)j - mean) * ((double)j - mean);
    s->spread = fmin(s->spread, sqrt(square));
    if (sqrt(square) <= least_spread(s->n))
        return;
    double slope = (at - mean) / square;
    for (size_t j = 0; j < s->width; j++)
        w[j] *= slope * ((double)j - mean) + 1;
}

static size_t cells_of(const struct loess_strand *s)
{
    return (s->width + 2) * s->width;
}

/* The kernel's moments of one place. */
static void take_moments(struct loess_strand *s, double at, const double *kernel,
                         double *moment)
{
    size_t cells = cells_of(s);
    for (size_t j = 0; j < s->width; j++) {
        double d = (double)j - at;
        moment[j] = kernel[j];
        moment[cells + j] = kernel[j] * d;
        moment[2 * cells + j] = kernel[j] * d * d;
    }
}

/* The tables column by column. */
static void transpose(struct loess_strand *s, struct arena *mem)
{
    size_t cells = cells_of(s), places = s->width + 2;
    size_t tables = s->moment ? TABLES : 1;
    s->column = ARENA_ARRAY(mem, double, tables *cells);
    for (size_t k = 0; k < tables; k++)
        for (size_t r = 0; r < places; r++)
            for (size_t j = 0; j < s->width; j++)
                s->column[k * cells + j * places + r] =
                    s->row[k * cells + r * s->width + j];
}

static void make_strand(struct loess_strand *s, const struct loess_plan *plan, size_t n,
                        struct arena *mem)
{
    *s = (struct loess_strand){
        .n = n, .width = plan->window < n ? plan->window : n, .spread = INFINITY};
    size_t cells = cells_of(s);
    s->row = ARENA_ARRAY(mem, double, (plan->weights ? TABLES : 1) * cells);
    s->moment = plan->weights ? s->row + cells : NULL;
    for (size_t r = 0; r < s->width + 2; r++) {
        double at = (double)r - 1, *row = s->row + r * s->width;
        kernel(s, plan->window, at, row);
        if (plan->weights)
            take_moments(s, at, row, s->moment + r * s->width);
        regression(s, plan->degree, at, row);
    }
    if (plan->strands == 1)
        transpose(s, mem);
}

static void make_weights(struct loess *l, struct arena *mem)
{
    size_t moments = l->plan.degree == 0 ? 1 : 3;
    l->weight = ARENA_ARRAY(mem, double, l->plan.n);
    l->weighted = ARENA_ARRAY(mem, double, l->plan.n);
    for (size_t k = 0; k < moments; k++)
        l->sum[k] = ARENA_ARRAY(mem, double, l->n_out);
    for (size_t k = 0; k < 1 + l->plan.degree; k++)
        l->product[k] = ARENA_ARRAY(mem, double, l->n_out);
}

/* Whether the filters for strands of one length are those for n points, too. */
static bool serves(const struct loess_strand *s, const struct loess_plan *plan, size_t n)
{
    if (s->n == n)
        return true;
    return s->n >= plan->window && n >= plan->window && s->spread > least_spread(n) &&
           s->spread > least_spread(s->n);
}

/* The filters for strands of n points, from those that there were if they serve. */
static void find_strand(struct loess *l, const struct loess_strand had[2], size_t n,
                        struct arena *mem, struct loess_strand *ret)
{
    for (size_t i = 0; i < 2; i++)
        if (had[i].row && serves(&had[i], &l->plan, n)) {
            *ret = had[i];
            ret->n = n;
            return;
        }
    make_strand(ret, &l->plan, n, mem);
}

void loess_resize(struct loess *l, size_t n, struct arena *mem)
{
    const struct loess_strand had[2] = {l->strand[0], l->strand[1]};
    size_t strands = l->plan.strands, most = (n + strands - 1) / strands;
    l->plan.n = n;
    l->n_out = n + (l->plan.ends ? 2 * strands : 0);
    l->longer = n - (most - 1) * strands;
    find_strand(l, had, most, mem, &l->strand[0]);
    if (l->longer < strands)
        find_strand(l, had, most - 1, mem, &l->strand[1]);
}

void loess_init(struct loess *l, const struct loess_plan *plan, struct arena *mem)
{
    *l = (struct loess){.plan = *plan, .filter = VECTOR_PICK(filter)};
    loess_resize(l, plan->n, mem);
    if (plan->weights)
        make_weights(l, mem);
}

/* Where the window of point i begins; the points -1 and n lie beside theirs. */
static size_t window_begin(const struct loess_strand *s, ptrdiff_t i)
{
    ptrdiff_t begin = i - (ptrdiff_t)((s->width - 1) / 2);
    ptrdiff_t most = (ptrdiff_t)(s->n - s->width);
    return begin < 0 ? 0 : (size_t)(begin < most ? begin : most);
}

/* A walk over all points: which of the tables, from what, to where. */
struct loess_walk {
    const struct loess *l;
    size_t table; // 0: the regression's own filters; then the moments
    const double *x;
    double *out; // where the first point of strand 0 goes
};

/* Points [i, i + n) of the only strand, which share a window. */
static void walk_end(const struct loess_walk *w, const struct loess_strand *s,
                     ptrdiff_t i, size_t n)
{
    size_t begin = window_begin(s, i), place = (size_t)(i - (ptrdiff_t)begin + 1);
    w->l->filter(w->x + begin, s->width, s->column + w->table * cells_of(s) + place,
                 s->width + 2, n, w->out + i);
}

/* Points [i, i + run) of strands [from, to), all with the filter of point i. */
static void walk_run(const struct loess_walk *w, const struct loess_strand *s,
                     ptrdiff_t i, size_t run, size_t from, size_t to)
{
    ptrdiff_t strands = (ptrdiff_t)w->l->plan.strands;
    size_t begin = window_begin(s, i), place = (size_t)(i - (ptrdiff_t)begin + 1);
    size_t n = (run - 1) * (size_t)strands + (to - from);
    w->l->filter(s->row + w->table * cells_of(s) + place * s->width, s->width,
                 w->x + begin * (size_t)strands + from, (size_t)strands, n,
                 w->out + i * strands + (ptrdiff_t)from);
}

/* Points [first, last] of strands [from, to): the interior in one run where the strands
 * are all there are, so that its points follow each other. */
static void walk_strands(const struct loess_walk *w, const struct loess_strand *s,
                         ptrdiff_t first, ptrdiff_t last, size_t from, size_t to)
{
    bool all = to - from == w->l->plan.strands;
    ptrdiff_t inner = (ptrdiff_t)((s->width - 1) / 2);
    ptrdiff_t outer = inner + (ptrdiff_t)(s->n - s->width);
    if (w->l->plan.strands == 1) {
        walk_end(w, s, first, (size_t)(inner - first));
        walk_run(w, s, inner, (size_t)(outer - inner) + 1, 0, 1);
        walk_end(w, s, outer + 1, (size_t)(last - outer));
        return;
    }
    for (ptrdiff_t i = first; i <= last;) {
        ptrdiff_t end = outer < last ? outer : last;
        size_t run = all && i >= inner && i <= end ? (size_t)(end - i) + 1 : 1;
        walk_run(w, s, i, run, from, to);
        i += (ptrdiff_t)run;
    }
}

static void walk(const struct loess_walk *w)
{
    const struct loess *l = w->l;
    const struct loess_strand *more = &l->strand[0], *less = &l->strand[1];
    size_t strands = l->plan.strands, longer = l->longer;
    ptrdiff_t first = l->plan.ends ? -1 : 0, last = (ptrdiff_t)more->n - !l->plan.ends;
    if (longer == strands) {
        walk_strands(w, more, first, last, 0, strands);
        return;
    }
    /* Up to here the filters of both lengths are the same, or nearly: the slope's
     * threshold knows the length, so a regression of degree 1 may differ. */
    ptrdiff_t both = first;
    if (l->plan.degree == 0 && less->width == more->width) {
        both = (ptrdiff_t)(less->n - less->width + (less->width - 1) / 2) + 1;
        walk_strands(w, less, first, both - 1, 0, strands);
    }
    walk_strands(w, more, both, last, 0, longer);
    walk_strands(w, less, both, last - 1, longer, strands);
}

static double *first_point(const struct loess *l, double *out)
{
    return out + (l->plan.ends ? l->plan.strands : 0);
}

void loess_smooth(const struct loess *l, const double *y, double *ret)
{
    walk(&(struct loess_walk){l, 0, y, first_point(l, ret)});
}

void loess_weigh(struct loess *l, const double *weight)
{
    size_t moments = l->plan.degree == 0 ? 1 : 3;
    memcpy(l->weight, weight, l->plan.n * sizeof *weight);
    for (size_t k = 0; k < moments; k++)
        walk(&(struct loess_walk){l, 1 + k, weight, first_point(l, l->sum[k])});
}

/* The window of the point that comes out at t: its strand, where it begins among all
 * points, and its kernel. */
struct loess_window {
    const struct loess_strand *strand;
    size_t begin;
    const double *kernel; // [width]
    double at;            // of the point, from the first of the window
};

static struct loess_window window_of(const struct loess *l, size_t t)
{
    size_t strands = l->plan.strands, p = t % strands;
    const struct loess_strand *s = &l->strand[p >= l->longer];
    ptrdiff_t i = (ptrdiff_t)(t / strands) - l->plan.ends;
    ptrdiff_t begin = (ptrdiff_t)window_begin(s, i);
    return (struct loess_window){s, (size_t)begin * strands + p,
                                 s->moment + (size_t)(i - begin + 1) * s->width,
                                 (double)(i - begin)};
}

/* The regression's value by its definition, for windows in which nearly all weight lies on
 * one point: moments would cancel. */
static double direct_value(const struct loess *l, const double *y, size_t t)
{
    struct loess_window w = window_of(l, t);
    size_t strands = l->plan.strands, width = w.strand->width;
    const double *weight = l->weight + w.begin;
    double sum = 0, mean = 0, square = 0, level = 0, slope = 0;
    y += w.begin;
    for (size_t j = 0; j < width; j++) {
        double share = w.kernel[j] * weight[j * strands];
        sum += share;
        mean += share * (double)j;
        level += share * y[j * strands];
    }
    mean /= sum;
    level /= sum;
    for (size_t j = 0; j < width; j++) {
        double share = w.kernel[j] * weight[j * strands] / sum, d = (double)j - mean;
        square += share * d * d;
        slope += share * d * y[j * strands];
    }
    if (sqrt(square) <= least_spread(w.strand->n))
        return level;
    return level + (w.at - mean) * slope / square;
}

/* The regression's value from the moments of one window; NaN where all weigh nothing. */
static double weighted_value(const struct loess *l, const double *y, size_t t)
{
    double sum = l->sum[0][t], value = l->product[0][t] / sum;
    if (sum <= 0)
        return NAN;
    if (l->plan.degree == 0)
        return value;
    double mean = l->sum[1][t] / sum, second = l->sum[2][t] / sum;
    double square = second - mean * mean, range = (double)l->strand[0].n - 1;
    if (square <= 1e-2 * second || square <= 1e-5 * range * range)
        return direct_value(l, y, t);
    return value - mean / square * (l->product[1][t] / sum - mean * value);
}

/* What stands at t where its window weighs nothing. */
static double unweighted(const struct loess *l, const double *y, const double *ret,
                         size_t t)
{
    size_t lead = l->plan.ends ? l->plan.strands : 0;
    if (t >= lead && t < lead + l->plan.n)
        return y[t - lead];
    return ret[t < lead ? t + lead : t - lead];
}

void loess_smooth_weighted(const struct loess *l, const double *y, double *ret)
{
    for (size_t t = 0; t < l->plan.n; t++)
        l->weighted[t] = l->weight[t] * y[t];
    for (size_t k = 0; k < 1 + l->plan.degree; k++)
        walk(&(struct loess_walk){l, 1 + k, l->weighted, first_point(l, l->product[k])});
    bool gaps = false;
    for (size_t t = 0; t < l->n_out; t++) {
        ret[t] = weighted_value(l, y, t);
        gaps |= isnan(ret[t]);
    }
    /* The ends last: they take what their neighbours got. */
    for (size_t pass = 0; gaps && pass < 2; pass++)
        for (size_t t = 0; t < l->n_out; t++)
            if (isnan(ret[t]))
                ret[t] = unweighted(l, y, ret, t);
}
