#include <criterion/criterion.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "file/mapped.h"
#include "help/help.h"

static struct error err;

static unsigned mode_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? st.st_mode & 0777 : 0;
}

static void expect_input(enum status status, const char *message_part,
                         const char *hint_part)
{
    cr_expect_eq(status, STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, message_part), "message: %s", err.message);
    cr_expect_not_null(strstr(err.hint, hint_part), "hint: %s", err.hint);
}

Test(file, a_file_is_mapped_with_its_bytes)
{
    const char *path = help_path(help_folder(), "a");
    help_write(path, "a\0b\n", 4);
    struct mapping map;
    cr_assert_eq(file_map(path, &map, &err), STATUS_OK);
    cr_assert_eq(map.n, 4);
    cr_assert_eq(memcmp(map.p, "a\0b\n", 4), 0);
    file_unmap(&map);
    cr_assert_null(map.p);
    file_unmap(&map);
}

Test(file, an_empty_file_maps_to_a_valid_pointer)
{
    const char *path = help_path(help_folder(), "empty");
    help_write(path, "", 0);
    struct mapping map = {0};
    cr_assert_eq(file_map(path, &map, &err), STATUS_OK);
    cr_assert_not_null(map.p);
    cr_assert_eq(map.n, 0);
    file_unmap(&map);
}

Test(file, a_missing_file_is_named_with_its_nearest_neighbour)
{
    const char *folder = help_folder();
    help_write_text(help_path(folder, "precios.csv"), "x");
    help_write_text(help_path(folder, "clima.csv"), "x");
    struct mapping map;
    enum status status = file_map(help_path(folder, "precio.csv"), &map, &err);
    expect_input(status, "cannot find '", "/precios.csv'?");
    status = file_map(help_path(folder, "something-else"), &map, &err);
    expect_input(status, "something-else'", "");
    cr_assert_str_eq(err.hint, "");
    status = file_map(help_path(folder, "none/precios.csv"), &map, &err);
    expect_input(status, "none/precios.csv'", "/none' does not exist");
    status = file_map(help_path(folder, "clima.csv/x"), &map, &err);
    expect_input(status, "cannot find '", "");
    status = file_map("", &map, &err);
    expect_input(status, "cannot find ''", "");
}

Test(file, what_is_no_file_is_refused_without_waiting, .timeout = 60)
{
    const char *folder = help_folder();
    struct mapping map;
    expect_input(file_map(folder, &map, &err), "is a folder, expected a file", "");
    const char *fifo = help_path(folder, "fifo");
    cr_assert_eq(mkfifo(fifo, 0600), 0);
    expect_input(file_map(fifo, &map, &err), "is a named pipe, expected a file", "");
    expect_input(file_map("/dev/zero", &map, &err),
                 "'/dev/zero' is a device, expected a file", "");
    struct arena mem = {0};
    struct view text;
    expect_input(file_read("/dev/zero", 100, &mem, &text, &err), "is a device", "");
    arena_release(&mem);
}

Test(file, a_file_that_may_not_be_read_is_the_systems_fault)
{
    const char *path = help_path(help_folder(), "secret");
    help_write_text(path, "x");
    chmod(path, 0);
    uid_t self = geteuid();
    if (self == 0 && seteuid(65534) != 0)
        cr_skip_test("root may read everything");
    struct mapping map;
    enum status status = file_map(path, &map, &err);
    cr_assert_eq(seteuid(self), 0);
    cr_assert_eq(status, STATUS_ENVIRONMENT);
    cr_assert_not_null(strstr(err.message, "Permission denied"));
}

Test(file, reading_takes_at_most_so_many_bytes)
{
    const char *path = help_path(help_folder(), "a");
    help_write(path, "12345\0", 6);
    struct arena mem = {0};
    struct view text = {0};
    cr_assert_eq(file_read(path, 6, &mem, &text, &err), STATUS_OK);
    cr_assert_eq(text.n, 6);
    cr_assert_eq(memcmp(text.p, "12345\0\0", 7), 0);
    text = (struct view){0};
    expect_input(file_read(path, 5, &mem, &text, &err), "is larger than 5 bytes", "");
    cr_assert_null(text.p);
    help_write(path, "", 0);
    cr_assert_eq(file_read(path, 0, &mem, &text, &err), STATUS_OK);
    cr_assert_str_eq(text.p, "");
    arena_release(&mem);
}

