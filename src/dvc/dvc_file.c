/* Reads dvc.yaml and writes its loops out.
 *
 * `foreach` goes over a list (its values, or their indices where one is a list or a map)
 * or a map (its keys); `matrix` over all combinations, of which the first variable varies
 * slowest.  The names are DVC's: NAME@KEY, with the values of a matrix joined by '-'. */
#include "dvc/dvc_file.h"

#include "dvc/dvc_stage.h"

#define MAX_STAGES ((size_t)100000)

struct loader {
    struct dvc_file *file;
    struct arena *mem;
    struct names taken; // of all stages so far
    const char **name;  // [n_names] of those that are understood or left out
    size_t n_names, cap;
    const struct names *wanted; // the values of loops that count; NULL: all
};

static bool is_composite(const struct yaml_node *node)
{
    return node->kind == YAML_LIST || node->kind == YAML_MAP;
}

/* A stage that is left out has its place all the same. */
static enum status add_name(struct loader *l, const struct yaml_node *at,
                            const char *name, struct error *err)
{
    size_t before = l->taken.n;
    if (before >= MAX_STAGES)
        return yaml_error(err, at, "more than %zu stages", MAX_STAGES);
    if (names_add(&l->taken, name) < before)
        return yaml_error(err, at, "there are two stages %s", QUOTE(name));
    ARENA_ROOM(l->mem, l->name, l->n_names, l->cap, 64);
    l->name[l->n_names++] = name;
    return STATUS_OK;
}

static enum status add_stage(struct loader *l, const struct yaml_node *definition,
                             const char *name, const struct dvc_scope *scope,
                             struct error *err)
{
    struct dvc_file *f = l->file;
    struct dvc_stage stage;
    size_t width = sizeof(stage);
    TRY(add_name(l, definition, name, err));
    TRY(dvc_stage_read(definition, name, scope, l->mem, &stage, err));
    if ((f->n & (f->n - 1)) == 0)
        f->stage =
            arena_grow(l->mem, f->stage, f->n * width, (f->n ? 2 * f->n : 1) * width);
    f->stage[f->n++] = stage;
    return STATUS_OK;
}

/* The stage for one turn of a loop. */
static enum status add_turn(struct loader *l, const struct yaml_node *definition,
                            const char *name, const char *key, bool has_key,
                            const struct yaml_node *item, struct error *err)
{
    struct dvc_scope scope = {has_key ? key : NULL, item};
    const char *whole = arena_format(l->mem, "%s@%s", name, key);
    if (l->wanted && names_find(l->wanted, key) == NAMES_NONE)
        return add_name(l, definition, whole, err);
    return add_stage(l, definition, whole, &scope, err);
}

static enum status read_foreach(struct loader *l, const struct yaml_node *node,
                                struct error *err)
{
    const struct yaml_node *over = yaml_get(node, "foreach"),
                           *body = yaml_get(node, "do");
    bool composite = false;
    for (size_t i = 0; i < node->n; i++)
        if (node->child[i] != over && node->child[i] != body)
            return yaml_error(err, node->child[i], "unknown key %s beside 'foreach'",
                              QUOTE(node->child[i]->key));
    if (!body)
        return yaml_error(err, over, "expected 'do' beside 'foreach'");
    if (yaml_get(body, "matrix"))
        return yaml_error(err, body, "'matrix' cannot stand below 'foreach'");
    if (!is_composite(over))
        return yaml_error(err, over, "expected a list or a map, found %s",
                          yaml_kind_name(over->kind));
    for (size_t i = 0; i < over->n; i++)
        composite |= is_composite(over->child[i]);
    for (size_t i = 0; i < over->n; i++) {
        struct text key = {.mem = l->mem};
        bool map = over->kind == YAML_MAP;
        if (map)
            text_puts(&key, over->child[i]->key);
        else if (composite)
            text_addf(&key, "%zu", i);
        else
            dvc_fill_scalar(over->child[i], &key);
        TRY(add_turn(l, body, node->key, key.p, map, over->child[i], err));
    }
    return STATUS_OK;
}

