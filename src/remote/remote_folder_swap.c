/* Writing an object where nobody else has: under a lock on the folder that it stands in,
 * which all who write there by this take. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file/file.h"
#include "remote/remote_folder_internal.h"

/* Is the object as it was seen? */
static enum status is_as_seen(const struct remote *remote, int parent, const char *name,
                              const char *key, const struct transfer *seen, bool *ret,
                              struct error *err)
{
    struct arena mem = {0};
    struct beneath folder = {parent, "", NULL};
    struct view now;
    struct stat st;
    bool there = beneath_stat(&folder, name, &st) == 0;
    if (!there && errno != ENOENT)
        return folder_failed("read", remote, key, err);
    *ret = there == (seen != NULL) && (!there || (uint64_t)st.st_size == seen->body.n);
    if (!there || !*ret)
        return STATUS_OK;
    enum status status =
        file_read_below(&folder, name, (size_t)st.st_size + 1, &mem, &now, err);
    *ret = status == STATUS_OK && view_eq(now, seen->body);
    arena_release(&mem);
    return status;
}

/* Writes the body aside, read-only and synced; its name into name. */
static enum status write_aside(struct remote *remote, const char *key, struct view body,
                               char name[24], struct error *err)
{
    struct folder *f = folder_of(remote);
    snprintf(name, 24, "%zu", atomic_fetch_add(&f->next, 1));
    int fd = openat(f->tmp.root.fd, name,
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return folder_failed("create", remote, key, err);
    bool good =
        restart_write(fd, body.p, body.n) && fchmod(fd, 0444) == 0 && fsync(fd) == 0;
    enum status status = good ? STATUS_OK : folder_failed("write", remote, key, err);
    if (close(fd) < 0 && good)
        status = folder_failed("write", remote, key, err);
    return status;
}

static enum status swap_locked(struct remote *remote, int parent, const char *name,
                               const char *key, struct view body,
                               const struct transfer *seen, bool *ret_done,
                               struct error *err)
{
    char aside[24];
    TRY(is_as_seen(remote, parent, name, key, seen, ret_done, err));
    if (!*ret_done)
        return STATUS_OK;
    TRY(write_aside(remote, key, body, aside, err));
    if (renameat(folder_of(remote)->tmp.root.fd, aside, parent, name) < 0 ||
        (fsync(parent) < 0 && errno != EINVAL))
        return folder_failed("replace", remote, key, err);
    return STATUS_OK;
}

enum status folder_swap(struct remote *remote, const char *key, struct view body,
                        const struct transfer *seen, struct arena *mem UNUSED,
                        bool *ret_done, struct error *err)
{
    const char *name;
    bool none = false;
    TRY(folder_temporary(remote, err));
    int parent = folder_parent(remote, key, true, &name);
    if (parent < 0)
        return folder_failed("create", remote, key, err);
    enum status status = folder_lock(remote, parent, &none, err);
    if (status == STATUS_OK && none)
        status = error_set(err, STATUS_ENVIRONMENT, "%s knows no locks",
                           QUOTE_PATH(remote->config->folder));
    if (status == STATUS_OK)
        status = swap_locked(remote, parent, name, key, body, seen, ret_done, err);
    close(parent);
    return status;
}
