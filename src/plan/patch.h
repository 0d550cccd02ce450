/* Changes to a text by whole lines; what no change names stays byte for byte.
 *
 *     struct patch patch = {.bytes = bytes, .mem = mem};
 *     patch_open(&patch);
 *     patch_replace(&patch, 3, 5, VIEW("two lines become\nthese\n"));
 *     struct view result = patch_apply(&patch);
 *
 * Lines are counted from 0.  Changes do not overlap; those at one place keep the order in
 * which they came. */
#ifndef PLAN_PATCH_H
#define PLAN_PATCH_H

#include "base/text.h"

/* Lines from .. to (without it) become the text. */
struct patch_change {
    size_t from, to;
    struct view text;
};

struct patch {
    struct view bytes;
    struct arena *mem;
    size_t *line; // [n_lines + 1] offset of each; the last is the end
    size_t n_lines;
    struct patch_change *change; // [n] by .from
    size_t n, cap;
};

/* Finds the lines of the bytes. */
void patch_open(struct patch *p);

/* Line i without its end. */
struct view patch_line(const struct patch *p, size_t i);

void patch_replace(struct patch *p, size_t from, size_t to, struct view text);

/* The text with all changes. */
struct view patch_apply(const struct patch *p);

#endif