/* One combination: the index-th of all; a map from variable to value, and its name. */
static const struct yaml_node *combine(struct loader *l, const struct yaml_node *matrix,
                                       size_t index, struct text *key)
{
    struct yaml_node *item = ARENA_NEW(l->mem, struct yaml_node);
    size_t *at = ARENA_ARRAY(l->mem, size_t, matrix->n);
    for (size_t i = matrix->n; i-- > 0;) {
        at[i] = index % matrix->child[i]->n;
        index /= matrix->child[i]->n;
    }
    *item = *matrix;
    item->child = ARENA_ARRAY(l->mem, struct yaml_node *, matrix->n);
    for (size_t i = 0; i < matrix->n; i++) {
        const struct yaml_node *variable = matrix->child[i];
        struct yaml_node *value = ARENA_NEW(l->mem, struct yaml_node);
        *value = *variable->child[at[i]];
        value->key = variable->key;
        item->child[i] = value;
        if (i > 0)
            text_putc(key, '-');
        if (is_composite(value))
            text_addf(key, "%s%zu", value->key, at[i]);
        else
            dvc_fill_scalar(value, key);
    }
    return item;
}

static enum status read_matrix(struct loader *l, const struct yaml_node *node,
                               const struct yaml_node *matrix, struct error *err)
{
    size_t count = 1;
    if (matrix->kind != YAML_MAP || matrix->n == 0)
        return yaml_error(err, matrix, "expected a map of lists, found %s",
                          matrix->n == 0 ? "nothing" : yaml_kind_name(matrix->kind));
    for (size_t i = 0; i < matrix->n; i++) {
        const struct yaml_node *variable = matrix->child[i];
        if (variable->kind != YAML_LIST || variable->n == 0)
            return yaml_error(err, variable, "expected a list of values");
        if (count > MAX_STAGES / variable->n)
            return yaml_error(err, variable, "more than %zu stages", MAX_STAGES);
        count *= variable->n;
    }
    for (size_t i = 0; i < count; i++) {
        struct text key = {.mem = l->mem};
        const struct yaml_node *item = combine(l, matrix, i, &key);
        TRY(add_turn(l, node, node->key, key.p, true, item, err));
    }
    return STATUS_OK;
}

static enum status read_entry(struct loader *l, const struct yaml_node *node,
                              struct error *err)
{
    const struct dvc_scope nothing = {0};
    if (node->kind != YAML_MAP)
        return yaml_error(err, node, "expected a map, found %s",
                          yaml_kind_name(node->kind));
    if (strchr(node->key, '@'))
        return yaml_error(err, node, "a stage's name cannot hold '@'");
    if (yaml_get(node, "foreach"))
        return read_foreach(l, node, err);
    const struct yaml_node *matrix = yaml_get(node, "matrix");
    if (matrix)
        return read_matrix(l, node, matrix, err);
    return add_stage(l, node, node->key, &nothing, err);
}

/* Reads an entry; one that is not understood is listed, and none of what it makes. */
static void enter(struct loader *l, const struct yaml_node *node)
{
    struct dvc_file *f = l->file;
    struct error fault;
    size_t before = f->n, names = l->n_names, width = sizeof(*f->unread);
    if (read_entry(l, node, &fault) == STATUS_OK)
        return;
    f->n = before;
    l->n_names = names;
    f->unread =
        arena_grow(l->mem, f->unread, f->n_unread * width, (f->n_unread + 1) * width);
    bool loop =
        node->kind == YAML_MAP && (yaml_get(node, "foreach") || yaml_get(node, "matrix"));
    f->unread[f->n_unread++] = (struct dvc_unread){node->key, loop, node, fault};
}

static const char *const others[] = {"plots", "params",    "metrics",
                                     "vars",  "artifacts", "datasets"};

static bool is_other(const char *key)
{
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (strcmp(key, others[i]) == 0)
            return true;
    return false;
}

/* The map of stages; NULL where there are none. */
static enum status find_stages(const struct yaml_node *root, const struct yaml_node **ret,
                               struct error *err)
{
    *ret = NULL;
    if (root->kind != YAML_MAP && root->kind != YAML_NULL)
        return yaml_error(err, root, "expected a map, found %s",
                          yaml_kind_name(root->kind));
    for (size_t i = 0; i < root->n; i++) {
        const struct yaml_node *node = root->child[i];
        if (is_other(node->key))
            continue;
        if (strcmp(node->key, "stages") != 0) {
            error_set(err, STATUS_INPUT, "unknown key %s", QUOTE(node->key));
            error_at(err, node->path, node->key_line, node->key_col);
            error_hint(err, "there are stages, plots, params, metrics, vars, artifacts "
                            "and datasets");
            return STATUS_INPUT;
        }
        if (node->kind != YAML_MAP && node->kind != YAML_NULL)
            return yaml_error(err, node, "expected a map, found %s",
                              yaml_kind_name(node->kind));
        *ret = node;
    }
    return STATUS_OK;
}

