/* Random numbers that are the same on every machine.
 *
 * Two generators: MT19937 where parity with NumPy's RandomState is wanted, and
 * xoshiro256** for everything else.  A stream is derived from the pipeline's seed and the
 * use's name, so that a new use does not disturb the others. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

/* xoshiro256** (Blackman & Vigna 2018), seeded by splitmix64. */
struct rng {
    uint64_t s[4];
};

void rng_seed(struct rng *r, uint64_t seed, const char *use);
uint64_t rng_next(struct rng *r);
double rng_real(struct rng *r);                // [0,1), 53 bits
uint64_t rng_below(struct rng *r, uint64_t n); // [0,n), unbiased; n > 0

/* Puts x[n] into an order drawn for it (Fisher and Yates), from the last place down. */
void rng_shuffle(struct rng *r, size_t n, size_t *x);

/* MT19937 (Matsumoto & Nishimura 1998) seeded as NumPy's RandomState(seed) with a 32-bit
 * seed. */
struct mt19937 {
    uint32_t state[624];
    size_t index;
};

void mt19937_seed(struct mt19937 *r, uint32_t seed);
uint32_t mt19937_next(struct mt19937 *r);

/* Puts x[n] into the order that NumPy's RandomState(seed).shuffle(x) leaves it in. */
void mt19937_shuffle(struct mt19937 *r, size_t n, size_t *x);

/* Writes the permutation that NumPy's RandomState(seed).permutation(n) returns. */
void mt19937_permutation(struct mt19937 *r, size_t n, size_t *ret);

#endif
