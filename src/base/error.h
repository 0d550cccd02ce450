/* Errors are values: a status that says who is to act, a place, a message and a hint.
 *
 * What can fail returns enum status and takes `struct error *err` last.  On failure the
 * results are untouched and err is filled; on success err is untouched.  The converter
 * that finds a fault says what is wrong (error_set), the reader above it adds where
 * (error_at, error_field) unless a deeper place is known already, and the stage adds
 * nothing.
 *
 *     TRY(csv_next(reader, &record, err));
 *     return error_set(err, STATUS_INPUT, "expected a number, found %s", QUOTE(cell));
 *
 * Text: lower case, no full stop, the subject in single quotes; "cannot" means never,
 * "could not" means not this time. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stddef.h>
#include <stdio.h>

#include "base/banned.h"
#include "base/compiler.h"
#include "base/text.h"

/* The exit statuses of every executable; but for the last one, which ends the process by
 * the signal. */
enum status {
    STATUS_OK = 0,
    STATUS_INPUT = 1,       // anything that has a file and a line
    STATUS_USAGE = 2,       // anything that stands on the command line
    STATUS_ENVIRONMENT = 3, // disk, permission, network, memory
    STATUS_REFUSED = 4,     // a gate said no
    STATUS_BUSY = 75,       // locked, or written while it is read; nothing was changed
    STATUS_STOPPED = 128,   // a signal asked to stop (base/stop.h)
};

struct location {
    char path[256]; // empty when unknown
    size_t line;    // from 1; 0 when unknown
    size_t col;     // from 1, in bytes; 0 when unknown
    char field[96]; // the column's or key's name; empty when unknown
};

struct error {
    enum status status;
    struct location loc;
    char message[400];
    char hint[240]; // empty when there is none
};

/* Runs a call and hands its failure to the caller's caller. */
#define TRY(call)                                                                        \
    do {                                                                                 \
        enum status try_status_ = (call);                                                \
        if (try_status_ != STATUS_OK)                                                    \
            return try_status_;                                                          \
    } while (0)

/* Fills *err, forgetting what stood there, and returns status, so that one can `return`
 * it. */
enum status error_set(struct error *err, enum status status, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Like error_set with STATUS_ENVIRONMENT, ": " and the text of errno at the end. */
enum status error_errno(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* The same with STATUS_INPUT and a place, of which path and field may be NULL: for who reads
 * a file and cannot take what it says. */
enum status error_refuse(struct error *err, const char *path, const char *field,
                         const char *format, ...) PRINTF_LIKE(4, 5);

/* Adds where the fault lies, unless a place is known already: a path never replaces
 * another one, a line is added to the same path, or to none.  line and col may be 0. */
void error_at(struct error *err, const char *path, size_t line, size_t col);

/* Adds the name of the column or key, unless one is known already. */
void error_field(struct error *err, const char *name);

/* Sets what to do next. */
void error_hint(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Hints at the one of n names that is meant, by text_nearest; false when none is near. */
bool error_nearest(struct error *err, struct view name, const char *const *names,
                   size_t n);

/* The same; where none is near, lists them as "known `what`: …", as far as they fit. */
void error_known(struct error *err, struct view name, const char *what,
                 const char *const *names, size_t n);

/* Writes `path:line:col: error: message (column 'field')` and, where there is one, a
 * second line `  hint: …`, each ended by a newline.  What is not plain text comes out
 * escaped (text_escape), so that a message is one line.  The field is a column of a .csv
 * file, a key of a .yaml file or of --set, else a field.  kind is "error", "warning" or
 * "note".  colour: ANSI colours. */
void error_print(const struct error *err, const char *kind, int colour, FILE *to);

/* A value as it may stand in a message: in single quotes, clipped to 40 bytes with "..."
 * behind, what is not plain text escaped (text_escape).  Returns out. */
struct quoted {
    char text[176];
};
const char *quote_bytes(struct quoted *out, const char *p, size_t n);

/* The same for a path, of which up to 200 bytes are kept, the last ones. */
struct quoted_path {
    char text[820];
};
const char *quote_path(struct quoted_path *out, const char *path);

/* The same for use inside one statement. */
#define QUOTE_N(p, n) quote_bytes(&(struct quoted){{0}}, p, n)
#define QUOTE(cstring) QUOTE_N(cstring, strlen(cstring))
#define QUOTE_PATH(path) quote_path(&(struct quoted_path){{0}}, path)

#endif
