#include <criterion/criterion.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest/memo.h"
#include "file/file.h"
#include "help/help.h"

static struct arena mem;
static struct error err;
static const char *folder, *where;

static void enter(void)
{
    folder = help_folder();
    where = help_path(folder, "tmp/memo");
}

static void release(void)
{
    arena_release(&mem);
}

TestSuite(memo, .init = enter, .fini = release);

#define MD5_OLD "149603e6c03516362a8da23f624db945" // of "old", by md5sum
#define MD5_NEW "22af645d1859cb5ca6da0c484f1f37ea" // of "new"
#define SHA_OLD "cba06b5736faf67e54b07b561eae94395e774c517a7d910a54369e1263ccfbd4"

/* Sets the time of modification; that of change is now. */
static void set_time(const char *path, time_t seconds)
{
    struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};
    cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* Longer than the step of any clock of a file system that keeps nanoseconds. */
static void let_age(void)
{
    struct timespec pause = {.tv_nsec = 60 * 1000000};
    nanosleep(&pause, NULL);
}

static const char *file_with(const char *name, const char *text)
{
    const char *path = help_path(folder, name);
    help_write_text(path, text);
    return path;
}

static const char *md5_of(struct memo *memo, const char *path)
{
    struct memo_file file;
    cr_assert_eq(memo_digest(memo, path, false, &file, &err), STATUS_OK, "%s",
                 err.message);
    return arena_string(&mem, file.md5);
}

/* Enters a digest that is not the file's: it then tells whether an answer came from the
 * memo or from the file. */
static void plant(struct memo *memo, const char *path)
{
    struct memo_file lie = {.bytes = 3, .md5 = MD5_NEW};
    memo_enter(memo, path, &lie);
}

Test(memo, what_was_entered_is_found_again_in_the_next_run)
{
    const char *path = file_with("a", "old");
    struct memo *memo = memo_open(where, &mem);
    plant(memo, path);
    cr_expect_str_eq(md5_of(memo, path), MD5_NEW);
    memo_save(memo);
    cr_expect_str_eq(md5_of(memo_open(where, &mem), path), MD5_NEW);
    unlink(where);
    cr_expect_str_eq(md5_of(memo_open(where, &mem), path), MD5_OLD);
}

Test(memo, any_change_of_the_file_makes_it_read_again)
{
    const char *path = file_with("a", "old"), *other = file_with("b", "old");
    struct memo *memo = memo_open(where, &mem);
    plant(memo, path);
    set_time(path, 1000000000);
    cr_expect_str_eq(md5_of(memo, path), MD5_OLD, "modified");
    plant(memo, path);
    let_age();
    chmod(path, 0600);
    cr_expect_str_eq(md5_of(memo, path), MD5_OLD, "changed");
    plant(memo, path);
    rename(other, path);
    cr_expect_str_eq(md5_of(memo, path), MD5_OLD, "another inode");
    plant(memo, path);
    help_write_text(path, "older");
    cr_expect_str_eq(md5_of(memo, path), "6a3a6f6e33217afa6373df9d6b2e8a00", "length");
}

Test(memo, a_young_file_is_digested_but_not_remembered)
{
    const char *path = file_with("a", "old");
    struct memo *memo = memo_open(where, &mem);
    cr_expect_str_eq(md5_of(memo, path), MD5_OLD);
    memo_save(memo);
    cr_expect(!file_exists(where));
    let_age();
    cr_expect_str_eq(md5_of(memo, path), MD5_OLD);
    memo_save(memo);
    cr_expect(file_exists(where));
}

Test(memo, saving_waits_until_a_change_would_show)
{
    const char *path = file_with("a", "old");
    struct memo *memo = memo_open(where, &mem);
    struct timespec now;
    struct stat st;
    plant(memo, path);
    memo_save(memo);
    clock_gettime(CLOCK_REALTIME, &now);
    cr_assert_eq(stat(path, &st), 0);
    double age_s = difftime(now.tv_sec, st.st_ctim.tv_sec) +
                   (double)(now.tv_nsec - st.st_ctim.tv_nsec) / 1e9;
    cr_expect_gt(age_s, 0.019, "%g s", age_s);
    int fd = open(path, O_WRONLY);
    cr_assert_eq(write(fd, "old", 3), 3);
    close(fd);
    cr_expect_str_eq(md5_of(memo_open(where, &mem), path), MD5_OLD);
}

Test(memo, the_second_digest_is_added_when_it_is_asked_for)
{
    const char *path = file_with("a", "old");
    struct memo_file file;
    chmod(path, 0744);
    let_age();
    struct memo *memo = memo_open(where, &mem);
    cr_assert_eq(memo_digest(memo, path, false, &file, &err), STATUS_OK);
    cr_expect_str_eq(file.md5, MD5_OLD);
    cr_expect_str_eq(file.sha256, "");
    cr_expect_eq(file.bytes, 3);
    cr_expect(file.executable);
    cr_assert_eq(memo_digest(memo, path, true, &file, &err), STATUS_OK);
    cr_expect_str_eq(file.sha256, SHA_OLD);
    memo_save(memo);
    memo = memo_open(where, &mem);
    cr_assert_eq(memo_digest(memo, path, false, &file, &err), STATUS_OK);
    cr_expect_str_eq(file.md5, MD5_OLD);
    cr_expect_str_eq(file.sha256, SHA_OLD);
}

