/* YAML documents as trees that remember where each node stood.
 *
 * Read with libyaml, one document a file; anchors, aliases, tags, directives and merge
 * keys are refused (none is needed, and aliases can explode).  Keys are unique, not empty
 * and at most YAML_MAX_KEY bytes.  Scalars are resolved as YAML 1.2 does (and as DVC
 * reads params): `no` is text, `0o17` is 15, `012` is 12, `1e-3` is a real, dates and
 * quoted scalars are text.
 *
 * Files and --set arguments are untrusted: the caps below hold, and a refusal carries the
 * line and the column (in bytes) of what it complains of. */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

#define YAML_MAX_BYTES ((size_t)1 << 20)
#define YAML_MAX_DEPTH 16 // lists and maps inside one another
#define YAML_MAX_NODES ((size_t)100000)
#define YAML_MAX_KEY 255

/* Of files that hold a part of every pipeline: dvc.yaml and dvc.lock. */
#define YAML_LARGE_BYTES ((size_t)1 << 26)
#define YAML_LARGE_NODES ((size_t)5000000)

/* The path of nodes that came from the command line. */
#define YAML_SET_PATH "--set"

enum yaml_kind {
    YAML_NULL,
    YAML_BOOL,
    YAML_INT,
    YAML_REAL,
    YAML_TEXT,
    YAML_LIST,
    YAML_MAP
};

struct yaml_node {
    enum yaml_kind kind;
    const char *path;         // of the file; YAML_SET_PATH for an override
    size_t line, col;         // from 1
    const char *key;          // below a map: its key; otherwise NULL
    size_t key_line, key_col; // of the key
    struct view text;         // of a scalar: as it was written
    bool boolean;
    int64_t integer;
    double real; // also of an integer; an integer that does not fit is a YAML_REAL
    size_t n;    // of a list or map
    struct yaml_node **child; // [n], in the file's order
};

/* Reads a file.  An empty one gives a YAML_NULL. */
MUST_USE enum status yaml_read(const char *path, struct arena *mem,
                               struct yaml_node **ret, struct error *err);

/* Parses text as if it were the file of that name. */
MUST_USE enum status yaml_parse(const char *path, const char *p, size_t n,
                                struct arena *mem, struct yaml_node **ret,
                                struct error *err);

/* The same within YAML_LARGE_BYTES and YAML_LARGE_NODES. */
MUST_USE enum status yaml_read_large(const char *path, struct arena *mem,
                                     struct yaml_node **ret, struct error *err);
MUST_USE enum status yaml_parse_large(const char *path, const char *p, size_t n,
                                      struct arena *mem, struct yaml_node **ret,
                                      struct error *err);

/* The child with that key, or NULL. */
struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

/* Applies "a.b[0].c=value" (value is YAML, in flow style for lists and maps).  A segment
 * names a map's key (which may hold dots itself), a list's item by its number from 0, as
 * "[0]" or ".0", or, in a list of maps, the first item that has that key.  Keys that a map
 * lacks are made, to be refused by who reads the tree, if he does not know them.
 * STATUS_USAGE, with what there is as hint, when the path leads nowhere or part of the
 * value would not count.  On failure the tree is as it was. */
MUST_USE enum status yaml_override(struct yaml_node *root, const char *assignment,
                                   struct arena *mem, struct error *err);

/* Adds the node on one line, in flow style; it reads back as the same tree. */
void yaml_flow(const struct yaml_node *node, struct text *out);

/* Adds a text as a scalar that reads back as that text: plain, else in quotes. */
void yaml_scalar(struct view text, struct text *out);

/* "a list", "a number", … for messages. */
const char *yaml_kind_name(enum yaml_kind kind);

/* Fails, at the node's place, unless it is of the kind. */
MUST_USE enum status yaml_expect(const struct yaml_node *node, enum yaml_kind kind,
                                 struct error *err);

/* Fills err with the message, at the node's place, with its key as the field; the status
 * is STATUS_INPUT, or STATUS_USAGE for a node that came from --set. */
enum status yaml_error(struct error *err, const struct yaml_node *node,
                       const char *format, ...) PRINTF_LIKE(3, 4);

/* Sets kind, boolean, integer and real of a node from its text, which was written without
 * quotes. mem is for work space. */
void yaml_resolve(struct yaml_node *node, struct arena *mem);

#endif
