/* Writing files so that each path holds its old or its new content.
 *
 * The sequence that survives a kill at any point and, where the file system keeps its word, a loss
 * of power: exclusive temporary file in the target's folder; write in full; compare the length;
 * fchmod; fsync; close, checked; rename; fsync of the folder.  Pillai and others 2014, "All file
 * systems are not created equal" (OSDI), shows what happens to programs that leave a step out.
 *
 * A target that is a symbolic link is replaced, not followed.  Temporary files carry the process's
 * number; before the rename the file is compared with what was written, in case that a process of
 * the same number (in another container) took the name over. */
#include "base/publish.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { BUFFER_BYTES = 64 * 1024, MAX_LIVE = 512 };

/* The one mutable global of the library: the temporary files of this process, for a signal handler
 * that has nothing else to start from.  Slots are atomic pointers into the outputs' arenas. */
static struct {
    _Atomic(const char *) paths[MAX_LIVE];
    atomic_int owner; // a child between fork and exec must not remove its parent's files
} live;

static bool live_add(const char *path)
{
    atomic_store(&live.owner, (int)getpid());
    for (size_t i = 0; i < MAX_LIVE; i++) {
        const char *none = NULL;
        if (atomic_compare_exchange_strong(&live.paths[i], &none, path))
            return true;
    }
    return false;
}

static void live_remove(const char *path)
{
    for (size_t i = 0; i < MAX_LIVE; i++) {
        const char *expected = path;
        if (atomic_compare_exchange_strong(&live.paths[i], &expected, NULL))
            return;
    }
}

void publish_abandon_all(void)
{
    if (atomic_load(&live.owner) != (int)getpid())
        return;
    for (size_t i = 0; i < MAX_LIVE; i++) {
        const char *path = atomic_load(&live.paths[i]);
        if (path)
            unlink(path);
    }
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* True when the path, however it is spelled, is a temporary file of this process; own is the
 * caller's own slot. */
static bool live_holds(const char *path, const char *own)
{
    struct stat a, b;
    if (lstat(path, &a) < 0)
        return false;
    for (size_t i = 0; i < MAX_LIVE; i++) {
        const char *other = atomic_load(&live.paths[i]);
        if (other && other != own && lstat(other, &b) == 0 && same_file(&a, &b))
            return true;
    }
    return false;
}

/* Finishes a message about a system call that failed: the reason, and what to do about it. */
static enum status fail(const char *what, const char *path, struct error *err)
{
    int number = errno;
    error_errno(err, "could not %s %s", what, QUOTE_PATH(path));
    struct arena mem = {0};
    const char *folder = file_folder(&mem, path);
    if (number == ENOSPC || number == EDQUOT)
        error_hint(err, "make room on the disk of the folder %s", QUOTE_PATH(folder));
    else if (number == EACCES || number == EPERM)
        error_hint(err, "this user needs to be able to write into the folder %s",
                   QUOTE_PATH(folder));
    else if (number == EFBIG)
        error_hint(err, "a limit on the size of files is set, see `ulimit -f`");
    arena_release(&mem);
    return STATUS_ENVIRONMENT;
}

/* The process's number in ".<name>.<pid>.tmp", or 0 when the entry is called otherwise. */
static pid_t temporary_pid(const char *entry, const char *name)
{
    size_t n = strlen(entry), m = strlen(name);
    if (n < m + 7 || entry[0] != '.' || memcmp(entry + 1, name, m) != 0 || entry[m + 1] != '.' ||
        strcmp(entry + n - 4, ".tmp") != 0)
        return 0;
    int64_t pid;
    struct view digits = {entry + m + 2, n - m - 6};
    return text_int64(digits, &pid) && pid > 0 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

/* Removes what dead processes left of the output; a folder that cannot be listed stays as it is. */
static void sweep(const char *folder, const char *name)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        pid_t pid = temporary_pid(entry->d_name, name);
        if (pid > 0 && kill(pid, 0) < 0 && errno == ESRCH)
            unlinkat(dirfd(dir), entry->d_name, 0);
    }
    closedir(dir);
}

