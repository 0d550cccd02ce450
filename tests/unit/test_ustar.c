/* Archives: what is written is read, and nothing else. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "help/help.h"
#include "registry/ustar.h"

static struct arena mem;
static struct error err;

static const struct {
    const char *path, *text;
} files[] = {
    {"milk/aliases.json", "{}\n"}, {"milk/empty", ""}, {"milk/versions/1/m", "1"}};

/* The bytes of an archive of these files. */
static struct view archive(void)
{
    struct publish publish = {0};
    struct output *out;
    const char *path = help_path(help_folder(), "a.tar");
    size_t n;
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(files); i++)
        cr_assert_eq(
            ustar_add(out, files[i].path, files[i].text, strlen(files[i].text), &err),
            STATUS_OK);
    cr_assert_eq(ustar_end(out, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    const char *bytes = help_read(path, &n);
    return (struct view){bytes, n};
}

static enum status read_it(struct view v, struct ustar_entry **ret, size_t *ret_n)
{
    return ustar_read("a.tar", v, &mem, ret, ret_n, &err);
}

Test(ustar, what_is_written_is_read)
{
    struct ustar_entry *entry;
    size_t n;
    struct view v = archive();
    cr_assert_eq(v.n % 512, 0);
    cr_assert_eq(read_it(v, &entry, &n), STATUS_OK, "%s", err.message);
    cr_assert_eq(n, COUNT_OF(files));
    for (size_t i = 0; i < n; i++) {
        cr_expect_str_eq(entry[i].path, files[i].path);
        cr_expect(view_is(entry[i].bytes, files[i].text));
    }
}

Test(ustar, every_changed_byte_but_those_of_files_is_refused)
{
    struct ustar_entry *entry;
    size_t n, taken = 0;
    struct view v = archive();
    char *bytes = arena_copy(&mem, v.p, v.n);
    for (size_t i = 0; i < v.n; i++) {
        bytes[i] ^= 1;
        taken += read_it((struct view){bytes, v.n}, &entry, &n) == STATUS_OK;
        bytes[i] ^= 1;
    }
    cr_expect_eq(taken, 3 + 1, "the bytes of the files");
}

Test(ustar, an_archive_that_breaks_off_is_refused)
{
    struct ustar_entry *entry;
    size_t n;
    struct view v = archive();
    for (size_t i = 0; i < v.n; i++)
        cr_expect_eq(read_it((struct view){v.p, i}, &entry, &n), STATUS_INPUT,
                     "%zu bytes", i);
}

Test(ustar, long_paths_are_split_and_too_long_ones_refused)
{
    struct publish publish = {0};
    struct output *out;
    char path[300];
    const char *to = help_path(help_folder(), "a.tar");
    memset(path, 'a', sizeof path);
    path[90] = '/';
    path[190] = '\0';
    cr_assert_eq(publish_open(&publish, to, &out, &err), STATUS_OK);
    cr_expect_eq(ustar_add(out, path, "x", 1, &err), STATUS_OK);
    path[190] = 'a';
    path[192] = '\0';
    cr_expect_eq(ustar_add(out, path, "x", 1, &err), STATUS_INPUT);
    cr_assert_eq(ustar_end(out, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    struct ustar_entry *entry;
    size_t n;
    struct view v = {help_read(to, &n), 0};
    v.n = n;
    cr_assert_eq(read_it(v, &entry, &n), STATUS_OK, "%s", err.message);
    cr_assert_eq(n, 1);
    cr_expect_eq(strlen(entry[0].path), 190);
}
