/* YAML documents as trees that remember where each node stood.
 *
 * Read with libyaml, one document a file; anchors, aliases, tags and merge keys are refused (none
 * is needed, and aliases can explode).  Keys are scalars and unique.  Depth at most 16, file at
 * most 1 MiB.  Scalars are resolved as YAML 1.2 does (and as DVC reads params): `no` is text,
 * `0o17` is 15, `012` is 12, `1e-3` is a real, quoted scalars are text. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum yaml_kind { YAML_NULL, YAML_BOOL, YAML_INT, YAML_REAL, YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    const char *path; // of the file; "--set" for an override
    size_t line, col; // from 1
    const char *key;  // below a map: its key; otherwise NULL
    struct view text; // of a scalar: as it was written
    bool boolean;
    int64_t integer;
    double real;     // also of an integer
    size_t n;        // of a list or map
    struct yaml_node **child; // [n], in the file's order
};

MUST_USE enum status yaml_read(const char *path, struct arena *mem, struct yaml_node **ret,
                               struct error *err);

/* Parses text as if it were the file of that name. */
MUST_USE enum status yaml_parse(const char *path, const char *p, size_t n, struct arena *mem,
                                struct yaml_node **ret, struct error *err);

/* The child with that key, or NULL. */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Applies "a.b.c=value" (value is YAML, in flow style for lists).  A segment names a map's key, a
 * list's index from 0, or, in a list of maps, the first item that has that key.  The last segment
 * may be a new key of a map.  STATUS_USAGE when the path does not exist, with the nearest key. */
MUST_USE enum status yaml_override(struct yaml_node *root, const char *assignment,
                                   struct arena *mem, struct error *err);

/* "a list", "a number", … for messages. */
const char *yaml_kind_name(enum yaml_kind kind);

/* Fills err with the message, at the node's place, with its key as the field; the status is
 * STATUS_INPUT, or STATUS_USAGE for a node that came from --set. */
enum status yaml_error(struct error *err, const struct yaml_node *node, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
