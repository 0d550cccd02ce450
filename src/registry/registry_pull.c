/* Pulling.  Nothing that a kill leaves is wrong: a version gets its new number as a copy, the
 * names follow, and only then its old number goes to the remote's. */
#include <string.h>

#include "file/file.h"
#include "registry/registry_internal.h"
#include "registry/registry_share_internal.h"

/* A pull under way. */
struct pulling {
    const struct registry *r;
    struct remote *remote;
    const struct registry_there *there;
    struct arena *mem;
    size_t newest;                   // here, at the start
    struct registry_renumbered *map; // [n_map] ours that have another number now
    size_t n_map;
    struct registry_shared *shared;
};

static enum status fetch_files(const struct pulling *p, const struct beneath *root,
                               const struct registry_there_version *v, struct error *err)
{
    const struct registry_manifest *m = &v->manifest;
    struct transfer *t = ARENA_ARRAY(p->mem, struct transfer, m->n_files);
    for (size_t i = 0; i < m->n_files; i++)
        t[i] = (struct transfer){
            .key = registry_there_file(p->there, m->file[i].sha256, p->mem),
            .path = file_join(p->mem, REGISTRY_NEW, m->file[i].name),
            .root = root,
            .bounded = true,
            .most = m->file[i].bytes};
    TRY(beneath_make(root, REGISTRY_NEW, false, err));
    TRY(remote_get(p->remote, t, m->n_files, p->mem, err));
    return registry_write(root, REGISTRY_NEW "/" REGISTRY_MANIFEST, v->bytes, err);
}

/* What the version here under that number is; "" when there is none. */
static enum status content_here(const struct pulling *p, size_t version, const char **ret,
                                struct error *err)
{
    struct registry_manifest m = {.content = ""};
    if (file_exists(registry_file(p->r, version, "", p->mem)))
        TRY(registry_read(p->r, version, p->mem, &m, err));
    *ret = m.content;
    return STATUS_OK;
}

/* Fetches one version; another one of its number, whose copy has a number of its own by
 * now, goes. */
static enum status fetch_locked(const struct pulling *p, const struct beneath *root,
                                const struct registry_there_version *v, struct error *err)
{
    const char *here;
    size_t version;
    TRY(content_here(p, v->version, &here, err));
    if (strcmp(here, v->manifest.content) == 0)
        return STATUS_OK;
    if (here[0])
        TRY(registry_remove(root, v->version, p->mem, err));
    TRY(fetch_files(p, root, v, err));
    TRY(registry_accept(p->r, root, v->version, p->mem, &version, err));
    p->shared->fetched++;
    return STATUS_OK;
}

static enum status fetch_version(const struct pulling *p,
                                 const struct registry_there_version *v,
                                 struct error *err)
{
    struct beneath root;
    TRY(registry_lock(p->r, p->mem, &root, err));
    enum status status = fetch_locked(p, &root, v, err);
    registry_close(&root);
    return status;
}

/* Is it to be fetched: newer than all here, meant by a name, or with a number that means
 * another one here?  What is neither was pruned. */
static enum status is_wanted(const struct pulling *p,
                             const struct registry_there_version *v, bool *ret,
                             struct error *err)
{
    const char *here;
    TRY(content_here(p, v->version, &here, err));
    *ret = strcmp(here, v->manifest.content) != 0 &&
           (here[0] || v->version > p->newest ||
            registry_means(&p->there->aliases, v->version));
    return STATUS_OK;
}

/* Copies a version to the next number that is free on both sides. */
static enum status copy_version(struct pulling *p, const struct beneath *root,
                                size_t from, size_t *ret, struct error *err)
{
    const struct registry_there *t = p->there;
    struct registry_manifest m;
    struct view bytes;
    size_t newest;
    TRY(registry_read(p->r, from, p->mem, &m, err));
    TRY(beneath_make(root, REGISTRY_NEW, false, err));
    for (size_t i = 0; i <= m.n_files; i++) {
        const char *name = i < m.n_files ? m.file[i].name : REGISTRY_MANIFEST;
        TRY(file_read(registry_file(p->r, from, name, p->mem), SIZE_MAX, p->mem, &bytes,
                      err));
        TRY(registry_write(root, file_join(p->mem, REGISTRY_NEW, name), bytes, err));
    }
    TRY(registry_newest(p->r, p->mem, &newest, err));
    if (t->n > 0 && t->version[t->n - 1].version > newest)
        newest = t->version[t->n - 1].version;
    return registry_accept(p->r, root, newest + 1, p->mem, ret, err);
}

/* Gives a version here another number when its own means another one there. */
static enum status renumber_one(struct pulling *p, const struct beneath *root,
                                size_t version, struct error *err)
{
    struct registry_manifest m;
    size_t now;
    TRY(registry_read(p->r, version, p->mem, &m, err));
    if (!registry_there_find(p->there, version, NULL) ||
        registry_there_find(p->there, 0, m.content))
        return STATUS_OK;
    TRY(registry_find(p->r, m.content, p->mem, &now, err));
    if (now <= version || registry_there_find(p->there, now, NULL))
        TRY(copy_version(p, root, version, &now, err));
    p->map[p->n_map++] = (struct registry_renumbered){version, now};
    return STATUS_OK;
}

