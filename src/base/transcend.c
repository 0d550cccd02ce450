/* Transcendental functions of doubles by reduction and a polynomial.
 *
 * exp (Cody & Waite 1980, Software Manual for the Elementary Functions): x = k ln 2 + r
 * with |r| <= ln(2)/2, ln 2 in two parts so that k times the first is exact; exp(r) by
 * Taylor's series to r^13, whose rest is below 2^-57, and a product with 2^k.
 *
 * log (the form of Ng's fdlibm): x = 2^k (1 + f) with 1 + f between sqrt(1/2) and sqrt(2),
 * s = f / (2 + f), log(1 + f) = 2 artanh(s) = f - (f^2/2 - s (f^2/2 + R)) with
 * R = 2/3 s^2 + 2/5 s^4 + …, whose first term needs no rounded s.
 *
 * Of many arguments the ordinary ones are taken a vector at a time
 * (base/transcend_kernel.inc.h). */
#include "base/transcend.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "base/vector.h"

#define LN2_HIGH 0x1.62e42fee00000p-1 // 32 bits of ln 2, and the rest
#define LN2_LOW 0x1.a39ef35793c76p-33
#define LOG2_E 0x1.71547652b82fep+0
#define SQRT_2 0x1.6a09e667f3bcdp+0
#define FRACTION INT64_C(0xFFFFFFFFFFFFF) // bits of a double

/* 2^k for k in [-1022, 1023]. */
static double power_of_two(int k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double ret;
    memcpy(&ret, &bits, sizeof ret);
    return ret;
}

/* x 2^k for k in [-1100, 1024]: by two factors, so that each is a double. */
static double scaled(double x, int k)
{
    int half = k / 2;
    return x * power_of_two(half) * power_of_two(k - half);
}

/* exp(r) - 1 as a sum of two doubles, and k. */
struct power_parts {
    double high, low;
    int k;
};

/* 1/3! … 1/13! */
static const double factor[] = {1.0 / 6,         1.0 / 24,        1.0 / 120,
                                1.0 / 720,       1.0 / 5040,      1.0 / 40320,
                                1.0 / 362880,    1.0 / 3628800,   1.0 / 39916800,
                                1.0 / 479001600, 1.0 / 6227020800};

/* x in [-746, 710]. */
static struct power_parts reduce(double x)
{
    double k = floor(x * LOG2_E + 0.5);
    double most = x - k * LN2_HIGH, rest = k * LN2_LOW, r = most - rest, q = 0;
    for (size_t i = COUNT_OF(factor); i-- > 0;)
        q = q * r + factor[i];
    double low = ((most - r) - rest) + r * r * (0.5 + r * q), sum = r + low;
    return (struct power_parts){sum, low - (sum - r), (int)k};
}

double transcend_exp(double x)
{
    if (isnan(x))
        return x;
    if (x > 710)
        return INFINITY;
    if (x < -746)
        return 0;
    struct power_parts e = reduce(x);
    double sum = 1 + e.high;
    return scaled(sum + ((e.high - (sum - 1)) + e.low), e.k);
}

/* exp(x) - 1, exact near 0. */
static double expm1_of(double x)
{
    if (isnan(x) || fabs(x) < 0x1p-54)
        return x;
    if (x > 50)
        return transcend_exp(x);
    if (x < -50)
        return -1;
    struct power_parts e = reduce(x);
    double power = power_of_two(e.k), a = power * e.high, b = power - 1, sum = a + b;
    double rest = fabs(a) > fabs(b) ? b - (sum - a) : a - (sum - b);
    return sum + (rest + power * e.low);
}

/* 2/3, 2/5, … 2/23 */
static const double odd[] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13,
                             2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23};

/* k ln 2 + log(1 + f) for f in [sqrt(1/2) - 1, sqrt(2) - 1]. */
static double log_of_parts(double f, int k)
{
    double s = f / (2 + f), z = s * s, r = 0;
    for (size_t i = COUNT_OF(odd); i-- > 0;)
        r = r * z + odd[i];
    double half = 0.5 * f * f, low = s * (half + r * z) + k * LN2_LOW;
    return k * LN2_HIGH - ((half - low) - f);
}

/* Splits a positive, finite, normal x into 2^k (1 + f). */
static double split(double x, int *k)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    *k += (int)(bits >> 52) - 1023;
    bits = (bits & (uint64_t)FRACTION) | UINT64_C(0x3FF0000000000000);
    memcpy(&x, &bits, sizeof x);
    if (x > SQRT_2) {
        x *= 0.5;
        (*k)++;
    }
    return x - 1;
}

double transcend_log(double x)
{
    int k = 0;
    if (isnan(x) || (isinf(x) && x > 0))
        return x;
    if (x <= 0)
        return x < 0 ? NAN : -INFINITY;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        k = -54;
    }
    double f = split(x, &k);
    return log_of_parts(f, k);
}

double transcend_tanh(double x)
{
    double a = fabs(x), t = expm1_of(2 * (a < 30 ? a : 30));
    if (isnan(x) || a < 0x1p-28)
        return x;
    return copysign(a < 1 ? t / (t + 2) : 1 - 2 / (t + 2), x);
}

double transcend_logistic(double x)
{
    double e = transcend_exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

#define VECTOR_KERNELS "base/transcend_kernel.inc.h"
#include "base/vector_widths.inc.h"

/* All elements: those that the kernel leaves one by one. */
static void each(size_t (*kernel)(double *x, size_t n), double (*one)(double), double *x,
                 size_t n)
{
    size_t width = vector_chosen()->width, whole = n - n % width;
    for (size_t i = 0; i < n;) {
        i += i < whole ? kernel(x + i, whole - i) : 0;
        for (size_t end = i + width; i < n && i < end; i++)
            x[i] = one(x[i]);
    }
}

void transcend_exps(double *x, size_t n)
{
    each(VECTOR_PICK(exps), transcend_exp, x, n);
}

void transcend_logs(double *x, size_t n)
{
    each(VECTOR_PICK(logs), transcend_log, x, n);
}

void transcend_tanhs(double *x, size_t n)
{
    each(VECTOR_PICK(tanhs), transcend_tanh, x, n);
}

void transcend_logistics(double *x, size_t n)
{
    each(VECTOR_PICK(logistics), transcend_logistic, x, n);
}
