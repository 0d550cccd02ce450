/* Long texts of a document, which go around the parser. */
#ifndef FILE_JSON_INTERNAL_H
#define FILE_JSON_INTERNAL_H

#include "file/json.h"

struct long_text {
    size_t number; // of all strings of the document, keys and values, in their order
    struct view text;
};

struct long_texts {
    size_t n, cap;
    struct long_text *v;
};

/* The document with "" in the place of each value that is a long text of plain ASCII
 * without an escape; the same bytes where there is none.  What is returned, and the list,
 * are in mem and borrow text. */
struct view json_cut_long(struct view text, struct arena *mem, struct long_texts *ret);

/* Puts the texts back into the parsed document. */
void json_put_long(json_t *document, const struct long_texts *texts);

#endif
