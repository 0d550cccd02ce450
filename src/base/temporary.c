/* Temporary files and the table of those that live.
 *
 * The name carries the process's number: who finds one knows whether its owner is still
 * there.  In another container the same number may be another process; publish_commit
 * therefore compares the file with what it wrote, and overlapping runs are kept apart by
 * a lock, not by this. */
#include "base/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { MAX_LIVE = 512 };

/* The one mutable global of the library: the temporary files of this process, for a
 * signal handler that has nothing else to start from.  Slots are atomic pointers into the
 * outputs' arenas. */
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

void temporary_remove_all(void)
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

bool temporary_is(const char *temporary, const struct stat *written)
{
    struct stat st;
    return lstat(temporary, &st) == 0 && same_file(&st, written);
}

/* True when the path, however it is spelled, is a temporary file of this process; own is
 * the caller's own slot. */
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

/* The process's number in ".<name>.<pid>.tmp", or 0 when the entry is called
 * otherwise. */
static pid_t temporary_pid(const char *entry, const char *name)
{
    size_t n = strlen(entry), m = strlen(name);
    if (n < m + 7 || entry[0] != '.' || memcmp(entry + 1, name, m) != 0 ||
        entry[m + 1] != '.' || strcmp(entry + n - 4, ".tmp") != 0)
        return 0;
    int64_t pid;
    struct view digits = {entry + m + 2, n - m - 6};
    return text_int64(digits, &pid) && pid > 0 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

/* Removes what dead processes left of the output; a folder that cannot be listed stays as
 * it is. */
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

/* Creates the temporary file; one that a dead process of the same number left is
 * removed. */
static enum status create(const char *path, const char *temporary, int *ret_fd,
                          struct error *err)
{
    for (int attempt = 0;; attempt++) {
        int fd =
            open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
        if (fd >= 0) {
            *ret_fd = fd;
            return STATUS_OK;
        }
        if (errno == EINTR)
            continue;
        if (errno != EEXIST || attempt > 2)
            return file_failed("create", path, err);
        if (live_holds(temporary, temporary))
            return error_set(err, STATUS_USAGE, "%s is written twice", QUOTE_PATH(path));
        if (unlink(temporary) < 0 && errno != ENOENT)
            return file_failed("create", path, err);
    }
}

enum status temporary_create(const char *path, struct arena *mem, char **ret, int *ret_fd,
                             struct error *err)
{
    const char *folder = file_folder(mem, path), *name = file_name(path);
    sweep(folder, name);
    char *temporary = arena_format(mem, "%.*s.%s.%ld.tmp", (int)(name - path), path, name,
                                   (long)getpid());
    // Listed before it exists: a signal in between then misses nothing.
    if (!live_add(temporary))
        return error_set(err, STATUS_ENVIRONMENT,
                         "could not create %s: more than %d outputs", QUOTE_PATH(path),
                         MAX_LIVE);
    enum status status = create(path, temporary, ret_fd, err);
    if (status != STATUS_OK)
        live_remove(temporary);
    else
        *ret = temporary;
    return status;
}

void temporary_forget(const char *temporary)
{
    live_remove(temporary);
}

void temporary_remove(const char *temporary)
{
    unlink(temporary);
    live_remove(temporary);
}
