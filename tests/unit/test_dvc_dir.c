#include <criterion/criterion.h>

#include <sys/stat.h>
#include <unistd.h>

#include "dvc/dvc_dir.h"
#include "help/help.h"
#include "help/project.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(dvc_dir, .fini = release);

#define MD5_A "60b725f10c9c85c70d97880dfe8191b3" // of "a\n"
#define MD5_B "3b5d5c3712955042212316173ccf37be" // of "b\n"
#define ENTRY(relpath) "{\"md5\": \"" MD5_A "\", \"relpath\": \"" relpath "\"}"

static const char *put(const char *folder, const char *relpath, const char *text)
{
    const char *path = help_path(folder, relpath);
    help_put(path, text);
    return path;
}

static enum status scan(const char *folder, struct dvc_dir *ret)
{
    struct memo *memo = memo_open(help_path(help_folder(), "memo"), &mem);
    return dvc_dir_scan(folder, memo, &mem, ret, &err);
}

static struct view written(const struct dvc_dir *dir)
{
    struct text out = {.mem = &mem};
    dvc_dir_write(dir, &out);
    return (struct view){out.p, out.n};
}

static enum status parse(const char *bytes, struct dvc_dir *ret)
{
    return dvc_dir_parse("x.dir", view_of(bytes), &mem, ret, &err);
}

/* The i-th holds i and a newline. */
static const char *const hostile[] = {
    "a b",
    "quo\"te",
    "back\\slash",
    "ta\tb",
    "new\nline",
    "cr\r",
    "\b\f\v\x01\x7f",
    "\xc3\xb1",
    "\xc2\x80",
    "\xef\xbf\xbf",
    "\xf0\x9f\x98\x80",
    "\xf4\x8f\xbf\xbf",
    "sub/a",
    "sub-b",
    "sub.c",
    "sub0",
    "SUB/x",
    ".hidden",
    "sub/.x/deep/er",
    "-dash",
    "*",
    "#",
    "\xc3\xa9/\xc3\xa9",
    "\xe2\x80\xa8",
    "[x]",
    "it's",
    "sub/\xce\xa9",
    "..x",
    "x..",
    "...",
    "a:b",
    ".git2",
    ".hg",
};

/* The object's name is what DVC 3.67 gives the same folder. */
Test(dvc_dir, names_of_any_kind_are_listed_as_dvc_lists_them)
{
    const char *folder = help_folder();
    struct dvc_dir dir, back;
    char md5[MD5_HEX];
    for (size_t i = 0; i < COUNT_OF(hostile); i++)
        put(folder, hostile[i], arena_format(&mem, "%zu\n", i));
    cr_assert_eq(mkdir(help_path(folder, "empty"), 0755), 0);
    cr_assert_eq(scan(folder, &dir), STATUS_OK, "%s", err.message);
    struct view bytes = written(&dir);
    digest_hex_of(DIGEST_MD5, bytes.p, bytes.n, md5);
    cr_expect_str_eq(md5, "db68bfbd74a28fbc2a641f24bc3019b8", "%s", bytes.p);
    cr_expect_eq(dir.n, COUNT_OF(hostile));
    cr_expect_eq(dir.bytes, 89);
    cr_assert_eq(parse(bytes.p, &back), STATUS_OK, "%s", err.message);
    cr_assert_eq(back.n, dir.n);
    for (size_t i = 0; i < dir.n; i++) {
        cr_expect_str_eq(back.child[i].relpath, dir.child[i].relpath);
        cr_expect_str_eq(back.child[i].md5, dir.child[i].md5);
    }
    cr_expect(view_eq(written(&back), bytes));
}

/* The name of an empty folder's object, by DVC. */
Test(dvc_dir, an_empty_folder_has_an_object)
{
    struct dvc_dir dir;
    char md5[MD5_HEX];
    cr_assert_eq(scan(help_folder(), &dir), STATUS_OK);
    struct view bytes = written(&dir);
    cr_expect_str_eq(bytes.p, "[]");
    digest_hex_of(DIGEST_MD5, bytes.p, bytes.n, md5);
    cr_expect_str_eq(md5, "d751713988987e9331980363e24189ce");
    cr_expect_eq(parse("[]", &dir), STATUS_OK);
    cr_expect_eq(dir.n, 0);
}

Test(dvc_dir, links_to_files_and_a_linked_folder_are_followed)
{
    const char *folder = help_folder(), *link = help_path(help_folder(), "link");
    struct dvc_dir dir;
    put(folder, "a", "a\n");
    cr_assert_eq(symlink("a", help_path(folder, "b")), 0);
    cr_assert_eq(symlink(folder, link), 0);
    cr_assert_eq(scan(link, &dir), STATUS_OK);
    cr_expect_str_eq(written(&dir).p, "[" ENTRY("a") ", " ENTRY("b") "]");
    cr_expect_eq(dir.bytes, 4);
    cr_expect_eq(dir.child[1].bytes, 2);
}

