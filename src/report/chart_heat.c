/* Heat maps in small multiples (Tufte, Envisioning Information, 1990, chapter 4).
 *
 * Levels instead of a continuous colour: seven shades can be told apart and printed in
 * a legend.  The best cell has a frame and cells within one standard error a dot, so
 * that colour is not alone. */
#include "report/chart_heat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "draw/figure.h"
#include "draw/scale.h"
#include "draw/svg.h"

#define GLYPH 5.6 // units that a character of a label takes

enum { MAX_PANELS = 24, MAX_ROWS = 64 };

/* Layout */

static size_t length(const struct heat *heat, size_t shown)
{
    return heat->search->axis[heat->shown[shown]].n;
}

/* Takes the first axes that have several values and leave the drawing small enough. */
static void choose_axes(struct heat *heat)
{
    size_t cells = 1;

    for (size_t a = 0; a < heat->search->table.n_axes && heat->n_shown < 3; a++) {
        size_t n = heat->search->axis[a].n;
        if (n < 2 || n > MAX_ROWS || cells * n > HEAT_CELLS)
            continue;
        cells *= n;
        heat->shown[heat->n_shown++] = a;
    }
    if (heat->n_shown == 3 && length(heat, 0) > MAX_PANELS)
        heat->n_shown = 2;
    heat->panels = heat->n_shown == 3 ? length(heat, 0) : 1;
    heat->rows = heat->n_shown >= 2 ? length(heat, heat->n_shown - 2) : 1;
    heat->columns = heat->n_shown >= 1 ? length(heat, heat->n_shown - 1) : 1;
}

static size_t slot_of(const struct heat *heat, size_t cell)
{
    size_t slot = 0;

    for (size_t i = 0; i < heat->n_shown; i++)
        slot = slot * length(heat, i) +
               heat->search->at[cell * heat->search->table.n_axes + heat->shown[i]];
    return slot;
}

/* Cells are taken from the best to the worst, so the first in a slot is the best
 * there. */
