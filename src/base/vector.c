/* Reductions over 32 fixed lanes, for three vector widths in one program.
 *
 * vector_kernel.inc.h holds the kernels in the compilers' vector types.  The choice among
 * its widths is made at run time and kept, so that no file needs flags of its own.  Given up: a plain loop over few elements is faster, and a fused
 * multiply-add would be, but both would give other bits. */
#include "base/vector.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#define LANES ((size_t)32)
#define VECTOR_INFINITE INT64_C(0x7FF0000000000000) // the bits of infinity

/* The lanes in the order that vector.h states. */
static double add_lanes(const double *lane)
{
    double c[8];
    for (size_t b = 0; b < 8; b++)
        c[b] = (lane[b] + lane[b + 8]) + (lane[b + 16] + lane[b + 24]);
    return ((c[0] + c[4]) + (c[2] + c[6])) + ((c[1] + c[5]) + (c[3] + c[7]));
}

#define VECTOR_KERNELS "base/vector_kernel.inc.h"
#include "base/vector_widths.inc.h"

const struct vector_kernels *vector_find(size_t width)
{
    if (width == 2)
        return &kernels2;
#if defined(__x86_64__)
    if (width == 4 && __builtin_cpu_supports("avx2"))
        return &kernels4;
    if (width == 8 && __builtin_cpu_supports("avx512f"))
        return &kernels8;
#endif
    return NULL;
}

/* The kernels that NIGHTMILL_VECTOR asks for, or NULL. */
static const struct vector_kernels *asked_for(void)
{
    const char *text = getenv("NIGHTMILL_VECTOR");
    if (!text || text[0] < '0' || text[0] > '9' || text[1] != '\0')
        return NULL;
    return vector_find((size_t)(text[0] - '0'));
}

const struct vector_kernels *vector_chosen(void)
{
    /* Threads that come here at the same time find the same answer, so no lock is needed.
     */
    static _Atomic(const struct vector_kernels *) chosen;
    const struct vector_kernels *k = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (k)
        return k;
    k = asked_for();
    for (size_t width = 8; !k; width /= 2)
        k = vector_find(width);
    atomic_store_explicit(&chosen, k, memory_order_relaxed);
    return k;
}

double vector_dot(const double *x, const double *y, size_t n)
{
    return vector_chosen()->dot(x, y, n);
}

double vector_most(const double *x, size_t n)
{
    return vector_chosen()->most(x, n);
}

bool vector_finite(const double *x, size_t n)
{
    return vector_chosen()->finite(x, n);
}

void vector_standardise(const double *x, size_t n, double m, double s, double *ret)
{
    vector_chosen()->standardise(x, n, m, s, ret);
}

void vector_subtract(const double *x, const double *y, size_t n, double *ret)
{
    vector_chosen()->subtract(x, y, n, ret);
}
