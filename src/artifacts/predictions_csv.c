/* Rows to come as CSV and back. */
#include "artifacts/predictions_csv.h"

#include "artifacts/sheet.h"

enum { COLUMN_KEY, COLUMN_ACTUAL, COLUMN_PREDICTION };

enum status predictions_csv_begin(struct csv_writer *w, const char *by, struct error *err)
{
    TRY(csv_put_text(w, view_of(by), err));
    TRY(csv_put_text(w, VIEW("actual"), err));
    TRY(csv_put_text(w, VIEW("prediction"), err));
    return csv_end(w, err);
}

enum status predictions_csv_put(struct csv_writer *w,
                                const struct predictions_csv_row *row, struct error *err)
{
    TRY(csv_put_text(w, view_of(row->key), err));
    TRY(csv_put_real(w, row->actual, err));
    TRY(csv_put_real(w, row->prediction, err));
    return csv_end(w, err);
}

static enum status read_rows(struct sheet *s, struct predictions_csv *ret,
                             struct error *err)
{
    size_t cap = 0;
    TRY(sheet_expect(s, COLUMN_ACTUAL, "actual", err));
    TRY(sheet_expect(s, COLUMN_PREDICTION, "prediction", err));
    ret->by = s->name[COLUMN_KEY];
    TRY(sheet_next(s, err));
    while (s->more) {
        ARENA_ROOM(s->mem, ret->row, ret->n, cap, 64);
        struct predictions_csv_row *row = &ret->row[ret->n++];
        row->key = sheet_text(s, COLUMN_KEY);
        TRY(sheet_real(s, COLUMN_ACTUAL, &row->actual, err));
        TRY(sheet_real(s, COLUMN_PREDICTION, &row->prediction, err));
        TRY(sheet_next(s, err));
    }
    return STATUS_OK;
}

enum status predictions_csv_read(const char *path, struct arena *mem,
                                 struct predictions_csv *ret, struct error *err)
{
    struct sheet s;
    struct predictions_csv p = {0};
    TRY(sheet_open(&s, path, mem, err));
    enum status status = read_rows(&s, &p, err);
    sheet_close(&s);
    if (status == STATUS_OK)
        *ret = p;
    return status;
}
