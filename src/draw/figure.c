/* Figures for people: printf does the rounding, then the digits are set apart.
 *
 * printf rounds decimal forms correctly in the C locale, the only one the process ever
 * has, so the text is the same everywhere. */
#include "draw/figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define THIN "\xE2\x80\xAF"  // U+202F, narrow no-break space
#define MINUS "\xE2\x88\x92" // U+2212
#define DASH "\xE2\x80\x93"  // U+2013

struct figure_cursor {
    char *p;
    size_t left; // bytes, without the NUL
};

static void put(struct figure_cursor *c, const char *s, size_t n)
{
    if (n > c->left)
        n = c->left;
    memcpy(c->p, s, n);
    c->p += n;
    c->left -= n;
    *c->p = '\0';
}

/* Copies plain digits ("-12345.6", "1e-07"), setting thousands of the whole part apart
 * from five digits on (four digits read well without). */
static const char *set_apart(struct figure *out, const char *plain)
{
    struct figure_cursor c = {.p = out->text, .left = sizeof(out->text) - 1};
    size_t whole;

    if (*plain == '-') {
        put(&c, MINUS, strlen(MINUS));
        plain++;
    }
    whole = strspn(plain, "0123456789");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && whole > 4 && (whole - i) % 3 == 0)
            put(&c, THIN, strlen(THIN));
        put(&c, plain + i, 1);
    }
    for (const char *p = plain + whole; *p; p++) {
        if (*p == '-')
            put(&c, MINUS, strlen(MINUS));
        else
            put(&c, p, 1);
    }
    return out->text;
}

static const char *none(struct figure *out)
{
    snprintf(out->text, sizeof(out->text), "%s", DASH);
    return out->text;
}

/* Of 12.54 two, of 0.0272 five.  The limits lie where rounding would carry to one place
 * more. */
int figure_digits(double x)
{
    static const double limit[] = {9999.5,  999.95,   99.995,    9.9995,
                                   0.99995, 0.099995, 0.0099995, 0.00099995};
    int digits = -1;

    for (size_t i = 0; i < COUNT_OF(limit) && fabs(x) < limit[i]; i++)
        digits++;
    return digits < 0 ? 0 : digits;
}

const char *figure_real(struct figure *out, double x)
{
    char plain[40];

    if (!isfinite(x))
        return none(out);
    if (x == 0)
        return figure_fixed(out, 0, 0);
    if (fabs(x) < 1e-4 || fabs(x) >= 1e15)
        snprintf(plain, sizeof(plain), "%.3e", x);
    else
        snprintf(plain, sizeof(plain), "%.*f", figure_digits(x), x);
    return set_apart(out, plain);
}

const char *figure_fixed(struct figure *out, double x, int digits)
{
    char plain[40];

    if (!isfinite(x))
        return none(out);
    if (fabs(x) >= 1e15)
        snprintf(plain, sizeof(plain), "%.3e", x);
    else
        snprintf(plain, sizeof(plain), "%.*f", digits, x);
    if (strspn(plain, "-0.") == strlen(plain) && *plain == '-')
        return set_apart(out, plain + 1); // no minus in front of nothing
    return set_apart(out, plain);
}

const char *figure_tick(struct figure *out, double x)
{
    char plain[40];

    if (!isfinite(x))
        return none(out);
    snprintf(plain, sizeof(plain), fabs(x) < 1e6 ? "%.6g" : "%.3g", x == 0 ? 0.0 : x);
    return set_apart(out, plain);
}

const char *figure_count(struct figure *out, uint64_t n)
{
    char plain[40];

    snprintf(plain, sizeof(plain), "%llu", (unsigned long long)n);
    return set_apart(out, plain);
}

const char *figure_percent(struct figure *out, double ratio)
{
    double percent = 100 * ratio;
    struct figure digits;

    if (!isfinite(percent))
        return none(out);
    figure_fixed(&digits, percent, fabs(percent) < 9.95 ? 1 : 0);
    snprintf(out->text, sizeof(out->text), "%.50s %%", digits.text);
    return out->text;
}
