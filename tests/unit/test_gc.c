#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "help/help.h"
#include "help/sync.h"
#include "sync/gc.h"
#include "sync/gc_history.h"
#include "sync/manifest.h"
#include "sync/notice.h"

/* What a test plans, in a project of one output. */
static struct sync sync;
static struct gc_how how;
static struct gc gc;

static void lock_names(const char *md5)
{
    help_write_text("dvc.lock",
                    arena_format(&mem,
                                 LOCK_OUTS
                                 "    - path: out\n      hash: md5\n      md5: %s\n"
                                 "      size: 2\n",
                                 md5));
}

static void begin(void)
{
    help_sync_enter();
    help_write_text("dvc.yaml", "stages: {x: {cmd: x, outs: [out]}}\n");
    lock_names(MD5_1);
}

static void end(void)
{
    sync_close(&sync);
    help_sync_leave();
}

TestSuite(gc, .init = begin, .fini = end);

/* Opens the project as it is now and plans, of its box too where cloud is true. */
static enum status plan_how(bool cloud)
{
    sync_close(&sync);
    help_sync_open(&sync, cloud);
    gc = (struct gc){0};
    return gc_plan(&gc, &sync, &how, &err);
}

static enum status plan(size_t keep, bool cloud)
{
    how = (struct gc_how){.keep = keep};
    return plan_how(cloud);
}

static enum status plan_for(double grace_s, bool cloud)
{
    how = (struct gc_how){.keep = 1, .grace_s = grace_s};
    return plan_how(cloud);
}

/* Writes a manifest that names one object, as if long ago; returns its key. */
static const char *put_manifest(const char *md5, const char *key, time_t when)
{
    struct manifest_object o = {.key = key, .bytes = 2};
    struct manifest m = {.lock_bytes = 3, .object = &o, .n = 1};
    struct text out = {.mem = &mem};
    char sha256[SHA256_HEX];
    memcpy(o.md5, md5, MD5_HEX);
    digest_hex_of(DIGEST_SHA256, md5, 32, o.sha256);
    digest_hex_of(DIGEST_SHA256, md5, 31, m.lock_sha256);
    manifest_write(&m, &out);
    digest_hex_of(DIGEST_SHA256, out.p, out.n, sha256);
    const char *name = manifest_key(sha256, &mem);
    const char *lock = manifest_lock_key(m.lock_sha256, &mem);
    help_put_object("box", name, out.p);
    help_put_object("box", lock, "abc");
    struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};
    cr_assert_eq(utimensat(AT_FDCWD, file_join(&mem, "box", name), times, 0), 0);
    return name;
}

static bool in_box(const char *key)
{
    return file_exists(file_join(&mem, "box", key));
}

/* Three objects, and two files that are none. */
static void fill(const char *place)
{
    help_put_object(place, KEY_1, "1\n");
    help_put_object(place, KEY_2, "2\n");
    help_put_object(place, KEY_3, "3\n");
    help_put_object(place, "files/md5/b0/notes", "no object");
    help_put_object(place, "runs/ab/cd", "no object");
}

Test(gc, only_what_nothing_names_is_garbage)
{
    fill(".dvc/cache");
    help_write_text("data.dvc", "outs:\n- md5: " MD5_2 "\n  path: data\n");
    cr_assert_eq(plan(10, false), STATUS_OK, "%s", err.message);
    cr_assert_eq(gc.cache.names.n, 1);
    cr_expect_str_eq(gc.cache.names.v[0], ".dvc/cache/" KEY_3);
    cr_expect_eq(gc.cache.bytes, 2);
    cr_expect(file_exists(".dvc/cache/" KEY_3), "a plan deletes nothing");
    cr_assert_eq(gc_delete(&gc, &err), STATUS_OK, "%s", err.message);
    cr_expect_not(file_exists(".dvc/cache/" KEY_3));
    cr_expect(file_exists(".dvc/cache/files/md5/b0/notes"));
}

Test(gc, the_newest_manifests_keep_what_they_name)
{
    fill("box");
    const char *old = put_manifest(MD5_2, KEY_2, 1000000);
    const char *new = put_manifest(MD5_3, KEY_3, 2000000);
    cr_assert_eq(plan(1, true), STATUS_OK, "%s", err.message);
    cr_expect_eq(gc.objects.names.n, 1);
    cr_expect_eq(gc.manifests.names.n, 2, "the old manifest and its lock");
    cr_assert_eq(gc_delete(&gc, &err), STATUS_OK, "%s", err.message);
    cr_expect_not(in_box(KEY_2) || in_box(old));
    cr_expect(in_box(KEY_1) && in_box(KEY_3) && in_box(new));
    cr_expect(in_box("files/md5/b0/notes") && in_box("runs/ab/cd"));
}

