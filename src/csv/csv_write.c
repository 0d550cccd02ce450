/* Writing CSV: cells into the output's buffer, quoted where a reader would otherwise be
 * wrong.
 *
 * A record of one empty cell would be a blank line, which readers skip; it is written as
 * "".  A cell that begins with a byte order mark is quoted so that it survives as a
 * file's first cell. */
#include "csv/csv.h"

#include "base/number.h"

enum { NUMBER_MAX = 32 };

/* Begins a cell: writes the comma between it and the one before. */
static enum status begin_cell(struct csv_writer *w, bool empty, struct error *err)
{
    bool first = !w->started;
    w->started = true;
    w->lone_empty = first && empty;
    return first ? STATUS_OK : output_write(w->out, ",", 1, err);
}

static bool wants_quotes(struct view cell)
{
    char first = cell.p[0], last = cell.p[cell.n - 1];
    if (first == ' ' || first == '\t' || last == ' ' || last == '\t' || first == '\xEF')
        return true;
    for (size_t i = 0; i < cell.n; i++)
        if (cell.p[i] == ',' || cell.p[i] == '"' || cell.p[i] == '\n' ||
            cell.p[i] == '\r')
            return true;
    return false;
}

/* True when a spreadsheet would take the cell for a formula. */
static bool is_formula(struct view cell)
{
    return cell.n > 0 && memchr("=+-@\t\r\n", cell.p[0], sizeof("=+-@\t\r\n"));
}

/* Writes the text with each quote twice. */
static enum status put_doubled(struct csv_writer *w, struct view cell, struct error *err)
{
    const char *p = cell.p, *end = cell.p + cell.n, *quote;
    while ((quote = memchr(p, '"', (size_t)(end - p))) != NULL) {
        TRY(output_write(w->out, p, (size_t)(quote - p) + 1, err));
        TRY(output_write(w->out, "\"", 1, err));
        p = quote + 1;
    }
    return output_write(w->out, p, (size_t)(end - p), err);
}

enum status csv_put_text(struct csv_writer *w, struct view cell, struct error *err)
{
    bool formula = w->for_people && is_formula(cell);
    TRY(begin_cell(w, cell.n == 0, err));
    if (cell.n == 0)
        return STATUS_OK;
    if (!wants_quotes(cell)) {
        if (formula)
            TRY(output_write(w->out, "'", 1, err));
        return output_write(w->out, cell.p, cell.n, err);
    }
    TRY(output_write(w->out, "\"'", formula ? 2 : 1, err));
    TRY(put_doubled(w, cell, err));
    return output_write(w->out, "\"", 1, err);
}

/* Writes a number, which never needs quotes and is never a formula.  One byte is free in
 * front of its n digits: the comma goes there, so that it is one call. */
static enum status put_digits(struct csv_writer *w, char *text, size_t n,
                              struct error *err)
{
    bool first = !w->started;
    w->started = true;
    w->lone_empty = first && n == 0;
    text[0] = ',';
    return output_write(w->out, text + first, n + !first, err);
}

enum status csv_put_real(struct csv_writer *w, double x, struct error *err)
{
    char text[1 + NUMBER_MAX];
    bool missing = x != x;
    return put_digits(w, text, missing ? 0 : number_csv(x, text + 1), err);
}

enum status csv_put_int(struct csv_writer *w, long long x, struct error *err)
{
    char text[1 + NUMBER_MAX];
    int n = snprintf(text + 1, NUMBER_MAX, "%lld", x);
    return put_digits(w, text, (size_t)n, err);
}

enum status csv_end(struct csv_writer *w, struct error *err)
{
    bool lone = w->lone_empty;
    w->started = w->lone_empty = false;
    return lone ? output_write(w->out, "\"\"\n", 3, err)
                : output_write(w->out, "\n", 1, err);
}
