/* Writing files so that each path holds its old or its new content.
 *
 * The sequence that survives a kill at any point and, where the file system keeps its
 * word, a loss of power: exclusive temporary file in the target's folder; write in full;
 * compare the length; fchmod; fsync; close, checked; rename; fsync of the folder.  Pillai
 * and others 2014, "All file systems are not created equal" (OSDI), shows what happens to
 * programs that leave a step out.
 *
 * A target that is a symbolic link is replaced, not followed; one above it is refused
 * unless it stands in a path that the user named.  Before the rename the temporary file
 * is compared with what was written, in case that somebody put another in its place. */
#include "base/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beneath.h"
#include "base/file.h"
#include "base/published.h"

enum { BUFFER_BYTES = 64 * 1024 };

/* A folder that outputs or their temporary files stand in, open until the release. */
struct publish_folder {
    const char *path;
    int fd;
    bool renamed; // has new entries that are not yet synced
};

/* Below this nothing is followed; home: of the folders that were named, or NULL. */
struct spot {
    struct beneath root;
    const char *below; // of the output
    const struct publish_home *home;
};

/* Refuses what cannot be replaced by a file. */
static enum status check_target(int folder, const char *path, struct error *err)
{
    struct stat st;
    bool found = fstatat(folder, file_name(path), &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (!found && errno == ENAMETOOLONG)
        return file_failed("create", path, err);
    if (!found || S_ISREG(st.st_mode) || S_ISLNK(st.st_mode))
        return STATUS_OK;
    if (S_ISDIR(st.st_mode))
        return error_set(err, STATUS_ENVIRONMENT, "%s is a folder, expected a file",
                         QUOTE_PATH(path));
    enum status status =
        error_set(err, STATUS_ENVIRONMENT, "%s is no regular file", QUOTE_PATH(path));
    error_hint(err, "an output is replaced as a whole, so it has to be a plain file");
    return status;
}

static enum status check_name(const char *path, struct error *err)
{
    const char *name = file_name(path);
    if (name[0] && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
        return STATUS_OK;
    return error_set(err, STATUS_ENVIRONMENT,
                     "could not create %s: expected a file's name", QUOTE_PATH(path));
}

void publish_home(struct publish *p, const char *folder, bool named)
{
    p->homes = arena_grow(&p->mem, p->homes, p->n_homes * sizeof(*p->homes),
                          (p->n_homes + 1) * sizeof(*p->homes));
    p->homes[p->n_homes++] =
        (struct publish_home){arena_string(&p->mem, folder), named};
}

/* What follows the folder in a path below it, or NULL. */
static const char *part_below(const char *folder, const char *path)
{
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        n--;
    return n > 0 && strncmp(path, folder, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

static struct publish_folder *find_folder(struct publish *p, const char *path)
{
    for (size_t i = 0; i < p->n_folders; i++)
        if (strcmp(p->folders[i]->path, path) == 0)
            return p->folders[i];
    return NULL;
}

/* Keeps an open folder; takes fd over. */
static struct publish_folder *keep_folder(struct publish *p, const char *path, int fd)
{
    struct publish_folder *folder = ARENA_NEW(&p->mem, struct publish_folder);
    *folder = (struct publish_folder){path, fd, false};
    p->folders = arena_grow(&p->mem, p->folders, p->n_folders * sizeof(*p->folders),
                            (p->n_folders + 1) * sizeof(*p->folders));
    p->folders[p->n_folders++] = folder;
    return folder;
}

/* Opens a folder whose path the user has given, made where it is missing. */
static enum status trusted_folder(struct publish *p, const char *path,
                                  struct publish_folder **ret, struct error *err)
{
    if ((*ret = find_folder(p, path)) != NULL)
        return STATUS_OK;
    TRY(file_make_folder(path, err));
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "could not open the folder %s", QUOTE_PATH(path));
    *ret = keep_folder(p, path, fd);
    return STATUS_OK;
}

/* Opens a folder below a root; path is the whole one. */
static enum status folder_below(struct publish *p, const struct beneath *root,
                                const char *below, const char *path,
                                struct publish_folder **ret, struct error *err)
{
    if ((*ret = find_folder(p, path)) != NULL)
        return STATUS_OK;
    TRY(beneath_make(root, below, false, err));
    int fd = beneath_open(root, below, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return beneath_failed("open the folder", root, below, err);
    *ret = keep_folder(p, path, fd);
    return STATUS_OK;
}

/* Finds out from where on links are refused: below a folder that the user named, below
 * the working folder, or, elsewhere, in the last component only. */
static enum status find_spot(struct publish *p, const char *path, struct spot *ret,
                             struct error *err)
{
    struct publish_folder *root;
    *ret = (struct spot){beneath_here, path, NULL};
    for (size_t i = 0; i < p->n_homes; i++) {
        const char *below = part_below(p->homes[i].path, path);
        if (!below)
            continue;
        ret->home = &p->homes[i];
        if (!ret->home->named)
            return STATUS_OK;
        TRY(trusted_folder(p, ret->home->path, &root, err));
        ret->below = below;
        ret->root = (struct beneath){root->fd, root->path, NULL};
        return STATUS_OK;
    }
    if (beneath_holds(path))
        return STATUS_OK;
    TRY(trusted_folder(p, file_folder(&p->mem, path), &root, err));
    ret->below = file_name(path);
    ret->root = (struct beneath){root->fd, root->path, NULL};
    return STATUS_OK;
}

/* Where the temporary file stands, and its label there.  A folder below the home may be
 * an output as a whole, in which nothing unfinished has a place: its temporary files
 * stand in the home itself, unless that is another file system. */
static enum status place_temporary(struct publish *p, const struct spot *spot,
                                   struct output *out, struct publish_folder **ret,
                                   const char **ret_label, struct error *err)
{
    struct stat own, above;
    struct publish_folder *home;
    const char *path = spot->home ? spot->home->path : NULL;
    const char *inner = path ? part_below(path, out->path) : NULL;
    *ret = out->folder;
    *ret_label = file_name(out->path);
    if (!inner || !strchr(inner, '/'))
        return STATUS_OK;
    if (spot->home->named)
        TRY(trusted_folder(p, path, &home, err));
    else
        TRY(folder_below(p, &beneath_here, path, path, &home, err));
    temporary_sweep(out->folder->fd, NULL); // of another version, or from a mounted folder
    if (fstat(out->folder->fd, &own) < 0 || fstat(home->fd, &above) < 0 ||
        own.st_dev != above.st_dev)
        return STATUS_OK;
    char *label = arena_string(&p->mem, inner);
    for (char *slash = label; (slash = strchr(slash, '/')) != NULL;)
        *slash = '.';
    *ret = home;
    *ret_label = label;
    return STATUS_OK;
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
    struct spot spot;
    struct publish_folder *beside;
    const char *label;
    TRY(check_name(path, err));
    TRY(find_spot(p, path, &spot, err));
    struct output *out = ARENA_NEW(&p->mem, struct output);
    out->path = arena_string(&p->mem, path);
    TRY(folder_below(p, &spot.root, file_folder(&p->mem, spot.below),
                     file_folder(&p->mem, path), &out->folder, err));
    TRY(check_target(out->folder->fd, path, err));
    TRY(place_temporary(p, &spot, out, &beside, &label, err));
    TRY(temporary_create(beside->fd, label, path, &p->mem, &out->temporary, &out->fd,
                         err));
    out->buffer = arena_alloc(&p->mem, BUFFER_BYTES);
    remember(p, out);
    *ret = out;
    return STATUS_OK;
}

static enum status write_all(struct output *out, const char *p, size_t n,
                             struct error *err)
{
    if (out->summed)
        checksum_add(&out->sum, p, n);
    while (n > 0) {
        ssize_t wrote = write(out->fd, p, n);
        if (wrote < 0) {
            out->failed = true;
            return file_failed("write", out->path, err);
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

void output_sum_begin(struct output *out)
{
    checksum_begin(&out->sum);
    out->summed = true;
}

enum status output_sum(struct output *out, struct checksum *ret, struct error *err)
{
    TRY(flush(out, err));
    *ret = out->sum;
    return STATUS_OK;
}

/* Refuses a temporary file that is not, or no longer, what was written. */
static enum status check_written(const struct output *out, struct error *err)
{
    struct stat st;
    if (fstat(out->fd, &st) < 0)
        return file_failed("write", out->path, err);
    if (!temporary_is(&out->temporary, &st))
        return error_set(err, STATUS_ENVIRONMENT,
                         "could not write %s: its temporary file was taken away",
                         QUOTE_PATH(out->path));
    if ((uint64_t)st.st_size != out->offset || out->failed)
        return error_set(err, STATUS_ENVIRONMENT,
                         "could not write %s: %" PRIu64
                         " bytes are on disk instead of %" PRIu64,
                         QUOTE_PATH(out->path), (uint64_t)st.st_size, out->offset);
    return STATUS_OK;
}

/* Brings one temporary file to the disk, complete, and closes it. */
static enum status finish(struct output *out, struct error *err)
{
    if (!out->failed)
        TRY(flush(out, err));
    TRY(check_written(out, err));
    if (fchmod(out->fd, 0644) < 0 || fsync(out->fd) < 0)
        return file_failed("write", out->path, err);
    // What is closed keeps its lock until it has its name.
    if (!temporary_keep_lock(&out->temporary, out->fd))
        return file_failed("write", out->path, err);
    int fd = out->fd;
    out->fd = -1;
    if (close(fd) < 0)
        return file_failed("write", out->path, err);
    return STATUS_OK;
}

static enum status rename_all(struct publish *p, struct error *err)
{
    for (size_t i = 0; i < p->n; i++) {
        struct output *out = p->outputs[i];
        struct stat written; // looked at before others can see it
        if (fstatat(out->temporary.folder, out->temporary.name, &written,
                    AT_SYMLINK_NOFOLLOW) < 0 ||
            renameat(out->temporary.folder, out->temporary.name, out->folder->fd,
                     file_name(out->path)) < 0)
            return file_failed("replace", out->path, err);
        temporary_forget(&out->temporary);
        out->folder->renamed = true;
        TRY(published_tell(out->path, &written, err));
    }
    return STATUS_OK;
}

/* The folders that lost an entry need no sync of their own: what a crash brings back
 * there is an abandoned temporary file. */
static enum status sync_folders(struct publish *p, struct error *err)
{
    for (size_t i = 0; i < p->n_folders; i++) {
        struct publish_folder *folder = p->folders[i];
        // Where a file system knows no sync of a folder there is nothing to wait for.
        if (folder->renamed && fsync(folder->fd) < 0 && errno != EINVAL)
            return error_errno(err, "could not sync the folder %s",
                               QUOTE_PATH(folder->path));
        folder->renamed = false;
    }
    return STATUS_OK;
}

void publish_sweep(struct publish *p, const char *pattern)
{
    p->sweep = arena_string(&p->mem, pattern);
}

static bool is_output(const struct publish *p, const char *path)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->outputs[i]->path, path) == 0)
            return true;
    return false;
}

/* The pattern's folder is one that an output stands in, or there is nothing to sweep. */
static enum status sweep(struct publish *p, struct error *err)
{
    char **paths;
    size_t n;
    struct error none;
    struct publish_folder *folder =
        p->sweep ? find_folder(p, file_folder(&p->mem, p->sweep)) : NULL;
    if (!folder || file_glob(p->sweep, &p->mem, &paths, &n, &none) != STATUS_OK)
        return STATUS_OK;
    for (size_t i = 0; i < n; i++)
        if (!is_output(p, paths[i]) &&
            unlinkat(folder->fd, file_name(paths[i]), 0) < 0 && errno != ENOENT &&
            errno != EISDIR)
            return file_failed("remove", paths[i], err);
    return STATUS_OK;
}

enum status publish_commit(struct publish *p, struct error *err)
{
    for (size_t i = 0; i < p->n; i++)
        TRY(finish(p->outputs[i], err));
    TRY(rename_all(p, err));
    TRY(sweep(p, err));
    TRY(sync_folders(p, err));
    p->n = 0;
    return STATUS_OK;
}

void publish_release(struct publish *p)
{
    for (size_t i = 0; i < p->n; i++) {
        struct output *out = p->outputs[i];
        if (out->fd >= 0)
            close(out->fd);
        if (out->temporary.name)
            temporary_remove(&out->temporary);
    }
    for (size_t i = 0; i < p->n_folders; i++)
        close(p->folders[i]->fd);
    arena_release(&p->mem);
    *p = (struct publish){0};
}

void publish_abandon_all(void)
{
    temporary_remove_all();
}
