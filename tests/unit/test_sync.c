#include <criterion/criterion.h>

#include <unistd.h>

#include "help/help.h"
#include "help/sync.h"
#include "sync/manifest.h"
#include "sync/sync_pull.h"
#include "sync/sync_push.h"
#include "sync/sync_status.h"

static const char tree[] =
    "[{\"md5\": \"" MD5_1 "\", \"relpath\": \"a\"}, {\"md5\": \"" MD5_2
    "\", \"relpath\": \"sub/b\"}]";
static char tree_md5[MD5_HEX];
static const char *tree_key;

static void remove_object(const char *place, const char *key)
{
    cr_assert_eq(unlink(arena_format(&mem, "%s/%s", place, key)), 0, "%s", key);
}

/* A project of one stage: a folder of two files, and a file; a remote in the folder box.
 * */
static void begin(void)
{
    help_sync_enter();
    help_put("tree/a", "1\n");
    help_put("tree/sub/b", "2\n");
    help_write_text("count", "3\n");
    digest_hex_of(DIGEST_MD5, tree, strlen(tree), tree_md5);
    tree_key = arena_format(&mem, "files/md5/%.2s/%s.dir", tree_md5, tree_md5 + 2);
    help_put_object(".dvc/cache", KEY_1, "1\n");
    help_put_object(".dvc/cache", KEY_2, "2\n");
    help_put_object(".dvc/cache", KEY_3, "3\n");
    help_put_object(".dvc/cache", tree_key, tree);
    help_write_text("dvc.yaml", "stages:\n  x:\n    cmd: x\n    outs: [count, tree]\n");
    help_write_text("dvc.lock",
                    arena_format(&mem,
                                 LOCK_OUTS
                                 "    - path: count\n      hash: md5\n      md5: " MD5_3
                                 "\n"
                                 "      size: 2\n    - path: tree\n      hash: md5\n"
                                 "      md5: %s.dir\n      size: 4\n      nfiles: 2\n",
                                 tree_md5));
}

TestSuite(sync, .init = begin, .fini = help_sync_leave);

static void open_all(struct sync *sync, bool connect)
{
    help_sync_open(sync, connect);
    cr_assert_eq(sync_collect(sync, &err), STATUS_OK, "%s", err.message);
}

static enum status push_all(struct push *push)
{
    struct sync sync;
    *push = (struct push){0};
    open_all(&sync, true);
    enum status status = push_plan(push, &sync, &err);
    if (status == STATUS_OK)
        status = push_send(push, &err);
    sync_close(&sync);
    return status;
}

Test(sync, every_file_of_a_folder_is_an_object)
{
    struct sync sync;
    remove_object(".dvc/cache", KEY_2);
    open_all(&sync, false);
    cr_assert_eq(sync.n, 4);
    for (size_t i = 1; i < sync.n; i++)
        cr_expect_lt(strcmp(sync.object[i - 1].key, sync.object[i].key), 0);
    const struct sync_object *o = sync_find(&sync, KEY_1);
    cr_assert_not_null(o);
    cr_expect_str_eq(o->path, "tree/a");
    cr_expect(o->cached);
    cr_expect_eq(o->bytes, 2);
    o = sync_find(&sync, KEY_2);
    cr_expect_str_eq(o->path, "tree/sub/b");
    cr_expect_not(o->cached);
    cr_expect_eq(o->bytes, SYNC_UNKNOWN);
    o = sync_find(&sync, tree_key);
    cr_expect(o->folder);
    cr_expect_eq(o->bytes, strlen(tree));
    cr_expect_null(sync_find(&sync, "files/md5/00/00"));
    sync_close(&sync);
}

Test(sync, what_dvc_yaml_keeps_out_is_left_out)
{
    struct sync sync;
    help_write_text("dvc.yaml", "stages:\n  x:\n    cmd: x\n    outs:\n"
                                "    - count: {push: false}\n    - tree\n");
    open_all(&sync, false);
    cr_expect_eq(sync.n, 3);
    cr_expect_null(sync_find(&sync, KEY_3));
    sync_close(&sync);
}

Test(sync, what_dvc_yaml_names_no_more_does_not_count)
{
    struct sync sync;
    help_write_text("dvc.yaml", "stages:\n  x:\n    cmd: x\n    outs: [tree]\n");
    open_all(&sync, false);
    cr_expect_null(sync_find(&sync, KEY_3), "an output that its stage has lost");
    cr_expect_eq(sync.gone.n, 0);
    sync_close(&sync);
    help_write_text("dvc.yaml", "stages:\n  y:\n    cmd: x\n    outs: [tree, count]\n");
    open_all(&sync, false);
    cr_expect_eq(sync.n, 0);
    cr_assert_eq(sync.gone.n, 1);
    cr_expect_str_eq(sync.gone.v[0], "x");
    cr_expect_eq(sync_need_lock(&sync, &err), STATUS_OK);
    sync_close(&sync);
    cr_assert_eq(unlink("dvc.yaml"), 0);
    open_all(&sync, false);
    cr_expect_eq(sync_need_lock(&sync, &err), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, "dvc.yaml"));
    sync_close(&sync);
}

