/* Reads one stage of dvc.yaml.
 *
 * Paths must be spelled in one way only, relative and without "." and "..", since
 * dvc.lock holds them as they are spelled and they become paths of the workspace.  Keys
 * that DVC knows and we do not (wdir, …) are refused: they would change what a record
 * means. */
#include "dvc/dvc_stage.h"

#include "dvc/dvc_lockfile.h"

/* What is being read. */
struct stage_reader {
    const struct dvc_scope *scope;
    struct dvc_stage *stage;
    struct arena *mem;
};

/* A list under way. */
struct strings {
    const char **v;
    size_t n;
};

static void add_string(struct arena *mem, struct strings *list, const char *s)
{
    size_t width = sizeof(*list->v);
    if ((list->n & (list->n - 1)) == 0)
        list->v = arena_grow(mem, list->v, list->n * width,
                             (list->n ? 2 * list->n : 1) * width);
    list->v[list->n++] = s;
}

/* A path that is the node's text, or its key. */
static enum status read_path(struct stage_reader *r, const struct yaml_node *node,
                             bool is_key, const char **ret, struct error *err)
{
    const char *path;
    if (is_key)
        TRY(dvc_fill_key(r->scope, node, r->mem, &path, err));
    else
        TRY(dvc_fill(r->scope, node, r->mem, &path, err));
    if (dvc_path_is_clean(path)) {
        *ret = path;
        return STATUS_OK;
    }
    error_set(err, STATUS_INPUT, "%s is no path inside the project", QUOTE_PATH(path));
    error_hint(err, "write it from the project's folder on, without '.', '..', '//' and "
                    "'/' at the end");
    error_at(err, node->path, is_key ? node->key_line : node->line,
             is_key ? node->key_col : node->col);
    return STATUS_INPUT;
}

static enum status read_command(struct stage_reader *r, const struct yaml_node *node,
                                struct error *err)
{
    struct strings list = {0};
    const char *one;
    r->stage->command_list = node->kind == YAML_LIST;
    if (node->kind == YAML_TEXT) {
        TRY(dvc_fill(r->scope, node, r->mem, &one, err));
        add_string(r->mem, &list, one);
    } else {
        TRY(yaml_expect(node, YAML_LIST, err));
    }
    for (size_t i = 0; node->kind == YAML_LIST && i < node->n; i++) {
        TRY(dvc_fill(r->scope, node->child[i], r->mem, &one, err));
        add_string(r->mem, &list, one);
    }
    if (list.n == 0)
        return yaml_error(err, node, "expected a command, found none");
    r->stage->commands = (struct texts){list.n, list.v};
    return STATUS_OK;
}

static enum status read_deps(struct stage_reader *r, const struct yaml_node *node,
                             struct error *err)
{
    struct strings list = {0};
    TRY(yaml_expect(node, YAML_LIST, err));
    for (size_t i = 0; i < node->n; i++) {
        const char *path;
        TRY(read_path(r, node->child[i], false, &path, err));
        add_string(r->mem, &list, path);
    }
    if (list.n > 0)
        qsort(list.v, list.n, sizeof(*list.v), text_order);
    for (size_t i = 1; i < list.n; i++)
        if (strcmp(list.v[i], list.v[i - 1]) == 0)
            return yaml_error(err, node, "%s stands twice", QUOTE_PATH(list.v[i]));
    r->stage->deps = (struct texts){list.n, list.v};
    return STATUS_OK;
}

/* The entry of a params file, new or the one that is there. */
static struct dvc_params *params_of(struct stage_reader *r, const char *file)
{
    struct dvc_stage *s = r->stage;
    for (size_t i = 0; i < s->n_params; i++)
        if (strcmp(s->params[i].file, file) == 0)
            return &s->params[i];
    size_t width = sizeof(*s->params);
    s->params =
        arena_grow(r->mem, s->params, s->n_params * width, (s->n_params + 1) * width);
    s->params[s->n_params].file = file;
    return &s->params[s->n_params++];
}

static void add_key(struct stage_reader *r, const char *file, const char *key)
{
    struct dvc_params *p = params_of(r, file);
    const char **v = ARENA_ARRAY(r->mem, const char *, p->keys.n + 1);
    for (size_t i = 0; i < p->keys.n; i++) {
        v[i] = p->keys.v[i];
        if (strcmp(v[i], key) == 0)
            return;
    }
    v[p->keys.n] = key;
    p->keys = (struct texts){p->keys.n + 1, v};
}

