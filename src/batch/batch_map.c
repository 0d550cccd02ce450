/* A file's header against what the model takes.
 *
 * A column of the file is called what `predict.columns` says, else what the source's rule
 * that matches it says; the rule that a table's column came from also says how its cells
 * are read. */
#include "batch/batch_internal.h"

#include <string.h>

#include "data/key.h"

/* clang-format off */
const struct option_row batch_rows[BATCH_ROWS] = {
    OPTION(struct batch_rule, columns, 0, 0, "MAP",
           "of `predict --input`: what columns of the file are called in the tables"),
    OPTION(struct batch_rule, id, -1, 0, "NAME",
           "the column that names rows in the answer; without it that of the pipeline"),
    OPTION(struct batch_rule, carry, 0, 0, "NAMES",
           "columns that are passed on to the answer as they stand"),
    OPTION(struct batch_rule, ignore, 0, 0, "NAMES",
           "columns that may be there and nobody needs"),
    OPTION(struct batch_rule, encoding, -1, 0, "NAME",
           "the column that tells how the row's texts are coded: utf-8, latin-1, ..."),
};
/* clang-format on */

static const struct source *source_of(const struct batch_job *b)
{
    return source_at(b->sources, 0);
}

/* The rule that makes a table's column of that name, or NULL. */
static const struct source_column *rule_of(const struct batch_job *b, const char *name)
{
    const struct items *all = &source_of(b)->columns;
    const struct source_column *rule = all->v;
    for (size_t i = 0; i < all->n; i++)
        if (rule[i].name[0] ? strcmp(rule[i].name, name) == 0
                            : text_match(rule[i].match, name))
            return &rule[i];
    return NULL;
}

/* What a column of the file is called in the tables. */
static const char *table_name(const struct batch_job *b, const char *header)
{
    const struct yaml_node *renamed =
        b->rule->columns ? yaml_get(b->rule->columns, header) : NULL;
    const struct items *all = &source_of(b)->columns;
    const struct source_column *rule = all->v;
    if (renamed)
        return arena_copy(b->mem, renamed->text.p, renamed->text.n);
    for (size_t i = 0; i < all->n; i++)
        if (text_match(rule[i].match, header))
            return rule[i].name[0] ? rule[i].name : header;
    return header;
}

static size_t place(const struct texts *list, const char *name)
{
    size_t i = 0;
    while (i < list->n && strcmp(list->v[i], name) != 0)
        i++;
    return i;
}

static const char *id_name(const struct batch_job *b)
{
    return b->rule->id[0] ? b->rule->id : b->pipeline->id;
}

static bool is(const char *name, const char *other)
{
    return name && other && name[0] && strcmp(name, other) == 0;
}

/* What the column is for; false when nobody knows it. */
static bool use_of(const struct batch_job *b, struct batch_column *c)
{
    const struct texts *features = &b->model->features, *texts = &b->model->texts;
    const struct texts *targets = &b->pipeline->targets;
    bool measured =
        b->model->learnt.task == TASK_REGRESSION || b->model->learnt.task == TASK_ANOMALY;
    if (is(b->rule->encoding, c->header))
        c->use = BATCH_ENCODING;
    else if (is(b->rule->id, c->header) || is(b->pipeline->id, c->header))
        c->use = BATCH_ID;
    else if (texts_hold(&b->rule->carry, c->header))
        c->use = BATCH_CARRY;
    else if (texts_hold(&b->rule->ignore, c->header))
        c->use = BATCH_IGNORE;
    else if (b->outlook && (is(key_name(b->pipeline), c->header) ||
                            is(b->pipeline->time.column, c->header)))
        c->use = BATCH_TIME;
    else if (!b->outlook && (c->at = place(features, c->name)) < features->n)
        c->use = BATCH_REAL;
    else if (!b->outlook && (c->at = place(texts, c->name)) < texts->n)
        c->use = BATCH_TEXT;
    else if (is(b->pipeline->group, c->name))
        c->use = BATCH_GROUP;
    else if ((c->at = place(targets, c->name)) < targets->n)
        c->use = measured ? BATCH_ACTUAL : BATCH_CARRY;
    else
        return false;
    return true;
}