Test(sync, the_pointer_leads_to_every_object)
{
    struct push push;
    struct view bytes;
    struct manifest_name name;
    struct manifest manifest;
    cr_assert_eq(push_all(&push), STATUS_OK, "%s", err.message);
    cr_expect_eq(push.n_files + push.n_folders, 4);
    cr_expect_eq(push.n_records, 3);
    cr_assert_eq(file_read("box/" MANIFEST_POINTER, 1000, &mem, &bytes, &err), STATUS_OK);
    cr_assert_eq(manifest_parse_pointer("p", bytes, &name, &err), STATUS_OK);
    const char *path = arena_format(&mem, "box/%s", manifest_key(name.sha256, &mem));
    cr_assert_eq(file_read(path, 10000, &mem, &bytes, &err), STATUS_OK);
    char sha256[SHA256_HEX], md5[MD5_HEX];
    digest_hex_of(DIGEST_SHA256, bytes.p, bytes.n, sha256);
    cr_expect_str_eq(sha256, name.sha256);
    cr_assert_eq(manifest_parse("m", bytes, &mem, &manifest, &err), STATUS_OK);
    cr_assert_eq(manifest.n, 4);
    for (size_t i = 0; i < manifest.n; i++) {
        const struct manifest_object *o = &manifest.object[i];
        uint64_t n;
        path = arena_format(&mem, "box/%s", o->key);
        cr_assert_eq(digest_file(path, md5, sha256, &n, &err), STATUS_OK);
        cr_expect_str_eq(md5, o->md5);
        cr_expect_str_eq(sha256, o->sha256);
        cr_expect_eq(n, o->bytes);
    }
    path = arena_format(&mem, "box/%s", manifest_lock_key(manifest.lock_sha256, &mem));
    cr_expect_str_eq(help_read(path, NULL), help_read("dvc.lock", NULL));

    cr_assert_eq(push_all(&push), STATUS_OK, "%s", err.message);
    cr_expect_eq(push.n_files + push.n_folders + push.n_records, 0, "a second push");
    cr_expect_eq(push.n_present, 4);
}

/* A file in place of a folder makes a step fail; nothing behind that step may be there.
 * */
static const struct {
    const char *blocked;
    const char *absent[4];
} steps[] = {
    {"box/files/md5/26",
     {"box/nightmill/lock", "box/nightmill/manifests", "box/nightmill/latest.json", "@"}},
    {"@", {"box/nightmill/lock", "box/nightmill/manifests", "box/nightmill/latest.json"}},
    {"box/nightmill/lock", {"box/nightmill/manifests", "box/nightmill/latest.json"}},
    {"box/nightmill/manifests", {"box/nightmill/latest.json"}},
};

Test(sync, a_push_that_breaks_off_shows_nothing)
{
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        begin();
        struct push push;
        const char *of_tree = arena_format(&mem, "box/files/md5/%.2s", tree_md5);
        const char *blocked =
            strcmp(steps[i].blocked, "@") == 0 ? of_tree : steps[i].blocked;
        help_put(blocked, "in the way");
        cr_expect_eq(push_all(&push), STATUS_ENVIRONMENT, "row %zu", i);
        for (size_t k = 0; k < 4 && steps[i].absent[k]; k++) {
            const char *absent =
                strcmp(steps[i].absent[k], "@") == 0 ? of_tree : steps[i].absent[k];
            cr_expect_not(file_exists(absent), "row %zu: %s", i, absent);
        }
        cr_assert_eq(unlink(blocked), 0);
        cr_expect_eq(push_all(&push), STATUS_OK, "row %zu: %s", i, err.message);
        cr_expect(file_exists("box/" MANIFEST_POINTER));
    }
}

Test(sync, what_only_the_remote_has_gets_the_same_manifest)
{
    struct push push;
    struct sync sync;
    char first[SHA256_HEX];
    cr_assert_eq(push_all(&push), STATUS_OK, "%s", err.message);
    memcpy(first, push.name.sha256, sizeof(first));
    remove_object(".dvc/cache", KEY_1);
    remove_object(".dvc/cache", tree_key);
    cr_assert_eq(push_all(&push), STATUS_OK, "by the manifest before: %s", err.message);
    cr_expect_str_eq(push.name.sha256, first);
    remove_object("box", MANIFEST_POINTER);
    cr_assert_eq(push_all(&push), STATUS_OK, "by a download: %s", err.message);
    cr_expect_str_eq(push.name.sha256, first);
    open_all(&sync, false); // what was downloaded for it is gone again
    cr_expect_not(sync_find(&sync, tree_key)->cached);
    sync_close(&sync);
}

