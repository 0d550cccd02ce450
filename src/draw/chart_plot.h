/* Lines and marks over a time axis or a number axis: the price chart and the residuals.
 *
 * A plot is described by a struct and drawn in one call; what is not finite is left
 * out, and a gap in a line is a point that is no number.  Font sizes are the style
 * sheet's; `glyph` is the width that one digit takes at the largest of them, from which
 * margins and the number of labels follow, so that nothing overlaps on a narrow
 * screen. */
#ifndef DRAW_CHART_PLOT_H
#define DRAW_CHART_PLOT_H

#include "draw/svg.h"

enum plot_axis { PLOT_NUMBERS, PLOT_DAYS, PLOT_ORDER };

struct plot_marks {
    const char *class;
    enum svg_mark mark;
    double radius;
    size_t n;
    const double *x, *y;    // [n]
    const char *const *tip; // [n] or NULL
};

/* One of several lines that a key tells apart. */
struct plot_curve {
    const char *class;
    size_t n;
    const double *x, *y; // [n]
};

struct plot {
    const char *id, *title, *description;
    double width, height; // of the view box
    double glyph;
    enum plot_axis axis;         // of x; order: no labels
    const char *x_name, *y_name; // beside the axes
    bool zero;                   // y = 0 is part of the chart and drawn as a line
    size_t n_line;
    const double *line_x, *line_y; // [n_line]
    size_t n_curves;
    const struct plot_curve *curves; // [n_curves], above the line, below the marks
    size_t n_bands;
    const double *band_x, *band_low, *band_high; // [n_bands] lines from low to high
    size_t n_marks;
    const struct plot_marks *marks; // [n_marks], drawn in this order
    const char *note;               // beside the last mark of the last series, or NULL
};

/* Draws the plot; false, with nothing drawn, when there is not one point to show. */
bool plot_draw(struct html *h, const struct plot *p);

#endif
