#define _DEFAULT_SOURCE // flock

#include <criterion/criterion.h>

#include <fcntl.h>
#include <math.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "help/help.h"
#include "remote/remote.h"
#include "remote/remote_ops.h"

static struct error err;
static struct arena mem;
static struct remote_config config;
static size_t objects_told;
static uint64_t bytes_told;

static void on_progress(void *context, uint64_t bytes, size_t objects)
{
    cr_expect_eq(context, &objects_told);
    bytes_told = bytes;
    objects_told = objects;
}

static struct remote *open_in(const char *folder, size_t jobs)
{
    struct remote_settings settings = {jobs, 60, on_progress, &objects_told};
    struct remote *remote = NULL;
    config = (struct remote_config){.name = "r", .folder = folder};
    enum status status = remote_open(&config, &settings, &mem, &remote, &err);
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
    return remote;
}

static struct transfer sending(const char *key, const char *text)
{
    struct transfer t = {.key = key, .body = view_of(text), .bytes = strlen(text)};
    digest_hex_of(DIGEST_MD5, text, strlen(text), t.md5);
    return t;
}

static const char *in(const char *folder, const char *key)
{
    return arena_format(&mem, "%s/%s", folder, key);
}

static void put_text(struct remote *remote, const char *key, const char *text)
{
    struct transfer t = sending(key, text);
    cr_assert_eq(remote_put(remote, &t, 1, &mem, &err), STATUS_OK, "%s", err.message);
    cr_assert(t.done);
}

/* The folder that a file's path counts from. */
static const struct beneath *root_of(const char *path)
{
    struct beneath *root = ARENA_NEW(&mem, struct beneath);
    root->path = file_folder(&mem, path);
    root->fd = open(root->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_geq(root->fd, 0);
    return root;
}

Test(remote, objects_go_and_come_back_by_file_and_in_memory)
{
    const char *folder = help_path(help_folder(), "new/remote");
    const char *source = help_path(help_folder(), "source");
    const char *target = help_path(help_folder(), "target");
    struct remote *remote = open_in(folder, 4);
    help_write_text(source, "from a file\n");
    struct transfer put[] = {sending("files/md5/ab/cd", "in memory"),
                             {.key = "files/md5/ef/gh", .path = source}};
    digest_hex_of(DIGEST_MD5, "from a file\n", 12, put[1].md5);
    cr_assert_eq(remote_put(remote, put, 2, &mem, &err), STATUS_OK, "%s", err.message);
    cr_expect(put[0].done && put[1].done);
    cr_expect_eq(put[1].bytes, 12);
    char sha256[SHA256_HEX];
    digest_hex_of(DIGEST_SHA256, "from a file\n", 12, sha256);
    cr_expect_str_eq(put[1].sha256, sha256);
    cr_expect_eq(bytes_told, 21);
    cr_expect_eq(objects_told, 2);
    struct stat st;
    cr_assert_eq(stat(in(folder, "files/md5/ef/gh"), &st), 0);
    cr_expect_eq(st.st_mode & 07777, 0444);

    struct transfer get[] = {
        {.key = "files/md5/ab/cd"},
        {.key = "files/md5/ef/gh", .path = file_name(target), .root = root_of(target)}};
    memcpy(get[0].md5, put[0].md5, MD5_HEX);
    cr_assert_eq(remote_get(remote, get, 2, &mem, &err), STATUS_OK, "%s", err.message);
    cr_expect(view_is(get[0].body, "in memory"));
    cr_expect_str_eq(help_read(target, NULL), "from a file\n");
    cr_expect_str_eq(get[1].sha256, sha256);
    remote_close(remote);
    cr_expect_eq(help_count(in(folder, "nightmill/tmp")), 0, "its own folder is gone");
    arena_release(&mem);
}

Test(remote, a_listing_is_sorted_and_below_its_prefix)
{
    const char *folder = help_folder();
    struct remote *remote = open_in(folder, 1);
    put_text(remote, "files/md5/b/2", "22");
    put_text(remote, "files/md5/a-b/1", "1");
    put_text(remote, "files/md5/a/3", "333");
    put_text(remote, "nightmill/latest.json", "{}");
    help_write_text(in(folder, "files/note"), "not below files/md5/");
    cr_assert_eq(symlink("/etc/passwd", in(folder, "files/md5/a/link")), 0);
    cr_assert_eq(symlink("/etc", in(folder, "files/md5/etc")), 0);
    struct remote_objects found;
    cr_assert_eq(remote_list(remote, "files/md5/", &mem, &found, &err), STATUS_OK);
    static const char *const keys[] = {"files/md5/a-b/1", "files/md5/a/3",
                                       "files/md5/b/2"};
    cr_assert_eq(found.n, COUNT_OF(keys));
    for (size_t i = 0; i < found.n; i++)
        cr_expect_str_eq(found.v[i].key, keys[i]);
    cr_expect_eq(found.v[1].bytes, 3);
    cr_expect_eq(strlen(found.v[1].modified), 30);
    cr_expect_str_eq(found.v[1].etag, "");
    cr_expect_eq(remote_objects_find(&found, "files/md5/b/2"), &found.v[2]);
    cr_expect_null(remote_objects_find(&found, "files/md5/b"));
    cr_assert_eq(remote_list(remote, "nightmill/", &mem, &found, &err), STATUS_OK);
    cr_expect_eq(found.n, 1, "temporary files are no objects");
    cr_assert_eq(remote_list(remote, "files/md5/a", &mem, &found, &err), STATUS_OK);
    cr_expect_eq(found.n, 2);
    remote_close(remote);
    arena_release(&mem);
}

Test(remote, a_folder_that_does_not_exist_is_empty)
{
    const char *folder = help_path(help_folder(), "none");
    struct remote *remote = open_in(folder, 1);
    struct remote_objects found = {.n = 7};
    const char *key = "a";
    struct transfer t = {.key = key};
    cr_assert_eq(remote_list(remote, "", &mem, &found, &err), STATUS_OK);
    cr_expect_eq(found.n, 0);
    cr_expect_eq(remote_delete(remote, &key, 1, &mem, &err), STATUS_OK);
    cr_expect_eq(remote_get(remote, &t, 1, &mem, &err), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "no object 'a'"), "%s", err.message);
    remote_close(remote);
    cr_expect_not(file_exists(folder), "looking creates nothing");
    arena_release(&mem);
}

