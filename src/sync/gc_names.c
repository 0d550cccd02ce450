#include "sync/gc_names.h"

#include <stdlib.h>
#include <string.h>

#include "digest/digest.h"

void gc_names_add(struct gc_names *k, const char *name, struct arena *mem)
{
    ARENA_ROOM(mem, k->v, k->n, k->cap, 256);
    k->v[k->n++] = name;
}

void gc_names_settle(struct gc_names *k)
{
    size_t n = 0;
    if (k->n)
        qsort(k->v, k->n, sizeof(*k->v), text_order);
    for (size_t i = 0; i < k->n; i++)
        if (n == 0 || strcmp(k->v[n - 1], k->v[i]) != 0)
            k->v[n++] = k->v[i];
    k->n = n;
}

bool gc_names_have(const struct gc_names *k, const char *name)
{
    return k->n && bsearch(&name, k->v, k->n, sizeof(*k->v), text_order);
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_';
}

/* Adds everything in a line that has the shape of an object's name. */
static void find_in_line(struct view line, struct gc_names *ret, struct arena *mem)
{
    for (size_t i = 0; i < line.n;) {
        size_t end = i;
        while (end < line.n && is_word(line.p[end]))
            end++;
        if (end - i == MD5_HEX - 1) {
            bool folder = line.n - end >= 4 && memcmp(line.p + end, ".dir", 4) == 0;
            const char *name = arena_copy(mem, line.p + i, end - i + (folder ? 4 : 0));
            if (digest_is_object(name))
                gc_names_add(ret, name, mem);
        }
        i = end + 1;
    }
}

void gc_names_find(struct view text, struct gc_names *outs, struct gc_names *deps,
                   struct arena *mem)
{
    struct gc_names *where = outs;
    for (size_t i = 0; i < text.n;) {
        const char *newline = memchr(text.p + i, '\n', text.n - i);
        size_t n = newline ? (size_t)(newline - text.p) - i : text.n - i;
        struct view line = view_trim((struct view){text.p + i, n});
        if (view_is(line, "deps:"))
            where = deps;
        else if (view_is(line, "outs:"))
            where = outs;
        find_in_line(line, where, mem);
        i += n + 1;
    }
}
