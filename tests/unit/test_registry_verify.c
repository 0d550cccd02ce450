/* Verification sees every byte. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "file/file.h"
#include "help/help.h"
#include "registry/registry_verify.h"

static struct arena mem;
static struct error err;
static size_t faults;

static enum status count(void *context, const struct error *fault)
{
    (void)context;
    (void)fault;
    faults++;
    return STATUS_OK;
}

static size_t verify(void)
{
    struct registry r = registry_at("registry", "milk");
    struct watch watch = {.fault = count};
    size_t n;
    faults = 0;
    cr_assert_eq(registry_verify(&r, &watch, &mem, &n, &err), STATUS_OK, "%s",
                 err.message);
    return faults;
}

static void set_up(void)
{
    struct registry r = registry_at("registry", "milk");
    cr_assert_eq(chdir(help_folder()), 0);
    for (size_t i = 1; i <= 2; i++) {
        struct registry_source source = {.name = "model.json",
                                         .body = view_of(i == 1 ? "one" : "two")};
        struct registry_entry entry = {.n_sources = 1, .source = &source};
        struct registry_added added;
        struct registry_move move = {"production", i - 1, i, "ana", "better"};
        cr_assert_eq(registry_add(&r, &entry, &mem, &added, &err), STATUS_OK);
        cr_assert_eq(registry_move(&r, &move, &mem, &err), STATUS_OK);
    }
}

static void tear_down(void)
{
    cr_expect_eq(chdir("/"), 0);
    arena_release(&mem);
}

TestSuite(registry_verify, .init = set_up, .fini = tear_down);

static const char *const files[] = {"registry/milk/aliases.json",
                                    "registry/milk/log.jsonl",
                                    "registry/milk/versions/1/model.json",
                                    "registry/milk/versions/1/card.md",
                                    "registry/milk/versions/1/manifest.json",
                                    "registry/milk/versions/2/model.json",
                                    "registry/milk/versions/2/card.md",
                                    "registry/milk/versions/2/manifest.json"};

Test(registry_verify, every_flipped_byte_is_found)
{
    cr_assert_eq(verify(), 0);
    for (size_t f = 0; f < COUNT_OF(files); f++) {
        size_t n;
        char *bytes = (char *)(uintptr_t)help_read(files[f], &n);
        cr_assert_not_null(bytes, "%s", files[f]);
        for (size_t i = 0; i < n; i++) {
            bytes[i] = (char)(bytes[i] ^ 1 << i % 8);
            help_write(files[f], bytes, n);
            cr_assert_gt(verify(), 0, "%s, byte %zu", files[f], i);
            bytes[i] = (char)(bytes[i] ^ 1 << i % 8);
        }
        help_write(files[f], bytes, n);
    }
    cr_assert_eq(verify(), 0);
}

Test(registry_verify, every_missing_file_is_found)
{
    for (size_t f = 0; f < COUNT_OF(files); f++) {
        size_t n;
        const char *bytes = help_read(files[f], &n);
        cr_assert_eq(unlink(files[f]), 0);
        cr_expect_gt(verify(), 0, "%s", files[f]);
        help_write(files[f], bytes, n);
    }
}
