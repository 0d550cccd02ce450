/* Columns by the task, then rows by batches. */
#include "rolling/rolling_table.h"

#include <math.h>

#include "data/key.h"

struct backtest_columns {
    const struct rolling_rows *rows;
    struct arena *mem;
    size_t n;
    struct long_column *column; // [n]
    const void **value;         // [n] of all rows
};

static void add(struct backtest_columns *t, struct long_column column, const void *value)
{
    column.absent = !value;
    t->column[t->n] = column;
    t->value[t->n++] = value;
}

static void add_real(struct backtest_columns *t, const char *name, const double *value)
{
    add(t, (struct long_column){.name = name, .kind = LONG_REAL}, value);
}

static void add_name(struct backtest_columns *t, const char *name, const double *code)
{
    const struct target *y = &t->rows->actual;
    add(t,
        (struct long_column){.name = name,
                             .kind = LONG_NAME,
                             .words = y->class_name,
                             .n_words = y->n_classes},
        code);
}

/* The class that each row is taken for; NaN where there is no answer. */
static const double *classes_of(const struct prediction *p, struct arena *mem)
{
    double *code = ARENA_ARRAY(mem, double, p->n);
    for (size_t i = 0; i < p->n; i++)
        code[i] = isnan(p->value[0][i]) ? NAN : (double)prediction_class(p, i);
    return code;
}

/* The columns of a forecast, of labels one each. */
static void add_forecast(struct backtest_columns *t, const char *name,
                         const struct prediction *p)
{
    const struct target *y = &t->rows->actual;
    if (y->task == TASK_REGRESSION)
        add_real(t, name, p->value[0]);
    else if (y->task == TASK_CLASSES)
        add_name(t, name, classes_of(p, t->mem));
    for (size_t c = 0; y->task == TASK_LABELS && c < y->y.p; c++)
        add_real(t, arena_format(t->mem, "%s_%s", name, y->y.name[c]), p->value[c]);
}

static void add_actual(struct backtest_columns *t)
{
    const struct target *y = &t->rows->actual;
    if (y->task == TASK_CLASSES)
        add_name(t, "actual", y->y.col[0]);
    else if (y->task != TASK_LABELS)
        add_real(t, "actual", y->y.col[0]);
    for (size_t c = 0; y->task == TASK_LABELS && c < y->y.p; c++)
        add_real(t, arena_format(t->mem, "actual_%s", y->y.name[c]), y->y.col[c]);
}

static void add_answers(struct backtest_columns *t)
{
    const struct rolling_rows *r = t->rows;
    const struct prediction *p = &r->answer;
    add_actual(t);
    add_forecast(t, "prediction", p);
    for (size_t c = 0;
         r->actual.task == TASK_CLASSES && c < p->p && p->answer == ANSWER_PROBABILITIES;
         c++)
        add_real(t, arena_format(t->mem, "probability_%s", r->actual.class_name[c]),
                 p->value[c]);
    if (r->actual.task == TASK_REGRESSION) {
        add_real(t, "lower", r->lower);
        add_real(t, "upper", r->upper);
    }
    for (size_t b = 0; b < r->n_baselines; b++)
        add_forecast(t, r->baseline[b].name, &r->baseline[b].prediction);
}

static struct backtest_columns columns_of(const struct rolling_rows *r, struct arena *mem)
{
    size_t most = 8 + (2 + r->n_baselines) * (r->actual.y.p + r->answer.p);
    struct backtest_columns t = {.rows = r, .mem = mem};
    const struct pipeline *p = r->pipeline;
    t.column = ARENA_ARRAY(mem, struct long_column, most);
    t.value = ARENA_ARRAY(mem, const void *, most);
    if (r->group)
        add(&t,
            (struct long_column){
                .name = p->group, .kind = LONG_GROUP, .groups = r->points->groups},
            r->group);
    if (key_name(p)) {
        add(&t, (struct long_column){.name = "origin", .kind = LONG_KEY}, r->origin);
        add(&t, (struct long_column){.name = "horizon", .kind = LONG_COUNT}, r->horizon);
        add(&t, (struct long_column){.name = key_name(p), .kind = LONG_KEY}, r->key);
    }
    add_answers(&t);
    return t;
}

enum status rolling_table(const struct rolling_rows *rows, const struct long_files *files,
                          struct arena *mem, struct error *err)
{
    static const size_t size[] = {[LONG_KEY] = sizeof(int32_t),
                                  [LONG_COUNT] = sizeof(int32_t),
                                  [LONG_GROUP] = sizeof(uint32_t),
                                  [LONG_REAL] = sizeof(double),
                                  [LONG_NAME] = sizeof(double)};
    struct backtest_columns c = columns_of(rows, mem);
    const void **value = ARENA_ARRAY(mem, const void *, c.n);
    struct long_table *t;
    TRY(long_table_begin(files, c.column, c.n, rows->pipeline, rows->n, mem, &t, err));
    for (size_t from = 0, n; from < rows->n; from += n) {
        n = rows->n - from < LONG_TABLE_BATCH ? rows->n - from : LONG_TABLE_BATCH;
        for (size_t k = 0; k < c.n; k++)
            value[k] = c.value[k]
                           ? (const char *)c.value[k] + from * size[c.column[k].kind]
                           : NULL;
        TRY(long_table_write(t, value, n, err));
    }
    return long_table_end(t, err);
}
