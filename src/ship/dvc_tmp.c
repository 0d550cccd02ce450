/* The cache's temporary folders. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // flock
#endif

#include "ship/dvc_tmp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { MAX_OWN = 100, OLD_S = 24 * 60 * 60 };

/* Opens a folder and takes its lock; -1 when someone else has it or it is gone. */
static int open_locked(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -1;
    bool locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
    // Some network file systems cannot lock folders; the age has to do there.
    bool unknown = !locked && errno != EWOULDBLOCK;
    if (fstat(fd, &st) == 0 && st.st_nlink > 0 &&
        (locked || (unknown && st.st_mtime < time(NULL) - OLD_S)))
        return fd;
    close(fd);
    return -1;
}

/* Removes the files in an open folder; temporary folders hold no others. */
static void empty_folder(int fd)
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

enum status dvc_tmp_make(const char *cache, struct arena *mem, struct dvc_tmp *ret,
                         struct error *err)
{
    char *parent = file_join(mem, cache, "tmp");
    TRY(file_make_folder(parent, err));
    for (int i = 0; i < MAX_OWN; i++) {
        char *path = i ? arena_format(mem, "%s/%ld.%d", parent, (long)getpid(), i)
                       : arena_format(mem, "%s/%ld", parent, (long)getpid());
        bool made = mkdir(path, 0700) == 0;
        if (!made && errno != EEXIST)
            return file_failed("create the folder", path, err);
        int fd = open_locked(path);
        if (fd < 0 && made) // without locks its process alone protects it
            fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            continue;
        empty_folder(fd); // of a dead process with our number
        *ret = (struct dvc_tmp){path, fd};
        return STATUS_OK;
    }
    return error_set(err, STATUS_ENVIRONMENT, "could not create a folder in %s",
                     QUOTE_PATH(parent));
}

void dvc_tmp_remove(struct dvc_tmp *tmp)
{
    if (!tmp->path)
        return;
    empty_folder(tmp->fd);
    rmdir(tmp->path);
    close(tmp->fd);
    *tmp = (struct dvc_tmp){0};
}

/* The process's number in "<pid>" or "<pid>.<n>", or 0. */
static pid_t owner_of(const char *name)
{
    int64_t pid, n;
    size_t digits = strcspn(name, ".");
    if (name[digits] && !text_int64(view_of(name + digits + 1), &n))
        return 0;
    return text_int64((struct view){name, digits}, &pid) && pid > 0 && pid <= INT32_MAX
               ? (pid_t)pid
               : 0;
}

void dvc_tmp_sweep(const char *cache, struct arena *mem)
{
    char *parent = file_join(mem, cache, "tmp");
    DIR *dir = opendir(parent);
    struct dirent *entry;
    if (!dir)
        return;
    while ((entry = readdir(dir)) != NULL) {
        pid_t pid = owner_of(entry->d_name);
        if (pid == 0 || kill(pid, 0) == 0 || errno != ESRCH)
            continue;
        struct dvc_tmp tmp = {file_join(mem, parent, entry->d_name), -1};
        tmp.fd = open_locked(tmp.path);
        if (tmp.fd >= 0)
            dvc_tmp_remove(&tmp);
    }
    closedir(dir);
}
