/* A remote in a folder: objects are files named by their keys, as DVC's own local remotes
 * have them.
 *
 * An object is copied to nightmill/tmp/<pid>/ first, digested on the way, made read-only
 * and synced; only then is it renamed to its key.  Folders are opened one component after
 * the other without following symbolic links, so that no key leads out of the remote.
 * What is sent together is synced together, once before and once after the renames. */
#define _GNU_SOURCE // syncfs

#include "ship/remote_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/progress.h"
#include "base/thread.h"

enum { MAX_BODY = 256 * 1024 * 1024 };

/* One call of put or get. */
struct work {
    struct remote *remote;
    struct transfer *v;
    size_t n;
    struct arena *mem; // guarded by lock
    pthread_mutex_t lock;
    struct error *fault;   // [n], status STATUS_OK where none
    char (*temporary)[96]; // [n] of a put, below the remote
    atomic_bool hopeless;  // the disk is full or gone: no other can be done either
    atomic_uint_fast64_t bytes;
    atomic_size_t objects;
};

static enum status folder_open(struct remote *remote, struct error *err)
{
    struct folder *f = ARENA_NEW(remote->mem, struct folder);
    f->fd = -1;
    remote->state = f;
    return folder_root(remote, false, err);
}

static void folder_close(struct remote *remote)
{
    struct folder *f = folder_of(remote);
    if (!f || f->fd < 0)
        return;
    if (atomic_load(&f->next) > 0) {
        char pid[32];
        const char *name;
        snprintf(pid, sizeof(pid), "%ld", (long)getpid());
        int parent = folder_parent(remote, FOLDER_TEMPORARY "/x", false, &name);
        if (parent >= 0) {
            folder_empty(parent, pid);
            close(parent);
        }
    }
    close(f->fd);
    f->fd = -1;
}

