/* The cache: objects named by their MD5, <cache>/files/md5/ab/cdef…, mode 0444.
 *
 * A file in the cache is whole: it is written under a temporary name in
 * <cache>/tmp/<pid>, digested on its way, synced, made read-only and renamed.  Batches
 * sync once.
 *
 * The path that cache.dir names is trusted; below it, and below the project where the
 * cache stands there, no symbolic link is followed. */
#ifndef DVC_DVC_CACHE_H
#define DVC_DVC_CACHE_H

#include "dvc/dvc_dir.h"
#include "dvc/dvc_repo.h"

#define DVC_CACHE_TMP "tmp"

/* Opens repo->store, unless it is open; a cache that is not there stays closed, or is
 * made.  STATUS_INPUT where a link leads out of the project. */
MUST_USE enum status dvc_cache_open(struct dvc_repo *repo, bool create,
                                    struct error *err);
void dvc_cache_close(struct dvc_repo *repo);

/* The object's path in mem; md5 may end in ".dir". */
const char *dvc_cache_path(const struct dvc_repo *repo, const char *md5,
                           struct arena *mem);

/* The key below a remote: "files/md5/ab/cdef…". */
const char *dvc_cache_key(const char *md5, struct arena *mem);

/* What lstat says of the object; false when nothing stands at its place. */
bool dvc_cache_stat(const struct dvc_repo *repo, const char *md5, struct stat *ret);

/* Removes an object. */
MUST_USE enum status dvc_cache_remove(const struct dvc_repo *repo, const char *md5,
                                      struct error *err);

/* True when the object is there, a regular file of mode 0444 and, unless bytes is
 * UINT64_MAX, of that length.  Anything else that stands at its place is not trusted. */
bool dvc_cache_has(const struct dvc_repo *repo, const char *md5, uint64_t bytes);

/* Fills err for an object that is not there, and for one whose bytes have another digest;
 * the latter loses its mode, and with it the trust that DVC and this program have in it.
 * Both return STATUS_INPUT. */
enum status dvc_cache_missing(const char *md5, struct error *err);
enum status dvc_cache_damaged(const struct dvc_repo *repo, const char *md5,
                              struct error *err);

/* Objects on their way into the cache: put them, then commit: one sync, then the renames.
 * Objects that are there already are left alone.  Nothing is visible before. */
struct dvc_batch;
struct dvc_batch *dvc_batch_begin(struct dvc_repo *repo, struct arena *mem);

/* A copy of a file of the workspace, by cache.type: reflink, hardlink or copy.  A file
 * that is linked becomes read-only, for it then is the cache's; an executable one is
 * copied.  STATUS_INPUT when its bytes no longer have that digest. */
MUST_USE enum status dvc_batch_file(struct dvc_batch *batch, const char *path,
                                    const char *md5, struct error *err);
MUST_USE enum status dvc_batch_bytes(struct dvc_batch *batch, struct view bytes,
                                     const char *md5, struct error *err);

/* A place for the object, for someone else to fill: *ret_path below the folder that is
 * returned, which is nowhere when it could not be made.  The caller vouches for the
 * digests (sha256 may be empty) by calling dvc_batch_filled.  What was not filled is
 * removed at the end. */
const struct beneath *dvc_batch_place(struct dvc_batch *batch, const char *md5,
                                      const char **ret_path);
void dvc_batch_filled(struct dvc_batch *batch, const char *md5, const char *sha256);

MUST_USE enum status dvc_batch_commit(struct dvc_batch *batch, struct error *err);

/* Removes what was not committed. */
void dvc_batch_release(struct dvc_batch *batch);

/* Reads and checks a `.dir` object of the cache.  STATUS_INPUT when it is missing or its
 * bytes have another digest (the hint says how to get it back). */
MUST_USE enum status dvc_cache_dir(const struct dvc_repo *repo, const char *md5,
                                   struct arena *mem, struct dvc_dir *ret,
                                   struct error *err);

/* Puts a file or a folder of the workspace into the state that the digest names: files
 * that differ are replaced by rename, what the folder has beyond it is removed last.
 * Files get mode 0644 (0444 for hard links), 0755 when executable.  *ret_changed counts
 * what was replaced, removed or got another mode.
 *
 * STATUS_INPUT before anything is touched when a symbolic link stands at the path of a
 * folder, or above the path: it would lead the files out of the project.
 *
 * STATUS_INPUT before anything is touched when an object is missing; when one is damaged,
 * which never lands, or a folder stands where a file belongs or the other way round, what
 * was done so far stays.  Symbolic links below the path are replaced, never followed. */
MUST_USE enum status dvc_checkout(struct dvc_repo *repo, const char *path,
                                  const char *md5, bool executable, struct arena *mem,
                                  size_t *ret_changed, struct error *err);

#endif
