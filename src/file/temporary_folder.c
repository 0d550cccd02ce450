/* Folders for unfinished files. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // flock
#endif

#include "file/temporary_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "file/file.h"

enum { MAX_OWN = 100, OLD_S = 24 * 60 * 60 };

/* What the lock of a folder says. */
enum hold { HOLD_MINE, HOLD_OTHER, HOLD_UNKNOWN };

/* Opens a folder and asks for its lock; -1 when it is gone. */
static int open_locked(const struct beneath *above, const char *path, enum hold *ret)
{
    struct stat st;
    int fd = beneath_open(above, path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return -1;
    *ret = flock(fd, LOCK_EX | LOCK_NB) == 0 ? HOLD_MINE
           : errno == EWOULDBLOCK            ? HOLD_OTHER
                                             : HOLD_UNKNOWN;
    if (fstat(fd, &st) == 0 && st.st_nlink > 0)
        return fd;
    close(fd);
    return -1;
}

/* Opens a folder that nobody uses any more, with its lock; -1 for any other. */
static int open_abandoned(const struct beneath *above, const char *path)
{
    struct stat st;
    enum hold hold;
    int fd = open_locked(above, path, &hold);
    bool old = fd >= 0 && fstat(fd, &st) == 0 && st.st_mtime < time(NULL) - OLD_S;
    if (fd < 0 || hold == HOLD_MINE || (hold == HOLD_UNKNOWN && old))
        return fd;
    close(fd);
    return -1;
}

/* Removes the files in an open folder; temporary folders hold no others. */
static void empty(int fd)
{
    int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = again < 0 ? NULL : fdopendir(again);
    struct dirent *entry;
    if (!dir && again >= 0)
        close(again);
    if (!dir)
        return;
    while ((entry = readdir(dir)) != NULL)
        unlinkat(fd, entry->d_name, 0); // "." and ".." refuse
    closedir(dir);
}

/* Makes and opens the folder of that name; *ret_fd is -1 when someone else has it. */
static enum status take(const struct beneath *above, const char *parent, const char *path,
                        int *ret_fd, struct error *err)
{
    const char *name;
    enum hold hold;
    int folder = beneath_parent(above, path, &name);
    bool made = folder >= 0 && mkdirat(folder, name, 0700) == 0;
    if (!made && (folder < 0 || errno != EEXIST)) {
        enum status status = beneath_failed("create a folder in", above, parent, err);
        if (folder >= 0)
            close(folder);
        return status;
    }
    close(folder);
    *ret_fd = made ? open_locked(above, path, &hold) : open_abandoned(above, path);
    // Without locks only the name protects it; with them it may be another's already.
    if (*ret_fd >= 0 && made && hold == HOLD_OTHER) {
        close(*ret_fd);
        *ret_fd = -1;
    }
    return STATUS_OK;
}

enum status temporary_folder_make(const struct beneath *above, const char *parent,
                                  struct arena *mem, struct temporary_folder *ret,
                                  struct error *err)
{
    TRY(beneath_make(above, parent, true, err));
    for (int i = 0; i < MAX_OWN; i++) {
        int fd = -1;
        char *path = i ? arena_format(mem, "%s/%ld.%d", parent, (long)getpid(), i)
                       : arena_format(mem, "%s/%ld", parent, (long)getpid());
        TRY(take(above, parent, path, &fd, err));
        if (fd < 0)
            continue;
        empty(fd); // of another with our number
        struct beneath root = {fd, beneath_path(above, path, mem), above->hint};
        *ret = (struct temporary_folder){root, above, path};
        return STATUS_OK;
    }
    errno = EEXIST;
    return file_failed("create a folder in", beneath_path(above, parent, mem), err);
}

void temporary_folder_remove(struct temporary_folder *folder)
{
    if (!folder->name)
        return;
    empty(folder->root.fd);
    beneath_remove(folder->above, folder->name, AT_REMOVEDIR);
    close(folder->root.fd);
    *folder = (struct temporary_folder){0};
}

/* True for "<pid>" and "<pid>.<n>". */
static bool is_ours(const char *name)
{
    int64_t pid, n;
    size_t digits = strcspn(name, ".");
    return text_int64((struct view){name, digits}, &pid) && pid > 0 &&
           (!name[digits] || text_int64(view_of(name + digits + 1), &n));
}

void temporary_folder_sweep(const struct beneath *above, const char *parent)
{
    struct arena mem = {0};
    DIR *dir = beneath_list(above, parent);
    struct dirent *entry;
    if (!dir)
        return;
    while ((entry = readdir(dir)) != NULL) {
        if (!is_ours(entry->d_name))
            continue;
        const char *path = arena_format(&mem, "%s/%s", parent, entry->d_name);
        struct temporary_folder old = {{.fd = open_abandoned(above, path)}, above, path};
        if (old.root.fd >= 0)
            temporary_folder_remove(&old);
    }
    closedir(dir);
    arena_release(&mem);
}
