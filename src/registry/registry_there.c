/* Reading a remote's side: the names first, then the list of versions, which then has all
 * that the names mean; then the log that the names vouch for. */
#include "registry/registry_there.h"

#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "config/pipeline.h"
#include "registry/registry_internal.h"

#define FOLDER "nightmill/registry/"
#define WAIT_S 0.005 // before the second try; each further one waits longer by it

enum { TRIES = 20 };

const char *registry_there_file(const struct registry_there *t, const char *sha256,
                                struct arena *mem)
{
    return arena_format(mem, "%sfiles/%s", t->prefix, sha256);
}

const char *registry_there_key(const struct registry_there *t, size_t version,
                               struct arena *mem)
{
    return arena_format(mem, "%sversions/%zu.json", t->prefix, version);
}

const char *registry_there_log(const struct registry_there *t,
                               const struct registry_aliases *a, struct arena *mem)
{
    return arena_format(mem, "%slog/%s.jsonl", t->prefix, a->table.checksum);
}

const char *registry_there_aliases(const struct registry_there *t, struct arena *mem)
{
    return arena_format(mem, "%s" REGISTRY_ALIASES, t->prefix);
}

/* The number in "…versions/<n>.json", 0 for any other key. */
static size_t number_of(const char *key, const char *prefix)
{
    size_t n = strlen(prefix), digits;
    if (strncmp(key, prefix, n) != 0 || strncmp(key + n, "versions/", 9) != 0)
        return 0;
    key += n + 9;
    digits = strspn(key, "0123456789");
    return strcmp(key + digits, ".json") == 0
               ? registry_number((struct view){key, digits})
               : 0;
}

static int by_number(const void *a, const void *b)
{
    const struct registry_there_version *x = a, *y = b;
    return (x->version > y->version) - (x->version < y->version);
}

static enum status read_versions(struct remote *remote, const char *pipeline,
                                 struct arena *mem, struct registry_there *t,
                                 struct error *err)
{
    struct transfer *v = ARENA_ARRAY(mem, struct transfer, t->objects.n);
    t->version = ARENA_ARRAY(mem, struct registry_there_version, t->objects.n);
    for (size_t i = 0; i < t->objects.n; i++) {
        size_t version = number_of(t->objects.v[i].key, t->prefix);
        if (version == 0)
            continue;
        v[t->n] = (struct transfer){
            .key = t->objects.v[i].key, .bounded = true, .most = REGISTRY_MANIFEST_BYTES};
        t->version[t->n++].version = version;
    }
    TRY(remote_get(remote, v, t->n, mem, err));
    for (size_t i = 0; i < t->n; i++) {
        t->version[i].bytes = v[i].body;
        TRY(registry_manifest_parse(v[i].key, v[i].body, pipeline, mem,
                                    &t->version[i].manifest, err));
    }
    if (t->n > 1)
        qsort(t->version, t->n, sizeof *t->version, by_number);
    return STATUS_OK;
}

static enum status read_aliases(struct remote *remote, const char *pipeline,
                                struct arena *mem, struct registry_there *t,
                                struct error *err)
{
    struct transfer *seen = ARENA_NEW(mem, struct transfer);
    *seen = (struct transfer){.key = registry_there_aliases(t, mem),
                              .bounded = true,
                              .most = REGISTRY_ALIASES_BYTES};
    if (!remote_objects_find(&t->objects, seen->key))
        return STATUS_OK;
    TRY(remote_get(remote, seen, 1, mem, err));
    TRY(registry_aliases_parse(seen->key, seen->body, pipeline, mem, &t->aliases, err));
    t->seen = seen;
    return STATUS_OK;
}

/* *ret_gone: another log has taken its place meanwhile. */
static enum status read_log(struct remote *remote, const char *pipeline,
                            struct arena *mem, struct registry_there *t, bool *ret_gone,
                            struct error *err)
{
    struct registry r = registry_at("", pipeline);
    struct registry_aliases folded;
    struct transfer log = {.key = registry_there_log(t, &t->aliases, mem),
                           .bounded = true,
                           .most = REGISTRY_LOG_BYTES};
    *ret_gone = !remote_objects_find(&t->objects, log.key);
    if (*ret_gone)
        return STATUS_OK;
    enum status status = remote_get(remote, &log, 1, mem, err);
    *ret_gone = status == STATUS_INPUT;
    if (status != STATUS_OK)
        return *ret_gone ? STATUS_OK : status;
    if (log.body.n != t->aliases.table.bytes || !registry_log_fits(&t->aliases, log.body))
        return error_refuse(err, log.key, NULL,
                            "the object is not the log that " REGISTRY_ALIASES " names");
    TRY(registry_fold(&r, log.body, mem, &folded, err));
    if (!registry_aliases_same(&t->aliases, &folded))
        return error_refuse(err, log.key, NULL,
                            "the log does not lead to what " REGISTRY_ALIASES " says");
    t->log = log.body;
    return STATUS_OK;
}

/* Are the versions there that the names mean?  One that is put between the two lists is
 * not yet. */
static bool names_are_there(const struct registry_there *t)
{
    for (size_t i = 0; i < t->aliases.n; i++)
        if (!registry_there_find(t, t->aliases.alias[i].version, NULL))
            return false;
    return true;
}

enum status registry_there_pipelines(struct remote *remote, struct arena *mem,
                                     struct texts *ret, struct error *err)
{
    struct remote_objects all;
    TRY(remote_list(remote, FOLDER, mem, &all, err));
    const char **v = ARENA_ARRAY(mem, const char *, all.n);
    size_t n = 0;
    for (size_t i = 0; i < all.n; i++) { // sorted: those of one stand together
        const char *name = all.v[i].key + sizeof FOLDER - 1;
        size_t length = strcspn(name, "/");
        const char *pipeline = arena_copy(mem, name, length);
        struct error none;
        // A name becomes a folder's here: what can be none is nobody's registry.
        if (name[length] == '/' && (n == 0 || strcmp(v[n - 1], pipeline) != 0) &&
            pipeline_check_name(pipeline, &none) == STATUS_OK)
            v[n++] = pipeline;
    }
    *ret = (struct texts){n, v};
    return STATUS_OK;
}

enum status registry_there_read(struct remote *remote, const char *pipeline,
                                struct arena *mem, struct registry_there *ret,
                                struct error *err)
{
    for (int tries = 0; tries < TRIES; tries++) {
        struct registry_there t = {.prefix = arena_format(mem, FOLDER "%s/", pipeline),
                                   .log = {"", 0}};
        bool gone = false;
        if (tries > 0)
            progress_pause(tries * WAIT_S);
        TRY(remote_list(remote, t.prefix, mem, &t.objects, err));
        TRY(read_aliases(remote, pipeline, mem, &t, err));
        TRY(read_versions(remote, pipeline, mem, &t, err));
        if (t.seen && t.aliases.moves > 0)
            TRY(read_log(remote, pipeline, mem, &t, &gone, err));
        if (gone || !names_are_there(&t))
            continue;
        *ret = t;
        return STATUS_OK;
    }
    error_set(err, STATUS_BUSY, "the registry of %s in the remote changes all the time",
              QUOTE(pipeline));
    error_hint(err, "try again when others have done");
    return STATUS_BUSY;
}

const struct registry_there_version *registry_there_find(const struct registry_there *t,
                                                         size_t version,
                                                         const char *content)
{
    for (size_t i = 0; i < t->n; i++)
        if ((version == 0 || t->version[i].version == version) &&
            (!content || strcmp(t->version[i].manifest.content, content) == 0))
            return &t->version[i];
    return NULL;
}
