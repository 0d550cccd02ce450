/* JSON artifacts as structs: one row a member, from which its writer and its reader both
 * come, so that the two cannot differ.
 *
 *     struct thing { const char *name; size_t n_parts; struct part *part; };
 *     static const struct member part_rows[] = {MEMBER(struct part, rows)};
 *     static const struct member thing_rows[] = {
 *         MEMBER(struct thing, name),
 *         MEMBER_LIST(struct thing, "parts", part, n_parts, part_rows),
 *     };
 *     TRY(document_write(out, DOCUMENT(thing_rows), &thing, err));
 *     TRY(document_read(path, DOCUMENT(thing_rows), mem, &thing, err));
 *
 * Members are written in the order of the rows.  A reader trusts nothing: what is missing,
 * unknown or of another type, a number below 0 or not finite, and a file whose checksum
 * does not fit are STATUS_INPUT with the path and the place ("sources[2].files[0].rows").
 * Texts and lists that were read live in mem.  What is written and read again is written
 * to the same bytes; bytes of a text that are no UTF-8 are written as text_escape shows
 * them. */
#ifndef ARTIFACTS_DOCUMENT_H
#define ARTIFACTS_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/option.h"
#include "file/artifact.h"

enum member_kind {
    MEMBER_SIZE,   // size_t
    MEMBER_REAL,   // double; NaN is null where the row allows it
    MEMBER_BOOL,   // bool
    MEMBER_TEXT,   // const char *; NULL is null where the row allows it
    MEMBER_TEXTS,  // struct texts
    MEMBER_REALS,  // struct reals, none NaN
    MEMBER_SUM,    // const char *: the digits of another artifact's checksum, or NULL
    MEMBER_TABLE,  // struct artifact_table: the table that the document vouches for
    MEMBER_PART,   // a struct with rows of its own, in place
    MEMBER_BEHIND, // a pointer to one; NULL is null
    MEMBER_LIST,   // an array of structs, each an object
    MEMBER_TUPLES, // an array of structs, each an array of its rows' values
    MEMBER_MAP,    // an array of structs as an object: their first field, a name, is the
                   // key, the one row they have the value; none may be null
    MEMBER_REST,   // the same, whose members stand among those of the other rows
};

struct member {
    const char *key;
    enum member_kind kind;
    bool null;     // may be null
    bool optional; // a pointer: NULL leaves the member out
    size_t offset;
    const struct member *rows; // of structs
    size_t n_rows;
    size_t size;  // of one of them
    size_t count; // offset of the field with their number
};

/* clang-format off */
#define MEMBER_AS(type, name, field)                                                     \
    {.key = (name), .offset = offsetof(type, field),                                     \
     .kind = _Generic(((type *)0)->field,                                                \
         size_t: MEMBER_SIZE,                                                            \
         double: MEMBER_REAL,                                                            \
         bool: MEMBER_BOOL,                                                              \
         const char *: MEMBER_TEXT,                                                      \
         struct texts: MEMBER_TEXTS,                                                     \
         struct reals: MEMBER_REALS,                                                     \
         struct artifact_table: MEMBER_TABLE)}
#define MEMBER(type, field) MEMBER_AS(type, #field, field)
#define MEMBER_OR_NULL(type, field)                                                      \
    {.key = #field, .offset = offsetof(type, field), .null = true,                       \
     .kind = _Generic(((type *)0)->field, double: MEMBER_REAL, const char *: MEMBER_TEXT)}
#define MEMBER_IF_ANY(type, field)                                                       \
    {.key = #field, .kind = MEMBER_TEXT, .offset = offsetof(type, field), .optional = true}
#define MEMBER_POINTER_IF_ANY(type, field, of_rows)                                      \
    {.key = #field, .kind = MEMBER_BEHIND, .offset = offsetof(type, field),              \
     .rows = (of_rows), .n_rows = COUNT_OF(of_rows),                                     \
     .size = sizeof(*((type *)0)->field), .optional = true}
#define MEMBER_SUM_OF(type, field)                                                       \
    {.key = #field, .kind = MEMBER_SUM, .offset = offsetof(type, field), .null = true}
#define MEMBER_TABLES(type, field)                                                       \
    {.key = "tables", .kind = MEMBER_TABLE, .offset = offsetof(type, field)}
#define MEMBER_STRUCT(type, field, of_rows)                                              \
    {.key = #field, .kind = MEMBER_PART, .offset = offsetof(type, field),                \
     .rows = (of_rows), .n_rows = COUNT_OF(of_rows), .size = sizeof(((type *)0)->field)}
#define MEMBER_POINTER(type, field, of_rows)                                             \
    {.key = #field, .kind = MEMBER_BEHIND, .offset = offsetof(type, field),              \
     .rows = (of_rows), .n_rows = COUNT_OF(of_rows),                                     \
     .size = sizeof(*((type *)0)->field), .null = true}
#define MEMBER_MANY(type, name, what, field, n_field, of_rows)                           \
    {.key = (name), .kind = (what), .offset = offsetof(type, field),                     \
     .rows = (of_rows), .n_rows = COUNT_OF(of_rows),                                     \
     .size = sizeof(*((type *)0)->field), .count = offsetof(type, n_field)}
#define MEMBER_MAP_OF(type, name, field, n_field, of_rows)                               \
    MEMBER_MANY(type, #name, MEMBER_MAP, field, n_field, of_rows)
#define MEMBER_MAP_OR_NULL(type, name, field, n_field, of_rows)                          \
    {.key = #name, .kind = MEMBER_MAP, .offset = offsetof(type, field), .null = true,    \
     .rows = (of_rows), .n_rows = COUNT_OF(of_rows),                                     \
     .size = sizeof(*((type *)0)->field), .count = offsetof(type, n_field)}
#define MEMBER_LIST(type, name, field, n_field, of_rows)                                 \
    MEMBER_MANY(type, name, MEMBER_LIST, field, n_field, of_rows)
/* clang-format on */

#define DOCUMENT(rows) (rows), COUNT_OF(rows)

/* A name with a count, as of reasons: {"missing": 3}. */
struct counted {
    const char *name;
    size_t n;
};
extern const struct member counted_rows[1];

/* The first and the last of what is meant, as texts. */
struct bounds {
    const char *first, *last;
};
extern const struct member bounds_rows[2];

/* Writes the document with its checksum. */
MUST_USE enum status document_write(struct output *out, const struct member *rows,
                                    size_t n_rows, const void *from, struct error *err);

/* The bytes that document_write would write, in mem. */
struct view document_text(const struct member *rows, size_t n_rows, const void *from,
                          struct arena *mem);

/* Reads a document that document_write wrote, and its checksum's digits, which another
 * one may keep as MEMBER_SUM; ret_sum may be NULL. */
MUST_USE enum status document_read(const char *path, const struct member *rows,
                                   size_t n_rows, struct arena *mem, void *ret,
                                   const char **ret_sum, struct error *err);

/* The same of bytes that are in memory; path is for messages. */
MUST_USE enum status document_parse(const char *path, struct view text,
                                    const struct member *rows, size_t n_rows,
                                    struct arena *mem, void *ret, struct error *err);

/* STATUS_INPUT unless both are there or none is, and the first text is not behind the
 * last; texts of dates are in the order of the dates. */
MUST_USE enum status document_ordered(const char *path, const char *field,
                                      const char *first, const char *last,
                                      struct error *err);

#endif
