/* Random numbers: xoshiro256** for our own use, MT19937 where NumPy's choice has to be
 * met.
 *
 * xoshiro256**: Blackman and Vigna 2018, "Scrambled linear pseudorandom number
 * generators".  Its state is filled by splitmix64 (Steele, Lea, Flood 2014), started from
 * the seed and the use's name, so that each use has a stream of its own. MT19937:
 * Matsumoto and Nishimura 1998, "Mersenne twister: a 623-dimensionally equidistributed
 * uniform pseudo-random number generator", ACM TOMACS 8(1), with the seeding of 2002.
 *
 * Indices are drawn by rejection: unbiased, at the price of a number of draws that
 * varies. */
#include "base/rng.h"

#include "base/error.h"
#include "base/text.h"

enum { MT_N = 624, MT_M = 397, AHEAD = 32 };

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

void rng_seed(struct rng *r, uint64_t seed, const char *use)
{
    // The seed is mixed first, so that near seeds and near names do not meet.
    uint64_t state = splitmix(&seed) ^ text_hash(TEXT_HASH_START, use, strlen(use));
    for (size_t i = 0; i < COUNT_OF(r->s); i++)
        r->s[i] = splitmix(&state);
}

static uint64_t rotate(uint64_t x, unsigned by)
{
    return (x << by) | (x >> (64 - by));
}

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s, ret = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return ret;
}

double rng_real(struct rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
    // The first 2^64 mod n values are refused; what is left divides evenly.
    uint64_t refused = (UINT64_MAX - n + 1) % n, x;
    do
        x = rng_next(r);
    while (x < refused);
    return x % n;
}

void rng_shuffle(struct rng *r, size_t n, size_t *x)
{
    for (size_t i = n; i > 1; i--) {
        size_t at = (size_t)rng_below(r, i), held = x[i - 1];
        x[i - 1] = x[at];
        x[at] = held;
    }
}

void mt19937_seed(struct mt19937 *r, uint32_t seed)
{
    r->state[0] = seed;
    for (uint32_t i = 1; i < MT_N; i++) {
        uint32_t x = r->state[i - 1];
        r->state[i] = UINT32_C(1812433253) * (x ^ (x >> 30)) + i;
    }
    r->index = MT_N;
}

static void mt19937_renew(struct mt19937 *r)
{
    for (size_t i = 0; i < MT_N; i++) {
        uint32_t next = r->state[(i + 1) % MT_N];
        uint32_t y = (r->state[i] & UINT32_C(0x80000000)) | (next & UINT32_C(0x7FFFFFFF));
        r->state[i] =
            r->state[(i + MT_M) % MT_N] ^ (y >> 1) ^ (y & 1 ? UINT32_C(0x9908B0DF) : 0);
    }
    r->index = 0;
}

uint32_t mt19937_next(struct mt19937 *r)
{
    if (r->index >= MT_N)
        mt19937_renew(r);
    uint32_t y = r->state[r->index++];
    y ^= y >> 11;
    y ^= (y << 7) & UINT32_C(0x9D2C5680);
    y ^= (y << 15) & UINT32_C(0xEFC60000);
    return y ^ (y >> 18);
}

/* Draws from [0, max] as NumPy does: the draw, cut to the bits that max has, until it
 * fits.  One 32-bit draw, or two of them, high half first, where max has more bits. */
static uint64_t mt19937_interval(struct mt19937 *r, uint64_t max)
{
    uint64_t mask = max, x;
    for (unsigned shift = 1; shift < 64; shift *= 2)
        mask |= mask >> shift;
    do {
        x = mt19937_next(r);
        if (max > UINT32_MAX)
            x = x << 32 | mt19937_next(r);
        x &= mask;
    } while (x > max);
    return x;
}

/* Places are drawn some steps ahead, so that the memory that they lie in is on its way. */
void mt19937_shuffle(struct mt19937 *r, size_t n, size_t *x)
{
    size_t at[AHEAD];
    for (size_t i = n, m; i > 1; i -= m) {
        m = i - 1 < AHEAD ? i - 1 : AHEAD;
        for (size_t k = 0; k < m; k++) {
            at[k] = (size_t)mt19937_interval(r, i - 1 - k);
            __builtin_prefetch(x + at[k], 1);
        }
        for (size_t k = 0; k < m; k++) {
            size_t held = x[i - 1 - k];
            x[i - 1 - k] = x[at[k]];
            x[at[k]] = held;
        }
    }
}

void mt19937_permutation(struct mt19937 *r, size_t n, size_t *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = i;
    mt19937_shuffle(r, n, ret);
}
