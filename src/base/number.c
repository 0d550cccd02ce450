/* Numbers from text, correctly rounded.
 *
 * The digits are gathered in 64 bits.  Whole numbers up to 2^53 with a power of ten up to
 * 10^±22 need one exact operation (Clinger 1990, "How to read floating point numbers
 * accurately").  The rest is multiplied with the 128 leading bits of the power (Lemire
 * 2021, "Number parsing at a gigabyte per second", Software: Practice and Experience
 * 51(8)), of which we always take all; that decides unless the product is as good as a
 * tie.  strtod gets what is left: ties, subnormal numbers, and texts of more than 19
 * digits whose tail matters.
 *
 * Traded away: the rare texts that reach strtod cost 100 to 300 ns instead of 10 to
 * 20. */
#include "base/number.h"

#include <locale.h>
#include <math.h>

#include "base/error.h"
#include "base/number_powers.h"

enum {
    DIGITS_64 = 19,      // as many always fit into 64 bits
    DIGITS_MAX = 780,    // a tie has at most 767 digits (of a subnormal number)
    EXPONENT_LOW = -342, // of a whole number below 2^64: everything lower is zero
    EXPONENT_HIGH = 308, // of a whole number from 1: everything higher is too large
};

/* Where the parts of a text are; the fraction is empty when there is no point. */
struct parts {
    const char *whole, *whole_end;
    const char *fraction, *fraction_end;
    int64_t exponent; // as written behind the e
};

static const uint64_t ones = UINT64_C(0x0101010101010101);
static const uint64_t zeros = UINT64_C(0x3030303030303030); // eight times '0'

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* True when eight bytes are digits: none is below '0', and none passes '9' when 6 is
 * added. */
static inline bool are_digits(uint64_t word)
{
    const uint64_t high = ones * 0xF0;
    return (word & high) == zeros && ((word + ones * 6) & high) == zeros;
}

/* The value of eight digits, the first in the lowest byte: neighbours are joined to
 * pairs, pairs to fours, fours to the whole. */
static inline uint64_t eight_digits(uint64_t word)
{
    word -= zeros;
    word = (word & UINT64_C(0x0F000F000F000F00)) / 256 +
           (word & UINT64_C(0x000F000F000F000F)) * 10;
    word = (word >> 16 & UINT64_C(0x000000FF000000FF)) +
           (word & UINT64_C(0x000000FF000000FF)) * 100;
    return (word >> 32) + (word & UINT64_C(0xFFFFFFFF)) * 10000;
}

/* Skips digits and appends them to *w, which wraps around when there are too many. */
static inline const char *take_digits(const char *p, const char *end, uint64_t *w)
{
    uint64_t value = *w;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    while (end - p >= 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        if (!are_digits(word))
            break;
        value = value * 100000000 + eight_digits(word);
        p += 8;
    }
#endif
    while (p < end && is_digit(*p))
        value = value * 10 + (uint64_t)(*p++ - '0');
    *w = value;
    return p;
}

/* Reads "e-12" to the end of the text.  What passes any sensible exponent stands still:
 * no text is long enough to make up for it. */
static bool take_exponent(const char *p, const char *end, int64_t *ret)
{
    if (*p != 'e' && *p != 'E')
        return false;
    p++;
    bool negative = p < end && *p == '-';
    p += p < end && (*p == '-' || *p == '+');
    int64_t value = 0;
    const char *first = p;
    for (; p < end && is_digit(*p); p++)
        if (value < INT64_C(100000000000000000))
            value = value * 10 + (*p - '0');
    if (p == first || p != end)
        return false;
    *ret = negative ? -value : value;
    return true;
}

/* Takes up to max of the digits from p on, without zeros in front of the first other
 * one. */
struct taker {
    char *to;      // NULL: into number
    size_t n, max; // taken, and the most
    uint64_t number;
    int64_t dropped; // digits behind the last one that was taken
    bool more;       // one of them was not zero
};

