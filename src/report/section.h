/* What a section of the page is made with: the report, its verdict, and the pieces that
 * sections share.
 *
 * Each section is one file, page_<name>.c, that exports one function, and one row of
 * sections.def; page.c calls them in the order of the rows.  A section reads the report
 * and writes through the builder; it decides nothing, and knows neither the frame nor
 * another section. */
#ifndef REPORT_SECTION_H
#define REPORT_SECTION_H

#include "draw/html.h"
#include "report/report.h"
#include "draw/svg.h"
#include "report/verdict.h"

struct page {
    struct html *h;
    const struct report *r;
    const struct verdict *v;
    struct arena *mem;
};

#define SECTION(name) void page_##name(const struct page *p);
#include "report/sections.def"
#undef SECTION

void page_commands(const struct page *p); // the end of page_recipe
void page_curves(const struct page *p);   // the end of page_classes

/* Pieces that sections share. */

/* Opens and closes <section> with its heading; id is its anchor. */
void page_section(const struct page *p, const char *id, const char *heading);
void page_section_end(const struct page *p);

/* Opens a table in a box that scrolls when it must, with a caption, and a row of column
 * headers; a header that begins with '#' is of a column of numbers (the sign is left
 * out). */
void page_table(const struct page *p, const char *class, const char *caption,
                const char *const *header, size_t n);
void page_table_end(const struct page *p);

void page_row(const struct page *p, const char *class,
              const char *name); // opens <tr> with its <th>
void page_cell(const struct page *p, const char *text);
void page_number(const struct page *p, const char *text);
void page_row_end(const struct page *p);

/* "1 row", "1,606 rows". */
const char *page_counted(const struct page *p, size_t n, const char *one,
                         const char *many);

/* Points of one part for a plot, in the order of time. */
enum page_axes {
    PREDICTION_BY_TIME,
    PREDICTION_BY_ACTUAL,
    RESIDUAL_BY_TIME,
    RESIDUAL_BY_PREDICTION
};

struct points {
    size_t n;
    double *x, *y;    // [n]
    const char **tip; // [n] NULL where there are too many
};

/* Gathers the rows of a part, at most about 600 of all rows. */
struct points page_points(const struct page *p, const struct report_series *s,
                          enum report_part part, enum page_axes axes);

/* How a part looks and is called. */
struct part_look {
    const char *class, *label;
    enum svg_mark mark;
    double radius;
};

extern const struct part_look page_looks[]; // by enum report_part

/* How curves of one chart look, which a key tells apart: a colour and a dash each. */
enum { PAGE_CURVES = 6 };
extern const char *const page_curve_look[PAGE_CURVES];

/* One entry of a chart's key: the mark, -1 for a line, and what it stands for. */
void page_key(const struct page *p, const char *class, int mark, const char *label);

#endif
