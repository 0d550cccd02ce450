/* Scalars of a YAML file as DVC writes them; a part of dvc/dvc_dump.h.
 *
 * Whoever writes must know in which column he is, since lines are folded behind column
 * DVC_WIDTH; columns and lengths count characters, not bytes. */
#ifndef DVC_DVC_SCALAR_H
#define DVC_DVC_SCALAR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/banned.h"
#include "base/text.h"

#define DVC_WIDTH ((size_t)80)

/* The longest key that stands before its ':' on one line; "? key" begins a longer one. */
#define DVC_MAX_SIMPLE_KEY ((size_t)122)

struct dvc_pen {
    struct text *out;
    size_t column; // of the next character, from 0
};

/* A text taken apart into characters. */
struct dvc_characters {
    const uint32_t *c; // [n]
    size_t n;
};
struct dvc_characters dvc_characters_of(struct view text, struct arena *mem);

/* U+0085, U+2028, U+2029 and the newline. */
bool dvc_is_break(uint32_t c);

/* True when a plain or single-quoted text may hold the character. */
bool dvc_is_printable(uint32_t c);

enum dvc_style { DVC_PLAIN, DVC_SINGLE, DVC_DOUBLE };

/* The style that a text needs so that it reads back as this text.  simple_key: it stands
 * before a ':' on its line. */
enum dvc_style dvc_style_of(struct view text, struct dvc_characters s, bool simple_key);

/* True for what DVC's reader takes for a date, if it stands there without quotes. */
bool dvc_is_date(struct view text);

/* Write one character; the line's end and the indent of the next one. */
void dvc_pen_put(struct dvc_pen *pen, uint32_t c);
void dvc_pen_indent(struct dvc_pen *pen, size_t indent);

/* Writes the characters in a style.  fold: lines may be folded, to the indent. */
void dvc_pen_write(struct dvc_pen *pen, struct dvc_characters s, enum dvc_style style,
                   size_t indent, bool fold);

#endif
