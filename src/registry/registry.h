/* The registry of a pipeline: versions of its model that never change, names that move from
 * one version to another, and the log of who moved them and why.
 *
 *     registry/<pipeline>/
 *         versions/<n>/       a folder a version, from 1: the files that were registered,
 *                             card.md, which says them in words, and manifest.json
 *                             (registry/registry_manifest.h)
 *         aliases.json        {"format", "pipeline", "moves", "aliases": {name: n}, "tables",
 *                             "checksum"}: which version a name means, and the log's length
 *         log.jsonl           a line a move: {"time", "who", "alias", "from", "to", "content",
 *                             "why"}
 *
 * Files only, without absolute paths, links or empty folders: a registry can be copied,
 * kept in git and moved.  Nothing in a version's folder knows its number.
 *
 * A version is its files: the same bytes are the same version.  It is built as the folder
 * `.new`, synced, and renamed to the next free number.  A move appends to the log first and
 * then puts aliases.json in place; what stands in the log behind the bytes that aliases.json
 * vouches for is of a move that did not happen, and goes with the next one.  So readers need
 * no lock.  Writers hold one (flock) on the pipeline's folder itself, which no death
 * outlives.
 *
 *     struct registry r = registry_at("registry", "milk");
 *     TRY(registry_add(&r, &entry, mem, &added, err));
 *     TRY(registry_move(&r, &(struct registry_move){"production", 3, added.version, who, why},
 *                       mem, err)); */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include <stdbool.h>

#include "registry/registry_manifest.h"

#define REGISTRY_FOLDER                                                                  \
    "registry" // where registries stand unless somebody says otherwise
#define REGISTRY_PRODUCTION "production"
#define REGISTRY_GATE "register" // who moves names in the name of the gate
#define REGISTRY_CANDIDATE "candidate"
#define REGISTRY_ARCHIVED "archived" // what was production before

/* Where a pipeline's registry is, or will be. */
struct registry {
    const char *folder, *pipeline;
};

struct registry registry_at(const char *folder, const char *pipeline);

/* Paths below it, in mem: of the registry, of a version's folder, of a file in it. */
char *registry_path(const struct registry *r, const char *below, struct arena *mem);
char *registry_file(const struct registry *r, size_t version, const char *name,
                    struct arena *mem);

/* A file to be registered. */
struct registry_source {
    const char *name; // in the version's folder
    const char *path; // where it is; NULL: body
    struct view body;
};

struct registry_entry {
    size_t n_sources;
    const struct registry_source *source; // [n_sources]
    size_t n_data;
    const struct registry_data *data; // [n_data] what the model was made of
    const char *code;                 // digest of what made it, or NULL
};

struct registry_added {
    size_t version;
    const char *content; // registry_manifest.content
    bool is_new;         // false: these bytes were a version already
};

/* Registers files as a version: the one that has the same bytes, else the next number.  Its
 * parent is what production is now.  STATUS_BUSY when a source changes meanwhile, or others
 * have the registry for longer than REGISTRY_WAIT_S. */
enum { REGISTRY_WAIT_S = 60 };
MUST_USE enum status registry_add(const struct registry *r,
                                  const struct registry_entry *entry, struct arena *mem,
                                  struct registry_added *ret, struct error *err);

/* The numbers of all versions, ascending, in mem; none where there is no registry. */
MUST_USE enum status registry_versions(const struct registry *r, struct arena *mem,
                                       size_t **ret, size_t *ret_n, struct error *err);

/* Reads the manifest of a version.  STATUS_INPUT for a version that is not there, with those
 * that are as hint, and for a damaged manifest; files are checked by registry_check. */
MUST_USE enum status registry_read(const struct registry *r, size_t version,
                                   struct arena *mem, struct registry_manifest *ret,
                                   struct error *err);

/* STATUS_INPUT, naming the file, when one of the version's files is missing or is not the
 * one that its manifest names. */
MUST_USE enum status registry_check(const struct registry *r, size_t version,
                                    const struct registry_manifest *m, struct error *err);

/* The names, sorted, and what they mean. */
struct registry_alias {
    const char *name;
    size_t version;
};

struct registry_aliases {
    size_t format;
    const char *pipeline;
    size_t moves; // lines of the log
    size_t n;
    struct registry_alias *alias; // [n]
    struct artifact_table table;  // log.jsonl
};

/* Reads aliases.json; where there is none, no name means anything.  STATUS_INPUT where it is
 * missing beside a log of moves: whoever took that for "no names" would lose production. */
MUST_USE enum status registry_aliases(const struct registry *r, struct arena *mem,
                                      struct registry_aliases *ret, struct error *err);

/* Says what helps where the version that is production is lost or damaged. */
void registry_hint_production(const struct registry *r, struct error *err);

/* The version that the name means; 0: none. */
size_t registry_aliased(const struct registry_aliases *a, const char *name);

/* A line of the log. */
struct registry_moved {
    const char *time; // "2026-01-31T02:30:07Z"
    const char *who, *alias;
    size_t from, to;     // 0: none
    const char *content; // of `to`; NULL: none
    const char *why;
};

/* Reads the log, as far as aliases.json vouches for it, oldest first. */
MUST_USE enum status registry_log(const struct registry *r,
                                  const struct registry_aliases *a, struct arena *mem,
                                  struct registry_moved **ret, size_t *ret_n,
                                  struct error *err);

/* What is to be moved. */
struct registry_move {
    const char *alias;
    size_t from, to; // from: what it means now, as the caller has seen it; 0: none
    const char *who, *why;
};

/* Moves a name.  With `production` what it meant becomes `archived`, in the same write.
 * STATUS_BUSY, saying who moved it and why, when the name does not mean `from` any more;
 * STATUS_INPUT when there is no version `to`; nothing is changed then.  A move to what the
 * name means already changes nothing. */
MUST_USE enum status registry_move(const struct registry *r,
                                   const struct registry_move *m, struct arena *mem,
                                   struct error *err);

/* What the name meant before its last move, by the log.  STATUS_INPUT when it meant nothing
 * then. */
MUST_USE enum status registry_before(const struct registry *r, const char *alias,
                                     struct arena *mem, size_t *ret, struct error *err);

/* Moves the name to that version, from whatever it means now: m->from is not looked at.
 * A version becomes production only with every byte that it had; then the verdict of the
 * artifacts beside the registry goes, so that register runs again and lets it predict (also
 * where it was production already: that ends a move that was killed between the two).  Adds
 * to out what came of it. */
MUST_USE enum status registry_promote(const struct registry *r,
                                      const struct registry_move *m, struct text *out,
                                      struct error *err);

/* The same to what the name meant before its last move; m->to is not looked at. */
MUST_USE enum status registry_rollback(const struct registry *r,
                                       const struct registry_move *m, struct text *out,
                                       struct error *err);

/* STATUS_USAGE unless the word can be a name: letters, digits, '_' and '-', neither
 * "latest" nor a 'v' with digits, as MLflow has it. */
MUST_USE enum status registry_check_alias(const char *name, struct error *err);

#endif