Test(file, files_of_the_proc_kind_that_hide_their_size_are_read)
{
    struct arena mem = {0};
    struct view text = {0};
    struct stat st;
    if (stat("/proc/self/status", &st) != 0)
        cr_skip_test("there is no /proc");
    cr_assert_eq(st.st_size, 0);
    cr_assert_eq(file_read("/proc/self/status", 100000, &mem, &text, &err), STATUS_OK);
    cr_assert_gt(text.n, 100);
    cr_assert_eq(strlen(text.p), text.n);
    expect_input(file_read("/proc/self/status", 100, &mem, &text, &err),
                 "larger than 100", "");
    arena_release(&mem);
}

Test(file, a_descriptor_is_not_inherited)
{
    const char *path = help_path(help_folder(), "a");
    help_write_text(path, "x");
    int fd = -1;
    cr_assert_eq(file_open(path, &fd, &err), STATUS_OK);
    cr_assert_neq(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    close(fd);
}

/* The change that the test makes between two looks at a file. */
static void touch_later(const char *path)
{
    const struct timespec times[] = {{.tv_sec = 7}, {.tv_sec = 7}};
    cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

static enum status end_after(const char *path, uint64_t n, void (*change)(const char *))
{
    int fd;
    struct stat was;
    cr_assert_eq(file_open_stat(path, &fd, &was, &err), STATUS_OK);
    if (change)
        change(path);
    enum status status = file_ended(path, fd, &was, n, &err);
    close(fd);
    return status;
}

static void append(const char *path)
{
    help_write_text(path, "12345");
}

static void replace(const char *path)
{
    char other[4096];
    snprintf(other, sizeof other, "%s.other", path);
    help_write_text(other, "1234");
    cr_assert_eq(rename(other, path), 0);
}

static void give_a_second_name(const char *path)
{
    char other[4096];
    snprintf(other, sizeof other, "%s.second", path);
    cr_assert_eq(link(path, other), 0);
    cr_assert_eq(chmod(path, 0444), 0);
}

static void take_away(const char *path)
{
    cr_assert_eq(unlink(path), 0);
}

Test(file, a_file_that_changes_while_it_is_read_is_told)
{
    void (*const changes[])(const char *) = {touch_later, append, replace, take_away};
    const char *path = help_path(help_folder(), "a.csv");
    help_write_text(path, "1234");
    cr_assert_eq(end_after(path, 4, NULL), STATUS_OK);
    cr_assert_eq(end_after(path, 4, give_a_second_name), STATUS_OK);
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        unlink(path);
        help_write_text(path, "1234");
        cr_assert_eq(end_after(path, 4, changes[i]), STATUS_BUSY, "%zu", i);
        cr_assert_not_null(strstr(err.message, "a.csv' changed while it was read"));
    }
}

Test(file, a_mapping_of_a_file_that_changes_is_told_also_when_it_is_closed)
{
    const char *path = help_path(help_folder(), "a.arrow");
    struct mapping map;
    help_write_text(path, "1234");
    cr_assert_eq(file_map(path, &map, &err), STATUS_OK);
    cr_assert_eq(mapped_check(&err), STATUS_OK);
    file_unmap(&map);
    cr_assert_eq(mapped_check(&err), STATUS_OK);
    cr_assert_eq(file_map(path, &map, &err), STATUS_OK);
    append(path);
    cr_assert_eq(mapped_check(&err), STATUS_BUSY);
    file_unmap(&map);
    cr_assert_eq(mapped_check(&err), STATUS_BUSY);
    cr_assert_not_null(strstr(err.message, "a.arrow' changed while it was read"));
}

Test(file, more_mappings_than_one_block_of_the_table_are_all_watched)
{
    const char *folder = help_folder();
    struct mapping map[40];
    char name[16];
    for (size_t i = 0; i < COUNT_OF(map); i++) {
        snprintf(name, sizeof name, "%zu", i);
        help_write_text(help_path(folder, name), "1234");
        cr_assert_eq(file_map(help_path(folder, name), &map[i], &err), STATUS_OK);
    }
    cr_assert_eq(mapped_check(&err), STATUS_OK);
    touch_later(help_path(folder, "39"));
    cr_assert_eq(mapped_check(&err), STATUS_BUSY);
    cr_assert_not_null(strstr(err.message, "/39' changed"));
    for (size_t i = 0; i < COUNT_OF(map); i++)
        file_unmap(&map[i]);
}

Test(file, a_file_without_a_length_of_its_own_is_no_data)
{
    struct stat st;
    if (stat("/proc/self/status", &st) != 0)
        cr_skip_test("there is no /proc");
    expect_input(end_after("/proc/self/status", 100, NULL), "has no length of its own",
                 "");
}

Test(file, a_pattern_finds_what_matches_in_the_order_of_its_bytes)
{
    const char *folder = help_folder();
    static const char *const names[] = {"b.csv", "a.csv", "B.csv",  "10.csv",
                                        "9.csv", "a.txt", ".c.csv", "\xc3\xa1.csv"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        help_write_text(help_path(folder, names[i]), "");
    cr_assert_eq(mkdir(help_path(folder, "folder.csv"), 0755), 0);
    cr_assert_eq(mkfifo(help_path(folder, "fifo.csv"), 0600), 0);
    cr_assert_eq(symlink("nowhere", help_path(folder, "link.csv")), 0);
    static const char *const want[] = {"10.csv",     "9.csv",    "B.csv",
                                       "a.csv",      "b.csv",    "fifo.csv",
                                       "folder.csv", "link.csv", "\xc3\xa1.csv"};
    struct arena mem = {0};
    char **paths = NULL;
    size_t n = 0;
    cr_assert_eq(file_glob(help_path(folder, "*.csv"), &mem, &paths, &n, &err),
                 STATUS_OK);
    cr_assert_eq(n, COUNT_OF(want));
    for (size_t i = 0; i < n; i++)
        cr_assert_str_eq(paths[i], help_path(folder, want[i]));
    cr_assert_eq(file_glob(help_path(folder, ".*"), &mem, &paths, &n, &err), STATUS_OK);
    cr_assert_eq(n, 1);
    cr_assert_eq(file_glob(help_path(folder, "b.csv"), &mem, &paths, &n, &err),
                 STATUS_OK);
    cr_assert_eq(n, 1);
    cr_assert_str_eq(paths[0], help_path(folder, "b.csv"));
    arena_release(&mem);
}

Test(file, a_pattern_is_relative_to_the_current_folder)
{
    const char *folder = help_folder();
    help_write_text(help_path(folder, "x.csv"), "");
    cr_assert_eq(chdir(folder), 0);
    struct arena mem = {0};
    char **paths = NULL;
    size_t n = 0;
    cr_assert_eq(file_glob("*.csv", &mem, &paths, &n, &err), STATUS_OK);
    cr_assert_eq(n, 1);
    cr_assert_str_eq(paths[0], "x.csv");
    cr_assert_eq(file_glob("./*.csv", &mem, &paths, &n, &err), STATUS_OK);
    cr_assert_str_eq(paths[0], "./x.csv");
    arena_release(&mem);
    cr_assert_eq(chdir("/"), 0);
}

Test(file, a_pattern_that_finds_nothing_is_a_fault)
{
    const char *folder = help_folder();
    help_write_text(help_path(folder, "precios.csv"), "");
    struct arena mem = {0};
    char **paths = NULL;
    size_t n = 77;
    enum status status = file_glob(help_path(folder, "*.tsv"), &mem, &paths, &n, &err);
    expect_input(status, "no file matches '", "");
    status = file_glob(help_path(folder, "none/*.csv"), &mem, &paths, &n, &err);
    expect_input(status, "no file matches '", "/none' does not exist");
    status = file_glob(help_path(folder, "precio.csv"), &mem, &paths, &n, &err);
    expect_input(status, "cannot find '", "/precios.csv'?");
    status = file_glob(help_path(folder, "*/precios.csv"), &mem, &paths, &n, &err);
    expect_input(status, "cannot search for '", "last part of a path only");
    cr_assert_eq(n, 77);
    cr_assert_null(paths);
    arena_release(&mem);
}

Test(file, folders_are_made_with_their_parents_whatever_the_umask)
{
    const char *folder = help_folder();
    umask(077);
    cr_assert_eq(file_make_folder(help_path(folder, "a/b//c/"), &err), STATUS_OK);
    cr_assert_eq(mode_of(help_path(folder, "a")), 0755);
    cr_assert_eq(mode_of(help_path(folder, "a/b/c")), 0755);
    chmod(help_path(folder, "a"), 0700);
    cr_assert_eq(file_make_folder(help_path(folder, "a/b/c"), &err), STATUS_OK);
    cr_assert_eq(file_make_folder(help_path(folder, "a/d"), &err), STATUS_OK);
    cr_assert_eq(mode_of(help_path(folder, "a")), 0700);
    cr_assert_eq(file_make_folder(".", &err), STATUS_OK);
    cr_assert_eq(file_make_folder("/", &err), STATUS_OK);
}

Test(file, a_file_in_the_way_of_a_folder_is_reported)
{
    const char *folder = help_folder();
    help_write_text(help_path(folder, "a"), "x");
    cr_assert_eq(file_make_folder(help_path(folder, "a"), &err), STATUS_ENVIRONMENT);
    cr_assert_not_null(strstr(err.hint, "a file stands"));
    cr_assert_eq(file_make_folder(help_path(folder, "a/b"), &err), STATUS_ENVIRONMENT);
    cr_assert_not_null(strstr(err.message, "could not create the folder '"));
    cr_assert_eq(file_make_folder("", &err), STATUS_USAGE);
}

// clang-format off
static const struct {
    const char *path, *folder, *name, *stem;
} parts[] = {
    {"a.csv", ".", "a.csv", "a"},        {"x/a.csv", "x", "a.csv", "a"},
    {"/a", "/", "a", "a"},               {"//a", "/", "a", "a"},
    {"x//y/a.b.c", "x//y", "a.b.c", "a.b"}, {"x/.hidden", "x", ".hidden", ".hidden"},
    {"x/", "x", "", ""},                 {"", ".", "", ""},
    {"x.y/a", "x.y", "a", "a"},
};
// clang-format on

Test(file, paths_are_taken_apart)
{
    struct arena mem = {0};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        cr_expect_str_eq(file_folder(&mem, parts[i].path), parts[i].folder, "row %zu", i);
        cr_expect_str_eq(file_name(parts[i].path), parts[i].name, "row %zu", i);
        cr_expect_str_eq(file_stem(&mem, parts[i].path), parts[i].stem, "row %zu", i);
    }
    arena_release(&mem);
}

Test(file, paths_are_joined)
{
    struct arena mem = {0};
    cr_assert_str_eq(file_join(&mem, "a", "b"), "a/b");
    cr_assert_str_eq(file_join(&mem, "a/", "b"), "a/b");
    cr_assert_str_eq(file_join(&mem, "a", "/b"), "/b");
    cr_assert_str_eq(file_join(&mem, NULL, "b"), "b");
    cr_assert_str_eq(file_join(&mem, "", "b"), "b");
    cr_assert_str_eq(file_join(&mem, ".", "b"), "b");
    cr_assert_str_eq(file_join(&mem, "/", "b"), "/b");
    arena_release(&mem);
}

static const struct {
    const char *path, *plain;
} plain[] = {{"a/b", "a/b"}, {"./a//b/", "a/b"},  {"a/./b/.", "a/b"}, {"/a/", "/a"},
             {"//", "/"},    {".", "."},          {"./", "."},        {"../a", "../a"},
             {"", "."},      {".a/..b", ".a/..b"}};

Test(file, a_path_has_one_plain_form)
{
    struct arena mem = {0};
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        cr_expect_str_eq(file_plain(&mem, plain[i].path), plain[i].plain, "row %zu", i);
    arena_release(&mem);
}

Test(file, existence_is_of_any_kind)
{
    const char *folder = help_folder();
    cr_assert(file_exists(folder));
    cr_assert_not(file_exists(help_path(folder, "x")));
}

/* What is new stands behind what it is called after, whatever mark parts the two. */
Test(file, a_name_comes_before_those_that_begin_with_it)
{
    static const char *const names[] = {
        "price.csv",      "price 2021.csv", "price$.csv",    "price-2021.csv",
        "price.2021.csv", "price2021.csv",  "price_2021.csv"};
    struct arena mem = {0};
    char **paths = NULL;
    size_t n = 0;
    const char *folder = help_folder();
    for (size_t i = COUNT_OF(names); i-- > 0;)
        help_write_text(help_path(folder, names[i]), "");
    cr_assert_eq(file_glob(help_path(folder, "*.csv"), &mem, &paths, &n, &err),
                 STATUS_OK);
    cr_assert_eq(n, COUNT_OF(names));
    for (size_t i = 0; i < n; i++)
        cr_expect_str_eq(paths[i], help_path(folder, names[i]));
    arena_release(&mem);
}
