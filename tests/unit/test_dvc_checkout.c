#include <criterion/criterion.h>

#include <sys/stat.h>
#include <unistd.h>

#include "dvc/dvc_cache.h"
#include "file/file.h"
#include "help/help.h"
#include "help/repo.h"

TestSuite(dvc_checkout, .init = help_repo_enter, .fini = help_repo_leave);

/* Puts bytes into the cache and returns their name. */
static const char *cached(const char *text, const char *extension)
{
    char md5[MD5_HEX];
    struct dvc_batch *batch = dvc_batch_begin(&repo, &mem);
    digest_hex_of(DIGEST_MD5, text, strlen(text), md5);
    const char *name = arena_format(&mem, "%s%s", md5, extension);
    cr_assert_eq(dvc_batch_bytes(batch, view_of(text), name, &err), STATUS_OK);
    cr_assert_eq(dvc_batch_commit(batch, &err), STATUS_OK, "%s", err.message);
    dvc_batch_release(batch);
    return name;
}

/* Puts a folder into the cache: paths, sorted, each followed by its text, NULL at the
 * end. */
static const char *cached_folder(const char *const *files)
{
    struct dvc_child child[8] = {0};
    struct dvc_dir dir = {.child = child};
    struct text out = {.mem = &mem};
    for (; files[0]; files += 2, dir.n++) {
        child[dir.n].relpath = files[0];
        memcpy(child[dir.n].md5, cached(files[1], ""), MD5_HEX);
    }
    dvc_dir_write(&dir, &out);
    return cached(out.p, ".dir");
}

#define FOLDER(...) cached_folder((const char *const[]){__VA_ARGS__, NULL})

static void expect_checkout(const char *path, const char *name, bool executable,
                            size_t changed)
{
    size_t found = 99;
    cr_expect_eq(dvc_checkout(&repo, path, name, executable, &mem, &found, &err),
                 STATUS_OK, "%s", err.message);
    cr_expect_eq(found, changed, "%s: %zu changed", path, found);
}

static void expect_refused(const char *path, const char *name, const char *message)
{
    size_t found = 99;
    cr_expect_eq(dvc_checkout(&repo, path, name, false, &mem, &found, &err),
                 STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, message), "%s", err.message);
    cr_expect_eq(found, 99);
}

Test(dvc_checkout, a_file_is_made_replaced_and_left)
{
    const char *old = cached("old", ""), *new = cached("new", "");
    expect_checkout("a/b/file", old, false, 1);
    cr_expect_str_eq(help_read("a/b/file", NULL), "old");
    cr_expect_eq(help_look("a/b/file").st_mode & 07777, 0644);
    ino_t before = help_look("a/b/file").st_ino;
    expect_checkout("a/b/file", old, false, 0);
    cr_expect_eq(help_look("a/b/file").st_ino, before);
    expect_checkout("a/b/file", new, false, 1);
    cr_expect_str_eq(help_read("a/b/file", NULL), "new");
    cr_expect_eq(help_count("a/b"), 1);
    cr_expect_eq(help_look(dvc_cache_path(&repo, new, &mem)).st_nlink, 1);
}

Test(dvc_checkout, the_right_to_be_executed_is_part_of_the_state)
{
    const char *old = cached("old", "");
    umask(0777);
    expect_checkout("file", old, true, 1);
    umask(022);
    cr_expect_eq(help_look("file").st_mode & 07777, 0755);
    expect_checkout("file", old, true, 0);
    expect_checkout("file", old, false, 1);
    cr_expect_eq(help_look("file").st_mode & 07777, 0644);
}

Test(dvc_checkout, a_folder_gets_the_files_of_its_listing_and_no_others)
{
    const char *name = FOLDER("a", "1", "sub-b", "2", "sub/deep/c", "3", "\xc3\xb1", "4");
    help_put("data/raw/a", "other");
    help_put("data/raw/extra", "x");
    help_put("data/raw/sub/extra/x", "x");
    help_put("data/raw/.git/config", "kept");
    help_put("data/raw/more/.hg/config", "kept");
    cr_assert_eq(mkdir("data/raw/empty", 0755), 0);
    cr_assert_eq(symlink("/etc", "data/raw/away"), 0);
    help_put("data/beside", "kept");
    expect_checkout("data/raw", name, false, 7);
    cr_expect_str_eq(help_read("data/raw/a", NULL), "1");
    cr_expect_str_eq(help_read("data/raw/sub-b", NULL), "2");
    cr_expect_str_eq(help_read("data/raw/sub/deep/c", NULL), "3");
    cr_expect_str_eq(help_read("data/raw/\xc3\xb1", NULL), "4");
    cr_expect(!file_exists("data/raw/extra"));
    cr_expect(!file_exists("data/raw/sub/extra"));
    cr_expect(!file_exists("data/raw/away"));
    cr_expect(file_exists("/etc"));
    cr_expect(file_exists("data/raw/empty"));
    cr_expect_str_eq(help_read("data/raw/.git/config", NULL), "kept");
    cr_expect_str_eq(help_read("data/raw/more/.hg/config", NULL), "kept");
    cr_expect_eq(help_count("data/raw"), 7);
    cr_expect_eq(help_count("data"), 2);
    expect_checkout("data/raw", name, false, 0);
    expect_checkout("data/raw", cached("[]", ".dir"), false, 4);
    cr_expect(!file_exists("data/raw/sub"));
    cr_expect(file_exists("data/raw"));
}

