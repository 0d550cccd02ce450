/* Open addressing, at most half full. */
#include "base/names.h"

#include <string.h>

#include "base/text.h"

/* The slot that holds the name, or the empty one where it belongs. */
static size_t slot_of(const struct names *names, const char *name)
{
    size_t at = (size_t)text_hash(TEXT_HASH_START, name, strlen(name));
    for (at &= names->slots - 1; names->slot[at]; at = (at + 1) & (names->slots - 1))
        if (strcmp(names->v[names->slot[at] - 1], name) == 0)
            break;
    return at;
}

static void grow(struct names *names)
{
    names->slots = names->slots ? 2 * names->slots : 32;
    names->slot = ARENA_ARRAY(names->mem, uint32_t, names->slots);
    for (size_t i = 0; i < names->n; i++)
        names->slot[slot_of(names, names->v[i])] = (uint32_t)i + 1;
}

size_t names_add(struct names *names, const char *name)
{
    if (2 * (names->n + 1) > names->slots)
        grow(names);
    size_t at = slot_of(names, name);
    if (!names->slot[at]) {
        ARENA_ROOM(names->mem, names->v, names->n, names->cap, 16);
        names->v[names->n++] = name;
        names->slot[at] = (uint32_t)names->n;
    }
    return names->slot[at] - 1;
}

size_t names_find(const struct names *names, const char *name)
{
    if (names->n == 0)
        return NAMES_NONE;
    size_t at = slot_of(names, name);
    return names->slot[at] ? names->slot[at] - 1 : NAMES_NONE;
}
