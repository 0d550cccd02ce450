/* Finding and deleting garbage: the cache here, a remote in gc_remote.c. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/gc_internal.h"
#include "sync/manifest.h"

void gc_waste(struct gc *gc, struct gc_garbage *g, const char *name, uint64_t bytes)
{
    gc_names_add(&g->names, name, gc->sync->run->mem);
    g->bytes += bytes;
}

/* One file of a folder below files/md5/; folder is that folder's name. */
static enum status look_at(struct gc *gc, const char *folder, const char *name,
                           struct error *err UNUSED)
{
    struct arena *mem = gc->sync->run->mem;
    const char *md5 = arena_format(mem, "%s%s", folder, name);
    struct stat st;
    if (!gc_names_have(&gc->kept, md5) && dvc_cache_stat(&gc->sync->repo, md5, &st) &&
        !S_ISDIR(st.st_mode))
        gc_waste(gc, &gc->cache, dvc_cache_path(&gc->sync->repo, md5, mem),
                 (uint64_t)st.st_size);
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

enum status gc_plan(struct gc *gc, struct sync *sync, const struct gc_how *how,
                    struct error *err)
{
    *gc = (struct gc){.sync = sync,
                      .how = how,
                      .notice = gc->notice,
                      .alone = gc->alone,
                      .noticed_s = gc->noticed_s};
    TRY(gc_keep_project(gc, how, err));
    gc_names_settle(&gc->kept);
    TRY(each_entry(gc, "files/md5", "", look_below, err));
    return sync->remote ? gc_plan_remote(gc, err) : STATUS_OK;
}

enum status gc_delete(struct gc *gc, struct error *err)
{
    if (gc->sync->remote) {
        remote_clear(gc->sync->remote);
        TRY(gc_delete_remote(gc, err));
    }
    const struct dvc_repo *repo = &gc->sync->repo;
    for (size_t i = 0; i < gc->cache.names.n; i++) {
        const char *key = gc->cache.names.v[i] + strlen(repo->cache) + 1;
        TRY(dvc_cache_remove(repo, manifest_md5_of_key(key, gc->sync->run->mem), err));
    }
    return STATUS_OK;
}
