/* MD5 after RFC 1321 (Rivest 1992), on two states at once.
 *
 * The steps of the two alternate, so that they run beside each other; compiler and
 * processor see to the rest.  The tests compare with OpenSSL. */
#include "ship/md5_pair.h"

#include <string.h>

enum { STEPS = 64 };

// clang-format off
static const uint32_t sines[STEPS] = { // floor(2^32 * |sin(i + 1)|)
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a,
    0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be,
    0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340,
    0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
    0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c,
    0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
    0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92,
    0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
    0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};
// clang-format on

static inline uint32_t rotate(uint32_t x, int by)
{
    return x << by | x >> (32 - by);
}

#define F(b, c, d) ((d) ^ ((b) & ((c) ^ (d))))
#define G(b, c, d) (((b) & (d)) | ((c) & ~(d)))
#define H(b, c, d) ((b) ^ (c) ^ (d))
#define I(b, c, d) ((c) ^ ((b) | ~(d)))

/* One step of both states: i is its number, k the word of the block that it takes. */
#define STEP(f, a, b, c, d, i, k, by)                                                    \
    do {                                                                                 \
        uint32_t add = x[(k)&15] + sines[i];                                             \
        a##1 = b##1 + rotate(a##1 + f(b##1, c##1, d##1) + add, by);                      \
        a##2 = b##2 + rotate(a##2 + f(b##2, c##2, d##2) + add, by);                      \
    } while (0)

/* Four steps, after which the words have their old names again. */
#define FOUR(f, i, k, step, s1, s2, s3, s4)                                              \
    STEP(f, a, b, c, d, i, k, s1);                                                       \
    STEP(f, d, a, b, c, (i) + 1, (k) + (step), s2);                                      \
    STEP(f, c, d, a, b, (i) + 2, (k) + 2 * (step), s3);                                  \
    STEP(f, b, c, d, a, (i) + 3, (k) + 3 * (step), s4)

#define ROUND(f, i, k, step, s1, s2, s3, s4)                                             \
    FOUR(f, i, k, step, s1, s2, s3, s4);                                                 \
    FOUR(f, (i) + 4, (k) + 4 * (step), step, s1, s2, s3, s4);                            \
    FOUR(f, (i) + 8, (k) + 8 * (step), step, s1, s2, s3, s4);                            \
    FOUR(f, (i) + 12, (k) + 12 * (step), step, s1, s2, s3, s4)

void md5_pair_begin(struct md5_state *state)
{
    static const struct md5_state first = {
        {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
    *state = first;
}

static void take_block(struct md5_state *one, struct md5_state *two,
                       const unsigned char *p)
{
    uint32_t x[16];
    uint32_t a1 = one->word[0], b1 = one->word[1], c1 = one->word[2], d1 = one->word[3];
    uint32_t a2 = two->word[0], b2 = two->word[1], c2 = two->word[2], d2 = two->word[3];
    for (size_t i = 0; i < 16; i++, p += 4)
        x[i] = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
               (uint32_t)p[3] << 24;
    ROUND(F, 0, 0, 1, 7, 12, 17, 22);
    ROUND(G, 16, 1, 5, 5, 9, 14, 20);
    ROUND(H, 32, 5, 3, 4, 11, 16, 23);
    ROUND(I, 48, 0, 7, 6, 10, 15, 21);
    one->word[0] += a1, one->word[1] += b1, one->word[2] += c1, one->word[3] += d1;
    two->word[0] += a2, two->word[1] += b2, two->word[2] += c2, two->word[3] += d2;
}

void md5_pair_blocks(struct md5_state *a, struct md5_state *b, const unsigned char *p,
                     size_t blocks)
{
    for (; blocks > 0; blocks--, p += MD5_BLOCK_BYTES)
        take_block(a, b, p);
}

void md5_pair_end(const struct md5_state *state, const unsigned char *p, size_t n,
                  uint64_t bytes, unsigned char out[MD5_BYTES])
{
    unsigned char last[2 * MD5_BLOCK_BYTES] = {0};
    size_t blocks = n < MD5_BLOCK_BYTES - 8 ? 1 : 2;
    struct md5_state one = *state, two = *state;
    if (n > 0)
        memcpy(last, p, n);
    last[n] = 0x80;
    for (size_t i = 0; i < 8; i++)
        last[blocks * MD5_BLOCK_BYTES - 8 + i] = (unsigned char)(bytes * 8 >> 8 * i);
    md5_pair_blocks(&one, &two, last, blocks);
    for (size_t i = 0; i < MD5_BYTES; i++)
        out[i] = (unsigned char)(one.word[i / 4] >> 8 * (i % 4));
}
