/* Registers, reads what the registry says, and moves names. */
#include "gate/candidacy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "artifacts/metrics_json.h"
#include "config/yaml.h"
#include "digest/digest.h"
#include "file/file.h"
#include "registry/code.h"
#include "registry/profile.h"

/* The artifacts that make a version, and those that it was made of. */
static const char *const parts[] = {"model.json",   "search.csv",    "metrics.json",
                                    "quality.json", "features.json", "backtest.json",
                                    "backtest.csv", "backtest.arrow"};
static const char *const origins[] = {"ingest.json", "features.arrow"};

/* Keys of the pipeline's file that decide nothing about the model. */
static const char *const told_only[] = {"title", "limits", "track", "gate", "evaluate"};

static int by_key(const void *a, const void *b)
{
    const struct yaml_node *const *x = a, *const *y = b;
    return strcmp((*x)->key, (*y)->key);
}

/* The pipeline's file with the overrides that the artifacts were made with: what this
 * stage was started with says nothing of those. */
static enum status read_recipe(const struct candidacy_request *q, struct arena *mem,
                               struct yaml_node **ret, struct error *err)
{
    static const char set[] = "--set=";
    TRY(yaml_read(q->pipeline->path, mem, ret, err));
    for (size_t i = 0; i < q->options.n; i++)
        if (strncmp(q->options.v[i], set, sizeof set - 1) == 0)
            TRY(yaml_override(*ret, q->options.v[i] + sizeof set - 1, mem, err));
    return STATUS_OK;
}

/* The keys that decide about the model, sorted: a recipe is the same however its file is
 * laid out. */
static struct view parameters(const struct yaml_node *root, struct arena *mem)
{
    const struct yaml_node **key = ARENA_ARRAY(mem, const struct yaml_node *, root->n);
    struct text out = {.mem = mem};
    size_t n = 0;
    for (size_t i = 0; i < root->n; i++) {
        bool told = false;
        for (size_t k = 0; k < COUNT_OF(told_only); k++)
            told |= strcmp(root->child[i]->key, told_only[k]) == 0;
        if (!told)
            key[n++] = root->child[i];
    }
    if (n > 1)
        qsort(key, n, sizeof(*key), by_key);
    text_puts(&out, "");
    for (size_t i = 0; i < n; i++) {
        text_addf(&out, "%s: ", key[i]->key);
        yaml_flow(key[i], &out);
        text_putc(&out, '\n');
    }
    return (struct view){out.p, out.n};
}

static enum status digest_origins(const struct candidacy_request *q, struct arena *mem,
                                  struct registry_data *ret, struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(origins); i++) {
        char *sha256 = arena_alloc(mem, SHA256_HEX);
        uint64_t bytes;
        TRY(digest_file(file_join(mem, q->folder, origins[i]), NULL, sha256, &bytes,
                        err));
        ret[i] = (struct registry_data){origins[i], (size_t)bytes, sha256};
    }
    return STATUS_OK;
}

static enum status enter(const struct candidacy_request *q, struct arena *mem,
                         size_t *ret_version, struct error *err)
{
    struct registry_source source[COUNT_OF(parts) + 2];
    struct registry_data data[COUNT_OF(origins)];
    struct registry_entry entry = {.source = source,
                                   .n_data = COUNT_OF(data),
                                   .data = data,
                                   .code = code_digest(mem)};
    struct view profile;
    struct registry_added added;
    struct yaml_node *recipe;
    TRY(read_recipe(q, mem, &recipe, err));
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        source[entry.n_sources++] = (struct registry_source){
            .name = parts[i], .path = file_join(mem, q->folder, parts[i])};
    source[entry.n_sources++] = (struct registry_source){.name = REGISTRY_PARAMETERS,
                                                         .body = parameters(recipe, mem)};
    TRY(profile_make(file_join(mem, q->folder, "features.arrow"), mem, &profile, err));
    source[entry.n_sources++] =
        (struct registry_source){.name = PROFILE_FILE, .body = profile};
    TRY(digest_origins(q, mem, data, err));
    TRY(registry_add(q->registry, &entry, mem, &added, err));
    *ret_version = added.version;
    return STATUS_OK;
}