Test(remote, damaged_bytes_go_nowhere)
{
    const char *folder = help_folder(), *target = help_path(help_folder(), "target");
    struct remote *remote = open_in(folder, 2);
    put_text(remote, "a", "right");
    put_text(remote, "b", "right too");
    cr_assert_eq(chmod(in(folder, "a"), 0644), 0);
    help_write_text(in(folder, "a"), "wrong");
    struct transfer get[] = {
        {.key = "a", .path = file_name(target), .root = root_of(target)},
        {.key = "b"},
        {.key = "c"}};
    digest_hex_of(DIGEST_MD5, "right", 5, get[0].md5);
    cr_expect_eq(remote_get(remote, get, 3, &mem, &err), STATUS_INPUT);
    // md5sum of "right" and of "wrong"
    cr_expect_not_null(strstr(err.message, "'a'"), "%s", err.message);
    cr_expect_not_null(strstr(err.message, "7c4f29407893c334a6cb7a87bf045c0d"), "%s",
                       err.message);
    cr_expect_not_null(strstr(err.message, "2bda2998d9b0ee197da142a0447f6725"), "%s",
                       err.message);
    cr_expect_not_null(strstr(err.message, "(and 1 other)"), "%s", err.message);
    cr_expect_not(get[0].done || get[2].done);
    cr_expect(get[1].done, "the others still come");
    cr_expect_not(file_exists(target));
    remote_close(remote);
    arena_release(&mem);
}

/* A file that the remote made longer than anybody said, and one that is as long. */
Test(remote, what_is_longer_than_stated_is_not_read_on)
{
    const char *folder = help_folder(), *target = help_path(help_folder(), "target");
    struct remote *remote = open_in(folder, 2);
    put_text(remote, "a", "longer than stated");
    put_text(remote, "b", "as stated");
    put_text(remote, "empty", "");
    struct transfer get[] = {
        {.key = "a", .path = file_name(target), .root = root_of(target)},
        {.key = "b", .bounded = true, .most = 9},
        {.key = "empty", .bounded = true},
        {.key = "a", .bounded = true}};
    get[0].bounded = true;
    get[0].most = 17;
    cr_expect_eq(remote_get(remote, get, COUNT_OF(get), &mem, &err), STATUS_INPUT);
    cr_expect_str_eq(err.message,
                     "object 'a': expected at most 17 bytes, found 18 (and 1 other)");
    cr_expect_not(get[0].done || get[3].done);
    cr_expect(get[1].done && get[2].done);
    cr_expect_not(file_exists(target));
    remote_close(remote);
    arena_release(&mem);
}

