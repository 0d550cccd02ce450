/* A memo of files' digests, so that a file that did not change is not read again.
 *
 * An entry holds for the same device, inode, length, and times of modification and of
 * change, in nanoseconds.  A file so young that it could change within the clock's step
 * is digested but not remembered.  The memo is a cache: missing, old or damaged, it is
 * begun anew without a word; it never stands in an artifact. */
#ifndef DIGEST_MEMO_H
#define DIGEST_MEMO_H

#include <sys/stat.h>

#include "digest/digest.h"

struct memo;

/* What is known of one file. */
struct memo_file {
    uint64_t bytes;
    bool executable; // by its owner
    char md5[MD5_HEX];
    char sha256[SHA256_HEX]; // empty unless asked for
};

/* Reads the memo at path.  It lives in mem. */
struct memo *memo_open(const char *path, struct arena *mem);

/* Fills *ret for a regular file, symbolic links followed.  want_sha256: that one too. */
MUST_USE enum status memo_digest(struct memo *memo, const char *path, bool want_sha256,
                                 struct memo_file *ret, struct error *err);

/* Enters what the caller knows of a file that it has just written. */
void memo_enter(struct memo *memo, const char *path, const struct memo_file *known);

void memo_enter_state(struct memo *memo, const struct stat *st,
                      const struct memo_file *known);

/* What digests are known of the file as it is, without reading it; sha256 may be empty.
 * False when there are none. */
bool memo_recall(struct memo *memo, const char *path, struct memo_file *ret);

/* True when the file as it is was found to have this ETag of an upload in parts; and a
 * note of that, which holds as long as the file's digests do. */
bool memo_has_etag(struct memo *memo, const char *path, const char *etag);
void memo_enter_etag(struct memo *memo, const char *path, const char *etag);

/* Writes the memo when it changed; a failure is no error, for nothing depends on it. */
void memo_save(struct memo *memo);

#endif
