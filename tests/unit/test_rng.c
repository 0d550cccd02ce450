#include <criterion/criterion.h>

#include "base/error.h"
#include "base/rng.h"
#include "base/text.h"

/* The first values from the state 1, 2, 3, 4, as the algorithm's definition gives
 * them. */
Test(rng, xoshiro_gives_its_known_sequence)
{
    static const uint64_t want[] = {UINT64_C(11520),
                                    UINT64_C(0),
                                    UINT64_C(1509978240),
                                    UINT64_C(1215971899390074240),
                                    UINT64_C(1216172134540287360),
                                    UINT64_C(607988272756665600),
                                    UINT64_C(16172922978634559625),
                                    UINT64_C(8476171486693032832),
                                    UINT64_C(10595114339597558777),
                                    UINT64_C(2904607092377533576)};
    struct rng r = {{1, 2, 3, 4}};
    for (size_t i = 0; i < COUNT_OF(want); i++)
        cr_assert_eq(rng_next(&r), want[i], "value %zu", i);
}

Test(rng, a_stream_depends_on_the_seed_and_the_use)
{
    struct rng a, b, c, d;
    rng_seed(&a, 1, "split");
    rng_seed(&b, 1, "split");
    rng_seed(&c, 1, "search");
    rng_seed(&d, 2, "split");
    uint64_t x = rng_next(&a);
    cr_assert_eq(x, rng_next(&b));
    cr_assert_neq(x, rng_next(&c));
    cr_assert_neq(x, rng_next(&d));
}

/* Changing these figures changes every published result that drew from a stream. */
Test(rng, the_streams_stay_what_they_are)
{
    struct rng r;
    rng_seed(&r, 0, "");
    uint64_t first = rng_next(&r);
    rng_seed(&r, 42, "split");
    uint64_t second = rng_next(&r);
    cr_assert_eq(first, UINT64_C(2173012722847780656));
    cr_assert_eq(second, UINT64_C(18262858554151324746));
}

Test(rng, reals_lie_in_the_unit_interval_and_fill_it)
{
    struct rng r;
    rng_seed(&r, 3, "reals");
    size_t cells[16] = {0};
    double sum = 0;
    for (int i = 0; i < 160000; i++) {
        double x = rng_real(&r);
        cr_assert(x >= 0 && x < 1);
        cells[(size_t)(16 * x)]++;
        sum += x;
    }
    for (size_t k = 0; k < 16; k++)
        cr_assert(cells[k] > 9500 && cells[k] < 10500, "cell %zu has %zu", k, cells[k]);
    cr_assert(sum > 79000 && sum < 81000);
}

Test(rng, bounded_draws_stay_below_and_reach_every_value)
{
    static const uint64_t bounds[] = {1, 2, 3, 7, 10, 1000};
    struct rng r;
    rng_seed(&r, 4, "below");
    for (size_t k = 0; k < COUNT_OF(bounds); k++) {
        size_t seen[1000] = {0}, missing = 0;
        for (uint64_t i = 0; i < 20 * bounds[k] + 100; i++) {
            uint64_t x = rng_below(&r, bounds[k]);
            cr_assert_lt(x, bounds[k]);
            seen[x]++;
        }
        for (size_t i = 0; i < bounds[k]; i++)
            missing += seen[i] == 0;
        cr_assert_eq(missing, 0, "bound %zu", (size_t)bounds[k]);
    }
    // A quarter of all draws is refused here; a remainder would favour the low third.
    uint64_t n = UINT64_C(3) << 62, low = 0;
    for (int i = 0; i < 30000; i++) {
        uint64_t x = rng_below(&r, n);
        cr_assert_lt(x, n);
        low += x < UINT64_C(1) << 62;
    }
    cr_assert(low > 9500 && low < 10500, "%zu of 30000 in the lowest third", (size_t)low);
}

/* The first values and the ten thousandth for the seed 5489, which the C++ standard gives
 * too. */
Test(rng, mersenne_twister_gives_its_known_sequence)
{
    static const uint32_t want[] = {3499211612u, 581869302u, 3890346734u, 3586334585u,
                                    545404204u};
    struct mt19937 r;
    mt19937_seed(&r, 5489);
    uint32_t x = 0;
    for (size_t i = 0; i < 10000; i++) {
        x = mt19937_next(&r);
        if (i < COUNT_OF(want))
            cr_assert_eq(x, want[i], "value %zu", i);
    }
    cr_assert_eq(x, 4123659995u);
}

