/* Figures as a table: cells like those of a file, laid out by the grid. */
#include "show/figures.h"

#include <math.h>

#include "data/stats.h"
#include "show/grid.h"

enum { FIGURES = 8 };

/* The cells of one row.  A figure that does not exist is missing. */
static void set_row(const char *name, double *x, size_t texts, size_t n,
                    struct listing_cell *cell)
{
    struct stats f = stats_of(x, n);
    stats_sort(x, n);
    double median = f.n > 0 ? stats_quantile(x, f.n, 0.5) : NAN;
    double figure[FIGURES] = {NAN,
                              (double)(f.n + texts),
                              (double)(f.missing - texts),
                              f.mean,
                              f.std,
                              f.min,
                              median,
                              f.max};
    cell[0] = (struct listing_cell){.kind = LISTING_TEXT, .text = view_of(name)};
    for (size_t k = 1; k < FIGURES; k++) {
        bool known = isfinite(figure[k]) && (f.n > 0 || k < 3);
        cell[k] = (struct listing_cell){.kind = known ? LISTING_NUMBER : LISTING_MISSING,
                                        .number = figure[k]};
    }
}

void figures_add(const char *const *name, double *const *x, const size_t *texts, size_t p,
                 size_t n, size_t columns, struct text *out)
{
    static const char *const names[FIGURES] = {"column", "n",   "missing", "mean",
                                               "std",    "min", "median",  "max"};
    struct listing_cell *cell = ARENA_ARRAY(out->mem, struct listing_cell, p * FIGURES);
    struct grid grid;
    grid_begin(&grid, names, FIGURES, out->mem);
    for (size_t c = 0; c < p; c++) {
        set_row(name[c], x[c], texts[c], n, cell + c * FIGURES);
        for (size_t k = 0; k < FIGURES; k++)
            grid_measure(&grid, k, &cell[c * FIGURES + k]);
    }
    grid_fit(&grid, columns);
    grid_names(&grid, out);
    for (size_t c = 0; c < p; c++) {
        for (size_t k = 0; k < grid.n; k++)
            grid_put(&grid, k, &cell[c * FIGURES + k], out);
        grid_end(out);
    }
}
