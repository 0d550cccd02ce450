/* A remote in a folder: objects are files named by their keys, as DVC's own local remotes
 * have them.
 *
 * An object is copied to nightmill/tmp/<pid>/ first (file/temporary_folder.h), digested
 * on the way, made read-only and synced; only then is it renamed to its key.  Folders are
 * opened one component after the other without following symbolic links, so that no key
 * leads out of the remote.  What is sent together is synced together, once before and once
 * after the renames. */
#define _GNU_SOURCE // syncfs

#include "remote/remote_folder_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/progress.h"
#include "base/stop.h"
#include "base/thread.h"
#include "file/file.h"

static enum status folder_open(struct remote *remote, struct error *err)
{
    struct folder *f = ARENA_NEW(remote->mem, struct folder);
    f->root.fd = -1;
    remote->state = f;
    f->seized = -1;
    return folder_root(remote, false, err);
}

static void folder_close(struct remote *remote)
{
    struct folder *f = folder_of(remote);
    if (!f || f->root.fd < 0)
        return;
    folder_release(remote);
    temporary_folder_remove(&f->tmp);
    close(f->root.fd);
    f->root.fd = -1;
}

static enum status check_time(const struct remote *remote, struct error *err)
{
    TRY(stop_check(err));
    if (progress_clock_s() < remote->deadline_s)
        return STATUS_OK;
    error_set(err, STATUS_ENVIRONMENT, "could not finish within %g s",
              remote->settings.timeout_s);
    error_hint(err, "give more time with --timeout; what is done stays done");
    return STATUS_ENVIRONMENT;
}

/* What concerns every object that is still to come. */
static bool concerns_all(enum status status, int number)
{
    return status == STATUS_ENVIRONMENT &&
           (number == ENOSPC || number == EDQUOT || number == EROFS || number == EIO);
}

/* Tells how far it is; on the caller's thread, which is worker 0. */
static void tell(struct folder_work *w)
{
    const struct remote_settings *s = &w->remote->settings;
    if (s->progress)
        s->progress(s->context, atomic_load(&w->bytes), atomic_load(&w->objects));
}

static enum status one(struct folder_work *w, size_t i, size_t worker, bool put)
{
    struct error *err = &w->fault[i];
    if (atomic_load(&w->hopeless))
        return STATUS_OK;
    errno = 0;
    enum status status = check_time(w->remote, err);
    if (status != STATUS_OK)
        atomic_store(&w->hopeless, true);
    else
        status = put ? folder_put_object(w, i, err) : folder_get_object(w, i, err);
    if (concerns_all(status, errno))
        atomic_store(&w->hopeless, true);
    if (status == STATUS_OK && !put)
        w->v[i].done = true;
    if (status == STATUS_OK)
        atomic_fetch_add(&w->objects, 1);
    if (worker == 0)
        tell(w);
    return STATUS_OK; // the others go on
}

static enum status put_piece(void *context, size_t i, size_t worker,
                             struct error *err UNUSED)
{
    return one(context, i, worker, true);
}

static enum status get_piece(void *context, size_t i, size_t worker,
                             struct error *err UNUSED)
{
    return one(context, i, worker, false);
}

/* The first fault in the order of v, with the number of others. */
static enum status report(const struct folder_work *w, struct error *err)
{
    size_t first = w->n, failed = 0;
    for (size_t i = w->n; i-- > 0;) {
        if (!w->v[i].done)
            failed++;
        if (w->fault[i].message[0])
            w->v[i].fault = &w->fault[first = i];
    }
    if (first == w->n)
        return STATUS_OK;
    *err = w->fault[first];
    if (failed > 1) {
        size_t n = strlen(err->message);
        snprintf(err->message + n, sizeof(err->message) - n, " (and %zu other%s)",
                 failed - 1, failed == 2 ? "" : "s");
    }
    return err->status;
}

