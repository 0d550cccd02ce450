/* The reference scanner: libcsv, one byte at a time, with our rules around it.
 *
 * libcsv runs in strict mode, which stops at a quote inside an unquoted cell and at
 * anything behind a closing quote.  The second is a fault.  The first is judged by
 * may_stand below; a quote that may stand is handed in again with strictness off for that
 * byte.  Since libcsv gets single bytes, the place of everything is known, and the first
 * fault in reading order is the one reported, whatever pieces the file came in.
 *
 * What may stand.  A file either quotes cells or it does not: who quotes would have
 * quoted a cell with a quote in it.  So no file may have both, and then a lost or extra
 * quote in a quoting file always leaves a fault behind.  In a file without quoted cells a
 * quote is text when it stands inside a word's end, as in 5" pipe or 37.8"N: behind a
 * letter, digit or character beyond ASCII, and not in front of another quote, the cell's
 * end, or what other files part cells with.
 *
 * Traded away: speed (about 80 MB/s), which regular files never see. */
#include "csv/csv_internal.h"

#define OTHER_DELIMITERS ",;\t|:"

/* Places the fault that error_set has filled in. */
static enum csv_outcome fault_at(struct csv_reader *r, size_t line, size_t col)
{
    error_at(&r->error, r->path, line, col);
    return CSV_FAULT;
}

static enum csv_outcome fault_here(struct csv_reader *r)
{
    return fault_at(r, r->at_line, r->fed - r->at_start + 1);
}

static enum csv_outcome fault_cell(struct csv_reader *r)
{
    return fault_at(r, r->cell.line, r->cell.col);
}

/* libcsv's two calls: a cell, a record. */
static void on_cell(void *bytes, size_t n, void *reader)
{
    struct csv_reader *r = reader;
    if (r->n == r->cap_fields)
        csv_grow_fields(r);
    r->cell.p = arena_copy(&r->cells, bytes, n);
    r->cell.n = n;
    r->field[r->n++] = r->cell;
    r->begun = false;
}

static void on_record(int end, void *reader)
{
    struct csv_reader *r = reader;
    (void)end;
    r->complete = true;
}

static bool feed(struct csv_reader *r, char c)
{
    if (csv_parse(&r->libcsv, &c, 1, on_cell, on_record, r) == 1)
        return true;
    if (csv_error(&r->libcsv) != CSV_EPARSE)
        out_of_memory(r->libcsv.entry_pos);
    return false;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c < 0;
}

/* Judges a quote by its neighbours; see above. */
static bool may_stand(const struct csv_reader *r, size_t i)
{
    if (i + 1 == r->end || !is_word(r->p[i - 1]))
        return false;
    char next = r->p[i + 1];
    return next != '"' && next != r->limits.delimiter && !csv_is_line_end(next) &&
           (next == '\0' || !strchr(OTHER_DELIMITERS, next));
}

static enum csv_outcome bare_quote(struct csv_reader *r, size_t i)
{
    if (i + 1 == r->end && !r->eof)
        return CSV_MORE;
    if (r->quoted_line || !may_stand(r, i)) {
        if (r->quoted_line)
            error_set(&r->error, STATUS_INPUT,
                      "a quote stands inside a cell without quotes, while line %zu has "
                      "cells in "
                      "quotes",
                      r->quoted_line);
        else
            error_set(&r->error, STATUS_INPUT,
                      "a quote stands inside a cell without quotes");
        error_hint(
            &r->error,
            "if it belongs to the text, write it twice and put the cell in quotes");
        return fault_here(r);
    }
    if (r->bare_line == 0)
        r->bare_line = r->at_line;
    csv_set_opts(&r->libcsv, CSV_STRICT_FINI);
    feed(r, '"');
    csv_set_opts(&r->libcsv, CSV_STRICT | CSV_STRICT_FINI);
    return CSV_RECORD;
}

static enum csv_outcome behind_quote(struct csv_reader *r, size_t i)
{
    size_t n = text_utf8_step(r->p + i, r->end - i);
    error_set(&r->error, STATUS_INPUT,
              "expected %s or the end of the line behind a closing quote, found %s",
              QUOTE_N(&r->limits.delimiter, 1), QUOTE_N(r->p + i, n > 0 ? n : 1));
    error_hint(&r->error, "a quote inside a cell in quotes is written twice");
    return fault_here(r);
}

static enum csv_outcome bad_byte(struct csv_reader *r, unsigned char c)
{
    bool utf16 = c == '\0' || (r->passed + r->pos + r->fed == 0 && c >= 0xFE);
    if (c == '\0')
        error_set(&r->error, STATUS_INPUT, "a NUL byte stands in the text");
    else
        error_set(&r->error, STATUS_INPUT, "invalid UTF-8, byte 0x%02X", c);
    error_hint(&r->error, "convert the file: iconv -f %s -t utf-8",
               utf16 ? "utf-16" : "latin1");
    return fault_here(r);
}

/* The first byte of a record; a blank line is a record of no cells, or of an empty
 * one. */
