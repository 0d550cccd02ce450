/* Where a registry is, which versions it has, and the lock on it.
 *
 * The lock is on the folder itself: nothing of it is ever written, it ends with the process
 * that holds it, and a copy of the registry has none. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // flock
#endif

#include "registry/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/progress.h"
#include "digest/digest.h"
#include "file/file.h"
#include "registry/registry_internal.h"

#define PAUSE_S 0.005 // between two attempts to take the lock

struct registry registry_at(const char *folder, const char *pipeline)
{
    return (struct registry){folder, pipeline};
}

char *registry_path(const struct registry *r, const char *below, struct arena *mem)
{
    const char *own = file_join(mem, r->folder, r->pipeline);
    return below[0] ? file_join(mem, own, below) : arena_string(mem, own);
}

char *registry_file(const struct registry *r, size_t version, const char *name,
                    struct arena *mem)
{
    const char *below = arena_format(mem, REGISTRY_VERSIONS "/%zu", version);
    return registry_path(r, name[0] ? file_join(mem, below, name) : below, mem);
}

enum status registry_open(const struct registry *r, struct arena *mem,
                          struct beneath *ret, struct error *err)
{
    const char *path = registry_path(r, "", mem);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 && errno != ENOENT)
        return file_failed("open", path, err);
    *ret = (struct beneath){fd, path, NULL};
    return STATUS_OK;
}

void registry_close(struct beneath *root)
{
    if (root->path && root->fd >= 0) {
        (void)flock(root->fd, LOCK_UN); // free at once, even where close fails
        close(root->fd);
    }
    *root = (struct beneath){.fd = -1};
}

static enum status wait_for_lock(const struct beneath *root, struct error *err)
{
    double until_s = progress_clock_s() + REGISTRY_WAIT_S;
    while (flock(root->fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK)
            return file_failed("lock", root->path, err);
        if (progress_clock_s() >= until_s) {
            error_set(err, STATUS_BUSY, "%s is busy: another process writes to it",
                      QUOTE_PATH(root->path));
            error_hint(err, "wait until it has ended, then try again");
            return STATUS_BUSY;
        }
        progress_pause(PAUSE_S);
    }
    return STATUS_OK;
}

/* What somebody put in the place of REGISTRY_NEW stops every writer until it is gone. */
static enum status not_cleared(const struct beneath *root, const char *what,
                               struct error *err)
{
    bool foreign =
        errno == ENOTDIR || errno == ENOTEMPTY || errno == EEXIST || errno == ELOOP;
    enum status status = beneath_failed(what, root, REGISTRY_NEW, err);
    if (foreign)
        error_hint(err, "take it away by hand: nothing in it counts");
    return status;
}

enum status registry_clear(const struct beneath *root, struct error *err)
{
    DIR *dir = beneath_list(root, REGISTRY_NEW);
    struct dirent *entry;
    if (!dir)
        return errno == ENOENT ? STATUS_OK : not_cleared(root, "open", err);
    while ((entry = readdir(dir)) != NULL)
        unlinkat(dirfd(dir), entry->d_name, 0); // "." and ".." refuse
    closedir(dir);
    if (beneath_remove(root, REGISTRY_NEW, AT_REMOVEDIR) < 0)
        return not_cleared(root, "remove", err);
    return STATUS_OK;
}

enum status registry_lock(const struct registry *r, struct arena *mem,
                          struct beneath *ret, struct error *err)
{
    struct beneath root = {.fd = -1};
    TRY(file_make_folder(registry_path(r, "", mem), err));
    TRY(registry_open(r, mem, &root, err));
    enum status status = wait_for_lock(&root, err);
    if (status == STATUS_OK)
        status = registry_clear(&root, err);
    if (status == STATUS_OK)
        status = registry_settle(r, &root, mem, err);
    if (status == STATUS_OK)
        *ret = root;
    else
        registry_close(&root);
    return status;
}

