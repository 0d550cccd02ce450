/* Plots: a frame with gridlines and labels, then the line, then the marks. */
#include "draw/chart_plot.h"

#include <math.h>
#include <stdint.h>

#include "draw/figure.h"
#include "draw/scale.h"

/* The plot under way. */
struct canvas {
    struct html *h;
    const struct plot *p;
    struct scale x, y;
    double left, right; // of the gridlines
    double line_height; // of a label
};

static void add_points(struct axis_range *x, struct axis_range *y, const double *px,
                       const double *py, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!range_holds(px[i]) || !range_holds(py[i]))
            continue;
        range_add(x, px[i]);
        range_add(y, py[i]);
    }
}

/* The width of a label: every character counts as a digit. */
static double label_width(const struct plot *p, const char *label)
{
    size_t n = 0;

    for (; *label; label++)
        n += ((unsigned char)*label & 0xC0) != 0x80;
    return p->glyph * (double)n;
}

static double widest_label(const struct plot *p, const struct scale *y)
{
    double widest = 0;

    for (size_t i = 0; i < y->n; i++) {
        double width = label_width(p, TICK(y->tick[i]));
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void scale_x(struct canvas *c, struct axis_range x)
{
    const struct plot *p = c->p;
    double inset =
        p->glyph * (p->axis == PLOT_NUMBERS ? 2 : 1); // marks and labels at the ends

    c->left = widest_label(p, &c->y) + 6;
    c->right = p->width - 1;
    double from = c->left + inset, to = c->right - inset;
    if (p->axis == PLOT_NUMBERS) {
        size_t wanted = (size_t)((to - from) / (p->glyph * 7));
        scale_real(&c->x, x, wanted < 3 ? 3 : wanted > 8 ? 8 : wanted, from, to);
    } else {
        double label = p->glyph * (x.high - x.low > 4 * 365 ? 5.5 : 8.5);
        scale_days(&c->x, x, (size_t)((to - from) / label), from, to);
    }
}

static bool set_scales(struct canvas *c)
{
    const struct plot *p = c->p;
    struct axis_range x = RANGE_NONE, y = RANGE_NONE;

    add_points(&x, &y, p->line_x, p->line_y, p->n_line);
    for (size_t i = 0; i < p->n_curves; i++)
        add_points(&x, &y, p->curves[i].x, p->curves[i].y, p->curves[i].n);
    for (size_t i = 0; i < p->n_marks; i++)
        add_points(&x, &y, p->marks[i].x, p->marks[i].y, p->marks[i].n);
    add_points(&x, &y, p->band_x, p->band_low, p->n_bands);
    add_points(&x, &y, p->band_x, p->band_high, p->n_bands);
    if (x.low > x.high)
        return false;
    if (p->zero)
        range_add(&y, 0);
    c->line_height = p->glyph * 2;
    scale_real(&c->y, y, 6, p->height - c->line_height * (p->x_name ? 2 : 1) - 2,
               c->line_height * (p->y_name ? 1.6 : 0.6));
    scale_x(c, x);
    return true;
}

static void draw_y_axis(const struct canvas *c)
{
    for (size_t i = 0; i < c->y.n; i++) {
        double y = scale_at(&c->y, c->y.tick[i]);
        bool zero = c->p->zero && c->y.tick[i] == 0;
        svg_line(c->h, zero ? "zero" : "grid", c->left, y, c->right, y);
        svg_label(c->h, NULL, "end", c->left - 4, y + c->p->glyph * 0.6,
                  TICK(c->y.tick[i]));
    }
    if (c->p->y_name)
        svg_label(c->h, "name", "start", 0, c->p->glyph * 1.5, c->p->y_name);
}

static void draw_x_axis(const struct canvas *c)
{
    char buffer[16];
    double under = c->y.from + c->line_height * 0.95;

    svg_line(c->h, c->p->zero ? "grid" : "base", c->left, c->y.from, c->right, c->y.from);
    for (size_t i = 0; i < c->x.n && c->p->axis != PLOT_ORDER; i++) {
        double x = scale_at(&c->x, c->x.tick[i]);
        svg_line(c->h, "tick", x, c->y.from, x, c->y.from + 3);
        svg_label(c->h, NULL, "middle", x, under,
                  c->p->axis == PLOT_DAYS ? scale_day_label(&c->x, c->x.tick[i], buffer)
                                          : TICK(c->x.tick[i]));
    }
    if (c->p->x_name)
        svg_label(c->h, "name", "end", c->right, under + c->line_height * 0.95,
                  c->p->x_name);
}

static void draw_line(const struct canvas *c, const struct plot_curve *l)
{
    struct arena *mem = c->h->out->mem;
    double *x = ARENA_ARRAY(mem, double, l->n), *y = ARENA_ARRAY(mem, double, l->n);

    for (size_t i = 0; i < l->n; i++) {
        bool shown = range_holds(l->x[i]) && range_holds(l->y[i]);
        x[i] = shown ? scale_at(&c->x, l->x[i]) : NAN;
        y[i] = shown ? scale_at(&c->y, l->y[i]) : NAN;
    }
    svg_polyline(c->h, l->class, x, y, l->n);
}

static void draw_lines(const struct canvas *c)
{
    const struct plot *p = c->p;
    draw_line(c, &(struct plot_curve){"line", p->n_line, p->line_x, p->line_y});
    for (size_t i = 0; i < p->n_curves; i++)
        draw_line(c, &p->curves[i]);
}

static void draw_bands(const struct canvas *c)
{
    const struct plot *p = c->p;
    for (size_t i = 0; i < p->n_bands; i++)
        if (range_holds(p->band_low[i]) && range_holds(p->band_high[i]))
            svg_line(c->h, "band", scale_at(&c->x, p->band_x[i]),
                     scale_at(&c->y, p->band_low[i]), scale_at(&c->x, p->band_x[i]),
                     scale_at(&c->y, p->band_high[i]));
}

static void draw_marks(const struct canvas *c, const struct plot_marks *m)
{
    html_begin_class(c->h, "g", m->class);
    for (size_t i = 0; i < m->n; i++)
        if (range_holds(m->x[i]) && range_holds(m->y[i]))
            svg_mark(c->h, m->mark, NULL, scale_at(&c->x, m->x[i]),
                     scale_at(&c->y, m->y[i]), m->radius, m->tip ? m->tip[i] : NULL);
    html_end(c->h);
}

/* A box that the note may take. */
struct box {
    double left, right, top, bottom;
};

static size_t count_inside(const struct canvas *c, const struct box *box, const double *x,
                           const double *y, size_t n)
{
    size_t inside = 0;

    for (size_t i = 0; i < n; i++) {
        double px = scale_at(&c->x, x[i]), py = scale_at(&c->y, y[i]);
        inside += px > box->left && px < box->right && py > box->top && py < box->bottom;
    }
    return inside;
}

static size_t count_covered(const struct canvas *c, const struct box *box)
{
    const struct plot *p = c->p;
    size_t covered = count_inside(c, box, p->line_x, p->line_y, p->n_line);

    for (size_t i = 0; i < p->n_marks; i++)
        covered += count_inside(c, box, p->marks[i].x, p->marks[i].y, p->marks[i].n);
    return covered;
}

/* The height for the note that covers the fewest points, and of those the nearest to
 * the mark. */
static double find_room(const struct canvas *c, double right, double mark)
{
    double best = mark, height = c->line_height;
    double width = label_width(c->p, c->p->note);
    size_t fewest = SIZE_MAX;
    int places = 4 * (int)((c->y.from - c->y.to) / height) + 2;

    for (int i = 0; i < places; i++) { // above and below in turn, ever further away
        double middle = mark + (i % 2 ? 1 : -1) * height * (1 + 0.5 * (i / 2));
        struct box box = {right - width - 4, right + 4, middle - height * 0.7,
                          middle + height * 0.7};
        if (box.top < c->y.to - height * 0.5 || box.bottom > c->y.from)
            continue;
        size_t covered = count_covered(c, &box);
        if (covered < fewest) {
            fewest = covered;
            best = middle;
        }
    }
    return best;
}

static void draw_note(const struct canvas *c)
{
    const struct plot_marks *m = &c->p->marks[c->p->n_marks - 1];

    if (!c->p->note || m->n == 0 || !range_holds(m->x[m->n - 1]) ||
        !range_holds(m->y[m->n - 1]))
        return;
    double right = scale_at(&c->x, m->x[m->n - 1]) + m->radius;
    double middle = find_room(c, right, scale_at(&c->y, m->y[m->n - 1]));
    svg_label(c->h, "note", "end", right, middle + c->p->glyph * 0.6, c->p->note);
}

bool plot_draw(struct html *h, const struct plot *p)
{
    struct canvas c = {.h = h, .p = p};

    if (!set_scales(&c))
        return false;
    svg_begin(h, p->id, p->width, p->height, p->title, p->description);
    draw_y_axis(&c);
    draw_x_axis(&c);
    draw_lines(&c);
    draw_bands(&c);
    for (size_t i = 0; i < p->n_marks; i++)
        draw_marks(&c, &p->marks[i]);
    if (p->n_marks > 0)
        draw_note(&c);
    svg_end(h);
    return true;
}
