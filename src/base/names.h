/* Names by number and numbers by name: a table for whoever looks up many.
 *
 *     struct names names = {.mem = mem};
 *     size_t i = names_add(&names, "train@milk");    // 0, and 0 again
 *     names_find(&names, "train@milk");              // 0; NAMES_NONE for one not added
 *
 * Numbers are given from 0 in the order of adding. */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

#define NAMES_NONE SIZE_MAX

struct names {
    struct arena *mem;
    const char **v; // [n]
    uint64_t *hash; // [n] text_hash of the name
    size_t n, cap;
    uint32_t *slot; // [slots]: number + 1, or 0; slots is a power of two
    size_t slots;
};

/* The number of the name, which is added where it is new; the text must outlive names. */
size_t names_add(struct names *names, const char *name);

/* The same; of a new name a copy is kept, in names->mem. */
size_t names_code(struct names *names, struct view name);

/* The number of the name, or NAMES_NONE; also of zeros. */
size_t names_find(const struct names *names, const char *name);

#endif
