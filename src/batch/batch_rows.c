/* Rows of the file as a model takes them, and why some are not taken. */
#include "batch/batch_internal.h"

#include <math.h>
#include <string.h>

#include "data/key.h"
#include "words/encoding.h"

/* One run of rows that are being read. */
struct taking {
    struct batch_job *b;
    const struct batch_map *map;
    struct csv_reader *reader;
    struct arena *mem;
    struct batch_held *held;
    double **real, **actual; // [features][BATCH_HELD], [targets][BATCH_HELD]
    struct view **text;      // [texts][BATCH_HELD]
    uint32_t *group;         // [BATCH_HELD]
    int32_t *key;            // [BATCH_HELD]
    const struct timestep *step;
    struct groups *groups;
    struct view encoding; // of the row's texts, where the file has a column of them
};

/* The first step may fill empty cells; then they are no reason to refuse a row. */
static bool takes_missing(const struct batch_job *b)
{
    return b->model->n_steps > 0 && b->model->step[0].step->takes & STEP_MISSING;
}

static bool is_empty(const struct batch_job *b, struct view cell)
{
    const struct texts *na = &source_at(b->sources, 0)->na_values;
    for (size_t i = 0; cell.n > 0 && i < na->n; i++)
        if (view_is(cell, na->v[i]))
            return true;
    return cell.n == 0;
}

/* True where the row says nothing without that cell: a price that is to be judged. */
static bool is_needed(const struct taking *t, const struct batch_column *c)
{
    return c->use == BATCH_REAL ? !takes_missing(t->b)
                                : t->b->model->learnt.task == TASK_ANOMALY;
}

/* Fails with what is wrong with a number's cell; an empty one is NaN. */
static enum status number_of(const struct taking *t, const struct batch_column *c,
                             struct view cell, double *ret, struct error *fault)
{
    union cell_value value = {.integer = 0};
    if (is_empty(t->b, cell)) {
        *ret = NAN;
        if (is_needed(t, c))
            return error_set(fault, STATUS_INPUT, "the cell is empty");
        return STATUS_OK;
    }
    const char *expected =
        c->kind->parse ? c->kind->parse(cell, c->marks, &value) : "a number";
    if (expected)
        return error_set(fault, STATUS_INPUT, "expected %s, found %s", expected,
                         QUOTE_N(cell.p, cell.n));
    *ret = c->kind->type == TYPE_REAL ? value.real : (double)value.integer;
    if (c->range && range_excludes(c->range, *ret))
        return error_set(fault, STATUS_INPUT, "%s lies outside clean.ranges, %g to %g",
                         QUOTE_N(cell.p, cell.n), c->range->low, c->range->high);
    return STATUS_OK;
}

static enum status group_of(struct taking *t, const struct batch_column *c,
                            struct view cell, size_t row, struct error *fault)
{
    struct group_name name = {.text = cell};
    union cell_value value = {.integer = 0};
    if (is_empty(t->b, cell))
        return error_set(fault, STATUS_INPUT, "the cell is empty");
    if (cell.n > GROUP_NAME)
        return error_set(fault, STATUS_INPUT, "the name is longer than %d bytes",
                         GROUP_NAME);
    if (t->groups->numbers) {
        const char *expected = c->kind->parse(cell, c->marks, &value);
        if (expected)
            return error_set(fault, STATUS_INPUT, "expected %s, found %s", expected,
                             QUOTE_N(cell.p, cell.n));
        name.number = value.integer;
    }
    t->group[row] = groups_code(t->groups, name);
    return STATUS_OK;
}

/* One step; of a longer span nobody knows which is meant. */
static enum status time_of(struct taking *t, struct view cell, size_t row,
                           struct error *fault)
{
    int32_t last;
    const char *expected = timestep_span(t->step, cell, &t->key[row], &last);
    if (expected || last != t->key[row])
        return error_set(fault, STATUS_INPUT, "expected %s, found %s",
                         expected ? expected : t->step->like, QUOTE_N(cell.p, cell.n));
    return STATUS_OK;
}

