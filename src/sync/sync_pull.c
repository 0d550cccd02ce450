/* Planning a pull, fetching, and putting outputs into the workspace.
 *
 * Objects of the cache are digested before they are trusted (the memo remembers them), so
 * that a damaged cache is mended by a pull instead of being spread. */
#define _GNU_SOURCE // syncfs
#include "sync/sync_pull.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dvc/dvc_file.h"
#include "file/file.h"
#include "track/dvc_watch.h"

/* Says that an object of the cache is damaged, and deletes it. */
static enum status drop_damaged(struct sync *sync, struct sync_object *o,
                                struct error *err)
{
    struct error warning = {0};
    o->cached = false;
    error_set(&warning, STATUS_INPUT, "the cache held other bytes as %s; %s",
              QUOTE(o->md5), sync->options->dry_run ? "it would be deleted" : "deleted");
    error_at(&warning, o->path, 0, 0);
    run_warn(sync->run, &warning);
    for (size_t i = 0; i < sync->n_outs; i++)
        if (strcmp(sync->out[i].md5, o->md5) == 0)
            sync->out[i].known = false;
    return sync->options->dry_run ? STATUS_OK
                                  : dvc_cache_remove(&sync->repo, o->md5, err);
}

static enum status check_cached(struct sync *sync, struct error *err)
{
    for (size_t i = 0; i < sync->n; i++) {
        struct sync_object *o = &sync->object[i];
        struct memo_file known;
        if (!o->cached)
            continue;
        TRY(memo_digest(sync->repo.memo, sync_cache_path(sync, o), false, &known, err));
        if (memcmp(known.md5, o->md5, MD5_HEX - 1) != 0)
            TRY(drop_damaged(sync, o, err));
    }
    return STATUS_OK;
}

/* True when the cache has everything. */
static bool complete(const struct sync *sync)
{
    for (size_t i = 0; i < sync->n; i++)
        if (!sync->object[i].cached)
            return false;
    return true;
}

static void fault_absent(struct sync *sync, const struct sync_object *o)
{
    struct error fault = {0};
    error_set(&fault, STATUS_INPUT, "object %s is not in the remote %s",
              QUOTE_PATH(o->key), QUOTE(remote_url(sync->remote)));
    error_hint(&fault, "'bin/push' where it still is in the cache, or '%s' here",
               dvc_maker(o->path, sync->run->mem));
    error_at(&fault, o->path, 0, 0);
    sync_fault(sync, &fault);
}

enum status pull_plan(struct pull *pull, struct sync *sync, bool force, struct error *err)
{
    pull->sync = sync;
    pull->force = force;
    TRY(sync_collect(sync, err));
    TRY(check_cached(sync, err));
    if (complete(sync))
        return STATUS_OK;
    TRY(sync_connect(sync, err));
    TRY(sync_collect(sync, err));
    TRY(check_cached(sync, err)); // files of folders that were not known before
    pull->wanted = ARENA_ARRAY(sync->run->mem, struct sync_object *, sync->n);
    for (size_t i = 0; i < sync->n; i++) {
        struct sync_object *o = &sync->object[i];
        if (o->cached)
            continue;
        if (!o->there) {
            fault_absent(sync, o);
            continue;
        }
        pull->wanted[pull->n_wanted++] = o;
        pull->bytes +=
            !o->folder && o->most < o->there->bytes ? o->most : o->there->bytes;
    }
    return STATUS_OK;
}

/* Fetches what stands in the batch's places. */
static enum status fetch_files(struct pull *pull, struct dvc_batch *batch,
                               struct error *err)
{
    struct sync *sync = pull->sync;
    struct transfer *v = ARENA_ARRAY(sync->run->mem, struct transfer, pull->n_wanted);
    struct sync_object **whose =
        ARENA_ARRAY(sync->run->mem, struct sync_object *, pull->n_wanted);
    size_t n = 0;
    for (size_t i = 0; i < pull->n_wanted; i++) {
        struct sync_object *o = pull->wanted[i];
        if (o->folder)
            continue;
        whose[n] = o;
        v[n] = (struct transfer){.key = o->key, .bounded = true, .most = o->most};
        v[n].root = dvc_batch_place(batch, o->md5, &v[n].path);
        memcpy(v[n++].md5, o->md5, MD5_HEX - 1);
    }
    sync->what = "pull";
    sync->done_bytes = 0;
    sync->total_bytes = pull->bytes;
    enum status status = sync_get(sync, v, n, err);
    for (size_t i = 0; i < n; i++) {
        if (!v[i].done)
            continue;
        dvc_batch_filled(batch, whose[i]->md5, v[i].sha256);
        whose[i]->cached = true;
        pull->n_fetched++;
    }
    return status;
}

/* Folders' objects came before, into memory. */
static enum status keep_folders(struct pull *pull, struct dvc_batch *batch,
                                struct error *err)
{
    for (size_t i = 0; i < pull->n_wanted; i++) {
        struct sync_object *o = pull->wanted[i];
        if (!o->folder || !o->body.p)
            continue;
        TRY(dvc_batch_bytes(batch, o->body, o->md5, err));
        o->cached = true;
        pull->n_fetched++;
    }
    return STATUS_OK;
}