static void take_some(struct taker *t, const char *p, const char *end)
{
    for (; p < end; p++) {
        if (t->n == 0 && *p == '0')
            continue;
        if (t->n == t->max) {
            t->dropped++;
            t->more |= *p != '0';
            continue;
        }
        if (t->to)
            t->to[t->n] = *p;
        else
            t->number = t->number * 10 + (uint64_t)(*p - '0');
        t->n++;
    }
}

static int64_t take_all(struct taker *t, const struct parts *parts)
{
    take_some(t, parts->whole, parts->whole_end);
    take_some(t, parts->fraction, parts->fraction_end);
    return parts->exponent - (parts->fraction_end - parts->fraction) + t->dropped;
}

/* Hands strtod the number in a plain form of bounded length, in the C locale.  A digit
 * behind the 780th can only say "a bit more", which one more 1 says as well. */
static bool by_strtod(const struct parts *parts, double *ret)
{
    char text[DIGITS_MAX + 32];
    struct taker t = {.to = text, .max = DIGITS_MAX};
    int64_t exponent = take_all(&t, parts);
    if (t.more) {
        text[t.n++] = '1';
        exponent--;
    }
    // Beyond these the result is zero or infinite whatever the digits are.
    exponent = exponent < -9999 ? -9999 : exponent > 9999 ? 9999 : exponent;
    snprintf(text + t.n, sizeof(text) - t.n, "e%d", (int)exponent);
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0)
        out_of_memory(sizeof(text));
    locale_t old = uselocale(c);
    double x = strtod(text, NULL);
    uselocale(old);
    freelocale(c);
    if (isinf(x))
        return false;
    *ret = x;
    return true;
}

/* True when 128 bits decide; the number is then neither subnormal nor too large. */
static bool by_product(uint64_t digits, int exponent, double *ret)
{
    int lead = __builtin_clzll(digits);
    digits <<= lead;
    const uint64_t *power = number_power(exponent);
    // The table's row lies less than one below the power, and one more unit is lost by
    // dropping the lowest 64 bits: the product lies in [x, x + 2).
    number_wide x =
        number_product(digits, power[0]) + (number_product(digits, power[1]) >> 64);
    int top = (int)(x >> 127);
    int binary = number_power_top(exponent) + 63 + top - lead;
    if (binary < -1022 || binary > 1022)
        return false;
    int low = 74 + top; // bits below the 53 that a double has
    uint64_t mantissa = (uint64_t)(x >> low);
    number_wide half = (number_wide)1 << (low - 1);
    number_wide rest = x & (2 * half - 1);
    if (rest == half || rest == half - 1)
        return false;
    mantissa += rest > half;
    // A mantissa that rounds up to 2^53 carries into the exponent, which is what is
    // wanted.
    uint64_t bits = ((uint64_t)(binary + 1022) << 52) + mantissa;
    memcpy(ret, &bits, sizeof(bits));
    return true;
}

/* Reads digits · 10^exponent; digits may be zero. */
static bool by_digits(uint64_t digits, int64_t exponent, double *ret)
{
    if (digits == 0 || exponent < EXPONENT_LOW) {
        *ret = 0;
        return true;
    }
    return exponent <= EXPONENT_HIGH && by_product(digits, (int)exponent, ret);
}

/* Reads a text of more digits than fit into 64 bits. */
static bool parse_long(const struct parts *parts, double *ret)
{
    struct taker t = {.max = DIGITS_64};
    int64_t exponent = take_all(&t, parts);
    double low, high;
    if (by_digits(t.number, exponent, &low)) {
        // The number lies between these digits and the next ones; mostly both give one
        // double.
        if (!t.more || (by_digits(t.number + 1, exponent, &high) && low == high)) {
            *ret = low;
            return true;
        }
    }
    return by_strtod(parts, ret);
}

