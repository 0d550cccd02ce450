/* The fast scanner: an index of the bytes that matter, then records from the index.
 *
 * The index is made eight bytes at a time by arithmetic on whole words (Lamport 1975,
 * "Multiple byte processing with full-word instructions"; the two passes are those of
 * Langdale and Lemire 2019, "Parsing gigabytes of JSON per second").  It holds the
 * delimiters, the quotes and all bytes below 14, among which are the line ends and NUL;
 * the scanner sorts out the rest.
 *
 * What it takes is regular: cells without quotes, or quoted as a whole.  It leaves to
 * libcsv what may be a fault, what comes near a cap, and records of more than a
 * stretch. */
#include "csv/csv_internal.h"

enum { BLOCK = 64, WORD = 8 };

static const uint64_t ones = UINT64_C(0x0101010101010101);
static const uint64_t lows = UINT64_C(0x7F7F7F7F7F7F7F7F);
static const uint64_t highs = UINT64_C(0x8080808080808080);

/* Bit i tells whether byte i of eight matters.  With the high bits off, adding 0x7F to a
 * byte carries into its high bit unless it was zero, and never into the next byte. */
static inline uint64_t word_mask(uint64_t word, uint64_t delimiters)
{
    uint64_t low = word & lows;
    uint64_t other = low + ones * (0x80 - 14);
    other &= (low ^ ones * '"') + lows;
    other &= (low ^ delimiters) + lows;
    uint64_t found = ~(other | word) & highs;
    return (found >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline uint64_t block_mask(const char *p, uint64_t delimiters, uint64_t *high)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < BLOCK / WORD; i++) {
        uint64_t word;
        memcpy(&word, p + WORD * i, WORD);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        *high |= word;
        mask |= word_mask(word, delimiters) << (WORD * i);
    }
    return mask;
}

static inline uint32_t *put_offsets(uint32_t *to, uint64_t mask, uint32_t at)
{
    for (; mask; mask &= mask - 1)
        *to++ = at + (uint32_t)__builtin_ctzll(mask);
    return to;
}

/* Writes the offsets of the bytes that matter among n < 2^32; returns how many.
 * *ret_high tells whether there are bytes beyond ASCII. */
static size_t index_bytes(const char *p, size_t n, char delimiter, uint32_t *index,
                          bool *ret_high)
{
    uint64_t delimiters = ones * (unsigned char)delimiter, high = 0;
    uint32_t *to = index;
    size_t i = 0;
    for (; n - i >= BLOCK; i += BLOCK)
        to = put_offsets(to, block_mask(p + i, delimiters, &high), (uint32_t)i);
    if (i < n) {
        char last[BLOCK];
        memset(last, 'x', sizeof(last));
        memcpy(last, p + i, n - i);
        to = put_offsets(to, block_mask(last, delimiters, &high), (uint32_t)i);
    }
    *ret_high = high & highs;
    return (size_t)(to - index);
}

bool csv_index(struct csv_reader *r)
{
    size_t most = r->room - 1, n = r->end - r->pos < most ? r->end - r->pos : most;
    if (r->from == r->pos && r->to >= r->pos + n)
        return false;
    bool high;
    size_t count = index_bytes(r->p + r->pos, n, r->limits.delimiter, r->index, &high);
    if (high) {
        csv_validate(r);
        if (r->valid < r->pos + n) {
            n = r->valid - r->pos;
            while (count > 0 && r->index[count - 1] >= n)
                count--;
        }
    } else if (r->valid < r->pos + n) {
        r->valid = r->pos + n;
    }
    r->beyond = high;
    bool further = r->from != r->pos || r->to < r->pos + n;
    r->index[count] = (uint32_t)n;
    r->next = 0;
    r->from = r->pos;
    r->to = r->pos + n;
    return further;
}

void csv_index_skip(struct csv_reader *r)
{
    if (r->pos > r->to || !r->index) {
        r->from = r->to = r->pos;
        r->next = 0;
        r->index[0] = 0;
        return;
    }
    while (r->from + r->index[r->next] < r->pos)
        r->next++;
}

/* A record under way; offsets are from the index's first byte. */
struct csv_scan {
    const char *p;
    const uint32_t *at;
    size_t start; // of the cell
    size_t line, line_start;
    size_t end; // of the index
    bool final; // nothing comes behind end
};

/* Moves behind a line end; false when the byte behind a CR is not there yet. */
static bool pass_line_end(struct csv_scan *s, size_t stop)
{
    s->at++;
    s->start = stop + 1;
    if (s->p[stop] == '\r') {
        if (s->start == s->end && !s->final)
            return false;
        if (s->start < s->end && s->p[s->start] == '\n') {
            s->at++;
            s->start++;
        }
    }
    s->line++;
    s->line_start = s->start;
    return true;
}