Test(sync, differences_are_found_by_length_and_by_every_byte)
{
    struct push push;
    struct sync sync;
    struct sync_differences d;
    cr_assert_eq(push_all(&push), STATUS_OK, "%s", err.message);
    help_put_object("box", KEY_1, "x\n"); // read-only, so that only its bytes tell
    help_put_object("box", KEY_2, "longer\n");
    remove_object("box", KEY_3);
    open_all(&sync, true);
    cr_assert_eq(sync_compare(&sync, false, &d, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(d.n, 2);
    cr_expect_str_eq(d.v[0].object->key, KEY_2);
    cr_expect_str_eq(d.v[0].expected, "2 bytes");
    cr_expect_str_eq(d.v[0].found, "7 bytes");
    cr_expect_str_eq(d.v[1].found, "nothing");
    cr_assert_eq(sync_compare(&sync, true, &d, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(d.n, 3);
    cr_expect_str_eq(d.v[2].object->path, "tree/a");
    cr_expect_str_eq(d.v[2].expected, "md5 " MD5_1);
    sync_close(&sync);
}

static enum status pull_all(struct pull *pull, bool force)
{
    struct sync sync;
    *pull = (struct pull){0};
    help_sync_open(&sync, false);
    enum status status = pull_plan(pull, &sync, force, &err);
    if (status == STATUS_OK)
        status = pull_fetch(pull, &err);
    if (status == STATUS_OK)
        status = pull_checkout(pull, &err);
    if (status == STATUS_OK)
        status = sync_faults(&sync, &err);
    sync_close(&sync);
    return status;
}

Test(sync, a_pull_brings_back_cache_and_workspace)
{
    struct push push;
    struct pull pull;
    static const char *const gone[] = {KEY_1, KEY_2, KEY_3};
    cr_assert_eq(push_all(&push), STATUS_OK, "%s", err.message);
    for (size_t i = 0; i < COUNT_OF(gone); i++)
        remove_object(".dvc/cache", gone[i]);
    remove_object(".dvc/cache", tree_key);
    cr_assert_eq(unlink("count") | unlink("tree/a") | unlink("tree/sub/b"), 0);
    cr_assert_eq(pull_all(&pull, false), STATUS_OK, "%s", err.message);
    cr_expect_eq(pull.n_fetched, 4);
    cr_expect_str_eq(help_read("count", NULL), "3\n");
    cr_expect_str_eq(help_read("tree/sub/b", NULL), "2\n");
    cr_assert_eq(pull_all(&pull, false), STATUS_OK, "%s", err.message);
    cr_expect_eq(pull.n_fetched + pull.n_changed, 0);
}

Test(sync, one_damaged_object_keeps_no_other_from_coming)
{
    struct push push;
    struct pull pull;
    cr_assert_eq(push_all(&push), STATUS_OK, "%s", err.message);
    help_put_object("box", KEY_1, "x\n");
    remove_object(".dvc/cache", KEY_1);
    remove_object(".dvc/cache", KEY_3);
    cr_assert_eq(unlink("count") | unlink("tree/a"), 0);
    cr_expect_eq(pull_all(&pull, false), STATUS_INPUT);
    cr_expect_not_null(strstr(err.message, KEY_1), "%s", err.message);
    cr_expect_not_null(strstr(err.message, "expected md5 " MD5_1), "%s", err.message);
    cr_expect_str_eq(err.loc.path, "tree/a");
    cr_expect_eq(pull.n_fetched, 1);
    cr_expect_str_eq(help_read("count", NULL), "3\n");
    cr_expect_not(file_exists("tree/a"));
    cr_expect_not(file_exists(".dvc/cache/" KEY_1));
}

Test(sync, work_that_no_cache_has_is_left_alone)
{
    struct push push;
    struct pull pull;
    cr_assert_eq(push_all(&push), STATUS_OK, "%s", err.message);
    help_write_text("tree/new", "mine\n");
    cr_expect_eq(pull_all(&pull, false), STATUS_INPUT);
    cr_expect_str_eq(err.loc.path, "tree/new");
    cr_expect_str_eq(help_read("tree/new", NULL), "mine\n");
    cr_expect_eq(pull_all(&pull, true), STATUS_OK, "%s", err.message);
    cr_expect_not(file_exists("tree/new"));
}
