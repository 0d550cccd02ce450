/* From questions to answers, some thousand rows at a time. */
#include "batch/batch_internal.h"

#include <math.h>

#include "outlook/answers.h"
#include "outlook/outlook.h"

/* One file under way. */
struct answering {
    struct batch_job *b;
    struct csv_reader *reader;
    struct batch_map map;
    size_t p;                     // columns of an answer
    struct predictions_csv table; // the model's own columns
};

/* Which columns an answer has: what names the row, what is carried, the model's, the note. */
static enum status begin_sink(struct answering *a, const struct prediction *like,
                              struct error *err)
{
    struct batch_job *b = a->b;
    const struct batch_map *m = &a->map;
    a->table = answers_table(b->pipeline, &b->model->learnt, like, false, b->mem);
    const char **name = ARENA_ARRAY(b->mem, const char *, 3 + m->n_carry + a->table.p);
    size_t n = 0;
    name[n++] = m->id ? m->id->header : "row";
    if (m->group)
        name[n++] = m->group->header;
    for (size_t k = 0; k < m->n_carry; k++)
        name[n++] = m->carry[k]->header;
    for (size_t c = 0; c < a->table.p; c++)
        name[n++] = a->table.column[c].name;
    name[n++] = "note";
    a->p = n;
    return b->sink->begin(b->sink->context, name, n, err);
}

/* The model's own cells of a row; of a refused one they are empty. */
static void answer_cells(const struct answering *a, const struct batch_held *h,
                         const struct prediction *q, size_t i,
                         struct predictions_csv_cell *scratch, struct batch_cell *cell)
{
    const struct target *learnt = &a->b->model->learnt;
    size_t at = h->at[i];
    bool answered = !h->note[i];
    if (answered)
        answers_cells(learnt, q, at, h->frame.target.y.col[0][at], scratch);
    for (size_t c = 0; c < a->table.p; c++) {
        bool text = a->table.column[c].text;
        cell[c] = (struct batch_cell){!text                         ? NULL
                                      : answered && scratch[c].text ? scratch[c].text
                                                                    : "",
                                      answered && !text ? scratch[c].number : NAN};
    }
}

static enum status put_row(const struct answering *a, const struct batch_held *h,
                           const struct prediction *q, size_t i,
                           struct predictions_csv_cell *scratch, struct batch_cell *cell,
                           struct error *err)
{
    const struct batch_map *m = &a->map;
    const char *refused = h->note[i]   ? h->note[i]
                          : q->refused ? q->refused[h->at[i]]
                                       : NULL;
    size_t n = 0;
    cell[n++] =
        (struct batch_cell){m->id ? h->id[i] : NULL, (double)(a->b->rows + i + 1)};
    if (m->group)
        cell[n++] = (struct batch_cell){h->group[i], NAN};
    for (size_t k = 0; k < m->n_carry; k++)
        cell[n++] = (struct batch_cell){h->carry[i * m->n_carry + k], NAN};
    answer_cells(a, h, q, i, scratch, &cell[n]);
    n += a->table.p;
    cell[n++] = (struct batch_cell){refused ? refused : "", NAN};
    return a->b->sink->row(a->b->sink->context, cell, n, err);
}

static enum status answer_held(struct answering *a, const struct batch_held *h,
                               struct arena *mem, struct error *err)
{
    struct batch_job *b = a->b;
    struct prediction q = {.answer = model_answer(b->model), .p = model_width(b->model)};
    if (h->frame.n > 0)
        TRY(outlook_predict(b->model, &h->frame, b->path, mem, &q, err));
    else
        TRY(prediction_check(&q, &b->model->learnt, "the model", err));
    if (b->rows == 0)
        TRY(begin_sink(a, &q, err));
    struct batch_cell *cell = ARENA_ARRAY(mem, struct batch_cell, a->p);
    struct predictions_csv_cell *scratch =
        ARENA_ARRAY(mem, struct predictions_csv_cell, a->table.p);
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
    TRY(csv_open(b->path, &limits, b->mem, &a->reader, err));
    TRY(csv_next(a->reader, &header, err));
    if (header.n == 0) {
        error_set(err, STATUS_INPUT, "the file is empty; expected a header");
        error_at(err, b->path, 1, 0);
        return STATUS_INPUT;
    }
    return batch_match(b, a->reader, &header, &a->map, err);
}

/* What a file of questions cannot ask. */
static enum status check_model(const struct batch_job *b, struct error *err)
{
    const char *why = NULL;
    if (b->model->series.fitted.choice.model)
        why = "a series model answers for steps of time, not for rows";
    else if (b->pipeline->time.column)
        why = "rows of this pipeline are known by their time";
    else if (b->sources->sources.n != 1)
        why = "rows of this pipeline come from several sources";
    if (!why)
        return STATUS_OK;
    error_set(err, STATUS_USAGE, "--input: %s", why);
    error_hint(err, "--month, --from and --to say for which");
    return STATUS_USAGE;
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