/* `file: [key, …]`, or `file:` alone. */
static enum status read_params_file(struct stage_reader *r, const struct yaml_node *node,
                                    struct error *err)
{
    const char *file, *key;
    TRY(read_path(r, node, true, &file, err));
    (void)params_of(r, file);
    if (node->kind != YAML_NULL)
        TRY(yaml_expect(node, YAML_LIST, err));
    for (size_t i = 0; i < node->n; i++) {
        TRY(dvc_fill(r->scope, node->child[i], r->mem, &key, err));
        add_key(r, file, key);
    }
    return STATUS_OK;
}

/* params.yaml comes first. */
static int compare_params(const void *a, const void *b)
{
    const char *x = ((const struct dvc_params *)a)->file;
    const char *y = ((const struct dvc_params *)b)->file;
    bool first_x = strcmp(x, "params.yaml") == 0, first_y = strcmp(y, "params.yaml") == 0;
    return first_x != first_y ? first_y - first_x : strcmp(x, y);
}

/* Sorts keys and refuses pairs such as "train" and "train.k": DVC would write the value
 * once and refer to it with an alias, which depends on what else stands there. */
static enum status finish_keys(struct stage_reader *r, const struct yaml_node *node,
                               struct dvc_params *p, struct error *err)
{
    const char **v = ARENA_ARRAY(r->mem, const char *, p->keys.n);
    if (p->keys.n == 0)
        return STATUS_OK;
    memcpy(v, p->keys.v, p->keys.n * sizeof(*v));
    qsort(v, p->keys.n, sizeof(*v), text_order);
    p->keys.v = v;
    for (size_t i = 0; i < p->keys.n; i++)
        for (size_t k = i + 1; k < p->keys.n; k++) {
            size_t n = strlen(v[i]);
            if (strncmp(v[i], v[k], n) != 0 || v[k][n] != '.')
                continue;
            yaml_error(err, node, "%s is a part of %s", QUOTE(v[k]), QUOTE(v[i]));
            error_hint(err, "track the larger one only");
            return STATUS_INPUT;
        }
    return STATUS_OK;
}

static enum status read_params(struct stage_reader *r, const struct yaml_node *node,
                               struct error *err)
{
    const char *key;
    TRY(yaml_expect(node, YAML_LIST, err));
    for (size_t i = 0; i < node->n; i++) {
        const struct yaml_node *entry = node->child[i];
        if (entry->kind == YAML_TEXT) {
            TRY(dvc_fill(r->scope, entry, r->mem, &key, err));
            add_key(r, "params.yaml", key);
            continue;
        }
        TRY(yaml_expect(entry, YAML_MAP, err));
        for (size_t k = 0; k < entry->n; k++)
            TRY(read_params_file(r, entry->child[k], err));
    }
    if (r->stage->n_params > 0)
        qsort(r->stage->params, r->stage->n_params, sizeof(struct dvc_params),
              compare_params);
    for (size_t i = 0; i < r->stage->n_params; i++)
        TRY(finish_keys(r, node, &r->stage->params[i], err));
    return STATUS_OK;
}

/* Flags that say nothing of where the output is or goes: what it is, how it is drawn. */
static const char *const told_flags[] = {"persist", "desc",  "type",   "labels",
                                         "meta",    "x",     "y",      "x_label",
                                         "y_label", "title", "header", "template"};

static bool is_told(const char *key)
{
    for (size_t i = 0; i < COUNT_OF(told_flags); i++)
        if (strcmp(key, told_flags[i]) == 0)
            return true;
    return false;
}

/* `path: {cache: false}`. */
static enum status read_flags(const struct yaml_node *node, struct dvc_out *out,
                              struct error *err)
{
    TRY(yaml_expect(node, YAML_MAP, err));
    for (size_t i = 0; i < node->n; i++) {
        const struct yaml_node *flag = node->child[i];
        bool cache = strcmp(flag->key, "cache") == 0;
        if (is_told(flag->key))
            continue;
        if (!cache && strcmp(flag->key, "push") != 0) {
            error_set(err, STATUS_INPUT, "unknown flag %s of an output",
                      QUOTE(flag->key));
            error_at(err, flag->path, flag->key_line, flag->key_col);
            error_hint(err, "known are cache, push, persist and what only describes it");
            return STATUS_INPUT;
        }
        TRY(yaml_expect(flag, YAML_BOOL, err));
        *(cache ? &out->cached : &out->pushed) = flag->boolean;
    }
    return STATUS_OK;
}

