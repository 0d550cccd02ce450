/* Finding one's way in a remote in a folder: from keys to open folders, and the temporary
 * ones that dead processes left.
 *
 * A folder of temporary files is swept when its process is not there; as the remote may
 * be shared by machines, each with its own processes, it must also have been left alone
 * for a day. */
#include "ship/remote_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

#define ABANDONED_S 86400

enum status folder_failed(const char *what, const struct remote *remote, const char *key,
                          struct error *err)
{
    char path[PATH_MAX];
    int number = errno;
    snprintf(path, sizeof(path), "%s/%s", remote->config->folder, key);
    errno = number;
    return file_failed(what, path, err);
}

enum status folder_root(struct remote *remote, bool create, struct error *err)
{
    struct folder *f = folder_of(remote);
    const char *path = remote->config->folder;
    if (f->fd >= 0)
        return STATUS_OK;
    if (create)
        TRY(file_make_folder(path, err));
    f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (f->fd >= 0 || (errno == ENOENT && !create))
        return STATUS_OK;
    return file_failed("open", path, err);
}

/* Opens one folder below another, made where it is missing and create says so. */
int folder_below(int fd, const char *name, bool create)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int below = openat(fd, name, flags);
    if (below >= 0 || errno != ENOENT || !create)
        return below;
    if (mkdirat(fd, name, 0755) < 0 && errno != EEXIST)
        return -1;
    return openat(fd, name, flags);
}

/* Opens the folder that holds the key; *ret_name is the key's last component.  Returns -1
 * with errno. */
int folder_parent(const struct remote *remote, const char *key, bool create,
                  const char **ret_name)
{
    char part[NAME_MAX + 1];
    int fd = folder_of(remote)->fd < 0 ? -1 : dup(folder_of(remote)->fd);
    if (folder_of(remote)->fd < 0)
        errno = ENOENT;
    const char *slash;
    while (fd >= 0 && (slash = strchr(key, '/')) != NULL) {
        size_t n = (size_t)(slash - key);
        if (n > NAME_MAX) {
            close(fd);
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(part, key, n);
        part[n] = '\0';
        int below = folder_below(fd, part, create);
        int number = errno;
        close(fd);
        errno = number;
        fd = below;
        key = slash + 1;
    }
    *ret_name = key;
    return fd;
}

/* Removes the files of a folder of temporary ones, and the folder. */
void folder_empty(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

/* True for the folder of a process that is not there (or was on another machine), and has
 * not been touched for a day. */
static bool abandoned(int parent, const char *name)
{
    int64_t pid;
    struct stat st;
    if (!text_int64(view_of(name), &pid) || pid <= 0 || pid > INT32_MAX)
        return false;
    if (kill((pid_t)pid, 0) == 0 || errno != ESRCH)
        return false;
    return fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           time(NULL) - st.st_mtime > ABANDONED_S;
}

/* Sweeps what dead processes left; what cannot be swept does no harm. */
void folder_sweep(const struct remote *remote)
{
    const char *name;
    int fd = folder_parent(remote, FOLDER_TEMPORARY "/x", false, &name);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL)
        if (abandoned(dirfd(dir), entry->d_name))
            folder_empty(dirfd(dir), entry->d_name);
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
}
