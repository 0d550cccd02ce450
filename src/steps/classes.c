/* A hash table of names with open addressing, doubled when it is half full. */
#include "steps/classes.h"

#include <stdlib.h>
#include <string.h>

/* The slot where the name stands, or the free one where it would. */
static size_t find(const struct classes *c, struct view name, uint64_t hash)
{
    size_t at = hash & (c->slots - 1);
    while (c->slot[at] != 0) {
        size_t code = c->slot[at] - 1;
        if (c->hash[code] == hash && view_is(name, c->name[code]))
            break;
        at = (at + 1) & (c->slots - 1);
    }
    return at;
}

static void grow(struct classes *c)
{
    size_t slots = c->slots ? 2 * c->slots : 16;
    const char **name = ARENA_ARRAY(c->mem, const char *, slots / 2);
    uint64_t *hash = ARENA_ARRAY(c->mem, uint64_t, slots / 2);
    for (size_t i = 0; i < c->n; i++) {
        name[i] = c->name[i];
        hash[i] = c->hash[i];
    }
    c->name = name;
    c->hash = hash;
    c->slots = slots;
    c->slot = ARENA_ARRAY(c->mem, uint32_t, slots);
    for (size_t i = 0; i < c->n; i++)
        c->slot[find(c, view_of(name[i]), hash[i])] = (uint32_t)i + 1;
}

size_t classes_code(struct classes *c, struct view name)
{
    uint64_t hash = text_hash(TEXT_HASH_START, name.p, name.n);
    if (2 * c->n >= c->slots)
        grow(c);
    size_t at = find(c, name, hash);
    if (c->slot[at] == 0) {
        c->name[c->n] = arena_copy(c->mem, name.p, name.n);
        c->hash[c->n] = hash;
        c->slot[at] = (uint32_t)++c->n;
    }
    return c->slot[at] - 1;
}

struct named_code {
    const char *name;
    size_t code;
};

static int first_name(const void *a, const void *b)
{
    const struct named_code *u = a, *v = b;
    return strcmp(u->name, v->name);
}

void classes_order(const char *const *name, size_t n, size_t *ret)
{
    struct arena scratch = {0};
    struct named_code *sorted = ARENA_ARRAY(&scratch, struct named_code, n);
    for (size_t i = 0; i < n; i++)
        sorted[i] = (struct named_code){name[i], i};
    if (n > 0)
        qsort(sorted, n, sizeof *sorted, first_name);
    for (size_t i = 0; i < n; i++)
        ret[i] = sorted[i].code;
    arena_release(&scratch);
}
