/* Finding and deleting garbage. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ship/gc_part.h"
#include "ship/manifest.h"

static void waste(struct gc *gc, struct gc_garbage *g, const char *name, uint64_t bytes)
{
    gc_names_add(&g->names, name, gc->sync->run->mem);
    g->bytes += bytes;
}

/* One file of a folder below files/md5/; folder is that folder's name. */
static enum status look_at(struct gc *gc, const char *folder, const char *name,
                           struct error *err UNUSED)
{
    const char *md5 = arena_format(gc->sync->run->mem, "%s%s", folder, name);
    struct stat st;
    if (!gc_names_have(&gc->kept, md5) && dvc_cache_stat(&gc->sync->repo, md5, &st) &&
        !S_ISDIR(st.st_mode))
        waste(gc, &gc->cache, md5, (uint64_t)st.st_size);
    return STATUS_OK;
}

typedef enum status look(struct gc *gc, const char *folder, const char *name,
                         struct error *err);

/* Calls act for every entry of a folder of the cache; a missing folder has none, and a
 * link there is refused: what it leads to is not the cache's to delete. */
static enum status each_entry(struct gc *gc, const char *path, const char *folder,
                              look *act, struct error *err)
{
    const struct beneath *store = &gc->sync->repo.store;
    DIR *dir = beneath_list(store, path);
    if (!dir)
        return errno == ENOENT || errno == ENOTDIR
                   ? STATUS_OK
                   : beneath_failed("list", store, path, err);
    enum status status = STATUS_OK;
    struct dirent *entry;
    while (status == STATUS_OK && (errno = 0, entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            status = act(gc, folder, entry->d_name, err);
    if (status == STATUS_OK && errno)
        status = beneath_failed("list", store, path, err);
    closedir(dir);
    return status;
}

static enum status look_below(struct gc *gc, const char *folder UNUSED, const char *name,
                              struct error *err)
{
    if (strlen(name) != 2)
        return STATUS_OK;
    const char *path = arena_format(gc->sync->run->mem, "files/md5/%s", name);
    enum status status = each_entry(gc, path, name, look_at, err);
    errno = 0;
    return status;
}

/* Newest first; of the same time by key. */
static int by_age(const void *a, const void *b)
{
    const struct remote_object *const *x = a, *const *y = b;
    int order = strcmp((*y)->modified, (*x)->modified);
    return order ? order : strcmp((*y)->key, (*x)->key);
}

/* Keeps what one manifest names. */
static enum status keep_manifest(struct gc *gc, const char *key, struct gc_names *locks,
                                 struct error *err)
{
    struct sync *sync = gc->sync;
    struct arena *mem = sync->run->mem;
    struct manifest m = {0};
    struct view bytes;
    TRY(sync_read(sync, key, manifest_sha256_of_key(key, mem), &bytes, err));
    TRY(manifest_parse(key, bytes, mem, &m, err));
    for (size_t i = 0; i < m.n; i++)
        gc_keep(gc, manifest_md5_of_key(m.object[i].key, mem));
    gc_names_add(locks, manifest_lock_key(m.lock_sha256, mem), mem);
    return STATUS_OK;
}

/* The key of the manifest that the pointer names, or "". */
static enum status read_pointer(struct gc *gc, const char **ret, struct error *err)
{
    struct sync *sync = gc->sync;
    struct manifest_name name;
    struct view bytes;
    *ret = "";
    if (!remote_objects_find(&sync->others, MANIFEST_POINTER))
        return STATUS_OK;
    TRY(sync_read(sync, MANIFEST_POINTER, NULL, &bytes, err));
    TRY(manifest_parse_pointer(MANIFEST_POINTER, bytes, &name, err));
    *ret = manifest_key(name.sha256, sync->run->mem);
    return STATUS_OK;
}

/* Keeps the newest manifests and what they name; the others, and copies of dvc.lock that
 * none of them names, are garbage. */
static enum status plan_manifests(struct gc *gc, const struct gc_how *how,
                                  struct error *err)
{
    struct sync *sync = gc->sync;
    struct arena *mem = sync->run->mem;
    const struct remote_object **v =
        ARENA_ARRAY(mem, const struct remote_object *, sync->others.n);
    struct gc_names locks = {0};
    const char *latest;
    size_t n = 0;
    TRY(read_pointer(gc, &latest, err));
    for (size_t i = 0; i < sync->others.n; i++)
        if (manifest_sha256_of_key(sync->others.v[i].key, mem))
            v[n++] = &sync->others.v[i];
    if (n)
        qsort(v, n, sizeof(*v), by_age);
    size_t others = latest[0] ? how->keep - 1 : how->keep;
    for (size_t i = 0; i < n; i++) {
        bool is_latest = strcmp(v[i]->key, latest) == 0;
        if (is_latest || others > 0)
            TRY(keep_manifest(gc, v[i]->key, &locks, err));
        else
            waste(gc, &gc->manifests, v[i]->key, v[i]->bytes);
        if (!is_latest && others > 0)
            others--;
    }
    gc_names_settle(&locks);
    for (size_t i = 0; i < sync->others.n; i++) {
        const struct remote_object *o = &sync->others.v[i];
        if (manifest_lock_of_key(o->key, mem) && !gc_names_have(&locks, o->key))
            waste(gc, &gc->manifests, o->key, o->bytes);
    }
    return STATUS_OK;
}

enum status gc_plan(struct gc *gc, struct sync *sync, const struct gc_how *how,
                    struct error *err)
{
    struct arena *mem = sync->run->mem;
    gc->sync = sync;
    TRY(gc_keep_project(gc, how, err));
    gc_names_settle(&gc->kept);
    TRY(each_entry(gc, "files/md5", "", look_below, err));
    if (!sync->remote)
        return STATUS_OK;
    TRY(plan_manifests(gc, how, err));
    gc_names_settle(&gc->kept);
    for (size_t i = 0; i < sync->objects.n; i++) {
        const struct remote_object *o = &sync->objects.v[i];
        const char *md5 = manifest_md5_of_key(o->key, mem);
        if (md5 && !gc_names_have(&gc->kept, md5))
            waste(gc, &gc->objects, o->key, o->bytes);
    }
    return STATUS_OK;
}

/* A push that went on meanwhile may count on what is about to be deleted. */
static enum status check_unchanged(struct gc *gc, struct error *err)
{
    struct sync *sync = gc->sync;
    struct remote_objects now = {0};
    TRY(remote_list(sync->remote, "nightmill/", sync->run->mem, &now, err));
    bool same = now.n == sync->others.n;
    for (size_t i = 0; same && i < now.n; i++)
        same = strcmp(now.v[i].key, sync->others.v[i].key) == 0 &&
               strcmp(now.v[i].etag, sync->others.v[i].etag) == 0 &&
               strcmp(now.v[i].modified, sync->others.v[i].modified) == 0;
    if (same)
        return STATUS_OK;
    error_set(err, STATUS_BUSY, "somebody pushed to %s meanwhile; nothing was deleted",
              QUOTE(remote_url(sync->remote)));
    error_hint(err, "try again when the push is done");
    return STATUS_BUSY;
}

static enum status delete_remote(struct gc *gc, struct error *err)
{
    struct sync *sync = gc->sync;
    struct arena *mem = sync->run->mem;
    TRY(check_unchanged(gc, err));
    TRY(remote_delete(sync->remote, gc->manifests.names.v, gc->manifests.names.n, mem,
                      err));
    return remote_delete(sync->remote, gc->objects.names.v, gc->objects.names.n, mem,
                         err);
}

enum status gc_delete(struct gc *gc, struct error *err)
{
    if (gc->sync->remote) {
        remote_sweep(gc->sync->remote);
        TRY(delete_remote(gc, err));
    }
    for (size_t i = 0; i < gc->cache.names.n; i++)
        TRY(dvc_cache_remove(&gc->sync->repo, gc->cache.names.v[i], err));
    return STATUS_OK;
}
