/* Local regression on an even grid, for every point of it (Cleveland, Cleveland, McRae &
 * Terpenning 1990, Journal of Official Statistics 6: STL; statsmodels' tsa.stl).
 *
 * A point's value is that of a polynomial of degree 0 or 1 which is fitted to the nearest
 * `window` points with the weights (1 - (d / h)^3)^3, d the distance and h the largest one
 * in the window; (window - n) / 2 is added to h where there are but n points.  Of a whole
 * series such a regression is a filter: all points that are far enough from the ends share
 * one vector of weights, which is computed once.  With weights of their own for the points
 * (robustness), it is a quotient of such filters.
 *
 * The series may be several interleaved ones, strands, each smoothed by itself: point t
 * belongs to strand t mod strands.  With `ends`, each strand gets one more point before its
 * first and one behind its last.
 *
 *     struct loess l;
 *     loess_init(&l, &(struct loess_plan){.n = n, .strands = 1, …}, mem);
 *     loess_smooth(&l, y, smooth);
 *     loess_weigh(&l, weight);                    // planned with weights
 *     loess_smooth_weighted(&l, y, scratch, smooth);
 */
#ifndef FORECAST_LOESS_H
#define FORECAST_LOESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

struct loess_plan {
    size_t n;        // points of all strands, at least as many as strands
    size_t strands;  // at least 1
    size_t window;   // points of a strand that are looked at, odd
    unsigned degree; // 0 or 1
    bool ends;       // one more point at either end of each strand
    bool weights;    // loess_weigh may be called
};

/* The filters for strands of one length. */
struct loess_strand {
    size_t n, width; // points, and those of them in a window
    double *row;     // [width + 2][width] for each place in a window, from -1 on; then
    double *moment;  // [3][width + 2][width] kernel times distance^0, ^1, ^2; or NULL
    double spread;   // of the closest points that a slope is computed from
    double *column;  // [1 or 4][width][width + 2] all of them transposed, of one strand
};

struct loess {
    struct loess_plan plan;
    size_t n_out, longer;          // points that come out; strands of the greater length
    struct loess_strand strand[2]; // the longer ones, and those with one point less
    void (*filter)(const double *w, size_t width, const double *x, size_t stride,
                   size_t n, double *ret);
    double *weight;     // [n] of the points; NULL where not planned
    double *sum[3];     // [n_out] of moments with the weights
    double *product[2]; // [n_out] of moments with weights and values
    double *weighted;   // [n] weight times value
};

/* Memory for all of it is taken from mem. */
void loess_init(struct loess *l, const struct loess_plan *plan, struct arena *mem);

/* From now on for n points, at most as many as it was made for.  Filters that are the same
 * are not computed again; others are taken from mem, where the former ones stay. */
void loess_resize(struct loess *l, size_t n, struct arena *mem);

/* ret[n_out]: with ends the points before the first of each strand come first; otherwise
 * point t of y[n] is point t of ret. */
void loess_smooth(const struct loess *l, const double *y, double *ret);

/* Takes weights in [0,1] for the points, for the calls of loess_smooth_weighted that
 * follow.  A window without any weight leaves a point as it is, and an end as its
 * neighbour. */
void loess_weigh(struct loess *l, const double *weight);
void loess_smooth_weighted(const struct loess *l, const double *y, double *ret);

#endif
