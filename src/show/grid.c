/* Tables for people.
 *
 * Widths are counted in characters; what a terminal shows two columns wide counts as one
 * (traded away: the tables of the C library depend on the locale, which no output here
 * does). */
#include "show/grid.h"

#include <math.h>

#include "base/number.h"

#define GAP ((size_t)2)
#define NARROWEST ((size_t)16) // that a column of text is narrowed to
#define LONG_NUMBER ((size_t)9)

void grid_begin(struct grid *g, const char *const *name, size_t p, struct arena *mem)
{
    *g = (struct grid){.p = p, .n = p, .name = name, .cell = {.mem = mem}};
    g->width = ARENA_ARRAY(mem, size_t, p);
    g->number = ARENA_ARRAY(mem, bool, p);
    g->other = ARENA_ARRAY(mem, bool, p);
}

static size_t characters(const struct text *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        n += ((unsigned char)t->p[i] & 0xC0) != 0x80;
    return n;
}

/* Leaves the cell's text, as it is shown, in g->cell. */
static void set_text(struct grid *g, const struct listing_cell *cell)
{
    char buffer[40];
    double x = listing_real(cell);
    struct view v = listing_text(cell, buffer);
    bool digits_only = !v.n || (!memchr(v.p, '.', v.n) && !memchr(v.p, 'e', v.n));
    if (v.n > LONG_NUMBER && !digits_only && !isnan(x))
        v = (struct view){buffer, number_rounded(x, buffer)};
    g->cell.n = 0;
    text_add_shown(&g->cell, v);
}

static void widen(struct grid *g, size_t c)
{
    size_t n = characters(&g->cell);
    g->width[c] = n > g->width[c] ? n : g->width[c];
}

void grid_measure(struct grid *g, size_t c, const struct listing_cell *cell)
{
    bool empty = cell->kind == LISTING_MISSING ||
                 (cell->kind == LISTING_TEXT && cell->text.n == 0);
    bool number = cell->kind == LISTING_NUMBER ||
                  (cell->kind != LISTING_BOOL && !isnan(listing_real(cell)));
    g->number[c] = g->number[c] || number;
    g->other[c] = g->other[c] || (!number && !empty);
    set_text(g, cell);
    widen(g, c);
}

static bool at_right(const struct grid *g, size_t c)
{
    return g->number[c] && !g->other[c];
}

/* The widest column that can be narrowed, or p. */
static size_t widest_text(const struct grid *g)
{
    size_t widest = g->p;
    for (size_t c = 0; c < g->p; c++)
        if (!at_right(g, c) && g->width[c] > NARROWEST &&
            (widest == g->p || g->width[c] > g->width[widest]))
            widest = c;
    return widest;
}

static size_t total_width(const struct grid *g)
{
    size_t total = 0;
    for (size_t c = 0; c < g->n; c++)
        total += g->width[c] + (c > 0 ? GAP : 0);
    return total;
}

void grid_fit(struct grid *g, size_t columns)
{
    for (size_t c = 0; c < g->p; c++) {
        g->cell.n = 0;
        text_add_shown(&g->cell, view_of(g->name[c]));
        widen(g, c);
    }
    for (size_t total = total_width(g), c; total > columns; total--) {
        c = widest_text(g);
        if (c == g->p)
            break;
        g->width[c]--;
    }
    while (g->n > 1 && total_width(g) > columns)
        g->n--;
    if (g->n > 0 && g->width[0] > columns)
        g->width[0] = columns;
}

/* Adds g->cell in its column's width; of a longer one the beginning, with "~" behind. */
static void put_cell(struct grid *g, size_t c, struct text *line)
{
    size_t n = characters(&g->cell), width = g->width[c], end = 0, k = 0;
    bool cut = n > width;
    if (c > 0)
        text_add(line, "  ", GAP);
    for (size_t i = n; at_right(g, c) && i < width; i++)
        text_putc(line, ' ');
    for (; end < g->cell.n; end++) {
        k += ((unsigned char)g->cell.p[end] & 0xC0) != 0x80;
        if (cut && k == width)
            break;
    }
    text_add(line, g->cell.p, end);
    if (cut)
        text_putc(line, '~');
    for (size_t i = n; !at_right(g, c) && i < width; i++)
        text_putc(line, ' ');
}

void grid_put(struct grid *g, size_t c, const struct listing_cell *cell,
              struct text *line)
{
    set_text(g, cell);
    put_cell(g, c, line);
}

void grid_end(struct text *line)
{
    while (line->n > 0 && line->p[line->n - 1] == ' ')
        line->n--;
    text_putc(line, '\n');
}

void grid_names(struct grid *g, struct text *line)
{
    for (size_t c = 0; c < g->n; c++) {
        g->cell.n = 0;
        text_add_shown(&g->cell, view_of(g->name[c]));
        put_cell(g, c, line);
    }
    grid_end(line);
}
