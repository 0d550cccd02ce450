/* Numbers of twice a double's precision: the unevaluated sum of two doubles, some 32
 * digits.
 *
 * Dekker 1971, "A floating-point technique for extending the available precision"
 * (Numerische Mathematik 18, 224-242), with Knuth's two-sum.  Plain additions and
 * products only, so the bits are the same everywhere, which long double's are not; some
 * 25 times a double's cost.  |high| must stay below 2^996 for products, and results whose
 * low part underflows lose it. */
#ifndef BASE_TWOFOLD_H
#define BASE_TWOFOLD_H

#include <math.h>

struct twofold {
    double high, low; // |low| at most half an ulp of high
};

static inline struct twofold twofold_of(double x)
{
    return (struct twofold){x, 0};
}

static inline double twofold_value(struct twofold a)
{
    return a.high + a.low;
}

/* a + b exactly; the second form wants |a| >= |b|. */
static inline struct twofold twofold_sum(double a, double b)
{
    double s = a + b, part = s - a;
    return (struct twofold){s, (a - (s - part)) + (b - part)};
}

static inline struct twofold twofold_sum_ordered(double a, double b)
{
    double s = a + b;
    return (struct twofold){s, b - (s - a)};
}

/* a * b exactly. */
static inline struct twofold twofold_product(double a, double b)
{
    const double split = 0x1p27 + 1;
    double ta = split * a, tb = split * b;
    double ah = ta - (ta - a), bh = tb - (tb - b), al = a - ah, bl = b - bh;
    double p = a * b;
    return (struct twofold){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

static inline struct twofold twofold_add(struct twofold a, struct twofold b)
{
    struct twofold high = twofold_sum(a.high, b.high), low = twofold_sum(a.low, b.low);
    struct twofold s = twofold_sum_ordered(high.high, high.low + low.high);
    return twofold_sum_ordered(s.high, s.low + low.low);
}

static inline struct twofold twofold_negative(struct twofold a)
{
    return (struct twofold){-a.high, -a.low};
}

static inline struct twofold twofold_subtract(struct twofold a, struct twofold b)
{
    return twofold_add(a, twofold_negative(b));
}

static inline struct twofold twofold_multiply(struct twofold a, struct twofold b)
{
    struct twofold p = twofold_product(a.high, b.high);
    return twofold_sum_ordered(p.high, p.low + (a.high * b.low + a.low * b.high));
}

/* By two quotients of doubles, each with the exact remainder of the one before. */
static inline struct twofold twofold_divide(struct twofold a, struct twofold b)
{
    double first = a.high / b.high;
    struct twofold rest = twofold_subtract(a, twofold_multiply(b, twofold_of(first)));
    double second = rest.high / b.high;
    rest = twofold_subtract(rest, twofold_multiply(b, twofold_of(second)));
    struct twofold q = twofold_sum_ordered(first, second);
    return twofold_add(q, twofold_of(rest.high / b.high));
}

#endif