/* Creates the temporary file for an object; its name below the remote into name. */
static int create_temporary(struct remote *remote, char name[96])
{
    const char *last;
    size_t number = atomic_fetch_add(&folder_of(remote)->next, 1);
    snprintf(name, 96, FOLDER_TEMPORARY "/%ld/%zu", (long)getpid(), number);
    int parent = folder_parent(remote, name, true, &last);
    if (parent < 0)
        return -1;
    (void)unlinkat(parent, last, 0); // of a dead process of the same number
    int fd =
        openat(parent, last, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int error = errno;
    close(parent);
    errno = error;
    return fd;
}

/* The file's bytes are not what they are called. */
static enum status wrong_source(const struct transfer *t, const char *found,
                                struct error *err)
{
    error_set(err, STATUS_INPUT, "expected md5 %s for %s, found %s", t->md5,
              QUOTE_PATH(t->key), found);
    error_hint(err, "the object in the cache is damaged or was changed: delete it, then "
                    "'bin/pull' or 'bin/track' brings it back");
    if (t->path)
        error_at(err, t->path, 0, 0);
    return STATUS_INPUT;
}

static enum status put_bytes(struct work *w, size_t i, struct error *err)
{
    struct transfer *t = &w->v[i];
    char md5[MD5_HEX], sha256[SHA256_HEX];
    struct folder_copy c = {.from = -1, .body = t->body, .to = -1};
    if (t->path)
        TRY(file_open(t->path, &c.from, err));
    enum status status = STATUS_OK;
    c.to = create_temporary(w->remote, w->temporary[i]);
    if (c.to < 0)
        status = folder_failed("create", w->remote, t->key, err);
    else if (!folder_copy(&c, md5, sha256))
        status = strcmp(c.failed, "read") == 0
                     ? file_failed("read", t->path, err)
                     : folder_failed("write", w->remote, t->key, err);
    else if (t->md5[0] && strcmp(md5, t->md5) != 0)
        status = wrong_source(t, md5, err);
    else if (fchmod(c.to, 0444) < 0)
        status = folder_failed("write", w->remote, t->key, err);
    if (c.from >= 0)
        close(c.from);
    if (c.to >= 0 && close(c.to) < 0 && errno != EINTR && status == STATUS_OK)
        status = folder_failed("write", w->remote, t->key, err);
    if (status == STATUS_OK) {
        memcpy(t->sha256, sha256, sizeof(sha256));
        t->bytes = c.bytes;
        atomic_fetch_add(&w->bytes, c.bytes);
    }
    return status;
}

static enum status not_there(const struct transfer *t, struct error *err)
{
    error_set(err, STATUS_INPUT, "the remote has no object %s", QUOTE_PATH(t->key));
    error_hint(err, "where the object is still in a cache, 'bin/push' sends it");
    return STATUS_INPUT;
}

/* Opens an object for reading. */
static enum status open_object(struct work *w, const struct transfer *t, int *ret_fd,
                               struct stat *ret_st, struct error *err)
{
    const char *name;
    int parent = folder_parent(w->remote, t->key, false, &name);
    int fd = parent < 0
                 ? -1
                 : openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int number = errno;
    if (parent >= 0)
        close(parent);
    errno = number;
    if (fd < 0 && number == ENOENT)
        return not_there(t, err);
    if (fd < 0 || fstat(fd, ret_st) < 0) {
        enum status status = folder_failed("read", w->remote, t->key, err);
        if (fd >= 0)
            close(fd);
        return status;
    }
    if (!S_ISREG(ret_st->st_mode)) {
        close(fd);
        return error_set(err, STATUS_INPUT, "%s is no regular file in the remote",
                         QUOTE_PATH(t->key));
    }
    *ret_fd = fd;
    return STATUS_OK;
}

static enum status wrong_object(const struct transfer *t, const char *found,
                                struct error *err)
{
    error_set(err, STATUS_INPUT, "object %s: expected md5 %s, found %s",
              QUOTE_PATH(t->key), t->md5, found);
    error_hint(err, "delete it in the remote; 'bin/push' from where the right bytes are "
                    "sends it again");
    return STATUS_INPUT;
}

/* Where the bytes go: a new file, or memory. */
static enum status open_target(struct work *w, const struct transfer *t,
                               const struct stat *st, struct folder_copy *c,
                               struct error *err)
{
    if (t->path) {
        c->to = open(t->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        return c->to < 0 ? file_failed("create", t->path, err) : STATUS_OK;
    }
    if (st->st_size > MAX_BODY)
        return error_set(err, STATUS_INPUT,
                         "object %s has %" PRIu64 " bytes, at most %d are read",
                         QUOTE_PATH(t->key), (uint64_t)st->st_size, MAX_BODY);
    c->cap = (size_t)st->st_size;
    pthread_mutex_lock(&w->lock);
    c->memory = arena_alloc(w->mem, c->cap + 1);
    pthread_mutex_unlock(&w->lock);
    return STATUS_OK;
}

static enum status get_bytes(struct work *w, size_t i, struct error *err)
{
    struct transfer *t = &w->v[i];
    char md5[MD5_HEX], sha256[SHA256_HEX];
    struct folder_copy c = {.from = -1, .to = -1};
    struct stat st;
    TRY(open_object(w, t, &c.from, &st, err));
    enum status status = open_target(w, t, &st, &c, err);
    bool created = c.to >= 0;
    if (status == STATUS_OK && !folder_copy(&c, md5, sha256))
        status = strcmp(c.failed, "read") == 0
                     ? folder_failed("read", w->remote, t->key, err)
                     : file_failed("write", t->path, err);
    else if (status == STATUS_OK && t->md5[0] && strcmp(md5, t->md5) != 0)
        status = wrong_object(t, md5, err);
    close(c.from);
    if (created && close(c.to) < 0 && errno != EINTR && status == STATUS_OK)
        status = file_failed("write", t->path, err);
    if (created && status != STATUS_OK)
        (void)unlink(t->path);
    if (status != STATUS_OK)
        return status;
    memcpy(t->sha256, sha256, sizeof(sha256));
    t->bytes = c.bytes;
    if (!t->path)
        t->body = (struct view){c.memory, (size_t)c.bytes};
    atomic_fetch_add(&w->bytes, c.bytes);
    return STATUS_OK;
}

static enum status check_time(const struct remote *remote, struct error *err)
{
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
static void tell(struct work *w)
{
    const struct remote_settings *s = &w->remote->settings;
    if (s->progress)
        s->progress(s->context, atomic_load(&w->bytes), atomic_load(&w->objects));
}

static enum status one(struct work *w, size_t i, size_t worker, bool put)
{
    struct error *err = &w->fault[i];
    if (atomic_load(&w->hopeless))
        return STATUS_OK;
    errno = 0;
    enum status status = check_time(w->remote, err);
    if (status != STATUS_OK)
        atomic_store(&w->hopeless, true);
    else
        status = put ? put_bytes(w, i, err) : get_bytes(w, i, err);
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
static enum status report(const struct work *w, struct error *err)
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

static enum status run(struct work *w, thread_piece *piece, struct error *err)
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
    int failed;
    do
        failed = syncfs(folder_of(remote)->fd);
    while (failed < 0 && errno == EINTR);
    return failed < 0 ? file_failed("sync", remote->config->folder, err) : STATUS_OK;
}

/* Gives one temporary file its object's name. */
static enum status rename_one(struct work *w, size_t i, struct error *err)
{
    const char *from, *to;
    int a = folder_parent(w->remote, w->temporary[i], false, &from);
    int b = a < 0 ? -1 : folder_parent(w->remote, w->v[i].key, true, &to);
    enum status status = STATUS_OK;
    if (a < 0 || b < 0 || renameat(a, from, b, to) < 0)
        status = folder_failed("replace", w->remote, w->v[i].key, err);
    if (a >= 0)
        close(a);
    if (b >= 0)
        close(b);
    return status;
}

static enum status folder_put(struct remote *remote, struct transfer *v, size_t n,
                              struct arena *mem, struct error *err)
{
    struct work w = {.remote = remote, .v = v, .n = n, .mem = mem};
    TRY(folder_root(remote, true, err));
    if (!folder_of(remote)->swept)
        folder_sweep(remote);
    folder_of(remote)->swept = true;
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
    struct work w = {.remote = remote, .v = v, .n = n, .mem = mem};
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
    return folder_of(remote)->fd < 0 ? STATUS_OK : sync_all(remote, err);
}

const struct remote_ops remote_folder = {
    .open = folder_open,
    .close = folder_close,
    .list = folder_list,
    .put = folder_put,
    .get = folder_get,
    .remove = folder_remove,
};
