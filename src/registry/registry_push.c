/* Pushing: merge, then files, manifests, the log, and the names last.
 *
 * A number is taken by putting its manifest where none is; the names are put where they are
 * as they were when they were merged.  Who finds that somebody was faster begins anew. */
#include <string.h>

#include "digest/digest.h"
#include "file/file.h"
#include "registry/registry_internal.h"
#include "registry/registry_share_internal.h"

enum { TRIES = 30 };

/* A push under way. */
struct pushing {
    const struct registry *r;
    struct remote *remote;
    struct registry_there there;
    struct arena *mem;
    bool probed; // or need not be
    struct registry_shared *shared;
};

/* Before the first thing is written: does the remote keep others off? */
static enum status probe(struct pushing *p, struct error *err)
{
    bool keeps;
    if (p->probed)
        return STATUS_OK;
    TRY(remote_swaps(p->remote, p->there.prefix, p->mem, &keeps, err));
    p->probed = keeps;
    if (keeps)
        return STATUS_OK;
    error_set(
        err, STATUS_ENVIRONMENT,
        "%s takes conditional writes that it must refuse: who pushes at the same time "
        "would lose versions",
        QUOTE_PATH(remote_url(p->remote)));
    error_hint(err,
               "where nobody else pushes, --allow-unsafe-remote does it all the same");
    return STATUS_ENVIRONMENT;
}

/* Adds a file unless the remote has it with that length. */
static enum status add_file(const struct pushing *p, size_t version,
                            const struct registry_kept *file, struct transfer *v,
                            size_t *n, struct error *err)
{
    struct transfer t = {.key = registry_there_file(&p->there, file->sha256, p->mem),
                         .path = registry_file(p->r, version, file->name, p->mem)};
    const struct remote_object *there = remote_objects_find(&p->there.objects, t.key);
    char sha256[SHA256_HEX];
    uint64_t bytes;
    if (there && there->bytes == file->bytes)
        return STATUS_OK;
    TRY(digest_file(t.path, t.md5, sha256, &bytes, err));
    if (strcmp(sha256, file->sha256) != 0)
        return error_refuse(err, t.path, NULL,
                            "the file was changed after it was registered");
    for (size_t i = 0; i < *n; i++)
        if (strcmp(v[i].key, t.key) == 0)
            return STATUS_OK; // two files of one version with the same bytes
    t.bytes = bytes;
    v[(*n)++] = t;
    return STATUS_OK;
}

/* *ret_n: how many the remote lacked. */
static enum status send_files(const struct pushing *p, size_t version,
                              const struct registry_manifest *m, size_t *ret_n,
                              struct error *err)
{
    struct transfer *v = ARENA_ARRAY(p->mem, struct transfer, m->n_files);
    size_t n = 0;
    for (size_t i = 0; i < m->n_files; i++)
        TRY(add_file(p, version, &m->file[i], v, &n, err));
    *ret_n = n;
    return remote_put(p->remote, v, n, p->mem, err);
}

/* Sends again what the remote has lost of a version that it has.  The card may be another
 * one there: only what its manifest names is sent. */
static enum status send_lost(const struct pushing *p, size_t version,
                             const struct registry_manifest *mine,
                             const struct registry_manifest *theirs, struct error *err)
{
    struct registry_manifest both = {
        .file = ARENA_ARRAY(p->mem, struct registry_kept, mine->n_files)};
    size_t n;
    for (size_t i = 0; i < mine->n_files; i++) {
        const struct registry_kept *there =
            registry_manifest_find(theirs, mine->file[i].name);
        if (there && strcmp(there->sha256, mine->file[i].sha256) == 0)
            both.file[both.n_files++] = mine->file[i];
    }
    TRY(send_files(p, version, &both, &n, err));
    p->shared->sent += n > 0;
    return STATUS_OK;
}