/* Reads what is told of a version; 0 is none. */
static enum status read_version(const struct candidacy_request *q, size_t version,
                                struct arena *mem, struct candidacy_version *ret,
                                struct metrics_json *ret_metrics, struct error *err)
{
    struct metrics_json *m = ret_metrics;
    *ret = (struct candidacy_version){.version = version};
    if (version == 0)
        return STATUS_OK;
    TRY(registry_read(q->registry, version, mem, &ret->manifest, err));
    TRY(metrics_json_read(registry_file(q->registry, version, "metrics.json", mem), mem,
                          m, err));
    ret->told = (struct verdict_json_version){
        .version = version,
        .model = m->model,
        .figure = q->figure,
        .value = q->figure[0] ? metrics_json_value(&m->holdout, q->figure) : NAN};
    return STATUS_OK;
}

/* The version with that content, 0: it is gone. */
static enum status find_content(const struct registry *r, const char *content,
                                struct arena *mem, size_t *ret, struct error *err)
{
    size_t *version, n;
    struct registry_manifest m;
    struct error damaged;
    *ret = 0;
    if (!content)
        return STATUS_OK;
    TRY(registry_versions(r, mem, &version, &n, err));
    for (; n > 0 && *ret == 0; n--)
        if (registry_read(r, version[n - 1], mem, &m, &damaged) == STATUS_OK &&
            strcmp(m.content, content) == 0)
            *ret = version[n - 1];
    return STATUS_OK;
}

/* How the candidate ceased to be production, if it ever was. */
static enum status find_left(struct candidacy *s, const struct registry_aliases *a,
                             struct arena *mem, struct error *err)
{
    struct registry_moved *moved;
    size_t n;
    s->left = NULL;
    if (s->candidate.version == s->production.version)
        return STATUS_OK;
    TRY(registry_log(&s->registry, a, mem, &moved, &n, err));
    for (size_t i = 0; i < n; i++)
        if (strcmp(moved[i].alias, REGISTRY_PRODUCTION) == 0 &&
            moved[i].from == s->candidate.version)
            s->left = &moved[i];
    return STATUS_OK;
}

static bool same_text(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static enum status find_rival(const struct candidacy_request *q, struct candidacy *s,
                              const struct metrics_json *mine, struct arena *mem,
                              struct error *err)
{
    struct metrics_json theirs = {0};
    size_t version = s->production.version;
    if (version == s->candidate.version)
        TRY(find_content(q->registry, s->candidate.manifest.lineage.parent, mem, &version,
                         err));
    TRY(read_version(q, version, mem, &s->rival, &theirs, err));
    if (version > 0 &&
        !(same_text(mine->task, theirs.task) && same_text(mine->target, theirs.target)))
        s->rival = (struct candidacy_version){0};
    if (s->rival.version == 0)
        s->kind = CANDIDACY_FIRST;
    else if (same_text(s->candidate.manifest.lineage.parameters,
                       s->rival.manifest.lineage.parameters))
        s->kind = CANDIDACY_REFRESH;
    else
        s->kind = CANDIDACY_CHALLENGER;
    return STATUS_OK;
}

enum status candidacy_enter(const struct candidacy_request *q, struct arena *mem,
                            struct candidacy *ret, struct error *err)
{
    struct candidacy s = {.registry = *q->registry};
    struct registry_aliases a;
    struct metrics_json mine, now;
    size_t version;
    TRY(enter(q, mem, &version, err));
    TRY(registry_aliases(q->registry, mem, &a, err));
    s.named = registry_aliased(&a, REGISTRY_CANDIDATE);
    TRY(read_version(q, version, mem, &s.candidate, &mine, err));
    enum status status = read_version(q, registry_aliased(&a, REGISTRY_PRODUCTION), mem,
                                      &s.production, &now, err);
    if (status != STATUS_OK) {
        registry_hint_production(q->registry, err);
        return status;
    }
    TRY(find_left(&s, &a, mem, err));
    TRY(find_rival(q, &s, &mine, mem, err));
    *ret = s;
    return STATUS_OK;
}

enum status candidacy_settle(const struct candidacy *s, bool promoted, const char *why,
                             struct arena *mem, struct error *err)
{
    size_t to = s->candidate.version;
    struct registry_move candidate = {REGISTRY_CANDIDATE, s->named, to, REGISTRY_GATE,
                                      why};
    size_t now = s->production.version;
    struct registry_move production = {REGISTRY_PRODUCTION, now, promoted ? to : now,
                                       REGISTRY_GATE, why};
    TRY(registry_move(&s->registry, &candidate, mem, err));
    return registry_move(&s->registry, &production, mem, err);
}
