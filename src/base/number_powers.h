/* The table of powers of ten that reading and writing of numbers share; number_powers.c
 * says how it is made.  No other module needs it. */
#ifndef BASE_NUMBER_POWERS_H
#define BASE_NUMBER_POWERS_H

#include <stdint.h>

enum { NUMBER_POWER_FIRST = -342, NUMBER_POWER_LAST = 324, NUMBER_POWER_EXACT = 55 };

extern const uint64_t number_powers[NUMBER_POWER_LAST - NUMBER_POWER_FIRST + 1][2];

/* The upper and the lower half of the 128 leading bits of 10^e, cut off, not rounded. */
static inline const uint64_t *number_power(int e)
{
    return number_powers[e - NUMBER_POWER_FIRST];
}

/* The exponent of the leading bit of 10^e: floor(e * log2(10)) for |e| <= 350. */
static inline int number_power_top(int e)
{
    // The shift of a negative number is arithmetic in every compiler that builds this.
    return (e * 217706) >> 16;
}

/* The whole product of two words; the extension is marked as one for -Wpedantic. */
__extension__ typedef unsigned __int128 number_wide;

static inline number_wide number_product(uint64_t a, uint64_t b)
{
    return (number_wide)a * b;
}

#endif