/* A text as UTF-8, which what is in another encoding becomes; an empty one is missing. */
static enum status text_of(struct taking *t, struct view cell, struct view *ret,
                           struct error *fault)
{
    struct view text = cell;
    if (t->map->encoding)
        TRY(encoding_decode(t->encoding, cell, t->mem, &text, fault));
    if (text.p == cell.p) // of the record, which goes
        text.p = is_empty(t->b, cell) ? NULL : arena_copy(t->mem, cell.p, cell.n);
    *ret = text;
    return STATUS_OK;
}

/* Puts a cell where it belongs in row `row` of the frame. */
static enum status take_cell(struct taking *t, const struct batch_column *c,
                             struct view cell, size_t row, struct error *fault)
{
    switch (c->use) {
    case BATCH_REAL: return number_of(t, c, cell, &t->real[c->at][row], fault);
    case BATCH_ACTUAL: return number_of(t, c, cell, &t->actual[c->at][row], fault);
    case BATCH_TIME: return time_of(t, cell, row, fault);
    case BATCH_GROUP: return group_of(t, c, cell, row, fault);
    case BATCH_TEXT: return text_of(t, cell, &t->text[c->at][row], fault);
    default: return STATUS_OK;
    }
}

/* Why a row is refused, for its own line and for who watches. */
static void refuse(struct taking *t, const struct csv_field *f, const char *header,
                   struct error *fault)
{
    struct batch_held *h = t->held;
    csv_error_at(t->reader, f, header, fault);
    h->note[h->n] = header ? arena_format(t->mem, "%s: %s", header, fault->message)
                           : arena_string(t->mem, fault->message);
    t->b->refused++;
    watch_warn(t->b->watch, fault);
}

static const char *header_of(const struct taking *t, const struct csv_record *rec,
                             const struct csv_field *f)
{
    size_t i = (size_t)(f - rec->field);
    return i < t->map->n ? t->map->column[i].header : NULL;
}

/* The first cell that is no text, or NULL; texts whose encoding a column tells are looked
 * at when they are decoded. */
static const struct csv_field *invalid_cell(const struct taking *t,
                                            const struct csv_record *rec,
                                            struct error *fault)
{
    const struct csv_field *found = NULL;
    for (size_t i = 0; rec->beyond && i < rec->n && !found; i++) {
        struct csv_record one = {1, &rec->field[i], rec->line, true};
        bool coded =
            t->map->encoding && i < t->map->n && t->map->column[i].use == BATCH_TEXT;
        found = coded ? NULL : csv_invalid(t->reader, &one, fault);
    }
    return found;
}

static void take_row(struct taking *t, const struct csv_record *rec)
{
    struct batch_held *h = t->held;
    struct error fault = {.status = STATUS_OK};
    const struct csv_field *invalid = invalid_cell(t, rec, &fault);
    if (invalid) {
        refuse(t, invalid, header_of(t, rec, invalid), &fault);
        return;
    }
    if (rec->n != t->map->n) {
        error_set(&fault, STATUS_INPUT, "expected %zu cells, found %zu", t->map->n,
                  rec->n);
        refuse(t, &rec->field[rec->n > t->map->n ? t->map->n : rec->n - 1], NULL, &fault);
        return;
    }
    if (t->map->encoding) {
        const struct csv_field *f = &rec->field[t->map->encoding - t->map->column];
        t->encoding = (struct view){f->p, f->n};
    }
    for (size_t i = 0; i < rec->n; i++) {
        const struct csv_field *f = &rec->field[i];
        const struct batch_column *c = &t->map->column[i];
        if (take_cell(t, c, (struct view){f->p, f->n}, h->frame.n, &fault) != STATUS_OK) {
            refuse(t, f, c->header, &fault);
            return;
        }
    }
    h->at[h->n] = h->frame.n++;
}

