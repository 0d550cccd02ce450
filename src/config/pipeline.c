/* Reads a pipeline's file.
 *
 * Every top-level key must be known: one of the common ones, or a section that some stage
 * reads. The latter come from pipeline/stages.tbl by way of the generated header
 * stages.h; the list below serves where that header is not on the include path. */
#include "config/pipeline.h"

#include "config/pipeline_internal.h"
#include "file/file.h"

#if defined(__has_include)
#if __has_include("stages.h")
#include "stages.h"
#endif
#endif
#ifndef SECTION_LIST
#define SECTION_LIST "ingest", "clean", "features", "split", "train", "evaluate", "gate"
#endif

const char *const task_name[TASKS] = {
#define TASK(id, word) [TASK_##id] = (word),
#include "config/tasks.def"
#undef TASK
};

#define TASK(id, word) "|" word
static const char task_words[] =
#include "config/tasks.def"
    ;
#undef TASK

enum task task_find(const char *name)
{
    unsigned t;
    return option_index(task_words + 1, view_of(name), &t) ? (enum task)t : TASKS;
}

/* clang-format off */
static const struct option_row time_rows[] = {
    OPTION_REQUIRED(struct time_config, column, 0, 0, "NAME",
                    "the tables' column of the time: called as step is, or minute"),
    OPTION_ENUM(struct time_config, step, timestep_words + 1,
                  "from one row to the next; weeks begin on Monday"),
    OPTION(struct time_config, season, 0, 100000, "STEPS",
           "after which the series is much the same again; 0: a year of months (12), weeks "
           "(52) or quarters (4), a week of days (7), a day of hours or minutes"),
};

const struct option_row pipeline_rows[] = {
    OPTION(struct pipeline, title, 0, 0, "TEXT",
           "heading of the report; otherwise the file's name"),
    OPTION(struct pipeline, limits, 0, 0, "TEXT or list",
           "sentences that the report tells of what limits its figures and no table shows"),
    OPTION_ENUM(struct pipeline, task, task_words + 1,
                  "what is predicted: a number, a class of several, any of several "
                  "labels, or the band that a number lies in unless it is an anomaly"),
    OPTION_MAP(struct pipeline, time, time_rows, "the time of rows that have one"),
    OPTION(struct pipeline, group, 0, 0, "NAME",
           "the tables' column that says which series a row is of, text or whole numbers"),
    OPTION(struct pipeline, id, 0, 0, "NAME",
           "the column of the first source that names each row, text or whole numbers; it is "
           "carried to residuals and predictions and is no feature"),
    {.name = "target",
     .kind = OPTION_TEXTS,
     .offset = offsetof(struct pipeline, targets),
     .placeholder = "NAME or list",
     .help = "the column that is predicted, or those of several labels"},
    {.name = "outside",
     .kind = OPTION_TEXTS,
     .offset = offsetof(struct pipeline, outside),
     .placeholder = "NAME or list",
     .help = "columns of the clean table, numbers, that series models take beside the "
             "target; 16 at most"},
    OPTION(struct pipeline, seed, 0, 4294967295.0, "N", "of all random numbers"),
    OPTION(struct pipeline, track, 0, 0, NULL,
           "record its artifacts in dvc.yaml, dvc.lock and the cache"),
};
/* clang-format on */
const size_t pipeline_n_rows = COUNT_OF(pipeline_rows);

const struct pipeline pipeline_defaults = {
    .task = TASK_REGRESSION,
    .time = {.step = TIMESTEP_MONTH},
    .seed = 42,
    .track = true,
};

/* What later versions will know, and what others call our tasks.  To take it and do
 * nothing would be worse than not to know it. */
static const struct {
    const char *key, *value; // value NULL: whatever it says
    const char *message, *hint;
} planned[] = {
    {"schedule", NULL, "the key is not supported yet",
     "leave 'schedule' out: nothing would heed it"},
    {"task", "anomalies", "there is no task 'anomalies'", "did you mean 'anomaly'?"},
    {"task", "classification", "there is no task 'classification'",
     "did you mean 'classes'?"},
    {"task", "multilabel", "there is no task 'multilabel'", "did you mean 'labels'?"},
};

