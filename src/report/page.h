/* The report's page: one HTML file that needs nothing else, without scripts.
 *
 * The frame; what stands in it are the rows of sections.def.  The bytes depend on the
 * report alone: no clock, no host, no path of the machine. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "report/report.h"

/* Writes the whole page into out. */
void page_write(const struct report *r, struct text *out);

extern const char *const page_style[]; // lines of the style sheet
extern const size_t page_style_lines;

#endif
