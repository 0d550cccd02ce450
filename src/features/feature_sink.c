/* Feature tables: one row a step that is worth it. */
#include "features/feature_sink.h"

#include <math.h>

#include "data/key.h"

static void name_fields(const struct feature_columns *c, struct schema *s)
{
    const struct features *plan = &c->plan;
    size_t from = c->key + c->group + c->id;
    if (c->key)
        s->field[0] = key_field(key_step(c->pipeline));
    if (c->group)
        s->field[c->key] = c->schema->field[c->key];
    if (c->id)
        s->field[from - 1] = c->schema->field[from - 1];
    for (size_t f = 0; f < plan->n; f++)
        s->field[from + f] = (struct field){
            plan->feature[f].name, plan->feature[f].text ? TYPE_TEXT : TYPE_REAL};
    for (size_t t = 0; t < c->n_targets; t++)
        s->field[from + plan->n + t] =
            (struct field){c->pipeline->targets.v[t],
                           feature_columns_text(c, c->target[t]) ? TYPE_TEXT : TYPE_REAL};
}

enum status feature_sink_begin(struct feature_sink *sink,
                               const struct feature_columns *columns, struct output *out,
                               struct arena *mem, struct error *err)
{
    struct schema *s = ARENA_NEW(mem, struct schema);
    s->n = columns->key + columns->group + columns->id + columns->plan.n +
           columns->n_targets;
    s->field = ARENA_ARRAY(mem, struct field, s->n);
    name_fields(columns, s);
    s->n_meta = 2;
    s->meta = ARENA_ARRAY(mem, struct meta, 2);
    s->meta[0] = (struct meta){"stage", "features"};
    s->meta[1] = (struct meta){"pipeline", columns->pipeline->name};
    sink->columns = columns;
    sink->arrived.mem = mem;
    TRY(arrow_begin(out, s, mem, &sink->writer, err));
    builder_init(&sink->builder, s, mem);
    return STATUS_OK;
}

static enum status put_text(struct builder *b, size_t to, struct feature_steps *s,
                            size_t i, size_t column, struct error *err)
{
    struct view text;
    bool there;
    TRY(feature_steps_text(s, i, column, &text, &there, err));
    if (there)
        builder_text(b, to, text);
    else
        builder_missing(b, to);
    return STATUS_OK;
}

/* A step behind the table has no id yet. */
static enum status put_id(struct builder *b, size_t to, struct feature_steps *s, size_t i,
                          struct error *err)
{
    struct row_id id;
    TRY(feature_steps_id(s, i, to, &id, err));
    if (!id.there)
        builder_missing(b, to);
    else if (id.whole)
        builder_int(b, to, id.number);
    else
        builder_text(b, to, id.text);
    return STATUS_OK;
}

/* Group and id have the type that they have in the clean table. */
static enum status put_names(struct builder *b, struct feature_steps *s, size_t i,
                             struct error *err)
{
    const struct feature_columns *c = s->columns;
    const struct walk *w = &s->walk;
    if (c->key)
        builder_int(b, 0, key_stored(w->step, w->key[i]));
    if (c->group && feature_columns_text(c, c->key))
        builder_text(b, c->key, w->series.group.text);
    else if (c->group)
        builder_int(b, c->key, w->series.group.number);
    return c->id ? put_id(b, c->key + c->group, s, i, err) : STATUS_OK;
}

static enum status put_features(struct builder *b, size_t to, struct feature_steps *s,
                                size_t i, struct error *err)
{
    const struct features *plan = &s->columns->plan;
    for (size_t f = 0; f < plan->n; f++)
        if (plan->feature[f].text)
            TRY(put_text(b, to + f, s, i, plan->feature[f].source, err));
        else if (isnan(s->value[f][i]))
            builder_missing(b, to + f);
        else
            builder_real(b, to + f, s->value[f][i]);
    return STATUS_OK;
}

/* Of a row to come no target is known. */
static enum status put_targets(struct builder *b, size_t to, struct feature_steps *s,
                               size_t i, bool known, struct error *err)
{
    const struct feature_columns *c = s->columns;
    for (size_t t = 0; t < c->n_targets; t++)
        if (!known)
            builder_missing(b, to + t);
        else if (feature_columns_text(c, c->target[t]))
            TRY(put_text(b, to + t, s, i, c->target[t], err));
        else
            builder_real(b, to + t, s->walk.x[c->target_slot[t]][i]);
    return STATUS_OK;
}

/* The first and the last key; the groups' rows stand one behind the other. */
static void note_key(struct feature_sink *sink, int32_t key)
{
    bool first = sink->rows == 0;
    sink->first = first || key < sink->first ? key : sink->first;
    sink->last = first || key > sink->last ? key : sink->last;
}

enum status feature_sink_put(struct feature_sink *sink, struct feature_steps *s, size_t i,
                             bool known, struct error *err)
{
    struct builder *b = &sink->builder;
    size_t from = s->columns->key + s->columns->group + s->columns->id;
    TRY(put_names(b, s, i, err));
    TRY(put_features(b, from, s, i, err));
    TRY(put_targets(b, from + s->columns->plan.n, s, i, known, err));
    builder_commit(b);
    if (s->columns->key)
        note_key(sink, s->walk.key[i]);
    if (runs_has(&s->columns->arrived, s->walk.row[i]))
        runs_add(&sink->arrived, sink->rows);
    sink->rows++;
    return builder_full(b) ? builder_write(b, sink->writer, err) : STATUS_OK;
}

enum status feature_sink_finish(struct feature_sink *sink, struct error *err)
{
    TRY(builder_write(&sink->builder, sink->writer, err));
    if (sink->arrived.n > 0)
        arrow_add_meta(sink->writer, "arrived", runs_text(&sink->arrived));
    return arrow_finish(sink->writer, err);
}
