/* Cells of a search to CSV and back.
 *
 * A file does not say what a column holds: the narrowest kind that all its cells are of
 * is taken, and since every kind has one way to be written, what was read is written as
 * it was. */
#include "artifacts/search_csv.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "artifacts/sheet.h"
#include "base/number.h"

const char *parameter_text(enum parameter_kind kind, union parameter value, char *buffer)
{
    switch (kind) {
    case PARAMETER_WHOLE: snprintf(buffer, 32, "%" PRId64, value.whole); return buffer;
    case PARAMETER_REAL: buffer[number_csv(value.real, buffer)] = '\0'; return buffer;
    default: return value.text;
    }
}

int parameter_order(enum parameter_kind kind, union parameter a, union parameter b)
{
    switch (kind) {
    case PARAMETER_WHOLE: return (a.whole > b.whole) - (a.whole < b.whole);
    case PARAMETER_REAL: return (a.real > b.real) - (a.real < b.real);
    default: return strcmp(a.text, b.text);
    }
}

static const char *const round_columns[] = {"iter", "n_resources"};

bool search_csv_has_recipes(const struct search_csv *s)
{
    return s->n_axes > 0 && strcmp(s->axis[0].name, SEARCH_CSV_RECIPE) == 0;
}

static enum status write_header(const struct search_csv *s, struct csv_writer *w,
                                struct error *err)
{
    char name[32];
    for (size_t a = 0; a < s->n_axes; a++)
        TRY(csv_put_text(w, view_of(s->axis[a].name), err));
    for (size_t c = 0; s->iter && c < COUNT_OF(round_columns); c++)
        TRY(csv_put_text(w, view_of(round_columns[c]), err));
    for (size_t f = 0; f < s->folds; f++) {
        snprintf(name, sizeof name, "score_%zu", f + 1);
        TRY(csv_put_text(w, view_of(name), err));
    }
    TRY(csv_put_text(w, VIEW("score_mean"), err));
    TRY(csv_put_text(w, VIEW("rank"), err));
    return csv_end(w, err);
}

static enum status write_cell(const struct search_csv *s, size_t cell,
                              struct csv_writer *w, struct error *err)
{
    char buffer[32];
    for (size_t a = 0; a < s->n_axes; a++) {
        union parameter value = search_csv_value(s, cell, a);
        TRY(csv_put_text(w, view_of(parameter_text(s->axis[a].kind, value, buffer)),
                         err));
    }
    if (s->iter) {
        TRY(csv_put_int(w, (long long)s->iter[cell], err));
        TRY(csv_put_int(w, (long long)s->resources[cell], err));
    }
    for (size_t f = 0; f < s->folds; f++)
        TRY(csv_put_real(w, s->score[cell * s->folds + f], err));
    TRY(csv_put_real(w, s->mean[cell], err));
    TRY(csv_put_int(w, (long long)s->rank[cell], err));
    return csv_end(w, err);
}

enum status search_csv_write(const struct search_csv *s, struct output *out,
                             struct error *err)
{
    struct csv_writer w = {.out = out};
    TRY(write_header(s, &w, err));
    for (size_t cell = 0; cell < s->n_cells; cell++)
        TRY(write_cell(s, cell, &w, err));
    return STATUS_OK;
}

/* What the reader has so far; axes stand before the first fold. */
struct search_csv_reader {
    struct sheet sheet;
    size_t n_axes, n_cells, folds, cap;
    struct search_csv_axis *axis;
    union parameter *value; // texts, until all are read
    size_t rounds;          // columns of them: 2 or none
    double *score, *mean;
    size_t *rank, *iter, *resources;
};

/* Whether the columns before the scores say of rounds. */
static bool tells_rounds(const struct search_csv_reader *r, size_t first)
{
    size_t n = COUNT_OF(round_columns);
    for (size_t c = 0; first >= n && c < n; c++)
        if (strcmp(r->sheet.name[first - n + c], round_columns[c]) != 0)
            return false;
    return first >= n;
}

static enum status read_header(struct search_csv_reader *r, struct error *err)
{
    size_t first, p = r->sheet.p;
    char name[32];
    TRY(sheet_column(&r->sheet, "score_1", &first, err));
    r->rounds = tells_rounds(r, first) ? COUNT_OF(round_columns) : 0;
    r->n_axes = first - r->rounds;
    r->folds = p < first + 2 ? 0 : p - first - 2;
    for (size_t f = 0; f < r->folds; f++) {
        snprintf(name, sizeof name, "score_%zu", f + 1);
        TRY(sheet_expect(&r->sheet, first + f, name, err));
    }
    TRY(sheet_expect(&r->sheet, first + r->folds, "score_mean", err));
    TRY(sheet_expect(&r->sheet, first + r->folds + 1, "rank", err));
    r->axis = ARENA_ARRAY(r->sheet.mem, struct search_csv_axis, r->n_axes);
    for (size_t a = 0; a < r->n_axes; a++)
        r->axis[a].name = r->sheet.name[a];
    return STATUS_OK;
}

