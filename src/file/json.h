/* JSON artifacts with jansson: written with keys in the order of insertion, two blanks of
 * indent, reals with 17 significant digits and never NaN; read with depth and size
 * capped, duplicate keys refused, errors with line and column.  Those that stages read
 * back have a checksum as well: file/artifact.h. */
#ifndef FILE_JSON_H
#define FILE_JSON_H

#include <jansson.h>

#include "base/error.h"
#include "base/option.h"
#include "file/file.h"

/* From here on jansson's allocations end in out_of_memory instead of NULL, so that no call
 * of it can drop a member in silence.  stage_main calls this first. */
void json_prepare(void);

/* Bytes of memory that a document takes for each byte of its file. */
enum { JSON_MEMORY = 7 };

/* Reads a document of at most 256 MiB.  The caller owns the reference. */
MUST_USE enum status json_read(const char *path, json_t **ret, struct error *err);

/* The same with its bytes, which live in mem. */
MUST_USE enum status json_read_text(const char *path, struct arena *mem,
                                    struct view *ret_text, json_t **ret,
                                    struct error *err);

/* The same of bytes that are in memory; path is for messages. */
MUST_USE enum status json_parse(const char *path, struct view text, json_t **ret,
                                struct error *err);

/* Writes the document and drops the reference, also on failure. */
MUST_USE enum status json_write(struct output *out, json_t *document, struct error *err);

/* Adds to out what json_write_open writes; drops the reference, too. */
void json_text_open(json_t *document, struct text *out);

/* json_write but for the last two bytes, "\n}", and the newline behind them: for who has
 * another member to write. */
MUST_USE enum status json_write_open(struct output *out, json_t *document,
                                     struct error *err);

/* A real, or null when x is NaN or infinite. */
json_t *json_finite(double x);

/* An array of n reals; above JSON_LISTED of them {"float64": their bytes, little-endian, in
 * base64, "n": n}, which takes half the room and a tenth of the time. */
enum { JSON_LISTED = 4096 };
json_t *json_reals(const double *x, size_t n);

/* Bytes in base64, and exactly n of them back, in mem; read to the letter as reals are. */
json_t *json_bytes(const unsigned char *p, size_t n);
MUST_USE enum status json_get_bytes(const json_t *object, const char *key,
                                    const char *path, size_t n, struct arena *mem,
                                    const unsigned char **ret, struct error *err);

json_t *json_names(const char *const *name, size_t n);

/* Members that must be there with that type; otherwise STATUS_INPUT naming path and
 * key. */
MUST_USE enum status json_get_real(const json_t *object, const char *key,
                                   const char *path, double *ret, struct error *err);
/* null is NaN. */
MUST_USE enum status json_get_real_or_null(const json_t *object, const char *key,
                                           const char *path, double *ret,
                                           struct error *err);
MUST_USE enum status json_get_size(const json_t *object, const char *key,
                                   const char *path, size_t *ret, struct error *err);
MUST_USE enum status json_get_text(const json_t *object, const char *key,
                                   const char *path, const char **ret, struct error *err);
MUST_USE enum status json_get_bool(const json_t *object, const char *key,
                                   const char *path, bool *ret, struct error *err);
/* The place of a text among words "a|b|c". */
MUST_USE enum status json_get_word(const json_t *object, const char *key,
                                   const char *words, const char *path, unsigned *ret,
                                   struct error *err);
MUST_USE enum status json_get_array(const json_t *object, const char *key,
                                    const char *path, json_t **ret, struct error *err);
MUST_USE enum status json_get_object(const json_t *object, const char *key,
                                     const char *path, json_t **ret, struct error *err);

/* A list of texts that are not empty, copied into mem. */
MUST_USE enum status json_get_names(const json_t *object, const char *key,
                                    const char *path, struct arena *mem,
                                    struct texts *ret, struct error *err);

/* STATUS_INPUT naming path and key when the object has a member that is none of the n. */
MUST_USE enum status json_known_keys(json_t *object, const char *const *known, size_t n,
                                     const char *path, struct error *err);

/* What the value is, in words: "an array", "nothing" for NULL. */
const char *json_type_text(const json_t *value);

/* Exactly n finite reals as json_reals writes them, into ret[n].  A long list is read, too;
 * base64 is read to the letter: RFC 4648, no blanks, no bits behind the last byte. */
MUST_USE enum status json_get_reals(const json_t *object, const char *key,
                                    const char *path, size_t n, double *ret,
                                    struct error *err);

/* How many reals the member may hold by its own length, 0 for what holds none: for who takes
 * memory before json_get_reals, which checks it. */
size_t json_count_reals(const json_t *object, const char *key);

/* STATUS_INPUT with "expected …, found a string" at path. */
enum status json_mismatch(const json_t *value, const char *expected, const char *path,
                          struct error *err);

void json_release(json_t **document); // for CLEANUP

/* The same document for jansson's iterators, which take no const. */
static inline json_t *json_unconst(const json_t *v)
{
    return (json_t *)(uintptr_t)v;
}

#endif
