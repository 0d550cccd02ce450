#include <criterion/criterion.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dvc/dvc_cache.h"
#include "file/file.h"
#include "help/help.h"
#include "help/repo.h"

TestSuite(dvc_cache, .init = help_repo_enter, .fini = help_repo_leave);

#define MD5_OLD "149603e6c03516362a8da23f624db945" // of "old", by md5sum
#define MD5_NEW "22af645d1859cb5ca6da0c484f1f37ea" // of "new"
#define OLD_PATH ".dvc/cache/files/md5/14/9603e6c03516362a8da23f624db945"
#define EMPTY_DIR "d751713988987e9331980363e24189ce.dir" // of "[]", by DVC

static enum status commit_file(const char *path, const char *md5)
{
    struct dvc_batch *batch = dvc_batch_begin(&repo, &mem);
    enum status status = dvc_batch_file(batch, path, md5, &err);
    if (status == STATUS_OK)
        status = dvc_batch_commit(batch, &err);
    dvc_batch_release(batch);
    return status;
}

Test(dvc_cache, objects_lie_where_dvc_looks_for_them)
{
    cr_expect_str_eq(dvc_cache_path(&repo, MD5_OLD, &mem), OLD_PATH);
    cr_expect_str_eq(dvc_cache_key(EMPTY_DIR, &mem),
                     "files/md5/d7/51713988987e9331980363e24189ce.dir");
}

Test(dvc_cache, a_file_gets_into_the_cache_whole_and_read_only)
{
    help_put("file", "old");
    chmod("file", 0751);
    struct dvc_batch *batch = dvc_batch_begin(&repo, &mem);
    cr_assert_eq(dvc_batch_file(batch, "file", MD5_OLD, &err), STATUS_OK, "%s",
                 err.message);
    cr_expect(!file_exists(OLD_PATH), "visible before the commit");
    cr_expect_eq(help_count(".dvc/cache/tmp"), 1);
    cr_assert_eq(dvc_batch_commit(batch, &err), STATUS_OK, "%s", err.message);
    cr_expect_str_eq(help_read(OLD_PATH, NULL), "old");
    cr_expect_eq(help_look(OLD_PATH).st_mode & 07777, 0444);
    cr_expect_eq(help_look("file").st_mode & 07777, 0751);
    cr_expect_neq(help_look("file").st_ino, help_look(OLD_PATH).st_ino);
    dvc_batch_release(batch);
    cr_expect_eq(help_count(".dvc/cache/tmp"), 0);
}

Test(dvc_cache, what_is_released_without_a_commit_leaves_nothing)
{
    help_put("file", "old");
    struct dvc_batch *batch = dvc_batch_begin(&repo, &mem);
    cr_assert_eq(dvc_batch_file(batch, "file", MD5_OLD, &err), STATUS_OK);
    cr_assert_eq(dvc_batch_bytes(batch, VIEW("[]"), EMPTY_DIR, &err), STATUS_OK);
    dvc_batch_release(batch);
    cr_expect_eq(help_count(".dvc/cache/tmp"), 0);
    cr_expect(!file_exists(".dvc/cache/files"));
    cr_expect_eq(dvc_batch_commit(batch, &err), STATUS_OK);
    dvc_batch_release(batch);
}

Test(dvc_cache, bytes_with_another_digest_do_not_get_in)
{
    help_put("file", "old");
    cr_expect_eq(commit_file("file", MD5_NEW), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "'file' no longer has the digest '" MD5_NEW));
    cr_expect_eq(commit_file("none", MD5_NEW), STATUS_INPUT);
    cr_expect_eq(commit_file("file", "../../../../../../../../tmp/file"), STATUS_INPUT);
    cr_expect_eq(commit_file("file", ""), STATUS_INPUT);
    struct dvc_batch *batch = dvc_batch_begin(&repo, &mem);
    cr_expect_eq(dvc_batch_bytes(batch, VIEW("[ ]"), EMPTY_DIR, &err), STATUS_INPUT);
    cr_expect_eq(dvc_batch_bytes(batch, VIEW("[]"), "x.dir", &err), STATUS_INPUT);
    cr_expect_eq(dvc_batch_commit(batch, &err), STATUS_OK);
    dvc_batch_release(batch);
    cr_expect(!file_exists(".dvc/cache/files"));
    cr_expect_eq(help_count(".dvc/cache/tmp"), 0);
}