static enum status our_log(const struct pulling *p, struct view *ret, struct error *err)
{
    struct registry_aliases a;
    TRY(registry_aliases(p->r, p->mem, &a, err));
    return registry_log_text(p->r, &a, p->mem, ret, err);
}

static enum status renumber_locked(struct pulling *p, const struct beneath *root,
                                   struct error *err)
{
    size_t *version, n;
    struct view log, renumbered;
    TRY(registry_versions(p->r, p->mem, &version, &n, err));
    p->newest = n > 0 ? version[n - 1] : 0;
    p->map = ARENA_ARRAY(p->mem, struct registry_renumbered, n);
    for (size_t i = 0; i < n; i++)
        TRY(renumber_one(p, root, version[i], err));
    if (p->n_map == 0)
        return STATUS_OK;
    TRY(our_log(p, &log, err));
    TRY(registry_renumber(log, p->there->log, p->map, p->n_map, p->mem, &renumbered,
                          err));
    return view_eq(log, renumbered)
               ? STATUS_OK
               : registry_rewrite(p->r, root, renumbered, p->mem, err);
}

/* What is there under another number than here, which is left behind. */
static enum status map_twins(const struct pulling *p, struct registry_renumbered **ret,
                             size_t *ret_n, struct error *err)
{
    size_t *version, n;
    TRY(registry_versions(p->r, p->mem, &version, &n, err));
    struct registry_renumbered *map = ARENA_ARRAY(p->mem, struct registry_renumbered, n);
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        struct registry_manifest m;
        TRY(registry_read(p->r, version[i], p->mem, &m, err));
        const struct registry_there_version *v =
            registry_there_find(p->there, 0, m.content);
        if (v && v->version != version[i])
            map[(*ret_n)++] = (struct registry_renumbered){version[i], v->version};
    }
    *ret = map;
    return STATUS_OK;
}

/* The names last; then what has another number now loses its old one. */
static enum status merge_locked(struct pulling *p, const struct beneath *root,
                                struct error *err)
{
    struct registry_renumbered *twin;
    struct registry_merged merged;
    struct view log;
    size_t n;
    TRY(map_twins(p, &twin, &n, err));
    TRY(our_log(p, &log, err));
    TRY(registry_merge(log, p->there->log, twin, n, p->mem, &merged, err));
    if (!view_eq(log, merged.log)) {
        TRY(registry_rewrite(p->r, root, merged.log, p->mem, err));
        p->shared->moved_here = true;
    }
    for (size_t i = 0; i < n; i++)
        if (!registry_there_find(p->there, twin[i].from, NULL))
            TRY(registry_remove(root, twin[i].from, p->mem, err));
    struct registry_shared *s = p->shared;
    for (size_t i = 0; i < merged.n; i++) {
        ARENA_ROOM(p->mem, s->overtaken, s->n_overtaken, s->cap_overtaken, 4);
        s->overtaken[s->n_overtaken++] = merged.overtaken[i];
    }
    return STATUS_OK;
}

static enum status with_lock(struct pulling *p,
                             enum status (*work)(struct pulling *p,
                                                 const struct beneath *root,
                                                 struct error *err),
                             struct error *err)
{
    struct beneath root;
    TRY(registry_lock(p->r, p->mem, &root, err));
    enum status status = work(p, &root, err);
    registry_close(&root);
    return status;
}

enum status registry_take(const struct registry *r, struct remote *remote,
                          const struct registry_there *there, struct arena *mem,
                          struct registry_shared *shared, struct error *err)
{
    struct pulling p = {
        .r = r, .remote = remote, .there = there, .mem = mem, .shared = shared};
    TRY(with_lock(&p, renumber_locked, err));
    for (size_t i = 0; i < p.n_map; i++) {
        ARENA_ROOM(mem, shared->renumbered, shared->n_renumbered, shared->cap_renumbered,
                   4);
        shared->renumbered[shared->n_renumbered++] = p.map[i];
    }
    for (size_t i = 0; i < there->n; i++) {
        bool wanted;
        TRY(is_wanted(&p, &there->version[i], &wanted, err));
        if (wanted)
            TRY(fetch_version(&p, &there->version[i], err));
    }
    return with_lock(&p, merge_locked, err);
}

enum status registry_pull(const struct registry *r, struct remote *remote,
                          struct arena *mem, struct registry_shared *ret,
                          struct error *err)
{
    struct registry_there there;
    struct registry_shared shared = {0};
    TRY(registry_there_read(remote, r->pipeline, mem, &there, err));
    if (there.n == 0 && !there.seen) {
        error_set(err, STATUS_INPUT, "the remote has no registry of %s",
                  QUOTE(r->pipeline));
        error_hint(err, "'bin/registry push %s' sends one", r->pipeline);
        return STATUS_INPUT;
    }
    TRY(registry_take(r, remote, &there, mem, &shared, err));
    *ret = shared;
    return STATUS_OK;
}
