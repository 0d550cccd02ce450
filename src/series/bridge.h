/* Missing values, bridged by what was known before them.
 *
 * A model that needs every step fills a gap when it meets it, and never looks back: what it
 * has computed does not change when later values come.  Such a step is as if last season's
 * change had come again, y[t-1] + y[t-m] - y[t-m-1], where there are these values; else as
 * if nothing had changed, y[t-1].  Nothing is known before the first value, and those steps
 * stay missing; who needs values throughout leaves them out. */
#ifndef SERIES_BRIDGE_H
#define SERIES_BRIDGE_H

#include <stddef.h>

/* The value for the step behind the `known` bridged ones that end before `end`. */
double bridge_value(const double *end, size_t known, size_t season);

/* Bridges y[from, n), of which y[0, from) has been. */
void bridge_gaps(double *y, size_t from, size_t n, size_t season);

#endif
