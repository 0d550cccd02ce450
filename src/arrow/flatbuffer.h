/* FlatBuffers, as far as Arrow's metadata needs them: a small builder and a checked
 * accessor.
 *
 * A buffer begins with the offset of its root table.  A table begins with the signed
 * distance back to its vtable; the vtable holds its own length, the table's length and,
 * for each field, the field's place in the table (0: absent).  Strings, vectors and
 * tables below a table are reached by unsigned distances, so every reference points
 * forward and no cycle exists.  All numbers are little endian.  google/flatbuffers,
 * docs/source/internals.md.
 *
 * Building goes front to back: a parent is written first with empty references, which
 * flatbuffer_refer fills once the place of what they mean is known.
 *
 *     struct flatbuffer_field f[] = {{2, 4}, {REFERENCE, 0}};
 *     size_t t = flatbuffer_add_table(&b, f, COUNT_OF(f));
 *     flatbuffer_refer(&b, t, 1, flatbuffer_add_string(&b, "name"));
 *     flatbuffer_finish(&b, t);
 *
 * Reading trusts nothing: each call checks the bounds of what it touches, and a fault is
 * STATUS_INPUT, "damaged Arrow file: <what> at byte N".  The bytes of all strings
 * together may not exceed the buffer's own length, so that many references to one long
 * string cost no memory. */
#ifndef ARROW_FLATBUFFER_H
#define ARROW_FLATBUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* A buffer under construction, [n] of [cap] bytes; set mem, the rest is zero at first. */
struct flatbuffer_builder {
    struct arena *mem;
    unsigned char *p;
    size_t n, cap;
};

/* A field of a table to be written. */
struct flatbuffer_field {
    unsigned width; // of the value in bytes: 1, 2, 4, 8; 0: the field is absent
    uint64_t value;
};

#define FLATBUFFER_REFERENCE 4u // the width of a reference

/* Empties the builder and leaves room for the root's offset.  Its memory is kept. */
void flatbuffer_start(struct flatbuffer_builder *b);

/* Append a table, a vector of n zeroed elements, a string; return its place.  align is
 * that of the vector's elements: 4 or 8. */
size_t flatbuffer_add_table(struct flatbuffer_builder *b,
                            const struct flatbuffer_field *field, size_t n);
size_t flatbuffer_add_vector(struct flatbuffer_builder *b, size_t n, size_t width,
                             size_t align);
size_t flatbuffer_add_string(struct flatbuffer_builder *b, const char *cstring);

/* Lets the field of a table, or the element of a vector of references, mean what stands
 * at to. */
void flatbuffer_refer(struct flatbuffer_builder *b, size_t table, size_t field,
                      size_t to);
void flatbuffer_refer_item(struct flatbuffer_builder *b, size_t vector, size_t i,
                           size_t to);

/* Overwrites the value of a table's field. */
void flatbuffer_set(struct flatbuffer_builder *b, size_t table, size_t field,
                    uint64_t value, unsigned width);

/* Overwrites width bytes at a place inside of what was appended. */
void flatbuffer_put(struct flatbuffer_builder *b, size_t at, uint64_t value,
                    unsigned width);

/* Makes the table the root. */
void flatbuffer_finish(struct flatbuffer_builder *b, size_t root);

/* A buffer that is read.  Set p, n, at and path, and text_left to n. */
struct flatbuffer {
    const unsigned char *p;
    size_t n;
    size_t at;        // byte of the file where p stands, for messages
    const char *path; // of the file, for messages
    size_t text_left; // bytes that strings may still take
};

struct flatbuffer_table {
    size_t pos; // 0: absent
    size_t n;   // bytes, the distance to the vtable included
    size_t vtable;
    size_t vtable_n; // bytes
};

/* A vector's elements. */
struct flatbuffer_vector {
    size_t pos; // of the first; 0: absent
    size_t n;
};

/* Fills err with "damaged Arrow file: <what> at byte N", N being where pos is in the file. */
enum status flatbuffer_damaged(const struct flatbuffer *b, size_t pos, const char *what,
                               struct error *err);

MUST_USE enum status flatbuffer_root(const struct flatbuffer *b,
                                     struct flatbuffer_table *ret, struct error *err);

/* Read one field; an absent one yields the fallback, or pos 0.  Numbers come back as
 * their bits, zero-extended. */
MUST_USE enum status flatbuffer_number(const struct flatbuffer *b,
                                       const struct flatbuffer_table *t, size_t field,
                                       unsigned width, uint64_t fallback, uint64_t *ret,
                                       struct error *err);
MUST_USE enum status flatbuffer_table(const struct flatbuffer *b,
                                      const struct flatbuffer_table *t, size_t field,
                                      struct flatbuffer_table *ret, struct error *err);
MUST_USE enum status flatbuffer_vector(const struct flatbuffer *b,
                                       const struct flatbuffer_table *t, size_t field,
                                       size_t width, struct flatbuffer_vector *ret,
                                       struct error *err);

/* Copies a string into mem; an absent one is "".  One with a NUL inside, or that is no
 * UTF-8, is a fault. */
MUST_USE enum status flatbuffer_string(struct flatbuffer *b,
                                       const struct flatbuffer_table *t, size_t field,
                                       struct arena *mem, const char **ret,
                                       struct error *err);

/* The table that element i < v->n of a vector of references means. */
MUST_USE enum status flatbuffer_item(const struct flatbuffer *b,
                                     const struct flatbuffer_vector *v, size_t i,
                                     struct flatbuffer_table *ret, struct error *err);

/* The number of that width at p. */
uint64_t flatbuffer_load(const unsigned char *p, unsigned width);

#endif
