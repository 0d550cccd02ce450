/* XXH64, from its specification (Collet, "xxHash fast digest algorithm", version 0.1.1).
 *
 * Four lanes take eight bytes each of a block of 32; at the end they are folded, the rest
 * is mixed in, and the bits are spread.  Chosen by measurement: docs/decisions.md. */
#include "file/checksum.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file/file.h"

#define PRIME_1 UINT64_C(0x9E3779B185EBCA87)
#define PRIME_2 UINT64_C(0xC2B2AE3D27D4EB4F)
#define PRIME_3 UINT64_C(0x165667B19E3779F9)
#define PRIME_4 UINT64_C(0x85EBCA77C2B2AE63)
#define PRIME_5 UINT64_C(0x27D4EB2F165667C5)

enum { PIECE_BYTES = 64 * 1024 };

static uint64_t turned(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

/* Little endian, whatever the machine; compilers make one load of it. */
static uint64_t half(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
           (uint64_t)p[3] << 24;
}

static uint64_t word(const unsigned char *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
           (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 |
           (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

static uint64_t mixed(uint64_t lane, uint64_t input)
{
    return turned(lane + input * PRIME_2, 31) * PRIME_1;
}

/* Takes all full blocks of n bytes; returns how many bytes these are.  The lanes stay in
 * registers: through the pointer each block would wait for the stores of the last. */
static size_t take_blocks(uint64_t lane[4], const unsigned char *p, size_t n)
{
    uint64_t a = lane[0], b = lane[1], c = lane[2], d = lane[3];
    size_t at = 0;
    for (; n - at >= CHECKSUM_BLOCK; at += CHECKSUM_BLOCK) {
        a = mixed(a, word(p + at));
        b = mixed(b, word(p + at + 8));
        c = mixed(c, word(p + at + 16));
        d = mixed(d, word(p + at + 24));
    }
    lane[0] = a, lane[1] = b, lane[2] = c, lane[3] = d;
    return at;
}

void checksum_begin(struct checksum *sum)
{
    *sum = (struct checksum){{PRIME_1 + PRIME_2, PRIME_2, 0, -PRIME_1}, 0, {0}};
}

void checksum_add(struct checksum *sum, const void *from, size_t n)
{
    const unsigned char *p = from;
    size_t held = sum->bytes % CHECKSUM_BLOCK, take = 0;
    if (n == 0)
        return;
    sum->bytes += n;
    if (held > 0) {
        take = n < CHECKSUM_BLOCK - held ? n : CHECKSUM_BLOCK - held;
        memcpy(sum->rest + held, p, take);
        if (held + take < CHECKSUM_BLOCK)
            return;
        (void)take_blocks(sum->lane, sum->rest, CHECKSUM_BLOCK);
    }
    take += take_blocks(sum->lane, p + take, n - take);
    if (n > take)
        memcpy(sum->rest, p + take, n - take);
}

static uint64_t folded(const uint64_t lane[4])
{
    uint64_t h = turned(lane[0], 1) + turned(lane[1], 7) + turned(lane[2], 12) +
                 turned(lane[3], 18);
    for (size_t i = 0; i < 4; i++)
        h = (h ^ mixed(0, lane[i])) * PRIME_1 + PRIME_4;
    return h;
}

/* Mixes in the bytes that fill no block. */
static uint64_t with_rest(uint64_t h, const unsigned char *p, size_t n)
{
    for (; n >= 8; p += 8, n -= 8)
        h = turned(h ^ mixed(0, word(p)), 27) * PRIME_1 + PRIME_4;
    if (n >= 4) {
        h = turned(h ^ half(p) * PRIME_1, 23) * PRIME_2 + PRIME_3;
        p += 4;
        n -= 4;
    }
    for (; n > 0; p++, n--)
        h = turned(h ^ *p * PRIME_5, 11) * PRIME_1;
    return h;
}

uint64_t checksum_value(const struct checksum *sum)
{
    uint64_t h = sum->bytes < CHECKSUM_BLOCK ? PRIME_5 : folded(sum->lane);
    h = with_rest(h + sum->bytes, sum->rest, sum->bytes % CHECKSUM_BLOCK);
    h = (h ^ h >> 33) * PRIME_2;
    h = (h ^ h >> 29) * PRIME_3;
    return h ^ h >> 32;
}

void checksum_text(const struct checksum *sum, char ret[CHECKSUM_TEXT])
{
    snprintf(ret, CHECKSUM_TEXT, "%016" PRIx64, checksum_value(sum));
}

void checksum_of(const void *p, size_t n, char ret[CHECKSUM_TEXT])
{
    struct checksum sum;
    checksum_begin(&sum);
    checksum_add(&sum, p, n);
    checksum_text(&sum, ret);
}

enum status checksum_file(const char *path, struct checksum *ret, struct error *err)
{
    unsigned char piece[PIECE_BYTES];
    int fd;
    ssize_t n;
    TRY(file_open(path, &fd, err));
    checksum_begin(ret);
    while ((n = read(fd, piece, sizeof piece)) > 0)
        checksum_add(ret, piece, (size_t)n);
    enum status status = n < 0 ? file_failed("read", path, err) : STATUS_OK;
    close(fd);
    return status;
}
