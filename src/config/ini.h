/* INI files: DVC's configuration and AWS's credentials.
 *
 * Sections in brackets, `key = value` below them, whole lines as comments.  The two
 * dialects differ in what a value is:
 *
 * INI_DVC (ConfigObj's): comments begin with #, also behind a value; values may stand in
 * single, double or triple quotes; an unquoted comma makes a list.  Names of sections and
 * keys count in lower case, and a section's name keeps its inner quotes:
 * ['remote "minio"'] is `remote "minio"`.
 *
 * INI_AWS (Python's configparser): comments begin with # or ;, only at a line's begin;
 * `key: value` will do; a value is the rest of its line, quotes and # included; lines that
 * are indented deeper than their key belong to it and are left out.  Names of sections
 * keep their case. */
#ifndef CONFIG_INI_H
#define CONFIG_INI_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum ini_dialect { INI_DVC, INI_AWS };

#define INI_MAX_BYTES ((size_t)1 << 20)
#define INI_MAX_VALUES ((size_t)4096)

struct ini_value {
    const char *section, *key, *value; // key in lower case
    size_t line, col;                  // of the value
    bool list; // INI_DVC: unquoted commas, joined by ","; INI_AWS: more lines follow
};

struct ini {
    const char *path;
    struct ini_value *v; // [n], in the file's order; no key twice in a section
    size_t n;
    const char **section; // [n_sections], those without keys too
    size_t n_sections;
};

/* Reads a file of at most INI_MAX_BYTES.  STATUS_INPUT with line and column for what is
 * neither section, key, comment nor blank, for a section or key that stands twice (the
 * tools refuse that too) and for `%(name)s`, which DVC would replace.  No message quotes
 * a value: it may be a secret. */
MUST_USE enum status ini_read(const char *path, enum ini_dialect dialect,
                              struct arena *mem, struct ini *ret, struct error *err);
MUST_USE enum status ini_parse(const char *path, struct view bytes,
                               enum ini_dialect dialect, struct arena *mem,
                               struct ini *ret, struct error *err);

/* The value of the key in the section, or NULL. */
const struct ini_value *ini_find(const struct ini *ini, const char *section,
                                 const char *key);

bool ini_has_section(const struct ini *ini, const char *section);

#endif
