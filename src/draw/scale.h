/* Axes: from values to places on paper, with marks at round numbers or at round dates.
 *
 *     struct scale y;
 *     scale_real(&y, range, 5, bottom, top);    // ticks at 1, 2, 5 × a power of ten
 *     double place = scale_at(&y, 253.4);
 * */
#ifndef DRAW_SCALE_H
#define DRAW_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCALE_TICKS 16

struct scale {
    double low, high; // values at both ends; low < high
    double from, to;  // places of low and high
    size_t n;         // ticks
    double tick[SCALE_TICKS];
    int unit; // of a time axis: what the labels show
};

/* The range of finite values that a chart shows.  Values beyond ±1e100 are left out. */
struct axis_range {
    double low, high; // low > high: nothing seen yet
};

#define RANGE_NONE                                                                       \
    {                                                                                    \
        .low = 1, .high = 0                                                              \
    }

bool range_holds(double x); // whether a chart can show x
void range_add(struct axis_range *r, double x);

/* Widens to at most about `wanted` round ticks, so that low and high are ticks.  A
 * range of one value or none is widened by itself. */
void scale_real(struct scale *s, struct axis_range r, size_t wanted, double from,
                double to);

/* An axis of days since 1970-01-01 with at most `wanted` ticks at the first of a year,
 * of a month, or at days.  The ends are the range's own. */
void scale_days(struct scale *s, struct axis_range r, size_t wanted, double from,
                double to);

/* The label of a tick of scale_days: "2015", "2015-07" or "2015-07-12"; buffer holds 16
 * bytes. */
const char *scale_day_label(const struct scale *s, double day, char *buffer);

double scale_at(const struct scale *s, double value);

/* The largest of 1, 2, 5 times a power of ten that is not above x (finite, positive). */
double scale_round_down(double x);

/* The next larger one of a number that scale_round_down returned. */
double scale_round_next(double x);

#endif