enum status pull_fetch(struct pull *pull, struct error *err)
{
    if (pull->n_wanted == 0)
        return STATUS_OK;
    struct dvc_batch *batch = dvc_batch_begin(&pull->sync->repo, pull->sync->run->mem);
    enum status status = keep_folders(pull, batch, err);
    if (status == STATUS_OK)
        status = fetch_files(pull, batch, err);
    // What came before a failure stays: the next pull goes on from there.
    struct error late = {0};
    enum status committed = dvc_batch_commit(batch, &late);
    if (status == STATUS_OK && committed != STATUS_OK) {
        *err = late;
        status = committed;
    }
    dvc_batch_release(batch);
    return status;
}

static bool object_cached(const struct sync *sync, const char *md5)
{
    const struct sync_object *o = sync_find(sync, dvc_cache_key(md5, sync->run->scratch));
    return o && o->cached;
}

/* True when the cache has all of an output. */
static bool out_cached(const struct sync *sync, const struct sync_out *out)
{
    bool all = object_cached(sync, out->md5) && (!out->folder || out->known);
    for (size_t i = 0; all && out->folder && i < out->dir.n; i++)
        all = object_cached(sync, out->dir.child[i].md5);
    return all;
}

/* Finds a file of a folder in the workspace that would be lost. */
static enum status lost_in_folder(struct sync *sync, const struct sync_out *out,
                                  const char **ret, struct error *err)
{
    struct dvc_dir now = {0};
    TRY(dvc_dir_scan(out->path, sync->repo.memo, sync->run->mem, &now, err));
    for (size_t i = 0; i < now.n; i++)
        if (!dvc_cache_has(&sync->repo, now.child[i].md5, UINT64_MAX)) {
            *ret = file_join(sync->run->mem, out->path, now.child[i].relpath);
            return STATUS_OK;
        }
    return STATUS_OK;
}

/* Finds a file of the workspace that the checkout would replace and no cache has. */
static enum status find_lost(struct sync *sync, const struct sync_out *out,
                             const char **ret, struct error *err)
{
    struct stat st;
    struct memo_file now;
    *ret = NULL;
    if (stat(out->path, &st) < 0)
        return STATUS_OK;
    if (S_ISDIR(st.st_mode))
        return lost_in_folder(sync, out, ret, err);
    TRY(memo_digest(sync->repo.memo, out->path, false, &now, err));
    if (!dvc_cache_has(&sync->repo, now.md5, UINT64_MAX))
        *ret = out->path;
    return STATUS_OK;
}

static void fault_lost(struct sync *sync, const char *path)
{
    struct error fault = {0};
    error_set(&fault, STATUS_INPUT,
              "%s is neither what " SYNC_LOCK " says nor in the cache; it was left alone",
              QUOTE_PATH(path));
    error_hint(&fault, "'bin/track' with its pipeline keeps it; 'bin/pull --force' "
                       "replaces or deletes it");
    error_at(&fault, path, 0, 0);
    sync_fault(sync, &fault);
}

/* Links that lead nowhere hold nobody's work. */
static enum status clear_way(struct sync *sync, const struct sync_out *out,
                             struct error *err)
{
    struct dvc_watch watch = {0};
    TRY(dvc_watch_add(&watch, out->path, sync->run->mem, err));
    return dvc_watch_unlink_dangling(&watch, err);
}

/* Tells of a link that would lead the output out of the project.  One in place of a file
 * is replaced, which --force is for. */
static bool leads_away(struct sync *sync, const struct sync_out *out)
{
    struct error fault = {0};
    const char *path = out->folder ? out->path : file_folder(sync->run->mem, out->path);
    if (strcmp(path, ".") == 0 || beneath_check(&beneath_here, path, &fault) == STATUS_OK)
        return false;
    sync_fault(sync, &fault);
    return true;
}

enum status pull_checkout(struct pull *pull, struct error *err)
{
    struct sync *sync = pull->sync;
    for (size_t i = 0; i < sync->n_outs; i++) {
        const struct sync_out *out = &sync->out[i];
        const char *lost = NULL;
        if (!out_cached(sync, out))
            continue;
        TRY(clear_way(sync, out, err));
        if (leads_away(sync, out))
            continue;
        if (!pull->force)
            TRY(find_lost(sync, out, &lost, err));
        if (lost) {
            fault_lost(sync, lost);
            continue;
        }
        size_t changed = 0;
        TRY(dvc_checkout(&sync->repo, out->path, out->md5, out->executable,
                         sync->run->mem, &changed, err));
        pull->n_changed += changed;
    }
    // One sync for all that was put in place: success means that it is on disk.
    if (pull->n_changed > 0 && beneath_sync(&beneath_here, ".", syncfs) < 0)
        return file_failed("sync", ".", err);
    return STATUS_OK;
}