Test(dvc_dir, folders_of_git_and_mercurial_are_left_out)
{
    const char *folder = help_folder();
    struct dvc_dir dir;
    put(folder, ".git/config", "x");
    put(folder, "sub/.git/config", "x");
    put(folder, "sub/.hg/store", "x");
    put(folder, "work/.git", "gitdir: elsewhere");
    put(folder, "sub/a", "a\n");
    cr_assert_eq(scan(folder, &dir), STATUS_OK);
    cr_expect_str_eq(written(&dir).p, "[" ENTRY("sub/a") "]");
}

static void expect_refused(const char *folder, const char *message, const char *hint)
{
    struct dvc_dir dir = {.n = 7};
    cr_expect_eq(scan(folder, &dir), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, message), "message: %s", err.message);
    cr_expect_not_null(strstr(err.hint, hint), "hint: %s", err.hint);
    cr_expect_eq(dir.n, 7);
}

Test(dvc_dir, what_dvc_would_leave_out_or_choke_on_is_refused)
{
    const char *folder = help_folder();
    const char *path = put(folder, "sub/.dvcignore", "");
    expect_refused(folder, "sub/.dvcignore': a .dvcignore hides", "remove");
    unlink(path);
    path = put(folder, "sub/.dvc/config", "");
    expect_refused(folder, "sub/.dvc': DVC leaves out", "move the folder");
    unlink(path);
    rmdir(help_path(folder, "sub/.dvc"));
    path = put(folder, "a\xff", "");
    expect_refused(folder, "not valid UTF-8", "rename");
    unlink(path);
    path = help_path(folder, "link");
    cr_assert_eq(symlink("sub", path), 0);
    expect_refused(folder, "link': DVC leaves out folders that are symbolic", "folder");
    unlink(path);
    cr_assert_eq(symlink("nowhere", path), 0);
    expect_refused(folder, "cannot find", "a link to something that does not exist");
    unlink(path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    expect_refused(folder, "is a named pipe", "");
    unlink(path);
    expect_refused(help_path(folder, "none"), "cannot find the folder", "");
    expect_refused(put(folder, "file", ""), "is a file, expected a folder", "");
}

Test(dvc_dir, patterns_above_the_folder_are_refused_too)
{
    const char *folder = help_folder();
    struct dvc_dir dir;
    put(folder, "data/milk/a", "a\n");
    put(folder, ".dvcignore", "a\n"); // that of the project is not looked at here
    cr_assert_eq(chdir(folder), 0);
    cr_expect_eq(scan("data/milk", &dir), STATUS_OK);
    put(folder, "data/.dvcignore", "a\n");
    expect_refused("data/milk", "data/.dvcignore'", "");
}

static const struct {
    const char *relpath;
    bool safe;
} relpaths[] = {
    {"a", true},
    {"a/b", true},
    {"...", true},
    {"..a", true},
    {".a", true},
    {"a/..b/c", true},
    {"~", true},
    {".hg", true},
    {"a\\..\\b", true},
    {".gitignore", true},
    {"", false},
    {"/", false},
    {"/a", false},
    {"a/", false},
    {"a//b", false},
    {".", false},
    {"..", false},
    {"./a", false},
    {"a/.", false},
    {"../a", false},
    {"a/..", false},
    {"a/../b", false},
    {"a/./b", false},
    {".git", false},
    {".git/hooks/x", false},
    {"a/.git/x", false},
    {".dvc", false},
    {".dvc/config", false},
    {"a/.dvcignore", false},
    {".hg/x", false},
};

Test(dvc_dir, a_path_cannot_lead_out_of_its_folder)
{
    for (size_t i = 0; i < COUNT_OF(relpaths); i++) {
        struct dvc_dir dir;
        struct dvc_dir own = {.child = ARENA_NEW(&mem, struct dvc_child), .n = 1};
        own.child->relpath = relpaths[i].relpath;
        memcpy(own.child->md5, MD5_A, MD5_HEX);
        cr_expect_eq(dvc_dir_is_safe(relpaths[i].relpath), relpaths[i].safe, "'%s'",
                     relpaths[i].relpath);
        cr_expect_eq(parse(written(&own).p, &dir),
                     relpaths[i].safe ? STATUS_OK : STATUS_INPUT, "'%s'",
                     relpaths[i].relpath);
    }
    char *longest = arena_alloc(&mem, 4002);
    memset(longest, 'a', 4001);
    cr_expect(!dvc_dir_is_safe(longest));
    longest[4000] = '\0';
    cr_expect(dvc_dir_is_safe(longest));
}

static const struct {
    const char *bytes, *message;
    size_t col;
} damaged[] = {
    {"", "expected [", 1},
    {"{}", "expected [", 1},
    {"[", "expected {\"md5\": \"", 2},
    {"[ ]", "expected {\"md5\": \"", 2},
    {"[]\n", "something behind", 3},
    {"[" ENTRY("a"), "expected , ", 61},
    {"[" ENTRY("a") ",]", "expected , ", 61},
    {"[" ENTRY("a") "," ENTRY("b") "]", "expected , ", 61},
    {"[" ENTRY("b") ", " ENTRY("a") "]", "not sorted", 122},
    {"[" ENTRY("a") ", " ENTRY("a") "]", "not sorted", 122},
    {"[" ENTRY("a") ", " ENTRY("a/b") "]", "a file and a folder", 125},
    {"[" ENTRY("a") ", " ENTRY("a-b") ", " ENTRY("a/b/c") "]", "a file and a folder", 0},
    {"[" ENTRY("a/b") ", " ENTRY("a/b!") ", " ENTRY("a/b/c") "]", "a file and a folder",
     0},
    {"[" ENTRY("\\u00F1") "]", "not written as DVC does", 0},
    {"[" ENTRY("\xc3\xb1") "]", "not written as DVC does", 0},
    {"[" ENTRY("\\u0061") "]", "not written as DVC does", 0},
    {"[" ENTRY("\\u000a") "]", "not written as DVC does", 0},
    {"[" ENTRY("\\u0000") "]", "not written as DVC does", 0},
    {"[" ENTRY("\\/") "]", "not written as DVC does", 0},
    {"[" ENTRY("\\ud83d") "]", "not written as DVC does", 0},
    {"[" ENTRY("\\ud83d\\ud83d") "]", "not written as DVC does", 0},
    {"[" ENTRY("\\ude00") "]", "not written as DVC does", 0},
    {"[" ENTRY("a\x7f") "]", "not written as DVC does", 0},
    {"[" ENTRY("a\\") "]", "expected \"", 0},
    {"[{\"md5\": \"60B725f10c9c85c70d97880dfe8191b3\", \"relpath\": \"a\"}]", "hex", 11},
    {"[{\"md5\": \"60b725f10c9c85c70d97880dfe8191b\", \"relpath\": \"a\"}]", "hex", 11},
    {"[{\"md5\": \"60b7", "hex", 11},
    {"[{\"md5\": \"60b725f10c9c85c70d97880dfe8191b3.dir\", \"relpath\": \"a\"}]",
     "expected \"", 43},
    {"[{\"relpath\": \"a\", \"md5\": \"" MD5_A "\"}]", "expected {\"md5\": \"", 2},
    {"[{\"md5\":\"" MD5_A "\",\"relpath\":\"a\"}]", "expected {\"md5\": \"", 2},
};

Test(dvc_dir, what_is_not_as_dvc_writes_it_is_refused_with_its_place)
{
    for (size_t i = 0; i < COUNT_OF(damaged); i++) {
        struct dvc_dir dir = {.n = 7};
        memset(&err, 0, sizeof(err));
        cr_expect_eq(parse(damaged[i].bytes, &dir), STATUS_INPUT, "%s", damaged[i].bytes);
        cr_expect_not_null(strstr(err.message, damaged[i].message), "%s: %s",
                           damaged[i].bytes, err.message);
        cr_expect_str_eq(err.loc.path, "x.dir");
        cr_expect_eq(err.loc.line, 1);
        if (damaged[i].col)
            cr_expect_eq(err.loc.col, damaged[i].col, "%s: %zu", damaged[i].bytes,
                         err.loc.col);
        cr_expect_eq(dir.n, 7);
    }
    cr_expect_eq(
        dvc_dir_parse("x", (struct view){"[]\0", 3}, &mem, &(struct dvc_dir){0}, &err),
        STATUS_INPUT);
}

/* Files beside folders whose names begin alike are fine. */
Test(dvc_dir, names_that_only_begin_like_a_folder_are_files_beside_it)
{
    struct dvc_dir dir;
    const char *bytes =
        "[" ENTRY("a!") ", " ENTRY("a/b") ", " ENTRY("a0") ", " ENTRY("ab") "]";
    cr_assert_eq(parse(bytes, &dir), STATUS_OK, "%s", err.message);
    cr_expect_eq(dir.n, 4);
    cr_expect_str_eq(written(&dir).p, bytes);
    cr_expect_eq(dir.child[0].bytes, 0);
}
