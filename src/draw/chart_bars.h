/* Horizontal bars as a table: a name, a figure, a bar, so that names of any length can
 * be read on any screen. */
#ifndef DRAW_CHART_BARS_H
#define DRAW_CHART_BARS_H

#include "draw/html.h"

struct bar {
    const char *name;
    double value;     // not finite: no bar
    const char *note; // behind the name, or NULL
    bool faint;       // not part of the choice
};

/* Writes the rows of a table body; bars are measured against the largest value. */
void bars_draw(struct html *h, const struct bar *bar, size_t n);

#endif
