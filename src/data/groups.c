/* Names to codes by a table of hashes with open addressing (Knuth, The Art of Computer
 * Programming 3, 6.4), twice as long as there are names.  Neighbouring rows mostly have the
 * same name, and where many series follow one another step by step, the name that came
 * behind the last one before: both are looked at first. */
#include "data/groups.h"

#include <stdio.h>

#define FIRST_SLOTS ((size_t)64)

struct group_name group_at(enum type type, const struct column *c, size_t i)
{
    if (type == TYPE_INT64)
        return (struct group_name){.number = ((const int64_t *)c->values)[i]};
    return (struct group_name){.text = {(const char *)c->values + c->offsets[i],
                                        (size_t)(c->offsets[i + 1] - c->offsets[i])}};
}

int group_compare(bool numbers, const struct group_name *a, const struct group_name *b)
{
    if (numbers)
        return (a->number > b->number) - (a->number < b->number);
    size_t n = a->text.n < b->text.n ? a->text.n : b->text.n;
    int order = n > 0 ? memcmp(a->text.p, b->text.p, n) : 0;
    return order ? order : (a->text.n > b->text.n) - (a->text.n < b->text.n);
}

/* FNV-1a of the bytes, mixed once more so that low bits depend on all. */
static uint64_t hash_of(const struct groups *g, const struct group_name *name)
{
    uint64_t h = UINT64_C(14695981039346656037);
    const char *p = g->numbers ? (const char *)&name->number : name->text.p;
    size_t n = g->numbers ? sizeof name->number : name->text.n;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * UINT64_C(1099511628211);
    return h ^ h >> 29;
}

/* The slot of the name: where it stands, or where it belongs. */
static size_t slot_of(const struct groups *g, const struct group_name *name)
{
    size_t i = hash_of(g, name) & (g->slots - 1);
    while (g->slot[i] > 0 && group_compare(g->numbers, &g->name[g->slot[i] - 1], name))
        i = (i + 1) & (g->slots - 1);
    return i;
}

/* Doubles the table, which then is at most half full. */
static void grow(struct groups *g)
{
    g->slots = g->slots > 0 ? 2 * g->slots : FIRST_SLOTS;
    g->slot = ARENA_ARRAY(g->mem, uint32_t, g->slots);
    for (size_t c = 0; c < g->n; c++)
        g->slot[slot_of(g, &g->name[c])] = (uint32_t)(c + 1);
}

static bool is_called(const struct groups *g, uint32_t code,
                      const struct group_name *name)
{
    const struct group_name *own = &g->name[code];
    if (g->numbers)
        return own->number == name->number;
    return own->text.n == name->text.n &&
           (name->text.n == 0 || memcmp(own->text.p, name->text.p, name->text.n) == 0);
}

uint32_t groups_code(struct groups *g, struct group_name name)
{
    if (g->n > 0 && is_called(g, g->last, &name))
        return g->last;
    if (g->n > 0 && g->next && is_called(g, g->next[g->last], &name))
        return g->last = g->next[g->last];
    if (2 * g->n >= g->slots)
        grow(g);
    size_t i = slot_of(g, &name);
    if (g->slot[i] == 0) {
        size_t room = g->cap;
        ARENA_ROOM(g->mem, g->name, g->n, g->cap, 64);
        if (g->cap > room)
            g->next = arena_grow(g->mem, g->next, g->next ? room * sizeof *g->next : 0,
                                 g->cap * sizeof *g->next);
        if (!g->numbers)
            name.text.p = arena_copy(g->mem, name.text.p, name.text.n);
        g->name[g->n++] = name;
        g->slot[i] = (uint32_t)g->n;
    }
    if (g->next)
        g->next[g->last] = g->slot[i] - 1;
    g->last = g->slot[i] - 1;
    return g->last;
}

uint32_t groups_find(const struct groups *g, const struct group_name *name)
{
    uint32_t code = g->slots > 0 ? g->slot[slot_of(g, name)] : 0;
    return code > 0 ? code - 1 : UINT32_MAX;
}

/* A name with the code that it had. */
struct group_sorted {
    struct group_name name;
    uint32_t code;
};

