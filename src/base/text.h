/* Text: views into bytes that someone else owns, a builder, strict numbers, nearest
 * names.
 *
 * A view is a pointer and a length; it may hold NUL bytes and is never printed with
 * %s. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"

struct view {
    const char *p;
    size_t n;
};

#define VIEW(literal) ((struct view){literal, sizeof(literal) - 1})

struct view view_of(const char *cstring);
bool view_eq(struct view a, struct view b);
bool view_is(struct view a, const char *cstring);
struct view view_trim(struct view v); // without blanks and tabs at both ends

/* The first place where the text stands in the view, or NULL. */
const char *text_find(struct view v, const char *what);

/* A growing text in an arena.  t->p is NUL-terminated after every call. */
struct text {
    struct arena *mem;
    char *p;
    size_t n, cap;
};

void text_add(struct text *t, const char *p, size_t n);
void text_puts(struct text *t, const char *cstring);
void text_putc(struct text *t, char c);
void text_addf(struct text *t, const char *format, ...) PRINTF_LIKE(2, 3);

/* Strict integers in decimal, an optional minus, nothing before or behind; false when the
 * text is anything else or does not fit. */
bool text_int64(struct view v, int64_t *ret);
bool text_size(struct view v, size_t *ret);

/* True when the pattern, in which * stands for any run of characters, matches the whole
 * name. */
bool text_match(const char *pattern, const char *name);

/* The order of two `const char *` by their bytes, for qsort. */
int text_order(const void *a, const void *b);

/* Returns the candidate nearest to name by edit distance (at most a third of its length,
 * at least one), or NULL when none is near.  Ignores case. */
const char *text_nearest(struct view name, const char *const *candidates, size_t n);

/* Returns the length, 1 … 4, of the character at p, or 0 when no valid UTF-8 stands
 * there. */
size_t text_utf8_step(const char *p, size_t n);

/* Returns the offset of the first byte that is not part of valid UTF-8, or n. */
size_t text_utf8_valid(const char *p, size_t n);

/* The code point of the valid character of step bytes, 1 … 4, at p. */
uint32_t text_code_point(const char *p, size_t step);

/* True for a character that shows as itself and moves nothing else: no control of either
 * set, no line separator, no direction mark, embedding, override or isolate, nothing
 * without width. */
bool text_is_plain(uint32_t code_point);

/* What a person is shown of text that somebody else wrote, on a terminal and on a page:
 * plain characters as they are, all others as \xNN (controls of ASCII, and bytes that are
 * no UTF-8), \uNNNN or \UNNNNNNNN.  A terminal then obeys none of it, and nothing reads
 * other than it is.
 *
 * text_escape takes one character of the n bytes at p (n > 0), puts what is shown at
 * *out, which has room for TEXT_ESCAPED bytes, moves *out behind it and returns how many
 * bytes of p it took.  It writes at most four bytes for each that it takes, or the
 * character itself, and no NUL.  text_add_shown adds all of the text. */
#define TEXT_ESCAPED 10
size_t text_escape(char **out, const char *p, size_t n);
void text_add_shown(struct text *t, struct view v);

/* FNV-1a over n bytes, continuing from h (TEXT_HASH_START for the first piece). */
#define TEXT_HASH_START UINT64_C(14695981039346656037)
uint64_t text_hash(uint64_t h, const void *p, size_t n);

#endif
