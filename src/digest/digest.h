/* Digests: MD5, SHA-256 and HMAC-SHA-256, by OpenSSL's EVP.
 *
 * MD5 names objects, as DVC does; it protects against accidents only.  SHA-256 is what
 * requests are signed with and what manifests name. */
#ifndef DIGEST_DIGEST_H
#define DIGEST_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum digest_kind { DIGEST_MD5, DIGEST_SHA256 };

#define MD5_BYTES 16
#define SHA256_BYTES 32
#define MD5_HEX (2 * MD5_BYTES + 1)       // with the NUL
#define SHA256_HEX (2 * SHA256_BYTES + 1) // with the NUL

/* A digest under way; a struct of zeros is none.  Ends the process where OpenSSL lacks
 * the algorithm or memory. */
struct digest {
    void *context;
};

/* Begins anew, also after digest_end. */
void digest_begin(struct digest *d, enum digest_kind kind);
void digest_add(struct digest *d, const void *p, size_t n);

/* Writes MD5_BYTES or SHA256_BYTES. */
void digest_end(struct digest *d, unsigned char *out);
void digest_release(struct digest *d); // also for CLEANUP

/* Ends it likewise, in lower-case hex with a NUL behind: MD5_HEX or SHA256_HEX. */
void digest_end_hex(struct digest *d, enum digest_kind kind, char *out);

/* The same in one call, the result in lower-case hex with a NUL behind. */
void digest_hex_of(enum digest_kind kind, const void *p, size_t n, char *out);

void digest_hmac(const void *key, size_t key_n, const void *p, size_t n,
                 unsigned char out[SHA256_BYTES]);

/* Lower-case hex, and back; false when the text is not exactly 2 * n such digits. */
void digest_hex(const unsigned char *p, size_t n, char *out);
bool digest_unhex(struct view text, unsigned char *out, size_t n);

/* True for 32 lower-case hex digits, with ".dir" behind or not: the only names that may
 * become part of a path. */
bool digest_is_object(const char *name);

/* The digests of a regular file, read once; either result may be NULL.  *ret_bytes is
 * what was read. */
MUST_USE enum status digest_file(const char *path, char ret_md5[MD5_HEX],
                                 char ret_sha256[SHA256_HEX], uint64_t *ret_bytes,
                                 struct error *err);

/* The same of an open file, from where it stands to its end; path is for messages. */
MUST_USE enum status digest_fd(int fd, const char *path, char ret_md5[MD5_HEX],
                               char ret_sha256[SHA256_HEX], uint64_t *ret_bytes,
                               struct error *err);

#endif
