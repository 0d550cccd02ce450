/* Listing a remote in a folder: a walk through what can lead to the prefix.
 *
 * Symbolic links and whatever else is no regular file are no objects.  An object is
 * read-only from the beginning; of a file with another mode, which may have been written
 * to, the MD5 stands in place of an ETag. */
#include "remote/remote_folder_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file/file.h"

enum { MAX_DEPTH = 16 };

/* A walk through the folder. */
struct folder_walk {
    const struct remote *remote;
    const char *prefix;
    struct arena *mem;
    struct remote_objects *ret;
    struct text key; // of the folder, with a slash behind, or empty
};

/* The MD5 of a file that somebody has written to: objects are read-only. */
static enum status digest_changed(struct folder_walk *walk, int fd, const char *name,
                                  char *md5, struct error *err)
{
    struct folder_copy c = {.body = {"", 0}, .to = -1, .discard = true};
    char sha256[SHA256_HEX];
    c.from = openat(fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (c.from < 0 && errno == ENOENT)
        return STATUS_OK;
    if (c.from < 0 || !folder_copy(&c, md5, sha256)) {
        enum status status = folder_failed("read", walk->remote, walk->key.p, err);
        if (c.from >= 0)
            close(c.from);
        return status;
    }
    close(c.from);
    return STATUS_OK;
}

static enum status add_file(struct folder_walk *walk, int fd, const char *name,
                            const struct stat *st, struct error *err)
{
    char md5[MD5_HEX] = "";
    if ((st->st_mode & 07777) != 0444)
        TRY(digest_changed(walk, fd, name, md5, err));
    struct tm tm;
    char modified[40] = "";
    if (gmtime_r(&st->st_mtime, &tm)) {
        size_t n = strftime(modified, sizeof(modified), "%Y-%m-%dT%H:%M:%S", &tm);
        snprintf(modified + n, sizeof(modified) - n, ".%09ldZ", st->st_mtim.tv_nsec);
    }
    struct remote_object object = {
        .key = arena_copy(walk->mem, walk->key.p, walk->key.n),
        .bytes = (uint64_t)st->st_size,
        .etag = arena_string(walk->mem, md5),
        .modified = arena_string(walk->mem, modified),
    };
    remote_objects_add(walk->ret, object, walk->mem);
    return remote_objects_check(walk->ret, err);
}

/* True when a folder's key (with its slash) can lead to keys that begin with the
 * prefix. */
static bool leads_to(const struct text *key, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(key->p, prefix, key->n < n ? key->n : n) == 0 &&
           strcmp(key->p, FOLDER_TEMPORARY "/") != 0;
}

static enum status walk_folder(struct folder_walk *walk, int fd, size_t depth,
                               struct error *err);

static enum status walk_entry(struct folder_walk *walk, int fd, const char *name,
                              size_t depth, struct error *err)
{
    struct stat st;
    size_t n = walk->key.n;
    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? STATUS_OK
                               : folder_failed("list", walk->remote, walk->key.p, err);
    enum status status = STATUS_OK;
    text_puts(&walk->key, name);
    if (S_ISREG(st.st_mode) &&
        strncmp(walk->key.p, walk->prefix, strlen(walk->prefix)) == 0)
        status = add_file(walk, fd, name, &st, err);
    if (S_ISDIR(st.st_mode)) {
        text_putc(&walk->key, '/');
        int below = -1;
        if (depth < MAX_DEPTH && leads_to(&walk->key, walk->prefix) &&
            (below = folder_below(fd, name, false)) < 0 && errno != ENOENT)
            status = folder_failed("list", walk->remote, walk->key.p, err);
        if (below >= 0)
            status = walk_folder(walk, below, depth + 1, err);
    }
    walk->key.n = n;
    walk->key.p[n] = '\0';
    return status;
}

/* Closes fd. */
static enum status walk_folder(struct folder_walk *walk, int fd, size_t depth,
                               struct error *err)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        enum status status = folder_failed("list", walk->remote, walk->key.p, err);
        close(fd);
        return status;
    }
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (!entry && errno)
            status = folder_failed("list", walk->remote, walk->key.p, err);
        if (!entry)
            break;
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            status = walk_entry(walk, dirfd(dir), entry->d_name, depth, err);
    }
    closedir(dir);
    return status;
}

enum status folder_list(struct remote *remote, const char *prefix, struct arena *mem,
                        struct remote_objects *ret, struct error *err)
{
    TRY(folder_root(remote, false, err));
    int root = folder_of(remote)->root.fd;
    if (root < 0)
        return STATUS_OK;
    struct folder_walk walk = {remote, prefix, mem, ret, {.mem = mem}};
    text_puts(&walk.key, "");
    // Opened anew: a copy of the descriptor would share its place in the listing.
    int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return file_failed("list", remote->config->folder, err);
    return walk_folder(&walk, fd, 0, err);
}