Test(dvc_checkout, links_below_the_folder_are_replaced_and_not_followed)
{
    const char *name = FOLDER("a", "1", "sub/b", "2", "sub/c", "3");
    help_put("outside/b", "kept");
    help_put("outside/c", "3");
    help_put("target", "kept");
    cr_assert_eq(mkdir("raw", 0755), 0);
    cr_assert_eq(symlink("../outside", "raw/sub"), 0);
    cr_assert_eq(symlink("../target", "raw/a"), 0);
    expect_checkout("raw", name, false, 4);
    cr_expect_str_eq(help_read("outside/b", NULL), "kept");
    cr_expect_str_eq(help_read("target", NULL), "kept");
    cr_expect_eq(help_count("outside"), 2);
    cr_expect(S_ISDIR(help_look("raw/sub").st_mode));
    cr_expect(S_ISREG(help_look("raw/a").st_mode));
    cr_expect_str_eq(help_read("raw/sub/b", NULL), "2");
}

Test(dvc_checkout, a_link_in_place_of_the_file_is_replaced_and_of_the_folder_is_refused)
{
    help_put("target", "kept");
    cr_assert_eq(symlink("target", "file"), 0);
    expect_checkout("file", cached("old", ""), false, 1);
    cr_expect(S_ISREG(help_look("file").st_mode));
    cr_expect_str_eq(help_read("target", NULL), "kept");
    cr_assert_eq(mkdir("disk", 0755), 0);
    cr_assert_eq(symlink("disk", "raw"), 0);
    expect_refused("raw", FOLDER("a", "1"),
                   "'raw' is a symbolic link to 'disk'; none is followed here");
    cr_assert_eq(mkdir("disk/in", 0755), 0);
    expect_refused("raw/in", FOLDER("a", "1"),
                   "'raw' is a symbolic link to 'disk'; none is followed here");
    expect_refused("raw/file", cached("old", ""),
                   "'raw' is a symbolic link to 'disk'; none is followed here");
    cr_expect_eq(help_count("disk"), 1);
    cr_expect_eq(help_count("disk/in"), 0);
    cr_expect(S_ISLNK(help_look("raw").st_mode));
}

Test(dvc_checkout, a_folder_is_not_replaced_by_a_file_nor_a_file_by_a_folder)
{
    const char *old = cached("old", ""), *name = FOLDER("a", "1", "b", "2");
    help_put("x/y", "kept");
    help_put("z", "kept");
    help_put("raw/a/y", "kept");
    help_put("raw/b", "kept");
    expect_refused("x", old, "'x' is a folder, expected a file");
    expect_refused("z", name, "'z' is a file, expected a folder");
    expect_refused("raw", name, "'raw/a' is a folder, expected a file");
    cr_expect_str_eq(help_read("raw/a/y", NULL), "kept");
    cr_expect_str_eq(help_read("x/y", NULL), "kept");
    cr_expect_str_eq(help_read("z", NULL), "kept");
    cr_expect_eq(help_count("raw"), 2);
    // A file that only stands where a folder is needed is too much anyway.
    help_put("s/sub", "x");
    expect_checkout("s", FOLDER("sub/a", "1"), false, 2);
    cr_expect_str_eq(help_read("s/sub/a", NULL), "1");
    // An empty folder holds nothing.
    unlink("raw/a/y");
    expect_checkout("raw", name, false, 2);
    cr_expect_str_eq(help_read("raw/a", NULL), "1");
}