static enum status refuse_planned(const struct yaml_node *root, struct error *err)
{
    for (size_t i = 0; i < COUNT_OF(planned); i++) {
        const char *value = planned[i].value;
        const struct yaml_node *node = yaml_get(root, planned[i].key);
        if (!node || (value && (!node->text.p || !view_is(node->text, value))))
            continue;
        yaml_error(err, node, "%s", planned[i].message);
        error_field(err, planned[i].key);
        error_hint(err, "%s", planned[i].hint);
        return err->status;
    }
    return STATUS_OK;
}

static bool is_key(const char *key)
{
    for (size_t i = 0; i < COUNT_OF(pipeline_rows); i++)
        if (strcmp(pipeline_rows[i].name, key) == 0)
            return true;
    return false;
}

/* Adds a name to the n of a list, unless it is there. */
static size_t add_name(const char **names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return n;
    names[n] = name;
    return n + 1;
}

static enum status check_keys(const struct section *sections, size_t n_sections,
                              const struct yaml_node *root, struct arena *mem,
                              struct error *err)
{
    static const char *const known[] = {SECTION_LIST};
    TRY(refuse_planned(root, err));
    size_t n = 0, most = COUNT_OF(pipeline_rows) + COUNT_OF(known) + n_sections;
    const char **names = ARENA_ARRAY(mem, const char *, most);
    for (size_t i = 0; i < COUNT_OF(pipeline_rows); i++)
        n = add_name(names, n, pipeline_rows[i].name);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        n = add_name(names, n, known[i]);
    for (size_t i = 0; i < n_sections; i++)
        n = add_name(names, n, sections[i].key);
    return config_known_keys(root, names, n, err);
}

/* Reads the keys that every stage knows; the others are left for the sections. */
static enum status read_common(struct pipeline *pipeline, struct arena *mem,
                               struct error *err)
{
    const struct yaml_node *root = pipeline->root;
    struct yaml_node common = *root;
    common.child = ARENA_ARRAY(mem, struct yaml_node *, root->n);
    common.n = 0;
    for (size_t i = 0; i < root->n; i++)
        if (is_key(root->child[i]->key))
            common.child[common.n++] = root->child[i];
    TRY(config_read(&common, NULL, pipeline_rows, COUNT_OF(pipeline_rows), pipeline, mem,
                    err));
    return pipeline_check(pipeline, err);
}

const struct option_row *pipeline_list_row(const struct section *section)
{
    for (size_t i = 0; i < section->n_rows; i++) {
        const struct option_row *row = &section->rows[i];
        bool takes_list = row->kind == OPTION_NODE || row->kind == OPTION_ITEMS;
        if (takes_list && strcmp(row->name, section->key) == 0)
            return row;
    }
    return NULL;
}

static enum status read_sections(const struct section *sections, size_t n,
                                 const struct pipeline *pipeline, void *config,
                                 struct arena *mem, struct error *err)
{
    for (size_t i = 0; i < n; i++) {
        const struct section *section = &sections[i];
        void *base = (char *)config + section->offset;
        const struct yaml_node *node = yaml_get(pipeline->root, section->key);
        const struct option_row *row = pipeline_list_row(section);
        enum status status;
        if (node && node->kind == YAML_LIST && row)
            status = config_value(node, row, base, mem, err);
        else
            status = config_read(node, section->key, section->rows, section->n_rows, base,
                                 mem, err);
        if (status != STATUS_OK) {
            error_at(err, pipeline->path, 0, 0);
            return status;
        }
    }
    return STATUS_OK;
}

enum status pipeline_check_name(const char *name, struct error *err)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        "._-";
    if (name[0] && name[0] != '.' && name[strspn(name, allowed)] == '\0')
        return STATUS_OK;
    error_set(err, STATUS_USAGE, "%s cannot be a pipeline's name", QUOTE(name));
    error_hint(err, "name the file with letters, digits, '.', '_' and '-' only");
    return STATUS_USAGE;
}

/* Applies the overrides.  One that says what stands there anyway is forgotten: it leaves
 * no trace in an artifact. */
static enum status override(struct yaml_node *root, const struct texts *overrides,
                            struct texts *ret, struct arena *mem, struct error *err)
{
    const char **kept = ARENA_ARRAY(mem, const char *, overrides->n);
    size_t n = 0;
    for (size_t i = 0; i < overrides->n; i++) {
        struct text before = {.mem = mem}, after = {.mem = mem};
        yaml_flow(root, &before);
        TRY(yaml_override(root, overrides->v[i], mem, err));
        yaml_flow(root, &after);
        if (strcmp(before.p, after.p) != 0)
            kept[n++] = overrides->v[i];
    }
    *ret = (struct texts){n, kept};
    return STATUS_OK;
}