static void reserve(struct search_csv_reader *r)
{
    struct arena *mem = r->sheet.mem;
    size_t n = r->n_cells, cap = n == 0 ? 256 : 2 * n;
    if (n < r->cap)
        return;
    r->value = arena_grow(mem, r->value, n * r->n_axes * sizeof *r->value,
                          cap * r->n_axes * sizeof *r->value);
    r->score = arena_grow(mem, r->score, n * r->folds * sizeof *r->score,
                          cap * r->folds * sizeof *r->score);
    r->mean = arena_grow(mem, r->mean, n * sizeof *r->mean, cap * sizeof *r->mean);
    r->rank = arena_grow(mem, r->rank, n * sizeof *r->rank, cap * sizeof *r->rank);
    r->iter = arena_grow(mem, r->iter, n * sizeof *r->iter, cap * sizeof *r->iter);
    r->resources = arena_grow(mem, r->resources, n * sizeof *r->resources,
                              cap * sizeof *r->resources);
    r->cap = cap;
}

/* The text of a value; neighbours in the grid share theirs. */
static const char *read_value(const struct search_csv_reader *r, size_t a)
{
    struct view cell = sheet_cell(&r->sheet, a);
    if (r->n_cells > 0) {
        const char *before = r->value[(r->n_cells - 1) * r->n_axes + a].text;
        if (view_is(cell, before))
            return before;
    }
    return sheet_text(&r->sheet, a);
}

static enum status read_cell(struct search_csv_reader *r, struct error *err)
{
    size_t cell = r->n_cells;
    reserve(r);
    for (size_t a = 0; a < r->n_axes; a++)
        r->value[cell * r->n_axes + a].text = read_value(r, a);
    size_t first = r->n_axes + r->rounds;
    if (r->rounds > 0) {
        TRY(sheet_count(&r->sheet, r->n_axes, &r->iter[cell], err));
        TRY(sheet_count(&r->sheet, r->n_axes + 1, &r->resources[cell], err));
    }
    for (size_t f = 0; f < r->folds; f++)
        TRY(sheet_real(&r->sheet, first + f, &r->score[cell * r->folds + f], err));
    TRY(sheet_real(&r->sheet, first + r->folds, &r->mean[cell], err));
    TRY(sheet_count(&r->sheet, first + r->folds + 1, &r->rank[cell], err));
    r->n_cells++;
    return STATUS_OK;
}

static bool to_whole(union parameter *value, size_t n, size_t step, bool check)
{
    for (size_t i = 0; i < n; i++) {
        int64_t whole;
        if (!text_int64(view_of(value[i * step].text), &whole))
            return false;
        if (!check)
            value[i * step].whole = whole;
    }
    return true;
}

static bool to_real(union parameter *value, size_t n, size_t step, bool check)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = value[i * step].text;
        double real;
        if (!number_parse(text, strlen(text), &real))
            return false;
        if (!check)
            value[i * step].real = real;
    }
    return true;
}

/* Turns the texts of an axis into what all of them are. */
static void find_kind(struct search_csv_reader *r, size_t a)
{
    union parameter *value = r->value + a;
    size_t n = r->n_cells, step = r->n_axes;
    r->axis[a].kind = PARAMETER_TEXT;
    if (to_whole(value, n, step, true) && to_whole(value, n, step, false))
        r->axis[a].kind = PARAMETER_WHOLE;
    else if (to_real(value, n, step, true) && to_real(value, n, step, false))
        r->axis[a].kind = PARAMETER_REAL;
}

static enum status check_ranks(const struct search_csv_reader *r, struct error *err)
{
    bool best = false;
    for (size_t i = 0; i < r->n_cells; i++) {
        if (r->rank[i] < 1 || r->rank[i] > r->n_cells)
            return error_refuse(err, csv_path(r->sheet.reader), NULL,
                                "rank %zu among %zu cells", r->rank[i], r->n_cells);
        best = best || (r->rank[i] == 1 && isfinite(r->mean[i]));
    }
    if (best)
        return STATUS_OK;
    return error_refuse(err, csv_path(r->sheet.reader), NULL,
                        "no cell of rank 1 has a mean");
}

static enum status read_cells(struct search_csv_reader *r, struct error *err)
{
    TRY(read_header(r, err));
    TRY(sheet_next(&r->sheet, err));
    while (r->sheet.more) {
        TRY(read_cell(r, err));
        TRY(sheet_next(&r->sheet, err));
    }
    if (r->n_cells == 0)
        return error_refuse(err, csv_path(r->sheet.reader), NULL,
                            "expected at least one cell, found a header only");
    for (size_t a = 0; a < r->n_axes; a++)
        find_kind(r, a);
    return check_ranks(r, err);
}

enum status search_csv_read(const char *path, struct arena *mem, struct search_csv *ret,
                            struct error *err)
{
    struct search_csv_reader r = {0};
    TRY(sheet_open(&r.sheet, path, mem, err));
    enum status status = read_cells(&r, err);
    sheet_close(&r.sheet);
    if (status == STATUS_OK)
        *ret = (struct search_csv){r.n_axes,
                                   r.n_cells,
                                   r.folds,
                                   r.axis,
                                   r.value,
                                   r.score,
                                   r.mean,
                                   r.rank,
                                   r.rounds > 0 ? r.iter : NULL,
                                   r.rounds > 0 ? r.resources : NULL};
    return status;
}
