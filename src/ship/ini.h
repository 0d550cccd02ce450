/* INI files: DVC's configuration and AWS's credentials.
 *
 * Sections in brackets, `key = value` below them, comments behind # or ; at a line's
 * begin.  Values may stand in single or double quotes; a ` #` behind an unquoted value
 * begins a comment (DVC's dialect).  A section's name keeps its inner quotes:
 * ['remote "minio"'] is `remote "minio"`. */
#ifndef SHIP_INI_H
#define SHIP_INI_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct ini_value {
    const char *section, *key, *value; // key in lower case
    size_t line, col;                  // of the value
};

struct ini {
    const char *path;
    struct ini_value *v; // [n], in the file's order; of repeated keys the last counts
    size_t n;
};

/* Reads a file of at most 1 MiB.  STATUS_INPUT with line and column for what is neither
 * section, key, comment nor blank, never quoting a value (it may be a secret). */
MUST_USE enum status ini_read(const char *path, struct arena *mem, struct ini *ret,
                              struct error *err);
MUST_USE enum status ini_parse(const char *path, struct view bytes, struct arena *mem,
                               struct ini *ret, struct error *err);

/* The last value of the key in the section, or NULL. */
const struct ini_value *ini_find(const struct ini *ini, const char *section,
                                 const char *key);

#endif
