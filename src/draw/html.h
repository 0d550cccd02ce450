/* HTML and SVG as text, built so that it is well-formed and nothing in it can be data
 * by mistake.
 *
 * Elements are opened and closed like brackets; text and attribute values are escaped;
 * what is not plain text shows escaped (text_escape).  There is no way to
 * write a piece of markup that comes from data: names of elements and attributes are
 * the program's own literals.
 *
 *     struct html h;
 *     html_init(&h, &text);
 *     html_begin(&h, "td");
 *     html_attr(&h, "class", "number");       // before any content
 *     html_text(&h, cell);                    // escaped
 *     html_end(&h);                           // </td>
 *
 * Attributes follow html_begin directly; anything else closes the start tag.  Inside
 * <svg> an empty element is written as <path … />.  Elements that stand on a line of
 * their own begin with a newline, so that two pages can be compared line by line. */
#ifndef DRAW_HTML_H
#define DRAW_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/text.h"

#define HTML_DEPTH 32
#define HTML_LONG_NAME ((size_t)16) // bytes of a name that is never broken

struct html {
    struct text *out;
    const char *open[HTML_DEPTH]; // [depth] names of the elements that are open
    size_t depth;
    size_t svg;    // depth of the <svg> that we are in; 0: in none
    bool in_start; // the start tag of open[depth - 1] still takes attributes
};

void html_init(struct html *h, struct text *out);

/* Writes <!doctype html>. */
void html_doctype(struct html *h);

void html_begin(struct html *h, const char *name);
void html_attr(struct html *h, const char *name, const char *value);

/* The same, formatted; at most 255 bytes. */
void html_attrf(struct html *h, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Closes the innermost element. */
void html_end(struct html *h);

void html_text(struct html *h, const char *cstring);
void html_view(struct html *h, struct view v);
void html_textf(struct html *h, const char *format, ...) PRINTF_LIKE(2, 3);

/* Writes an element that holds nothing but text; class may be NULL. */
void html_element(struct html *h, const char *name, const char *class,
                  const char *cstring);
void html_elementf(struct html *h, const char *name, const char *class,
                   const char *format, ...) PRINTF_LIKE(4, 5);

/* Writes a name that may be broken behind underscores when it is long. */
void html_name(struct html *h, const char *name);

/* Begins an element with a class. */
void html_begin_class(struct html *h, const char *name, const char *class);

/* Writes a style sheet of n lines, literals of the program, as it is. */
void html_style(struct html *h, const char *const *line, size_t n);

#endif
