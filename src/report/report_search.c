/* Reads search.csv: the cells of the grid, their scores, and how close they are to the
 * best.
 *
 * The one-standard-error rule (Breiman, Friedman, Olshen & Stone, Classification and
 * Regression Trees, 1984, 3.4.3): the standard error of the best cell's mean is the
 * standard deviation of its scores over the folds (n - 1) divided by sqrt(folds); a
 * cell whose mean is no further than that from the best is not told apart from it. */
#include "report/report_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "report/sheet.h"

struct search_columns {
    size_t first_fold, mean, rank; // axes stand before the first fold
};

struct search_reader {
    struct sheet sheet;
    struct search_columns column;
    struct report_search s;
    size_t *rank; // [n_cells]
    size_t cap;
};

static enum status find_columns(struct search_reader *r, struct error *err)
{
    char name[32] = "score_1";

    TRY(sheet_column(&r->sheet, name, &r->column.first_fold, err));
    TRY(sheet_column(&r->sheet, "score_mean", &r->column.mean, err));
    TRY(sheet_column(&r->sheet, "rank", &r->column.rank, err));
    r->s.n_axes = r->column.first_fold;
    for (size_t c = r->column.first_fold; c < r->sheet.p; c++) {
        snprintf(name, sizeof(name), "score_%zu", r->s.folds + 1);
        if (strcmp(r->sheet.name[c], name) != 0)
            break;
        r->s.folds++;
    }
    return STATUS_OK;
}

static void reserve(struct search_reader *r)
{
    struct report_search *s = &r->s;
    struct arena *mem = r->sheet.mem;
    size_t n = s->n_cells, cap = n == 0 ? 256 : 2 * n;

    if (n < r->cap)
        return;
    s->text = arena_grow(mem, s->text, n * s->n_axes * sizeof(*s->text),
                         cap * s->n_axes * sizeof(*s->text));
    s->fold = arena_grow(mem, s->fold, n * s->folds * sizeof(*s->fold),
                         cap * s->folds * sizeof(*s->fold));
    s->mean = arena_grow(mem, s->mean, n * sizeof(*s->mean), cap * sizeof(*s->mean));
    r->rank = arena_grow(mem, r->rank, n * sizeof(*r->rank), cap * sizeof(*r->rank));
    r->cap = cap;
}

static enum status read_cell(struct search_reader *r, struct error *err)
{
    struct report_search *s = &r->s;
    size_t cell = s->n_cells;

    for (size_t a = 0; a < s->n_axes; a++)
        s->text[cell * s->n_axes + a] = sheet_text(&r->sheet, a);
    for (size_t f = 0; f < s->folds; f++)
        TRY(sheet_real(&r->sheet, r->column.first_fold + f, &s->fold[cell * s->folds + f],
                       err));
    TRY(sheet_real(&r->sheet, r->column.mean, &s->mean[cell], err));
    TRY(sheet_count(&r->sheet, r->column.rank, &r->rank[cell], err));
    s->n_cells++;
    return STATUS_OK;
}

static enum status read_cells(struct search_reader *r, struct error *err)
{
    TRY(sheet_next(&r->sheet, err));
    while (r->sheet.more) {
        reserve(r);
        TRY(read_cell(r, err));
        TRY(sheet_next(&r->sheet, err));
    }
    if (r->s.n_cells > 0)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "expected at least one cell, found a header only");
    error_at(err, csv_path(r->sheet.reader), 0, 0);
    return STATUS_INPUT;
}

/* Axes: the different values of each column. */

static bool value_of(const char *text, double *ret)
{
    return number_parse(text, strlen(text), ret);
}

static int by_number(const void *a, const void *b)
{
    double x = 0, y = 0;

    value_of(*(const char *const *)a, &x);
    value_of(*(const char *const *)b, &y);
    return (x > y) - (x < y);
}

static void collect_values(const struct report_search *s, size_t a,
                           struct report_axis *axis)
{
    for (size_t cell = 0; cell < s->n_cells; cell++) {
        const char *text = s->text[cell * s->n_axes + a];
        size_t i = 0;
        while (i < axis->n && strcmp(axis->value[i], text) != 0)
            i++;
        if (i < axis->n)
            continue;
        if (axis->n == REPORT_AXIS_VALUES) {
            axis->n = 0;
            return;
        }
        axis->value[axis->n++] = text;
    }
}