Test(gc, manifests_go_before_what_they_name)
{
    help_put_object("box", KEY_2, "2\n");
    const char *old = put_manifest(MD5_2, KEY_2, 1000000);
    (void)put_manifest(MD5_3, KEY_3, 2000000);
    cr_assert_eq(plan(1, true), STATUS_OK, "%s", err.message);
    // Something that cannot be deleted takes the object's place.
    cr_assert_eq(unlink("box/" KEY_2) | mkdir("box/" KEY_2, 0755), 0);
    cr_expect_eq(gc_delete(&gc, &err), STATUS_ENVIRONMENT);
    cr_expect_not(in_box(old));
}

Test(gc, a_push_meanwhile_stops_it)
{
    help_put_object("box", KEY_2, "2\n");
    help_put_object(".dvc/cache", KEY_2, "2\n");
    cr_assert_eq(plan(1, true), STATUS_OK, "%s", err.message);
    cr_expect_eq(gc.objects.names.n, 1);
    (void)put_manifest(MD5_2, KEY_2, 1000000);
    cr_expect_eq(gc_delete(&gc, &err), STATUS_BUSY);
    cr_expect(in_box(KEY_2));
    cr_expect(file_exists(".dvc/cache/" KEY_2));
}

/* A notice that names one object, so long ago; returns its key. */
static const char *put_notice(bool is_gc, const char *key, time_t age_s)
{
    struct text out = {.mem = &mem};
    const char *name = notice_key(is_gc, 60, &mem);
    notice_write(&key, key ? 1 : 0, &out);
    help_put_object("box", name, out.p);
    struct timespec times[2] = {{.tv_sec = time(NULL) - age_s},
                                {.tv_sec = time(NULL) - age_s}};
    cr_assert_eq(utimensat(AT_FDCWD, file_join(&mem, "box", name), times, 0), 0);
    return name;
}

Test(gc, what_a_push_under_way_counts_on_stays)
{
    fill("box");
    const char *old = put_manifest(MD5_3, KEY_3, 1000000);
    const char *new = put_manifest(MD5_1, KEY_1, 2000000);
    const char *notice = put_notice(false, KEY_2, 30);
    const char *written = put_manifest(MD5_2, KEY_2, time(NULL) - 29);
    cr_assert_eq(plan(1, true), STATUS_OK, "%s", err.message);
    cr_assert_eq(gc_delete(&gc, &err), STATUS_OK, "%s", err.message);
    gc_withdraw(&gc, STATUS_OK);
    cr_expect(in_box(KEY_2) && in_box(notice) && in_box(written), "it may need them");
    cr_expect_not(in_box(KEY_3) || in_box(old) || in_box(new));
    cr_expect_eq(help_count("box/nightmill/notices"), 1, "its own is gone");
}

Test(gc, what_the_dead_said_counts_for_nothing)
{
    fill("box");
    (void)put_manifest(MD5_1, KEY_1, 2000000);
    const char *push = put_notice(false, KEY_2, 60 + 1800 + 10);
    const char *other = put_notice(true, KEY_1, 60 + 1800 + 10);
    cr_assert_eq(plan_for(7200, true), STATUS_OK, "%s", err.message);
    cr_expect_eq(gc.notices.names.n, 2);
    cr_assert_eq(gc_delete(&gc, &err), STATUS_OK, "%s", err.message);
    gc_withdraw(&gc, STATUS_OK);
    cr_expect_not(in_box(push) || in_box(other));
}

Test(gc, a_notice_that_cannot_be_read_stops_it)
{
    fill("box");
    help_put_object("box", NOTICE_FOLDER "later-version", "{\"format\": 9}");
    cr_expect_eq(plan(1, true), STATUS_INPUT);
    cr_expect_not_null(strstr(err.hint, "nothing was deleted"), "%s", err.hint);
}