bool registry_names(DIR *dir, struct arena *mem, struct texts *ret)
{
    size_t n = 0, cap = 0;
    const char **v = NULL;
    struct dirent *entry;
    while (errno = 0, (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        ARENA_ROOM(mem, v, n, cap, 16);
        v[n++] = arena_string(mem, entry->d_name);
    }
    *ret = (struct texts){n, v};
    return errno == 0;
}

size_t registry_number(struct view name)
{
    size_t version;
    bool plain = name.n > 0 && name.p[0] != '0' && text_size(name, &version);
    return plain && version <= REGISTRY_LAST ? version : 0;
}

static int by_number(const void *a, const void *b)
{
    const size_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void list_versions(const struct texts *names, struct arena *mem, size_t **ret,
                          size_t *ret_n)
{
    size_t n = 0, *v = ARENA_ARRAY(mem, size_t, names->n);
    for (size_t i = 0; i < names->n; i++) {
        v[n] = registry_number(view_of(names->v[i]));
        n += v[n] > 0;
    }
    if (n > 1)
        qsort(v, n, sizeof *v, by_number);
    *ret = v;
    *ret_n = n;
}

enum status registry_versions(const struct registry *r, struct arena *mem, size_t **ret,
                              size_t *ret_n, struct error *err)
{
    struct beneath root CLEANUP(registry_close) = {.fd = -1};
    struct texts names;
    TRY(registry_open(r, mem, &root, err));
    DIR *dir = beneath_list(&root, REGISTRY_VERSIONS);
    if (!dir && errno != ENOENT)
        return beneath_failed("open", &root, REGISTRY_VERSIONS, err);
    *ret = NULL;
    *ret_n = 0;
    if (!dir)
        return STATUS_OK;
    enum status status = registry_names(dir, mem, &names)
                             ? STATUS_OK
                             : beneath_failed("list", &root, REGISTRY_VERSIONS, err);
    closedir(dir);
    if (status == STATUS_OK)
        list_versions(&names, mem, ret, ret_n);
    return status;
}

enum status registry_newest(const struct registry *r, struct arena *mem, size_t *ret,
                            struct error *err)
{
    size_t *version, n;
    TRY(registry_versions(r, mem, &version, &n, err));
    *ret = n > 0 ? version[n - 1] : 0;
    return STATUS_OK;
}

/* Says which versions there are. */
static enum status no_version(const struct registry *r, size_t wanted, struct arena *mem,
                              struct error *err)
{
    size_t *version, n;
    TRY(registry_versions(r, mem, &version, &n, err));
    error_set(err, STATUS_INPUT, "there is no version %zu of %s", wanted,
              QUOTE(r->pipeline));
    if (n == 0)
        error_hint(err, "%s has no version yet; bin/register makes one",
                   QUOTE_PATH(registry_path(r, "", mem)));
    else if (n == 1)
        error_hint(err, "there is version %zu", version[0]);
    else
        error_hint(err,
                   "there are %zu, from %zu to %zu; 'bin/registry list %s' shows them", n,
                   version[0], version[n - 1], r->pipeline);
    return STATUS_INPUT;
}

enum status registry_read(const struct registry *r, size_t version, struct arena *mem,
                          struct registry_manifest *ret, struct error *err)
{
    if (version == 0 || !file_exists(registry_file(r, version, "", mem)))
        return no_version(r, version, mem, err);
    return registry_manifest_read(registry_file(r, version, REGISTRY_MANIFEST, mem),
                                  r->pipeline, mem, ret, err);
}

static enum status check_file(const char *path, const struct registry_kept *kept,
                              struct error *err)
{
    char sha256[SHA256_HEX];
    uint64_t bytes;
    TRY(digest_file(path, NULL, sha256, &bytes, err));
    if (bytes != kept->bytes)
        return error_refuse(err, path, NULL,
                            "the file holds %zu bytes, its manifest names one of %zu",
                            (size_t)bytes, kept->bytes);
    if (strcmp(sha256, kept->sha256) == 0)
        return STATUS_OK;
    return error_refuse(err, path, NULL,
                        "the file was changed after it was registered: its SHA-256 is "
                        "%.12s, its manifest has %.12s",
                        sha256, kept->sha256);
}

enum status registry_check(const struct registry *r, size_t version,
                           const struct registry_manifest *m, struct error *err)
{
    struct arena mem = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < m->n_files; i++)
        status = check_file(registry_file(r, version, m->file[i].name, &mem), &m->file[i],
                            err);
    arena_release(&mem);
    return status;
}
