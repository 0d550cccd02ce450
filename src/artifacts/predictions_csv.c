/* Rows to come, read from CSV. */
#include "artifacts/predictions_csv.h"

#include "artifacts/sheet.h"

size_t predictions_csv_names(const struct predictions_csv *t)
{
    return 1 + (t->group ? 1u : 0u) + (t->id ? 1u : 0u);
}

static enum status check_columns(const struct sheet *s, const struct predictions_csv *t,
                                 struct error *err)
{
    if (t->group)
        TRY(sheet_expect(s, 1, t->group, err));
    if (t->id)
        TRY(sheet_expect(s, predictions_csv_names(t) - 1, t->id, err));
    for (size_t c = 0; c < t->p; c++)
        TRY(sheet_expect(s, predictions_csv_names(t) + c, t->column[c].name, err));
    if (s->p == predictions_csv_names(t) + t->p)
        return STATUS_OK;
    return error_refuse(err, csv_path(s->reader), NULL, "expected %zu columns, found %zu",
                        predictions_csv_names(t) + t->p, s->p);
}

static enum status read_row(struct sheet *s, const struct predictions_csv *t,
                            struct predictions_csv_row *row, struct error *err)
{
    row->key = sheet_text(s, 0);
    row->group = t->group ? sheet_text(s, 1) : NULL;
    row->id = t->id ? sheet_text(s, predictions_csv_names(t) - 1) : NULL;
    row->cell = ARENA_ARRAY(s->mem, struct predictions_csv_cell, t->p);
    for (size_t c = 0; c < t->p; c++) {
        size_t at = predictions_csv_names(t) + c;
        if (t->column[c].text)
            row->cell[c].text = sheet_text(s, at);
        else
            TRY(sheet_real(s, at, &row->cell[c].number, err));
    }
    return STATUS_OK;
}

static enum status read_rows(struct sheet *s, struct predictions_csv *t,
                             struct error *err)
{
    size_t cap = 0;
    TRY(check_columns(s, t, err));
    t->by = s->name[0];
    TRY(sheet_next(s, err));
    while (s->more) {
        ARENA_ROOM(s->mem, t->row, t->n, cap, 64);
        TRY(read_row(s, t, &t->row[t->n++], err));
        TRY(sheet_next(s, err));
    }
    return STATUS_OK;
}

enum status predictions_csv_read(const char *path, const struct predictions_csv *like,
                                 struct arena *mem, struct predictions_csv *ret,
                                 struct error *err)
{
    struct sheet s;
    struct predictions_csv t = {
        .group = like->group, .id = like->id, .p = like->p, .column = like->column};
    TRY(sheet_open(&s, path, mem, err));
    enum status status = read_rows(&s, &t, err);
    sheet_close(&s);
    if (status == STATUS_OK)
        *ret = t;
    return status;
}
