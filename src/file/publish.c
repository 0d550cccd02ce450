/* Writing files so that each path holds its old or its new content.
 *
 * The sequence that survives a kill at any point and, where the file system keeps its
 * word, a loss of power: exclusive temporary file in the target's folder; write in full;
 * compare the length; fchmod; fsync; close, checked; rename; fsync of the folder.  Pillai
 * and others 2014, "All file systems are not created equal" (OSDI), shows what happens to
 * programs that leave a step out.
 *
 * A target that is a symbolic link is replaced, not followed; one above it is refused
 * unless it stands in a path that the user named.  Before the rename the temporary file
 * is compared with what was written, in case that somebody put another in its place. */
#include "file/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "file/publish_internal.h"
#include "file/published.h"

enum { BUFFER_BYTES = 64 * 1024 };

static void remember(struct publish *p, struct output *out)
{
    // Outputs are few; the list grows by one.
    p->outputs = arena_grow(&p->mem, p->outputs, p->n * sizeof(struct output *),
                            (p->n + 1) * sizeof(struct output *));
    p->outputs[p->n++] = out;
}

enum status publish_open(struct publish *p, const char *path, struct output **ret,
                         struct error *err)
{
    struct publish_folder *beside;
    const char *label;
    struct output *out = ARENA_NEW(&p->mem, struct output);
    out->path = arena_string(&p->mem, path);
    TRY(publish_place(p, out, &beside, &label, err));
    TRY(temporary_create(beside->fd, label, path, &p->mem, &out->temporary, &out->fd,
                         err));
    out->buffer = arena_alloc(&p->mem, BUFFER_BYTES);
    remember(p, out);
    *ret = out;
    return STATUS_OK;
}

