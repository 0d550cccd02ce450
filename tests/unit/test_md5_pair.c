#include <criterion/criterion.h>

#include <string.h>

#include "base/rng.h"
#include "ship/md5_pair.h"

static unsigned char bytes[4096];

static void fill(void)
{
    struct rng rng;
    rng_seed(&rng, 1, "md5_pair");
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)rng_next(&rng);
}

TestSuite(md5_pair, .init = fill);

static const char *end(const struct md5_state *state, size_t from, size_t n)
{
    static char hex[MD5_HEX];
    unsigned char raw[MD5_BYTES];
    md5_pair_end(state, bytes + from + n - n % 64, n % 64, n, raw);
    digest_hex(raw, MD5_BYTES, hex);
    return hex;
}

Test(md5_pair, both_are_what_openssl_finds_whatever_the_length)
{
    for (size_t n = 0; n <= 300; n++) {
        // The second begins 128 bytes behind the first: a part within a whole.
        struct md5_state whole, part;
        char wanted_whole[MD5_HEX], wanted_part[MD5_HEX];
        md5_pair_begin(&whole);
        md5_pair_begin(&part);
        md5_pair_blocks(&whole, &part, bytes, 2);
        md5_pair_begin(&part);
        md5_pair_blocks(&whole, &part, bytes + 128, n / 64);
        digest_hex_of(DIGEST_MD5, bytes, 128 + n, wanted_whole);
        digest_hex_of(DIGEST_MD5, bytes + 128, n, wanted_part);
        cr_assert_str_eq(end(&part, 128, n), wanted_part, "length %zu", n);
        cr_assert_str_eq(end(&whole, 0, 128 + n), wanted_whole, "length %zu", n);
    }
}

Test(md5_pair, the_published_example_holds)
{
    struct md5_state state;
    unsigned char raw[MD5_BYTES];
    char hex[MD5_HEX];
    md5_pair_begin(&state);
    md5_pair_end(&state, (const unsigned char *)"message digest", 14, 14, raw);
    digest_hex(raw, MD5_BYTES, hex);
    cr_expect_str_eq(hex, "f96b697d7cb7938d525a2f31aaf161d0"); // RFC 1321, A.5
}
