/* Columns of the feature table: found by name, numbers given a slot of the walk. */
#include "features/feature_columns.h"

#include <string.h>

#include "data/ids.h"

bool feature_columns_text(const struct feature_columns *c, size_t column)
{
    return c->schema->field[column].type == TYPE_TEXT;
}

const char *feature_columns_name(const struct feature_columns *c, size_t s)
{
    return c->schema->field[c->column[s]].name;
}

/* The place of a table's column in the walk, added when new. */
static size_t slot_of(struct feature_columns *c, size_t column)
{
    size_t s = 0;
    while (s < c->n && c->column[s] != column)
        s++;
    if (s == c->n)
        c->column[c->n++] = column;
    return s;
}

/* The column of groups must be where clean puts it. */
static enum status find_group(struct feature_columns *c, struct error *err)
{
    const char *group = c->pipeline->group;
    c->group = group ? 1 : 0;
    if (!group ||
        (c->key < c->schema->n && strcmp(c->schema->field[c->key].name, group) == 0))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "expected a table with the groups %s behind its key",
              QUOTE(group));
    error_hint(err, "run ingest and clean again");
    error_at(err, c->path, 0, 0);
    return STATUS_INPUT;
}

static enum status find_id(struct feature_columns *c, struct error *err)
{
    size_t column;
    c->id = c->pipeline->id ? 1 : 0;
    return c->id ? ids_find(c->schema, c->pipeline, c->path, &column, err) : STATUS_OK;
}

/* A target that no source has is the pipeline file's fault, not the table's. */
static enum status require_target(const struct feature_columns *c, size_t t, size_t *ret,
                                  struct error *err)
{
    const struct pipeline *p = c->pipeline;
    if (schema_require(c->schema, NULL, p->targets.v[t], ret, err) == STATUS_OK)
        return STATUS_OK;
    if (!err->hint[0])
        error_hint(err, "`show %s` lists the columns that there are", c->path);
    pipeline_at_item(p, "target", t, err);
    return err->status;
}

/* The targets are columns of numbers, of classes also one of texts. */
static enum status find_targets(struct feature_columns *c, struct arena *mem,
                                struct error *err)
{
    const struct pipeline *p = c->pipeline;
    c->n_targets = p->targets.n;
    c->target = ARENA_ARRAY(mem, size_t, c->n_targets);
    for (size_t t = 0; t < c->n_targets; t++) {
        size_t *at = &c->target[t];
        TRY(require_target(c, t, at, err));
        enum type type = c->schema->field[*at].type;
        bool number = type != TYPE_TEXT && type != TYPE_DATE && type != TYPE_TIME;
        if (number || (type == TYPE_TEXT && p->task == TASK_CLASSES))
            continue;
        error_set(err, STATUS_INPUT, "the target %s is %s, expected numbers",
                  QUOTE(p->targets.v[t]), type_name(type));
        if (p->task == TASK_LABELS)
            error_hint(err, "a label is a column of 0 and 1");
        else if (type == TYPE_TEXT)
            error_hint(err, "names of classes are learnt by task: classes");
        pipeline_at_item(p, "target", t, err);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

/* Where the walk has each feature and target; texts are read beside it, by the row. */
static void find_slots(struct feature_columns *c, struct arena *mem)
{
    c->column = ARENA_ARRAY(mem, size_t, c->plan.n + c->n_targets);
    c->slot = ARENA_ARRAY(mem, size_t, c->plan.n);
    c->target_slot = ARENA_ARRAY(mem, size_t, c->n_targets);
    c->beside = c->plan.n_texts > 0 || c->id > 0;
    for (size_t f = 0; f < c->plan.n; f++)
        if (!c->plan.feature[f].text)
            c->slot[f] = slot_of(c, c->plan.feature[f].source);
    for (size_t t = 0; t < c->n_targets; t++)
        if (feature_columns_text(c, c->target[t]))
            c->beside = true;
        else
            c->target_slot[t] = slot_of(c, c->target[t]);
}

static enum status find_arrived(struct feature_columns *c, struct arena *mem,
                                struct error *err)
{
    c->arrived.mem = mem;
    if (runs_parse(&c->arrived, schema_meta(c->schema, "arrived")))
        return STATUS_OK;
    return error_refuse(err, c->path, NULL, "the metadata 'arrived' is damaged");
}

enum status feature_columns_find(const struct pipeline *pipeline,
                                 const struct items *rules, const struct arrow_file *file,
                                 struct arena *mem, struct feature_columns *ret,
                                 struct error *err)
{
    struct feature_columns c = {.pipeline = pipeline,
                                .schema = arrow_schema(file),
                                .path = arrow_path(file),
                                .key = pipeline->time.column != NULL};
    TRY(find_group(&c, err));
    TRY(find_id(&c, err));
    TRY(find_targets(&c, mem, err));
    size_t names = ids_names(pipeline);
    if (features_plan(rules, c.schema, &pipeline->targets, names, mem, &c.plan, err) !=
        STATUS_OK) {
        error_at(err, pipeline->path, 0, 0);
        return err->status;
    }
    find_slots(&c, mem);
    TRY(find_arrived(&c, mem, err));
    *ret = c;
    return STATUS_OK;
}
