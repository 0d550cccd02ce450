/* quality.json: every row dropped and every cell repaired, counted by reason and listed.
 *
 *     {"rows", "columns", "first", "last",
 *      "sources": [{"name", "rows", "kept", "first", "last", "dropped": {reason: n},
 *                   "complete": [[first, last], …],
 *                   "groups": {"n", "poor", "list": [{"group", "rows", "kept", "lost",
 *                                                     "gaps", "first", "last"}]}}],
 *      "dropped": [{"source", "file", "line", "key", "column", "reason", "group", "id"}],
 *      "repaired": {"cells", "rule",
 *                   "columns": [{"source", "column", "cells", "padded", "moved"}],
 *                   "list": [{"source", "column", "key", "found", "repaired"}]},
 *      "jumps": [{"source", "column", "rows", "first", "from", "to"}],
 *      "arrived": {"rows", "first", "last"}, "options", "checksum"}
 *
 * Keys are texts, NULL where rows have no time.  With groups, whose runs nobody could read,
 * "complete" is empty and "groups" there, with those that lost most; without, the latter
 * and "group" are left out, as "id" is without ids.  The lists are cut at so many rows, the
 * counts beside them never are. */
#ifndef ARTIFACTS_QUALITY_JSON_H
#define ARTIFACTS_QUALITY_JSON_H

#include "artifacts/document.h"

#define QUALITY_DROPPED ((size_t)1000)
#define QUALITY_REPAIRS ((size_t)10000)
#define QUALITY_GROUPS ((size_t)100)

/* A group that lost rows, or has steps without a complete row between others. */
struct quality_json_group {
    const char *group;
    size_t rows, kept;
    size_t lost;              // rows dropped for what they hold
    size_t gaps;              // steps between first and last without a complete row
    const char *first, *last; // of the complete ones
};

struct quality_json_groups {
    size_t n, poor; // groups in the source; of them such as the list has
    size_t n_list;
    struct quality_json_group *list; // [n_list] at most QUALITY_GROUPS, the worst first
};

struct quality_json_source {
    const char *name;
    size_t rows, kept;
    const char *first, *last; // of the complete ones
    size_t n_dropped;
    struct counted *dropped; // [n_dropped] by reason
    size_t n_complete;
    struct bounds *complete;            // [n_complete] runs of whole rows, ascending
    struct quality_json_groups *groups; // NULL without
};

struct quality_json_dropped {
    const char *source, *file;
    size_t line;
    const char *key, *column; // NULL: the row as a whole
    const char *reason;
    const char *group, *id; // NULL without
};

struct quality_json_column {
    const char *source, *column;
    size_t cells, padded, moved; // of cells: given zeros back, given another point
};

struct quality_json_repair {
    const char *source, *column, *key;
    const char *found, *repaired; // the cell's text
};

struct quality_json_repairs {
    size_t cells;
    const char *rule;
    size_t n_columns;
    struct quality_json_column *column; // [n_columns]
    size_t n_list;
    struct quality_json_repair *list; // [n_list]
};

struct quality_json_jump {
    const char *source, *column;
    size_t rows;
    const char *first;
    double from, to;
};

struct quality_json_arrived {
    size_t rows; // that rest on later files
    const char *first, *last;
};

struct quality_json {
    size_t rows, columns;
    const char *first, *last;
    size_t n_sources;
    struct quality_json_source *source; // [n_sources]
    size_t n_dropped;
    struct quality_json_dropped *dropped; // [n_dropped], at most QUALITY_DROPPED
    struct quality_json_repairs repaired; // list: at most QUALITY_REPAIRS
    size_t n_jumps;
    struct quality_json_jump *jump; // [n_jumps]
    struct quality_json_arrived arrived;
    struct texts options;
};

MUST_USE enum status quality_json_write(const struct quality_json *q, struct output *out,
                                        struct error *err);

/* Reads the file into ret, texts and lists into mem. */
MUST_USE enum status quality_json_read(const char *path, struct arena *mem,
                                       struct quality_json *ret, struct error *err);

#endif
