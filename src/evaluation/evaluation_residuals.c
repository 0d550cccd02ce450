/* The table of residuals: its columns by the task. */
#include <math.h>

#include "data/key.h"
#include "learn/division.h"
#include "evaluation/evaluation.h"

/* The columns of residuals under way, and where their values stand. */
struct residual_table {
    struct arena *mem;
    size_t n;
    struct long_column *column; // [n]
    const void **value;         // [n][rows] at first; NULL: the row's number, or absent
    size_t residual;            // which one is the residual, or n
};

static void add_column(struct residual_table *r, struct long_column column,
                       const void *value)
{
    r->column[r->n] = column;
    r->value[r->n++] = value;
}

static struct long_column real_column(const char *name)
{
    return (struct long_column){.name = name, .kind = LONG_REAL};
}

static struct long_column class_column(const struct evaluation *e, const char *name)
{
    const struct target *t = &e->frame.target;
    return (struct long_column){
        .name = name, .kind = LONG_NAME, .words = t->class_name, .n_words = t->n_classes};
}

/* The class that each row is taken for, as a column. */
static const double *classes_of(const struct prediction *p, struct arena *mem)
{
    double *code = ARENA_ARRAY(mem, double, p->n);
    for (size_t i = 0; i < p->n; i++)
        code[i] = (double)prediction_class(p, i);
    return code;
}

/* The value, what is planted in its place, the band and whether that holds it. */
static void add_bands(const struct evaluation *e, struct residual_table *r)
{
    const struct matrix *y = &e->frame.target.y;
    const struct prediction *p = &e->prediction;
    double *flag = ARENA_ARRAY(r->mem, double, p->n);
    for (size_t i = 0; i < p->n; i++)
        flag[i] = prediction_flags(p, i, y->col[isnan(y->col[1][i]) ? 0 : 1][i]);
    add_column(r, real_column("actual"), y->col[0]);
    add_column(r, real_column("planted"), y->col[1]);
    add_column(r,
               (struct long_column){.name = "kind",
                                    .kind = LONG_WORD,
                                    .words = planting_name,
                                    .n_words = PLANTING_KINDS},
               e->planted);
    for (size_t c = 0; c < p->p; c++)
        add_column(r, real_column(p->name[c]), p->value[c]);
    add_column(r, real_column("anomaly"), flag);
}

/* Actual and prediction; of labels two columns each, of classes that have them the
 * probabilities too. */
static void add_answers(const struct evaluation *e, struct residual_table *r)
{
    const struct target *t = &e->frame.target;
    const struct prediction *p = &e->prediction;
    for (size_t c = 0; t->task == TASK_LABELS && c < t->y.p; c++) {
        const char *label = t->y.name[c];
        add_column(r, real_column(arena_format(r->mem, "actual_%s", label)), t->y.col[c]);
        add_column(r, real_column(arena_format(r->mem, "prediction_%s", label)),
                   p->value[c]);
    }
    if (t->task == TASK_ANOMALY)
        add_bands(e, r);
    r->residual = r->n;
    if (t->task == TASK_LABELS || t->task == TASK_ANOMALY)
        return;
    bool classes = t->task == TASK_CLASSES;
    add_column(r, classes ? class_column(e, "actual") : real_column("actual"),
               t->y.col[0]);
    add_column(r, classes ? class_column(e, "prediction") : real_column("prediction"),
               classes ? classes_of(p, r->mem) : p->value[0]);
    for (size_t c = 0; p->answer == ANSWER_PROBABILITIES && c < p->p; c++)
        add_column(r, real_column(arena_format(r->mem, "probability_%s", p->name[c])),
                   p->value[c]);
    r->residual = r->n;
    if (!classes)
        add_column(r, real_column("residual"), NULL);
}

static void add_baselines(const struct evaluation *e, struct residual_table *r)
{
    const struct target *t = &e->frame.target;
    if (t->task == TASK_ANOMALY)
        return; // one band for all rows says nothing of a single one
    for (size_t b = 0; b < e->n_baselines; b++) {
        const char *name = e->baseline[b].name;
        const struct prediction *p = &e->baseline[b].prediction;
        for (size_t c = 0; t->task == TASK_LABELS && c < p->p; c++)
            add_column(r, real_column(arena_format(r->mem, "%s_%s", name, t->y.name[c])),
                       p->value[c]);
        if (t->task == TASK_LABELS)
            continue;
        struct long_column column =
            t->task == TASK_CLASSES ? class_column(e, name) : real_column(name);
        column.absent = !p->value;
        add_column(r, column, p->value ? p->value[0] : NULL);
    }
}

static struct residual_table residual_columns(struct evaluation *e)
{
    size_t p = e->prediction.p + e->frame.target.y.p;
    size_t most = 12 + (2 + e->n_baselines) * p;
    const char *key = key_name(e->pipeline);
    struct residual_table r = {.mem = e->mem};
    r.column = ARENA_ARRAY(r.mem, struct long_column, most);
    r.value = ARENA_ARRAY(r.mem, const void *, most);
    add_column(&r, (struct long_column){.name = key ? key : "row", .kind = LONG_KEY},
               e->frame.key);
    if (e->frame.group)
        add_column(&r,
                   (struct long_column){.name = e->pipeline->group,
                                        .kind = LONG_GROUP,
                                        .groups = e->frame.groups},
                   e->frame.group);
    if (e->ids.file)
        add_column(&r,
                   (struct long_column){
                       .name = e->pipeline->id, .kind = LONG_ID, .ids = &e->ids},
                   NULL);
    add_answers(e, &r);
    add_column(&r,
               (struct long_column){.name = "part",
                                    .kind = LONG_WORD,
                                    .words = division_part_name,
                                    .n_words = DIVISION_PARTS},
               e->part);
    add_baselines(e, &r);
    return r;
}

/* Points value[] at the rows from `from` on; their residuals are put down for it. */
static void point_at(const struct evaluation *e, const struct residual_table *r,
                     size_t from, size_t n, double *residual, const void **value)
{
    static const size_t size[] = {[LONG_KEY] = sizeof(int32_t),
                                  [LONG_GROUP] = sizeof(uint32_t),
                                  [LONG_REAL] = sizeof(double),
                                  [LONG_WORD] = 1,
                                  [LONG_NAME] = sizeof(double)};
    for (size_t c = 0; c < r->n; c++)
        value[c] = r->value[c]
                       ? (const char *)r->value[c] + from * size[r->column[c].kind]
                       : NULL;
    if (e->frame.target.task != TASK_REGRESSION)
        return;
    for (size_t i = 0; i < n; i++)
        residual[i] =
            e->frame.target.y.col[0][from + i] - e->prediction.value[0][from + i];
    value[r->residual] = residual;
}

enum status evaluation_residuals(struct evaluation *e, const struct long_files *files,
                                 struct error *err)
{
    struct arena *mem = e->mem;
    size_t rows = e->frame.n;
    struct residual_table r = residual_columns(e);
    const void **value = ARENA_ARRAY(mem, const void *, r.n);
    double *residual = ARENA_ARRAY(mem, double, LONG_TABLE_BATCH);
    struct long_table *t;
    TRY(long_table_begin(files, r.column, r.n, e->pipeline, rows, mem, &t, err));
    for (size_t from = 0, n; from < rows; from += n) {
        n = rows - from < LONG_TABLE_BATCH ? rows - from : LONG_TABLE_BATCH;
        point_at(e, &r, from, n, residual, value);
        TRY(long_table_write(t, value, n, err));
    }
    return long_table_end(t, err);
}
