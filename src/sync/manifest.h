/* Manifests: what a push has made whole in a remote.
 *
 * A manifest names dvc.lock as it was and every object that it names, with length, MD5
 * and SHA-256; nothing of time, host or path.  Its key holds the SHA-256 of its own
 * bytes, so the same content is the same manifest.  The pointer, nightmill/latest.json,
 * names the newest one; it is written last, and readers trust only what it leads to.
 *
 *     {
 *       "format": 1,
 *       "lock": {"key": "nightmill/lock/<sha256>", "bytes": 1200, "sha256": "…"},
 *       "objects": [
 *         {"key": "files/md5/ab/cdef…", "bytes": 12, "md5": "abcdef…", "sha256": "…"},
 *         …sorted by key
 *       ]
 *     }
 *
 *     {"format": 1, "manifest": {"key": "nightmill/manifests/<sha256>.json", "bytes": …,
 *      "sha256": "…"}} */
#ifndef SYNC_MANIFEST_H
#define SYNC_MANIFEST_H

#include "digest/digest.h"

#define MANIFEST_FOLDER "nightmill/manifests/"
#define MANIFEST_LOCK_FOLDER "nightmill/lock/"
#define MANIFEST_POINTER "nightmill/latest.json"
#define MANIFEST_OBJECTS "files/md5/"

struct manifest_object {
    const char *key;
    uint64_t bytes;
    char md5[MD5_HEX];
    char sha256[SHA256_HEX];
};

struct manifest {
    uint64_t lock_bytes;
    char lock_sha256[SHA256_HEX];
    struct manifest_object *object; // [n], sorted by key, strcmp
    size_t n;
};

/* What the pointer names. */
struct manifest_name {
    uint64_t bytes;
    char sha256[SHA256_HEX];
};

/* Adds the bytes of a manifest, and of a pointer. */
void manifest_write(const struct manifest *m, struct text *out);
void manifest_write_pointer(const struct manifest_name *name, struct text *out);

/* Reads them back; path is for messages.  STATUS_INPUT for anything that the writers
 * above would not have written: another format, keys that are none of ours or not sorted,
 * digests that are none or that the key contradicts. */
MUST_USE enum status manifest_parse(const char *path, struct view bytes,
                                    struct arena *mem, struct manifest *ret,
                                    struct error *err);
MUST_USE enum status manifest_parse_pointer(const char *path, struct view bytes,
                                            struct manifest_name *ret, struct error *err);

/* The object with that key, or NULL. */
const struct manifest_object *manifest_find(const struct manifest *m, const char *key);

/* The keys of a manifest and of a dvc.lock, in mem. */
const char *manifest_key(const char *sha256, struct arena *mem);
const char *manifest_lock_key(const char *sha256, struct arena *mem);

/* What a key of a remote names: the digest in it (a part of the key, or for objects the
 * md5, in mem, with ".dir" where it has it), or NULL when the key is not of that kind. */
const char *manifest_sha256_of_key(const char *key, struct arena *mem);
const char *manifest_lock_of_key(const char *key, struct arena *mem);
const char *manifest_md5_of_key(const char *key, struct arena *mem);

#endif
