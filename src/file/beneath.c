/* Walking below a folder: by openat2 where the kernel has it, else step by step.
 *
 * openat2 with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS leaves the whole walk to the
 * kernel.  Where it is missing, or a filter of system calls refuses it, each component is
 * opened from the one before with O_NOFOLLOW; both refuse the same paths. */
#define _GNU_SOURCE // O_PATH

#include "file/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file/file.h"

enum { MAX_TRIES = 100, FOLDER = O_PATH | O_DIRECTORY };

const struct beneath beneath_here = {
    AT_FDCWD, "",
    "let the file or folder itself stand there; a folder on another disk can be mounted"};

/* What is known of the kernel; the same for every caller, and never unlearned. */
static atomic_bool no_openat2;

char *beneath_path(const struct beneath *root, const char *path, struct arena *mem)
{
    return path[0] ? file_join(mem, root->path, path) : arena_string(mem, root->path);
}

/* Closes without touching errno. */
static void close_quietly(int fd)
{
    int number = errno;
    if (fd >= 0)
        close(fd);
    errno = number;
}

bool beneath_holds(const char *path)
{
    if (path[0] == '/')
        return false;
    for (const char *p = path; *p;) {
        size_t n = strcspn(p, "/");
        if (n == 2 && memcmp(p, "..", 2) == 0)
            return false;
        p += n + (p[n] == '/');
    }
    return true;
}