static int by_text(const void *a, const void *b)
{
    return group_compare(false, &((const struct group_sorted *)a)->name,
                         &((const struct group_sorted *)b)->name);
}

static int by_number(const void *a, const void *b)
{
    return group_compare(true, &((const struct group_sorted *)a)->name,
                         &((const struct group_sorted *)b)->name);
}

const uint32_t *groups_sort(struct groups *g)
{
    struct group_sorted *sorted = ARENA_ARRAY(g->mem, struct group_sorted, g->n);
    uint32_t *rank = ARENA_ARRAY(g->mem, uint32_t, g->n);
    for (size_t c = 0; c < g->n; c++)
        sorted[c] = (struct group_sorted){g->name[c], (uint32_t)c};
    if (g->n > 0)
        qsort(sorted, g->n, sizeof *sorted, g->numbers ? by_number : by_text);
    for (size_t c = 0; c < g->n; c++) {
        g->name[c] = sorted[c].name;
        rank[sorted[c].code] = (uint32_t)c;
    }
    if (g->slots > 0)
        memset(g->slot, 0, g->slots * sizeof *g->slot);
    for (size_t c = 0; c < g->n; c++)
        g->slot[slot_of(g, &g->name[c])] = (uint32_t)(c + 1);
    return rank;
}

const char *group_quoted(bool numbers, const struct group_name *name, char *buffer)
{
    if (numbers)
        snprintf(buffer, GROUP_QUOTED, "%lld", (long long)name->number);
    else
        snprintf(buffer, GROUP_QUOTED, "%s", QUOTE_N(name->text.p, name->text.n));
    return buffer;
}

static const char *name_text(const struct groups *g, uint32_t code, char *buffer)
{
    const struct group_name *name = &g->name[code];
    if (g->numbers)
        snprintf(buffer, GROUP_NAME + 1, "%lld", (long long)name->number);
    else
        snprintf(buffer, GROUP_NAME + 1, "%.*s", (int)name->text.n, name->text.p);
    return buffer;
}

const char *group_string(const struct groups *g, uint32_t code, struct arena *mem)
{
    char buffer[GROUP_NAME + 1];
    return arena_string(mem, name_text(g, code, buffer));
}

enum status groups_check(const struct field *field, const struct column *c, size_t n,
                         size_t row, const char *path, struct error *err)
{
    enum status status = STATUS_OK;
    bool text = field->type == TYPE_TEXT;
    if (!text && field->type != TYPE_INT64)
        status = error_set(err, STATUS_INPUT,
                           "groups are texts or whole numbers, but column %s is %s",
                           QUOTE(field->name), type_name(field->type));
    else if (c->missing > 0)
        status = error_set(err, STATUS_INPUT, "a row has no group");
    for (size_t i = 0; status == STATUS_OK && text && i < n; i++)
        if (c->offsets[i + 1] - c->offsets[i] > GROUP_NAME)
            status = error_set(err, STATUS_INPUT,
                               "the group's name in row %zu is longer than %d bytes",
                               row + i + 1, GROUP_NAME);
    if (status != STATUS_OK)
        error_at(err, path, 0, 0);
    return status;
}

struct column groups_column(const struct groups *g, const uint32_t *code, size_t n,
                            struct group_column *b)
{
    b->bytes.mem = g->mem;
    b->bytes.n = 0;
    if (n > b->cap || !b->offsets) {
        b->number = ARENA_ARRAY(g->mem, int64_t, n);
        b->offsets = ARENA_ARRAY(g->mem, int32_t, n + 1);
        b->cap = n;
    }
    for (size_t i = 0; i < n; i++) {
        const struct group_name *name = &g->name[code[i]];
        b->number[i] = name->number;
        if (!g->numbers)
            text_add(&b->bytes, name->text.p, name->text.n);
        b->offsets[i + 1] = (int32_t)b->bytes.n;
    }
    if (g->numbers)
        return (struct column){.values = b->number};
    return (struct column){.values = b->bytes.p ? b->bytes.p : "", .offsets = b->offsets};
}
