/* What a project needs: its workspace, and every commit of it. */
#include <string.h>

#include "sync/gc_history.h"
#include "sync/gc_internal.h"

void gc_keep(struct gc *gc, const char *name)
{
    gc_names_add(&gc->kept, name, gc->sync->run->mem);
}

static bool is_folder(const char *name)
{
    return strlen(name) > MD5_HEX - 1;
}

static void keep_children(struct gc *gc, const struct dvc_dir *dir)
{
    for (size_t i = 0; i < dir->n; i++)
        gc_keep(gc, dir->child[i].md5);
}

/* Says which folder decides over files that nobody knows. */
static enum status refuse(const char *name, const char *why, const char *hint,
                          struct error *err)
{
    char found[sizeof(err->message)];
    memcpy(found, err->message, sizeof(found));
    error_set(err, STATUS_INPUT, "cannot tell which files folder %s needs: %.200s",
              QUOTE_PATH(name), why ? why : found);
    error_hint(err, "nothing was deleted; %s", hint);
    return STATUS_INPUT;
}

static const char bring_back[] = "'bin/pull' or 'make train' brings it back";
static const char leave_out[] = "--cloud looks into the remote, --workspace leaves older "
                                "commits out";

/* Adds the files of the folders that the cache has; the others go into missing. */
static enum status keep_cached(struct gc *gc, const struct gc_names *names,
                               struct gc_names *missing, struct error *err)
{
    struct sync *sync = gc->sync;
    for (size_t i = 0; i < names->n; i++) {
        const char *name = names->v[i];
        struct dvc_dir dir = {0};
        if (!is_folder(name))
            continue;
        if (!dvc_cache_has(&sync->repo, name, UINT64_MAX)) {
            gc_names_add(missing, name, sync->run->mem);
            continue;
        }
        if (dvc_cache_dir(&sync->repo, name, sync->run->mem, &dir, err) != STATUS_OK)
            return refuse(name, NULL, bring_back, err);
        keep_children(gc, &dir);
    }
    return STATUS_OK;
}

static const char *first_missing(const struct transfer *v, size_t n)
{
    size_t i = 0;
    while (i + 1 < n && v[i].done)
        i++;
    return v[i].key;
}

/* Adds the files of folders that only the remote has; *ret_lost: nobody has them. */
static enum status keep_remote(struct gc *gc, const struct gc_names *missing,
                               size_t *ret_lost, struct error *err)
{
    struct sync *sync = gc->sync;
    struct arena *mem = sync->run->mem;
    struct transfer *v = ARENA_ARRAY(mem, struct transfer, missing->n);
    size_t n = 0;
    for (size_t i = 0; i < missing->n; i++) {
        const char *key = dvc_cache_key(missing->v[i], mem);
        if (!sync->remote || !remote_objects_find(&sync->objects, key))
            continue;
        v[n].key = key;
        memcpy(v[n++].md5, missing->v[i], MD5_HEX - 1);
    }
    *ret_lost = missing->n - n;
    if (n == 0)
        return STATUS_OK;
    enum status status = remote_get(sync->remote, v, n, mem, err);
    if (status != STATUS_OK)
        return status == STATUS_INPUT ? refuse(first_missing(v, n), NULL, bring_back, err)
                                      : status;
    for (size_t i = 0; i < n; i++) {
        struct dvc_dir dir = {0};
        if (dvc_dir_parse(v[i].key, v[i].body, mem, &dir, err) != STATUS_OK)
            return refuse(v[i].key, NULL, bring_back, err);
        keep_children(gc, &dir);
    }
    return STATUS_OK;
}

/* Keeps these names and the files of those that are folders.  hint: what to do when a
 * folder's object is nowhere; NULL: then it needs none. */
static enum status keep_names(struct gc *gc, struct gc_names *names, const char *hint,
                              struct error *err)
{
    struct gc_names missing = {0};
    size_t lost;
    gc_names_settle(names);
    for (size_t i = 0; i < names->n; i++)
        gc_keep(gc, names->v[i]);
    TRY(keep_cached(gc, names, &missing, err));
    TRY(keep_remote(gc, &missing, &lost, err));
    return hint && lost > 0 ? refuse(missing.v[0], "no cache has its object", hint, err)
                            : STATUS_OK;
}

/* True for a stage that dvc.yaml does not have any more: DVC keeps nothing for it. */
static bool is_gone(const struct sync *sync, const char *stage)
{
    for (size_t i = 0; i < sync->gone.n; i++)
        if (strcmp(sync->gone.v[i], stage) == 0)
            return true;
    return false;
}

enum status gc_keep_project(struct gc *gc, const struct gc_how *how, struct error *err)
{
    const struct sync *sync = gc->sync;
    struct arena *mem = sync->run->mem;
    struct gc_names now = {0}, outs = {0}, deps = {0};
    struct gc_texts texts = {0};
    for (size_t i = 0; i < sync->n_outs; i++)
        gc_names_add(&now, sync->out[i].md5, mem);
    TRY(keep_names(gc, &now, bring_back, err));
    for (size_t i = 0; i < sync->lock.n; i++)
        if (!is_gone(sync, sync->lock.record[i].name))
            gc_names_find(sync->lock.record[i].text, &outs, &deps, mem);
    TRY(gc_workspace(mem, &texts, err));
    if (!how->workspace)
        TRY(gc_history(mem, &texts, err));
    for (size_t i = 0; i < texts.n; i++)
        gc_names_find(texts.v[i], &outs, &deps, mem);
    // What an older commit needs and not even the remote has is lost to everybody.
    TRY(keep_names(gc, &outs, sync->remote ? NULL : leave_out, err));
    return keep_names(gc, &deps, NULL, err);
}
