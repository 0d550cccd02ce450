/* dvc.lock: what each stage was run with and what came out.
 *
 * Entries of other stages are kept byte for byte as they stand in the file; a stage keeps
 * its place; a new one goes behind the entries of its own pipeline (the part of the name
 * behind '@'), and a new pipeline's first one before those of pipelines that come later
 * in dvc.yaml, so that the order does not depend on which run was faster. */
#ifndef DVC_DVC_LOCKFILE_H
#define DVC_DVC_LOCKFILE_H

#include "base/error.h"
#include "base/names.h"
#include "base/option.h"
#include "config/yaml.h"
#include "digest/digest.h"

/* A dependency or an output. */
struct dvc_entry {
    const char *path;
    const char *md5; // 32 hex digits, with ".dir" behind for a folder
    uint64_t bytes;
    bool folder;
    size_t files;    // of a folder
    bool executable; // of a file
};

/* The tracked values of one params file. */
struct dvc_values {
    const char *file;
    const char *const *key;               // [n], dotted, sorted
    const struct yaml_node *const *value; // [n]
    size_t n;
};

struct dvc_record {
    const char *name; // "train@milk"
    struct texts commands;
    bool command_list;           // a list in dvc.yaml, also of one
    struct dvc_entry *dep, *out; // sorted by path
    size_t n_deps, n_outs;
    struct dvc_values *values;
    size_t n_values;
    struct view text; // as it stands in the file; empty for a new one
};

struct dvc_lockfile {
    struct view
        head; // the lines before the first record, as they stand; empty: DVC's own
    struct dvc_record *record;
    size_t n;
};

/* True for a relative path without empty components, "." and "..": the only ones that may
 * stand in dvc.yaml and dvc.lock. */
bool dvc_path_is_clean(const char *path);

/* Reads the file; a missing one has no records.  STATUS_INPUT with line and column for
 * anything that DVC would not have written: another schema, anchors, an entry without
 * `hash: md5`, a digest that is none, a path that leaves the project. */
MUST_USE enum status dvc_lockfile_read(const char *path, struct arena *mem,
                                       struct dvc_lockfile *ret, struct error *err);

/* The same from bytes, which must outlive *ret; path is for messages. */
MUST_USE enum status dvc_lockfile_parse(const char *path, struct view bytes,
                                        struct arena *mem, struct dvc_lockfile *ret,
                                        struct error *err);

/* Replaces or adds n records, as one after the other would be, in time that does not grow
 * with their product; order: the names of all stages in dvc.yaml's order.  Those that have a
 * text keep it, others are written anew. */
void dvc_lockfile_merge(struct dvc_lockfile *lock, const struct dvc_record *record,
                        size_t n, const struct texts *order, struct arena *mem);

/* The names of its records, by whose numbers many are found. */
struct names dvc_lockfile_names(const struct dvc_lockfile *lock, struct arena *mem);

/* The record as the lines that DVC writes for it. */
void dvc_record_write(const struct dvc_record *record, struct text *out);

/* The file's bytes. */
void dvc_lockfile_write(const struct dvc_lockfile *lock, struct text *out);

#endif
