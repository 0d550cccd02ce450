/* Rows are written in batches: what stands in the table is lent, what has to be computed of
 * a row first has a buffer. */
#include "outlook/answers_file.h"

#include <math.h>

#include "data/key.h"

/* The answers of a batch, and the columns that they are of. */
struct answers_batch {
    const struct answered *of;
    size_t rows; // at most
    size_t n;
    struct long_column *column; // [n]
    const void **value;         // [n]
    double *actual;             // [rows] of a regression
    double *class;              // [rows] of classes
    double *flag, *note;        // [rows] of anomalies
};

/* What is common to all rows; the values follow batch by batch. */
static struct long_column column_of(const struct answered *a, size_t c)
{
    const struct predictions_csv_column *answer = &a->answer[c];
    bool bands = a->learnt->task == TASK_ANOMALY;
    return (struct long_column){.name = answer->name,
                                .kind = answer->text ? LONG_NAME : LONG_REAL,
                                .words = bands ? band_refusal : a->learnt->class_name,
                                .n_words = !answer->text ? 0
                                           : bands       ? BAND_REFUSALS
                                                         : a->learnt->n_classes};
}

static struct answers_batch batch_of(const struct answered *a, struct arena *mem)
{
    const struct pipeline *p = a->pipeline;
    const char *key = key_name(p);
    struct answers_batch b = {
        .of = a,
        .rows = a->of.frame.n < LONG_TABLE_BATCH ? a->of.frame.n : LONG_TABLE_BATCH,
        .column = ARENA_ARRAY(mem, struct long_column, 3 + a->n_answers),
        .value = ARENA_ARRAY(mem, const void *, 3 + a->n_answers)};
    b.column[b.n++] = (struct long_column){.name = key ? key : "row", .kind = LONG_KEY};
    if (p->group)
        b.column[b.n++] = (struct long_column){
            .name = p->group, .kind = LONG_GROUP, .groups = a->of.frame.groups};
    if (p->id)
        b.column[b.n++] =
            (struct long_column){.name = p->id, .kind = LONG_ID, .ids = a->ids};
    for (size_t c = 0; c < a->n_answers; c++)
        b.column[b.n++] = column_of(a, c);
    if (a->learnt->task == TASK_REGRESSION)
        b.actual = ARENA_ARRAY(mem, double, b.rows);
    if (a->learnt->task == TASK_CLASSES)
        b.class = ARENA_ARRAY(mem, double, b.rows);
    if (a->learnt->task == TASK_ANOMALY) {
        b.flag = ARENA_ARRAY(mem, double, b.rows);
        b.note = ARENA_ARRAY(mem, double, b.rows);
    }
    return b;
}

double answered_actual(const struct histories *histories, const struct frame *f, size_t i)
{
    const struct group_name *name = f->group ? &f->groups->name[f->group[i]] : NULL;
    const struct history *h = histories_find(histories, name);
    return f->key ? history_value(h, f->key[i]) : NAN;
}

/* Points the columns of names at the rows from `from` on; how many there are. */
static size_t point_at_names(const struct answers_batch *b, size_t from)
{
    const struct answered *a = b->of;
    const struct frame *f = &a->of.frame;
    size_t c = 0;
    b->value[c++] = f->key ? f->key + from : NULL;
    if (a->pipeline->group)
        b->value[c++] = f->group + from;
    if (a->pipeline->id)
        b->value[c++] = a->id ? a->id + from : NULL;
    return c;
}

/* The value and whether it is an anomaly, before the band; the note is put down for it. */
static size_t point_at_flags(const struct answers_batch *b, size_t c, size_t from,
                             size_t n)
{
    const struct predicted *of = &b->of->of;
    for (size_t i = 0; i < n; i++) {
        b->flag[i] = prediction_flags(&of->prediction, from + i, of->actual[from + i]);
        b->note[i] = (double)prediction_refusal(&of->prediction, from + i);
    }
    b->value[c++] = of->actual + from;
    b->value[c++] = b->flag;
    return c;
}

/* Points all columns at n rows: names, what came true or the class, the model's columns. */
static void point_at(const struct answers_batch *b, size_t from, size_t n)
{
    const struct answered *a = b->of;
    const struct prediction *p = &a->of.prediction;
    size_t c = point_at_names(b, from);
    for (size_t i = 0; b->actual && i < n; i++)
        b->actual[i] = answered_actual(a->histories, &a->of.frame, from + i);
    for (size_t i = 0; b->class && i < n; i++)
        b->class[i] = (double)prediction_class(p, from + i);
    if (b->actual || b->class)
        b->value[c++] = b->actual ? b->actual : b->class;
    if (b->flag)
        c = point_at_flags(b, c, from, n);
    for (size_t k = 0; c < b->n && k < p->p; k++)
        b->value[c++] = p->value[k] + from;
    if (b->note)
        b->value[c++] = b->note;
    if (c < b->n) // a regression with bands
        b->value[c++] = a->of.lower + from;
    if (c < b->n)
        b->value[c++] = a->of.upper + from;
}

enum status answered_write(const struct answered *a, const struct long_files *files,
                           struct arena *mem, struct error *err)
{
    struct answers_batch b = batch_of(a, mem);
    size_t rows = a->of.frame.n;
    struct long_table *t;
    TRY(long_table_begin(files, b.column, b.n, a->pipeline, rows, mem, &t, err));
    for (size_t from = 0, n; from < rows; from += n) {
        n = rows - from < b.rows ? rows - from : b.rows;
        point_at(&b, from, n);
        TRY(long_table_write(t, b.value, n, err));
    }
    return long_table_end(t, err);
}

/* The code of a row's group among those of both tables. */
static uint32_t code_of(struct groups *groups, const struct frame *f, size_t i)
{
    groups->numbers = f->groups->numbers;
    return groups_code(groups, f->groups->name[f->group[i]]);
}

/* Known rows have no bands. */
static struct predicted with_bands(struct frame f, struct prediction p,
                                   const struct asked *asked, struct arena *mem)
{
    double *lower = ARENA_ARRAY(mem, double, f.n), *upper = ARENA_ARRAY(mem, double, f.n);
    for (size_t i = 0; i < f.n; i++) {
        const struct predicted *of = asked->row[i].of;
        lower[i] = of->lower ? of->lower[asked->row[i].row] : NAN;
        upper[i] = of->upper ? of->upper[asked->row[i].row] : NAN;
    }
    return (struct predicted){
        .frame = f, .prediction = p, .lower = lower, .upper = upper};
}

struct predicted answered_gather(const struct asked *asked, struct arena *mem)
{
    size_t n = asked->n;
    const struct predicted *like = asked->row[0].of;
    struct frame f = {.n = n, .key = ARENA_ARRAY(mem, int32_t, n)};
    struct groups *groups = ARENA_NEW(mem, struct groups);
    double **value;
    struct prediction p =
        prediction_new(mem, like->prediction.answer, n, like->prediction.p, &value);
    groups->mem = mem;
    if (like->frame.group)
        f.group = ARENA_ARRAY(mem, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        const struct predicted *of = asked->row[i].of;
        size_t row = asked->row[i].row;
        f.key[i] = of->frame.key[row];
        if (f.group)
            f.group[i] = code_of(groups, &of->frame, row);
        for (size_t c = 0; c < p.p; c++)
            value[c][i] = of->prediction.value[c][row];
    }
    f.groups = groups;
    return asked->banded ? with_bands(f, p, asked, mem)
                         : (struct predicted){.frame = f, .prediction = p};
}