Test(dvc_checkout, a_missing_object_is_told_before_anything_is_touched)
{
    const char *name = FOLDER("a", "1", "b", "2");
    help_put("raw/a", "kept");
    help_put("raw/extra", "kept");
    cr_assert_eq(unlink(dvc_cache_path(&repo, cached("2", ""), &mem)), 0);
    expect_refused("raw", name,
                   "the object 'c81e728d9d4c2f636f067f89cc14862c' is not in");
    cr_expect_str_eq(help_read("raw/a", NULL), "kept");
    cr_expect(file_exists("raw/extra"));
    expect_refused("file", "c81e728d9d4c2f636f067f89cc14862c", "is not in the cache");
    expect_refused("raw", "c81e728d9d4c2f636f067f89cc14862c.dir", "is not in the cache");
    cr_expect(!file_exists("file"));
    // What stands there already is not needed from the cache.
    help_put("raw/b", "2");
    help_put("raw/a", "1");
    expect_checkout("raw", name, false, 1);
}

Test(dvc_checkout, a_damaged_object_never_lands)
{
    static const char *const kinds[] = {"copy", "hardlink", "\"reflink,copy\""};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        help_repo_open(kinds[i]);
        const char *name = FOLDER("a", "1", "b", "2");
        const char *object = dvc_cache_path(&repo, cached("2", ""), &mem);
        chmod(object, 0644);
        help_write_text(object, "X");
        chmod(object, 0444);
        help_put("raw/b", "kept");
        expect_refused("raw", name, "is damaged");
        cr_expect_str_eq(help_read("raw/b", NULL), "kept");
        cr_expect_eq(help_count("raw"), 2, "no temporary file is left");
        cr_expect_not_null(strstr(err.hint, "bin/pull"));
        cr_expect(!dvc_cache_has(&repo, cached("2", ""), 99), "it is trusted no longer");
        expect_checkout("raw", name, false, 1); // cached() has put it back
        cr_expect_str_eq(help_read("raw/b", NULL), "2");
    }
}

/* A text that is long enough for the memo to vouch for its object. */
static char *long_text(char c)
{
    size_t n = (size_t)2 << 20;
    char *text = arena_alloc(&mem, n + 1);
    memset(text, c, n);
    text[n] = '\0';
    return text;
}

Test(dvc_checkout, an_object_that_the_memo_vouches_for_lands_whole)
{
    static const char *const kinds[] = {"copy", "hardlink", "\"reflink,copy\""};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        help_repo_open(kinds[i]);
        const char *text = long_text((char)('a' + i)), *name = cached(text, "");
        expect_checkout("file", name, false, 1);
        cr_expect_str_eq(help_read("file", NULL), text);
        cr_expect_eq(unlink("file"), 0);
        expect_checkout("file", name, false, 1);
        cr_expect_str_eq(help_read("file", NULL), text);
    }
}

Test(dvc_checkout, a_long_object_that_was_damaged_never_lands)
{
    static const char *const kinds[] = {"copy", "hardlink", "\"reflink,copy\""};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        help_repo_open(kinds[i]);
        const char *text = long_text((char)('a' + i)), *name = cached(text, "");
        const char *object = dvc_cache_path(&repo, name, &mem);
        help_put("file", "kept");
        chmod(object, 0644);
        help_write_text(object, long_text('X'));
        chmod(object, 0444);
        expect_refused("file", name, "is damaged");
        cr_expect_str_eq(help_read("file", NULL), "kept");
    }
}

Test(dvc_checkout, hard_links_share_the_file_of_the_cache)
{
    help_repo_open("hardlink");
    const char *old = cached("old", "");
    expect_checkout("file", old, false, 1);
    cr_expect_eq(help_look("file").st_ino,
                 help_look(dvc_cache_path(&repo, old, &mem)).st_ino);
    cr_expect_eq(help_look("file").st_mode & 07777, 0444);
    expect_checkout("file", old, false, 0);
    expect_checkout("script", old, true, 1);
    cr_expect_eq(help_look("script").st_mode & 07777, 0755);
    cr_expect(dvc_cache_has(&repo, old, 3));
    expect_checkout("file", cached("new", ""), false, 1);
    cr_expect_str_eq(help_read(dvc_cache_path(&repo, old, &mem), NULL), "old");
}

static const char *const outside[] = {
    "/tmp/nightmill-x", "../x",       "a/../../x", "", ".", "a//b",
    ".git/hooks/x",     ".dvc/config"};

Test(dvc_checkout, nothing_lands_outside_the_project)
{
    const char *old = cached("old", "");
    for (size_t i = 0; i < COUNT_OF(outside); i++)
        expect_refused(outside[i], old, "does not lie in the project");
    expect_refused("x", "../../../../../../../etc/passwd1", "not the name of an object");
    // A listing that anybody may have made.
    const char *evil = cached("[{\"md5\": \"149603e6c03516362a8da23f624db945\", "
                              "\"relpath\": \"../x\"}]",
                              ".dir");
    expect_refused("raw", evil, "a path that cannot stand in a folder");
    cr_expect(!file_exists("x"));
    cr_expect(!file_exists("raw"));
}