/* powers_of_ten[i] is exact for i <= 22. */
static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool parse_unsigned(const char *p, const char *end, double *ret)
{
    uint64_t w = 0;
    struct parts parts = {.whole = p};
    parts.whole_end = p = take_digits(p, end, &w);
    parts.fraction = parts.fraction_end = p;
    if (p < end && *p == '.') {
        parts.fraction = ++p;
        parts.fraction_end = p = take_digits(p, end, &w);
    }
    int64_t decimals = parts.fraction_end - parts.fraction;
    int64_t n = parts.whole_end - parts.whole + decimals;
    if (n == 0 || (p < end && !take_exponent(p, end, &parts.exponent)))
        return false;
    int64_t exponent = parts.exponent - decimals;
    if (n > DIGITS_64)
        return parse_long(&parts, ret);
    if (w > UINT64_C(1) << 53 || exponent < -22 || exponent > 22)
        return by_digits(w, exponent, ret) || by_strtod(&parts, ret);
    *ret = exponent < 0 ? (double)w / powers_of_ten[-exponent]
                        : (double)w * powers_of_ten[exponent];
    return true;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* The texts of most cells, read without a loop, so that their lengths cost no
 * mispredicted branch. A text of 1 … 16 bytes is put at the end of two words, head and
 * tail, with zeros in front. */

static inline uint64_t load_8(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return word;
}

static inline uint64_t load_4(const char *p)
{
    uint32_t word;
    memcpy(&word, p, sizeof(word));
    return word;
}

/* The last byte of 1 … 7 becomes the highest one. */
static inline uint64_t load_tail(const char *p, size_t n)
{
    unsigned shift = 8 * (8 - (unsigned)n);
    uint64_t word;
    if (n >= 4)
        word = load_4(p + n - 4) << 32 | (load_4(p) << shift & UINT64_C(0xFFFFFFFF));
    else
        word = (uint64_t)(unsigned char)p[0] << shift |
               (uint64_t)(unsigned char)p[n / 2] << (shift + 8 * (unsigned)(n / 2)) |
               (uint64_t)(unsigned char)p[n - 1] << 56;
    return word | zeros >> (64 - shift);
}

/* Takes the point out of a word: what stands before it moves up by a byte, and `before`
 * comes in. Returns false when there is none. */
static inline bool take_point(uint64_t *word, uint64_t before, unsigned *ret_behind)
{
    uint64_t other = *word ^ ones * '.';
    uint64_t found = (other - ones) & ~other & ones * 0x80;
    if (!found)
        return false;
    // The lowest bit that is set is right, whatever borrows did to those above.
    uint64_t upto = found ^ (found - 1);
    *word = (*word & ~upto) | ((*word << 8 | before) & upto);
    *ret_behind = (unsigned)__builtin_clzll(upto) / 8;
    return true;
}

/* Reads digits with at most one point in 1 … 16 bytes; false for everything else. */
static inline bool parse_short(const char *p, size_t n, double *ret)
{
    uint64_t head = zeros, tail, w;
    unsigned decimals = 0;
    bool point;
    if (n < 8) {
        tail = load_tail(p, n);
        point = take_point(&tail, '0', &decimals);
        if (!are_digits(tail) || n == point)
            return false;
        w = eight_digits(tail);
    } else {
        tail = load_8(p + n - 8);
        if (n > 8)
            head = load_8(p) << 8 * (16 - n) | zeros >> 8 * (n - 9) >> 8;
        if (take_point(&tail, head >> 56, &decimals)) {
            head = head << 8 | '0';
        } else if (take_point(&head, '0', &decimals)) {
            decimals += 8;
        }
        if (!are_digits(tail) || !are_digits(head))
            return false;
        w = eight_digits(head) * 100000000 + eight_digits(tail);
        if (w > UINT64_C(1) << 53)
            return false;
    }
    *ret = (double)w / powers_of_ten[decimals];
    return true;
}

#else

static inline bool parse_short(const char *p, size_t n, double *ret)
{
    (void)p, (void)n, (void)ret;
    return false;
}

#endif

bool number_parse(const char *p, size_t n, double *ret)
{
    if (n == 0)
        return false;
    bool negative = *p == '-';
    double x;
    n -= negative;
    p += negative;
    if (!(n - 1 < 16 && parse_short(p, n, &x)) && !parse_unsigned(p, p + n, &x))
        return false;
    *ret = negative ? -x : x;
    return true;
}
