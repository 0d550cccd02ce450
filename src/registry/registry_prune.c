/* Pruning, under the lock: a version leaves its number by a rename, then its files go.  So
 * it is there as a whole or not at all; what a kill leaves goes with the next writer. */
#include "registry/registry_prune.h"

#include "registry/registry_internal.h"

enum status registry_remove(const struct beneath *root, size_t version, struct arena *mem,
                            struct error *err)
{
    const char *path = arena_format(mem, REGISTRY_VERSIONS "/%zu", version);
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