static enum status at_header(const struct batch_job *b, struct error *err)
{
    error_at(err, b->path, 1, 0);
    return STATUS_INPUT;
}

/* The name that comes nearest among those of the columns that have a use. */
static bool nearest(const struct batch_job *b, const char *header, struct error *err)
{
    const struct pipeline *p = b->pipeline;
    const struct texts *lists[] = {&b->model->features, &b->model->texts, &p->targets};
    const char *named[] = {key_name(p), p->group, id_name(b)};
    for (size_t i = b->outlook ? COUNT_OF(lists) : 0; i < COUNT_OF(lists); i++)
        if (error_nearest(err, view_of(header), lists[i]->v, lists[i]->n))
            return true;
    for (size_t i = b->outlook ? 0 : 1; i < COUNT_OF(named); i++)
        if (named[i] && error_nearest(err, view_of(header), &named[i], 1))
            return true;
    return false;
}

static enum status unknown_column(const struct batch_job *b, const char *header,
                                  struct error *err)
{
    error_set(err, STATUS_INPUT, "column %s is none that the model takes", QUOTE(header));
    size_t mark = strcspn(header, ";\t|");
    if (header[mark] != '\0')
        error_hint(err, "cells stand apart by %s in the rows that were learnt from",
                   QUOTE(source_of(b)->delimiter));
    else if (!nearest(b, header, err))
        error_hint(err, "leave it out, or name it in predict.carry or predict.ignore of "
                        "the pipeline's file");
    error_field(err, header);
    return at_header(b, err);
}

static enum status check_twice(const struct batch_job *b, const struct batch_map *map,
                               size_t i, struct error *err)
{
    for (size_t j = 0; j < i; j++)
        if (strcmp(map->column[j].header, map->column[i].header) == 0 ||
            (map->column[i].use < BATCH_CARRY &&
             strcmp(map->column[j].name, map->column[i].name) == 0)) {
            error_set(err, STATUS_INPUT, "column %s stands twice",
                      QUOTE(map->column[i].header));
            error_field(err, map->column[i].header);
            return at_header(b, err);
        }
    return STATUS_OK;
}

/* How the cells of a column are read. */
static void read_as(const struct batch_job *b, struct batch_column *c)
{
    const char *setting, *hint;
    const struct source_column *rule = rule_of(b, c->name);
    c->kind = &cell_all[rule && c->use <= BATCH_ACTUAL ? rule->kind : CELL_TEXT];
    if (c->use == BATCH_ID)
        c->kind = &cell_all[CELL_TEXT];
    if (rule)
        (void)cell_marks(c->kind, rule->group, rule->decimal, &c->marks, &setting, &hint);
}

/* A column that is needed is not there. */
static enum status missing_column(const struct batch_job *b, const struct batch_map *map,
                                  const char *name, const char *what, struct error *err)
{
    if (!b->outlook && !rule_of(b, name)) {
        error_set(err, STATUS_INPUT,
                  "the model takes %s, which is made of other rows, not of one alone",
                  QUOTE(name));
        error_hint(err, "drop new files in beside the old ones and run make; --month and "
                        "--from answer for rows that the tables have");
        error_at(err, b->pipeline->path, 0, 0);
        return STATUS_INPUT;
    }
    const char **header = ARENA_ARRAY(b->mem, const char *, map->n);
    for (size_t i = 0; i < map->n; i++)
        header[i] = map->column[i].header;
    error_set(err, STATUS_INPUT, "no column is called %s, %s", QUOTE(name), what);
    (void)error_nearest(err, view_of(name), header, map->n);
    return at_header(b, err);
}

static bool has(const struct batch_map *map, enum batch_use use, size_t at)
{
    for (size_t i = 0; i < map->n; i++)
        if (map->column[i].use == use && map->column[i].at == at)
            return true;
    return false;
}

