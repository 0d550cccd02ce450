/* The filter of forecast/loess.c for one vector width (base/vector_widths.inc.h). */

/* The sums of the points of four vectors, which begin at t, t + b, t + c and t + d and may
 * overlap: what is computed twice has the same bits. */
static VECTOR_INLINE void VECTOR_NAME(filter_four)(const double *w, size_t width,
                                                   const double *x, size_t stride,
                                                   const size_t at[4], double *ret)
{
    VEC a = {0}, b = {0}, c = {0}, d = {0};
    for (size_t j = 0; j < width; j++, x += stride) {
        double weight = w[j];
        a += weight * VEC_AT_CONST(x + at[0]);
        b += weight * VEC_AT_CONST(x + at[1]);
        c += weight * VEC_AT_CONST(x + at[2]);
        d += weight * VEC_AT_CONST(x + at[3]);
    }
    VEC_AT(ret + at[0]) = a;
    VEC_AT(ret + at[1]) = b;
    VEC_AT(ret + at[2]) = c;
    VEC_AT(ret + at[3]) = d;
}

/* ret[t] = sum of w[j] x[t + j stride] over j < width, for t < n. */
VECTOR_TARGET static void VECTOR_NAME(filter)(const double *w, size_t width,
                                              const double *x, size_t stride, size_t n,
                                              double *ret)
{
    const size_t one = VECTOR_WIDTH, block = 4 * one;
    if (n < one) {
        NARROWER(w, width, x, stride, n, ret);
        return;
    }
    size_t last = n - one;
    if (n < block) {
        size_t second = n < 2 * one ? last : one, third = n < 2 * one ? 0 : last - one;
        VECTOR_NAME(filter_four)
        (w, width, x, stride, (size_t[4]){0, second, third, last}, ret);
        return;
    }
    for (size_t t = 0; t < n; t += block) {
        size_t at = t + block <= n ? t : n - block;
        VECTOR_NAME(filter_four)
        (w, width, x, stride, (size_t[4]){at, at + one, at + 2 * one, at + 3 * one}, ret);
    }
}

#undef NARROWER
#define NARROWER filter2