/* Refuses what cannot be replaced by a file. */
static enum status check_target(const char *path, struct error *err)
{
    struct stat st;
    const char *name = file_name(path);
    if (!name[0] || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return error_set(err, STATUS_ENVIRONMENT, "could not create %s: expected a file's name",
                         QUOTE_PATH(path));
    if (stat(path, &st) < 0 || S_ISREG(st.st_mode))
        return STATUS_OK;
    if (S_ISDIR(st.st_mode))
        return error_set(err, STATUS_ENVIRONMENT, "%s is a folder, expected a file",
                         QUOTE_PATH(path));
    enum status status = error_set(err, STATUS_ENVIRONMENT, "%s is no regular file",
                                   QUOTE_PATH(path));
    error_hint(err, "an output is replaced as a whole, so it has to be a plain file");
    return status;
}

/* Creates the temporary file; one that a dead process of the same number left is removed. */
static enum status create(struct output *out, struct error *err)
{
    for (int attempt = 0;; attempt++) {
        out->fd = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
        if (out->fd >= 0)
            return STATUS_OK;
        if (errno == EINTR)
            continue;
        if (errno != EEXIST || attempt > 2)
            return fail("create", out->path, err);
        if (live_holds(out->temporary, out->temporary))
            return error_set(err, STATUS_USAGE, "%s is written twice", QUOTE_PATH(out->path));
        if (unlink(out->temporary) < 0 && errno != ENOENT)
            return fail("create", out->path, err);
    }
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
    const char *folder = file_folder(&p->mem, path), *name = file_name(path);
    TRY(file_make_folder(folder, err));
    sweep(folder, name);
    struct output *out = ARENA_NEW(&p->mem, struct output);
    out->path = arena_string(&p->mem, path);
    out->temporary = arena_format(&p->mem, "%.*s.%s.%ld.tmp", (int)(name - path), path, name,
                                  (long)getpid());
    out->buffer = arena_alloc(&p->mem, BUFFER_BYTES);
    out->fd = -1;
    // Listed before it exists: a signal between the two removes nothing instead of too little.
    if (!live_add(out->temporary))
        return error_set(err, STATUS_ENVIRONMENT, "could not create %s: more than %d outputs",
                         QUOTE_PATH(path), MAX_LIVE);
    enum status status = create(out, err);
    if (status != STATUS_OK) {
        live_remove(out->temporary);
        return status;
    }
    remember(p, out);
    *ret = out;
    return STATUS_OK;
}

static enum status write_all(struct output *out, const char *p, size_t n, struct error *err)
{
    while (n > 0) {
        ssize_t wrote = write(out->fd, p, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            out->failed = true;
            return fail("write", out->path, err);
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
    struct stat open_one, named;
    if (fstat(out->fd, &open_one) < 0 || lstat(out->temporary, &named) < 0)
        return fail("write", out->path, err);
    if (!same_file(&open_one, &named))
        return error_set(err, STATUS_ENVIRONMENT,
                         "could not write %s: another process took its temporary file",
                         QUOTE_PATH(out->path));
    if ((uint64_t)open_one.st_size != out->offset || out->failed)
        return error_set(err, STATUS_ENVIRONMENT,
                         "could not write %s: %" PRIu64 " bytes are on disk instead of %" PRIu64,
                         QUOTE_PATH(out->path), (uint64_t)open_one.st_size, out->offset);
    return STATUS_OK;
}

/* Brings one temporary file to the disk, complete, and closes it. */
static enum status finish(struct output *out, struct error *err)
{
    if (!out->failed)
        TRY(flush(out, err));
    TRY(check_written(out, err));
    if (fchmod(out->fd, 0644) < 0 || sync_fd(out->fd) < 0)
        return fail("write", out->path, err);
    int fd = out->fd;
    out->fd = -1;
    // After a sync that succeeded an interrupted close loses nothing, and the descriptor is gone.
    if (close(fd) < 0 && errno != EINTR)
        return fail("write", out->path, err);
    return STATUS_OK;
}

struct folders {
    char **paths; // [n]
    int *fds;     // [n]
    size_t n;
};

/* Opens each folder once, before anything is renamed: what fails here changes nothing. */
static enum status open_folders(struct publish *p, struct folders *folders, struct error *err)
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
        if (rename(out->temporary, out->path) < 0)
            return fail("replace", out->path, err);
        live_remove(out->temporary);
        out->temporary = NULL;
    }
    return STATUS_OK;
}

static enum status sync_folders(const struct folders *folders, struct error *err)
{
    for (size_t i = 0; i < folders->n; i++) {
        // Some file systems know no sync of a folder and say EINVAL; there is nothing to wait for.
        if (sync_fd(folders->fds[i]) < 0 && errno != EINVAL)
            return error_errno(err, "could not sync the folder %s", QUOTE_PATH(folders->paths[i]));
    }
    return STATUS_OK;
}

enum status publish_commit(struct publish *p, struct error *err)
{
    struct folders folders = {ARENA_ARRAY(&p->mem, char *, p->n), ARENA_ARRAY(&p->mem, int, p->n),
                              0};
    for (size_t i = 0; i < p->n; i++)
        TRY(finish(p->outputs[i], err));
    enum status status = open_folders(p, &folders, err);
    if (status == STATUS_OK)
        status = rename_all(p, err);
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
        if (out->temporary) {
            unlink(out->temporary);
            live_remove(out->temporary);
        }
    }
    arena_release(&p->mem);
    *p = (struct publish){0};
}