Test(dvc_cache, an_object_that_is_not_trusted_is_replaced)
{
    help_put("file", "old");
    help_put(OLD_PATH, "odd");
    cr_expect(!dvc_cache_has(&repo, MD5_OLD, UINT64_MAX), "mode 0644");
    chmod(OLD_PATH, 0444);
    cr_assert_eq(dvc_cache_open(&repo, false, &err), STATUS_OK);
    cr_expect(dvc_cache_has(&repo, MD5_OLD, UINT64_MAX));
    cr_expect(dvc_cache_has(&repo, MD5_OLD, 3));
    cr_expect(!dvc_cache_has(&repo, MD5_OLD, 4));
    cr_assert_eq(commit_file("file", MD5_OLD), STATUS_OK);
    cr_expect_str_eq(help_read(OLD_PATH, NULL), "odd", "what is trusted is left alone");
    chmod(OLD_PATH, 0644);
    cr_assert_eq(commit_file("file", MD5_OLD), STATUS_OK);
    cr_expect_str_eq(help_read(OLD_PATH, NULL), "old");
    cr_assert_eq(unlink(OLD_PATH), 0);
    cr_assert_eq(symlink("/dev/null", OLD_PATH), 0);
    cr_expect(!dvc_cache_has(&repo, MD5_OLD, UINT64_MAX), "a link");
    cr_assert_eq(commit_file("file", MD5_OLD), STATUS_OK);
    cr_expect(S_ISREG(help_look(OLD_PATH).st_mode));
    cr_expect(!dvc_cache_has(&repo, "x", UINT64_MAX));
}

Test(dvc_cache, a_hard_link_shares_the_file_and_makes_it_read_only)
{
    help_repo_open("hardlink");
    help_put("file", "old");
    cr_assert_eq(commit_file("file", MD5_OLD), STATUS_OK, "%s", err.message);
    cr_expect_eq(help_look("file").st_ino, help_look(OLD_PATH).st_ino);
    cr_expect_eq(help_look("file").st_mode & 07777, 0444);
    cr_expect_eq(help_look("file").st_nlink, 2);
    help_put("script", "new");
    chmod("script", 0755);
    cr_assert_eq(commit_file("script", MD5_NEW), STATUS_OK);
    cr_expect_eq(help_look("script").st_nlink, 1);
    cr_expect_eq(help_look("script").st_mode & 07777, 0755);
    // A file that was refused keeps its mode.
    help_put("other", "xyz");
    cr_expect_eq(commit_file("other", MD5_NEW ".dir"), STATUS_INPUT);
    cr_expect_eq(help_look("other").st_mode & 07777, 0644);
    cr_expect_eq(help_look("other").st_nlink, 1);
    // The file that is the object already, after someone gave it another mode.
    chmod("file", 0644);
    cr_assert_eq(commit_file("file", MD5_OLD), STATUS_OK, "%s", err.message);
    cr_expect_eq(help_look("file").st_mode & 07777, 0444);
    cr_expect_eq(help_look("file").st_nlink, 2);
}

Test(dvc_cache, a_link_to_a_file_is_read_and_stays)
{
    help_put("file", "old");
    cr_assert_eq(symlink("file", "link"), 0);
    help_repo_open("\"hardlink,copy\"");
    cr_assert_eq(commit_file("link", MD5_OLD), STATUS_INPUT);
    cr_expect_str_eq(err.message,
                     "'link' is a symbolic link to 'file'; none is followed here");
    cr_expect(!file_exists(OLD_PATH));
    cr_assert_eq(commit_file("file", MD5_OLD), STATUS_OK, "%s", err.message);
    cr_expect_eq(commit_file("link", MD5_OLD), STATUS_OK, "what is there needs no copy");
    cr_expect(S_ISLNK(help_look("link").st_mode));
}

static const char *place_of(struct dvc_batch *batch, const char *md5)
{
    const char *path;
    const struct beneath *root = dvc_batch_place(batch, md5, &path);
    return beneath_path(root, path, &mem);
}

Test(dvc_cache, a_place_is_filled_by_someone_else)
{
    struct dvc_batch *batch = dvc_batch_begin(&repo, &mem);
    const char *place = place_of(batch, MD5_OLD), *other = place_of(batch, MD5_NEW);
    cr_expect_str_eq(place_of(batch, MD5_OLD), place);
    help_write_text(place, "old");
    help_write_text(other, "ne");
    dvc_batch_filled(batch, MD5_OLD, "");
    dvc_batch_filled(batch, EMPTY_DIR, ""); // never placed
    cr_assert_eq(dvc_batch_commit(batch, &err), STATUS_OK, "%s", err.message);
    cr_expect(dvc_cache_has(&repo, MD5_OLD, 3));
    cr_expect(!dvc_cache_has(&repo, MD5_NEW, UINT64_MAX));
    // The batch goes on.
    help_write_text(other, "new");
    dvc_batch_filled(batch, MD5_NEW, "");
    cr_assert_eq(dvc_batch_commit(batch, &err), STATUS_OK, "%s", err.message);
    cr_expect(dvc_cache_has(&repo, MD5_NEW, 3));
    place = place_of(batch, EMPTY_DIR);
    dvc_batch_filled(batch, EMPTY_DIR, "");
    cr_expect_eq(dvc_batch_commit(batch, &err), STATUS_ENVIRONMENT, "nothing is there");
    dvc_batch_release(batch);
    const struct beneath *root =
        dvc_batch_place(dvc_batch_begin(&repo, &mem), "../x", &place);
    cr_expect_eq(beneath_open(root, place, O_CREAT | O_WRONLY, 0600), -1);
}

