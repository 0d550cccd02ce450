/* Eight reals side by side, for recurrences in which each step waits for the one before:
 * eight of them go through the processor in little more time than one.
 *
 * Each lane has the bits that a plain loop gives, whatever stands in the others.  It is
 * four pairs of base/vector.h rather than one wide vector, which compilers keep in
 * memory. */
#ifndef FORECAST_OCTET_H
#define FORECAST_OCTET_H

#include "base/vector.h"

enum { LANES = 8 };

struct octet {
    vector_pair a, b, c, d;
};

static inline struct octet octet_load(const double x[LANES])
{
    return (struct octet){vector_pair_load(x), vector_pair_load(x + 2),
                          vector_pair_load(x + 4), vector_pair_load(x + 6)};
}

static inline void octet_store(double x[LANES], struct octet v)
{
    vector_pair_store(x, v.a);
    vector_pair_store(x + 2, v.b);
    vector_pair_store(x + 4, v.c);
    vector_pair_store(x + 6, v.d);
}

static inline struct octet octet_add(struct octet x, struct octet y)
{
    return (struct octet){x.a + y.a, x.b + y.b, x.c + y.c, x.d + y.d};
}

static inline struct octet octet_sub(struct octet x, struct octet y)
{
    return (struct octet){x.a - y.a, x.b - y.b, x.c - y.c, x.d - y.d};
}

static inline struct octet octet_mul(struct octet x, struct octet y)
{
    return (struct octet){x.a * y.a, x.b * y.b, x.c * y.c, x.d * y.d};
}

static inline vector_pair octet_pair_kept(vector_pair x, vector_pair from,
                                          vector_pair until, double t)
{
    vector_pair at = {t, t};
    vector_mask inside = (from <= at) & (at < until);
    return (vector_pair)(inside & (vector_mask)x);
}

/* x in the lanes whose steps [from, until) hold t, 0 in the others. */
static inline struct octet octet_kept(struct octet x, struct octet from,
                                      struct octet until, double t)
{
    return (struct octet){octet_pair_kept(x.a, from.a, until.a, t),
                          octet_pair_kept(x.b, from.b, until.b, t),
                          octet_pair_kept(x.c, from.c, until.c, t),
                          octet_pair_kept(x.d, from.d, until.d, t)};
}

#endif
