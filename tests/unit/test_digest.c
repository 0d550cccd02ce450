#include <criterion/criterion.h>

#include <sys/stat.h>
#include <unistd.h>

#include "digest/digest.h"
#include "file/file.h"
#include "help/help.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(digest, .fini = release);

/* RFC 1321, appendix A.5. */
static const struct {
    const char *text, *md5;
} rfc1321[] = {
    {"", "d41d8cd98f00b204e9800998ecf8427e"},
    {"a", "0cc175b9c0f1b6a831c399e269772661"},
    {"abc", "900150983cd24fb0d6963f7d28e17f72"},
    {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
    {"abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"},
    {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
     "d174ab98d277d9f5a5611c2c9f419d9f"},
    {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
     "57edf4a22be3c955ac49da2e2107b67a"},
};

Test(digest, md5_gives_the_published_figures)
{
    char hex[MD5_HEX];
    for (size_t i = 0; i < COUNT_OF(rfc1321); i++) {
        digest_hex_of(DIGEST_MD5, rfc1321[i].text, strlen(rfc1321[i].text), hex);
        cr_expect_str_eq(hex, rfc1321[i].md5, "'%s'", rfc1321[i].text);
    }
}

/* FIPS 180-4's examples, as NIST publishes them. */
static const struct {
    const char *text, *sha256;
} fips180[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklm"
     "nopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

Test(digest, sha256_gives_the_published_figures)
{
    char hex[SHA256_HEX];
    for (size_t i = 0; i < COUNT_OF(fips180); i++) {
        digest_hex_of(DIGEST_SHA256, fips180[i].text, strlen(fips180[i].text), hex);
        cr_expect_str_eq(hex, fips180[i].sha256, "'%s'", fips180[i].text);
    }
}

/* A million times "a": FIPS 180-4's long example, and what md5sum says of the same. */
Test(digest, pieces_of_any_length_add_up)
{
    static const size_t steps[] = {1, 63, 64, 65, 1000, 65537, 1000000};
    char *a = arena_alloc(&mem, 1000000), hex[SHA256_HEX];
    unsigned char out[SHA256_BYTES];
    struct digest d = {0};
    memset(a, 'a', 1000000);
    for (size_t i = 0; i < 2 * COUNT_OF(steps); i++) {
        enum digest_kind kind = i % 2 ? DIGEST_MD5 : DIGEST_SHA256;
        digest_begin(&d, kind); // the one context serves both kinds in turn
        for (size_t at = 0, n; at < 1000000; at += n) {
            n = steps[i / 2] < 1000000 - at ? steps[i / 2] : 1000000 - at;
            digest_add(&d, a + at, n);
        }
        digest_end(&d, out);
        digest_hex(out, kind == DIGEST_MD5 ? MD5_BYTES : SHA256_BYTES, hex);
        cr_expect_str_eq(
            hex,
            kind == DIGEST_MD5
                ? "7707d6ae4e027c70eea2a935c2296f21"
                : "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
    digest_release(&d);
    digest_release(&d);
    cr_expect_null(d.context);
}

Test(digest, a_digest_that_was_broken_off_leaves_nothing_behind)
{
    unsigned char out[MD5_BYTES];
    char hex[MD5_HEX];
    struct digest d = {0};
    digest_begin(&d, DIGEST_MD5);
    digest_add(&d, "what does not count", 19);
    digest_begin(&d, DIGEST_MD5);
    digest_add(&d, "abc", 3);
    digest_end(&d, out);
    digest_hex(out, MD5_BYTES, hex);
    cr_expect_str_eq(hex, "900150983cd24fb0d6963f7d28e17f72");
    digest_release(&d);
}

/* RFC 4231, cases 1 to 4, 6 and 7 for SHA-256. */
static const struct {
    const char *key;
    size_t fill; // that many times the key's first byte, or 0
    const char *text, *hmac;
} rfc4231[] = {
    {"\x0b", 20, "Hi There",
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {"Jefe", 0, "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {"\xaa", 20, NULL,
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {"\xaa", 131, "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {"\xaa", 131,
     "This is a test using a larger than block-size key and a larger than block-size "
     "data. The key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
};

Test(digest, hmac_gives_the_published_figures)
{
    for (size_t i = 0; i < COUNT_OF(rfc4231); i++) {
        char key[131], text[200], hex[SHA256_HEX];
        unsigned char out[SHA256_BYTES];
        size_t key_n = rfc4231[i].fill ? rfc4231[i].fill : strlen(rfc4231[i].key);
        size_t text_n = rfc4231[i].text ? strlen(rfc4231[i].text) : 50;
        if (rfc4231[i].fill)
            memset(key, rfc4231[i].key[0], key_n);
        else
            memcpy(key, rfc4231[i].key, key_n);
        if (rfc4231[i].text)
            memcpy(text, rfc4231[i].text, text_n);
        else
            memset(text, 0xdd, text_n);
        digest_hmac(key, key_n, text, text_n, out);
        digest_hex(out, SHA256_BYTES, hex);
        cr_expect_str_eq(hex, rfc4231[i].hmac, "row %zu", i);
    }
}

/* `printf '' | openssl dgst -sha256 -hmac ''` says the same. */
Test(digest, hmac_takes_an_empty_key_for_one)
{
    char hex[SHA256_HEX];
    unsigned char out[SHA256_BYTES];
    digest_hmac("key", 3, "text", 4, out);
    digest_hmac(NULL, 0, "", 0, out);
    digest_hex(out, SHA256_BYTES, hex);
    cr_expect_str_eq(hex,
                     "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static const struct {
    const char *text;
    bool fits;
} hex_texts[] = {
    {"00ff7a", true},
    {"00FF7a", false},
    {"00ff7", false},
    {"00ff7ab", false},
    {"00ff7g", false},
    {"00ff7 ", false},
    {" 0ff7a", false},
    {"", false},
    {"0x00ff", false},
    {"00ff7:", false},
    {"00ff7/", false},
    {"00ff7`", false},
    {"\xff\xff"
     "ff7a",
     false},
};

Test(digest, hex_is_read_strictly)
{
    for (size_t i = 0; i < COUNT_OF(hex_texts); i++) {
        unsigned char out[3] = {1, 2, 3};
        bool fits = digest_unhex(view_of(hex_texts[i].text), out, 3);
        cr_expect_eq(fits, hex_texts[i].fits, "'%s'", hex_texts[i].text);
        cr_expect_eq(memcmp(out, fits ? "\x00\xff\x7a" : "\x01\x02\x03", 3), 0, "'%s'",
                     hex_texts[i].text);
    }
    char back[7];
    digest_hex((const unsigned char *)"\x00\xff\x7a", 3, back);
    cr_expect_str_eq(back, "00ff7a");
}

static const struct {
    const char *name;
    bool object;
} object_names[] = {
    {"d41d8cd98f00b204e9800998ecf8427e", true},
    {"d41d8cd98f00b204e9800998ecf8427e.dir", true},
    {"d41d8cd98f00b204e9800998ecf8427E", false},
    {"d41d8cd98f00b204e9800998ecf8427e.DIR", false},
    {"d41d8cd98f00b204e9800998ecf8427e.dir.dir", false},
    {"d41d8cd98f00b204e9800998ecf8427e.dirx", false},
    {"d41d8cd98f00b204e9800998ecf8427e.", false},
    {"d41d8cd98f00b204e9800998ecf8427ef", false},
    {"d41d8cd98f00b204e9800998ecf8427", false},
    {"d41d8cd98f00b204e9800998ecf842/.", false},
    {"../../../../../../../../etc/shad", false},
    {"", false},
    {".dir", false},
};

Test(digest, names_of_objects_are_digests_and_nothing_else)
{
    for (size_t i = 0; i < COUNT_OF(object_names); i++)
        cr_expect_eq(digest_is_object(object_names[i].name), object_names[i].object,
                     "'%s'", object_names[i].name);
}

/* Runs a program of this machine and returns the first word that it prints. */
static const char *first_word(const char *program, const char *path)
{
    FILE *from = popen(arena_format(&mem, "%s '%s'", program, path), "r");
    char line[256] = "";
    cr_assert_not_null(from);
    if (!fgets(line, sizeof(line), from))
        line[0] = '\0';
    cr_assert_eq(pclose(from), 0, "%s", program);
    return arena_copy(&mem, line, strcspn(line, " \n"));
}

static const size_t file_sizes[] = {0, 1, 55, 56, 64, 65535, 65536, 65537, 300001};

Test(digest, files_have_the_digests_that_md5sum_and_sha256sum_print)
{
    const char *path = help_path(help_folder(), "file");
    for (size_t i = 0; i < COUNT_OF(file_sizes); i++) {
        size_t n = file_sizes[i];
        char *bytes = arena_alloc(&mem, n), md5[MD5_HEX], sha256[SHA256_HEX],
             again[MD5_HEX];
        uint64_t read = 0;
        for (size_t k = 0; k < n; k++)
            bytes[k] = (char)(k * k * 31 + k / 7);
        help_write(path, bytes, n);
        cr_assert_eq(digest_file(path, md5, sha256, &read, &err), STATUS_OK);
        cr_expect_eq(read, n);
        cr_expect_str_eq(md5, first_word("md5sum", path), "%zu bytes", n);
        cr_expect_str_eq(sha256, first_word("sha256sum", path), "%zu bytes", n);
        cr_assert_eq(digest_file(path, again, NULL, &read, &err), STATUS_OK);
        cr_expect_str_eq(again, md5);
        cr_assert_eq(digest_file(path, NULL, NULL, &read, &err), STATUS_OK);
        cr_expect_eq(read, n);
    }
}

Test(digest, what_is_no_regular_file_is_refused)
{
    const char *folder = help_folder(), *pipe = help_path(folder, "pipe");
    char md5[MD5_HEX] = "untouched";
    uint64_t bytes = 7;
    cr_assert_eq(mkfifo(pipe, 0600), 0);
    cr_expect_eq(digest_file(pipe, md5, NULL, &bytes, &err), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "is a named pipe, expected a file"), "%s",
                       err.message);
    cr_expect_eq(digest_file(folder, md5, NULL, &bytes, &err), STATUS_INPUT);
    cr_expect_eq(digest_file(help_path(folder, "pipd"), md5, NULL, &bytes, &err),
                 STATUS_INPUT);
    cr_expect_not_null(strstr(err.hint, "/pipe'?"), "%s", err.hint);
    cr_expect_str_eq(md5, "untouched");
    cr_expect_eq(bytes, 7);
}
