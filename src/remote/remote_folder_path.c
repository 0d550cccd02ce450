/* Finding one's way in a remote in a folder: from keys to open folders. */
#include "remote/remote_folder_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

enum status folder_failed(const char *what, const struct remote *remote, const char *key,
                          struct error *err)
{
    const struct beneath *root = &folder_of(remote)->root;
    int number = errno;
    if ((number == ELOOP || number == ENOTDIR) && beneath_check(root, key, err) != 0)
        return err->status;
    errno = number;
    return beneath_failed(what, root, key, err);
}

enum status folder_root(struct remote *remote, bool create, struct error *err)
{
    struct folder *f = folder_of(remote);
    const char *path = remote->config->folder;
    if (f->root.fd >= 0)
        return STATUS_OK;
    if (create)
        TRY(file_make_folder(path, err));
    f->root = (struct beneath){open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), path,
                               "a remote's folder holds no links; its own url may lead "
                               "through some"};
    if (f->root.fd >= 0 || (errno == ENOENT && !create))
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
    int root = folder_of(remote)->root.fd;
    int fd = root < 0 ? -1 : fcntl(root, F_DUPFD_CLOEXEC, 3);
    if (root < 0)
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
