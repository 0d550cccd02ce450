/* Temporary files and the table of those that live.
 *
 * Who finds a temporary file asks its lock.  Between its creation and its lock another
 * may take it for abandoned: the creator therefore looks whether the name is still its
 * file once it has the lock, and else begins anew. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // flock
#endif

#include "file/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "file/file.h"

enum {
    MAX_LIVE = 512,
    MAX_LABEL = 200, // with dots, numbers and ".tmp" still a file's name
    MAX_OWN = 100,   // of one label in one folder
    OLD_S = 24 * 60 * 60,
};

/* The temporary files of this process, for a signal handler that has nothing else to
 * start from: with the table of mappings (file/mapped.c) the mutable state of the library.
 * A slot's name is an atomic pointer into the output's arena and is set behind its
 * folder. */
static struct {
    struct {
        _Atomic(const char *) name;
        atomic_int folder;
        atomic_bool taken;
    } slot[MAX_LIVE];
    atomic_int owner; // a child between fork and exec must not remove its parent's files
} live;

static bool live_add(int folder, const char *name)
{
    atomic_store(&live.owner, (int)getpid());
    for (size_t i = 0; i < MAX_LIVE; i++) {
        if (atomic_exchange(&live.slot[i].taken, true))
            continue;
        atomic_store(&live.slot[i].folder, folder);
        atomic_store(&live.slot[i].name, name);
        return true;
    }
    return false;
}

static void live_remove(const char *name)
{
    for (size_t i = 0; i < MAX_LIVE; i++) {
        const char *expected = name;
        if (!atomic_compare_exchange_strong(&live.slot[i].name, &expected, NULL))
            continue;
        atomic_store(&live.slot[i].taken, false);
        return;
    }
}

void temporary_remove_all(void)
{
    if (atomic_load(&live.owner) != (int)getpid())
        return;
    for (size_t i = 0; i < MAX_LIVE; i++) {
        const char *name = atomic_load(&live.slot[i].name);
        if (name)
            unlinkat(atomic_load(&live.slot[i].folder), name, 0);
    }
}

static bool stands_for(int folder, const char *name, const struct stat *file)
{
    struct stat st;
    return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

bool temporary_is(const struct temporary *t, const struct stat *written)
{
    return stands_for(t->folder, t->name, written);
}

/* True when the entry, through whichever descriptor, is a file of this process. */
static bool live_holds(int folder, const char *name, const char *own)
{
    struct stat st;
    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return false;
    for (size_t i = 0; i < MAX_LIVE; i++) {
        const char *other = atomic_load(&live.slot[i].name);
        if (other && other != own &&
            stands_for(atomic_load(&live.slot[i].folder), other, &st))
            return true;
    }
    return false;
}

/* The process's number in "<pid>.tmp" or "<pid>.<n>.tmp", or 0. */
static pid_t pid_of(const char *p)
{
    int64_t pid, n;
    size_t digits = strspn(p, "0123456789"), rest = 0;
    const char *end = p + digits;
    if (end[0] == '.' && (rest = strspn(end + 1, "0123456789")) > 0) {
        if (!text_int64((struct view){end + 1, rest}, &n))
            return 0;
        end += 1 + rest;
    }
    return strcmp(end, ".tmp") == 0 && text_int64((struct view){p, digits}, &pid) &&
                   pid > 0 && pid <= INT32_MAX
               ? (pid_t)pid
               : 0;
}

/* The process's number in a temporary file's name of that label, or of any; 0 when the
 * entry is called otherwise. */
static pid_t owner_of(const char *entry, const char *label)
{
    size_t m = label ? strlen(label) : 0;
    if (entry[0] != '.')
        return 0;
    if (label)
        return strncmp(entry + 1, label, m) == 0 && entry[m + 1] == '.'
                   ? pid_of(entry + m + 2)
                   : 0;
    for (const char *dot = entry + 1; (dot = strchr(dot + 1, '.')) != NULL;)
        if (pid_of(dot + 1) > 0)
            return pid_of(dot + 1);
    return 0;
}

bool temporary_is_name(const char *entry)
{
    return owner_of(entry, NULL) > 0;
}

/* True when nobody can be writing the open file. */
static bool is_abandoned(int fd, const struct stat *st, pid_t pid)
{
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    return errno != EWOULDBLOCK && kill(pid, 0) < 0 && errno == ESRCH &&
           st->st_mtime < time(NULL) - OLD_S;
}

/* Removes one temporary file unless somebody writes it. */
static void sweep_one(int folder, const char *name, pid_t pid)
{
    struct stat st;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_abandoned(fd, &st, pid) &&
        stands_for(folder, name, &st))
        unlinkat(folder, name, 0);
    close(fd);
}