static enum status read_out(struct stage_reader *r, const struct yaml_node *entry,
                            bool metrics, struct error *err)
{
    struct dvc_stage *s = r->stage;
    struct dvc_out out = {.cached = true, .pushed = true, .metrics = metrics};
    if (entry->kind == YAML_MAP && entry->n == 1) {
        TRY(read_path(r, entry->child[0], true, &out.path, err));
        TRY(read_flags(entry->child[0], &out, err));
    } else {
        TRY(read_path(r, entry, false, &out.path, err));
    }
    size_t width = sizeof(out);
    s->out = arena_grow(r->mem, s->out, s->n_outs * width, (s->n_outs + 1) * width);
    s->out[s->n_outs++] = out;
    return STATUS_OK;
}

static enum status read_outs(struct stage_reader *r, const struct yaml_node *node,
                             struct error *err)
{
    TRY(yaml_expect(node, YAML_LIST, err));
    for (size_t i = 0; i < node->n; i++)
        TRY(read_out(r, node->child[i], strcmp(node->key, "metrics") == 0, err));
    return STATUS_OK;
}

static enum status skip(struct stage_reader *r, const struct yaml_node *node,
                        struct error *err)
{
    (void)r;
    (void)node;
    (void)err;
    return STATUS_OK;
}

static enum status read_frozen(struct stage_reader *r, const struct yaml_node *node,
                               struct error *err)
{
    TRY(yaml_expect(node, YAML_BOOL, err));
    r->stage->frozen = node->boolean;
    return STATUS_OK;
}

static enum status read_always(struct stage_reader *r, const struct yaml_node *node,
                               struct error *err)
{
    TRY(yaml_expect(node, YAML_BOOL, err));
    r->stage->always_changed = node->boolean;
    return STATUS_OK;
}

static const struct {
    const char *name;
    enum status (*read)(struct stage_reader *, const struct yaml_node *, struct error *);
} keys[] = {
    {"cmd", read_command},
    {"deps", read_deps},
    {"params", read_params},
    {"outs", read_outs},
    {"metrics", read_outs},
    {"plots", read_outs},
    {"desc", skip},
    {"matrix", skip},
    {"meta", skip},
    {"frozen", read_frozen},
    {"always_changed", read_always},
};

static enum status read_key(struct stage_reader *r, const struct yaml_node *node,
                            struct error *err)
{
    const char *names[COUNT_OF(keys)];
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        names[i] = keys[i].name;
        if (strcmp(node->key, names[i]) == 0)
            return node->kind == YAML_NULL ? STATUS_OK : (keys[i].read)(r, node, err);
    }
    error_set(err, STATUS_INPUT, "unknown key %s of a stage", QUOTE(node->key));
    error_at(err, node->path, node->key_line, node->key_col);
    error_nearest(err, view_of(node->key), names, COUNT_OF(keys));
    return STATUS_INPUT;
}

static int compare_outs(const void *a, const void *b)
{
    return strcmp(((const struct dvc_out *)a)->path, ((const struct dvc_out *)b)->path);
}

enum status dvc_stage_read(const struct yaml_node *definition, const char *name,
                           const struct dvc_scope *scope, struct arena *mem,
                           struct dvc_stage *ret, struct error *err)
{
    struct dvc_stage stage = {.name = name};
    struct stage_reader r = {scope, &stage, mem};
    const char *at = strchr(name, '@');
    stage.pipeline = at ? at + 1 : name;
    TRY(yaml_expect(definition, YAML_MAP, err));
    for (size_t i = 0; i < definition->n; i++)
        TRY(read_key(&r, definition->child[i], err));
    if (stage.commands.n == 0)
        return yaml_error(err, definition, "the stage %s has no 'cmd'", QUOTE(name));
    if (stage.n_outs > 0)
        qsort(stage.out, stage.n_outs, sizeof(*stage.out), compare_outs);
    for (size_t i = 1; i < stage.n_outs; i++)
        if (strcmp(stage.out[i].path, stage.out[i - 1].path) == 0)
            return yaml_error(err, definition, "the output %s stands twice",
                              QUOTE_PATH(stage.out[i].path));
    *ret = stage;
    return STATUS_OK;
}
