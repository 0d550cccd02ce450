/* Steps with their features: a window's formula sees the steps that the walk has kept. */
#include "features/feature_steps.h"

#include <math.h>

#include "data/key.h"

enum status feature_steps_open(struct feature_steps *s, struct arrow_file *file,
                               const struct feature_columns *columns, struct arena *mem,
                               struct error *err)
{
    *s = (struct feature_steps){
        .columns = columns,
        .mem = mem,
        .walk = {.file = file,
                 .mem = mem,
                 .column = columns->column,
                 .p = columns->n,
                 .reach = columns->plan.reach,
                 .ahead = columns->plan.ahead,
                 .step = key_step(columns->pipeline),
                 .grouped = columns->group > 0},
        .value = ARENA_ARRAY(mem, double *, columns->plan.n),
    };
    walk_begin(&s->walk);
    if (!columns->beside)
        return STATUS_OK;
    TRY(arrow_open(columns->path, mem, &s->texts, err));
    cursor_init(&s->cursor, s->texts, mem);
    return STATUS_OK;
}

void feature_steps_close(struct feature_steps *s)
{
    arrow_close(s->texts);
    s->texts = NULL;
}

static void make_room(struct feature_steps *s, size_t n)
{
    const struct features *plan = &s->columns->plan;
    if (n <= s->cap)
        return;
    s->cap = n;
    s->scratch = ARENA_ARRAY(s->mem, double, n);
    for (size_t f = 0; f < plan->n; f++)
        if (!plan->feature[f].text)
            s->value[f] = ARENA_ARRAY(s->mem, double, n);
}

enum status feature_steps_next(struct feature_steps *s, struct error *err)
{
    const struct features *plan = &s->columns->plan;
    TRY(walk_next(&s->walk, err));
    size_t n = s->walk.past + s->walk.fresh;
    if (s->walk.fresh == 0)
        return STATUS_OK;
    make_room(s, n);
    for (size_t f = 0; f < plan->n; f++)
        if (!plan->feature[f].text)
            feature_compute(&plan->feature[f], s->walk.x[s->columns->slot[f]], n,
                            s->scratch, s->value[f]);
    return STATUS_OK;
}

enum status feature_steps_text(struct feature_steps *s, size_t i, size_t column,
                               struct view *ret, bool *ret_there, struct error *err)
{
    size_t row = s->walk.row[i], at = 0;
    *ret_there = false;
    if (row == WALK_NO_ROW)
        return STATUS_OK;
    TRY(cursor_seek(&s->cursor, row, &at, err));
    const struct column *c = &s->cursor.batch.column[column];
    if (!column_present(c, at))
        return STATUS_OK;
    *ret = (struct view){(const char *)c->values + c->offsets[at],
                         (size_t)(c->offsets[at + 1] - c->offsets[at])};
    *ret_there = true;
    return STATUS_OK;
}

enum status feature_steps_id(struct feature_steps *s, size_t i, size_t column,
                             struct row_id *ret, struct error *err)
{
    size_t row = s->walk.row[i], at = 0;
    *ret = (struct row_id){0};
    if (row == WALK_NO_ROW)
        return STATUS_OK;
    TRY(cursor_seek(&s->cursor, row, &at, err));
    *ret = row_id_of(s->columns->schema->field[column].type,
                     &s->cursor.batch.column[column], at);
    return STATUS_OK;
}

bool feature_steps_lack(const struct feature_steps *s, size_t f, size_t i)
{
    return s->columns->plan.feature[f].min_periods > 0 && isnan(s->value[f][i]);
}

bool feature_steps_complete(const struct feature_steps *s, size_t i)
{
    for (size_t f = 0; f < s->columns->plan.n; f++)
        if (feature_steps_lack(s, f, i))
            return false;
    return true;
}

enum status feature_steps_known(struct feature_steps *s, size_t i, bool *ret,
                                struct error *err)
{
    const struct feature_columns *c = s->columns;
    bool known = true;
    struct view text;
    for (size_t t = 0; known && t < c->n_targets; t++)
        if (feature_columns_text(c, c->target[t]))
            TRY(feature_steps_text(s, i, c->target[t], &text, &known, err));
        else
            known = !isnan(s->walk.x[c->target_slot[t]][i]);
    *ret = known;
    return STATUS_OK;
}
