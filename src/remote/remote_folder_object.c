/* One object of a remote in a folder, on its way there or back. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "remote/remote_folder_internal.h"

enum { MAX_BODY = 256 * 1024 * 1024 };

/* Creates the temporary file for an object; its name into name. */
static int create_temporary(struct remote *remote, char name[24])
{
    struct folder *f = folder_of(remote);
    snprintf(name, 24, "%zu", atomic_fetch_add(&f->next, 1));
    return openat(f->tmp.root.fd, name,
                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
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

enum status folder_put_object(struct folder_work *w, size_t i, struct error *err)
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
    if (c.to >= 0 && close(c.to) < 0 && status == STATUS_OK)
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
static enum status open_object(struct folder_work *w, const struct transfer *t,
                               int *ret_fd, struct stat *ret_st, struct error *err)
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

/* Fills err from errno, for the file that the bytes go into. */
static enum status target_failed(const char *what, const struct transfer *t,
                                 struct error *err)
{
    return beneath_failed(what, t->root, t->path, err);
}

/* A copy that did not come to its end. */
static enum status copy_failed(struct folder_work *w, const struct transfer *t,
                               const struct folder_copy *c, struct error *err)
{
    if (c->too_long)
        return remote_too_long(t, 0, err);
    return strcmp(c->failed, "read") == 0 ? folder_failed("read", w->remote, t->key, err)
                                          : target_failed("write", t, err);
}

/* Where the bytes go: a new file, or memory. */
static enum status open_target(struct folder_work *w, const struct transfer *t,
                               const struct stat *st, struct folder_copy *c,
                               struct error *err)
{
    c->bounded = t->bounded;
    c->most = t->most;
    if (t->bounded && (uint64_t)st->st_size > t->most)
        return remote_too_long(t, (uint64_t)st->st_size, err);
    if (t->path) {
        c->to = beneath_open(t->root, t->path, O_WRONLY | O_CREAT | O_EXCL, 0600);
        return c->to < 0 ? target_failed("create", t, err) : STATUS_OK;
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

enum status folder_get_object(struct folder_work *w, size_t i, struct error *err)
{
    struct transfer *t = &w->v[i];
    char md5[MD5_HEX], sha256[SHA256_HEX];
    struct folder_copy c = {.from = -1, .to = -1};
    struct stat st;
    TRY(open_object(w, t, &c.from, &st, err));
    enum status status = open_target(w, t, &st, &c, err);
    bool created = c.to >= 0;
    if (status == STATUS_OK && !folder_copy(&c, md5, sha256))
        status = copy_failed(w, t, &c, err);
    else if (status == STATUS_OK && t->md5[0] && strcmp(md5, t->md5) != 0)
        status = wrong_object(t, md5, err);
    close(c.from);
    if (created && close(c.to) < 0 && status == STATUS_OK)
        status = target_failed("write", t, err);
    if (created && status != STATUS_OK)
        (void)beneath_remove(t->root, t->path, 0);
    if (status != STATUS_OK)
        return status;
    memcpy(t->md5, md5, sizeof(md5));
    memcpy(t->sha256, sha256, sizeof(sha256));
    t->bytes = c.bytes;
    if (!t->path)
        t->body = (struct view){c.memory, (size_t)c.bytes};
    atomic_fetch_add(&w->bytes, c.bytes);
    return STATUS_OK;
}