static enum status check_whole(const struct batch_job *b, const struct batch_map *map,
                               struct error *err)
{
    const struct model *m = b->model;
    if (b->outlook && !has(map, BATCH_TIME, 0))
        return missing_column(b, map, key_name(b->pipeline), "the time that is asked for",
                              err);
    bool bands = m->n_steps > 0 && (m->step[0].step->takes & STEP_GROUP);
    for (size_t j = 0; !b->outlook && !bands && j < m->features.n; j++)
        if (!has(map, BATCH_REAL, j))
            return missing_column(b, map, m->features.v[j], "which the model takes", err);
    for (size_t j = 0; !b->outlook && j < m->texts.n; j++)
        if (!has(map, BATCH_TEXT, j))
            return missing_column(b, map, m->texts.v[j], "a text that the model takes",
                                  err);
    if (b->pipeline->group && !map->group)
        return missing_column(b, map, b->pipeline->group,
                              "which tells what a row belongs to", err);
    if (m->learnt.task == TASK_ANOMALY && !has(map, BATCH_ACTUAL, 0))
        return missing_column(b, map, b->pipeline->target, "which is to be judged", err);
    if (b->rule->encoding[0] && !map->encoding) {
        error_set(err, STATUS_INPUT,
                  "no column is called %s, which predict.encoding names",
                  QUOTE(b->rule->encoding));
        return at_header(b, err);
    }
    return STATUS_OK;
}

/* The answer repeats what names a row, in this order, then what is carried. */
static void note_places(struct batch_map *map)
{
    static const enum batch_use order[] = {BATCH_ID, BATCH_TIME, BATCH_GROUP,
                                           BATCH_CARRY};
    for (size_t k = 0; k < COUNT_OF(order); k++)
        for (size_t i = 0; i < map->n; i++)
            if (map->column[i].use == order[k])
                map->echo[map->n_echo++] = &map->column[i];
    for (size_t i = 0; i < map->n; i++) {
        const struct batch_column *c = &map->column[i];
        map->numbered = map->numbered && c->use != BATCH_ID && c->use != BATCH_TIME;
        if (c->use == BATCH_GROUP)
            map->group = c;
        if (c->use == BATCH_ENCODING)
            map->encoding = c;
    }
}

/* Each renamed column leads to one that the tables have. */
static enum status check_rule(const struct batch_job *b, struct error *err)
{
    const struct yaml_node *map = b->rule->columns;
    if (map && map->kind != YAML_MAP)
        return yaml_error(err, map, "expected a map of names, found %s",
                          yaml_kind_name(map->kind));
    for (size_t i = 0; map && i < map->n; i++) {
        const struct yaml_node *to = map->child[i];
        TRY(yaml_expect(to, YAML_TEXT, err));
        if (!rule_of(b, arena_copy(b->mem, to->text.p, to->text.n)))
            return yaml_error(err, to, "no rule of source %s makes a column %s",
                              QUOTE(source_of(b)->name), QUOTE_N(to->text.p, to->text.n));
    }
    return STATUS_OK;
}

enum status batch_match(const struct batch_job *b, const struct csv_record *header,
                        struct batch_map *ret, struct error *err)
{
    struct batch_map map = {
        .column = ARENA_ARRAY(b->mem, struct batch_column, header->n),
        .numbered = true,
        .echo = ARENA_ARRAY(b->mem, const struct batch_column *, header->n)};
    size_t n_ranges;
    struct range *range;
    const struct yaml_node *clean = yaml_get(b->pipeline->root, "clean");
    TRY(check_rule(b, err));
    TRY(ranges_read(clean ? yaml_get(clean, "ranges") : NULL, b->mem, &n_ranges, &range,
                    err));
    for (; map.n < header->n; map.n++) {
        const struct csv_field *f = &header->field[map.n];
        struct batch_column *c = &map.column[map.n];
        c->header = arena_copy(b->mem, f->p, f->n);
        c->name = table_name(b, c->header);
        if (!use_of(b, c))
            return unknown_column(b, c->header, err);
        TRY(check_twice(b, &map, map.n, err));
        read_as(b, c);
        c->range = c->use == BATCH_REAL || c->use == BATCH_ACTUAL
                       ? range_of(range, n_ranges, c->name)
                       : NULL;
    }
    note_places(&map);
    TRY(check_whole(b, &map, err));
    *ret = map;
    return STATUS_OK;
}