static enum csv_outcome begin_record(struct csv_reader *r, char c)
{
    r->n = 0;
    r->at_line = r->record_line = r->line;
    r->at_start = 0;
    bool blank = csv_is_line_end(c);
    if (r->rows >= r->limits.rows && (!blank || r->columns == 1)) {
        error_set(&r->error, STATUS_INPUT, "the file has more than %zu records (rows)",
                  r->limits.rows);
        return fault_at(r, r->line, 1);
    }
    if (blank) {
        if (r->columns == 1)
            r->field[r->n++] = (struct csv_field){"", 0, r->line, 1, false};
        r->fed++;
        r->at_line++;
        r->complete = true;
    }
    return CSV_RECORD;
}

static enum csv_outcome begin_cell(struct csv_reader *r, char c)
{
    r->cell = (struct csv_field){.line = r->at_line, .col = r->fed - r->at_start + 1};
    r->cell.quoted = c == '"';
    r->begun = true;
    if (r->n == r->limits.columns) {
        error_set(&r->error, STATUS_INPUT, "the record has more than %zu cells (columns)",
                  r->limits.columns);
        return fault_cell(r);
    }
    if (r->cell.quoted && r->bare_line) {
        error_set(
            &r->error, STATUS_INPUT,
            "a cell in quotes, while line %zu has a quote inside a cell without quotes",
            r->bare_line);
        return fault_cell(r);
    }
    if (r->cell.quoted && r->quoted_line == 0)
        r->quoted_line = r->at_line;
    return CSV_RECORD;
}

/* Counts the line ends inside quoted cells; CR LF is one. */
static void count_line(struct csv_reader *r, const char *at)
{
    if (!csv_is_line_end(*at))
        return;
    if (*at == '\r' || r->fed == 1 || at[-1] != '\r')
        r->at_line++;
    r->at_start = r->fed;
}

static enum csv_outcome too_long(struct csv_reader *r, const char *what, size_t limit,
                                 const char *name)
{
    error_set(&r->error, STATUS_INPUT, "the %s is longer than %zu bytes (%s)", what,
              limit, name);
    if (r->cell.quoted)
        error_hint(
            &r->error,
            "is the quote that opens the cell in line %zu closed where it should be?",
            r->cell.line);
    return CSV_FAULT;
}

/* A quote that may be the closing one counts in libcsv's buffer until the next byte
 * comes. */
static enum csv_outcome check_caps(struct csv_reader *r)
{
    const struct csv_limits *limits = &r->limits;
    size_t n = r->begun ? r->libcsv.entry_pos : r->n ? r->field[r->n - 1].n : 0;
    bool closing = r->begun && r->p[r->pos + r->fed - 1] == '"';
    if (n > limits->field_bytes && n - limits->field_bytes > closing) {
        too_long(r, "cell", limits->field_bytes, "field_bytes");
        return fault_cell(r);
    }
    if (!r->complete && r->fed > limits->record_bytes) {
        too_long(r, "record", limits->record_bytes, "record_bytes");
        return fault_at(r, r->record_line, 1);
    }
    return CSV_RECORD;
}

/* Takes one byte; CSV_RECORD says that it was taken. */
static enum csv_outcome take_byte(struct csv_reader *r)
{
    size_t i = r->pos + r->fed;
    enum csv_outcome outcome = CSV_RECORD;
    if (i >= r->valid)
        csv_validate(r);
    if (i >= r->valid && !r->invalid)
        return CSV_MORE;
    char c = r->p[i];
    if (r->fed == 0)
        outcome = begin_record(r, c);
    if (outcome != CSV_RECORD || r->complete)
        return outcome;
    if (i >= r->valid || c == '\0')
        return bad_byte(r, (unsigned char)c);
    if (!r->begun)
        outcome = begin_cell(r, c);
    if (outcome == CSV_RECORD && !feed(r, c))
        outcome = r->cell.quoted ? behind_quote(r, i) : bare_quote(r, i);
    if (outcome != CSV_RECORD)
        return outcome;
    r->fed++;
    count_line(r, r->p + i);
    return check_caps(r);
}

/* The end of the file ends the record too. */
static enum csv_outcome take_end(struct csv_reader *r)
{
    if (r->fed == 0)
        return CSV_END;
    if (!r->begun && begin_cell(r, ',') != CSV_RECORD)
        return CSV_FAULT;
    if (csv_fini(&r->libcsv, on_cell, on_record, r) != 0) {
        error_set(&r->error, STATUS_INPUT, "the quote opened here is never closed");
        return fault_cell(r);
    }
    return check_caps(r);
}

/* Moves behind the record and its line end; false when it is not known yet whether a LF
 * follows the CR. */
static bool commit(struct csv_reader *r)
{
    size_t behind = r->pos + r->fed;
    if (r->p[behind - 1] == '\r') {
        if (behind == r->end && !r->eof)
            return false;
        behind += behind < r->end && r->p[behind] == '\n';
    }
    r->pos = behind;
    r->line = r->at_line;
    r->fed = 0;
    r->complete = false;
    return true;
}

enum csv_outcome csv_scan_libcsv(struct csv_reader *r)
{
    do {
        while (!r->complete) {
            bool end = r->eof && r->pos + r->fed == r->end;
            enum csv_outcome outcome = end ? take_end(r) : take_byte(r);
            if (outcome != CSV_RECORD)
                return outcome;
        }
        if (!commit(r))
            return CSV_MORE;
    } while (r->n == 0);
    return CSV_RECORD;
}