static int open_by_kernel(int root, const char *path, int flags, mode_t mode)
{
    // Without O_NOFOLLOW, which makes a link where a folder is wanted just "no folder".
    struct open_how how = {.flags = (unsigned)(flags & ~O_NOFOLLOW),
                           .mode = flags & O_CREAT ? mode : 0,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    for (int tries = 0;; tries++) {
        int fd = (int)RESTART(syscall(SYS_openat2, root, path, &how, sizeof(how)));
        if (fd >= 0 || errno != EAGAIN || tries == MAX_TRIES) // something was renamed
            return fd;
    }
}

/* One component.  A link where a folder is wanted is "not a folder" to openat. */
static int open_step(int fd, const char *name, int flags, mode_t mode)
{
    struct stat st;
    int below = openat(fd, name, flags, mode);
    if (below < 0 && errno == ENOTDIR && fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        errno = S_ISLNK(st.st_mode) ? ELOOP : ENOTDIR;
    return below;
}

/* Opens the folder above the last component of the path. */
static int walk(int root, const char *path, const char **ret_name)
{
    char part[NAME_MAX + 1];
    int fd = open_step(root, ".", FOLDER | O_CLOEXEC, 0);
    for (const char *slash; fd >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
        size_t n = (size_t)(slash - path);
        if (n > NAME_MAX) {
            close(fd);
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(part, path, n);
        part[n] = '\0';
        int below = open_step(fd, n ? part : ".", FOLDER | O_NOFOLLOW | O_CLOEXEC, 0);
        close_quietly(fd);
        fd = below;
    }
    *ret_name = path;
    return fd;
}

static int open_by_steps(int root, const char *path, int flags, mode_t mode)
{
    const char *name;
    int folder = walk(root, path, &name);
    if (folder < 0)
        return -1;
    int fd = open_step(folder, name[0] ? name : ".", flags, mode);
    close_quietly(folder);
    return fd;
}

int beneath_open(const struct beneath *root, const char *path, int flags, mode_t mode)
{
    flags |= O_CLOEXEC | O_NOFOLLOW;
    if (root->fd == -1 || !beneath_holds(path)) {
        errno = root->fd == -1 ? ENOENT : EXDEV;
        return -1;
    }
    path = path[0] ? path : ".";
    if (!atomic_load(&no_openat2)) {
        int fd = open_by_kernel(root->fd, path, flags, mode);
        // A filter may say EPERM; step by step it shows whether that was meant.
        if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
            return fd;
        if (errno == ENOSYS)
            atomic_store(&no_openat2, true);
    }
    return open_by_steps(root->fd, path, flags, mode);
}

/* The folder that holds the path, which is the root's own descriptor for a bare name. */
static int parent_of(const struct beneath *root, const char *path, const char **ret_name)
{
    char folder[PATH_MAX];
    const char *name = file_name(path);
    size_t n = (size_t)(name - path);
    if (!name[0] || strcmp(name, ".") == 0 || !beneath_holds(path) || n >= PATH_MAX) {
        errno = n >= PATH_MAX ? ENAMETOOLONG : name[0] ? EXDEV : EINVAL;
        return -1;
    }
    *ret_name = name;
    if (n == 0 && root->fd != -1)
        return root->fd;
    memcpy(folder, path, n);
    folder[n] = '\0';
    return beneath_open(root, folder, FOLDER, 0);
}

static void give_back(const struct beneath *root, int folder)
{
    if (folder != root->fd)
        close_quietly(folder);
}

int beneath_parent(const struct beneath *root, const char *path, const char **ret_name)
{
    int folder = parent_of(root, path, ret_name);
    return folder != -1 && folder == root->fd ? beneath_open(root, ".", FOLDER, 0)
                                              : folder;
}

int beneath_stat(const struct beneath *root, const char *path, struct stat *ret)
{
    const char *name;
    int folder = parent_of(root, path, &name);
    if (folder == -1)
        return -1;
    int failed = fstatat(folder, name, ret, AT_SYMLINK_NOFOLLOW);
    give_back(root, folder);
    return failed;
}

int beneath_remove(const struct beneath *root, const char *path, int flags)
{
    const char *name;
    int folder = parent_of(root, path, &name);
    if (folder == -1)
        return -1;
    int failed = unlinkat(folder, name, flags);
    give_back(root, folder);
    return failed;
}

int beneath_rename(const struct beneath *from_root, const char *from,
                   const struct beneath *to_root, const char *to)
{
    const char *old_name, *new_name;
    int old = parent_of(from_root, from, &old_name);
    int new = old == -1 ? -1 : parent_of(to_root, to, &new_name);
    int failed = new == -1 ? -1 : renameat(old, old_name, new, new_name);
    give_back(from_root, old);
    give_back(to_root, new);
    return failed;
}

int beneath_create(const struct beneath *root, const char *path, mode_t mode)
{
    if (beneath_remove(root, path, 0) < 0 && errno != ENOENT)
        return -1;
    return beneath_open(root, path, O_WRONLY | O_CREAT | O_EXCL, mode);
}

DIR *beneath_list(const struct beneath *root, const char *path)
{
    int fd = beneath_open(root, path, O_RDONLY | O_DIRECTORY, 0);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir)
        close_quietly(fd);
    return dir;
}

int beneath_sync(const struct beneath *root, const char *path, int (*how)(int fd))
{
    struct stat st;
    int fd = beneath_open(root, path, O_RDONLY | O_NONBLOCK, 0);
    int failed = fd < 0 ? -1 : RESTART(how(fd));
    if (failed < 0 && fd >= 0 && errno == EINVAL && fstat(fd, &st) == 0 &&
        S_ISDIR(st.st_mode))
        failed = 0;
    close_quietly(fd);
    return failed < 0 ? -1 : 0;
}

/* Opens a folder below another, made where it is missing. */
static int make_step(int fd, const char *name, bool shared)
{
    const int flags = FOLDER | O_NOFOLLOW | O_CLOEXEC;
    int below = open_step(fd, name, flags, 0);
    if (below >= 0 || errno != ENOENT)
        return below;
    if (mkdirat(fd, name, shared ? 0777 : 0755) < 0) // another may have been faster
        return errno == EEXIST ? open_step(fd, name, flags, 0) : -1;
    below = open_step(fd, name, flags, 0);
    bool good = below >= 0 && (shared || fchmodat(below, ".", 0755, 0) == 0);
    if (good && beneath_sync(&(struct beneath){.fd = fd}, ".", fsync) == 0)
        return below;
    close_quietly(below);
    return -1;
}

enum status beneath_make(const struct beneath *root, const char *path, bool shared,
                         struct error *err)
{
    int fd = beneath_open(root, path, FOLDER, 0);
    if (fd < 0 && errno == ENOENT && root->fd != -1) {
        struct arena mem = {0};
        char *copy = arena_string(&mem, path);
        fd = open_step(root->fd, ".", FOLDER | O_CLOEXEC, 0);
        for (char *p = copy; fd >= 0 && *p;) {
            size_t n = strcspn(p, "/");
            bool more = p[n] == '/';
            p[n] = '\0';
            int below = make_step(fd, n ? p : ".", shared);
            close_quietly(fd);
            fd = below;
            p += n + more;
        }
        int number = errno;
        arena_release(&mem);
        errno = number;
    }
    if (fd < 0)
        return beneath_failed("create the folder", root, path, err);
    close(fd);
    return STATUS_OK;
}

/* Finds the first link on the path; false when there is none. */
static bool find_link(const struct beneath *root, char *path, char *target, size_t size)
{
    for (char *end = path;; *end++ = '/') {
        const char *name;
        end += strcspn(end, "/");
        bool last = !*end;
        *end = '\0';
        int folder = beneath_parent(root, path, &name);
        ssize_t n = folder < 0 ? -1 : readlinkat(folder, name, target, size - 1);
        if (folder >= 0)
            close(folder);
        if (n >= 0)
            target[n] = '\0';
        if (n >= 0 || last)
            return n >= 0;
    }
}

/* Says which link it is.  One that is gone by now was put there and taken away. */
static enum status refuse_link(const struct beneath *root, const char *path,
                               struct error *err)
{
    struct arena mem = {0};
    char target[PATH_MAX], *copy = arena_string(&mem, path);
    if (find_link(root, copy, target, sizeof(target)))
        error_set(err, STATUS_INPUT, "%s is a symbolic link to %s; none is followed here",
                  QUOTE_PATH(beneath_path(root, copy, &mem)), QUOTE_PATH(target));
    else
        error_set(err, STATUS_INPUT, "a symbolic link stood on the way to %s",
                  QUOTE_PATH(beneath_path(root, path, &mem)));
    if (root->hint)
        error_hint(err, "%s", root->hint);
    arena_release(&mem);
    return STATUS_INPUT;
}

enum status beneath_failed(const char *what, const struct beneath *root, const char *path,
                           struct error *err)
{
    if (errno == ELOOP)
        return refuse_link(root, path, err);
    struct arena mem = {0};
    int number = errno;
    const char *whole = beneath_path(root, path, &mem);
    enum status status = STATUS_INPUT;
    errno = number;
    if (!beneath_holds(path)) {
        error_set(err, STATUS_INPUT, "%s does not lie below %s", QUOTE_PATH(path),
                  root->path[0] ? QUOTE_PATH(root->path) : "the project's folder");
    } else {
        status = file_failed(what, whole, err);
        if (number == EEXIST || number == ENOTDIR)
            error_hint(err, "a file stands where a folder is needed");
    }
    arena_release(&mem);
    return status;
}

enum status beneath_check(const struct beneath *root, const char *path, struct error *err)
{
    struct stat st;
    int failed = beneath_stat(root, path, &st);
    if (failed < 0 && (errno == ELOOP || errno == EXDEV))
        return beneath_failed("read", root, path, err);
    return failed == 0 && S_ISLNK(st.st_mode) ? refuse_link(root, path, err) : STATUS_OK;
}