Test(rng, the_permutation_of_42_is_numpys)
{
    static const unsigned char want[] = {
        4,  63, 18, 0,  28, 73, 10, 34, 12, 55, 65, 31, 9,  45, 5,  22, 57, 50, 33,
        39, 70, 16, 35, 44, 61, 7,  56, 42, 30, 47, 49, 19, 59, 25, 40, 13, 53, 3,
        17, 38, 8,  58, 6,  36, 67, 54, 46, 72, 15, 27, 41, 26, 48, 24, 62, 66, 11,
        32, 69, 64, 37, 29, 43, 68, 1,  52, 21, 2,  23, 20, 60, 71, 14, 51};
    struct mt19937 r;
    size_t got[COUNT_OF(want)];
    mt19937_seed(&r, 42);
    mt19937_permutation(&r, COUNT_OF(got), got);
    for (size_t i = 0; i < COUNT_OF(want); i++)
        cr_assert_eq(got[i], want[i], "place %zu", i);
}

/* FNV-1a over the permutation's indices as 64-bit little-endian numbers, from NumPy
 * 2.4.6: RandomState(seed).permutation(n). */
// clang-format off
static const struct {
    uint32_t seed;
    size_t n;
    uint64_t hash;
} permutations[] = {
    {0u, 2, UINT64_C(0x392209f14dea4c24)},
    {0u, 10, UINT64_C(0x10caae69a213bf84)},
    {0u, 74, UINT64_C(0xaed2f4f51902f484)},
    {0u, 624, UINT64_C(0xc878b6429e88fe41)},
    {0u, 1000, UINT64_C(0xba2367a46d22aa5d)},
    {1u, 2, UINT64_C(0x692558b056101a44)},
    {1u, 10, UINT64_C(0x37295f1cced0e724)},
    {1u, 74, UINT64_C(0xc8bcfa3a4a388f64)},
    {1u, 624, UINT64_C(0x5d35a00ae51ae549)},
    {1u, 1000, UINT64_C(0xbe0e4064e4851001)},
    {42u, 2, UINT64_C(0x392209f14dea4c24)},
    {42u, 10, UINT64_C(0x6ce15ead53084b44)},
    {42u, 74, UINT64_C(0x12d944dedc187d24)},
    {42u, 624, UINT64_C(0x5ed707a06efb394d)},
    {42u, 1000, UINT64_C(0x678fae2ac21e9581)},
    {4357u, 2, UINT64_C(0x392209f14dea4c24)},
    {4357u, 10, UINT64_C(0xb93ef5890c6be9a4)},
    {4357u, 74, UINT64_C(0xaf37472bd778f0e4)},
    {4357u, 624, UINT64_C(0xc7aa2c3abd6e5845)},
    {4357u, 1000, UINT64_C(0xfb483eaa5983ce35)},
    {123456789u, 2, UINT64_C(0x392209f14dea4c24)},
    {123456789u, 10, UINT64_C(0x4472c8428cc295c4)},
    {123456789u, 74, UINT64_C(0x141a6db4dc57c684)},
    {123456789u, 624, UINT64_C(0x7e667d42a3bcca85)},
    {123456789u, 1000, UINT64_C(0xa8f8e350ba886b31)},
    {4294967295u, 2, UINT64_C(0x692558b056101a44)},
    {4294967295u, 10, UINT64_C(0xcb264fad4615e204)},
    {4294967295u, 74, UINT64_C(0x626c70a5f13d8a44)},
    {4294967295u, 624, UINT64_C(0x9afb5580364f2709)},
    {4294967295u, 1000, UINT64_C(0x4439aacf69c3cbed)},
};
// clang-format on

Test(rng, permutations_are_numpys)
{
    for (size_t k = 0; k < COUNT_OF(permutations); k++) {
        static size_t got[1000];
        struct mt19937 r;
        mt19937_seed(&r, permutations[k].seed);
        mt19937_permutation(&r, permutations[k].n, got);
        uint64_t h = TEXT_HASH_START;
        for (size_t i = 0; i < permutations[k].n; i++) {
            for (unsigned shift = 0; shift < 64; shift += 8) {
                unsigned char byte = (unsigned char)((uint64_t)got[i] >> shift);
                h = text_hash(h, &byte, 1);
            }
        }
        cr_expect_eq(h, permutations[k].hash, "row %zu", k);
    }
}

Test(rng, a_permutation_of_nothing_and_of_one)
{
    struct mt19937 r;
    size_t one[1] = {9};
    mt19937_seed(&r, 1);
    mt19937_permutation(&r, 0, NULL);
    mt19937_permutation(&r, 1, one);
    cr_assert_eq(one[0], 0);
}