/* The next of the folders that the path lies in, from *at on, or NULL. */
static const char *next_above(const char *path, size_t *at, struct arena *mem)
{
    const char *slash = strchr(path + *at, '/');
    if (!slash)
        return NULL;
    *at = (size_t)(slash - path) + 1;
    return arena_copy(mem, path, *at - 1);
}

static void list_names(struct dvc_file *file, struct arena *mem)
{
    file->by_name.mem = file->outs.mem = file->above.mem = mem;
    for (size_t i = 0; i < file->n; i++)
        names_add(&file->by_name, file->stage[i].name);
    for (size_t i = 0; i < file->n; i++)
        for (size_t k = 0; k < file->stage[i].n_outs; k++) {
            const char *out = file->stage[i].out[k].path, *folder;
            names_add(&file->outs, out);
            for (size_t at = 0; (folder = next_above(out, &at, mem)) != NULL;)
                names_add(&file->above, folder);
        }
}

bool dvc_file_makes(const struct dvc_file *file, const char *path, struct arena *mem)
{
    const char *folder;
    bool found = names_find(&file->outs, path) != NAMES_NONE ||
                 names_find(&file->above, path) != NAMES_NONE;
    for (size_t at = 0; !found && (folder = next_above(path, &at, mem)) != NULL;)
        found = names_find(&file->outs, folder) != NAMES_NONE;
    return found;
}

/* Makes the stages of the tree. */
static enum status read_root(const struct yaml_node *root, const struct names *wanted,
                             struct arena *mem, struct dvc_file *ret, struct error *err)
{
    const struct yaml_node *stages;
    struct dvc_file file = {0};
    struct loader l = {.file = &file, .mem = mem, .taken = {.mem = mem}};
    l.wanted = wanted;
    TRY(find_stages(root, &stages, err));
    for (size_t i = 0; stages && i < stages->n; i++)
        enter(&l, stages->child[i]);
    file.names = (struct texts){l.n_names, l.name};
    list_names(&file, mem);
    *ret = file;
    return STATUS_OK;
}

const struct dvc_stage *dvc_file_find(const struct dvc_file *file, const char *name)
{
    size_t i = names_find(&file->by_name, name);
    return i == NAMES_NONE ? NULL : &file->stage[i];
}

const struct dvc_unread *dvc_file_unread(const struct dvc_file *file, const char *name)
{
    for (size_t i = 0; i < file->n_unread; i++) {
        const struct dvc_unread *u = &file->unread[i];
        size_t n = strlen(u->name);
        if (strncmp(name, u->name, n) == 0 && name[n] == (u->loop ? '@' : '\0'))
            return u;
    }
    return NULL;
}

enum status dvc_file_parse(const char *path, struct view bytes, struct arena *mem,
                           struct dvc_file *ret, struct error *err)
{
    struct yaml_node *root;
    TRY(yaml_parse_large(path, bytes.p, bytes.n, mem, &root, err));
    return read_root(root, NULL, mem, ret, err);
}

enum status dvc_file_read_for(const char *path, const struct names *pipelines,
                              struct arena *mem, struct dvc_file *ret, struct error *err)
{
    struct yaml_node *root;
    TRY(yaml_read_large(path, mem, &root, err));
    return read_root(root, pipelines, mem, ret, err);
}

enum status dvc_file_read(const char *path, struct arena *mem, struct dvc_file *ret,
                          struct error *err)
{
    return dvc_file_read_for(path, NULL, mem, ret, err);
}

bool dvc_is_artifact(const char *path)
{
    return strncmp(path, "artifacts/", 10) == 0 || strncmp(path, "reports/", 8) == 0;
}

const char *dvc_maker(const char *path, struct arena *mem)
{
    return dvc_is_artifact(path) ? arena_format(mem, "make %s", path) : "dvc repro";
}
