/* What a plain scalar of YAML means.
 *
 * The rules are those by which DVC reads its params (YAML 1.2 with ruamel.yaml's number
 * patterns): underscores may stand between digits, `0o17`, `0x1F` and `0b11` are
 * integers, `012` is 12, a leading point wants a sign in the exponent (`.5e-3` is a real,
 * `.5e3` is text).  Dates stay text, for nothing here wants them resolved.
 * tests/unit/test_yaml.c holds the table. */
#include "config/yaml_internal.h"

#include <math.h>

#include "base/number.h"

static bool one_of(struct view v, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (view_is(v, words[i]))
            return true;
    return false;
}

/* Value of a digit in bases up to 16; 99 for anything else. */
static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 99;
}

/* Skips a sign and returns whether it was a minus. */
static bool take_sign(struct view *v)
{
    bool minus = v->n > 0 && v->p[0] == '-';
    if (v->n > 0 && (v->p[0] == '-' || v->p[0] == '+')) {
        v->p++;
        v->n--;
    }
    return minus;
}

/* Skips 0b, 0o or 0x and returns the base. */
static unsigned take_base(struct view *v)
{
    if (v->n < 3 || v->p[0] != '0')
        return 10;
    unsigned base = v->p[1] == 'b' ? 2 : v->p[1] == 'o' ? 8 : v->p[1] == 'x' ? 16 : 10;
    if (base != 10) {
        v->p += 2;
        v->n -= 2;
    }
    return base;
}

/* Reads the text as a number without underscores; a number too large is infinite. */
static double parse_real(struct view v, struct arena *mem)
{
    struct arena_mark mark = arena_mark(mem);
    char *copy = ARENA_ARRAY(mem, char, v.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] != '_')
            copy[n++] = v.p[i];
    double x = INFINITY;
    (void)number_parse(copy, n, &x);
    arena_rewind(mem, mark);
    return x;
}

/* Reads digits and underscores; without a sign and in base 10 the first one must be a
 * digit. */
static bool resolve_integer(struct yaml_node *node, struct arena *mem)
{
    struct view v = node->text;
    bool minus = take_sign(&v);
    unsigned base = take_base(&v);
    struct view digits = v;
    bool loose = base != 10 || v.p != node->text.p;
    uint64_t magnitude = 0;
    double approximate = 0;
    size_t n_digits = 0;
    bool fits = true;
    for (size_t i = 0; i < v.n; i++) {
        unsigned d = digit_value(v.p[i]);
        if (v.p[i] == '_' && (i > 0 || loose))
            continue;
        if (d >= base)
            return false;
        n_digits++;
        fits = fits && magnitude <= ((uint64_t)INT64_MAX - d) / base;
        magnitude = fits ? magnitude * base + d : magnitude;
        approximate = approximate * base + d;
    }
    if (n_digits == 0)
        return false;
    node->kind = fits ? YAML_INT : YAML_REAL;
    node->integer = fits ? (minus ? -(int64_t)magnitude : (int64_t)magnitude) : 0;
    if (!fits && base == 10)
        approximate = parse_real(digits, mem);
    node->real = fits ? (double)node->integer : minus ? -approximate : approximate;
    return true;
}

/* Skips digits and, behind the first of them, underscores; returns how many digits there
 * were. */
static size_t take_digits(struct view *v, bool underscore_first)
{
    size_t i = 0, digits = 0;
    while (i < v->n && (digit_value(v->p[i]) < 10 ||
                        (v->p[i] == '_' && (i > 0 || underscore_first)))) {
        digits += v->p[i] != '_';
        i++;
    }
    v->p += i;
    v->n -= i;
    return digits;
}

/* True when v is empty or a whole exponent. */
static bool is_exponent(struct view v, bool want_sign)
{
    if (v.n == 0)
        return true;
    if (v.p[0] != 'e' && v.p[0] != 'E')
        return false;
    v.p++;
    v.n--;
    size_t before = v.n;
    (void)take_sign(&v);
    if (want_sign && v.n == before)
        return false;
    for (size_t i = 0; i < v.n; i++)
        if (digit_value(v.p[i]) > 9)
            return false;
    return v.n > 0;
}

static bool resolve_real(struct yaml_node *node, struct arena *mem)
{
    static const char *const infinities[] = {".inf", ".Inf", ".INF"};
    static const char *const nans[] = {".nan", ".NaN", ".NAN"};

    struct view v = node->text;
    bool minus = take_sign(&v);
    struct view unsigned_text = v;
    double x = INFINITY;
    if (one_of(node->text, nans, COUNT_OF(nans))) {
        x = NAN;
    } else if (!one_of(v, infinities, COUNT_OF(infinities))) {
        size_t whole = take_digits(&v, false), fraction = 0;
        bool point = v.n > 0 && v.p[0] == '.';
        if (point) {
            v.p++;
            v.n--;
            fraction = take_digits(&v, true);
        }
        if (whole + fraction == 0 || !is_exponent(v, whole == 0))
            return false;
        x = parse_real(unsigned_text, mem);
    }
    node->kind = YAML_REAL;
    node->real = minus ? -x : x;
    return true;
}

void yaml_resolve(struct yaml_node *node, struct arena *mem)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    static const char *const trues[] = {"true", "True", "TRUE"};
    static const char *const falses[] = {"false", "False", "FALSE"};

    if (one_of(node->text, nulls, COUNT_OF(nulls))) {
        node->kind = YAML_NULL;
    } else if (one_of(node->text, trues, COUNT_OF(trues))) {
        node->kind = YAML_BOOL;
        node->boolean = true;
    } else if (one_of(node->text, falses, COUNT_OF(falses))) {
        node->kind = YAML_BOOL;
    } else if (!resolve_integer(node, mem) && !resolve_real(node, mem)) {
        node->kind = YAML_TEXT;
    }
}
