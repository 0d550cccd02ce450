/* Numbers to text: the fewest digits that read back to the same bits.
 *
 * Most numbers of a table have few decimals.  For d = 0, 1, … the nearest whole number m
 * to |x| · 10^d is tried: when m is below 10^15 and m / 10^d gives x again, m with d
 * decimals is the answer, since no two decimals of 15 digits read as one double.  The
 * rest goes through Schubfach (Giulietti 2020, "The Schubfach way to render doubles"):
 * the interval of all decimals that read as x is scaled by a power of ten so that it
 * holds one or two whole numbers of 16 or 17 digits, or a multiple of ten.
 *
 * The form is that of Python's repr: an exponent from 1e16 on and below 1e-4. */
#include "base/number.h"

#include <math.h>

#include "base/error.h"
#include "base/number_powers.h"

enum { DECIMALS_MAX = 15, MANTISSA_BITS = 52, BIAS = 1075 };

/* digits · 10^exponent */
struct decimal {
    uint64_t digits;
    int exponent;
};

/* Finds a form of at most 15 digits and 15 decimals; x is positive and finite. */
static bool few_digits(double x, struct decimal *ret)
{
    static const double powers[DECIMALS_MAX + 1] = {1e0,  1e1,  1e2,  1e3, 1e4,  1e5,
                                                    1e6,  1e7,  1e8,  1e9, 1e10, 1e11,
                                                    1e12, 1e13, 1e14, 1e15};
    for (int d = 0; d <= DECIMALS_MAX; d++) {
        double scaled = x * powers[d];
        if (scaled >= 1e15)
            return false;
        int64_t m = (int64_t)(scaled + 0.5);
        if ((double)m / powers[d] == x) {
            *ret = (struct decimal){(uint64_t)m, -d};
            return true;
        }
    }
    return false;
}

/* The 128 bits of 10^e, rounded up, times n, rounded to odd at 2^128: cut off, and the
 * lowest bit set when anything but a sliver that the rounding up explains was cut. */
static uint64_t scale(int e, uint64_t n)
{
    const uint64_t *power = number_power(e);
    bool exact = e >= 0 && e <= NUMBER_POWER_EXACT;
    uint64_t low = power[1] + !exact, high = power[0] + (!exact && low == 0);
    number_wide x = number_product(high, n) + (number_product(low, n) >> 64);
    return (uint64_t)(x >> 64) | ((uint64_t)x > 1);
}

/* Schubfach, in the paper's letters; x is positive and finite. */
static struct decimal shortest(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof(bits));
    uint64_t fraction = bits & ((UINT64_C(1) << MANTISSA_BITS) - 1);
    int biased = (int)(bits >> MANTISSA_BITS);
    // x = c · 2^q; below a power of two the neighbour is nearer by half.
    uint64_t c = biased ? fraction | UINT64_C(1) << MANTISSA_BITS : fraction;
    int q = (biased ? biased : 1) - BIAS;
    bool near = fraction == 0 && biased > 1;
    // k = floor(log10(2^q)), or of 3/4 · 2^q; h makes room for two more bits.
    int k = (q * 1262611 - (near ? 524031 : 0)) >> 22;
    int h = q + number_power_top(-k) + 1;
    uint64_t v = scale(-k, 4 * c << h);
    uint64_t odd = c & 1; // the ends of the interval round to the even neighbour
    uint64_t lower = scale(-k, (4 * c - 2 + near) << h) + odd;
    uint64_t upper = scale(-k, (4 * c + 2) << h) - odd;

    uint64_t s = v / 4, tens = s / 10;
    if (s >= 10) {
        bool down = lower <= 40 * tens, up = 40 * tens + 40 <= upper;
        if (down != up)
            return (struct decimal){tens + up, k + 1};
    }
    bool down = lower <= 4 * s, up = 4 * s + 4 <= upper;
    if (down != up)
        return (struct decimal){s + up, k};
    uint64_t middle = 4 * s + 2;
    return (struct decimal){s + (v > middle || (v == middle && (s & 1))), k};
}

/* Writes n without leading zeros at the end of a buffer; returns where it begins. */
static char *put_digits(uint64_t n, char *end)
{
    while (n >= 100) {
        uint64_t pair = n % 100;
        n /= 100;
        *--end = (char)('0' + pair % 10);
        *--end = (char)('0' + pair / 10);
    }
    *--end = (char)('0' + n % 10);
    if (n >= 10)
        *--end = (char)('0' + n / 10);
    return end;
}

static char *put_zeros(char *to, int n)
{
    for (int i = 0; i < n; i++)
        *to++ = '0';
    return to;
}

static char *put_bytes(char *to, const char *p, int n)
{
    memcpy(to, p, (size_t)n);
    return to + n;
}

/* Writes 12.5, 0.001 or 1200; point is how many of the n digits stand before the
 * point. */
static char *put_plain(char *to, const char *digits, int n, int point, bool whole_zero)
{
    if (point <= 0) {
        *to++ = '0';
        *to++ = '.';
        return put_bytes(put_zeros(to, -point), digits, n);
    }
    if (point < n) {
        to = put_bytes(to, digits, point);
        *to++ = '.';
        return put_bytes(to, digits + point, n - point);
    }
    to = put_zeros(put_bytes(to, digits, n), point - n);
    return whole_zero ? put_bytes(to, ".0", 2) : to;
}

/* Writes 1.5e-07. */
static char *put_scientific(char *to, const char *digits, int n, int exponent)
{
    char room[24], *end = room + sizeof(room);
    *to++ = digits[0];
    if (n > 1) {
        *to++ = '.';
        to = put_bytes(to, digits + 1, n - 1);
    }
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    int size = exponent < 0 ? -exponent : exponent;
    if (size < 10)
        *to++ = '0';
    char *p = put_digits((uint64_t)size, end);
    return put_bytes(to, p, (int)(end - p));
}

static size_t write_real(double x, bool whole_zero, char *buffer)
{
    char *to = buffer, room[24], *end = room + sizeof(room);
    if (isnan(x))
        return (size_t)(put_bytes(to, "nan", 3) - buffer);
    if (signbit(x))
        *to++ = '-';
    x = fabs(x);
    if (isinf(x))
        return (size_t)(put_bytes(to, "inf", 3) - buffer);
    struct decimal d;
    if (!few_digits(x, &d))
        d = shortest(x);
    char *p = put_digits(d.digits, end);
    int point = (int)(end - p) + d.exponent;
    // Zeros at the end carry nothing, wherever the point stands.
    while (end - p > 1 && end[-1] == '0')
        end--;
    int n = (int)(end - p);
    if (point <= -4 || point > 16)
        to = put_scientific(to, p, n, point - 1);
    else
        to = put_plain(to, p, n, point, whole_zero);
    return (size_t)(to - buffer);
}

size_t number_shortest(double x, char *buffer)
{
    return write_real(x, true, buffer);
}

size_t number_csv(double x, char *buffer)
{
    return write_real(x, false, buffer);
}

size_t number_rounded(double x, char *buffer)
{
    size_t n = number_csv(x, buffer);
    double size = fabs(x);
    if (n <= 9 || !isfinite(x) || (size < 1e15 && size == floor(size)))
        return n;
    if (size >= 1e6 && size < 1e15)
        return (size_t)snprintf(buffer, 32, "%.1f", x);
    return (size_t)snprintf(buffer, 32, "%.6g", x);
}