enum status publish_scratch(struct publish *p, const char *path, int *ret_fd,
                            struct error *err)
{
    struct publish_folder *beside;
    struct output out = {.path = arena_string(&p->mem, path)};
    const char *label;
    TRY(publish_place(p, &out, &beside, &label, err));
    TRY(temporary_create(beside->fd, arena_format(&p->mem, "%s.scratch", label), path,
                         &p->mem, &out.temporary, &out.fd, err));
    // Once more, for both directions; from here on nobody can find it.
    int fd = openat(beside->fd, out.temporary.name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    enum status status = fd < 0 ? file_failed("create", path, err) : STATUS_OK;
    temporary_remove(&out.temporary);
    close(out.fd);
    if (status == STATUS_OK)
        *ret_fd = fd;
    return status;
}

static enum status write_all(struct output *out, const char *p, size_t n,
                             struct error *err)
{
    if (out->summed)
        checksum_add(&out->sum, p, n);
    if (restart_write(out->fd, p, n))
        return STATUS_OK;
    out->failed = true;
    return file_failed("write", out->path, err);
}

static enum status flush(struct output *out, struct error *err)
{
    size_t n = out->used;
    out->used = 0;
    return write_all(out, out->buffer, n, err);
}

enum status output_write(struct output *out, const void *p, size_t n, struct error *err)
{
    out->offset += n;
    if (n > BUFFER_BYTES - out->used)
        TRY(flush(out, err));
    if (n >= BUFFER_BYTES)
        return write_all(out, p, n, err);
    if (n)
        memcpy(out->buffer + out->used, p, n);
    out->used += n;
    return STATUS_OK;
}

enum status output_text(struct output *out, const char *cstring, struct error *err)
{
    return output_write(out, cstring, strlen(cstring), err);
}

enum status output_format(struct output *out, struct error *err, const char *format, ...)
{
    size_t room = BUFFER_BYTES - out->used;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int wanted = vsnprintf(out->buffer + out->used, room, format, args);
    va_end(args);
    size_t n = wanted > 0 ? (size_t)wanted : 0;
    enum status status = STATUS_OK;
    if (n < room) {
        out->used += n;
        out->offset += n;
    } else {
        struct arena mem = {0};
        char *text = arena_alloc(&mem, n + 1);
        vsnprintf(text, n + 1, format, again);
        status = output_write(out, text, n, err);
        arena_release(&mem);
    }
    va_end(again);
    return status;
}

void output_sum_begin(struct output *out)
{
    checksum_begin(&out->sum);
    out->summed = true;
}

enum status output_sum(struct output *out, struct checksum *ret, struct error *err)
{
    TRY(flush(out, err));
    *ret = out->sum;
    return STATUS_OK;
}

/* Refuses a temporary file that is not, or no longer, what was written. */
static enum status check_written(const struct output *out, struct error *err)
{
    struct stat st;
    if (fstat(out->fd, &st) < 0)
        return file_failed("write", out->path, err);
    if (!temporary_is(&out->temporary, &st))
        return error_set(err, STATUS_ENVIRONMENT,
                         "could not write %s: its temporary file was taken away",
                         QUOTE_PATH(out->path));
    if ((uint64_t)st.st_size != out->offset || out->failed)
        return error_set(err, STATUS_ENVIRONMENT,
                         "could not write %s: %" PRIu64
                         " bytes are on disk instead of %" PRIu64,
                         QUOTE_PATH(out->path), (uint64_t)st.st_size, out->offset);
    return STATUS_OK;
}

/* Brings one temporary file to the disk, complete, and closes it. */
static enum status finish(struct output *out, struct error *err)
{
    if (!out->failed)
        TRY(flush(out, err));
    TRY(check_written(out, err));
    if (fchmod(out->fd, 0644) < 0 || fsync(out->fd) < 0)
        return file_failed("write", out->path, err);
    // What is closed keeps its lock until it has its name.
    if (!temporary_keep_lock(&out->temporary, out->fd))
        return file_failed("write", out->path, err);
    int fd = out->fd;
    out->fd = -1;
    if (close(fd) < 0)
        return file_failed("write", out->path, err);
    return STATUS_OK;
}

static enum status rename_all(struct publish *p, struct error *err)
{
    for (size_t i = 0; i < p->n; i++) {
        struct output *out = p->outputs[i];
        struct stat written; // looked at before others can see it
        if (fstatat(out->temporary.folder, out->temporary.name, &written,
                    AT_SYMLINK_NOFOLLOW) < 0 ||
            renameat(out->temporary.folder, out->temporary.name, out->folder->fd,
                     file_name(out->path)) < 0)
            return file_failed("replace", out->path, err);
        temporary_forget(&out->temporary);
        out->folder->renamed = true;
        TRY(published_tell(out->path, &written, err));
    }
    return STATUS_OK;
}

/* The folders that lost an entry need no sync of their own: what a crash brings back
 * there is an abandoned temporary file. */
static enum status sync_folders(struct publish *p, struct error *err)
{
    for (size_t i = 0; i < p->n_folders; i++) {
        struct publish_folder *folder = p->folders[i];
        // Where a file system knows no sync of a folder there is nothing to wait for.
        if (folder->renamed && fsync(folder->fd) < 0 && errno != EINVAL)
            return error_errno(err, "could not sync the folder %s",
                               QUOTE_PATH(folder->path));
        folder->renamed = false;
    }
    return STATUS_OK;
}

void publish_sweep(struct publish *p, const char *pattern)
{
    p->sweep = arena_string(&p->mem, pattern);
}

static bool is_output(const struct publish *p, const char *path)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->outputs[i]->path, path) == 0)
            return true;
    return false;
}

/* The pattern's folder is one that an output stands in, or there is nothing to sweep. */
static enum status sweep(struct publish *p, struct error *err)
{
    char **paths;
    size_t n;
    struct error none;
    struct publish_folder *folder =
        p->sweep ? publish_folder_find(p, file_folder(&p->mem, p->sweep)) : NULL;
    if (!folder || file_glob(p->sweep, &p->mem, &paths, &n, &none) != STATUS_OK)
        return STATUS_OK;
    for (size_t i = 0; i < n; i++)
        if (!is_output(p, paths[i]) && unlinkat(folder->fd, file_name(paths[i]), 0) < 0 &&
            errno != ENOENT && errno != EISDIR)
            return file_failed("remove", paths[i], err);
    return STATUS_OK;
}

enum status publish_commit(struct publish *p, struct error *err)
{
    for (size_t i = 0; i < p->n; i++)
        TRY(finish(p->outputs[i], err));
    TRY(rename_all(p, err));
    TRY(sweep(p, err));
    TRY(sync_folders(p, err));
    p->n = 0;
    return STATUS_OK;
}

void publish_release(struct publish *p)
{
    for (size_t i = 0; i < p->n; i++) {
        struct output *out = p->outputs[i];
        if (out->fd >= 0)
            close(out->fd);
        if (out->temporary.name)
            temporary_remove(&out->temporary);
    }
    for (size_t i = 0; i < p->n_folders; i++)
        close(p->folders[i]->fd);
    arena_release(&p->mem);
    *p = (struct publish){0};
}