Test(remote, a_file_with_other_bytes_is_not_sent)
{
    const char *folder = help_folder(), *source = help_path(help_folder(), "source");
    struct remote *remote = open_in(folder, 1);
    put_text(remote, "a", "old");
    help_write_text(source, "changed");
    struct transfer put[] = {{.key = "a", .path = source}, sending("b", "fine")};
    digest_hex_of(DIGEST_MD5, "as it was", 9, put[0].md5);
    cr_expect_eq(remote_put(remote, put, 2, &mem, &err), STATUS_INPUT);
    cr_expect_str_eq(err.loc.path, source);
    cr_expect_not(put[0].done);
    cr_expect(put[1].done);
    cr_expect_str_eq(help_read(in(folder, "a"), NULL), "old");
    remote_close(remote);
    arena_release(&mem);
}

Test(remote, an_object_is_replaced_as_a_whole)
{
    const char *folder = help_folder();
    struct remote *remote = open_in(folder, 1);
    put_text(remote, "k", "a longer old text");
    put_text(remote, "k", "new");
    cr_expect_str_eq(help_read(in(folder, "k"), NULL), "new");
    remote_close(remote);
    arena_release(&mem);
}

Test(remote, keys_that_lead_out_are_refused)
{
    char longest[1100];
    memset(longest, 'x', sizeof(longest));
    longest[256] = '\0';
    const char *keys[] = {"",       "/etc/passwd", "a//b", "a/",   "../x",
                          "a/../b", "./a",         "a/.",  longest};
    const char *folder = help_path(help_folder(), "r");
    struct remote *remote = open_in(folder, 1);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        struct transfer t = sending(keys[i], "x");
        cr_expect_eq(remote_put(remote, &t, 1, &mem, &err), STATUS_INPUT, "%s", keys[i]);
        cr_expect_eq(remote_get(remote, &t, 1, &mem, &err), STATUS_INPUT, "%s", keys[i]);
        cr_expect_eq(remote_delete(remote, &keys[i], 1, &mem, &err), STATUS_INPUT, "%s",
                     keys[i]);
    }
    cr_expect(remote_key_ok("a/b c/..."));
    longest[255] = '\0';
    cr_expect(remote_key_ok(longest));
    for (size_t i = 0; i < 1100; i++)
        longest[i] = i % 2 ? '/' : 'x';
    longest[1025] = '\0';
    cr_expect_not(remote_key_ok(longest), "1025 bytes");
    longest[1023] = '\0';
    cr_expect(remote_key_ok(longest));
    remote_close(remote);
    arena_release(&mem);
}

Test(remote, links_are_not_followed)
{
    const char *folder = help_folder(), *outside = help_folder();
    struct remote *remote = open_in(folder, 1);
    help_write_text(help_path(outside, "secret"), "secret");
    cr_assert_eq(symlink(outside, in(folder, "out")), 0);
    cr_assert_eq(symlink(help_path(outside, "secret"), in(folder, "file")), 0);
    const char *keys[] = {"out/secret", "file"};
    for (size_t i = 0; i < 2; i++) {
        struct transfer get = {.key = keys[i]};
        cr_expect_neq(remote_get(remote, &get, 1, &mem, &err), STATUS_OK);
        cr_expect_not(get.done);
    }
    struct transfer put = sending("out/secret", "overwritten");
    cr_expect_eq(remote_put(remote, &put, 1, &mem, &err), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "/out' is a symbolic link to "), "%s",
                       err.message);
    cr_expect_neq(remote_delete(remote, keys, 1, &mem, &err), STATUS_OK);
    put = sending("file", "new"); // the link itself is replaced
    cr_expect_eq(remote_put(remote, &put, 1, &mem, &err), STATUS_OK);
    cr_expect_str_eq(help_read(help_path(outside, "secret"), NULL), "secret");
    remote_close(remote);
    arena_release(&mem);
}

Test(remote, deleting_is_quiet_about_missing_keys)
{
    const char *folder = help_folder();
    struct remote *remote = open_in(folder, 1);
    put_text(remote, "a/b", "x");
    const char *keys[] = {"a/b", "a/c", "z/z"};
    cr_expect_eq(remote_delete(remote, keys, 3, &mem, &err), STATUS_OK, "%s",
                 err.message);
    cr_expect_not(file_exists(in(folder, "a/b")));
    remote_close(remote);
    arena_release(&mem);
}

