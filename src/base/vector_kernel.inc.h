/* The kernels of base/vector.c for one vector width; included once for each.
 *
 * Wants VECTOR_WIDTH (2, 4, 8), VECTOR_TARGET (a function attribute or nothing) and
 * VECTOR_EACH(f), which is f(0) f(1) … f(32 / VECTOR_WIDTH - 1): the accumulators are
 * separate variables, so that they stay in registers.  Undefines all three. */

#define VECTOR_PASTE2(a, b) a##b
#define VECTOR_PASTE(a, b) VECTOR_PASTE2(a, b)
#define VECTOR_NAME(f) VECTOR_PASTE(f, VECTOR_WIDTH)
#define VEC VECTOR_NAME(vec)
#define VEC_LOAD VECTOR_NAME(vec_load)
#define MASK VECTOR_NAME(mask)
#define VEC_BYTES (VECTOR_WIDTH * sizeof(double))

typedef double VEC __attribute__((vector_size(VEC_BYTES)));
typedef int64_t MASK __attribute__((vector_size(VEC_BYTES)));
typedef double VEC_LOAD __attribute__((vector_size(VEC_BYTES), aligned(8), may_alias));

/* clang-format off */
#define VEC_AT(x, i, j) (*(const VEC_LOAD *)((x) + (i) + (j) * VECTOR_WIDTH))
#define VEC_ZERO(j) VEC a##j = {0};
#define VEC_STORE(j) *(VEC_LOAD *)(lane + (j) * VECTOR_WIDTH) = a##j;
/* clang-format on */

VECTOR_TARGET static double VECTOR_NAME(dot)(const double *x, const double *y, size_t n)
{
    VECTOR_EACH(VEC_ZERO)
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
#define VEC_STEP(j) a##j += VEC_AT(x, i, j) * VEC_AT(y, i, j);
        VECTOR_EACH(VEC_STEP)
#undef VEC_STEP
    }
    double lane[LANES];
    VECTOR_EACH(VEC_STORE)
    double s = add_lanes(lane);
    for (; i < n; i++)
        s += x[i] * y[i];
    return s;
}

/* Magnitudes are bits without the sign: as whole numbers they are in the order of the
 * numbers, and what is not finite lies above all that is. */
VECTOR_TARGET static double VECTOR_NAME(most)(const double *x, size_t n)
{
    MASK sign = (MASK){0} + INT64_MAX, infinite = (MASK){0} + VECTOR_INFINITE, most = {0};
    size_t i = 0;
    for (; i + VECTOR_WIDTH <= n; i += VECTOR_WIDTH) {
        MASK m = (MASK)VEC_AT(x, i, 0) & sign;
        MASK more = (m > most) & (m < infinite);
        most = (more & m) | (~more & most);
    }
    double lane[VECTOR_WIDTH], ret = 0;
    *(VEC_LOAD *)lane = (VEC)most;
    for (size_t j = 0; j < VECTOR_WIDTH; j++)
        ret = lane[j] > ret ? lane[j] : ret;
    for (; i < n; i++)
        ret = isfinite(x[i]) && fabs(x[i]) > ret ? fabs(x[i]) : ret;
    return ret;
}

VECTOR_TARGET static bool VECTOR_NAME(finite)(const double *x, size_t n)
{
    MASK sign = (MASK){0} + INT64_MAX, infinite = (MASK){0} + VECTOR_INFINITE, bad = {0};
    size_t i = 0;
    for (; i + VECTOR_WIDTH <= n; i += VECTOR_WIDTH)
        bad |= ((MASK)VEC_AT(x, i, 0) & sign) >= infinite;
    for (size_t j = 0; j < VECTOR_WIDTH; j++)
        if (bad[j])
            return false;
    for (; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* Every element alike: no lanes to add. */
VECTOR_TARGET static void VECTOR_NAME(standardise)(const double *x, size_t n, double m,
                                                   double s, double *ret)
{
    size_t i = 0;
    for (; i + VECTOR_WIDTH <= n; i += VECTOR_WIDTH)
        *(VEC_LOAD *)(ret + i) = (VEC_AT(x, i, 0) - m) / s;
    for (; i < n; i++)
        ret[i] = (x[i] - m) / s;
}

static const struct vector_kernels VECTOR_NAME(kernels) = {
    .width = VECTOR_WIDTH,
    .dot = VECTOR_NAME(dot),
    .most = VECTOR_NAME(most),
    .finite = VECTOR_NAME(finite),
    .standardise = VECTOR_NAME(standardise),
};

#undef VECTOR_PASTE2
#undef VECTOR_PASTE
#undef VECTOR_NAME
#undef VEC
#undef VEC_LOAD
#undef MASK
#undef VEC_BYTES
#undef VEC_AT
#undef VEC_ZERO
#undef VEC_STORE
#undef VECTOR_WIDTH
#undef VECTOR_TARGET
#undef VECTOR_EACH
