/* From questions to answers, some thousand rows at a time. */
#include "batch/batch_internal.h"

#include <math.h>
#include <string.h>

#include "outlook/answers.h"
#include "outlook/outlook.h"

/* One file under way. */
struct answering {
    struct batch_job *b;
    struct csv_reader *reader;
    struct batch_map map;
    size_t p;                     // columns of an answer
    struct predictions_csv table; // the model's own columns
    bool banded;
};

/* A value that is judged is called in the answer as the file calls it. */
static const char *called(const struct answering *a, const char *name)
{
    const struct batch_map *m = &a->map;
    for (size_t i = 0; a->b->model->learnt.task == TASK_ANOMALY && i < m->n; i++)
        if (m->column[i].use == BATCH_ACTUAL && strcmp(m->column[i].name, name) == 0)
            return m->column[i].header;
    return name;
}

/* A column that is passed on may be called as one of the model's own. */
static enum status check_names(const struct batch_job *b, const char *const *name,
                               size_t p, struct error *err)
{
    for (size_t i = 1; i < p; i++)
        for (size_t j = 0; j < i; j++) {
            if (strcmp(name[i], name[j]) != 0)
                continue;
            error_set(err, STATUS_INPUT, "the answer would have two columns %s",
                      QUOTE(name[i]));
            error_hint(err, "call the file's own otherwise, or name it in predict.ignore "
                            "of the pipeline's file instead of predict.carry");
            error_at(err, b->path, 1, 0);
            return STATUS_INPUT;
        }
    return STATUS_OK;
}

/* Which columns an answer has: what names the row, what is carried, the model's, the note. */
static enum status begin_sink(struct answering *a, const struct prediction *like,
                              struct error *err)
{
    struct batch_job *b = a->b;
    const struct batch_map *m = &a->map;
    a->banded = b->outlook && b->outlook->upcoming.lower;
    a->table = answers_table(b->pipeline, &b->model->learnt, like, a->banded, b->mem);
    if (b->model->learnt.task == TASK_ANOMALY)
        a->table.p--; // its note is that of every answer
    const char **name = ARENA_ARRAY(b->mem, const char *, 2 + m->n_echo + a->table.p);
    if (m->numbered)
        name[a->p++] = "row";
    for (size_t k = 0; k < m->n_echo; k++)
        name[a->p++] = m->echo[k]->header;
    for (size_t c = 0; c < a->table.p; c++)
        name[a->p++] = called(a, a->table.column[c].name);
    name[a->p++] = "note";
    TRY(check_names(b, name, a->p, err));
    return b->sink->begin(b->sink->context, name, a->p, err);
}

/* The model's own cells of a row; of one without an answer they are empty. */
static void answer_cells(const struct answering *a, const struct batch_found *found,
                         struct predictions_csv_cell *scratch, struct batch_cell *cell)
{
    bool answered = found->prediction != NULL;
    if (answered)
        answers_cells(&a->b->model->learnt, found->prediction, found->row, found->actual,
                      scratch);
    if (answered && a->banded) {
        scratch[2].number = found->lower;
        scratch[3].number = found->upper;
    }
    for (size_t c = 0; c < a->table.p; c++) {
        bool text = a->table.column[c].text;
        cell[c] = (struct batch_cell){!text                         ? NULL
                                      : answered && scratch[c].text ? scratch[c].text
                                                                    : "",
                                      answered && !text ? scratch[c].number : NAN};
    }
}

/* The answer of a row that was not refused, and the reason where it has none. */
static struct batch_found find(const struct answering *a, const struct batch_held *h,
                               const struct prediction *q, size_t i,
                               const char **ret_note)
{
    struct batch_job *b = a->b;
    size_t at = h->at[i];
    *ret_note = h->note[i];
    if (h->note[i])
        return (struct batch_found){NULL, 0, NAN, NAN, NAN};
    if (!b->outlook) {
        *ret_note = q->refused ? q->refused[at] : NULL;
        return (struct batch_found){q, at, h->frame.target.y.col[0][at], NAN, NAN};
    }
    struct batch_found found = batch_find(b, &h->frame, at);
    if (!found.prediction) {
        *ret_note = "the tables have no answer for it";
        b->refused++;
    }
    return found;
}