Test(remote, what_killed_pushes_left_is_swept_and_a_living_ones_is_not)
{
    const char *folder = help_folder();
    struct remote *remote = open_in(folder, 1);
    const char *left = in(folder, "nightmill/tmp/1");
    const char *live = in(folder, "nightmill/tmp/2147483645.1");
    cr_assert_eq(file_make_folder(left, &err), STATUS_OK);
    cr_assert_eq(file_make_folder(live, &err), STATUS_OK);
    help_write_text(in(left, "0"), "left");
    help_write_text(in(live, "0"), "another machine writes it");
    int lock = open(live, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(flock(lock, LOCK_EX), 0);
    put_text(remote, "a", "x");
    cr_expect_not(file_exists(left));
    cr_expect(file_exists(in(live, "0")));
    remote_close(remote);
    close(lock);
    remote = open_in(folder, 1);
    struct remote_objects found;
    cr_assert_eq(remote_list(remote, "", &mem, &found, &err), STATUS_OK);
    cr_expect(file_exists(live), "looking changes nothing");
    remote_clear(remote);
    cr_expect_not(file_exists(live));
    remote_close(remote);
    arena_release(&mem);
}

/* Times of listings; nan: none. */
static const struct {
    const char *text;
    double s;
} times[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2026-01-31T23:59:59Z", 1769903999},
    {"2026-01-31T23:59:59.250Z", 1769903999.25},
    {"2026-01-31T23:59:59.250000000Z", 1769903999.25},
    {"2026-01-31T23:59:59.5Z", 1769903999.5},
    {"2026-01-31T23:59:59.Z", NAN},
    {"2026-01-31T23:59:59.1", NAN},
    {"2026-01-31T23:59:59ZZ", NAN},
    {"2026-01-31T23:59:59", NAN},
    {"2026-01-31T23:59:59.250", NAN},
    {"2026-01-31T23:59:59+01:00", NAN},
    {"2026-02-30T00:00:00Z", NAN},
    {"2026-01-31 23:59:59Z", NAN},
    {"Sat, 31 Jan 2026 23:59:59 GMT", NAN},
    {"", NAN},
};

Test(remote, times_are_read_as_listings_say_them)
{
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        double s = NAN;
        bool read = remote_time(times[i].text, &s);
        cr_expect_eq(read, !isnan(times[i].s), "row %zu", i);
        cr_expect(!read || fabs(s - times[i].s) < 1e-6, "row %zu: %.3f", i, s);
    }
}

