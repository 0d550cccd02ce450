/* A strict little reader of markup, for tests of what writes it. */
#ifndef TESTS_MARKUP_H
#define TESTS_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

/* Checks that all elements are closed in order, attribute values are quoted, no raw < or
 * & stands in text or values, ids are unique, and that nothing runs or is fetched: no
 * script, no on… attribute, no href or src.  Returns NULL when all is well, else what is
 * wrong, with the place; valid until the next call. */
const char *markup_fault(const char *html);

/* How many elements of that name there are. */
size_t markup_count(const char *html, const char *name);

/* Whether the text stands in the document between tags, as a whole or in part. */
bool markup_shows(const char *html, const char *text);

#endif