/* *ret_lost: somebody took the number meanwhile. */
static enum status send_version(struct pushing *p, size_t version, bool *ret_lost,
                                struct error *err)
{
    const char *path = registry_file(p->r, version, REGISTRY_MANIFEST, p->mem);
    struct registry_manifest m;
    struct view bytes;
    size_t n;
    bool done;
    TRY(registry_read(p->r, version, p->mem, &m, err));
    const struct registry_there_version *there =
        registry_there_find(&p->there, 0, m.content);
    if (there)
        return send_lost(p, version, &m, &there->manifest, err);
    TRY(probe(p, err));
    TRY(send_files(p, version, &m, &n, err));
    TRY(file_read(path, REGISTRY_MANIFEST_BYTES, p->mem, &bytes, err));
    TRY(remote_swap(p->remote, registry_there_key(&p->there, version, p->mem), bytes,
                    NULL, p->mem, &done, err));
    *ret_lost = !done;
    p->shared->sent += done;
    return STATUS_OK;
}

static enum status send_versions(struct pushing *p, bool *ret_lost, struct error *err)
{
    size_t *version, n;
    TRY(registry_versions(p->r, p->mem, &version, &n, err));
    for (size_t i = 0; i < n && !*ret_lost; i++)
        TRY(send_version(p, version[i], ret_lost, err));
    return STATUS_OK;
}

/* The log under the key that is its own, before the names that vouch for it. */
static enum status send_log(const struct pushing *p, const struct registry_aliases *a,
                            struct view log, struct error *err)
{
    struct transfer t = {
        .key = registry_there_log(&p->there, a, p->mem), .body = log, .bytes = log.n};
    digest_hex_of(DIGEST_MD5, log.p, log.n, t.md5);
    return remote_put(p->remote, &t, 1, p->mem, err);
}

/* The log that no names vouch for any more; one that stays does no harm. */
static void remove_log(const struct pushing *p)
{
    const char *key = registry_there_log(&p->there, &p->there.aliases, p->mem);
    struct error none;
    if (p->there.seen && p->there.aliases.moves > 0)
        (void)!remote_delete(p->remote, &key, 1, p->mem, &none);
}

static enum status send_names(struct pushing *p, bool *ret_lost, struct error *err)
{
    const char *path = registry_path(p->r, REGISTRY_ALIASES, p->mem);
    struct registry_aliases a;
    struct view log, bytes;
    bool done;
    if (!file_exists(path))
        return STATUS_OK;
    // The very bytes that are sent are those that say which log goes with them.
    TRY(file_read(path, REGISTRY_ALIASES_BYTES, p->mem, &bytes, err));
    TRY(registry_aliases_parse(path, bytes, p->r->pipeline, p->mem, &a, err));
    TRY(registry_log_text(p->r, &a, p->mem, &log, err));
    if (view_eq(log, p->there.log))
        return STATUS_OK;
    TRY(probe(p, err));
    TRY(send_log(p, &a, log, err));
    TRY(remote_swap(p->remote, registry_there_aliases(&p->there, p->mem), bytes,
                    p->there.seen, p->mem, &done, err));
    *ret_lost = !done;
    p->shared->moved_there = done;
    if (done)
        remove_log(p);
    return STATUS_OK;
}

static enum status push_once(struct pushing *p, bool *ret_lost, struct error *err)
{
    TRY(registry_there_read(p->remote, p->r->pipeline, p->mem, &p->there, err));
    TRY(registry_take(p->r, p->remote, &p->there, p->mem, p->shared, err));
    TRY(send_versions(p, ret_lost, err));
    return *ret_lost ? STATUS_OK : send_names(p, ret_lost, err);
}

enum status registry_push(const struct registry *r, struct remote *remote, bool unsafe,
                          struct arena *mem, struct registry_shared *ret,
                          struct error *err)
{
    struct registry_shared shared = {0};
    struct pushing p = {
        .r = r, .remote = remote, .mem = mem, .probed = unsafe, .shared = &shared};
    bool lost = true;
    for (int tries = 0; lost && tries < TRIES; tries++) {
        lost = false;
        TRY(push_once(&p, &lost, err));
    }
    if (lost) {
        error_set(err, STATUS_BUSY, "others push %s all the time", QUOTE(r->pipeline));
        error_hint(err, "try again when they have done");
        return STATUS_BUSY;
    }
    *ret = shared;
    return STATUS_OK;
}
