/* Registering: digests first, then, under the lock, a look whether the bytes are a version
 * already, and else a folder that is built aside and renamed to the next number.
 *
 * The rename refuses a number that is taken: also where the lock did not hold, as on a file
 * system that only says it has locks, no version is ever replaced. */
#define _GNU_SOURCE // renameat2

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest/digest.h"
#include "file/file.h"
#include "registry/card.h"
#include "registry/registry_internal.h"

/* A version under way. */
struct registering {
    const struct registry *r;
    const struct registry_entry *entry;
    const struct registry_source *source; // [manifest.n_files] sorted by name
    struct registry_manifest manifest;
    struct beneath root;
    struct arena *mem;
};

static int by_name(const void *a, const void *b)
{
    const struct registry_source *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static enum status sort_sources(struct registering *g, struct error *err)
{
    const struct registry_entry *e = g->entry;
    struct registry_source *v = ARENA_ARRAY(g->mem, struct registry_source, e->n_sources);
    if (e->n_sources == 0 || e->n_sources >= REGISTRY_FILES)
        return error_set(err, STATUS_INPUT, "a version has 1 to %d files, not %zu",
                         REGISTRY_FILES - 1, e->n_sources);
    memcpy(v, e->source, e->n_sources * sizeof *v);
    qsort(v, e->n_sources, sizeof *v, by_name);
    for (size_t i = 0; i < e->n_sources; i++) {
        TRY(registry_check_name(v[i].name, err));
        if (i > 0 && strcmp(v[i - 1].name, v[i].name) == 0)
            return error_set(err, STATUS_INPUT, "%s is registered twice",
                             QUOTE(v[i].name));
    }
    g->source = v;
    return STATUS_OK;
}

static enum status digest_source(const struct registry_source *s, struct arena *mem,
                                 struct registry_kept *ret, struct error *err)
{
    char *sha256 = arena_alloc(mem, SHA256_HEX);
    uint64_t bytes = s->body.n;
    if (s->path)
        TRY(digest_file(s->path, NULL, sha256, &bytes, err));
    else
        digest_hex_of(DIGEST_SHA256, s->body.p, s->body.n, sha256);
    *ret = (struct registry_kept){s->name, (size_t)bytes, sha256};
    return STATUS_OK;
}

/* Fills in the files and what they are together; one more has room. */
static enum status digest_sources(struct registering *g, struct error *err)
{
    struct registry_manifest *m = &g->manifest;
    size_t n = g->entry->n_sources;
    m->file = ARENA_ARRAY(g->mem, struct registry_kept, n + 1);
    for (size_t i = 0; i < n; i++)
        TRY(digest_source(&g->source[i], g->mem, &m->file[i], err));
    m->n_files = n;
    m->content = registry_content(m->file, n, g->mem);
    const struct registry_kept *own = registry_manifest_find(m, REGISTRY_PARAMETERS);
    m->lineage.parameters = own ? own->sha256 : NULL;
    return STATUS_OK;
}

enum status registry_find(const struct registry *r, const char *content,
                          struct arena *mem, size_t *ret, struct error *err)
{
    size_t *version, n;
    TRY(registry_versions(r, mem, &version, &n, err));
    for (*ret = 0; n > 0 && *ret == 0; n--) {
        struct registry_manifest m;
        enum status status = registry_read(r, version[n - 1], mem, &m, err);
        // A version that is damaged is no reason to register nothing more.
        if (status != STATUS_OK && status != STATUS_INPUT)
            return status;
        if (status == STATUS_OK && strcmp(m.content, content) == 0)
            *ret = version[n - 1];
    }
    return STATUS_OK;
}

static enum status find_parent(struct registering *g, struct error *err)
{
    struct registry_aliases a;
    struct registry_manifest parent;
    TRY(registry_aliases(g->r, g->mem, &a, err));
    size_t version = registry_aliased(&a, REGISTRY_PRODUCTION);
    if (version == 0)
        return STATUS_OK;
    enum status status = registry_read(g->r, version, g->mem, &parent, err);
    if (status == STATUS_OK)
        g->manifest.lineage.parent = parent.content;
    else
        registry_hint_production(g->r, err);
    return status;
}

static const char *new_path(const struct registering *g, const char *name)
{
    const char *below = name[0] ? file_join(g->mem, REGISTRY_NEW, name) : REGISTRY_NEW;
    return registry_path(g->r, below, g->mem);
}

/* Writes a file of the new version, and fails when it is not what was digested. */
static enum status copy_source(const struct registering *g, struct publish *publish,
                               size_t i, struct error *err)
{
    const struct registry_source *s = &g->source[i];
    struct mapping map = {(const unsigned char *)s->body.p, s->body.n};
    struct output *out;
    char sha256[SHA256_HEX];
    TRY(publish_open(publish, new_path(g, s->name), &out, err));
    if (s->path)
        TRY(file_map(s->path, &map, err));
    digest_hex_of(DIGEST_SHA256, map.p, map.n, sha256);
    enum status status = strcmp(sha256, g->manifest.file[i].sha256) == 0
                             ? output_write(out, map.p, map.n, err)
                             : file_changed(s->path ? s->path : s->name, err);
    if (s->path)
        file_unmap(&map);
    return status;
}

static enum status copy_sources(const struct registering *g, struct error *err)
{
    struct publish publish = {0};
    enum status status = STATUS_OK;
    publish_home(&publish, new_path(g, ""), true);
    for (size_t i = 0; status == STATUS_OK && i < g->manifest.n_files; i++)
        status = copy_source(g, &publish, i, err);
    if (status == STATUS_OK)
        status = publish_commit(&publish, err);
    publish_release(&publish);
    return status;
}

/* Puts the card among the files, which stay sorted. */
static void add_card(struct registering *g, struct view card)
{
    struct registry_manifest *m = &g->manifest;
    struct registry_source source = {REGISTRY_CARD, NULL, card};
    size_t i = m->n_files++;
    for (; i > 0 && strcmp(m->file[i - 1].name, REGISTRY_CARD) > 0; i--)
        m->file[i] = m->file[i - 1];
    struct error none;
    if (digest_source(&source, g->mem, &m->file[i], &none) != STATUS_OK)
        abort(); // a body has no file that could be missing
}

static enum status write_card(struct registering *g, struct publish *publish,
                              struct error *err)
{
    struct text card = {.mem = g->mem};
    struct output *out;
    TRY(card_write(&g->manifest, new_path(g, ""), &card, err));
    add_card(g, (struct view){card.p, card.n});
    TRY(publish_open(publish, new_path(g, REGISTRY_CARD), &out, err));
    TRY(output_write(out, card.p, card.n, err));
    TRY(publish_open(publish, new_path(g, REGISTRY_MANIFEST), &out, err));
    TRY(registry_manifest_write(&g->manifest, out, err));
    return publish_commit(publish, err);
}

static enum status build(struct registering *g, struct error *err)
{
    struct publish publish = {0};
    if (registry_manifest_find(&g->manifest, REGISTRY_CARD))
        return error_set(err, STATUS_INPUT, "%s is written by the registry",
                         REGISTRY_CARD);
    TRY(beneath_make(&g->root, REGISTRY_NEW, false, err));
    TRY(copy_sources(g, err));
    publish_home(&publish, new_path(g, ""), true);
    enum status status = write_card(g, &publish, err);
    publish_release(&publish);
    return status;
}

/* Gives `.new` a number; *ret_taken: somebody was faster. */
static enum status rename_new(const struct beneath *root, size_t version, bool *ret_taken,
                              struct arena *mem, struct error *err)
{
    const char *path = arena_format(mem, REGISTRY_VERSIONS "/%zu", version);
    const char *name;
    int folder = beneath_parent(root, path, &name);
    if (folder < 0)
        return beneath_failed("create", root, path, err);
    int failed =
        RESTART(renameat2(root->fd, REGISTRY_NEW, folder, name, RENAME_NOREPLACE));
    if (failed < 0 && (errno == EINVAL || errno == ENOSYS)) // a folder with files stays
        failed = renameat(root->fd, REGISTRY_NEW, folder, name);
    int number = errno;
    close(folder);
    errno = number;
    *ret_taken = failed < 0 && (errno == EEXIST || errno == ENOTEMPTY);
    return failed < 0 && !*ret_taken ? beneath_failed("create", root, path, err)
                                     : STATUS_OK;
}

enum status registry_place(const struct registry *r, const struct beneath *root,
                           size_t wanted, struct arena *mem, size_t *ret,
                           struct error *err)
{
    bool taken = true;
    size_t version = wanted;
    TRY(beneath_make(root, REGISTRY_VERSIONS, false, err));
    while (taken) {
        if (wanted == 0) {
            TRY(registry_newest(r, mem, &version, err));
            version++;
        }
        if (version > REGISTRY_LAST)
            return error_set(err, STATUS_INPUT,
                             "no number is left behind %d: take it away", REGISTRY_LAST);
        TRY(rename_new(root, version, &taken, mem, err));
        if (taken && wanted > 0)
            return error_set(err, STATUS_INPUT, "version %zu is there already", wanted);
    }
    if (beneath_sync(root, REGISTRY_VERSIONS, fsync) < 0)
        return beneath_failed("sync", root, REGISTRY_VERSIONS, err);
    *ret = version;
    return STATUS_OK;
}

static enum status add_locked(struct registering *g, struct registry_added *ret,
                              struct error *err)
{
    struct registry_added added = {.content = g->manifest.content};
    TRY(registry_find(g->r, added.content, g->mem, &added.version, err));
    if (added.version == 0) {
        added.is_new = true;
        TRY(find_parent(g, err));
        TRY(build(g, err));
        TRY(registry_place(g->r, &g->root, 0, g->mem, &added.version, err));
    }
    *ret = added;
    return STATUS_OK;
}

enum status registry_add(const struct registry *r, const struct registry_entry *entry,
                         struct arena *mem, struct registry_added *ret, struct error *err)
{
    struct registering g = {.r = r, .entry = entry, .mem = mem};
    size_t n = entry->n_data;
    g.manifest.pipeline = r->pipeline;
    g.manifest.lineage.n_data = n;
    g.manifest.lineage.data = ARENA_ARRAY(mem, struct registry_data, n);
    if (n > 0)
        memcpy(g.manifest.lineage.data, entry->data, n * sizeof *entry->data);
    g.manifest.lineage.code = entry->code;
    TRY(sort_sources(&g, err));
    TRY(digest_sources(&g, err));
    TRY(registry_lock(r, mem, &g.root, err));
    enum status status = add_locked(&g, ret, err);
    if (status != STATUS_OK) {
        struct error none; // what is left there goes with the next writer otherwise
        (void)!registry_clear(&g.root, &none);
    }
    registry_close(&g.root);
    return status;
}