static enum status put_row(const struct answering *a, const struct batch_held *h,
                           const struct prediction *q, size_t i,
                           struct predictions_csv_cell *scratch, struct batch_cell *cell,
                           struct error *err)
{
    const struct batch_map *m = &a->map;
    const char *note;
    struct batch_found found = find(a, h, q, i, &note);
    size_t n = 0;
    if (m->numbered)
        cell[n++] = (struct batch_cell){NULL, (double)(a->b->rows + i + 1)};
    for (size_t k = 0; k < m->n_echo; k++)
        cell[n++] = (struct batch_cell){h->echo[i * m->n_echo + k], NAN};
    answer_cells(a, &found, scratch, &cell[n]);
    n += a->table.p;
    cell[n++] = (struct batch_cell){note ? note : "", NAN};
    return a->b->sink->row(a->b->sink->context, cell, n, err);
}

static enum status answer_held(struct answering *a, const struct batch_held *h,
                               struct arena *mem, struct error *err)
{
    struct batch_job *b = a->b;
    struct prediction q = {.answer = model_answer(b->model), .p = model_width(b->model)};
    if (h->frame.n > 0 && !b->outlook)
        TRY(outlook_predict(b->model, &h->frame, b->path, mem, &q, err));
    else
        TRY(prediction_check(&q, &b->model->learnt, "the model", err));
    if (b->rows == 0)
        TRY(begin_sink(a, &q, err));
    struct batch_cell *cell = ARENA_ARRAY(mem, struct batch_cell, a->p);
    struct predictions_csv_cell *scratch =
        ARENA_ARRAY(mem, struct predictions_csv_cell, a->table.p + 1);
    for (size_t i = 0; i < h->n; i++)
        TRY(put_row(a, h, &q, i, scratch, cell, err));
    return STATUS_OK;
}

static enum status answer_file(struct answering *a, struct arena *scratch,
                               struct error *err)
{
    struct batch_job *b = a->b;
    struct batch_held held;
    do {
        struct arena_mark mark = arena_mark(scratch);
        TRY(batch_read(b, &a->map, a->reader, scratch, &held, err));
        if (held.n > 0 || b->rows == 0)
            TRY(answer_held(a, &held, scratch, err));
        b->rows += held.n;
        arena_rewind(scratch, mark);
        size_t done, total;
        csv_progress(a->reader, &done, &total);
        watch_progress(b->watch, "predict", done, total);
    } while (held.n == BATCH_HELD);
    return STATUS_OK;
}

static enum status open_file(struct answering *a, struct error *err)
{
    struct batch_job *b = a->b;
    struct csv_limits limits = csv_defaults;
    struct csv_record header;
    limits.delimiter = source_at(b->sources, 0)->delimiter[0];
    limits.any_bytes = true; // rows are refused one by one
    TRY(csv_open(b->path, &limits, b->mem, &a->reader, err));
    TRY(csv_next(a->reader, &header, err));
    if (header.n == 0) {
        error_set(err, STATUS_INPUT, "the file is empty; expected a header");
        error_at(err, b->path, 1, 0);
        return STATUS_INPUT;
    }
    if (csv_invalid(a->reader, &header, err))
        return STATUS_INPUT;
    return batch_match(b, &header, &a->map, err);
}

/* A row alone says it all only where it is one of a single table. */
static enum status check_model(const struct batch_job *b, struct error *err)
{
    if (b->outlook || b->sources->sources.n == 1)
        return STATUS_OK;
    return error_set(err, STATUS_USAGE,
                     "--input: rows of this pipeline come from several sources");
}

enum status batch_answer(struct batch_job *b, struct error *err)
{
    struct answering a = {.b = b};
    struct arena scratch = {0};
    TRY(check_model(b, err));
    enum status status = open_file(&a, err);
    if (status == STATUS_OK)
        status = answer_file(&a, &scratch, err);
    csv_close(a.reader);
    arena_release(&scratch);
    return status;
}
