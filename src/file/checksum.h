/* Checksums of files: XXH64 by Yann Collet, with seed 0, fed in pieces of any size.
 *
 * They tell accidents: a changed digit, a cut file, two runs mixed.  They are no
 * signatures, since whoever can change a file can change its checksum too; readers go on
 * to check what they read.  `xxhsum -H64 FILE` shows the same 16 digits.
 *
 *     struct checksum sum;
 *     checksum_begin(&sum);
 *     checksum_add(&sum, bytes, n);
 *     checksum_text(&sum, text); */
#ifndef FILE_CHECKSUM_H
#define FILE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { CHECKSUM_BLOCK = 32, CHECKSUM_DIGITS = 16 };
#define CHECKSUM_TEXT (CHECKSUM_DIGITS + 1) // with the NUL
#define CHECKSUM_KIND "xxh64"               // as artifacts call it

struct checksum {
    uint64_t lane[4];
    uint64_t bytes;                     // seen so far
    unsigned char rest[CHECKSUM_BLOCK]; // of a block that is not full yet
};

void checksum_begin(struct checksum *sum);
void checksum_add(struct checksum *sum, const void *p, size_t n);

/* The value of all bytes so far; more may be added behind it. */
uint64_t checksum_value(const struct checksum *sum);

/* The same as lower-case hexadecimal digits. */
void checksum_text(const struct checksum *sum, char ret[CHECKSUM_TEXT]);

/* The digits of n bytes. */
void checksum_of(const void *p, size_t n, char ret[CHECKSUM_TEXT]);

/* Reads a regular file to its end; the errors of file_open. */
MUST_USE enum status checksum_file(const char *path, struct checksum *ret,
                                   struct error *err);

#endif