Test(gc, young_objects_that_no_manifest_ever_named_stay_for_a_while)
{
    fill("box");
    (void)put_manifest(MD5_2, KEY_2, 1000000);
    (void)put_manifest(MD5_1, KEY_1, 2000000);
    cr_assert_eq(plan_for(7200, true), STATUS_OK, "%s", err.message);
    cr_expect_eq(gc.objects.names.n, 1, "2 was named, 3 may be on its way");
    cr_expect_str_eq(gc.objects.names.v[0], KEY_2);
    cr_expect_eq(gc.n_young, 1);
    struct timespec past[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    cr_assert_eq(utimensat(AT_FDCWD, "box/" KEY_3, past, 0), 0);
    cr_assert_eq(plan_for(7200, true), STATUS_OK, "%s", err.message);
    cr_expect_eq(gc.objects.names.n, 2);
}

static void shell(const char *command)
{
    cr_assert_eq(system(command), 0, "%s", command);
}

static bool any_has(const struct gc_texts *texts, const char *word)
{
    for (size_t i = 0; i < texts->n; i++)
        if (strstr(arena_copy(&mem, texts->v[i].p, texts->v[i].n), word))
            return true;
    return false;
}

Test(gc, the_history_of_every_branch_is_read)
{
    struct gc_texts texts = {0};
    if (system("git --version >/dev/null 2>&1") != 0)
        cr_skip_test("git is not installed");
    setenv("HOME", ".", 1);
    shell("g() { git -c user.name=n -c user.email=e -c commit.gpgsign=false \"$@\"; };"
          "git init -q && mkdir sub &&"
          "echo first >dvc.lock && echo dotted >sub/x.dvc && echo other >other &&"
          "git add -A . && g commit -qm 1 && git branch old && git checkout -q -b side &&"
          "echo side >dvc.lock && g commit -qam 2 && git checkout -q old &&"
          "echo second >dvc.lock && g commit -qam 3 &&"
          "g merge -q -s ours -m 4 side && git branch -q -D side && rm sub/x.dvc &&"
          "echo now >dvc.lock && echo here >sub/dvc.lock");
    cr_assert_eq(gc_history(&mem, &texts, &err), STATUS_OK, "%s", err.message);
    static const char *const words[] = {"first", "side", "second", "dotted"};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        cr_expect(any_has(&texts, words[i]), "%s", words[i]);
    cr_expect_not(any_has(&texts, "other"));
    cr_expect_not(any_has(&texts, "now"));
    texts.n = 0;
    cr_assert_eq(gc_workspace(&mem, &texts, &err), STATUS_OK, "%s", err.message);
    cr_expect_not(any_has(&texts, "now"), "sync.h has read the project's own");
    cr_expect_not(any_has(&texts, "dotted"));
    cr_expect(any_has(&texts, "here"));

    cr_assert_eq(chdir("sub"), 0); // a project in a folder of the repository
    texts.n = 0;
    cr_assert_eq(gc_history(&mem, &texts, &err), STATUS_OK, "%s", err.message);
    cr_expect(any_has(&texts, "dotted"));
    cr_expect_not(any_has(&texts, "first"));
    cr_assert_eq(chdir(".."), 0);

    shell("rm -rf .git/objects");
    cr_expect_eq(gc_history(&mem, &texts, &err), STATUS_ENVIRONMENT);
}

Test(gc, without_a_repository_there_is_no_history)
{
    struct gc_texts texts = {0};
    cr_assert_eq(gc_history(&mem, &texts, &err), STATUS_OK, "%s", err.message);
    cr_expect_eq(texts.n, 0);
    help_write_text("data.dvc", "outs: []\n");
    cr_assert_eq(gc_workspace(&mem, &texts, &err), STATUS_OK, "%s", err.message);
    cr_expect_eq(texts.n, 1);
}

Test(gc, what_dvc_yaml_names_no_more_is_garbage)
{
    fill(".dvc/cache");
    help_write_text("dvc.yaml", "stages: {y: {cmd: x, outs: [out]}}\n");
    cr_assert_eq(plan(10, false), STATUS_OK, "%s", err.message);
    cr_expect_eq(gc.cache.names.n, 3);
    help_write_text("dvc.yaml", "stages: {x: {cmd: x, wdir: sub, outs: [out]}}\n");
    cr_assert_eq(plan(10, false), STATUS_OK, "%s", err.message);
    cr_expect_eq(gc.cache.names.n, 2, "a stage that is not understood keeps what is its");
}

Test(gc, a_folder_of_an_older_commit_that_is_not_here_makes_it_refuse)
{
    help_put_object(".dvc/cache", KEY_1, "1\n");
    help_write_text("data.dvc", "deps:\n- md5: " MD5_2 ".dir\n"
                                "outs:\n- md5: " MD5_3 ".dir\n");
    cr_expect_eq(plan(10, false), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, MD5_3 ".dir"), "%s", err.message);
    cr_expect_not_null(strstr(err.hint, "--cloud"), "%s", err.hint);
    help_write_text("data.dvc", "deps:\n- md5: " MD5_2 ".dir\n");
    cr_expect_eq(plan(10, false), STATUS_OK, "%s", err.message);
}