void temporary_sweep(int folder, const char *label)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    if (!dir && fd >= 0)
        close(fd);
    if (!dir)
        return;
    while ((entry = readdir(dir)) != NULL) {
        pid_t pid = owner_of(entry->d_name, label);
        if (pid > 0 && !live_holds(folder, entry->d_name, NULL))
            sweep_one(folder, entry->d_name, pid);
    }
    closedir(dir);
}

/* Takes the lock of a new file; false when another has taken the file for abandoned. */
static bool lock_new(int folder, const char *name, int fd)
{
    struct stat st;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        return false;
    return fstat(fd, &st) == 0 && stands_for(folder, name, &st);
}

/* Creates the file of that name; *ret_fd is -1 when someone else has it. */
static enum status create(int folder, const char *name, const char *path, int *ret_fd,
                          struct error *err)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        int fd =
            openat(folder, name,
                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
        *ret_fd = fd;
        if (fd >= 0 && lock_new(folder, name, fd))
            return STATUS_OK;
        if (fd >= 0)
            close(fd);
        *ret_fd = -1;
        if (fd >= 0)
            continue;
        if (errno != EEXIST)
            return file_failed("create", path, err);
        if (live_holds(folder, name, name))
            return error_set(err, STATUS_USAGE, "%s is written twice", QUOTE_PATH(path));
        sweep_one(folder, name, getpid());
    }
    return STATUS_OK;
}

/* A label that leaves room for the rest of a name; a long one is cut and told apart by a
 * hash. */
static const char *short_label(const char *label, struct arena *mem)
{
    size_t n = strlen(label);
    if (n <= MAX_LABEL)
        return label;
    uint32_t hash = (uint32_t)text_hash(TEXT_HASH_START, label, n);
    return arena_format(mem, "%.*s.%08" PRIx32, MAX_LABEL - 20, label, hash);
}

enum status temporary_create(int folder, const char *label, const char *path,
                             struct arena *mem, struct temporary *ret, int *ret_fd,
                             struct error *err)
{
    long pid = (long)getpid();
    label = short_label(label, mem);
    on_give_up(temporary_remove_all);
    temporary_sweep(folder, label);
    for (int n = 0; n < MAX_OWN; n++) {
        char *name = n ? arena_format(mem, ".%s.%ld.%d.tmp", label, pid, n)
                       : arena_format(mem, ".%s.%ld.tmp", label, pid);
        // Listed before it exists: a signal in between then misses nothing.
        if (!live_add(folder, name))
            return error_set(err, STATUS_ENVIRONMENT,
                             "could not create %s: more than %d outputs",
                             QUOTE_PATH(path), MAX_LIVE);
        enum status status = create(folder, name, path, ret_fd, err);
        if (status == STATUS_OK && *ret_fd >= 0) {
            *ret = (struct temporary){folder, name, 0};
            return STATUS_OK;
        }
        live_remove(name);
        TRY(status);
    }
    errno = EEXIST;
    return file_failed("create", path, err);
}

bool temporary_keep_lock(struct temporary *t, int fd)
{
    t->lock = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (t->lock >= 0)
        return true;
    t->lock = 0;
    return false;
}

static void drop_lock(struct temporary *t)
{
    if (t->lock > 0)
        close(t->lock);
    t->lock = 0;
}

void temporary_renew_lock(struct temporary *t)
{
    drop_lock(t);
    int fd = openat(t->folder, t->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd > 0) {
        (void)flock(fd, LOCK_EX | LOCK_NB);
        t->lock = fd;
    }
}

void temporary_forget(struct temporary *t)
{
    live_remove(t->name);
    drop_lock(t);
    t->name = NULL;
}

void temporary_remove(struct temporary *t)
{
    unlinkat(t->folder, t->name, 0);
    temporary_forget(t);
}

bool temporary_replace(int folder, const char *name, const struct view *part, size_t n)
{
    struct arena mem = {0};
    struct temporary t;
    struct error none;
    int fd;
    bool good = temporary_create(folder, name, name, &mem, &t, &fd, &none) == STATUS_OK;
    if (good) {
        for (size_t i = 0; i < n && good; i++)
            good = restart_write(fd, part[i].p, part[i].n);
        good = good && temporary_keep_lock(&t, fd);
        good = close(fd) == 0 && good;
        good = good && renameat(folder, t.name, folder, name) == 0;
        if (good)
            temporary_forget(&t);
        else
            temporary_remove(&t);
    }
    arena_release(&mem);
    return good;
}
