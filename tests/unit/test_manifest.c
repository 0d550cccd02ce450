#include <criterion/criterion.h>

#include "sync/manifest.h"

static struct error err;
static struct arena mem;

/* A manifest of two objects whose digests fit their keys. */
static struct manifest example(void)
{
    static struct manifest_object object[2];
    struct manifest m = {.lock_bytes = 5, .object = object, .n = 2};
    digest_hex_of(DIGEST_SHA256, "lock\n", 5, m.lock_sha256);
    const char *text[] = {"a", "[]"};
    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(text[i]);
        digest_hex_of(DIGEST_MD5, text[i], n, object[i].md5);
        digest_hex_of(DIGEST_SHA256, text[i], n, object[i].sha256);
        object[i].bytes = n;
        object[i].key = arena_format(&mem, "files/md5/%.2s/%s%s", object[i].md5,
                                     object[i].md5 + 2, i ? ".dir" : "");
    }
    return m;
}

/* md5sum and sha256sum of "a" and "[]" (coreutils). */
#define KEY_A "files/md5/0c/c175b9c0f1b6a831c399e269772661"
#define KEY_EMPTY "files/md5/d7/51713988987e9331980363e24189ce.dir"
Test(manifest, every_object_is_a_line_and_reads_back)
{
    struct manifest m = example(), back;
    struct text out = {.mem = &mem};
    manifest_write(&m, &out);
    cr_assert_not_null(strstr(out.p,
                              "\n    {\"key\": \"" KEY_A "\", \"bytes\": 1, \"md5\": "
                              "\"0cc175b9c0f1b6a831c399e269772661\", \"sha256\": "
                              "\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b980"
                              "7785afee48bb\"},\n    {\"key\": \"" KEY_EMPTY "\""),
                       "%s", out.p);
    enum status status =
        manifest_parse("m.json", (struct view){out.p, out.n}, &mem, &back, &err);
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
    cr_assert_eq(back.n, 2);
    cr_expect_eq(back.lock_bytes, 5);
    cr_expect_str_eq(back.lock_sha256, m.lock_sha256);
    const struct manifest_object *o = manifest_find(&back, KEY_EMPTY);
    cr_assert_not_null(o);
    cr_expect_eq(o->bytes, 2);
    cr_expect_str_eq(o->sha256, m.object[1].sha256);
    cr_expect_null(manifest_find(&back, "files/md5/00/00"));
    struct text again = {.mem = &mem};
    manifest_write(&back, &again);
    cr_expect_str_eq(again.p, out.p);
    arena_release(&mem);
}

Test(manifest, a_project_without_outputs_has_an_empty_list)
{
    struct manifest m = example(), back;
    struct text out = {.mem = &mem};
    m.n = 0;
    manifest_write(&m, &out);
    cr_expect_eq(manifest_parse("m", (struct view){out.p, out.n}, &mem, &back, &err),
                 STATUS_OK, "%s", err.message);
    cr_expect_eq(back.n, 0);
    cr_expect_null(manifest_find(&back, KEY_A));
    arena_release(&mem);
}

Test(manifest, the_pointer_reads_back)
{
    struct manifest_name name = {.bytes = 77}, back;
    struct text out = {.mem = &mem};
    digest_hex_of(DIGEST_SHA256, "x", 1, name.sha256);
    manifest_write_pointer(&name, &out);
    enum status status =
        manifest_parse_pointer("p", (struct view){out.p, out.n}, &back, &err);
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
    cr_expect_eq(back.bytes, 77);
    cr_expect_str_eq(back.sha256, name.sha256);
    arena_release(&mem);
}

