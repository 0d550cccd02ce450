/* SVG: shapes as elements, places rounded to a tenth of a unit.
 *
 * A tenth of a unit is finer than a pixel at any size the page is shown at, and short.
 * What was traded away: curves; every line is straight. */
#include "draw/svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define PLACE_BYTES 32

/* A place as "12.3", "12", "-0.5"; what is no number stands at 0. */
static const char *place(double v, char *buffer)
{
    if (!isfinite(v) || fabs(v) > 1e6)
        v = 0;
    int n = snprintf(buffer, PLACE_BYTES, "%.1f", v);
    if (n > 2 && strcmp(buffer + n - 2, ".0") == 0)
        buffer[n - 2] = '\0';
    if (strcmp(buffer, "-0") == 0)
        buffer = "0";
    return buffer;
}

#define PLACE(v) place((v), (char[PLACE_BYTES]){0})

void svg_begin(struct html *h, const char *id, double width, double height,
               const char *title, const char *description)
{
    html_begin(h, "svg");
    html_attrf(h, "viewBox", "0 0 %s %s", PLACE(width), PLACE(height));
    html_attr(h, "role", "img");
    html_attrf(h, "aria-labelledby", "%s-t %s-d", id, id);
    html_begin(h, "title");
    html_attrf(h, "id", "%s-t", id);
    html_text(h, title);
    html_end(h);
    html_begin(h, "desc");
    html_attrf(h, "id", "%s-d", id);
    html_text(h, description);
    html_end(h);
}

void svg_end(struct html *h)
{
    html_end(h);
}

void svg_line(struct html *h, const char *class, double x1, double y1, double x2,
              double y2)
{
    html_begin_class(h, "path", class);
    html_attrf(h, "d", "M%s %sL%s %s", PLACE(x1), PLACE(y1), PLACE(x2), PLACE(y2));
    html_end(h);
}

static void tip_and_end(struct html *h, const char *tip)
{
    if (tip)
        html_element(h, "title", NULL, tip);
    html_end(h);
}

void svg_rect(struct html *h, const char *class, double x, double y, double width,
              double height, const char *tip)
{
    html_begin_class(h, "path", class);
    html_attrf(h, "d", "M%s %sh%sv%sh%sz", PLACE(x), PLACE(y), PLACE(width),
               PLACE(height), PLACE(-width));
    tip_and_end(h, tip);
}

/* A closed outline of n corners, in units of r around the middle. */
static void outline(struct html *h, const double (*corner)[2], size_t n, double x,
                    double y, double r)
{
    char d[256];
    size_t used = 0;

    for (size_t i = 0; i < n; i++)
        used +=
            (size_t)snprintf(d + used, sizeof(d) - used, "%c%s %s", i == 0 ? 'M' : 'L',
                             PLACE(x + r * corner[i][0]), PLACE(y + r * corner[i][1]));
    html_attrf(h, "d", "%sz", d);
}

void svg_mark(struct html *h, enum svg_mark mark, const char *class, double x, double y,
              double r, const char *tip)
{
    static const double diamond[][2] = {{0, -1.2}, {1.2, 0}, {0, 1.2}, {-1.2, 0}};
    static const double triangle[][2] = {{0, -1.2}, {1.1, 0.8}, {-1.1, 0.8}};
    static const double star[][2] = {{0, -1.6}, {0.4, -0.4}, {1.6, 0},  {0.4, 0.4},
                                     {0, 1.6},  {-0.4, 0.4}, {-1.6, 0}, {-0.4, -0.4}};

    html_begin_class(h, mark == SVG_RING ? "circle" : "path", class);
    if (mark == SVG_DIAMOND) {
        outline(h, diamond, COUNT_OF(diamond), x, y, r);
    } else if (mark == SVG_TRIANGLE) {
        outline(h, triangle, COUNT_OF(triangle), x, y, r);
    } else if (mark == SVG_STAR) {
        outline(h, star, COUNT_OF(star), x, y, r);
    } else {
        html_attr(h, "cx", PLACE(x));
        html_attr(h, "cy", PLACE(y));
        html_attr(h, "r", PLACE(r));
    }
    tip_and_end(h, tip);
}

void svg_label(struct html *h, const char *class, const char *anchor, double x, double y,
               const char *text)
{
    html_begin_class(h, "text", class);
    html_attr(h, "x", PLACE(x));
    html_attr(h, "y", PLACE(y));
    html_attr(h, "text-anchor", anchor);
    html_text(h, text);
    html_end(h);
}

/* The path may be long, so it is gathered in the page's arena instead of a fixed
 * buffer. */
void svg_polyline(struct html *h, const char *class, const double *x, const double *y,
                  size_t n)
{
    struct text d = {.mem = h->out->mem};
    bool down = false;

    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) {
            down = false;
            continue;
        }
        text_addf(&d, "%c%s %s", down ? 'L' : 'M', PLACE(x[i]), PLACE(y[i]));
        down = true;
    }
    if (d.n == 0)
        return;
    html_begin_class(h, "path", class);
    html_attr(h, "d", d.p);
    html_end(h);
}