static enum status run(struct folder_work *w, thread_piece *piece, struct error *err)
{
    pthread_mutex_init(&w->lock, NULL);
    w->fault = ARENA_ARRAY(w->mem, struct error, w->n);
    for (size_t i = 0; i < w->n; i++) {
        w->v[i].done = false;
        w->v[i].fault = NULL;
        w->v[i].etag = "";
    }
    enum status status = thread_run(w->remote->settings.jobs, w->n, piece, w, err);
    tell(w); // what the other workers did last
    pthread_mutex_destroy(&w->lock);
    return status;
}

static enum status sync_all(struct remote *remote, struct error *err)
{
    int failed = syncfs(folder_of(remote)->root.fd);
    return failed < 0 ? file_failed("sync", remote->config->folder, err) : STATUS_OK;
}

/* Gives one temporary file its object's name. */
static enum status rename_one(struct folder_work *w, size_t i, struct error *err)
{
    const char *to;
    int parent = folder_parent(w->remote, w->v[i].key, true, &to);
    enum status status = STATUS_OK;
    if (parent < 0 ||
        renameat(folder_of(w->remote)->tmp.root.fd, w->temporary[i], parent, to) < 0)
        status = folder_failed("replace", w->remote, w->v[i].key, err);
    if (parent >= 0)
        close(parent);
    return status;
}

static void folder_clear(struct remote *remote)
{
    struct folder *f = folder_of(remote);
    if (!f->swept && f->root.fd >= 0)
        temporary_folder_sweep(&f->root, FOLDER_TEMPORARY);
    f->swept = true;
}

enum status folder_temporary(struct remote *remote, struct error *err)
{
    struct folder *f = folder_of(remote);
    TRY(folder_root(remote, true, err));
    folder_clear(remote);
    return f->tmp.name ? STATUS_OK
                       : temporary_folder_make(&f->root, FOLDER_TEMPORARY, remote->mem,
                                               &f->tmp, err);
}

static enum status folder_put(struct remote *remote, struct transfer *v, size_t n,
                              struct arena *mem, struct error *err)
{
    struct folder_work w = {.remote = remote, .v = v, .n = n, .mem = mem};
    TRY(folder_temporary(remote, err));
    w.temporary = arena_array(mem, n, sizeof(*w.temporary));
    TRY(run(&w, put_piece, err));
    TRY(sync_all(remote, err));
    bool *renamed = ARENA_ARRAY(mem, bool, n);
    for (size_t i = 0; i < n; i++)
        if (w.fault[i].status == STATUS_OK && v[i].sha256[0] && w.temporary[i][0])
            renamed[i] = rename_one(&w, i, &w.fault[i]) == STATUS_OK;
    TRY(sync_all(remote, err));
    for (size_t i = 0; i < n; i++)
        v[i].done = renamed[i];
    return report(&w, err);
}

static enum status folder_get(struct remote *remote, struct transfer *v, size_t n,
                              struct arena *mem, struct error *err)
{
    struct folder_work w = {.remote = remote, .v = v, .n = n, .mem = mem};
    TRY(folder_root(remote, false, err));
    TRY(run(&w, get_piece, err));
    return report(&w, err);
}

static enum status folder_remove(struct remote *remote, const char *const *keys, size_t n,
                                 struct arena *mem UNUSED, struct error *err)
{
    TRY(folder_root(remote, false, err));
    for (size_t i = 0; i < n; i++) {
        const char *name;
        TRY(check_time(remote, err));
        int parent = folder_parent(remote, keys[i], false, &name);
        bool failed = parent < 0 || unlinkat(parent, name, 0) < 0;
        if (failed && errno != ENOENT) {
            enum status status = folder_failed("delete", remote, keys[i], err);
            if (parent >= 0)
                close(parent);
            return status;
        }
        if (parent >= 0)
            close(parent);
    }
    return folder_of(remote)->root.fd < 0 ? STATUS_OK : sync_all(remote, err);
}

const struct remote_ops remote_folder = {
    .open = folder_open,
    .close = folder_close,
    .list = folder_list,
    .put = folder_put,
    .get = folder_get,
    .remove = folder_remove,
    .swap = folder_swap,
    .seize = folder_seize,
    .release = folder_release,
    .clear = folder_clear,
};
