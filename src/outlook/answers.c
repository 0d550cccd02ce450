/* Columns and cells by the task. */
#include "outlook/answers.h"

#include <math.h>

#include "data/key.h"
#include "show/printed.h"

static bool has_probabilities(const struct target *learnt, const struct prediction *p)
{
    return learnt->task == TASK_CLASSES && p->answer == ANSWER_PROBABILITIES;
}

static size_t band_columns(const struct target *learnt, const struct prediction *p,
                           struct predictions_csv_column *ret)
{
    size_t n = 0;
    ret[n++].name = learnt->y.name[0];
    ret[n++].name = "anomaly";
    for (size_t c = 0; c < p->p; c++)
        ret[n++].name = p->name[c];
    ret[n++] = (struct predictions_csv_column){"note", true};
    return n;
}

static void band_cells(const struct prediction *p, size_t i, double actual,
                       struct predictions_csv_cell *cell)
{
    *cell++ = (struct predictions_csv_cell){NULL, actual};
    *cell++ = (struct predictions_csv_cell){NULL, prediction_flags(p, i, actual)};
    for (size_t c = 0; c < p->p; c++)
        *cell++ = (struct predictions_csv_cell){NULL, p->value[c][i]};
    *cell = (struct predictions_csv_cell){band_refusal[prediction_refusal(p, i)], 0};
}

struct predictions_csv answers_table(const struct pipeline *pipeline,
                                     const struct target *learnt,
                                     const struct prediction *p, bool banded,
                                     struct arena *mem)
{
    const char *key = key_name(pipeline);
    struct predictions_csv_column *column =
        ARENA_ARRAY(mem, struct predictions_csv_column, 4 + p->p);
    bool anomaly = learnt->task == TASK_ANOMALY;
    size_t n = anomaly ? band_columns(learnt, p, column) : 0;
    if (learnt->task == TASK_REGRESSION)
        column[n++].name = "actual";
    if (learnt->task != TASK_LABELS && !anomaly)
        column[n++] =
            (struct predictions_csv_column){"prediction", learnt->task == TASK_CLASSES};
    if (banded)
        column[n++].name = "lower";
    if (banded)
        column[n++].name = "upper";
    for (size_t c = 0; learnt->task == TASK_LABELS && c < p->p; c++)
        column[n++].name = arena_format(mem, "prediction_%s", p->name[c]);
    for (size_t c = 0; has_probabilities(learnt, p) && c < p->p; c++)
        column[n++].name = arena_format(mem, "probability_%s", p->name[c]);
    return (struct predictions_csv){.by = key ? key : "row",
                                    .group = pipeline->group,
                                    .id = pipeline->id,
                                    .p = n,
                                    .column = column};
}

void answers_cells(const struct target *learnt, const struct prediction *p, size_t i,
                   double actual, struct predictions_csv_cell *cell)
{
    if (learnt->task == TASK_ANOMALY) {
        band_cells(p, i, actual, cell);
        return;
    }
    if (learnt->task == TASK_REGRESSION)
        *cell++ = (struct predictions_csv_cell){NULL, actual};
    if (learnt->task == TASK_CLASSES)
        *cell++ =
            (struct predictions_csv_cell){learnt->class_name[prediction_class(p, i)], 0};
    if (learnt->task == TASK_CLASSES && !has_probabilities(learnt, p))
        return; // its only column is the class's number
    for (size_t c = 0; c < p->p; c++)
        *cell++ = (struct predictions_csv_cell){NULL, p->value[c][i]};
}

static struct listing_cell shown(const struct predictions_csv_column *column,
                                 const struct predictions_csv_cell *cell)
{
    if (column->text)
        return (struct listing_cell){.kind = LISTING_TEXT, .text = view_of(cell->text)};
    return (struct listing_cell){.kind = isnan(cell->number) ? LISTING_MISSING
                                                             : LISTING_NUMBER,
                                 .number = cell->number};
}

static struct listing_cell text_cell(const char *text)
{
    return (struct listing_cell){.kind = LISTING_TEXT, .text = view_of(text)};
}

void answers_print(const struct predictions_csv *t, size_t columns, struct text *out)
{
    size_t names = 1 + (t->group ? 1u : 0u) + (t->id ? 1u : 0u), p = names + t->p;
    const char **name = ARENA_ARRAY(out->mem, const char *, p);
    struct listing_cell *cell = ARENA_ARRAY(out->mem, struct listing_cell, t->n * p);
    name[0] = t->by;
    if (t->group)
        name[1] = t->group;
    if (t->id)
        name[names - 1] = t->id;
    for (size_t c = 0; c < t->p; c++)
        name[names + c] = t->column[c].name;
    for (size_t i = 0; i < t->n; i++) {
        const struct predictions_csv_row *row = &t->row[i];
        cell[i * p] = text_cell(row->key);
        if (t->group)
            cell[i * p + 1] = text_cell(row->group);
        if (t->id)
            cell[i * p + names - 1] = text_cell(row->id);
        for (size_t c = 0; c < t->p; c++)
            cell[i * p + names + c] = shown(&t->column[c], &row->cell[c]);
    }
    const struct printed printed = {name, t->n, p, cell};
    printed_add(&printed, columns, out);
}
