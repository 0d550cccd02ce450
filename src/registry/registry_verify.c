/* Verification: each version by its manifest, the names by the log. */
#include "registry/registry_verify.h"

#include <errno.h>
#include <string.h>

#include "file/file.h"
#include "registry/registry_internal.h"

struct verifying {
    const struct registry *r;
    const struct watch *w;
    struct beneath root;
    struct arena *mem;
};

/* Tells a fault of the data and goes on; what the system refuses ends the work. */
static enum status told(const struct verifying *v, enum status status,
                        struct error *found, struct error *err)
{
    if (status == STATUS_OK)
        return STATUS_OK;
    if (status == STATUS_INPUT)
        return watch_fault(v->w, found);
    *err = *found;
    return status;
}

static enum status stranger(const struct verifying *v, const char *path)
{
    struct error found;
    (void)error_refuse(&found, path, NULL, "no manifest names the file");
    error_hint(&found, "whoever put it there takes it away: a version never changes");
    return watch_fault(v->w, &found);
}

static enum status check_strangers(const struct verifying *v, size_t version,
                                   const struct registry_manifest *m, struct error *err)
{
    const char *path = arena_format(v->mem, REGISTRY_VERSIONS "/%zu", version);
    DIR *dir = beneath_list(&v->root, path);
    struct texts names;
    if (!dir)
        return beneath_failed("open", &v->root, path, err);
    enum status status = registry_names(dir, v->mem, &names)
                             ? STATUS_OK
                             : beneath_failed("list", &v->root, path, err);
    closedir(dir);
    for (size_t i = 0; status == STATUS_OK && i < names.n; i++)
        if (strcmp(names.v[i], REGISTRY_MANIFEST) != 0 &&
            !registry_manifest_find(m, names.v[i]))
            status = stranger(v, registry_file(v->r, version, names.v[i], v->mem));
    return status;
}

static enum status verify_file(const struct verifying *v, size_t version,
                               const struct registry_kept *file, struct error *err)
{
    struct error found;
    struct registry_manifest one = {
        .n_files = 1,
        .file = &(struct registry_kept){file->name, file->bytes, file->sha256}};
    return told(v, registry_check(v->r, version, &one, &found), &found, err);
}

static enum status verify_version(const struct verifying *v, size_t version,
                                  struct error *err)
{
    struct registry_manifest m;
    struct error found;
    enum status status = registry_read(v->r, version, v->mem, &m, &found);
    if (status != STATUS_OK)
        return told(v, status, &found, err);
    for (size_t i = 0; i < m.n_files; i++)
        TRY(verify_file(v, version, &m.file[i], err));
    return check_strangers(v, version, &m, err);
}

/* What the log leads to: the last move of a name. */
static size_t led_to(const struct registry_moved *moved, size_t n, const char *alias)
{
    while (n > 0 && strcmp(moved[n - 1].alias, alias) != 0)
        n--;
    return n > 0 ? moved[n - 1].to : 0;
}

/* STATUS_INPUT for a name that means another version than the log's last move of it. */
static enum status check_moves(const struct verifying *v,
                               const struct registry_aliases *a, struct error *err)
{
    const char *path = registry_path(v->r, REGISTRY_ALIASES, v->mem);
    struct registry_moved *moved;
    size_t n;
    TRY(registry_log(v->r, a, v->mem, &moved, &n, err));
    for (size_t i = 0; i < n; i++)
        if (registry_aliased(a, moved[i].alias) != led_to(moved, n, moved[i].alias))
            return error_refuse(err, path, "aliases",
                                "%s is version %zu, the log's last move of it is to %zu",
                                QUOTE(moved[i].alias),
                                registry_aliased(a, moved[i].alias),
                                led_to(moved, n, moved[i].alias));
    for (size_t i = 0; i < a->n; i++)
        if (led_to(moved, n, a->alias[i].name) == 0)
            return error_refuse(err, path, "aliases", "no move of the log is of %s",
                                QUOTE(a->alias[i].name));
    return STATUS_OK;
}

/* Does the name mean a version that is there, and the one that was moved to? */
static enum status check_alias(const struct verifying *v,
                               const struct registry_alias *alias, struct error *err)
{
    struct registry_manifest m;
    if (registry_read(v->r, alias->version, v->mem, &m, err) == STATUS_OK)
        return STATUS_OK;
    if (file_exists(registry_file(v->r, alias->version, "", v->mem)))
        return STATUS_OK; // told already
    error_at(err, registry_path(v->r, REGISTRY_ALIASES, v->mem), 0, 0);
    error_field(err, alias->name);
    return err->status;
}

static enum status verify_names(const struct verifying *v, struct error *err)
{
    struct registry_aliases a;
    struct error found;
    enum status status = registry_aliases(v->r, v->mem, &a, &found);
    if (status != STATUS_OK)
        return told(v, status, &found, err);
    TRY(told(v, check_moves(v, &a, &found), &found, err));
    for (size_t i = 0; i < a.n; i++)
        TRY(told(v, check_alias(v, &a.alias[i], &found), &found, err));
    return STATUS_OK;
}

static enum status verify_all(struct verifying *v, size_t *ret_n, struct error *err)
{
    size_t *version, n;
    TRY(registry_versions(v->r, v->mem, &version, &n, err));
    for (size_t i = 0; i < n; i++)
        TRY(verify_version(v, version[i], err));
    *ret_n = n;
    return verify_names(v, err);
}

enum status registry_verify(const struct registry *r, const struct watch *w,
                            struct arena *mem, size_t *ret_n, struct error *err)
{
    struct verifying v = {r, w, {.fd = -1}, mem};
    TRY(registry_open(r, mem, &v.root, err));
    enum status status = verify_all(&v, ret_n, err);
    registry_close(&v.root);
    return status;
}
