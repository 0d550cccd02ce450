/* A line a row, as it comes; only a terminal waits for all of them. */
#include "batch/batch_write.h"

#include <math.h>
#include <stdlib.h>

#include "base/number.h"
#include "show/printed.h"

#define WHOLE 0x1p53 // from here on reals are whole, but not all whole numbers are there

static enum status put(struct batch_writer *w, const struct text *line, struct error *err)
{
    if (w->out)
        return output_write(w->out, line->p, line->n, err);
    if (fwrite(line->p, 1, line->n, w->to) == line->n)
        return STATUS_OK;
    return error_errno(err, "could not write to standard output");
}

static struct listing_cell listed(struct batch_writer *w, const struct batch_cell *cell)
{
    if (cell->text)
        return (struct listing_cell){.kind = LISTING_TEXT,
                                     .text = view_of(arena_string(w->mem, cell->text))};
    return (struct listing_cell){.kind = isnan(cell->number) ? LISTING_MISSING
                                                             : LISTING_NUMBER,
                                 .number = cell->number};
}

static void keep(struct batch_writer *w, const struct batch_cell *cell)
{
    size_t before = w->cap;
    for (size_t c = 0; c < w->p; c++) {
        ARENA_ROOM(w->mem, w->cell, w->n * w->p + c, before, 64);
        w->cell[w->n * w->p + c] = listed(w, &cell[c]);
    }
    w->cap = before;
    w->n++;
}

static void csv_line(struct text *line, const struct batch_cell *cell, size_t p)
{
    char number[40];
    for (size_t c = 0; c < p; c++) {
        if (c > 0)
            text_putc(line, ',');
        if (cell[c].text)
            printed_cell(view_of(cell[c].text), line);
        else if (!isnan(cell[c].number))
            text_add(line, number, number_csv(cell[c].number, number));
    }
    text_putc(line, '\n');
}

json_t *batch_cell_json(const struct batch_cell *cell)
{
    double x = cell->number;
    if (cell->text)
        return json_string_nocheck(cell->text);
    if (!isfinite(x))
        return json_null();
    bool whole = fabs(x) < WHOLE && x == floor(x) && !(x == 0 && signbit(x));
    return whole ? json_integer((json_int_t)x) : json_real(x);
}

static void json_line(struct text *line, const char *const *name,
                      const struct batch_cell *cell, size_t p)
{
    json_t *object = json_object();
    for (size_t c = 0; c < p; c++)
        json_object_set_new_nocheck(object, name[c], batch_cell_json(&cell[c]));
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(object);
    if (!text)
        out_of_memory(1);
    text_puts(line, text);
    text_putc(line, '\n');
    free(text);
}

enum status batch_write_begin(void *writer, const char *const *name, size_t p,
                              struct error *err)
{
    struct batch_writer *w = writer;
    const char **copy = ARENA_ARRAY(w->mem, const char *, p);
    struct batch_cell *cell = ARENA_ARRAY(w->mem, struct batch_cell, p);
    for (size_t c = 0; c < p; c++) {
        copy[c] = arena_string(w->mem, name[c]);
        cell[c] = (struct batch_cell){copy[c], NAN};
    }
    w->name = copy;
    w->p = p;
    if (w->columns > 0 || w->format == BATCH_JSON)
        return STATUS_OK;
    struct text line = {.mem = w->mem};
    csv_line(&line, cell, p);
    return put(w, &line, err);
}

enum status batch_write_row(void *writer, const struct batch_cell *cell, size_t p,
                            struct error *err)
{
    struct batch_writer *w = writer;
    if (w->columns > 0 && w->format == BATCH_CSV) {
        keep(w, cell);
        return STATUS_OK;
    }
    struct arena_mark mark = arena_mark(&w->scratch);
    struct text line = {.mem = &w->scratch};
    if (w->format == BATCH_CSV)
        csv_line(&line, cell, p);
    else
        json_line(&line, w->name, cell, p);
    enum status status = put(w, &line, err);
    arena_rewind(&w->scratch, mark);
    return status;
}

enum status batch_write_flush(struct batch_writer *w, struct error *err)
{
    if (w->columns > 0 && w->format == BATCH_CSV && w->p > 0) {
        struct text table = {.mem = w->mem};
        printed_add(&(struct printed){w->name, w->n, w->p, w->cell}, w->columns, &table);
        TRY(put(w, &table, err));
    }
    return w->out || fflush(w->to) == 0
               ? STATUS_OK
               : error_errno(err, "could not write to standard output");
}

void batch_write_release(struct batch_writer *w)
{
    arena_release(&w->scratch);
}
