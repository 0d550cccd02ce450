/* Views, the builder, strict integers, patterns, nearest names, UTF-8, escapes, a hash.
 *
 * The edit distance is that of Damerau and Levenshtein in its restricted form, in which
 * two exchanged neighbours count as one edit and are not edited again (Damerau 1964, "A
 * technique for computer detection and correction of spelling errors", CACM 7(3)): three
 * rows of the table are enough, and they are short, because nobody means a name of more
 * than 128 bytes by another.
 *
 * The hash is FNV-1a, 64 bits: for tables and labels, not against an adversary. */
#include "base/text.h"

#include <stdarg.h>

#include "base/error.h"

enum { NAME_MAX_BYTES = 128, TEXT_FIRST = 256 };

struct view view_of(const char *cstring)
{
    return (struct view){cstring, strlen(cstring)};
}

bool view_eq(struct view a, struct view b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool view_is(struct view a, const char *cstring)
{
    return view_eq(a, view_of(cstring));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct view view_trim(struct view v)
{
    while (v.n && is_blank(v.p[0])) {
        v.p++;
        v.n--;
    }
    while (v.n && is_blank(v.p[v.n - 1]))
        v.n--;
    return v;
}

const char *text_find(struct view v, const char *what)
{
    size_t n = strlen(what);
    for (size_t i = 0; i + n <= v.n; i++)
        if (memcmp(v.p + i, what, n) == 0)
            return v.p + i;
    return NULL;
}

/* Makes room for n more bytes and the NUL. */
static void text_room(struct text *t, size_t n)
{
    if (n >= SIZE_MAX / 2 - t->n)
        out_of_memory(n);
    size_t wanted = t->n + n + 1;
    if (wanted <= t->cap)
        return;
    size_t cap = t->cap ? 2 * t->cap : TEXT_FIRST;
    if (cap < wanted)
        cap = wanted;
    t->p = arena_grow(t->mem, t->p, t->cap, cap);
    t->cap = cap;
}

void text_add(struct text *t, const char *p, size_t n)
{
    text_room(t, n);
    if (n)
        memcpy(t->p + t->n, p, n);
    t->n += n;
    t->p[t->n] = '\0';
}

void text_puts(struct text *t, const char *cstring)
{
    text_add(t, cstring, strlen(cstring));
}

void text_putc(struct text *t, char c)
{
    text_add(t, &c, 1);
}

void text_addf(struct text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text_room(t, n > 0 ? (size_t)n : 0);
    t->p[t->n] = '\0';
    if (n > 0) {
        vsnprintf(t->p + t->n, (size_t)n + 1, format, again);
        t->n += (size_t)n;
    }
    va_end(again);
}

/* Reads digits only, at least one, up to a limit. */
static bool parse_digits(const char *p, size_t n, uint64_t limit, uint64_t *ret)
{
    uint64_t value = 0;
    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(p[i] - '0');
        if (value > (limit - digit) / 10)
            return false;
        value = 10 * value + digit;
    }
    *ret = value;
    return true;
}

int text_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool text_int64(struct view v, int64_t *ret)
{
    bool minus = v.n > 0 && v.p[0] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + (minus ? 1 : 0), value;
    if (v.n == 0 || !parse_digits(v.p + minus, v.n - minus, limit, &value))
        return false;
    if (minus)
        *ret = value == limit ? INT64_MIN : -(int64_t)value;
    else
        *ret = (int64_t)value;
    return true;
}

bool text_size(struct view v, size_t *ret)
{
    uint64_t value;
    if (!parse_digits(v.p, v.n, SIZE_MAX, &value))
        return false;
    *ret = (size_t)value;
    return true;
}

bool text_match(const char *pattern, const char *name)
{
    // Only the last star is tried again: what stood before it matched as early as it
    // could, so giving it more would not help.
    const char *star = NULL, *resume = NULL;
    while (*name) {
        if (*pattern == '*') {
            star = pattern++;
            resume = name;
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star + 1;
            name = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits from a to b, both of at most NAME_MAX_BYTES, ignoring case. */
static size_t edit_distance(struct view a, struct view b)
{
    size_t rows[3][NAME_MAX_BYTES + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.n; j++)
        above[j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        char ai = lower(a.p[i - 1]);
        row[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            char bj = lower(b.p[j - 1]);
            size_t edits = least(above[j], row[j - 1]) + 1;
            edits = least(edits, above[j - 1] + (ai != bj));
            if (i > 1 && j > 1 && ai == lower(b.p[j - 2]) && lower(a.p[i - 2]) == bj)
                edits = least(edits, before[j - 2] + 1);
            row[j] = edits;
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b.n];
}

const char *text_nearest(struct view name, const char *const *candidates, size_t n)
{
    const char *nearest = NULL;
    size_t limit = name.n / 3 ? name.n / 3 : 1;
    if (name.n == 0 || name.n > NAME_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        struct view candidate = view_of(candidates[i]);
        if (candidate.n > NAME_MAX_BYTES)
            continue;
        size_t edits = edit_distance(name, candidate);
        // A name of which no letter stayed is not near, however short it is.
        if (edits > limit || (edits >= name.n && edits >= candidate.n))
            continue;
        nearest = candidates[i];
        if (edits == 0)
            break;
        limit = edits - 1;
    }
    return nearest;
}

size_t text_utf8_step(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    if (n == 0)
        return 0;
    if (u[0] < 0x80)
        return 1;
    size_t step = u[0] >= 0xF0 ? 4 : u[0] >= 0xE0 ? 3 : 2;
    if (u[0] < 0xC2 || u[0] > 0xF4 || n < step)
        return 0;
    for (size_t i = 1; i < step; i++) {
        if ((u[i] & 0xC0) != 0x80)
            return 0;
    }
    // Longer than needed; a surrogate; beyond U+10FFFF.
    if ((u[0] == 0xE0 && u[1] < 0xA0) || (u[0] == 0xED && u[1] > 0x9F) ||
        (u[0] == 0xF0 && u[1] < 0x90) || (u[0] == 0xF4 && u[1] > 0x8F))
        return 0;
    return step;
}

size_t text_utf8_valid(const char *p, size_t n)
{
    const uint64_t high = UINT64_C(0x8080808080808080);
    size_t i = 0;
    while (i < n) {
        uint64_t word;
        for (; n - i >= sizeof word; i += sizeof word) { // most text is ASCII
            memcpy(&word, p + i, sizeof word);
            if (word & high)
                break;
        }
        size_t step = text_utf8_step(p + i, n - i);
        if (step == 0)
            break;
        i += step;
    }
    return i;
}

uint32_t text_code_point(const char *p, size_t step)
{
    static const uint8_t first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t c = (unsigned char)p[0] & first_bits[step];
    for (size_t i = 1; i < step; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3F);
    return c;
}

bool text_is_plain(uint32_t c)
{
    // From, to: controls; soft hyphen; joiners, marks and fillers that are not seen; line
    // and paragraph separators with the embeddings and overrides; isolates with the old
    // format characters; the byte order mark; annotations; shorthand, musical and tags.
    static const uint32_t hidden[][2] = {
        {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},
        {0x61C, 0x61C},     {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
        {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},   {0x3164, 0x3164},
        {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF9, 0xFFFB},   {0xFFFE, 0xFFFF},
        {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };
    for (size_t i = 0; i < COUNT_OF(hidden) && c >= hidden[i][0]; i++)
        if (c <= hidden[i][1])
            return false;
    return true;
}

/* Puts a backslash, a letter and n digits. */
static void put_escape(char **out, char letter, uint32_t value, unsigned n)
{
    *(*out)++ = '\\';
    *(*out)++ = letter;
    while (n-- > 0)
        *(*out)++ = "0123456789ABCDEF"[value >> 4 * n & 15];
}

size_t text_escape(char **out, const char *p, size_t n)
{
    size_t step = text_utf8_step(p, n);
    uint32_t c = step ? text_code_point(p, step) : (unsigned char)p[0];
    if (step && text_is_plain(c)) {
        memcpy(*out, p, step);
        *out += step;
    } else if (step < 2) {
        put_escape(out, 'x', c, 2);
    } else if (c < 0x10000) {
        put_escape(out, 'u', c, 4);
    } else {
        put_escape(out, 'U', c, 8);
    }
    return step ? step : 1;
}

void text_add_shown(struct text *t, struct view v)
{
    text_add(t, "", 0);
    for (size_t i = 0; i < v.n;) {
        char shown[TEXT_ESCAPED], *end = shown;
        i += text_escape(&end, v.p + i, v.n - i);
        text_add(t, shown, (size_t)(end - shown));
    }
}

uint64_t text_hash(uint64_t h, const void *p, size_t n)
{
    const unsigned char *bytes = p;
    for (size_t i = 0; i < n; i++)
        h = (h ^ bytes[i]) * UINT64_C(1099511628211);
    return h;
}