static void place_cells(struct heat *heat, struct arena *mem)
{
    size_t n = heat->panels * heat->rows * heat->columns;

    heat->cell = ARENA_ARRAY(mem, size_t, n);
    for (size_t i = 0; i < n; i++)
        heat->cell[i] = SIZE_MAX;
    for (size_t i = 0; i < heat->search->table.n_cells; i++) {
        size_t cell = heat->search->order[i];
        size_t slot = slot_of(heat, cell);
        if (heat->cell[slot] == SIZE_MAX)
            heat->cell[slot] = cell;
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The shortfalls above zero that are drawn, sorted; returns how many. */
static size_t shortfalls(const struct heat *heat, double *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < heat->panels * heat->rows * heat->columns; i++) {
        double by = heat->cell[i] == SIZE_MAX
                        ? NAN
                        : report_shortfall(heat->search, heat->cell[i]);
        if (by > 0 && range_holds(by))
            ret[n++] = by;
    }
    qsort(ret, n, sizeof(*ret), ascending);
    return n;
}

/* The limits run in even steps through the sequence 1, 2, 5, 10, … from the tenth part
 * of the shortfalls to seven tenths: what is near the best deserves the finer steps. */
static void find_limits(struct heat *heat, struct arena *mem)
{
    double *by = ARENA_ARRAY(mem, double, heat->panels * heat->rows * heat->columns);
    double sequence[512];
    size_t n = shortfalls(heat, by), length = 0;

    if (n == 0)
        return;
    for (double x = scale_round_down(by[n / 10]); length < COUNT_OF(sequence);
         x = scale_round_next(x)) {
        sequence[length++] = x;
        if (x >= by[n - 1 - 3 * n / 10])
            break;
    }
    size_t most = HEAT_LEVELS - 1;
    heat->n_limits = length < most ? length : most;
    for (size_t i = 0; i < heat->n_limits; i++)
        heat->limit[i] =
            length <= most ? sequence[i] : sequence[i * (length - 1) / (most - 1)];
}

void heat_init(struct heat *heat, const struct report_search *search, struct arena *mem)
{
    *heat = (struct heat){.search = search};
    choose_axes(heat);
    place_cells(heat, mem);
    find_limits(heat, mem);
}

size_t heat_level(const struct heat *heat, double shortfall)
{
    size_t level = 0;

    if (isnan(shortfall))
        return HEAT_LEVELS;
    while (level < heat->n_limits && shortfall > heat->limit[level] * (1 + 1e-12))
        level++;
    return level;
}

/* Drawing */

struct layout {
    double width, left, top, cell_width, cell_height;
};

static const struct report_axis *row_axis(const struct heat *heat)
{
    return heat->n_shown < 2 ? NULL : &heat->search->axis[heat->shown[heat->n_shown - 2]];
}

static const struct report_axis *column_axis(const struct heat *heat)
{
    return heat->n_shown < 1 ? NULL : &heat->search->axis[heat->shown[heat->n_shown - 1]];
}

static double label_width(const struct report_axis *axis)
{
    size_t longest = 0;

    for (size_t i = 0; axis && i < axis->n; i++) {
        size_t n = strlen(axis->value[i]);
        longest = n > longest ? n : longest;
    }
    return GLYPH * (double)longest;
}

static struct layout lay_out(const struct heat *heat)
{
    struct layout l = {.width = heat->panels > 1 ? 150 : 330, .top = 2};
    double left = label_width(row_axis(heat)) + 5;

    l.left = row_axis(heat) ? (left > l.width / 2 ? l.width / 2 : left) : 2;
    l.cell_width = (l.width - l.left - 2) / (double)heat->columns;
    l.cell_height = heat->rows > 12 ? 11 : heat->panels > 1 ? 16 : 20;
    return l;
}

static const char *tip(const struct heat *heat, size_t cell, struct text *t)
{
    const struct report_search *s = heat->search;
    char value[32];

    t->n = 0;
    for (size_t a = 0; a < s->table.n_axes; a++)
        text_addf(t, "%s %s, ", s->axis[a].brief, report_value(s, cell, a, value));
    text_addf(t, "score %s", FIGURE(s->table.mean[cell]));
    return t->p;
}

static void draw_cell(struct html *h, const struct heat *heat, const struct layout *l,
                      size_t cell, double x, double y, struct text *t)
{
    static const char *const classes[] = {"q0", "q1", "q2", "q3", "q4", "q5", "q6", "qn"};
    size_t level = cell == SIZE_MAX
                       ? HEAT_LEVELS
                       : heat_level(heat, report_shortfall(heat->search, cell));

    svg_rect(h, classes[level], x, y, l->cell_width - 1, l->cell_height - 1,
             cell == SIZE_MAX ? NULL : tip(heat, cell, t));
    if (cell != SIZE_MAX && cell != heat->search->order[0] &&
        report_is_close(heat->search, cell))
        svg_mark(h, SVG_RING, "dot", x + l->cell_width / 2 - 0.5,
                 y + l->cell_height / 2 - 0.5, 1.8, NULL);
}

static void draw_cells(struct html *h, const struct heat *heat, const struct layout *l,
                       size_t panel)
{
    struct text t = {.mem = h->out->mem};
    const size_t *cell = heat->cell + panel * heat->rows * heat->columns;

    for (size_t r = 0; r < heat->rows; r++)
        for (size_t c = 0; c < heat->columns; c++)
            draw_cell(h, heat, l, cell[r * heat->columns + c],
                      l->left + (double)c * l->cell_width,
                      l->top + (double)r * l->cell_height, &t);
    for (size_t i = 0; i < heat->rows * heat->columns; i++) // above its neighbours
        if (cell[i] == heat->search->order[0])
            svg_rect(h, "best", l->left + (double)(i % heat->columns) * l->cell_width,
                     l->top + (double)(i / heat->columns) * l->cell_height,
                     l->cell_width - 1, l->cell_height - 1, NULL);
}

/* Labels as far as they fit beside each other. */
static void draw_labels(struct html *h, const struct heat *heat, const struct layout *l)
{
    const struct report_axis *rows = row_axis(heat), *columns = column_axis(heat);
    double under = l->top + (double)heat->rows * l->cell_height + 9;
    size_t every = 1;

    for (size_t r = 0; rows && r < rows->n; r++)
        svg_label(h, NULL, "end", l->left - 3,
                  l->top + ((double)r + 0.5) * l->cell_height + 3, rows->value[r]);
    while (columns && (double)every * l->cell_width < label_width(columns) + 2 &&
           every < columns->n)
        every++;
    for (size_t c = 0; columns && c < columns->n; c += every)
        svg_label(h, NULL, "middle", l->left + ((double)c + 0.5) * l->cell_width, under,
                  columns->value[c]);
}

/* The best cell of a panel, in words. */
static const char *describe(const struct heat *heat, size_t panel, struct text *t)
{
    const size_t *cell = heat->cell + panel * heat->rows * heat->columns;
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < heat->rows * heat->columns; i++)
        if (cell[i] != SIZE_MAX &&
            (best == SIZE_MAX || report_shortfall(heat->search, cell[i]) <
                                     report_shortfall(heat->search, best)))
            best = cell[i];
    if (best == SIZE_MAX)
        return "No cell.";
    return arena_format(t->mem, "Best here: %s.", tip(heat, best, t));
}

void heat_draw(struct html *h, const struct heat *heat, size_t panel)
{
    struct text t = {.mem = h->out->mem};
    struct layout l = lay_out(heat);
    char id[32];
    const char *title = "The grid";

    snprintf(id, sizeof(id), "heat%zu", panel + 1);
    if (heat->n_shown == 3) {
        const struct report_axis *axis = &heat->search->axis[heat->shown[0]];
        title = arena_format(h->out->mem, "The grid at %s %s", axis->brief,
                             axis->value[panel]);
    }
    svg_begin(h, id, l.width, l.top + (double)heat->rows * l.cell_height + 12, title,
              describe(heat, panel, &t));
    draw_cells(h, heat, &l, panel);
    draw_labels(h, heat, &l);
    svg_end(h);
}

static void legend_item(struct html *h, const char *class, const char *text)
{
    html_begin(h, "li");
    html_begin_class(h, "i", class);
    html_end(h);
    html_text(h, text);
    html_end(h);
}

void heat_legend(struct html *h, const struct heat *heat)
{
    struct arena *mem = h->out->mem;
    char class[16];

    html_begin_class(h, "ul", "keys");
    legend_item(h, "best", "best cell");
    if (heat->search->within_error > 1)
        legend_item(h, "near", "within one standard error");
    for (size_t i = 0; i <= heat->n_limits && heat->n_limits > 0; i++) {
        bool last = i == heat->n_limits;
        snprintf(class, sizeof(class), "q%zu", i);
        legend_item(h, class,
                    last ? "further behind"
                         : arena_format(mem, i == 0 ? "at most %s behind" : "at most %s",
                                        TICK(heat->limit[i])));
    }
    html_end(h);
}
