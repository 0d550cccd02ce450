/* Importing: all of the archive is read and checked in memory, then written. */
#include <string.h>

#include "digest/digest.h"
#include "file/file.h"
#include "registry/registry_archive.h"
#include "registry/registry_internal.h"
#include "registry/ustar.h"

/* A version of an archive. */
struct imported {
    size_t version;
    const struct ustar_entry *entry; // [n] its files, one behind the other
    const char *const *name;         // [n] in its folder
    size_t n;
    struct registry_manifest manifest;
};

/* An import under way. */
struct importing {
    const struct registry *r;
    const char *archive; // for messages
    struct arena *mem;
    struct ustar_entry *entry; // [n]
    size_t n;
    struct imported *version; // [n_versions]
    size_t n_versions;
    struct view aliases, log; // p NULL: there is none
};

static enum status refuse(const struct importing *x, const char *path, const char *what,
                          struct error *err)
{
    return error_refuse(err, x->archive, NULL, "%s: %s", QUOTE_PATH(path), what);
}

/* The number and the name of "<pipeline>/versions/<n>/<name>"; false for any other. */
static bool version_path(const char *below, size_t *ret, const char **ret_name)
{
    size_t digits;
    if (strncmp(below, REGISTRY_VERSIONS "/", sizeof REGISTRY_VERSIONS) != 0)
        return false;
    below += sizeof REGISTRY_VERSIONS;
    digits = strspn(below, "0123456789");
    *ret_name = below + digits + 1;
    *ret = registry_number((struct view){below, digits});
    return *ret > 0 && below[digits] == '/';
}

/* Puts an entry where it belongs; those of one version stand together. */
static enum status take_entry(struct importing *x, const char **name, size_t i,
                              struct error *err)
{
    const struct ustar_entry *e = &x->entry[i];
    size_t n = strlen(x->r->pipeline), version;
    struct error why;
    if (strncmp(e->path, x->r->pipeline, n) != 0 || e->path[n] != '/')
        return refuse(x, e->path, "the archive is not of this pipeline", err);
    const char *below = e->path + n + 1;
    if (strcmp(below, REGISTRY_ALIASES) == 0) {
        x->aliases = e->bytes;
    } else if (strcmp(below, REGISTRY_LOG) == 0) {
        x->log = e->bytes;
    } else if (!version_path(below, &version, &name[i])) {
        return refuse(x, e->path, "no registry has such a file", err);
    } else {
        if (strcmp(name[i], REGISTRY_MANIFEST) != 0 &&
            registry_check_name(name[i], &why) != STATUS_OK)
            return refuse(x, e->path, why.message, err);
        struct imported *last = x->n_versions > 0 ? &x->version[x->n_versions - 1] : NULL;
        if (!last || last->version != version) {
            last = &x->version[x->n_versions++];
            *last = (struct imported){version, e, &name[i], 0, {0}};
        }
        last->n++;
    }
    return STATUS_OK;
}

static enum status check_file(const struct importing *x, const struct imported *v,
                              size_t i, struct error *err)
{
    const struct registry_kept *kept = registry_manifest_find(&v->manifest, v->name[i]);
    char sha256[SHA256_HEX];
    if (i > 0 && strcmp(v->name[i - 1], v->name[i]) >= 0)
        return refuse(x, v->entry[i].path, "the files are not in their order", err);
    if (strcmp(v->name[i], REGISTRY_MANIFEST) == 0)
        return STATUS_OK;
    if (!kept)
        return refuse(x, v->entry[i].path, "its manifest does not name it", err);
    digest_hex_of(DIGEST_SHA256, v->entry[i].bytes.p, v->entry[i].bytes.n, sha256);
    return strcmp(sha256, kept->sha256) == 0
               ? STATUS_OK
               : refuse(x, v->entry[i].path, "it is not the file that its manifest names",
                        err);
}

static enum status check_version(const struct importing *x, struct imported *v, size_t at,
                                 struct error *err)
{
    size_t i = 0;
    while (i < v->n && strcmp(v->name[i], REGISTRY_MANIFEST) != 0)
        i++;
    if (i == v->n)
        return refuse(x, v->entry[0].path, "the version has no manifest", err);
    if (registry_manifest_parse(v->entry[i].path, v->entry[i].bytes, x->r->pipeline,
                                x->mem, &v->manifest, err) != STATUS_OK)
        return err->status;
    if (v->n != v->manifest.n_files + 1)
        return refuse(x, v->entry[i].path, "the version lacks a file, or has one twice",
                      err);
    if (at > 0 && v[-1].version >= v->version)
        return refuse(x, v->entry[0].path, "the versions are not in their order", err);
    for (i = 0; i < v->n; i++)
        TRY(check_file(x, v, i, err));
    return STATUS_OK;
}

