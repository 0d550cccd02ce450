/* What the two halves of the memo share; only memo.c and memo_file.c include this. */
#ifndef DIGEST_MEMO_INTERNAL_H
#define DIGEST_MEMO_INTERNAL_H

#include "digest/memo.h"

#define MEMO_ETAG (MD5_HEX + 7) // 32 hex digits, '-', up to 5 digits and the NUL; padded
#define MEMO_MAX_ENTRIES ((size_t)1 << 18)

/* A record of the file, and an entry of the table; without padding. */
struct memo_entry {
    uint64_t device, inode, bytes;
    int64_t modified_ns, changed_ns; // since 1970
    unsigned char md5[MD5_BYTES], sha256[SHA256_BYTES];
    char etag[MEMO_ETAG]; // of an upload in parts, "" when none is known
    uint32_t has_sha256;
    uint32_t age; // runs since it was asked for
};

struct memo {
    struct arena *mem;
    const char *path;
    struct memo_entry *entry; // [n]
    size_t n, cap;
    uint32_t *slot; // [slots]: index + 1, or 0; slots is a power of two
    size_t slots;
    bool changed;
    int64_t wait_until_ns; // what was entered is old enough then
};

/* A hash of one word more. */
static inline uint64_t memo_mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

/* Reads the entries of the memo's file, each a run older; none when there is no whole
 * memo. */
void memo_load(struct memo *memo);

/* Writes them; a failure leaves the file as it was. */
void memo_write(const struct memo *memo);

#endif
