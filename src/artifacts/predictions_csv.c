/* Rows to come as CSV and back. */
#include "artifacts/predictions_csv.h"

#include "artifacts/sheet.h"

/* With groups the last two stand one later. */
enum { COLUMN_KEY, COLUMN_ACTUAL, COLUMN_PREDICTION };

enum status predictions_csv_begin(struct csv_writer *w, const char *by, const char *group,
                                  struct error *err)
{
    TRY(csv_put_text(w, view_of(by), err));
    if (group)
        TRY(csv_put_text(w, view_of(group), err));
    TRY(csv_put_text(w, VIEW("actual"), err));
    TRY(csv_put_text(w, VIEW("prediction"), err));
    return csv_end(w, err);
}

enum status predictions_csv_put(struct csv_writer *w,
                                const struct predictions_csv_row *row, struct error *err)
{
    TRY(csv_put_text(w, view_of(row->key), err));
    if (row->group)
        TRY(csv_put_text(w, view_of(row->group), err));
    TRY(csv_put_real(w, row->actual, err));
    TRY(csv_put_real(w, row->prediction, err));
    return csv_end(w, err);
}

static enum status read_rows(struct sheet *s, struct predictions_csv *ret,
                             struct error *err)
{
    size_t cap = 0, groups = s->p > COLUMN_PREDICTION + 1;
    TRY(sheet_expect(s, COLUMN_ACTUAL + groups, "actual", err));
    TRY(sheet_expect(s, COLUMN_PREDICTION + groups, "prediction", err));
    ret->group = groups ? s->name[COLUMN_KEY + 1] : NULL;
    ret->by = s->name[COLUMN_KEY];
    TRY(sheet_next(s, err));
    while (s->more) {
        ARENA_ROOM(s->mem, ret->row, ret->n, cap, 64);
        struct predictions_csv_row *row = &ret->row[ret->n++];
        row->key = sheet_text(s, COLUMN_KEY);
        row->group = groups ? sheet_text(s, COLUMN_KEY + 1) : NULL;
        TRY(sheet_real(s, COLUMN_ACTUAL + groups, &row->actual, err));
        TRY(sheet_real(s, COLUMN_PREDICTION + groups, &row->prediction, err));
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
