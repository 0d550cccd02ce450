/* Drawing in SVG, inline in the page: lines, areas, marks and labels in units of the
 * view box.
 *
 * Colours and line widths are classes of the page's style sheet, so that one drawing
 * serves light, dark and print.  Every drawing has a title and a description, and is
 * one image to a screen reader. */
#ifndef DRAW_SVG_H
#define DRAW_SVG_H

#include "draw/html.h"

/* Opens <svg>; id is unique in the page; the drawing scales with its column. */
void svg_begin(struct html *h, const char *id, double width, double height,
               const char *title, const char *description);
void svg_end(struct html *h);

void svg_line(struct html *h, const char *class, double x1, double y1, double x2,
              double y2);
void svg_rect(struct html *h, const char *class, double x, double y, double width,
              double height, const char *tip);

/* Marks differ in shape as well as in colour. */
enum svg_mark { SVG_RING, SVG_DIAMOND, SVG_TRIANGLE, SVG_STAR };

/* A mark of radius r; tip, when not NULL, is what a pointer that rests on it shows. */
void svg_mark(struct html *h, enum svg_mark mark, const char *class, double x, double y,
              double r, const char *tip);

/* anchor is "start", "middle" or "end". */
void svg_label(struct html *h, const char *class, const char *anchor, double x, double y,
               const char *text);

/* A line through n points; a point with a place that is no number interrupts it. */
void svg_polyline(struct html *h, const char *class, const double *x, const double *y,
                  size_t n);

#endif
