/* Sums over many reals whose bits do not depend on the machine.
 *
 * Element k of a run goes to lane k mod 32.  Lanes b, b + 8, b + 16, b + 24 are added to
 * column b as (b + (b + 8)) + ((b + 16) + (b + 24)), and the eight columns as ((0 + 4) +
 * (2 + 6)) + ((1 + 5) + (3 + 7)); the elements behind the last full run of 32 follow in
 * order.  Vectors of 2, 4 and 8 doubles, gcc and clang, and a machine without any of them
 * compute the same bits; fused multiply-add is never used.
 *
 * The widest kernels that the processor has are taken; the environment variable
 * NIGHTMILL_VECTOR, 2, 4 or 8, asks for others (for tests; ignored where the processor
 * lacks them). */
#ifndef BASE_VECTOR_H
#define BASE_VECTOR_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

double vector_dot(const double *x, const double *y, size_t n);

/* The largest finite magnitude, 0 of none; and whether all are finite. */
double vector_most(const double *x, size_t n);
bool vector_finite(const double *x, size_t n);

/* ret[i] = (x[i] - m) / s; ret may be x. */
void vector_standardise(const double *x, size_t n, double m, double s, double *ret);

/* ret[i] = x[i] - y[i]; ret may be either. */
void vector_subtract(const double *x, const double *y, size_t n, double *ret);

struct vector_kernels {
    size_t width; // doubles in a vector
    double (*dot)(const double *x, const double *y, size_t n);
    double (*most)(const double *x, size_t n);
    bool (*finite)(const double *x, size_t n);
    void (*standardise)(const double *x, size_t n, double m, double s, double *ret);
    void (*subtract)(const double *x, const double *y, size_t n, double *ret);
};

/* The kernels in use. */
const struct vector_kernels *vector_chosen(void);

/* The kernels of that width (2, 4 or 8), or NULL when the processor cannot run them. */
const struct vector_kernels *vector_find(size_t width);

/* The function of the width in use among those that vector_widths.inc.h made of f. */
#if defined(__x86_64__)
#define VECTOR_PICK(f)                                                                   \
    (vector_chosen()->width == 8 ? f##8 : vector_chosen()->width == 4 ? f##4 : f##2)
#else
#define VECTOR_PICK(f) (f##2)
#endif

/* Two neighbouring rows side by side, for loops in which every row is computed alike:
 * each half has the bits that a plain loop gives.  Comparing pairs gives all bits set
 * where true. */
typedef double vector_pair __attribute__((vector_size(16)));
typedef int64_t vector_mask __attribute__((vector_size(16)));
typedef double vector_pair_unaligned
    __attribute__((vector_size(16), aligned(8), may_alias));

static inline vector_pair vector_pair_load(const double *x)
{
    return *(const vector_pair_unaligned *)x;
}

static inline void vector_pair_store(double *x, vector_pair v)
{
    *(vector_pair_unaligned *)x = v;
}

/* a where the mask is set, b elsewhere. */
static inline vector_pair vector_pair_select(vector_mask mask, vector_pair a,
                                             vector_pair b)
{
    return (vector_pair)((mask & (vector_mask)a) | (~mask & (vector_mask)b));
}

static inline vector_pair vector_pair_sqrt(vector_pair v)
{
#if defined(__SSE2__)
    return (vector_pair)_mm_sqrt_pd((__m128d)v);
#else
    return (vector_pair){sqrt(v[0]), sqrt(v[1])};
#endif
}

#endif
