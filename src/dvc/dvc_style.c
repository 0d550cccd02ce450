/* Which texts need quotes in DVC's files, and which ones.
 *
 * DVC writes with ruamel.yaml, for YAML 1.2.  A text stands plain where that reads back
 * as the same text; else in single quotes, unless it holds a newline, a single quote, or
 * what cannot be printed.  tests/interop/dvc_lock.py compares thousands of texts. */
#include "dvc/dvc_scalar.h"

#include "config/yaml.h"

struct dvc_characters dvc_characters_of(struct view text, struct arena *mem)
{
    static const uint8_t first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t *c = ARENA_ARRAY(mem, uint32_t, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n;) {
        size_t step = text_utf8_step(text.p + i, text.n - i);
        uint32_t value = step ? (unsigned char)text.p[i] & first_bits[step] : 0xFFFD;
        for (size_t k = 1; k < step; k++)
            value = value << 6 | ((unsigned char)text.p[i + k] & 0x3F);
        c[n++] = value;
        i += step ? step : 1;
    }
    return (struct dvc_characters){c, n};
}

bool dvc_is_break(uint32_t c)
{
    return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool dvc_is_printable(uint32_t c)
{
    return c == '\n' || c == 0x85 || (c >= 0x20 && c <= 0x7E) ||
           (c >= 0xA0 && c <= 0xFFFD && c != 0xFEFF) || c >= 0x10000;
}

/* Takes from `least` to `most` digits off the front. */
static bool take_digits(struct view *v, size_t least, size_t most)
{
    size_t n = 0;
    while (n < most && n < v->n && v->p[n] >= '0' && v->p[n] <= '9')
        n++;
    v->p += n;
    v->n -= n;
    return n >= least;
}

static bool take(struct view *v, const char *any_of)
{
    bool found = v->n > 0 && v->p[0] != '\0' && strchr(any_of, v->p[0]);
    v->p += found;
    v->n -= found;
    return found;
}

static size_t take_blanks(struct view *v)
{
    size_t before = v->n;
    while (take(v, " \t"))
        ;
    return before - v->n;
}

/* The zone at the end of a time of day: nothing, Z, +1, -01:30. */
static bool is_zone(struct view v)
{
    if (v.n == 0)
        return true;
    (void)take_blanks(&v);
    if (take(&v, "Z"))
        return v.n == 0;
    if (!take(&v, "+-") || !take_digits(&v, 1, 2))
        return false;
    return v.n == 0 || (take(&v, ":") && take_digits(&v, 2, 2) && v.n == 0);
}

/* Either 2020-01-01, or a time of day behind a date that may have single digits. */
bool dvc_is_date(struct view text)
{
    struct view v = text;
    if (!take_digits(&v, 4, 4) || !take(&v, "-") || !take_digits(&v, 1, 2) ||
        !take(&v, "-") || !take_digits(&v, 1, 2))
        return false;
    if (v.n == 0)
        return text.n == 10;
    if (!take(&v, "Tt") && take_blanks(&v) == 0)
        return false;
    if (!take_digits(&v, 1, 2) || !take(&v, ":") || !take_digits(&v, 2, 2) ||
        !take(&v, ":") || !take_digits(&v, 2, 2))
        return false;
    if (take(&v, "."))
        (void)take_digits(&v, 0, v.n);
    return is_zone(v);
}

/* Where DVC's patterns want a digit, an underscore will do: -_, 0x_, ._e+1. */
static bool is_number_of_underscores(struct view v)
{
    bool sign = take(&v, "+-");
    bool base = v.n > 1 && v.p[0] == '0' && strchr("box", v.p[1]);
    bool point = take(&v, ".");
    if (base)
        v = (struct view){v.p + 2, v.n - 2};
    size_t before = v.n;
    while (take(&v, "_"))
        ;
    if (before == v.n || !(sign || base || point))
        return false;
    if (point && take(&v, "eE"))
        return take(&v, "+-") && take_digits(&v, 1, v.n) && v.n == 0;
    return v.n == 0;
}

/* True for what would read back as something else than a text. */
static bool has_another_meaning(struct view text, struct arena *mem)
{
    struct yaml_node node = {.text = text};
    if (view_is(text, "=") || view_is(text, "<<") || dvc_is_date(text) ||
        is_number_of_underscores(text))
        return true;
    yaml_resolve(&node, mem);
    return node.kind != YAML_TEXT;
}

/* What stands in a text, as far as it matters for its style. */
struct findings {
    bool plain;    // no indicator of YAML's stands where it would mean something
    bool single;   // single quotes can hold it
    bool double_q; // it holds a newline or a single quote, which calls for double quotes
    bool lines;    // it holds a break
};

static bool is_blank(struct dvc_characters s, size_t i)
{
    return i >= s.n || s.c[i] == 0 || s.c[i] == ' ' || s.c[i] == '\t' || s.c[i] == '\r' ||
           dvc_is_break(s.c[i]);
}

static bool begins_plain(struct dvc_characters s)
{
    uint32_t first = s.c[0];
    bool thrice = s.n >= 3 && s.c[1] == first && s.c[2] == first;
    if (first == ' ' || (thrice && (first == '-' || first == '.')))
        return false;
    if (first == '-' || first == '?' || first == ':')
        return !is_blank(s, 1);
    return first >= 0x80 || !strchr("#,[]{}&*!|>'\"%@`", (int)first);
}

static struct findings look(struct dvc_characters s)
{
    struct findings f = {.plain = begins_plain(s) && s.c[s.n - 1] != ' ', .single = true};
    for (size_t i = 0; i < s.n; i++) {
        uint32_t c = s.c[i];
        bool broken = dvc_is_break(c);
        if (i > 0 &&
            ((c == ':' && is_blank(s, i + 1)) || (c == '#' && is_blank(s, i - 1))))
            f.plain = false;
        if (!dvc_is_printable(c))
            f.single = false;
        if (i > 0 &&
            ((broken && s.c[i - 1] == ' ') || (c == ' ' && dvc_is_break(s.c[i - 1]))))
            f.single = false;
        f.lines |= broken;
        f.double_q |= c == '\'' || c == '\n';
    }
    f.plain = f.plain && f.single && !f.lines;
    return f;
}

enum dvc_style dvc_style_of(struct view text, struct dvc_characters s, bool simple_key)
{
    struct arena work = {0};
    if (s.n == 0)
        return DVC_SINGLE;
    struct findings f = look(s);
    bool plain = f.plain && !has_another_meaning(text, &work);
    arena_release(&work);
    if (plain)
        return DVC_PLAIN;
    if (f.double_q || !f.single || (simple_key && f.lines))
        return DVC_DOUBLE;
    return DVC_SINGLE;
}
