/* Columns and cells by the task. */
#include "outlook/answers.h"

#include "data/key.h"

static bool has_probabilities(const struct target *learnt, const struct prediction *p)
{
    return learnt->task == TASK_CLASSES && p->answer == ANSWER_PROBABILITIES;
}

struct predictions_csv answers_table(const struct pipeline *pipeline,
                                     const struct target *learnt,
                                     const struct prediction *p, struct arena *mem)
{
    const char *key = key_name(pipeline);
    struct predictions_csv_column *column =
        ARENA_ARRAY(mem, struct predictions_csv_column, 2 + p->p);
    size_t n = 0;
    if (learnt->task == TASK_REGRESSION)
        column[n++].name = "actual";
    if (learnt->task != TASK_LABELS)
        column[n++] =
            (struct predictions_csv_column){"prediction", learnt->task == TASK_CLASSES};
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
