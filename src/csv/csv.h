/* CSV files: records with the place of every field.
 *
 * libcsv is the tokenizer and the reference; regular records take a faster path that
 * yields the same fields (a differential fuzz target holds the two together).  What is
 * accepted is RFC 4180 with LF, CR LF or CR line ends; a byte order mark is taken off;
 * blanks belong to the field.  Blank lines: skipped in a table of several columns, one
 * empty cell in a table of one, which the first record decides.  A wrong number of cells
 * is the caller's business.
 *
 * Refused, with line and column: a quote that is never closed (where it opened), text
 * behind a closing quote, NUL bytes, fields, records and files above the caps; invalid
 * UTF-8, unless the limits allow any bytes: then csv_invalid finds it, row by row.  A bare quote inside an unquoted field is text, as in 5" pipe, where it cannot be
 * what is left of a damaged quoted field: the byte before it is a letter, a digit or
 * beyond ASCII; the byte behind it belongs to the field and is no quote and none of , ; |
 * : TAB; and no field of the file is quoted.  All other bare quotes are refused.  A
 * reader that has reported a fault reports it at every call.
 *
 *     struct csv_reader *r;
 *     TRY(csv_open(path, &csv_defaults, mem, &r, err));
 *     struct csv_record rec;
 *     while ((status = csv_next(r, &rec, err)) == STATUS_OK && rec.n > 0)
 *         ...                                       // rec.n == 0: the end
 *     csv_close(r);
 *
 * A record's bytes live until the next csv_next. */
#ifndef CSV_CSV_H
#define CSV_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "file/file.h"

struct csv_limits {
    size_t field_bytes;  // longest cell
    size_t record_bytes; // longest record
    size_t columns;
    size_t rows;
    char delimiter;
    bool any_bytes; // bytes that are no UTF-8 belong to their cells
};

extern const struct csv_limits csv_defaults; // 1 MiB, 16 MiB, 16384, 10^9, ','

struct csv_field {
    const char *p;
    size_t n;
    size_t line, col; // of its first byte or opening quote, from 1; col in bytes
    bool quoted;
};

struct csv_record {
    size_t n;                      // fields; 0 at the end of the file
    const struct csv_field *field; // [n]
    size_t line;                   // where the record begins
    bool beyond;                   // some byte of it may lie beyond ASCII
};

struct csv_reader;

/* Opens a regular file.  What the reader needs lives in mem, of which nothing older may be
 * rewound before csv_close.  STATUS_INPUT when there is no such file, as file_open, or
 * when the delimiter is a letter, digit, quote, line end or one of + - . */
MUST_USE enum status csv_open(const char *path, const struct csv_limits *limits,
                              struct arena *mem, struct csv_reader **ret,
                              struct error *err);

/* Reads from memory, handing piece bytes at a time to the tokenizer (0: as many as it
 * likes). */
MUST_USE enum status csv_open_bytes(const char *p, size_t n, size_t piece,
                                    const char *path, const struct csv_limits *limits,
                                    struct arena *mem, struct csv_reader **ret,
                                    struct error *err);
MUST_USE enum status csv_next(struct csv_reader *r, struct csv_record *ret,
                              struct error *err);

/* Reads everything by libcsv; for tests that hold the fast path against it.  Before
 * csv_next. */
void csv_libcsv_only(struct csv_reader *r);

/* The path, and the bytes consumed and in all, for progress. */
const char *csv_path(const struct csv_reader *r);
void csv_progress(const struct csv_reader *r, size_t *ret_done, size_t *ret_total);
void csv_close(struct csv_reader *r); // accepts NULL

/* Fills err's place with that of a field of the current record. */
void csv_error_at(const struct csv_reader *r, const struct csv_field *f,
                  const char *column, struct error *err);

/* The first field that is no valid UTF-8, of a reader that takes any bytes, or NULL; err
 * then says which byte, and where.  The header, too, is the caller's to look at. */
const struct csv_field *csv_invalid(const struct csv_reader *r,
                                    const struct csv_record *rec, struct error *err);

/* Writing, with commas.  A cell is quoted when it holds a comma, quote, CR, LF or leading
 * or trailing blank; a record of one empty cell is "", so that it is no blank line.
 * for_people: text cells that begin with = + - @ TAB CR LF NUL get a ' in front
 * (CWE-1236).  Numbers go through number_csv; NaN is an empty cell. */
struct csv_writer {
    struct output *out;
    bool for_people;
    bool started;    // a cell of this record has been written
    bool lone_empty; // it was empty, and no other was written
};

MUST_USE enum status csv_put_text(struct csv_writer *w, struct view cell,
                                  struct error *err);
MUST_USE enum status csv_put_real(struct csv_writer *w, double x, struct error *err);
MUST_USE enum status csv_put_int(struct csv_writer *w, long long x, struct error *err);

/* Ends the record, with LF. */
MUST_USE enum status csv_end(struct csv_writer *w, struct error *err);

#endif