/* Damage: what stands first is replaced by what stands second. */
static const struct {
    const char *what, *by, *message;
} damages[] = {
    {"\"format\": 1", "\"format\": 2", "expected format 1, found 2"},
    {"\"format\": 1", "\"format\": \"1\"", "expected a whole number, found a string"},
    {"\"objects\"", "\"object\"", "expected an array, found nothing"},
    {"files/md5/0c/", "files/md5/0d/", "the key has another digest"},
    {"files/md5/0c/", "../../../0c/", "the key has another digest"},
    {"files/md5/0c/", "files/md5/0C/", "the key has another digest"},
    {"\"bytes\": 1,", "\"bytes\": -1,", "expected a number from 0"},
    {"\"md5\": \"0c", "\"md5\": \"0g", "expected a digest"},
    {"\"sha256\": \"ca", "\"sha256\": \"c", "expected a digest"},
    {"nightmill/lock/", "nightmill/look/", "the key has another digest"},
    {"\"lock\": {", "\"lock\": {\"key\": \"x\", ", "not valid JSON"},
    {"]\n}", "]", "not valid JSON"},
    {"files/md5/d7/51713988987e9331980363e24189ce.dir\", \"bytes\": 2, \"md5\": "
     "\"d751713988987e9331980363e24189ce",
     "files/md5/0c/c175b9c0f1b6a831c399e269772661\", \"bytes\": 2, \"md5\": "
     "\"0cc175b9c0f1b6a831c399e269772661",
     "the keys are not sorted"},
};

Test(manifest, damage_is_refused)
{
    for (size_t i = 0; i < COUNT_OF(damages); i++) {
        struct manifest m = example(), back = {.n = 99};
        struct text out = {.mem = &mem}, bad = {.mem = &mem};
        manifest_write(&m, &out);
        const char *at = strstr(out.p, damages[i].what);
        cr_assert_not_null(at, "row %zu: %s", i, out.p);
        text_add(&bad, out.p, (size_t)(at - out.p));
        text_puts(&bad, damages[i].by);
        text_puts(&bad, at + strlen(damages[i].what));
        enum status status =
            manifest_parse("m.json", (struct view){bad.p, bad.n}, &mem, &back, &err);
        cr_expect_eq(status, STATUS_INPUT, "row %zu", i);
        cr_expect_not_null(strstr(err.message, damages[i].message), "row %zu: %s", i,
                           err.message);
        cr_expect_str_eq(err.loc.path, "m.json");
        cr_expect_eq(back.n, 99, "row %zu touched the result", i);
    }
    arena_release(&mem);
}

Test(manifest, every_cut_is_refused)
{
    struct manifest m = example(), back;
    struct text out = {.mem = &mem};
    manifest_write(&m, &out);
    for (size_t n = 0; n + 2 < out.n; n++)
        cr_expect_eq(manifest_parse("m", (struct view){out.p, n}, &mem, &back, &err),
                     STATUS_INPUT, "%zu bytes", n);
    arena_release(&mem);
}

Test(manifest, keys_tell_what_they_name)
{
    char sha256[SHA256_HEX];
    digest_hex_of(DIGEST_SHA256, "x", 1, sha256);
    cr_expect_str_eq(manifest_sha256_of_key(manifest_key(sha256, &mem), &mem), sha256);
    cr_expect_str_eq(manifest_lock_of_key(manifest_lock_key(sha256, &mem), &mem), sha256);
    cr_expect_null(manifest_sha256_of_key(manifest_lock_key(sha256, &mem), &mem));
    cr_expect_null(manifest_sha256_of_key(MANIFEST_POINTER, &mem));
    cr_expect_str_eq(manifest_md5_of_key(KEY_EMPTY, &mem),
                     "d751713988987e9331980363e24189ce.dir");
    static const char *const others[] = {
        "",           "files/md5/", "files/md5/0c", "files/md5/0c/c1", "files/md5/0cc/1",
        (KEY_A ".tmp"), ("runs/" KEY_A)};
    for (size_t i = 0; i < COUNT_OF(others); i++)
        cr_expect_null(manifest_md5_of_key(others[i], &mem), "'%s'", others[i]);
    arena_release(&mem);
}
