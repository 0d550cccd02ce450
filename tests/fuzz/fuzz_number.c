/* Any text is refused or read as strtod reads it; what was read is written as something
 * that reads back to the same bits.
 *
 * Of eight bytes the bits are tried as a number as well. */
#include <ctype.h>
#include <math.h>
#include <stdint.h>

#include "base/error.h"
#include "base/number.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

static size_t skip_digits(const char *p, size_t n, size_t at)
{
    while (at < n && isdigit((unsigned char)p[at]))
        at++;
    return at;
}

/* The grammar, said a second time: -? (digits [. digits*] | . digits) ([eE] [+-]?
 * digits)? */
static bool is_number(const char *p, size_t n)
{
    size_t at = n > 0 && p[0] == '-', whole = skip_digits(p, n, at) - at, fraction = 0;
    at += whole;
    if (at < n && p[at] == '.') {
        fraction = skip_digits(p, n, at + 1) - at - 1;
        at += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (at < n && (p[at] == 'e' || p[at] == 'E')) {
        at++;
        at += at < n && (p[at] == '+' || p[at] == '-');
        size_t end = skip_digits(p, n, at);
        if (end == at)
            return false;
        at = end;
    }
    return at == n;
}

static void check_written(double x)
{
    char text[33], csv[33];
    size_t n = number_shortest(x, text), m = number_csv(x, csv);
    require(n > 0 && n <= 32 && m > 0 && m <= n);
    if (!isfinite(x))
        return;
    double back;
    require(number_parse(text, n, &back) && same_bits(back, x));
    require(number_parse(csv, m, &back) && same_bits(back, x));
    text[n] = '\0';
    require(same_bits(strtod(text, NULL), x));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // An own copy without a byte to spare, so that reading beyond the end is seen.
    char *p = malloc(size ? size : 1), *text = malloc(size + 1);
    require(p && text);
    if (size)
        memcpy(p, data, size);
    memcpy(text, p, size);
    text[size] = '\0';
    double x = -7, wanted = strtod(text, NULL);
    bool taken = number_parse(p, size, &x);
    require(taken == (is_number(p, size) && isfinite(wanted)));
    require(same_bits(x, taken ? wanted : -7));
    if (taken)
        check_written(x);
    if (size == sizeof(x)) {
        memcpy(&x, data, sizeof(x));
        check_written(x);
    }
    free(p);
    free(text);
    return 0;
}
