/* Names of classes, numbered in the order in which they come.
 *
 *     struct classes c = {.mem = mem};
 *     code = classes_code(&c, name);   // 0, 1, …; the same name has the same code
 *     c.name[code] */
#ifndef STEPS_CLASSES_H
#define STEPS_CLASSES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

struct classes {
    struct arena *mem;
    size_t n;
    const char **name; // [n]
    uint64_t *hash;    // [n] text_hash of the name
    size_t slots;      // a power of two, above 2 n; 0 at first
    uint32_t *slot;    // [slots] a code + 1; 0: free
};

/* The code of a name, which is copied when it is new. */
size_t classes_code(struct classes *c, struct view name);

/* The codes of n names in the order of the names' bytes; ret has n elements. */
void classes_order(const char *const *name, size_t n, size_t *ret);

#endif
