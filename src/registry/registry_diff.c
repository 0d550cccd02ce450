/* Comparing two versions: each becomes a list of facts, sorted within its kind; the lists
 * are merged. */
#include "registry/registry_diff.h"

#include <stdlib.h>
#include <string.h>

#include "artifacts/features_json.h"
#include "config/yaml.h"

/* Something that a version says. */
struct fact {
    unsigned kind; // a place in kinds
    const char *name, *value;
};

enum { PARAMETER, METRIC, BACKTEST, FEATURE, DATA, CODE, FILES };

static const char *const kinds[] = {"parameter", "metric", "backtest", "feature",
                                    "data",      "code",   "file"};

struct facts {
    struct arena *mem;
    struct fact *v; // [n]
    size_t n, cap;
};

static void add(struct facts *f, unsigned kind, const char *name, const char *value)
{
    ARENA_ROOM(f->mem, f->v, f->n, f->cap, 256);
    f->v[f->n++] = (struct fact){kind, name, value};
}

/* The leaves of a pipeline's file: "train.steps[3].ridge.alpha". */
static void add_yaml(struct facts *f, const char *path, const struct yaml_node *node)
{
    if (node->kind != YAML_LIST && node->kind != YAML_MAP) {
        add(f, PARAMETER, path, arena_copy(f->mem, node->text.p, node->text.n));
        return;
    }
    for (size_t i = 0; i < node->n; i++) {
        const struct yaml_node *child = node->child[i];
        const char *below = node->kind == YAML_LIST
                                ? arena_format(f->mem, "%s[%zu]", path, i)
                            : path[0] ? arena_format(f->mem, "%s.%s", path, child->key)
                                      : child->key;
        add_yaml(f, below, child);
    }
}

static enum status add_parameters(struct facts *f, const char *path, struct error *err)
{
    struct yaml_node *root;
    TRY(yaml_read(path, f->mem, &root, err));
    if (root->kind == YAML_MAP)
        add_yaml(f, "", root);
    return STATUS_OK;
}

/* The figures of a document: leaves that are numbers or truth values, but for what is said
 * of other files and, of backtest.json, what is no summary of all rows or of a span. */
static void add_json(struct facts *f, unsigned kind, const char *path, const json_t *v)
{
    static const char *const others[] = {"checksum", "tables", "model",
                                         "options",  "plan",   "horizons",
                                         "seasons",  "years",  "groups"};
    const char *key, *dot = path[0] ? "." : "";
    json_t *child;
    size_t i;
    json_object_foreach(json_unconst(v), key, child) {
        bool skip = false;
        for (i = 0; i < COUNT_OF(others); i++)
            skip = skip || (!path[0] && strcmp(key, others[i]) == 0);
        if (!skip)
            add_json(f, kind, arena_format(f->mem, "%s%s%s", path, dot, key), child);
    }
    json_array_foreach(v, i, child) {
        const char *name = json_string_value(json_object_get(child, "name"));
        const char *below = name ? arena_format(f->mem, "%s[%s]", path, name)
                                 : arena_format(f->mem, "%s[%zu]", path, i);
        add_json(f, kind, below, child);
    }
    if (json_is_number(v) || json_is_boolean(v)) {
        char *dumped = json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
        add(f, kind, path, arena_string(f->mem, dumped ? dumped : ""));
        free(dumped);
    }
}

static enum status add_figures(struct facts *f, unsigned kind, const char *path,
                               struct error *err)
{
    json_t *document;
    TRY(artifact_read(path, &document, err));
    add_json(f, kind, "", document);
    json_decref(document);
    return STATUS_OK;
}

static enum status add_features(struct facts *f, const char *path, struct error *err)
{
    struct features_json features;
    TRY(features_json_read(path, f->mem, &features, err));
    for (size_t i = 0; i < features.n_features; i++) {
        const struct features_json_feature *one = &features.feature[i];
        add(f, FEATURE, one->name,
            arena_format(f->mem, "%s of %s, window %zu, shift %zu, lead %zu",
                         one->formula, one->column, one->window, one->shift, one->lead));
    }
    return STATUS_OK;
}

