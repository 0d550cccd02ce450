/* Listing files by what a directory entry and lstat tell. */
#include "track/dvc_watch.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/beneath.h"
#include "file/file.h"

static void keep(struct dvc_watch *watch, const char *path, const struct stat *st,
                 struct arena *mem)
{
    struct stat target;
    ARENA_ROOM(mem, watch->v, watch->n, watch->cap, 16);
    watch->v[watch->n++] = (struct dvc_watched){
        .file = published_of(path, st),
        .ctime_ns = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec,
        .dangling = S_ISLNK(st->st_mode) && stat(path, &target) < 0,
    };
}

static enum status list(struct dvc_watch *watch, const char *folder, struct arena *mem,
                        struct error *err);

static enum status look_at(struct dvc_watch *watch, const char *path, bool follow,
                           struct arena *mem, struct error *err)
{
    struct stat st;
    bool found = (follow && stat(path, &st) == 0) || lstat(path, &st) == 0;
    if (!found && errno != ENOENT && errno != ENOTDIR)
        return file_failed("look at", path, err);
    if (found && S_ISDIR(st.st_mode))
        return list(watch, path, mem, err);
    if (found)
        keep(watch, path, &st, mem);
    return STATUS_OK;
}

static enum status list(struct dvc_watch *watch, const char *folder, struct arena *mem,
                        struct error *err)
{
    enum status status = STATUS_OK;
    struct dirent *entry;
    DIR *dir = opendir(folder);
    if (!dir)
        return errno == ENOENT ? STATUS_OK : file_failed("list", folder, err);
    while (status == STATUS_OK && (errno = 0, entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status =
                look_at(watch, file_join(mem, folder, entry->d_name), false, mem, err);
    if (status == STATUS_OK && errno != 0)
        status = file_failed("list", folder, err);
    closedir(dir);
    return status;
}

static int by_path(const void *a, const void *b)
{
    const struct dvc_watched *x = a, *y = b;
    return strcmp(x->file.path, y->file.path);
}

enum status dvc_watch_add(struct dvc_watch *watch, const char *path, struct arena *mem,
                          struct error *err)
{
    TRY(look_at(watch, path, true, mem, err));
    if (watch->n > 0)
        qsort(watch->v, watch->n, sizeof(*watch->v), by_path);
    return STATUS_OK;
}

enum status dvc_watch_unlink_dangling(const struct dvc_watch *watch, struct error *err)
{
    for (size_t i = 0; i < watch->n; i++) {
        const char *path = watch->v[i].file.path;
        // One that another link leads to is not ours to remove.
        if (watch->v[i].dangling && beneath_remove(&beneath_here, path, 0) < 0 &&
            errno != ENOENT && errno != ELOOP)
            return beneath_failed("remove", &beneath_here, path, err);
    }
    return STATUS_OK;
}

const struct dvc_watched *dvc_watch_find(const struct dvc_watch *watch, const char *path)
{
    const struct dvc_watched key = {.file = {.path = path}};
    return watch->n > 0 ? bsearch(&key, watch->v, watch->n, sizeof(key), by_path) : NULL;
}

bool dvc_watched_same(const struct dvc_watched *a, const struct dvc_watched *b)
{
    return published_same(&a->file, &b->file) && a->ctime_ns == b->ctime_ns;
}

bool dvc_path_is_below(const char *path, const char *above)
{
    size_t n = strlen(above);
    return strncmp(path, above, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* The first of a's below the path that b has not, or has otherwise. */
static const char *differs(const struct dvc_watch *a, const struct dvc_watch *b,
                           const char *path)
{
    for (size_t i = 0; i < a->n; i++) {
        const char *own = a->v[i].file.path;
        if (!dvc_path_is_below(own, path))
            continue;
        const struct dvc_watched *other = dvc_watch_find(b, own);
        if (!other || !dvc_watched_same(&a->v[i], other))
            return own;
    }
    return NULL;
}

const char *dvc_watch_differs(const struct dvc_watch *a, const struct dvc_watch *b,
                              const char *path)
{
    const char *found = differs(a, b, path);
    return found ? found : differs(b, a, path);
}
