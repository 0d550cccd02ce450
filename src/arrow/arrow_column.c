/* The contents of one column of a batch, checked before anybody sees them.
 *
 * Everything here is linear in the rows and in the bytes of text.  Text is looked at as
 * one run: when the run is UTF-8 and no value begins inside a character, every value is
 * UTF-8.  Only when that fails is each value looked at, since bytes of missing values may
 * be anything.  Numbers of any bits are good; dates must lie in the years that
 * base/date.h knows. */
#include "arrow/arrow_internal.h"

#include <stdarg.h>

enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; // 0001-01-01 and 9999-12-31

static const int32_t no_offsets[1]; // of a text column without rows

enum status arrow_damaged(const char *path, size_t at, struct error *err,
                          const char *format, ...)
{
    char what[200];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return error_refuse(err, path, NULL, "damaged Arrow file: %s at byte %zu", what, at);
}

/* Counts ones by adding neighbouring fields (Warren 2012, Hacker's Delight, 5-1). */
static size_t count_ones(uint64_t x)
{
    x -= (x >> 1) & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + ((x >> 2) & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (size_t)((x * UINT64_C(0x0101010101010101)) >> 56);
}

size_t arrow_count_missing(const uint8_t *bits, size_t n)
{
    size_t ones = 0, i = 0;
    for (; i + 64 <= n; i += 64) {
        uint64_t word;
        memcpy(&word, bits + i / 8, sizeof word);
        ones += count_ones(word);
    }
    for (; i < n; i += 8) {
        unsigned keep = n - i < 8 ? (1u << (n - i)) - 1 : 0xff;
        ones += count_ones(bits[i / 8] & keep);
    }
    return n - ones;
}

/* Returns the bytes of a span, in mem when they stand at no multiple of the width. */
static const void *aligned(const unsigned char *file, const struct arrow_span *s,
                           size_t width, struct arena *mem)
{
    const unsigned char *p = file + s->at;
    if ((uintptr_t)p % width == 0)
        return p;
    void *copy = arena_alloc(mem, s->n);
    memcpy(copy, p, s->n);
    return copy;
}

static enum status check_validity(const struct arrow_layout *l, const unsigned char *file,
                                  struct column *c, struct error *err)
{
    if (l->validity.n == 0)
        return STATUS_OK;
    size_t missing = arrow_count_missing(file + l->validity.at, l->rows);
    if (missing != l->missing)
        return arrow_damaged(l->path, l->validity.at, err,
                             "%zu missing values in column %s, expected %zu", missing,
                             QUOTE(l->name), l->missing);
    c->missing = missing;
    c->validity = missing ? file + l->validity.at : NULL;
    return STATUS_OK;
}

static enum status check_offsets(const struct arrow_layout *l, const int32_t *offsets,
                                 struct error *err)
{
    int32_t before = 0;
    for (size_t i = 0; i <= l->rows; i++) {
        if (offsets[i] < before)
            return arrow_damaged(l->path, l->offsets.at + 4 * i, err,
                                 "a text offset of column %s goes back", QUOTE(l->name));
        before = offsets[i];
    }
    if ((size_t)before > l->values.n)
        return arrow_damaged(l->path, l->offsets.at + 4 * l->rows, err,
                             "text of column %s lies outside of its buffer",
                             QUOTE(l->name));
    return STATUS_OK;
}

/* True when the run of all texts is UTF-8 and values begin where characters do. */
static bool run_is_utf8(const char *p, const int32_t *offsets, size_t rows)
{
    size_t begin = (size_t)offsets[0], end = (size_t)offsets[rows];
    if (text_utf8_valid(p + begin, end - begin) != end - begin)
        return false;
    bool inside = false;
    for (size_t i = 0; i < rows; i++) {
        size_t at = (size_t)offsets[i];
        inside |= at < end && ((unsigned char)p[at] & 0xc0) == 0x80;
    }
    return !inside;
}

static enum status check_text(const struct arrow_layout *l, const struct column *c,
                              struct error *err)
{
    const char *p = c->values;
    TRY(check_offsets(l, c->offsets, err));
    if (run_is_utf8(p, c->offsets, l->rows))
        return STATUS_OK;
    for (size_t i = 0; i < l->rows; i++) {
        size_t at = (size_t)c->offsets[i], n = (size_t)c->offsets[i + 1] - at;
        size_t valid = column_present(c, i) ? text_utf8_valid(p + at, n) : n;
        if (valid < n)
            return arrow_damaged(l->path, l->values.at + at + valid, err,
                                 "text of column %s in row %zu is not UTF-8",
                                 QUOTE(l->name), l->first_row + i + 1);
    }
    return STATUS_OK;
}

static enum status check_dates(const struct arrow_layout *l, const struct column *c,
                               struct error *err)
{
    const int32_t *days = c->values;
    const int64_t *seconds = c->values;
    const int64_t day = 24 * 60 * 60;
    for (size_t i = 0; i < l->rows; i++) {
        bool good = l->type == TYPE_DATE ? days[i] >= FIRST_DAY && days[i] <= LAST_DAY
                                         : seconds[i] >= FIRST_DAY * day &&
                                               seconds[i] < (LAST_DAY + INT64_C(1)) * day;
        if (!good && column_present(c, i))
            return arrow_damaged(
                l->path, l->values.at + arrow_value_bytes(l->type, i), err,
                "the date of column %s in row %zu is outside of the years 1 to "
                "9999",
                QUOTE(l->name), l->first_row + i + 1);
    }
    return STATUS_OK;
}

enum status arrow_check_column(const struct arrow_layout *l, const unsigned char *file,
                               struct arena *mem, struct column *ret, struct error *err)
{
    struct column c = {0};
    TRY(check_validity(l, file, &c, err));
    if (l->type == TYPE_TEXT) {
        c.values = file + l->values.at;
        c.offsets = l->offsets.n ? aligned(file, &l->offsets, 4, mem) : no_offsets;
        TRY(check_text(l, &c, err));
    } else {
        size_t width = l->type == TYPE_BOOL ? 1 : arrow_value_bytes(l->type, 1);
        c.values = aligned(file, &l->values, width, mem);
    }
    if (l->type == TYPE_DATE || l->type == TYPE_TIME)
        TRY(check_dates(l, &c, err));
    *ret = c;
    return STATUS_OK;
}
