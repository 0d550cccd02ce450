/* Finding, opening, mapping and reading files.
 *
 * A file is opened without waiting (O_NONBLOCK) and looked at before it is read, so that
 * a named pipe in place of a table is a message, not a hang.  Mapping is the fast way for
 * large tables; its price is SIGBUS when somebody else cuts the file short meanwhile,
 * which file/mapped.h answers.  Our own stages replace files by renaming. */
#include "file/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/mapped.h"

enum { MAX_NAMES = 4096 }; // of a folder that are compared for a hint

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *file_stem(struct arena *mem, const char *path)
{
    const char *name = file_name(path);
    const char *dot = strrchr(name, '.');
    return arena_copy(mem, name,
                      dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

char *file_folder(struct arena *mem, const char *path)
{
    const char *name = file_name(path);
    if (name == path)
        return arena_string(mem, ".");
    size_t n = (size_t)(name - path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    return arena_copy(mem, path, n);
}

char *file_join(struct arena *mem, const char *folder, const char *name)
{
    if (!folder || !folder[0] || strcmp(folder, ".") == 0 || name[0] == '/')
        return arena_string(mem, name);
    bool slash = folder[strlen(folder) - 1] == '/';
    return arena_format(mem, "%s%s%s", folder, slash ? "" : "/", name);
}

char *file_plain(struct arena *mem, const char *path)
{
    struct text out = {.mem = mem};
    text_puts(&out, path[0] == '/' ? "/" : "");
    for (size_t n; path[0]; path += n) {
        n = strcspn(path, "/");
        if (n > 0 && !(n == 1 && path[0] == '.')) {
            text_puts(&out, out.n > 0 && out.p[out.n - 1] != '/' ? "/" : "");
            text_add(&out, path, n);
        }
        n += path[n] == '/';
    }
    return out.n > 0 ? out.p : arena_string(mem, ".");
}

enum status file_here(struct arena *mem, const char **ret, struct error *err)
{
    char here[PATH_MAX];
    if (!getcwd(here, sizeof(here)))
        return error_errno(err, "could not tell the path of this folder");
    *ret = arena_string(mem, here);
    return STATUS_OK;
}

uint64_t file_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && st.st_size > 0 ? (uint64_t)st.st_size : 0;
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

enum status file_failed(const char *what, const char *path, struct error *err)
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

/* The order of names without their ending: 'price.csv' comes before 'price-2021.csv', as
 * it does before 'price_2021.csv', though '-' comes before '.' and '_' does not. */
static int name_order(const void *a, const void *b)
{
    const char *u = *(const char *const *)a, *v = *(const char *const *)b;
    const char *u_end = strrchr(u, '.'), *v_end = strrchr(v, '.');
    size_t m = u_end ? (size_t)(u_end - u) : strlen(u);
    size_t n = v_end ? (size_t)(v_end - v) : strlen(v);
    int way = memcmp(u, v, m < n ? m : n);
    if (way == 0)
        way = (m > n) - (m < n);
    return way != 0 ? way : strcmp(u, v);
}

/* The names in a folder that match a pattern, sorted; false when it cannot be listed. */
static bool list_folder(const char *folder, const char *pattern, size_t max,
                        struct arena *mem, char ***ret_names, size_t *ret_n)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return false;
    char **names = NULL;
    size_t n = 0, cap = 0;
    struct dirent *entry;
    while (errno = 0, n < max && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        bool itself = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        if (itself || (name[0] == '.' && pattern[0] != '.') || !text_match(pattern, name))
            continue;
        ARENA_ROOM(mem, names, n, cap, 64);
        names[n++] = arena_string(mem, name);
    }
    // A listing that breaks off must not pass as a complete one.
    int number = errno;
    closedir(dir);
    errno = number;
    if (number != 0)
        return false;
    if (n)
        qsort(names, n, sizeof(*names), name_order);
    *ret_names = names;
    *ret_n = n;
    return true;
}

/* Says what stands near the path: another name, or that the folder is not there. */
static void hint_near(const char *path, struct error *err)
{
    struct arena mem = {0};
    const char *folder = file_folder(&mem, path);
    char **names;
    size_t n;
    if (!file_exists(folder)) {
        error_hint(err, "the folder %s does not exist", QUOTE_PATH(folder));
    } else if (list_folder(folder, "*", MAX_NAMES, &mem, &names, &n)) {
        const char *near =
            text_nearest(view_of(file_name(path)), (const char *const *)names, n);
        if (near && strcmp(near, file_name(path)) == 0)
            error_hint(err, "it is a link to something that does not exist");
        else if (near)
            error_hint(err, "did you mean '%.*s%s'?", (int)(file_name(path) - path), path,
                       near);
    }
    arena_release(&mem);
}

static enum status not_found(const char *path, struct error *err)
{
    enum status status = error_set(err, STATUS_INPUT, "cannot find %s", QUOTE_PATH(path));
    if (path[0])
        hint_near(path, err);
    return status;
}

static enum status check_regular(const char *path, mode_t mode, struct error *err)
{
    const char *kind = S_ISDIR(mode)                    ? "a folder"
                       : S_ISFIFO(mode)                 ? "a named pipe"
                       : S_ISSOCK(mode)                 ? "a socket"
                       : S_ISCHR(mode) || S_ISBLK(mode) ? "a device"
                                                        : "no regular file";
    if (S_ISREG(mode))
        return STATUS_OK;
    return error_set(err, STATUS_INPUT, "%s is %s, expected a file", QUOTE_PATH(path),
                     kind);
}

/* Opens whatever stands there, without waiting for the other end of a pipe. */
static enum status open_any(const struct beneath *root, const char *path, int *ret_fd,
                            struct error *err)
{
    const int flags = O_RDONLY | O_NOCTTY | O_NONBLOCK;
    int fd = root ? beneath_open(root, path, flags, 0) : open(path, flags | O_CLOEXEC);
    if (fd < 0 && root && errno != ENOENT)
        return beneath_failed("open", root, path, err);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return not_found(path, err);
    if (fd < 0)
        return error_errno(err, "could not open %s", QUOTE_PATH(path));
    *ret_fd = fd;
    return STATUS_OK;
}

/* Opens a regular file, below the root unless that is NULL.  Looked at before it is
 * opened, since opening alone does something to some devices, and after, since another
 * may stand there by then. */
static enum status open_regular(const struct beneath *root, const char *path, int *ret_fd,
                                struct stat *ret_was, struct error *err)
{
    struct stat st;
    int fd;
    int looked = root ? beneath_stat(root, path, &st) : stat(path, &st);
    if (looked == 0 && !S_ISLNK(st.st_mode))
        TRY(check_regular(path, st.st_mode, err));
    TRY(open_any(root, path, &fd, err));
    enum status status = STATUS_OK;
    if (fstat(fd, &st) < 0)
        status = error_errno(err, "could not open %s", QUOTE_PATH(path));
    else
        status = check_regular(path, st.st_mode, err);
    if (status != STATUS_OK) {
        close(fd);
        return status;
    }
    *ret_fd = fd;
    *ret_was = st;
    return STATUS_OK;
}

enum status file_open(const char *path, int *ret_fd, struct error *err)
{
    struct stat st;
    return open_regular(NULL, path, ret_fd, &st, err);
}

enum status file_open_stat(const char *path, int *ret_fd, struct stat *ret_was,
                           struct error *err)
{
    return open_regular(NULL, path, ret_fd, ret_was, err);
}

enum status file_open_below(const struct beneath *root, const char *path, int *ret_fd,
                            struct error *err)
{
    struct stat st;
    return open_regular(root, path, ret_fd, &st, err);
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool file_same(const struct stat *was, const struct stat *now)
{
    bool renamed = was->st_nlink != now->st_nlink || was->st_mode != now->st_mode ||
                   was->st_uid != now->st_uid || was->st_gid != now->st_gid;
    return was->st_dev == now->st_dev && was->st_ino == now->st_ino &&
           was->st_size == now->st_size && same_time(&was->st_mtim, &now->st_mtim) &&
           (renamed || same_time(&was->st_ctim, &now->st_ctim));
}

enum status file_changed(const char *path, struct error *err)
{
    error_set(err, STATUS_BUSY, "%s changed while it was read", QUOTE_PATH(path));
    error_hint(err, "run again when nobody writes it");
    return STATUS_BUSY;
}

enum status file_ended(const char *path, int fd, const struct stat *was, uint64_t n,
                       struct error *err)
{
    struct stat now, named;
    bool there = stat(path, &named) == 0;
    if ((!there && errno != ENOENT && errno != ENOTDIR) || fstat(fd, &now) < 0)
        return error_errno(err, "could not read %s", QUOTE_PATH(path));
    if (!there || !file_same(was, &named) || !file_same(was, &now))
        return file_changed(path, err);
    if (n == (uint64_t)was->st_size)
        return STATUS_OK;
    return error_set(err, STATUS_INPUT, "%s has no length of its own, expected a file",
                     QUOTE_PATH(path));
}

enum status file_map(const char *path, struct mapping *ret, struct error *err)
{
    int fd;
    struct stat was;
    TRY(file_open_stat(path, &fd, &was, err));
    size_t size = (size_t)was.st_size;
    if (size == 0) {
        close(fd);
        *ret = (struct mapping){(const unsigned char *)"", 0};
        return STATUS_OK;
    }
    void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
        error_errno(err, "could not read %s", QUOTE_PATH(path));
    close(fd);
    if (p == MAP_FAILED)
        return STATUS_ENVIRONMENT;
    mapped_add(p, size, path, &was);
    *ret = (struct mapping){p, size};
    return STATUS_OK;
}

void file_unmap(struct mapping *map)
{
    // What munmap wants is not const, though it changes no byte.
    if (map->n) {
        mapped_remove(map->p);
        munmap((void *)(uintptr_t)map->p, map->n);
    }
    *map = (struct mapping){0};
}

static enum status too_large(const char *path, size_t max, struct error *err)
{
    return error_set(err, STATUS_INPUT,
                     "%s is larger than %zu bytes, the most that is read",
                     QUOTE_PATH(path), max);
}

/* Reads on until the end; one byte more than max tells that the file is too large. */
static enum status read_all(int fd, const char *path, const struct stat *was, size_t max,
                            struct arena *mem, struct view *ret, struct error *err)
{
    size_t cap = (size_t)was->st_size + 2, n = 0;
    char *p = arena_alloc(mem, cap);
    for (;;) {
        if (n + 1 == cap) {
            p = arena_grow(mem, p, cap, 2 * cap);
            cap *= 2;
        }
        ssize_t got = read(fd, p + n, cap - 1 - n);
        if (got < 0)
            return error_errno(err, "could not read %s", QUOTE_PATH(path));
        if (got == 0)
            break;
        n += (size_t)got;
        if (n > max)
            return too_large(path, max, err);
    }
    struct stat now;
    if (fstat(fd, &now) < 0)
        return error_errno(err, "could not read %s", QUOTE_PATH(path));
    if (!file_same(was, &now))
        return file_changed(path, err);
    p[n] = '\0';
    *ret = (struct view){p, n};
    return STATUS_OK;
}

enum status file_read_below(const struct beneath *root, const char *path, size_t max,
                            struct arena *mem, struct view *ret, struct error *err)
{
    int fd;
    struct stat was;
    TRY(open_regular(root, path, &fd, &was, err));
    enum status status = (uint64_t)was.st_size > max
                             ? too_large(path, max, err)
                             : read_all(fd, path, &was, max, mem, ret, err);
    close(fd);
    return status;
}

enum status file_read(const char *path, size_t max, struct arena *mem, struct view *ret,
                      struct error *err)
{
    return file_read_below(NULL, path, max, mem, ret, err);
}

/* Names of sources get into artifacts, all of which are UTF-8. */
static enum status check_name(const char *path, const char *name, struct error *err)
{
    size_t n = strlen(name);
    if (text_utf8_valid(name, n) == n)
        return STATUS_OK;
    enum status status = error_set(err, STATUS_INPUT, "the name of %s is not valid UTF-8",
                                   QUOTE_PATH(path));
    error_hint(err, "rename the file");
    return status;
}

enum status file_glob(const char *pattern, struct arena *mem, char ***ret_paths,
                      size_t *ret_n, struct error *err)
{
    const char *last = file_name(pattern);
    const char *folder = file_folder(mem, pattern);
    char **names = NULL;
    size_t n = 0;
    if (strchr(folder, '*')) {
        enum status status =
            error_set(err, STATUS_INPUT, "cannot search for %s", QUOTE_PATH(pattern));
        error_hint(err, "a * may stand in the last part of a path only");
        return status;
    }
    if (!list_folder(folder, last, SIZE_MAX, mem, &names, &n) && errno != ENOENT &&
        errno != ENOTDIR)
        return error_errno(err, "could not list %s", QUOTE_PATH(folder));
    for (size_t i = 0; i < n; i++) {
        char *path =
            arena_format(mem, "%.*s%s", (int)(last - pattern), pattern, names[i]);
        TRY(check_name(path, names[i], err));
        names[i] = path;
    }
    if (n == 0 && !strchr(last, '*'))
        return not_found(pattern, err);
    if (n == 0) {
        enum status status =
            error_set(err, STATUS_INPUT, "no file matches %s", QUOTE_PATH(pattern));
        hint_near(pattern, err);
        return status;
    }
    *ret_paths = names;
    *ret_n = n;
    return STATUS_OK;
}
