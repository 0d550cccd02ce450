/* Versions that come from elsewhere: from a remote, an archive, another number. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digest/digest.h"
#include "file/file.h"
#include "registry/registry_internal.h"

enum status registry_write(const struct beneath *root, const char *path, struct view v,
                           struct error *err)
{
    int fd = beneath_open(root, path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    bool good = fd >= 0 && restart_write(fd, v.p, v.n);
    enum status status = good ? STATUS_OK : beneath_failed("write", root, path, err);
    if (fd >= 0 && close(fd) < 0 && good)
        status = beneath_failed("write", root, path, err);
    return status;
}

/* Brings a file of REGISTRY_NEW to the disk, with the mode that all have. */
static enum status settle_file(const struct beneath *root, const char *name,
                               struct arena *mem, struct error *err)
{
    const char *path = file_join(mem, REGISTRY_NEW, name);
    int fd = beneath_open(root, path, O_RDONLY | O_NONBLOCK, 0);
    bool good = fd >= 0 && fchmod(fd, 0644) == 0 && fsync(fd) == 0;
    enum status status = good ? STATUS_OK : beneath_failed("write", root, path, err);
    if (fd >= 0)
        close(fd);
    return status;
}

/* Are the bytes those that the manifest names? */
static enum status check_new(const struct beneath *root, const struct registry_kept *file,
                             struct arena *mem, struct error *err)
{
    const char *path = file_join(mem, REGISTRY_NEW, file->name);
    char sha256[SHA256_HEX];
    uint64_t bytes;
    int fd;
    TRY(settle_file(root, file->name, mem, err));
    TRY(file_open_below(root, path, &fd, err));
    enum status status = digest_fd(fd, path, NULL, sha256, &bytes, err);
    close(fd);
    TRY(status);
    if (bytes == file->bytes && strcmp(sha256, file->sha256) == 0)
        return STATUS_OK;
    return error_set(err, STATUS_INPUT,
                     "%s that came is not the one that its manifest names",
                     QUOTE(file->name));
}

static enum status count_new(const struct beneath *root, struct arena *mem, size_t *ret,
                             struct error *err)
{
    DIR *dir = beneath_list(root, REGISTRY_NEW);
    struct texts names = {0};
    *ret = 0;
    if (!dir)
        return beneath_failed("open", root, REGISTRY_NEW, err);
    enum status status = registry_names(dir, mem, &names)
                             ? STATUS_OK
                             : beneath_failed("list", root, REGISTRY_NEW, err);
    closedir(dir);
    *ret = names.n;
    return status;
}

enum status registry_accept(const struct registry *r, const struct beneath *root,
                            size_t wanted, struct arena *mem, size_t *ret,
                            struct error *err)
{
    struct registry_manifest m;
    size_t n;
    const char *path = file_join(mem, REGISTRY_NEW, REGISTRY_MANIFEST);
    TRY(registry_manifest_read(registry_path(r, path, mem), r->pipeline, mem, &m, err));
    for (size_t i = 0; i < m.n_files; i++)
        TRY(check_new(root, &m.file[i], mem, err));
    TRY(settle_file(root, REGISTRY_MANIFEST, mem, err));
    TRY(count_new(root, mem, &n, err));
    if (n != m.n_files + 1)
        return error_set(err, STATUS_INPUT,
                         "the version holds files that its manifest does not name");
    if (beneath_sync(root, REGISTRY_NEW, fsync) < 0)
        return beneath_failed("sync", root, REGISTRY_NEW, err);
    return registry_place(r, root, wanted, mem, ret, err);
}
