/* predictions.csv from rows of texts, as predict writes it from numbers. */
#ifndef TESTS_PREDICTIONS_H
#define TESTS_PREDICTIONS_H

#include "artifacts/predictions_csv.h"

static inline enum status predictions_cell(struct csv_writer *w, const char *text,
                                           struct error *e)
{
    return csv_put_text(w, view_of(text), e);
}

static inline enum status predictions_row(struct csv_writer *w,
                                          const struct predictions_csv *t,
                                          const struct predictions_csv_row *row,
                                          struct error *e)
{
    TRY(predictions_cell(w, row ? row->key : t->by, e));
    if (t->group)
        TRY(predictions_cell(w, row ? row->group : t->group, e));
    if (t->id)
        TRY(predictions_cell(w, row ? row->id : t->id, e));
    for (size_t c = 0; c < t->p; c++)
        if (row && !t->column[c].text)
            TRY(csv_put_real(w, row->cell[c].number, e));
        else
            TRY(predictions_cell(w, row ? row->cell[c].text : t->column[c].name, e));
    return csv_end(w, e);
}

static inline enum status predictions_put(const struct predictions_csv *t,
                                          struct output *out, struct error *e)
{
    struct csv_writer w = {.out = out};
    TRY(predictions_row(&w, t, NULL, e)); // the header
    for (size_t i = 0; i < t->n; i++)
        TRY(predictions_row(&w, t, &t->row[i], e));
    return STATUS_OK;
}

#endif
