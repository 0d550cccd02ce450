/* Memory that is given back all at once.
 *
 * A stage has one arena for its run and one for scratch; whatever a function returns
 * lives in the arena that was passed in, and that is the whole ownership rule.  Nothing
 * is freed singly; scratch is rewound to a mark after each fold or block of rows.  A
 * struct of zeros is an empty arena.
 *
 *     struct arena mem = {0};
 *     double *x = ARENA_ARRAY(&mem, double, n); // zeroed, aligned to 64 bytes when >= 64
 *     arena_release(&mem);
 *
 * Out of memory ends the process (status 3, one line, temporary files removed): no caller
 * checks. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/compiler.h"

struct arena_block;

struct arena {
    struct arena_block *head;  // newest block
    size_t used;               // bytes used of the newest block
    struct arena_block *spare; // blocks that a rewind gave back
};

struct arena_mark {
    struct arena_block *head;
    size_t used;
};

/* Returns size zeroed bytes; size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size) MALLOC_LIKE;

/* Returns count * size zeroed bytes; a product that overflows counts as out of memory. */
void *arena_array(struct arena *a, size_t count, size_t size) MALLOC_LIKE;

/* Returns a larger copy of an array of old bytes, the size it was allocated with; in
 * place when it is the newest allocation, but never under a sanitizer, which then watches
 * the old place.  The new bytes are zeroed. */
void *arena_grow(struct arena *a, void *p, size_t old, size_t wanted);

/* Returns the array of n elements of that size with room for one more: where *cap is used
 * up it is doubled, from `first` on, and p moved.  ARENA_ROOM does it for an array and
 * the variable that holds its capacity. */
void *arena_room(struct arena *a, void *p, size_t n, size_t *cap, size_t first,
                 size_t size);
#define ARENA_ROOM(a, p, n, cap, first)                                                  \
    ((p) = arena_room((a), (p), (n), &(cap), (first), sizeof(*(p))))

/* Returns a NUL-terminated copy of n bytes. */
char *arena_copy(struct arena *a, const char *p, size_t n);
char *arena_string(struct arena *a, const char *cstring);

/* Returns formatted text. */
char *arena_format(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);

/* A mark, and the way back to it: what was allocated since is gone, its memory stays for
 * reuse. */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);
void arena_release(struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc(a, sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_array(a, count, sizeof(type)))

/* Ends the process: removes unfinished temporary files, prints one line, exits with
 * status 3.  wanted_bytes is 0 where a library does not tell. */
NO_RETURN void out_of_memory(size_t wanted_bytes);

/* The same with "error: <subject> <what>", for a signal handler.  What was handed to
 * on_give_up last is called first by both: the files of this process that are not whole
 * go.  Then what was handed to on_last_words last is told. */
void on_give_up(void (*clear)(void));
void on_last_words(void (*tell)(const char *subject, const char *what));
NO_RETURN void give_up(const char *subject, const char *what);

#endif
