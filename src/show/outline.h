/* A JSON document laid out for people: indented, and whatever fits a line on one.
 *
 * Numbers are rounded as in a table (number_rounded); text is escaped as JSON does, and
 * what a terminal would obey as text_escape does.  Keys keep the file's order. */
#ifndef SHOW_OUTLINE_H
#define SHOW_OUTLINE_H

#include <jansson.h>

#include "base/text.h"

/* Adds the document, a newline behind it; lines have about so many characters. */
void outline_add(const json_t *document, size_t columns, struct text *out);

#endif
