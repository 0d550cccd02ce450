/* The functions of base/transcend.c for a whole vector at a time, of one vector width
 * (base/vector_widths.inc.h): its operations in its order, without branches, for ordinary
 * arguments.  Each changes the vectors of x[n], n a multiple of VECTOR_WIDTH, from the
 * first on and returns how many elements it has done: there it met another argument. */

#define REDUCED struct VECTOR_NAME(reduced)
#define ALL VECTOR_NAME(all)
#define MAGIC 0x1.8p52 // a whole number below 2^51 added to it stands in its last bits

REDUCED
{
    VEC high, low, k;
};

static VECTOR_INLINE bool ALL(MASK m)
{
    int64_t all = m[0];
    for (size_t i = 1; i < VECTOR_WIDTH; i++)
        all &= m[i];
    return all != 0;
}

static VECTOR_INLINE VEC VECTOR_NAME(select)(MASK m, VEC a, VEC b)
{
    return (VEC)((m & (MASK)a) | (~m & (MASK)b));
}

static VECTOR_INLINE VEC VECTOR_NAME(magnitude)(VEC x)
{
    return (VEC)((MASK)x & INT64_MAX);
}

/* floor(x) of |x| < 2^51 */
static VECTOR_INLINE VEC VECTOR_NAME(whole)(VEC x)
{
    VEC near = (x + MAGIC) - MAGIC;
    return near - (VEC)((MASK)(near > x) & (MASK)((VEC){0} + 1));
}

/* 2^k, k in [-1022, 1023] */
static VECTOR_INLINE VEC VECTOR_NAME(power)(VEC k)
{
    return (VEC)((MASK)(k + (MAGIC + 1023)) << 52);
}

static VECTOR_INLINE REDUCED VECTOR_NAME(reduced_of)(VEC x)
{
    VEC k = VECTOR_NAME(whole)(x * LOG2_E + 0.5), q = {0};
    VEC most = x - k * LN2_HIGH, rest = k * LN2_LOW, r = most - rest;
    for (size_t i = COUNT_OF(factor); i-- > 0;)
        q = q * r + factor[i];
    VEC low = ((most - r) - rest) + r * r * (0.5 + r * q), sum = r + low;
    return (REDUCED){sum, low - (sum - r), k};
}

/* |x| <= 700: no power of two is out of range. */
static VECTOR_INLINE VEC VECTOR_NAME(exp_of)(VEC x)
{
    REDUCED e = VECTOR_NAME(reduced_of)(x);
    VEC sum = 1 + e.high;
    return (sum + ((e.high - (sum - 1)) + e.low)) * VECTOR_NAME(power)(e.k);
}

VECTOR_TARGET static size_t VECTOR_NAME(exps)(double *x, size_t n)
{
    size_t i = 0;
    for (; i < n; i += VECTOR_WIDTH) {
        VEC v = VEC_AT(x + i);
        if (!ALL(VECTOR_NAME(magnitude)(v) <= 700))
            break;
        VEC_AT(x + i) = VECTOR_NAME(exp_of)(v);
    }
    return i;
}

VECTOR_TARGET static size_t VECTOR_NAME(logistics)(double *x, size_t n)
{
    VEC one = (VEC){0} + 1;
    size_t i = 0;
    for (; i < n; i += VECTOR_WIDTH) {
        VEC v = VEC_AT(x + i), a = VECTOR_NAME(magnitude)(v);
        if (!ALL(a <= 700))
            break;
        VEC e = VECTOR_NAME(exp_of)(-a);
        VEC_AT(x + i) = VECTOR_NAME(select)(v < 0, e, one) / (1 + e);
    }
    return i;
}

VECTOR_TARGET static size_t VECTOR_NAME(tanhs)(double *x, size_t n)
{
    size_t i = 0;
    for (; i < n; i += VECTOR_WIDTH) {
        VEC v = VEC_AT(x + i), magnitude = VECTOR_NAME(magnitude)(v);
        if (!ALL((magnitude >= 0x1p-28) & (magnitude <= 25)))
            break;
        REDUCED e = VECTOR_NAME(reduced_of)(2 * magnitude);
        VEC power = VECTOR_NAME(power)(e.k), a = power * e.high, b = power - 1;
        VEC sum = a + b;
        MASK more = VECTOR_NAME(magnitude)(a) > VECTOR_NAME(magnitude)(b);
        VEC rest = VECTOR_NAME(select)(more, b - (sum - a), a - (sum - b));
        VEC t = sum + (rest + power * e.low), more_than_one = 1 - 2 / (t + 2);
        VEC y = VECTOR_NAME(select)(magnitude < 1, t / (t + 2), more_than_one);
        VEC_AT(x + i) = (VEC)((MASK)y | ((MASK)v & INT64_MIN));
    }
    return i;
}

VECTOR_TARGET static size_t VECTOR_NAME(logs)(double *x, size_t n)
{
    VEC one = (VEC){0} + 1;
    size_t i = 0;
    for (; i < n; i += VECTOR_WIDTH) {
        VEC v = VEC_AT(x + i);
        if (!ALL((v >= 0x1p-1022) & (v < INFINITY)))
            break;
        MASK bits = (MASK)v, exponent = bits >> 52;
        VEC m = (VEC)((bits & FRACTION) | (MASK)one);
        VEC k = (VEC)(exponent + (MASK)((VEC){0} + MAGIC)) - (MAGIC + 1023);
        MASK above = m > SQRT_2;
        m = VECTOR_NAME(select)(above, m * 0.5, m);
        k += (VEC)(above & (MASK)one);
        VEC f = m - 1, s = f / (2 + f), z = s * s, r = {0};
        for (size_t j = COUNT_OF(odd); j-- > 0;)
            r = r * z + odd[j];
        VEC half = 0.5 * f * f, low = s * (half + r * z) + k * LN2_LOW;
        VEC_AT(x + i) = k * LN2_HIGH - ((half - low) - f);
    }
    return i;
}

#undef REDUCED
#undef ALL
#undef MAGIC