Test(remote, a_seized_folder_is_free_again_when_it_is_released_or_closed)
{
    const char *folder = help_folder();
    struct remote *a = open_in(folder, 1), *b = open_in(folder, 1);
    bool alone = false;
    cr_assert_eq(remote_seize(a, &alone, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(remote_seize(a, &alone, &err), STATUS_OK, "again: it has it");
    int fd = open(in(folder, "nightmill"), O_RDONLY | O_DIRECTORY);
    cr_expect_lt(flock(fd, LOCK_EX | LOCK_NB), 0);
    remote_release(a);
    cr_assert_eq(remote_seize(b, &alone, &err), STATUS_OK, "%s", err.message);
    cr_expect_lt(flock(fd, LOCK_EX | LOCK_NB), 0);
    remote_close(b);
    cr_expect_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
    close(fd);
    remote_close(a);
    arena_release(&mem);
}

Test(remote, the_deadline_holds)
{
    const char *folder = help_folder();
    struct remote_settings settings = {.jobs = 2, .timeout_s = 0};
    struct remote *remote;
    config = (struct remote_config){.folder = folder};
    cr_assert_eq(remote_open(&config, &settings, &mem, &remote, &err), STATUS_OK);
    struct transfer t = sending("a", "x");
    cr_expect_eq(remote_put(remote, &t, 1, &mem, &err), STATUS_ENVIRONMENT);
    cr_expect_not_null(strstr(err.hint, "--timeout"), "%s", err.hint);
    cr_expect_not(t.done);
    cr_expect_not(file_exists(in(folder, "a")));
    remote_close(remote);
    arena_release(&mem);
}

/* ETags of 11 MiB of 'x' (python: hashlib over parts of 5 MiB and of 8 MiB). */
Test(remote, etags_are_compared_by_their_shape)
{
    const char *path = help_path(help_folder(), "big");
    size_t n = (size_t)11 << 20;
    char *bytes = malloc(n), md5[MD5_HEX];
    memset(bytes, 'x', n);
    help_write(path, bytes, n);
    digest_hex_of(DIGEST_MD5, bytes, n, md5);
    free(bytes);
    const struct {
        const char *etag, *path;
        uint64_t bytes;
        bool same;
    } rows[] = {
        {"", path, n, true},
        {"", path, n - 1, false},
        {md5, path, n, true},
        {"d41d8cd98f00b204e9800998ecf8427e", path, n, false},
        {"@5", path, n, true},
        {"@8", path, n, true},
        {"d41d8cd98f00b204e9800998ecf8427e-2", path, n, false},
        {"d41d8cd98f00b204e9800998ecf8427e-9999", path, n, false},
        {"d41d8cd98f00b204e9800998ecf8427e-2", NULL, n, true},
        {"some other shape", path, n, true},
    };
    static const char *const of_5 = "78572fc7bc540a4aee035305387f5b72-3",
                             *const of_8 = "02d063f3d0c30f3377133ab8b87b9e6f-2";
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *etag = strcmp(rows[i].etag, "@5") == 0   ? of_5
                           : strcmp(rows[i].etag, "@8") == 0 ? of_8
                                                             : rows[i].etag;
        struct remote_object o = {.key = "k", .bytes = n, .etag = etag};
        bool same = !rows[i].same;
        cr_assert_eq(remote_matches(&o, rows[i].path, md5, rows[i].bytes, &same, &err),
                     STATUS_OK, "%s", err.message);
        cr_expect_eq(same, rows[i].same, "row %zu", i);
    }
    struct remote_object o = {.bytes = n, .etag = of_8};
    bool same = false;
    cr_expect_neq(remote_matches(&o, "/nowhere", md5, n, &same, &err), STATUS_OK);
    arena_release(&mem);
}

static bool swap(struct remote *remote, const char *key, const char *text,
                 const struct transfer *seen)
{
    bool done;
    cr_assert_eq(remote_swap(remote, key, view_of(text), seen, &mem, &done, &err),
                 STATUS_OK, "%s", err.message);
    return done;
}

static struct transfer seen_now(struct remote *remote, const char *key)
{
    struct transfer t = {.key = key};
    cr_assert_eq(remote_get(remote, &t, 1, &mem, &err), STATUS_OK, "%s", err.message);
    return t;
}

Test(remote, an_object_is_put_where_nobody_else_was)
{
    const char *folder = help_path(help_folder(), "remote");
    struct remote *remote = open_in(folder, 1);
    cr_expect(swap(remote, "a/pointer", "one", NULL));
    cr_expect(swap(remote, "a/pointer", "one", NULL),
              "the same bytes are as good as done");
    cr_expect_not(swap(remote, "a/pointer", "two", NULL));
    struct transfer one = seen_now(remote, "a/pointer");
    cr_expect(swap(remote, "a/pointer", "two", &one));
    cr_expect_not(swap(remote, "a/pointer", "three", &one));
    cr_expect_not(swap(remote, "a/other", "two", &one), "what is not there was not seen");
    cr_expect_str_eq(help_read(in(folder, "a/pointer"), NULL), "two");
    remote_close(remote);
}

Test(remote, a_folder_keeps_two_who_write_apart)
{
    bool keeps = false;
    const char *folder = help_path(help_folder(), "remote");
    struct remote *remote = open_in(folder, 1);
    cr_assert_eq(remote_swaps(remote, "x/", &mem, &keeps, &err), STATUS_OK, "%s",
                 err.message);
    cr_expect(keeps);
    struct remote_objects left;
    cr_assert_eq(remote_list(remote, "x/", &mem, &left, &err), STATUS_OK);
    cr_expect_eq(left.n, 0);
    remote_close(remote);
}

/* A server that takes every write, whatever its condition. */
static enum status takes_all(struct remote *r, const char *key, struct view body,
                             const struct transfer *seen, struct arena *a, bool *ret_done,
                             struct error *e)
{
    struct transfer t = {.key = key, .body = body, .bytes = body.n};
    (void)seen;
    *ret_done = true;
    return remote_folder.put(r, &t, 1, a, e);
}

Test(remote, a_server_that_takes_every_write_is_found_out)
{
    bool keeps = true;
    const char *folder = help_path(help_folder(), "remote");
    struct remote *remote = open_in(folder, 1);
    struct remote_ops ops = remote_folder;
    ops.swap = takes_all;
    remote->ops = &ops;
    cr_assert_eq(remote_swaps(remote, "x/", &mem, &keeps, &err), STATUS_OK, "%s",
                 err.message);
    cr_expect_not(keeps);
    remote_close(remote);
}