void pipeline_hint(const char *path, struct arena *mem, struct error *err)
{
    struct view stem = view_of(path ? file_stem(mem, path) : "");
    struct text all = {.mem = mem};
    struct error ignored;
    char **paths;
    size_t n = 0;
    if (file_glob("pipeline/*.yaml", mem, &paths, &n, &ignored) != STATUS_OK)
        return;
    const char **stems = ARENA_ARRAY(mem, const char *, n);
    for (size_t i = 0; i < n; i++) {
        stems[i] = file_stem(mem, paths[i]);
        text_addf(&all, "%s%s", i > 0 ? ", " : "", paths[i]);
    }
    const char *near = text_nearest(stem, stems, n);
    if (near)
        error_hint(err, "did you mean 'pipeline/%s.yaml'?", near);
    else
        error_hint(err, "there %s %s", n == 1 ? "is" : "are", all.p);
}

enum status pipeline_read(const struct section *sections, size_t n, const char *path,
                          const struct texts *overrides, void *config,
                          struct pipeline *ret, struct arena *mem, struct error *err)
{
    struct pipeline pipeline = pipeline_defaults;
    struct yaml_node *root;
    pipeline.path = path;
    pipeline.name = file_stem(mem, path);
    pipeline.title = pipeline.name;
    TRY(pipeline_check_name(pipeline.name, err));
    enum status status = yaml_read(path, mem, &root, err);
    if (status != STATUS_OK && !err->hint[0] && !file_exists(path))
        pipeline_hint(path, mem, err);
    TRY(status);
    if (root->kind == YAML_NULL)
        return yaml_error(err, root, "the file holds no keys");
    if (root->kind != YAML_MAP)
        return yaml_error(err, root, "expected a map of keys, found %s",
                          yaml_kind_name(root->kind));
    TRY(override(root, overrides, &pipeline.set, mem, err));
    pipeline.root = root;
    TRY(check_keys(sections, n, root, mem, err));
    TRY(read_common(&pipeline, mem, err));
    TRY(read_sections(sections, n, &pipeline, config, mem, err));
    *ret = pipeline;
    return STATUS_OK;
}

static const struct yaml_node *follow(const struct yaml_node *node, const char *path);

/* What the rest of a path says of the node at its key: "", "[].key", "[2].key", where the
 * item itself stands for a key that it lacks. */
static const struct yaml_node *go_on(const struct yaml_node *node, const char *rest)
{
    const char *key = rest + strcspn(rest, ".");
    bool numbered = rest[0] == '[' && rest[1] != ']';
    if (numbered) {
        size_t i = strtoul(rest + 1, NULL, 10);
        if (node->kind != YAML_LIST || i >= node->n)
            return NULL;
        node = node->child[i];
    }
    const struct yaml_node *found = *key ? follow(node, key + 1) : node;
    return found || !numbered ? found : node;
}

/* The node below `node` to which a dotted path leads; "[]" stands for any item of a list,
 * "[2]" for that of the number, from 0. */
static const struct yaml_node *follow(const struct yaml_node *node, const char *path)
{
    size_t n = strcspn(path, ".[");
    for (size_t i = 0; i < node->n; i++) {
        const struct yaml_node *child = node->child[i], *found = NULL;
        if (!child->key)
            found = follow(child, path);
        else if (strlen(child->key) != n || strncmp(child->key, path, n) != 0)
            continue;
        else
            found = go_on(child, path + n);
        if (found)
            return found;
    }
    return NULL;
}

static const struct yaml_node *find_key(const struct yaml_node *node, const char *path)
{
    const struct yaml_node *found = follow(node, path);
    for (size_t i = 0; !found && i < node->n; i++)
        found = find_key(node->child[i], path);
    return found;
}

void pipeline_locate(const struct pipeline *pipeline, struct error *err)
{
    bool wanted = pipeline->path && pipeline->root && err->loc.line == 0 &&
                  err->loc.field[0] && strcmp(err->loc.path, pipeline->path) == 0;
    const struct yaml_node *node =
        wanted ? find_key(pipeline->root, err->loc.field) : NULL;
    if (!node)
        return;
    err->loc.path[0] = '\0'; // the value may come from --set instead
    error_at(err, node->path, node->line, node->col);
}
