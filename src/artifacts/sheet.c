/* CSV artifacts that are read: a header and rows of the same length, cells converted on
 * request. */
#include "artifacts/sheet.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

static enum status header(struct sheet *s, struct error *err)
{
    TRY(csv_next(s->reader, &s->record, err));
    if (s->record.n == 0)
        return error_refuse(err, csv_path(s->reader), NULL,
                            "expected a header, found an empty file");
    s->p = s->record.n;
    s->name = ARENA_ARRAY(s->mem, const char *, s->p);
    for (size_t c = 0; c < s->p; c++)
        s->name[c] = arena_copy(s->mem, s->record.field[c].p, s->record.field[c].n);
    return STATUS_OK;
}

enum status sheet_open(struct sheet *s, const char *path, struct arena *mem,
                       struct error *err)
{
    *s = (struct sheet){.mem = mem};
    TRY(csv_open(path, &csv_defaults, mem, &s->reader, err));
    enum status status = header(s, err);
    if (status != STATUS_OK)
        sheet_close(s);
    return status;
}

void sheet_close(struct sheet *s)
{
    csv_close(s->reader);
    s->reader = NULL;
}

enum status sheet_column(const struct sheet *s, const char *name, size_t *ret,
                         struct error *err)
{
    for (size_t c = 0; c < s->p; c++) {
        if (strcmp(s->name[c], name) == 0) {
            *ret = c;
            return STATUS_OK;
        }
    }
    error_set(err, STATUS_INPUT, "no column '%s'", name);
    error_at(err, csv_path(s->reader), 1, 0);
    const char *near = text_nearest(view_of(name), s->name, s->p);
    if (near)
        error_hint(err, "the nearest is %s", QUOTE(near));
    return STATUS_INPUT;
}

enum status sheet_expect(const struct sheet *s, size_t column, const char *name,
                         struct error *err)
{
    if (column < s->p && strcmp(s->name[column], name) == 0)
        return STATUS_OK;
    return error_refuse(err, csv_path(s->reader), NULL,
                        "expected column '%s' at place %zu, found %s", name, column + 1,
                        column < s->p ? QUOTE(s->name[column]) : "none");
}

enum status sheet_next(struct sheet *s, struct error *err)
{
    TRY(csv_next(s->reader, &s->record, err));
    s->more = s->record.n > 0;
    if (!s->more || s->record.n == s->p)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "expected %zu cells, found %zu", s->p, s->record.n);
    error_at(err, csv_path(s->reader), s->record.line, 0);
    return STATUS_INPUT;
}

static void error_at_cell(const struct sheet *s, size_t column, struct error *err)
{
    csv_error_at(s->reader, &s->record.field[column], s->name[column], err);
}

struct view sheet_cell(const struct sheet *s, size_t column)
{
    return (struct view){s->record.field[column].p, s->record.field[column].n};
}

const char *sheet_text(const struct sheet *s, size_t column)
{
    struct view v = sheet_cell(s, column);
    return arena_copy(s->mem, v.p, v.n);
}

enum status sheet_real(const struct sheet *s, size_t column, double *ret,
                       struct error *err)
{
    struct view v = sheet_cell(s, column);
    if (v.n == 0) {
        *ret = NAN;
        return STATUS_OK;
    }
    if (number_parse(v.p, v.n, ret))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "expected a number, found %s", QUOTE_N(v.p, v.n));
    error_at_cell(s, column, err);
    return STATUS_INPUT;
}

enum status sheet_count(const struct sheet *s, size_t column, size_t *ret,
                        struct error *err)
{
    struct view v = sheet_cell(s, column);
    if (text_size(v, ret))
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "expected a whole number, found %s", QUOTE_N(v.p, v.n));
    error_at_cell(s, column, err);
    return STATUS_INPUT;
}
