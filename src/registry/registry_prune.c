/* Pruning, under the lock: a version leaves its number by a rename, then its files go.  So
 * it is there as a whole or not at all; what a kill leaves goes with the next writer. */
#include "registry/registry_prune.h"

#include <sys/stat.h>

#include "file/file.h"
#include "registry/registry_internal.h"

/* Whoever renamed it first would find that it cannot be emptied, and nobody writes then. */
static enum status check_plain(const struct beneath *root, const char *path,
                               struct arena *mem, struct error *err)
{
    DIR *dir = beneath_list(root, path);
    struct texts names = {0};
    struct stat st;
    if (!dir)
        return beneath_failed("open", root, path, err);
    enum status status = registry_names(dir, mem, &names)
                             ? STATUS_OK
                             : beneath_failed("list", root, path, err);
    closedir(dir);
    for (size_t i = 0; status == STATUS_OK && i < names.n; i++) {
        const char *name = file_join(mem, path, names.v[i]);
        if (beneath_stat(root, name, &st) < 0 || !S_ISDIR(st.st_mode))
            continue;
        status = error_refuse(err, file_join(mem, root->path, name), NULL,
                              "a folder stands in a version, which has files only");
        error_hint(err, "whoever put it there takes it away");
    }
    return status;
}

enum status registry_remove(const struct beneath *root, size_t version, struct arena *mem,
                            struct error *err)
{
    const char *path = arena_format(mem, REGISTRY_VERSIONS "/%zu", version);
    TRY(check_plain(root, path, mem, err));
    if (beneath_rename(root, path, root, REGISTRY_NEW) < 0)
        return beneath_failed("remove", root, path, err);
    return registry_clear(root, err);
}

static enum status prune_locked(const struct registry *r, const struct beneath *root,
                                size_t keep, bool dry, struct arena *mem, size_t **ret,
                                size_t *ret_n, struct error *err)
{
    struct registry_aliases a;
    size_t *version, n, gone = 0;
    TRY(registry_versions(r, mem, &version, &n, err));
    TRY(registry_aliases(r, mem, &a, err));
    for (size_t i = 0; i + keep < n; i++)
        if (!registry_means(&a, version[i]))
            version[gone++] = version[i];
    for (size_t i = 0; i < gone; i++)
        TRY(check_plain(root, arena_format(mem, REGISTRY_VERSIONS "/%zu", version[i]),
                        mem, err));
    for (size_t i = 0; i < gone && !dry; i++)
        TRY(registry_remove(root, version[i], mem, err));
    *ret = version;
    *ret_n = gone;
    return STATUS_OK;
}

enum status registry_prune(const struct registry *r, size_t keep, bool dry,
                           struct arena *mem, size_t **ret, size_t *ret_n,
                           struct error *err)
{
    struct beneath root;
    TRY(registry_lock(r, mem, &root, err));
    enum status status =
        prune_locked(r, &root, keep > 0 ? keep : 1, dry, mem, ret, ret_n, err);
    registry_close(&root);
    return status;
}
