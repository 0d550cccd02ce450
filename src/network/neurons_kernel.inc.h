/* The loops of network/neurons.c for one vector width (base/vector_widths.inc.h), over
 * multiples of eight elements. */

VECTOR_TARGET static void VECTOR_NAME(relu)(double *z, size_t n)
{
    VEC zero = {0};
    for (size_t i = 0; i < n; i += VECTOR_WIDTH) {
        VEC v = VEC_AT(z + i);
        VEC_AT(z + i) = (VEC)((v > zero) & (MASK)v);
    }
}

VECTOR_TARGET static void VECTOR_NAME(relu_slope)(const double *a, size_t n,
                                                  double *delta)
{
    VEC zero = {0};
    for (size_t i = 0; i < n; i += VECTOR_WIDTH)
        VEC_AT(delta + i) = (VEC)((VEC_AT_CONST(a + i) > zero) & (MASK)VEC_AT(delta + i));
}

VECTOR_TARGET static void VECTOR_NAME(tanh_slope)(const double *a, size_t n,
                                                  double *delta)
{
    for (size_t i = 0; i < n; i += VECTOR_WIDTH) {
        VEC v = VEC_AT_CONST(a + i);
        VEC_AT(delta + i) *= 1 - v * v;
    }
}

VECTOR_TARGET static void VECTOR_NAME(logistic_slope)(const double *a, size_t n,
                                                      double *delta)
{
    for (size_t i = 0; i < n; i += VECTOR_WIDTH) {
        VEC v = VEC_AT_CONST(a + i);
        VEC_AT(delta + i) *= v * (1 - v);
    }
}

VECTOR_TARGET static void VECTOR_NAME(times)(const double *x, const double *y, size_t n,
                                             double *ret)
{
    for (size_t i = 0; i < n; i += VECTOR_WIDTH)
        VEC_AT(ret + i) = VEC_AT_CONST(x + i) * VEC_AT_CONST(y + i);
}

VECTOR_TARGET static void VECTOR_NAME(add)(double a, const double *x, size_t n, double *y)
{
    for (size_t i = 0; i < n; i += VECTOR_WIDTH)
        VEC_AT(y + i) += a * VEC_AT_CONST(x + i);
}