static void add_manifest(struct facts *f, const struct registry_manifest *m)
{
    for (size_t i = 0; i < m->lineage.n_data; i++) {
        const struct registry_data *d = &m->lineage.data[i];
        add(f, DATA, d->file,
            arena_format(f->mem, "%zu bytes, %.12s", d->bytes, d->sha256));
    }
    if (m->lineage.code)
        add(f, CODE, "digest", m->lineage.code);
    for (size_t i = 0; i < m->n_files; i++)
        if (strcmp(m->file[i].name, REGISTRY_CARD) != 0) // which follows from the others
            add(f, FILES, m->file[i].name,
                arena_format(f->mem, "%zu bytes, %.12s", m->file[i].bytes,
                             m->file[i].sha256));
}

static int by_place(const void *a, const void *b)
{
    const struct fact *x = a, *y = b;
    return x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind)
                              : strcmp(x->name, y->name);
}

static enum status read_facts(const struct registry *r, size_t version, struct facts *f,
                              struct error *err)
{
    struct registry_manifest m;
    TRY(registry_read(r, version, f->mem, &m, err));
    TRY(registry_check(r, version, &m, err));
    add_manifest(f, &m);
    for (size_t i = 0; i < m.n_files; i++) {
        const char *name = m.file[i].name,
                   *path = registry_file(r, version, name, f->mem);
        if (strcmp(name, REGISTRY_PARAMETERS) == 0)
            TRY(add_parameters(f, path, err));
        else if (strcmp(name, "metrics.json") == 0)
            TRY(add_figures(f, METRIC, path, err));
        else if (strcmp(name, "backtest.json") == 0)
            TRY(add_figures(f, BACKTEST, path, err));
        else if (strcmp(name, "features.json") == 0)
            TRY(add_features(f, path, err));
    }
    qsort(f->v, f->n, sizeof *f->v, by_place);
    return STATUS_OK;
}

static void add_row(struct registry_table *t, const struct fact *of, const char *a,
                    const char *b)
{
    registry_cell_text(t, kinds[of->kind]);
    registry_cell_text(t, of->name);
    registry_cell_value(t, a);
    registry_cell_value(t, b);
}

/* Goes through both lists at once. */
static void merge(const struct facts *a, const struct facts *b, struct registry_table *t)
{
    size_t i = 0, k = 0;
    while (i < a->n || k < b->n) {
        int order = i == a->n ? 1 : k == b->n ? -1 : by_place(&a->v[i], &b->v[k]);
        if (order < 0) {
            add_row(t, &a->v[i], a->v[i].value, NULL);
        } else if (order > 0) {
            add_row(t, &b->v[k], NULL, b->v[k].value);
        } else if (strcmp(a->v[i].value, b->v[k].value) != 0) {
            add_row(t, &a->v[i], a->v[i].value, b->v[k].value);
        }
        i += order <= 0;
        k += order >= 0;
    }
}

enum status registry_diff(const struct registry *r, const size_t version[2],
                          struct arena *mem, struct registry_table *ret,
                          struct error *err)
{
    const char **names = ARENA_ARRAY(mem, const char *, 4);
    struct facts a = {.mem = mem}, b = {.mem = mem};
    names[0] = "what";
    names[1] = "name";
    names[2] = arena_format(mem, "version %zu", version[0]);
    names[3] = arena_format(mem, "version %zu", version[1]);
    struct registry_table t = registry_table_of(names, 4, mem);
    TRY(read_facts(r, version[0], &a, err));
    TRY(read_facts(r, version[1], &b, err));
    merge(&a, &b, &t);
    *ret = t;
    return STATUS_OK;
}
