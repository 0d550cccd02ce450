/* Any text is refused or read as strtod reads it; what was read is written as something
 * that reads back to the same bits.
 *
 * Of eight bytes the bits are tried as a number as well. */
#include "fuzz/fuzz.h"
#include <ctype.h>
#include <math.h>

#include "base/error.h"
#include "base/number.h"

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

static void try_input(struct view input, struct arena *mem)
{
    double x = -7, wanted = strtod(arena_copy(mem, input.p, input.n), NULL);
    bool taken = number_parse(input.p, input.n, &x);
    require(taken == (is_number(input.p, input.n) && isfinite(wanted)));
    require(same_bits(x, taken ? wanted : -7));
    if (taken)
        check_written(x);
    if (input.n == sizeof(x)) {
        memcpy(&x, input.p, sizeof(x));
        check_written(x);
    }
}
