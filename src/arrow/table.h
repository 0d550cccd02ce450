/* Tables: a schema and columns of values with validity bits, in Arrow's layout.
 *
 * A batch is a run of rows; a table on disk is a sequence of batches (arrow/arrow.h).  A
 * missing value is a cleared validity bit, never a magic number; column_reals turns it
 * into NaN. */
#ifndef ARROW_TABLE_H
#define ARROW_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum type {
    TYPE_REAL, // float64
    TYPE_INT64,
    TYPE_INT32,
    TYPE_DATE, // date32: days since 1970-01-01, int32
    TYPE_TIME, // timestamp[s] without a time zone: seconds since 1970-01-01, int64
    TYPE_TEXT, // utf8 with 32-bit offsets
    TYPE_BOOL, // bits
};

struct field {
    const char *name;
    enum type type;
};

/* One key and value of the schema's metadata. */
struct meta {
    const char *key, *value;
};

struct schema {
    size_t n;
    struct field *field; // [n]
    size_t n_meta;
    struct meta *meta; // [n_meta], in the order of writing
};

/* n values.  values is int32/int64/double [n], bits for bool, bytes for text.  validity
 * is NULL when nothing is missing; bit i is bit i%8 of byte i/8, 1 = present. */
struct column {
    const void *values;
    const int32_t *offsets;  // [n + 1], of text only
    const uint8_t *validity; // bits [n] or NULL
    size_t missing;          // number of cleared bits
};

struct batch {
    size_t n;              // rows
    struct column *column; // [schema.n]
};

static inline bool column_present(const struct column *c, size_t i)
{
    return !c->validity || (c->validity[i >> 3] >> (i & 7) & 1);
}

/* "float64", "int64", "int32", "date32", "utf8", "bool". */
const char *type_name(enum type type);

/* The index of the column with that name, or schema->n. */
size_t schema_find(const struct schema *s, const char *name);

/* The same; STATUS_INPUT with the nearest name when there is none. */
MUST_USE enum status schema_require(const struct schema *s, const char *path,
                                    const char *name, size_t *ret, struct error *err);

/* The value of a metadata key, or NULL. */
const char *schema_meta(const struct schema *s, const char *key);

/* Writes rows [0, n) of a numeric, date or bool column as reals, NaN where missing. */
void column_reals(enum type type, const struct column *c, size_t n, double *ret);

/* The same for rows [from, from + n). */
void column_reals_from(enum type type, const struct column *c, size_t from, size_t n,
                       double *ret);

#endif
