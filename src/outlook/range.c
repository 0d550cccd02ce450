/* Rows of both tables, in the order of their steps. */
#include "outlook/range.h"

#include <math.h>

#include "data/key.h"
#include "outlook/answers_file.h"

/* The first key that a text means and the last: of days a month means all, and so on. */
static enum status parse_key(const struct range_facts *f, const char *option,
                             const char *value, int32_t *ret_first, int32_t *ret_last,
                             struct error *err)
{
    const struct timestep *step = key_step(f->pipeline);
    const char *expected = timestep_span(step, view_of(value), ret_first, ret_last);
    if (expected)
        return error_set(err, STATUS_USAGE, "expected %s%s behind --%s, found %s",
                         expected, step->months == 1 ? "" : " or a month like 2020-05",
                         option, QUOTE(value));
    return STATUS_OK;
}

enum status range_read(const struct range_facts *f, const struct range_words *c,
                       struct asked *ret, struct error *err)
{
    bool one = c->month[0] != '\0';
    const char *from = one ? c->month : c->from, *to = one ? c->month : c->to;
    if (one && (c->from[0] != '\0' || c->to[0] != '\0'))
        return error_set(
            err, STATUS_USAGE,
            "--month stands for a range by itself; leave out --from and --to");
    if (!f->pipeline->time.column)
        return error_set(err, STATUS_USAGE,
                         "the pipeline has no time: a range means nothing here");
    int32_t *first = &ret->from, *last = &ret->to;
    if (!outlook_span(f->outlook, first, last))
        *first = *last = 0;
    int32_t other;
    if (from[0] != '\0')
        TRY(parse_key(f, one ? "month" : "from", from, first, &other, err));
    if (to[0] != '\0')
        TRY(parse_key(f, "to", to, &other, last, err));
    if (*first > *last)
        return error_set(err, STATUS_USAGE,
                         "the range is empty: it begins after its end");
    return STATUS_OK;
}

/* The id of a row of one of the two tables as a text; NULL where the pipeline has none. */
static enum status id_of(const struct range_facts *f, struct ids *ids, size_t row,
                         struct arena *mem, const char **ret, struct error *err)
{
    char number[ROW_ID_NUMBER];
    struct row_id id;
    *ret = NULL;
    if (!f->pipeline->id)
        return STATUS_OK;
    TRY(ids_at(ids, row, &id, err));
    struct view text = row_id_text(&id, number);
    *ret = arena_copy(mem, text.p, text.n);
    return STATUS_OK;
}

static struct ids *ids_of(const struct range_facts *f, const struct predicted *of)
{
    return of == &f->outlook->known ? f->known : f->upcoming;
}

/* Fills row i of a table that is printed; its cells are there. */
static enum status fill_row(const struct range_facts *f, const struct predicted *of,
                            size_t i, struct arena *mem, struct predictions_csv_row *row,
                            struct error *err)
{
    const struct frame *at = &of->frame;
    struct frame keys = *at;
    char label[FRAME_LABEL];
    keys.group = NULL; // which has a column of its own
    row->key = arena_string(mem, frame_label(&keys, i, label));
    row->group = at->group ? group_string(at->groups, at->group[i], mem) : NULL;
    answers_cells(&f->model->learnt, &of->prediction, i,
                  answered_actual(f->histories, at, i), row->cell);
    if (!isnan(f->level)) {
        row->cell[2].number = of->lower ? of->lower[i] : NAN;
        row->cell[3].number = of->upper ? of->upper[i] : NAN;
    }
    return id_of(f, ids_of(f, of), i, mem, &row->id, err);
}

/* Makes the rows of the range. */
static enum status make_rows(const struct range_facts *f, const struct asked *asked,
                             struct predictions_csv *t, struct error *err)
{
    t->row = ARENA_ARRAY(f->mem, struct predictions_csv_row, asked->n);
    for (t->n = 0; t->n < asked->n; t->n++) {
        struct predictions_csv_row *row = &t->row[t->n];
        row->cell = ARENA_ARRAY(f->mem, struct predictions_csv_cell, t->p);
        TRY(fill_row(f, asked->row[t->n].of, asked->row[t->n].row, f->mem, row, err));
    }
    return STATUS_OK;
}

/* Names what cannot be predicted, and what the data allow. */
static enum status refuse_range(const struct range_facts *f, const struct asked *a,
                                struct error *err)
{
    const struct pipeline *p = f->pipeline;
    char first_text[TIMESTEP_TEXT], last_text[TIMESTEP_TEXT];
    int32_t first, last;
    if (!p->group)
        return unpredicted_refuse(f->unpredicted, a->from, &a->lacking, f->scratch, err);
    error_set(err, STATUS_INPUT, "none of %zu groups has a row to predict for %s",
              a->groups, asked_label(a));
    if (outlook_span(f->outlook, &first, &last))
        error_hint(err, "the data allow %s to %s", key_text(p, first, first_text),
                   key_text(p, last, last_text));
    return STATUS_INPUT;
}

enum status range_make(const struct range_facts *f, struct asked *asked,
                       struct predictions_csv *table, struct error *err)
{
    asked->step = key_step(f->pipeline);
    asked->banded = !isnan(f->level);
    asked->mem = f->mem;
    if (f->pipeline->group)
        asked_of_groups(f->outlook, asked);
    else
        asked_of_series(f->outlook, asked);
    if (asked->lacking.n > 0 || asked->n == 0)
        return refuse_range(f, asked, err);
    asked_warn(asked, f->watch);
    return make_rows(f, asked, table, err);
}

enum status range_ids(const struct range_facts *f, const struct asked *asked,
                      const struct row_id **ret, struct error *err)
{
    *ret = NULL;
    if (!f->pipeline->id)
        return STATUS_OK;
    struct row_id *id = ARENA_ARRAY(f->mem, struct row_id, asked->n);
    for (size_t i = 0; i < asked->n; i++) {
        TRY(ids_at(ids_of(f, asked->row[i].of), asked->row[i].row, &id[i], err));
        if (id[i].text.n > 0)
            id[i].text.p = arena_copy(f->mem, id[i].text.p, id[i].text.n);
    }
    *ret = id;
    return STATUS_OK;
}