/* Copies a cell without the first of each two quotes; returns its length. */
static size_t undouble(const char *p, size_t n, char *to)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        to[k++] = p[i];
        i += p[i] == '"';
    }
    return k;
}

/* Reads the quoted cell that begins at s->start, where the index stands too; leaves the
 * index at the byte behind the closing quote. */
static enum csv_outcome quoted_cell(struct csv_reader *r, struct csv_scan *s,
                                    struct csv_field *f)
{
    const char *p = s->p;
    size_t first = s->start + 1, stop;
    bool doubled = false;
    f->line = s->line;
    f->col = s->start - s->line_start + 1;
    f->quoted = true;
    for (s->at++;; s->at++) {
        stop = *s->at;
        if (stop == s->end)
            return s->final ? CSV_UNSURE : CSV_MORE;
        if (p[stop] == '"') {
            if (stop + 1 == s->end && !s->final)
                return CSV_MORE;
            if (stop + 1 == s->end || p[stop + 1] != '"')
                break;
            doubled = true;
            s->at++;
        } else if (csv_is_line_end(p[stop])) {
            s->line += p[stop] == '\r' || p[stop - 1] != '\r';
            s->line_start = stop + 1;
        } else if (p[stop] == '\0') {
            return CSV_UNSURE;
        }
    }
    s->at++;
    if (stop + 1 != s->end && p[stop + 1] != r->limits.delimiter &&
        !csv_is_line_end(p[stop + 1]))
        return CSV_UNSURE;
    f->p = p + first;
    f->n = stop - first;
    if (doubled) {
        char *copy = arena_alloc(&r->cells, f->n);
        f->n = undouble(f->p, f->n, copy);
        f->p = copy;
    }
    if (r->quoted_line == 0)
        r->quoted_line = f->line;
    return CSV_RECORD;
}

/* Skips blank lines where they mean nothing.  True when a record begins at s->start. */
static bool skip_blank_lines(struct csv_reader *r, struct csv_scan *s)
{
    while (*s->at != s->end && *s->at == s->start && csv_is_line_end(s->p[s->start])) {
        if (r->columns == 1)
            return true;
        if (!pass_line_end(s, s->start))
            return false;
        r->pos = r->from + s->start;
        r->line = s->line;
        r->next = (size_t)(s->at - r->index);
    }
    return s->start < s->end;
}

/* Hands the record over unless a cap may be passed. */
static enum csv_outcome accept(struct csv_reader *r, const struct csv_scan *s, size_t n,
                               size_t length)
{
    if (length > r->limits.field_bytes || length > r->limits.record_bytes ||
        r->rows >= r->limits.rows)
        return CSV_UNSURE;
    r->record_line = r->line;
    r->n = n;
    r->pos = r->from + s->start;
    r->line = s->line;
    r->next = (size_t)(s->at - r->index);
    return CSV_RECORD;
}

/* Reads the cell at s->start and leaves the index at what ends it.  A control character
 * that ends nothing belongs to the cell. */
static inline enum csv_outcome read_cell(struct csv_reader *r, struct csv_scan *s,
                                         struct csv_field *f)
{
    size_t stop = *s->at;
    for (; stop != s->end; stop = *++s->at) {
        char c = s->p[stop];
        if (c == r->limits.delimiter || csv_is_line_end(c))
            break;
        if (c == '"' && stop == s->start && !r->bare_line)
            return quoted_cell(r, s, f);
        if (c == '"' || c == '\0')
            return CSV_UNSURE;
    }
    *f = (struct csv_field){s->p + s->start, stop - s->start, s->line,
                            s->start - s->line_start + 1, false};
    return CSV_RECORD;
}

enum csv_outcome csv_scan_fast(struct csv_reader *r)
{
    struct csv_scan s = {.p = r->p + r->from,
                         .at = r->index + r->next,
                         .start = r->pos - r->from,
                         .line = r->line,
                         .end = r->to - r->from,
                         .final = r->eof && !r->invalid && r->to == r->end};
    s.line_start = s.start;
    if (!skip_blank_lines(r, &s))
        return s.final && s.start == s.end ? CSV_END : CSV_MORE;
    const size_t record = s.start;
    for (size_t n = 0; n < r->limits.columns;) {
        if (n == r->cap_fields)
            csv_grow_fields(r);
        enum csv_outcome outcome = read_cell(r, &s, &r->field[n++]);
        if (outcome != CSV_RECORD)
            return outcome;
        size_t stop = *s.at;
        if (stop == s.end) {
            s.start = stop;
            return s.final ? accept(r, &s, n, stop - record) : CSV_MORE;
        }
        if (s.p[stop] != r->limits.delimiter)
            return pass_line_end(&s, stop) ? accept(r, &s, n, stop - record) : CSV_MORE;
        s.at++;
        s.start = stop + 1;
    }
    return CSV_UNSURE;
}
