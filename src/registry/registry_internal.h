/* What the files of this folder share. */
#ifndef REGISTRY_REGISTRY_INTERNAL_H
#define REGISTRY_REGISTRY_INTERNAL_H

#include "file/beneath.h"
#include "registry/registry.h"

#define REGISTRY_VERSIONS "versions"
#define REGISTRY_NEW ".new" // a version that is being built, or one that goes
#define REGISTRY_ALIASES "aliases.json"
#define REGISTRY_LOG "log.jsonl"

#define REGISTRY_LOG_NEXT "log.next.jsonl" // that is to be log.jsonl, when it fits

enum { REGISTRY_LAST = 999999999 }; // the largest number of a version
enum { REGISTRY_LOG_BYTES = 64 * 1024 * 1024, REGISTRY_ALIASES_BYTES = 1024 * 1024 };

/* The pipeline's folder, open; its descriptor is -1 where there is none. */
MUST_USE enum status registry_open(const struct registry *r, struct arena *mem,
                                   struct beneath *ret, struct error *err);

/* The same for whoever changes it: made where it is missing, with the lock on it, and
 * without what a killed writer left unfinished. */
MUST_USE enum status registry_lock(const struct registry *r, struct arena *mem,
                                   struct beneath *ret, struct error *err);
void registry_close(struct beneath *root); // gives the lock back; also for CLEANUP

/* What stands in a folder, but "." and ".."; false, with errno, where the listing breaks
 * off, which must not pass as a complete one. */
MUST_USE bool registry_names(DIR *dir, struct arena *mem, struct texts *ret);

/* Removes REGISTRY_NEW with what is in it. */
MUST_USE enum status registry_clear(const struct beneath *root, struct error *err);

/* The number that a name says, 1 to REGISTRY_LAST without zeros before it; 0 for any other
 * name, which is somebody else's. */
size_t registry_number(struct view name);

/* The newest version, 0 where there is none. */
MUST_USE enum status registry_newest(const struct registry *r, struct arena *mem,
                                     size_t *ret, struct error *err);

/* The newest version with that content, 0: there is none.  Damaged ones are passed over. */
MUST_USE enum status registry_find(const struct registry *r, const char *content,
                                   struct arena *mem, size_t *ret, struct error *err);

/* Renames REGISTRY_NEW, which is whole and synced, to the wanted number, or to the next one
 * when that is 0; the lock is held. */
MUST_USE enum status registry_place(const struct registry *r, const struct beneath *root,
                                    size_t wanted, struct arena *mem, size_t *ret,
                                    struct error *err);

/* Takes a version away; the lock is held. */
MUST_USE enum status registry_remove(const struct beneath *root, size_t version,
                                     struct arena *mem, struct error *err);

/* aliases.json, written; and read from bytes, where it must be that pipeline's. */
MUST_USE enum status registry_aliases_write(const struct registry_aliases *a,
                                            struct output *out, struct error *err);
MUST_USE enum status registry_aliases_parse(const char *path, struct view text,
                                            const char *pipeline, struct arena *mem,
                                            struct registry_aliases *ret,
                                            struct error *err);

/* True when a name means the version. */
bool registry_means(const struct registry_aliases *a, size_t version);

/* Lets a name mean a version; 0 takes it out. */
void registry_aliases_put(struct registry_aliases *a, const char *name, size_t version,
                          struct arena *mem);

/* True when both have the same names with the same meaning, after as many moves. */
bool registry_aliases_same(const struct registry_aliases *a,
                           const struct registry_aliases *b);

/* Puts another log in the place of the one that is, and the names that it leads to; the
 * lock is held.  registry_settle ends what a killed one has left. */
MUST_USE enum status registry_rewrite(const struct registry *r,
                                      const struct beneath *root, struct view log,
                                      struct arena *mem, struct error *err);
MUST_USE enum status registry_settle(const struct registry *r, const struct beneath *root,
                                     struct arena *mem, struct error *err);

/* The names that a log leads to, and their account of it. */
MUST_USE enum status registry_fold(const struct registry *r, struct view log,
                                   struct arena *mem, struct registry_aliases *ret,
                                   struct error *err);

/* True when the bytes begin with the log that the names vouch for. */
bool registry_log_fits(const struct registry_aliases *a, struct view bytes);

/* Writes a new file of REGISTRY_NEW, for registry_accept. */
MUST_USE enum status registry_write(const struct beneath *root, const char *path,
                                    struct view v, struct error *err);

/* Places REGISTRY_NEW, whose files somebody has written there, as registry_place does, when
 * they are those of its manifest; the lock is held. */
MUST_USE enum status registry_accept(const struct registry *r, const struct beneath *root,
                                     size_t wanted, struct arena *mem, size_t *ret,
                                     struct error *err);

/* The bytes of the log that aliases.json vouches for, in mem; the moves in such bytes; a
 * line of them, added. */
MUST_USE enum status registry_log_text(const struct registry *r,
                                       const struct registry_aliases *a,
                                       struct arena *mem, struct view *ret,
                                       struct error *err);
MUST_USE enum status registry_log_parse(struct view text, const char *path,
                                        struct arena *mem, struct registry_moved **ret,
                                        size_t *ret_n, struct error *err);
void registry_log_line(const struct registry_moved *m, struct text *out);

#endif