Test(dvc_cache, two_batches_of_one_process_do_not_meet)
{
    struct dvc_batch *a = dvc_batch_begin(&repo, &mem), *b = dvc_batch_begin(&repo, &mem);
    help_put("file", "old");
    cr_assert_eq(dvc_batch_file(a, "file", MD5_OLD, &err), STATUS_OK);
    cr_assert_eq(dvc_batch_file(b, "file", MD5_OLD, &err), STATUS_OK, "%s", err.message);
    cr_expect_eq(help_count(".dvc/cache/tmp"), 2);
    dvc_batch_release(b);
    cr_assert_eq(dvc_batch_commit(a, &err), STATUS_OK, "%s", err.message);
    dvc_batch_release(a);
    cr_expect(dvc_cache_has(&repo, MD5_OLD, 3));
    cr_expect_eq(help_count(".dvc/cache/tmp"), 0);
}

/* More than are synced one by one, and twice the same. */
Test(dvc_cache, a_thousand_files_get_in_at_once)
{
    struct dvc_batch *batch = dvc_batch_begin(&repo, &mem);
    char md5[MD5_HEX];
    for (size_t i = 0; i < 1000; i++) {
        const char *text = arena_format(&mem, "%zu", i % 900);
        digest_hex_of(DIGEST_MD5, text, strlen(text), md5);
        help_put("file", text);
        cr_assert_eq(dvc_batch_file(batch, "file", md5, &err), STATUS_OK);
    }
    cr_assert_eq(dvc_batch_commit(batch, &err), STATUS_OK, "%s", err.message);
    dvc_batch_release(batch);
    for (size_t i = 0; i < 900; i++) {
        const char *text = arena_format(&mem, "%zu", i);
        digest_hex_of(DIGEST_MD5, text, strlen(text), md5);
        cr_expect(dvc_cache_has(&repo, md5, strlen(text)), "%zu", i);
        cr_expect_str_eq(help_read(dvc_cache_path(&repo, md5, &mem), NULL), text);
    }
}

Test(dvc_cache, a_listing_is_never_there_before_its_files)
{
    struct dvc_batch *batch = dvc_batch_begin(&repo, &mem);
    help_put("file", "old");
    help_put(OLD_PATH "/folder", "in the way");
    cr_assert_eq(dvc_batch_bytes(batch, VIEW("[]"), EMPTY_DIR, &err), STATUS_OK);
    cr_assert_eq(dvc_batch_file(batch, "file", MD5_OLD, &err), STATUS_OK);
    cr_expect_eq(dvc_batch_commit(batch, &err), STATUS_ENVIRONMENT);
    dvc_batch_release(batch);
    cr_expect(!dvc_cache_has(&repo, EMPTY_DIR, UINT64_MAX));
}

Test(dvc_cache, what_cannot_be_written_is_told)
{
    help_put("file", "old");
    help_put(".dvc/cache/files", "in the way");
    cr_expect_eq(commit_file("file", MD5_OLD), STATUS_ENVIRONMENT);
    cr_expect_eq(help_count(".dvc/cache/tmp"), 0);
    unlink(".dvc/cache/files");
    help_put(OLD_PATH "/folder", "in the way");
    cr_expect_eq(commit_file("file", MD5_OLD), STATUS_ENVIRONMENT);
    cr_expect_eq(help_count(".dvc/cache/tmp"), 0);
}

#define LISTING "[{\"md5\": \"" MD5_OLD "\", \"relpath\": \"a\"}]"

Test(dvc_cache, a_listing_is_read_when_its_bytes_are_its_name)
{
    struct dvc_dir dir = {.n = 7};
    char md5[MD5_HEX];
    digest_hex_of(DIGEST_MD5, LISTING, strlen(LISTING), md5);
    const char *name = arena_format(&mem, "%s.dir", md5);
    cr_expect_eq(dvc_cache_dir(&repo, name, &mem, &dir, &err), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "is not in the cache"));
    cr_expect_not_null(strstr(err.hint, "bin/pull"));
    cr_expect_eq(dvc_cache_dir(&repo, "../x", &mem, &dir, &err), STATUS_INPUT);
    struct dvc_batch *batch = dvc_batch_begin(&repo, &mem);
    cr_assert_eq(dvc_batch_bytes(batch, VIEW(LISTING), name, &err), STATUS_OK);
    cr_assert_eq(dvc_batch_commit(batch, &err), STATUS_OK);
    dvc_batch_release(batch);
    cr_expect_eq(dir.n, 7);
    cr_assert_eq(dvc_cache_dir(&repo, name, &mem, &dir, &err), STATUS_OK, "%s",
                 err.message);
    cr_expect_eq(dir.n, 1);
    cr_expect_str_eq(dir.child[0].md5, MD5_OLD);
    // Other bytes under its name, trusted by its mode.
    const char *path = dvc_cache_path(&repo, name, &mem);
    chmod(path, 0644);
    help_write_text(path, "[]");
    chmod(path, 0444);
    cr_expect_eq(dvc_cache_dir(&repo, name, &mem, &dir, &err), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "is damaged"), "%s", err.message);
    cr_expect(!dvc_cache_has(&repo, name, UINT64_MAX), "it is trusted no longer");
}