/* A cell as text: what is none is escaped. */
static const char *copied(const struct taking *t, const struct csv_record *rec,
                          const struct batch_column *c)
{
    size_t i = (size_t)(c - t->map->column);
    struct text escaped = {.mem = t->mem};
    if (i >= rec->n)
        return "";
    const struct csv_field *f = &rec->field[i];
    if (text_utf8_valid(f->p, f->n) == f->n)
        return arena_copy(t->mem, f->p, f->n);
    text_add_shown(&escaped, (struct view){f->p, f->n});
    return escaped.p;
}

/* What the answer repeats of a row, be it refused or not. */
static void name_row(struct taking *t, const struct csv_record *rec)
{
    struct batch_held *h = t->held;
    for (size_t k = 0; k < t->map->n_echo; k++)
        h->echo[h->n * t->map->n_echo + k] = copied(t, rec, t->map->echo[k]);
}

/* Columns of which nothing is known yet, in a matrix of BATCH_HELD rows. */
static struct matrix unknown(struct arena *mem, size_t p, const char *const *name,
                             double ***ret)
{
    struct matrix m = matrix_new(mem, BATCH_HELD, p, name, ret);
    for (size_t j = 0; j < p; j++)
        for (size_t i = 0; i < BATCH_HELD; i++)
            (*ret)[j][i] = NAN;
    return m;
}

static void begin(struct taking *t)
{
    const struct model *m = t->b->model;
    struct batch_held *h = t->held;
    h->frame.x = unknown(t->mem, m->features.n, m->features.v, &t->real);
    h->frame.target = target_of(
        &m->learnt, unknown(t->mem, m->learnt.y.p, m->learnt.y.name, &t->actual));
    t->text = ARENA_ARRAY(t->mem, struct view *, m->texts.n);
    for (size_t j = 0; j < m->texts.n; j++)
        t->text[j] = ARENA_ARRAY(t->mem, struct view, BATCH_HELD);
    t->group = ARENA_ARRAY(t->mem, uint32_t, BATCH_HELD);
    t->key = ARENA_ARRAY(t->mem, int32_t, BATCH_HELD);
    t->step = key_step(t->b->pipeline);
    t->groups = ARENA_NEW(t->mem, struct groups);
    *t->groups = (struct groups){.mem = t->mem,
                                 .numbers = t->map->group &&
                                            t->map->group->kind->type == TYPE_INT64};
    h->note = ARENA_ARRAY(t->mem, const char *, BATCH_HELD);
    h->at = ARENA_ARRAY(t->mem, size_t, BATCH_HELD);
    h->echo = ARENA_ARRAY(t->mem, const char *, BATCH_HELD * t->map->n_echo);
}

/* The frame of the rows that were taken. */
static void finish(struct taking *t)
{
    const struct model *m = t->b->model;
    struct frame *f = &t->held->frame;
    struct text_column *text = ARENA_ARRAY(t->mem, struct text_column, m->texts.n);
    for (size_t j = 0; j < m->texts.n; j++)
        text[j] = (struct text_column){m->texts.v[j], t->text[j]};
    f->pipeline = t->b->pipeline;
    f->first = t->b->rows;
    f->x.n = f->target.y.n = f->n;
    f->x.first = f->first;
    f->x.n_texts = m->texts.n;
    f->x.text = text;
    f->key = t->step ? t->key : NULL;
    if (!t->map->group)
        return;
    f->group = t->group;
    f->groups = t->groups;
    f->x.group = f->group;
    f->x.groups = f->groups;
}

enum status batch_read(struct batch_job *b, const struct batch_map *map,
                       struct csv_reader *reader, struct arena *mem,
                       struct batch_held *ret, struct error *err)
{
    struct csv_record rec;
    struct taking t = {b, map, reader, mem, ret, .groups = NULL};
    *ret = (struct batch_held){0};
    begin(&t);
    for (; ret->n < BATCH_HELD; ret->n++) {
        TRY(csv_next(reader, &rec, err));
        if (rec.n == 0)
            break;
        name_row(&t, &rec);
        take_row(&t, &rec);
    }
    finish(&t);
    return STATUS_OK;
}
