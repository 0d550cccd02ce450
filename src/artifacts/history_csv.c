/* Epochs to CSV and back. */
#include "artifacts/history_csv.h"

#include "artifacts/sheet.h"

enum { FIGURES = 4 };
static const char *const columns[1 + FIGURES] = {"epoch", "train_loss", "check_loss",
                                                 "train_score", "check_score"};

static enum status write_row(const struct history_csv_row *row, struct csv_writer *w,
                             struct error *err)
{
    TRY(csv_put_int(w, (long long)row->epoch, err));
    TRY(csv_put_real(w, row->train_loss, err));
    TRY(csv_put_real(w, row->check_loss, err));
    TRY(csv_put_real(w, row->train_score, err));
    TRY(csv_put_real(w, row->check_score, err));
    return csv_end(w, err);
}

enum status history_csv_write(const struct history_csv *h, struct output *out,
                              struct error *err)
{
    struct csv_writer w = {.out = out};
    for (size_t c = 0; c < COUNT_OF(columns); c++)
        TRY(csv_put_text(&w, view_of(columns[c]), err));
    TRY(csv_end(&w, err));
    for (size_t i = 0; i < h->n; i++)
        TRY(write_row(&h->row[i], &w, err));
    return STATUS_OK;
}

static enum status read_header(const struct sheet *s, struct error *err)
{
    for (size_t c = 0; c < COUNT_OF(columns); c++)
        TRY(sheet_expect(s, c, columns[c], err));
    if (s->p == COUNT_OF(columns))
        return STATUS_OK;
    return error_refuse(err, csv_path(s->reader), NULL, "expected %zu columns, found %zu",
                        COUNT_OF(columns), s->p);
}

static enum status read_row(const struct sheet *s, size_t before,
                            struct history_csv_row *ret, struct error *err)
{
    TRY(sheet_count(s, 0, &ret->epoch, err));
    if (ret->epoch != before + 1)
        return error_refuse(err, csv_path(s->reader), columns[0],
                            "expected epoch %zu, found %zu", before + 1, ret->epoch);
    TRY(sheet_real(s, 1, &ret->train_loss, err));
    TRY(sheet_real(s, 2, &ret->check_loss, err));
    TRY(sheet_real(s, 3, &ret->train_score, err));
    return sheet_real(s, 4, &ret->check_score, err);
}

static enum status read_rows(struct sheet *s, struct history_csv *ret, struct error *err)
{
    struct history_csv_row *row = NULL;
    size_t n = 0, cap = 0;
    TRY(read_header(s, err));
    TRY(sheet_next(s, err));
    while (s->more) {
        if (n == cap) {
            cap = cap == 0 ? 64 : 2 * cap;
            row = arena_grow(s->mem, row, n * sizeof *row, cap * sizeof *row);
        }
        TRY(read_row(s, n, &row[n], err));
        n++;
        TRY(sheet_next(s, err));
    }
    *ret = (struct history_csv){n, row};
    return STATUS_OK;
}

enum status history_csv_read(const char *path, struct arena *mem, struct history_csv *ret,
                             struct error *err)
{
    struct sheet s = {0};
    TRY(sheet_open(&s, path, mem, err));
    enum status status = read_rows(&s, ret, err);
    sheet_close(&s);
    return status;
}