static void find_axis(const struct report_search *s, size_t a, const char *name,
                      struct arena *mem, struct report_axis *ret)
{
    bool numbers = true;
    double x;

    *ret = (struct report_axis){.name = name};
    ret->value = ARENA_ARRAY(mem, const char *, REPORT_AXIS_VALUES);
    collect_values(s, a, ret);
    for (size_t i = 0; i < ret->n; i++)
        numbers = numbers && value_of(ret->value[i], &x);
    if (numbers && ret->n > 1)
        qsort(ret->value, ret->n, sizeof(*ret->value), by_number);
    for (size_t cell = 0; cell < s->n_cells; cell++)
        for (size_t i = 0; i < ret->n; i++)
            if (strcmp(ret->value[i], s->text[cell * s->n_axes + a]) == 0)
                s->at[cell * s->n_axes + a] = i;
}

/* The part behind the step's name, as long as it is one axis's alone. */
static const char *brief_name(const struct report_search *s, size_t a)
{
    const char *dot = strrchr(s->axis[a].name, '.');

    if (!dot || !dot[1])
        return s->axis[a].name;
    for (size_t b = 0; b < s->n_axes; b++) {
        const char *other = strrchr(s->axis[b].name, '.');
        if (b != a && strcmp(other ? other : s->axis[b].name, dot) == 0)
            return s->axis[a].name;
    }
    return dot + 1;
}

static void find_axes(struct search_reader *r)
{
    struct report_search *s = &r->s;

    s->at = ARENA_ARRAY(r->sheet.mem, size_t, s->n_cells * s->n_axes);
    s->axis = ARENA_ARRAY(r->sheet.mem, struct report_axis, s->n_axes);
    for (size_t a = 0; a < s->n_axes; a++)
        find_axis(s, a, r->sheet.name[a], r->sheet.mem, &s->axis[a]);
    for (size_t a = 0; a < s->n_axes; a++)
        s->axis[a].brief = brief_name(s, a);
}

/* Order: by rank, and by place in the grid where ranks are equal. */

struct ranked {
    size_t rank, cell;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->cell < y->cell ? -1 : x->cell > y->cell;
}

static void find_order(struct search_reader *r)
{
    struct report_search *s = &r->s;
    struct ranked *all = ARENA_ARRAY(r->sheet.mem, struct ranked, s->n_cells);

    s->order = ARENA_ARRAY(r->sheet.mem, size_t, s->n_cells);
    for (size_t i = 0; i < s->n_cells; i++)
        all[i] = (struct ranked){r->rank[i], i};
    qsort(all, s->n_cells, sizeof(*all), by_rank);
    for (size_t i = 0; i < s->n_cells; i++)
        s->order[i] = all[i].cell;
}

static void find_closeness(struct report_search *s)
{
    const double *fold = s->fold + s->order[0] * s->folds;
    double best = s->mean[s->order[0]], sum = 0;

    s->higher_is_better = true;
    for (size_t i = 0; i < s->n_cells; i++)
        if (s->mean[i] > best)
            s->higher_is_better = false;
    for (size_t f = 0; f < s->folds; f++)
        sum += (fold[f] - best) * (fold[f] - best);
    double folds = (double)s->folds;
    s->error = s->folds < 2 ? NAN : sqrt(sum / (folds - 1)) / sqrt(folds);
    for (size_t i = 0; i < s->n_cells; i++)
        if (i == s->order[0] || fabs(s->mean[i] - best) <= s->error)
            s->within_error++;
}

enum status report_search_read(const char *path, struct arena *mem, struct report *report,
                               struct error *err)
{
    struct search_reader r = {0};

    TRY(sheet_open(&r.sheet, path, mem, err));
    enum status status = find_columns(&r, err);
    if (status == STATUS_OK)
        status = read_cells(&r, err);
    if (status == STATUS_OK) {
        find_axes(&r);
        find_order(&r);
        find_closeness(&r.s);
        report->search = r.s;
    }
    sheet_close(&r.sheet);
    return status;
}
