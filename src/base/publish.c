/* Writing files so that each path holds its old or its new content.
 *
 * The sequence that survives a kill at any point and, where the file system keeps its
 * word, a loss of power: exclusive temporary file in the target's folder; write in full;
 * compare the length; fchmod; fsync; close, checked; rename; fsync of the folder.  Pillai
 * and others 2014, "All file systems are not created equal" (OSDI), shows what happens to
 * programs that leave a step out.
 *
 * A target that is a symbolic link is replaced, not followed.  Before the rename the
 * temporary file is compared with what was written, in case that a process of the same
 * number (in another container) took its name over. */
#include "base/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/published.h"
#include "base/temporary.h"

enum { BUFFER_BYTES = 64 * 1024 };

/* Refuses what cannot be replaced by a file. */
static enum status check_target(const char *path, struct error *err)
{
    struct stat st;
    const char *name = file_name(path);
    if (!name[0] || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return error_set(err, STATUS_ENVIRONMENT,
                         "could not create %s: expected a file's name", QUOTE_PATH(path));
    if (stat(path, &st) < 0 || S_ISREG(st.st_mode))
        return STATUS_OK;
    if (S_ISDIR(st.st_mode))
        return error_set(err, STATUS_ENVIRONMENT, "%s is a folder, expected a file",
                         QUOTE_PATH(path));
    enum status status =
        error_set(err, STATUS_ENVIRONMENT, "%s is no regular file", QUOTE_PATH(path));
    error_hint(err, "an output is replaced as a whole, so it has to be a plain file");
    return status;
}

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
    TRY(check_target(path, err));
    TRY(file_make_folder(file_folder(&p->mem, path), err));
    struct output *out = ARENA_NEW(&p->mem, struct output);
    out->path = arena_string(&p->mem, path);
    TRY(temporary_create(path, &p->mem, &out->temporary, &out->fd, err));
    out->buffer = arena_alloc(&p->mem, BUFFER_BYTES);
    remember(p, out);
    *ret = out;
    return STATUS_OK;
}

static enum status write_all(struct output *out, const char *p, size_t n,
                             struct error *err)
{
    while (n > 0) {
        ssize_t wrote = write(out->fd, p, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            out->failed = true;
            return file_failed("write", out->path, err);
        }
        p += wrote;
        n -= (size_t)wrote;
    }
    return STATUS_OK;
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

static int sync_fd(int fd)
{
    int failed;
    do
        failed = fsync(fd);
    while (failed < 0 && errno == EINTR);
    return failed;
}

/* Refuses a temporary file that is not, or no longer, what was written. */
static enum status check_written(const struct output *out, struct error *err)
{
    struct stat st;
    if (fstat(out->fd, &st) < 0)
        return file_failed("write", out->path, err);
    if (!temporary_is(out->temporary, &st))
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
    if (fchmod(out->fd, 0644) < 0 || sync_fd(out->fd) < 0)
        return file_failed("write", out->path, err);
    int fd = out->fd;
    out->fd = -1;
    // After a good sync an interrupted close loses nothing; the descriptor is gone.
    if (close(fd) < 0 && errno != EINTR)
        return file_failed("write", out->path, err);
    return STATUS_OK;
}

struct folders {
    char **paths; // [n]
    int *fds;     // [n]
    size_t n;
};

/* Opens each folder once, before anything is renamed: what fails here changes nothing. */
static enum status open_folders(struct publish *p, struct folders *folders,
                                struct error *err)
{
    for (size_t i = 0; i < p->n; i++) {
        char *path = file_folder(&p->mem, p->outputs[i]->path);
        size_t k = 0;
        while (k < folders->n && strcmp(folders->paths[k], path) != 0)
            k++;
        if (k < folders->n)
            continue;
        int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return error_errno(err, "could not open the folder %s", QUOTE_PATH(path));
        folders->paths[folders->n] = path;
        folders->fds[folders->n++] = fd;
    }
    return STATUS_OK;
}

static enum status rename_all(struct publish *p, struct error *err)
{
    for (size_t i = 0; i < p->n; i++) {
        struct output *out = p->outputs[i];
        struct stat written; // looked at before others can see it
        if (lstat(out->temporary, &written) < 0 || rename(out->temporary, out->path) < 0)
            return file_failed("replace", out->path, err);
        temporary_forget(out->temporary);
        out->temporary = NULL;
        TRY(published_tell(out->path, &written, err));
    }
    return STATUS_OK;
}

static enum status sync_folders(const struct folders *folders, struct error *err)
{
    for (size_t i = 0; i < folders->n; i++) {
        // Where a file system knows no sync of a folder there is nothing to wait for.
        if (sync_fd(folders->fds[i]) < 0 && errno != EINVAL)
            return error_errno(err, "could not sync the folder %s",
                               QUOTE_PATH(folders->paths[i]));
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

static enum status sweep(struct publish *p, struct error *err)
{
    char **paths;
    size_t n;
    struct error none;
    if (!p->sweep || file_glob(p->sweep, &p->mem, &paths, &n, &none) != STATUS_OK)
        return STATUS_OK;
    for (size_t i = 0; i < n; i++)
        if (!is_output(p, paths[i]) && unlink(paths[i]) < 0 && errno != ENOENT)
            return file_failed("remove", paths[i], err);
    return STATUS_OK;
}

enum status publish_commit(struct publish *p, struct error *err)
{
    struct folders folders = {ARENA_ARRAY(&p->mem, char *, p->n),
                              ARENA_ARRAY(&p->mem, int, p->n), 0};
    for (size_t i = 0; i < p->n; i++)
        TRY(finish(p->outputs[i], err));
    enum status status = open_folders(p, &folders, err);
    if (status == STATUS_OK)
        status = rename_all(p, err);
    if (status == STATUS_OK)
        status = sweep(p, err);
    if (status == STATUS_OK)
        status = sync_folders(&folders, err);
    for (size_t i = 0; i < folders.n; i++)
        close(folders.fds[i]);
    if (status == STATUS_OK)
        p->n = 0;
    return status;
}

void publish_release(struct publish *p)
{
    for (size_t i = 0; i < p->n; i++) {
        struct output *out = p->outputs[i];
        if (out->fd >= 0)
            close(out->fd);
        if (out->temporary)
            temporary_remove(out->temporary);
    }
    arena_release(&p->mem);
    *p = (struct publish){0};
}

void publish_abandon_all(void)
{
    temporary_remove_all();
}