Test(memo, what_the_caller_says_must_fit_the_file)
{
    const char *path = file_with("a", "old");
    struct memo *memo = memo_open(where, &mem);
    memo_enter(memo, path, &(struct memo_file){.bytes = 4, .md5 = MD5_NEW});
    memo_enter(memo, path, &(struct memo_file){.bytes = 3, .md5 = "22af"});
    memo_enter(memo, folder, &(struct memo_file){.bytes = 3, .md5 = MD5_NEW});
    memo_enter(memo, help_path(folder, "none"),
               &(struct memo_file){.bytes = 3, .md5 = MD5_NEW});
    cr_expect_str_eq(md5_of(memo, path), MD5_OLD);
}

Test(memo, a_damaged_memo_is_begun_anew)
{
    const char *path = file_with("a", "old");
    struct memo *memo = memo_open(where, &mem);
    size_t n;
    plant(memo, path);
    memo_save(memo);
    const char *whole = help_read(where, &n);
    char *bytes = arena_alloc(&mem, n + 200);
    cr_assert_gt(n, 100);
    for (size_t i = 0; i < n; i++) {
        memcpy(bytes, whole, n);
        bytes[i] ^= 1;
        help_write(where, bytes, n);
        cr_expect_str_eq(md5_of(memo_open(where, &mem), path), MD5_OLD, "byte %zu", i);
    }
    memcpy(bytes, whole, n);
    for (size_t i = 0; i < n + 200; i += i == n - 1 ? 2 : 1) {
        help_write(where, bytes, i);
        cr_expect_str_eq(md5_of(memo_open(where, &mem), path), MD5_OLD, "length %zu", i);
    }
    help_write(where, whole, n);
    cr_expect_str_eq(md5_of(memo_open(where, &mem), path), MD5_NEW);
}

Test(memo, where_it_cannot_be_written_nothing_fails)
{
    const char *path = file_with("a", "old");
    struct memo *memo = memo_open(help_path(path, "tmp/memo"), &mem);
    plant(memo, path);
    memo_save(memo);
    memo = memo_open(folder, &mem); // a folder stands there
    plant(memo, path);
    memo_save(memo);
    cr_expect_eq(help_count(folder), 1);
    cr_expect_str_eq(help_read(path, NULL), "old");
}

static size_t memo_length(void)
{
    struct stat st;
    return stat(where, &st) == 0 ? (size_t)st.st_size : 0;
}

Test(memo, what_nothing_asks_for_goes_after_some_runs)
{
    size_t lengths[40];
    for (size_t run = 0; run < COUNT_OF(lengths); run++) {
        struct memo *memo = memo_open(where, &mem);
        const char *path;
        for (size_t i = 0; i < 10; i++) {
            path = file_with(arena_format(&mem, "%zu-%zu", run, i), "old");
            plant(memo, path);
        }
        path = help_path(folder, "0-0");
        cr_expect_str_eq(md5_of(memo, path), MD5_NEW, "run %zu", run);
        memo_save(memo);
        lengths[run] = memo_length();
    }
    cr_expect_gt(lengths[5], lengths[0]);
    cr_expect_eq(lengths[39], lengths[30]);
    cr_expect_lt(lengths[39], 25 * lengths[0]);
}

Test(memo, thousands_of_files_are_found_by_their_own)
{
    struct memo *memo = memo_open(where, &mem);
    char md5[MD5_HEX];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 3000; i++) {
            const char *text = arena_format(&mem, "%zu", i * 7 + (size_t)round);
            const char *path = arena_format(&mem, "%s/%zu", folder, i);
            digest_hex_of(DIGEST_MD5, text, strlen(text), md5);
            struct memo_file known = {.bytes = strlen(text)};
            memcpy(known.md5, md5, MD5_HEX);
            if (round == 0) {
                help_write_text(path, arena_format(&mem, "%0*d", (int)strlen(text), 0));
                memo_enter(memo, path, &known);
            } else {
                text = arena_format(&mem, "%zu", i * 7);
                digest_hex_of(DIGEST_MD5, text, strlen(text), md5);
                cr_assert_str_eq(md5_of(memo, path), md5, "%zu", i);
            }
        }
        memo_save(memo);
        memo = memo_open(where, &mem);
    }
}

Test(memo, what_is_no_file_is_refused)
{
    struct memo *memo = memo_open(where, &mem);
    struct memo_file file;
    cr_expect_eq(memo_digest(memo, folder, false, &file, &err), STATUS_INPUT);
    cr_expect_eq(memo_digest(memo, help_path(folder, "none"), false, &file, &err),
                 STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "cannot find"));
}

Test(memo, an_etag_holds_as_long_as_the_digests_do)
{
    const char etag[] = "149603e6c03516362a8da23f624db945-13";
    const char *path = file_with("a", "old");
    let_age();
    struct memo *memo = memo_open(where, &mem);
    memo_enter_etag(memo, path, etag);
    cr_expect(!memo_has_etag(memo, path, etag)); // nothing is known of the file yet
    cr_assert_str_eq(md5_of(memo, path), MD5_OLD);
    memo_enter_etag(memo, path, etag);
    memo_save(memo);
    memo = memo_open(where, &mem);
    cr_expect(memo_has_etag(memo, path, etag));
    cr_expect(!memo_has_etag(memo, path, "149603e6c03516362a8da23f624db945-12"));
    file_with("a", "new");
    cr_expect(!memo_has_etag(memo, path, etag));
}
