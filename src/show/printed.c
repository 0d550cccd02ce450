/* Printing in one go: a table that is laid out must be known before its first line is. */
#include "show/printed.h"

#include <string.h>

#include "show/grid.h"

static void add_grid(const struct printed *t, size_t columns, struct text *out)
{
    struct grid grid;
    grid_begin(&grid, t->name, t->p, out->mem);
    for (size_t i = 0; i < t->n; i++)
        for (size_t c = 0; c < t->p; c++)
            grid_measure(&grid, c, &t->cell[i * t->p + c]);
    grid_fit(&grid, columns);
    grid_names(&grid, out);
    for (size_t i = 0; i < t->n; i++) {
        for (size_t c = 0; c < grid.n; c++)
            grid_put(&grid, c, &t->cell[i * t->p + c], out);
        grid_end(out);
    }
}

void printed_cell(struct view v, struct text *out)
{
    bool quote = false;
    for (size_t i = 0; i < v.n; i++)
        quote = quote || strchr(",\"\r\n", v.p[i]) != NULL;
    if (!quote) {
        text_add(out, v.p, v.n);
        return;
    }
    text_putc(out, '"');
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] == '"')
            text_putc(out, '"');
        text_putc(out, v.p[i]);
    }
    text_putc(out, '"');
}

static void add_csv(const struct printed *t, struct text *out)
{
    char buffer[40];
    for (size_t c = 0; c < t->p; c++) {
        printed_cell(view_of(t->name[c]), out);
        text_putc(out, c + 1 < t->p ? ',' : '\n');
    }
    for (size_t i = 0; i < t->n * t->p; i++) {
        printed_cell(listing_text(&t->cell[i], buffer), out);
        text_putc(out, (i + 1) % t->p > 0 ? ',' : '\n');
    }
}

void printed_add(const struct printed *t, size_t columns, struct text *out)
{
    if (columns > 0)
        add_grid(t, columns, out);
    else
        add_csv(t, out);
}
