/* A grid search as heat maps: one panel a value of the first axis, rows of the second,
 * columns of the third.
 *
 * With two axes there is one panel, with one axis one row.  Of more axes the first
 * three that fit are shown, and a cell holds the best over the others.  The colour says
 * how far a cell is below the best, in steps of 1, 2 or 5 times a power of ten that
 * follow from the scores themselves, since scores of a grid often span many orders of
 * magnitude. */
#ifndef REPORT_CHART_HEAT_H
#define REPORT_CHART_HEAT_H

#include "draw/html.h"
#include "report/report.h"

#define HEAT_LEVELS ((size_t)7)
#define HEAT_CELLS ((size_t)2000) // at most that many are drawn

struct heat {
    const struct report_search *search;
    size_t n_shown;  // axes that are drawn, 0 … 3
    size_t shown[3]; // indices of axes, in the order of the file
    size_t panels, rows, columns;
    size_t *cell;    // [panels][rows][columns] the best cell there; SIZE_MAX: none
    size_t n_limits; // limits between levels
    double limit[HEAT_LEVELS - 1]; // level i holds shortfalls up to limit[i]
};

/* Lays the search out. */
void heat_init(struct heat *heat, const struct report_search *search, struct arena *mem);

/* The level of a shortfall, from 0 (best); HEAT_LEVELS for one that is not known. */
size_t heat_level(const struct heat *heat, double shortfall);

/* Writes one panel as <svg>. */
void heat_draw(struct html *h, const struct heat *heat, size_t panel);

/* Writes the legend as a list. */
void heat_legend(struct html *h, const struct heat *heat);

#endif
