/* Two MD5s of the same bytes for little more than the price of one.
 *
 * A step of MD5 waits for the one before it, so that most of a core lies idle; a second
 * state that takes the same block fills it.  The MD5 of a file and those of its parts are
 * such a pair, as long as parts begin at a multiple of 64 bytes.
 *
 *     md5_pair_begin(state_a), md5_pair_begin(state_b)
 *     md5_pair_blocks(state_a, state_b, p, n / 64)   ...
 *     md5_pair_end(state_a, p, n % 64, bytes_in_all, out) */
#ifndef SHIP_MD5_PAIR_H
#define SHIP_MD5_PAIR_H

#include "ship/digest.h"

#define MD5_BLOCK_BYTES 64

struct md5_state {
    uint32_t word[4];
};

void md5_pair_begin(struct md5_state *state);

/* Takes whole blocks into both. */
void md5_pair_blocks(struct md5_state *a, struct md5_state *b, const unsigned char *p,
                     size_t blocks);

/* Ends one of them with the last n bytes, n < 64; bytes is the length of all. */
void md5_pair_end(const struct md5_state *state, const unsigned char *p, size_t n,
                  uint64_t bytes, unsigned char out[MD5_BYTES]);

#endif
