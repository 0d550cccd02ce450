/* Finding and deleting garbage.
 *
 * Names are collected from texts by their shape alone: 32 hex digits, with ".dir" behind
 * for a folder, whose object then gives the names of its files.  A dependency's names may
 * be those of objects, but no cache needs to have them. */
#include "ship/gc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ship/gc_history.h"
#include "ship/manifest.h"

static const char **grown(struct arena *mem, const char **v, size_t n, size_t *cap)
{
    if (n < *cap)
        return v;
    size_t more = *cap ? 2 * *cap : 256;
    v = arena_grow(mem, v, *cap * sizeof(*v), more * sizeof(*v));
    *cap = more;
    return v;
}

static void add_name(struct gc_names *k, const char *name, struct arena *mem)
{
    k->v = grown(mem, k->v, k->n, &k->cap);
    k->v[k->n++] = name;
}

static void keep(struct gc *gc, const char *name)
{
    add_name(&gc->kept, name, gc->sync->run->mem);
}

static void waste(struct gc *gc, struct gc_garbage *g, const char *name, uint64_t bytes)
{
    g->name = grown(gc->sync->run->mem, g->name, g->n, &g->cap);
    g->name[g->n++] = name;
    g->bytes += bytes;
}

static int by_text(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static void settle(struct gc_names *k)
{
    size_t n = 0;
    if (k->n)
        qsort(k->v, k->n, sizeof(*k->v), by_text);
    for (size_t i = 0; i < k->n; i++)
        if (n == 0 || strcmp(k->v[n - 1], k->v[i]) != 0)
            k->v[n++] = k->v[i];
    k->n = n;
}

static bool is_kept(const struct gc *gc, const char *name)
{
    const struct gc_names *k = &gc->kept;
    return k->n && bsearch(&name, k->v, k->n, sizeof(*k->v), by_text);
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_';
}

/* Adds everything in a line that has the shape of an object's name. */
static void find_in_line(struct view line, struct gc_names *ret, struct arena *mem)
{
    for (size_t i = 0; i < line.n;) {
        size_t end = i;
        while (end < line.n && is_word(line.p[end]))
            end++;
        if (end - i == MD5_HEX - 1) {
            bool folder = line.n - end >= 4 && memcmp(line.p + end, ".dir", 4) == 0;
            const char *name = arena_copy(mem, line.p + i, end - i + (folder ? 4 : 0));
            if (digest_is_object(name))
                add_name(ret, name, mem);
        }
        i = end + 1;
    }
}

/* Adds the names in a file; those below `deps:` apart, for no cache needs to have them.
 * */
static void find_names(struct view text, struct gc_names *outs, struct gc_names *deps,
                       struct arena *mem)
{
    struct gc_names *where = outs;
    for (size_t i = 0; i < text.n;) {
        const char *newline = memchr(text.p + i, '\n', text.n - i);
        size_t n = newline ? (size_t)(newline - text.p) - i : text.n - i;
        struct view line = view_trim((struct view){text.p + i, n});
        if (view_is(line, "deps:"))
            where = deps;
        else if (view_is(line, "outs:"))
            where = outs;
        find_in_line(line, where, mem);
        i += n + 1;
    }
}

static bool is_folder(const char *name)
{
    return strlen(name) > MD5_HEX - 1;
}

static void keep_children(struct gc *gc, const struct dvc_dir *dir)
{
    for (size_t i = 0; i < dir->n; i++)
        keep(gc, dir->child[i].md5);
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
            add_name(missing, name, sync->run->mem);
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
    settle(names);
    for (size_t i = 0; i < names->n; i++)
        keep(gc, names->v[i]);
    TRY(keep_cached(gc, names, &missing, err));
    TRY(keep_remote(gc, &missing, &lost, err));
    return hint && lost > 0 ? refuse(missing.v[0], "no cache has its object", hint, err)
                            : STATUS_OK;
}

static enum status keep_project(struct gc *gc, const struct gc_how *how,
                                struct error *err)
{
    const struct sync *sync = gc->sync;
    struct arena *mem = sync->run->mem;
    struct gc_names now = {0}, outs = {0}, deps = {0};
    struct gc_texts texts = {0};
    for (size_t i = 0; i < sync->n_outs; i++)
        add_name(&now, sync->out[i].md5, mem);
    TRY(keep_names(gc, &now, bring_back, err));
    TRY(gc_workspace(mem, &texts, err));
    if (!how->workspace)
        TRY(gc_history(mem, &texts, err));
    for (size_t i = 0; i < texts.n; i++)
        find_names(texts.v[i], &outs, &deps, mem);
    // What an older commit needs and not even the remote has is lost to everybody.
    TRY(keep_names(gc, &outs, sync->remote ? NULL : leave_out, err));
    return keep_names(gc, &deps, NULL, err);
}

static enum status look_at(struct gc *gc, const char *folder, const char *name,
                           struct error *err)
{
    struct arena *mem = gc->sync->run->mem;
    const char *md5 = arena_format(mem, "%s%s", file_name(folder), name);
    struct stat st;
    if (!digest_is_object(md5) || is_kept(gc, md5))
        return STATUS_OK;
    const char *path = file_join(mem, folder, name);
    if (lstat(path, &st) < 0)
        return errno == ENOENT ? STATUS_OK : file_failed("read", path, err);
    if (!S_ISDIR(st.st_mode))
        waste(gc, &gc->cache, path, (uint64_t)st.st_size);
    return STATUS_OK;
}

typedef enum status look(struct gc *gc, const char *folder, const char *name,
                         struct error *err);

/* Calls act for every entry of a folder; a missing folder has none. */
static enum status each_entry(struct gc *gc, const char *folder, look *act,
                              struct error *err)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT || errno == ENOTDIR ? STATUS_OK
                                                   : file_failed("list", folder, err);
    enum status status = STATUS_OK;
    struct dirent *entry;
    while (status == STATUS_OK && (errno = 0, entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            status = act(gc, folder, entry->d_name, err);
    if (status == STATUS_OK && errno)
        status = file_failed("list", folder, err);
    closedir(dir);
    return status;
}

static enum status look_below(struct gc *gc, const char *folder, const char *name,
                              struct error *err)
{
    if (strlen(name) != 2)
        return STATUS_OK;
    enum status status =
        each_entry(gc, file_join(gc->sync->run->mem, folder, name), look_at, err);
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
        keep(gc, manifest_md5_of_key(m.object[i].key, mem));
    add_name(locks, manifest_lock_key(m.lock_sha256, mem), mem);
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
    settle(&locks);
    for (size_t i = 0; i < sync->others.n; i++) {
        const struct remote_object *o = &sync->others.v[i];
        if (manifest_lock_of_key(o->key, mem) &&
            !(locks.n && bsearch(&o->key, locks.v, locks.n, sizeof(*locks.v), by_text)))
            waste(gc, &gc->manifests, o->key, o->bytes);
    }
    return STATUS_OK;
}

enum status gc_plan(struct gc *gc, struct sync *sync, const struct gc_how *how,
                    struct error *err)
{
    struct arena *mem = sync->run->mem;
    gc->sync = sync;
    TRY(keep_project(gc, how, err));
    settle(&gc->kept);
    TRY(each_entry(gc, file_join(mem, sync->repo.cache, "files/md5"), look_below, err));
    if (!sync->remote)
        return STATUS_OK;
    TRY(plan_manifests(gc, how, err));
    settle(&gc->kept);
    for (size_t i = 0; i < sync->objects.n; i++) {
        const struct remote_object *o = &sync->objects.v[i];
        const char *md5 = manifest_md5_of_key(o->key, mem);
        if (md5 && !is_kept(gc, md5))
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
    TRY(remote_delete(sync->remote, gc->manifests.name, gc->manifests.n, mem, err));
    return remote_delete(sync->remote, gc->objects.name, gc->objects.n, mem, err);
}

enum status gc_delete(struct gc *gc, struct error *err)
{
    if (gc->sync->remote)
        TRY(delete_remote(gc, err));
    for (size_t i = 0; i < gc->cache.n; i++)
        if (unlink(gc->cache.name[i]) < 0 && errno != ENOENT)
            return file_failed("delete", gc->cache.name[i], err);
    return STATUS_OK;
}