static bool has_version(const struct importing *x, size_t version)
{
    for (size_t i = 0; i < x->n_versions; i++)
        if (x->version[i].version == version)
            return true;
    return false;
}

/* The names are those that the log leads to, and mean versions of the archive. */
static enum status check_names(const struct importing *x, struct error *err)
{
    struct registry_aliases a, folded;
    if (!x->aliases.p != !x->log.p)
        return refuse(x, REGISTRY_LOG, "one of log and aliases is missing", err);
    if (!x->aliases.p)
        return STATUS_OK;
    TRY(registry_aliases_parse(REGISTRY_ALIASES, x->aliases, x->r->pipeline, x->mem, &a,
                               err));
    TRY(registry_fold(x->r, x->log, x->mem, &folded, err));
    bool same = x->log.n == a.table.bytes && registry_log_fits(&a, x->log) &&
                registry_aliases_same(&a, &folded);
    for (size_t i = 0; same && i < a.n; i++)
        same = has_version(x, a.alias[i].version);
    return same ? STATUS_OK
                : refuse(x, REGISTRY_ALIASES, "it does not fit the log and the versions",
                         err);
}

static enum status read_archive(struct importing *x, struct view archive,
                                struct error *err)
{
    TRY(ustar_read(x->archive, archive, x->mem, &x->entry, &x->n, err));
    const char **name = ARENA_ARRAY(x->mem, const char *, x->n);
    x->version = ARENA_ARRAY(x->mem, struct imported, x->n);
    for (size_t i = 0; i < x->n; i++)
        TRY(take_entry(x, name, i, err));
    for (size_t i = 0; i < x->n_versions; i++)
        TRY(check_version(x, &x->version[i], i, err));
    if (x->n_versions == 0)
        return refuse(x, x->r->pipeline, "the archive has no version of it", err);
    return check_names(x, err);
}

/* What is here already must be a part of what comes: an import that was killed goes on. */
static enum status check_here(const struct importing *x, struct error *err)
{
    struct registry_aliases a;
    struct view log;
    size_t *version, n, same = 0;
    TRY(registry_versions(x->r, x->mem, &version, &n, err));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < x->n_versions; k++) {
            struct registry_manifest m;
            if (x->version[k].version != version[i])
                continue;
            TRY(registry_read(x->r, version[i], x->mem, &m, err));
            same += strcmp(m.content, x->version[k].manifest.content) == 0;
        }
    TRY(registry_aliases(x->r, x->mem, &a, err));
    TRY(registry_log_text(x->r, &a, x->mem, &log, err));
    if (same == n && (a.moves == 0 || (x->log.p && view_eq(log, x->log))))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "%s has other versions or moves already",
              QUOTE_PATH(registry_path(x->r, "", x->mem)));
    error_hint(err, "import elsewhere with --registry; push and pull merge");
    return STATUS_INPUT;
}

static enum status write_version(const struct importing *x, const struct beneath *root,
                                 const struct imported *v, struct error *err)
{
    size_t version;
    if (file_exists(registry_file(x->r, v->version, "", x->mem)))
        return STATUS_OK;
    TRY(beneath_make(root, REGISTRY_NEW, false, err));
    for (size_t i = 0; i < v->n; i++)
        TRY(registry_write(root, file_join(x->mem, REGISTRY_NEW, v->name[i]),
                           v->entry[i].bytes, err));
    return registry_accept(x->r, root, v->version, x->mem, &version, err);
}

static enum status write_all(const struct importing *x, const struct beneath *root,
                             struct error *err)
{
    TRY(check_here(x, err));
    for (size_t i = 0; i < x->n_versions; i++)
        TRY(write_version(x, root, &x->version[i], err));
    return x->log.p ? registry_rewrite(x->r, root, x->log, x->mem, err) : STATUS_OK;
}

static enum status import_checked(struct importing *x, struct view archive,
                                  struct error *err)
{
    struct beneath root;
    TRY(read_archive(x, archive, err));
    TRY(registry_lock(x->r, x->mem, &root, err));
    enum status status = write_all(x, &root, err);
    registry_close(&root);
    return status;
}

enum status registry_import(const struct registry *r, const char *path, struct arena *mem,
                            size_t *ret_n, struct error *err)
{
    struct importing x = {.r = r, .archive = path, .mem = mem};
    struct mapping map;
    TRY(file_map(path, &map, err));
    enum status status =
        import_checked(&x, (struct view){(const char *)map.p, map.n}, err);
    file_unmap(&map);
    if (status == STATUS_OK)
        *ret_n = x.n_versions;
    return status;
}
