/* Exporting, under the lock: no version goes meanwhile. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE // realpath
#endif
#include <stdlib.h>
#include <string.h>

#include "digest/digest.h"
#include "file/file.h"
#include "registry/registry_archive.h"
#include "registry/registry_internal.h"
#include "registry/ustar.h"

/* An export under way. */
struct exporting {
    const struct registry *r;
    struct output *out;
    struct arena *mem;
};

/* Adds the file below the registry. */
static enum status add_file(const struct exporting *x, const char *below,
                            const char *sha256, struct error *err)
{
    const char *path = registry_path(x->r, below, x->mem);
    char found[SHA256_HEX];
    struct mapping map;
    TRY(file_map(path, &map, err));
    enum status status = STATUS_OK;
    digest_hex_of(DIGEST_SHA256, map.p, map.n, found);
    if (sha256 && strcmp(found, sha256) != 0)
        status =
            error_refuse(err, path, NULL, "the file was changed after it was registered");
    if (status == STATUS_OK)
        status = ustar_add(x->out, file_join(x->mem, x->r->pipeline, below), map.p, map.n,
                           err);
    file_unmap(&map);
    return status;
}

static enum status add_version(const struct exporting *x, size_t version,
                               struct error *err)
{
    struct registry_manifest m;
    const char *folder = arena_format(x->mem, REGISTRY_VERSIONS "/%zu", version);
    bool listed = false; // the manifest, among the files
    TRY(registry_read(x->r, version, x->mem, &m, err));
    for (size_t i = 0; i < m.n_files; i++) {
        if (!listed && strcmp(m.file[i].name, REGISTRY_MANIFEST) > 0) {
            TRY(add_file(x, file_join(x->mem, folder, REGISTRY_MANIFEST), NULL, err));
            listed = true;
        }
        TRY(add_file(x, file_join(x->mem, folder, m.file[i].name), m.file[i].sha256,
                     err));
    }
    return listed ? STATUS_OK
                  : add_file(x, file_join(x->mem, folder, REGISTRY_MANIFEST), NULL, err);
}

/* aliases.json and as much of the log as it vouches for. */
static enum status add_names(const struct exporting *x, struct error *err)
{
    struct registry_aliases a;
    struct view log;
    TRY(registry_aliases(x->r, x->mem, &a, err));
    if (a.moves == 0)
        return STATUS_OK;
    TRY(registry_log_text(x->r, &a, x->mem, &log, err));
    TRY(add_file(x, REGISTRY_ALIASES, NULL, err));
    return ustar_add(x->out, file_join(x->mem, x->r->pipeline, REGISTRY_LOG), log.p,
                     log.n, err);
}

static enum status add_all(const struct exporting *x, size_t *ret_n, struct error *err)
{
    size_t *version, n;
    TRY(registry_versions(x->r, x->mem, &version, &n, err));
    TRY(add_names(x, err));
    for (size_t i = 0; i < n; i++)
        TRY(add_version(x, version[i], err));
    *ret_n = n;
    return ustar_end(x->out, err);
}

/* An archive in the registry would be a file of it, or take the place of one. */
static enum status check_outside(const struct registry *r, const char *path,
                                 struct arena *mem, struct error *err)
{
    char *own = realpath(registry_path(r, "", mem), NULL);
    char *folder = realpath(file_folder(mem, path), NULL);
    size_t n = own ? strlen(own) : 0;
    bool inside = own && folder && strncmp(folder, own, n) == 0 &&
                  (folder[n] == '\0' || folder[n] == '/');
    free(own);
    free(folder);
    if (!inside)
        return STATUS_OK;
    error_set(err, STATUS_USAGE, "the archive %s would stand in the registry itself",
              QUOTE_PATH(path));
    error_hint(err, "name a file elsewhere");
    return STATUS_USAGE;
}

static enum status export_to(const struct registry *r, struct publish *publish,
                             const char *path, struct arena *mem, size_t *ret_n,
                             struct error *err)
{
    struct exporting x = {.r = r, .mem = mem};
    publish_home(publish, file_folder(mem, path), true);
    TRY(publish_open(publish, path, &x.out, err));
    TRY(add_all(&x, ret_n, err));
    return publish_commit(publish, err);
}

enum status registry_export(const struct registry *r, const char *path, struct arena *mem,
                            size_t *ret_n, struct error *err)
{
    struct publish publish = {0};
    struct registry_manifest first;
    struct beneath root;
    size_t *version, n;
    TRY(registry_versions(r, mem, &version, &n, err));
    TRY(registry_read(r, n > 0 ? version[0] : 1, mem, &first, err)); // is there one?
    TRY(check_outside(r, path, mem, err));
    TRY(registry_lock(r, mem, &root, err));
    enum status status = export_to(r, &publish, path, mem, ret_n, err);
    publish_release(&publish);
    registry_close(&root);
    return status;
}
