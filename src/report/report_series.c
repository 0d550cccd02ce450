/* Reads residuals.csv and predictions.csv: a key, the real value, the prediction, row
 * by row.
 *
 * The first row's key says what all keys are: months, days, or texts.  Days are kept as
 * numbers, so that a long table costs some forty bytes a row. */
#include "report/report_internal.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "artifacts/sheet.h"

static const char *const part_names[] = {"train", "holdout", "arrived"};

/* Columns of the file. */
struct series_columns {
    size_t actual, prediction, part;
    size_t *baseline; // [n_baselines]
};

static const char *const key_formats[] = {[KEY_MONTH] = "%Y-%m", [KEY_DAY] = "%Y-%m-%d"};

static enum report_key kind_of(struct view key)
{
    int32_t day;

    if (key.n == 7 && !date_parse(key, key_formats[KEY_MONTH], &day))
        return KEY_MONTH;
    if (key.n == 10 && !date_parse(key, key_formats[KEY_DAY], &day))
        return KEY_DAY;
    return KEY_TEXT;
}

static void *grown(struct arena *mem, void *p, size_t n, size_t cap, size_t size)
{
    return arena_grow(mem, p, n * size, cap * size);
}

static void reserve(struct report_series *s, size_t *cap, struct arena *mem)
{
    if (s->n < *cap)
        return;
    *cap = s->n == 0 ? 128 : 2 * s->n;
    if (s->kind == KEY_TEXT)
        s->key = grown(mem, s->key, s->n, *cap, sizeof(*s->key));
    else
        s->day = grown(mem, s->day, s->n, *cap, sizeof(*s->day));
    s->actual = grown(mem, s->actual, s->n, *cap, sizeof(*s->actual));
    s->prediction = grown(mem, s->prediction, s->n, *cap, sizeof(*s->prediction));
    s->part = grown(mem, s->part, s->n, *cap, sizeof(*s->part));
    for (size_t b = 0; b < s->n_baselines; b++)
        s->baseline[b] = grown(mem, s->baseline[b], s->n, *cap, sizeof(**s->baseline));
}

static enum status read_key(const struct sheet *sheet, struct report_series *s,
                            struct error *err)
{
    if (s->kind == KEY_TEXT) {
        s->key[s->n] = sheet_text(sheet, 0);
        return STATUS_OK;
    }
    const char *wrong =
        date_parse(sheet_cell(sheet, 0), key_formats[s->kind], &s->day[s->n]);
    if (!wrong)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "%s", wrong);
    sheet_error_at(sheet, 0, err);
    return STATUS_INPUT;
}

static enum status read_part(const struct sheet *sheet, size_t column,
                             enum report_part *ret, struct error *err)
{
    struct view cell = sheet_cell(sheet, column);

    for (size_t i = 0; i < COUNT_OF(part_names); i++) {
        if (view_is(cell, part_names[i])) {
            *ret = (enum report_part)i;
            return STATUS_OK;
        }
    }
    error_set(err, STATUS_INPUT, "expected train, holdout or arrived, found %s",
              QUOTE_N(cell.p, cell.n));
    sheet_error_at(sheet, column, err);
    return STATUS_INPUT;
}

static enum status read_row(const struct sheet *sheet, const struct series_columns *c,
                            struct report_series *s, struct error *err)
{
    TRY(read_key(sheet, s, err));
    TRY(sheet_real(sheet, c->actual, &s->actual[s->n], err));
    TRY(sheet_real(sheet, c->prediction, &s->prediction[s->n], err));
    s->part[s->n] = PART_UPCOMING;
    if (c->part < sheet->p)
        TRY(read_part(sheet, c->part, &s->part[s->n], err));
    for (size_t b = 0; b < s->n_baselines; b++)
        TRY(sheet_real(sheet, c->baseline[b], &s->baseline[b][s->n], err));
    s->n++;
    return STATUS_OK;
}

static enum status read_rows(struct sheet *sheet, const struct series_columns *c,
                             struct report_series *s, struct error *err)
{
    size_t cap = 0;

    TRY(sheet_next(sheet, err));
    if (sheet->more)
        s->kind = kind_of(sheet_cell(sheet, 0));
    while (sheet->more) {
        reserve(s, &cap, sheet->mem);
        TRY(read_row(sheet, c, s, err));
        TRY(sheet_next(sheet, err));
    }
    return STATUS_OK;
}

/* Every other column of residuals.csv is a baseline. */
static void find_baselines(const struct sheet *sheet, struct series_columns *c,
                           struct report_series *s)
{
    c->baseline = ARENA_ARRAY(sheet->mem, size_t, sheet->p);
    s->baseline_name = ARENA_ARRAY(sheet->mem, const char *, sheet->p);
    s->baseline = ARENA_ARRAY(sheet->mem, double *, sheet->p);
    for (size_t i = 1; i < sheet->p; i++) {
        if (i == c->actual || i == c->prediction || i == c->part ||
            strcmp(sheet->name[i], "residual") == 0)
            continue;
        s->baseline_name[s->n_baselines] = sheet->name[i];
        c->baseline[s->n_baselines++] = i;
    }
}

static enum status read_sheet(struct sheet *sheet, bool residuals,
                              struct report_series *s, struct error *err)
{
    struct series_columns c = {.part = sheet->p};

    s->key_name = sheet->name[0];
    TRY(sheet_column(sheet, "actual", &c.actual, err));
    TRY(sheet_column(sheet, "prediction", &c.prediction, err));
    if (residuals) {
        TRY(sheet_column(sheet, "part", &c.part, err));
        find_baselines(sheet, &c, s);
    }
    return read_rows(sheet, &c, s, err);
}

static enum status read_file(const char *path, bool residuals, struct arena *mem,
                             struct report_series *s, struct error *err)
{
    struct sheet sheet;

    TRY(sheet_open(&sheet, path, mem, err));
    enum status status = read_sheet(&sheet, residuals, s, err);
    sheet_close(&sheet);
    return status;
}

enum status report_residuals_read(const char *path, struct arena *mem, struct report *r,
                                  struct error *err)
{
    return read_file(path, true, mem, &r->rows, err);
}

enum status report_predictions_read(const char *path, struct arena *mem, struct report *r,
                                    struct error *err)
{
    return read_file(path, false, mem, &r->upcoming, err);
}

const char *report_key_text(const struct report_series *s, size_t i, char *buffer)
{
    switch (s->kind) {
    case KEY_MONTH: return month_text(s->day[i], buffer);
    case KEY_DAY: return date_text(s->day[i], buffer);
    default: return s->key[i];
    }
}

double report_key_place(const struct report_series *s, size_t i)
{
    return s->kind == KEY_TEXT ? (double)i : s->day[i];
}
