/* Open addressing, at most half full. */
#include "base/names.h"

/* The slot that holds the name, or the empty one where it belongs. */
static size_t slot_of(const struct names *names, struct view name, uint64_t hash)
{
    size_t at = (size_t)hash & (names->slots - 1);
    for (; names->slot[at]; at = (at + 1) & (names->slots - 1)) {
        size_t i = names->slot[at] - 1;
        if (names->hash[i] == hash && view_is(name, names->v[i]))
            break;
    }
    return at;
}

static void grow(struct names *names)
{
    names->slots = names->slots ? 2 * names->slots : 32;
    names->slot = ARENA_ARRAY(names->mem, uint32_t, names->slots);
    for (size_t i = 0; i < names->n; i++)
        names->slot[slot_of(names, view_of(names->v[i]), names->hash[i])] =
            (uint32_t)i + 1;
}

static uint64_t hash_of(struct view name)
{
    return text_hash(TEXT_HASH_START, name.p, name.n);
}

/* own: the text to keep of a new name; NULL: a copy. */
static size_t add(struct names *names, struct view name, const char *own)
{
    uint64_t hash = hash_of(name);
    if (2 * (names->n + 1) > names->slots)
        grow(names);
    size_t at = slot_of(names, name, hash), cap = names->cap;
    if (!names->slot[at]) {
        ARENA_ROOM(names->mem, names->hash, names->n, cap, 16);
        ARENA_ROOM(names->mem, names->v, names->n, names->cap, 16);
        names->hash[names->n] = hash;
        names->v[names->n++] = own ? own : arena_copy(names->mem, name.p, name.n);
        names->slot[at] = (uint32_t)names->n;
    }
    return names->slot[at] - 1;
}

size_t names_add(struct names *names, const char *name)
{
    return add(names, view_of(name), name);
}

size_t names_code(struct names *names, struct view name)
{
    return add(names, name, NULL);
}

size_t names_find(const struct names *names, const char *name)
{
    if (names->n == 0)
        return NAMES_NONE;
    struct view v = view_of(name);
    size_t at = slot_of(names, v, hash_of(v));
    return names->slot[at] ? names->slot[at] - 1 : NAMES_NONE;
}
