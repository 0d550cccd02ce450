/* Whole lines of a text, replaced. */
#include "plan/patch.h"

#include <string.h>

void patch_open(struct patch *p)
{
    size_t cap = 0;
    for (size_t i = 0; i < p->bytes.n;) {
        ARENA_ROOM(p->mem, p->line, p->n_lines, cap, 256);
        p->line[p->n_lines++] = i;
        const char *end = memchr(p->bytes.p + i, '\n', p->bytes.n - i);
        i = end ? (size_t)(end - p->bytes.p) + 1 : p->bytes.n;
    }
    ARENA_ROOM(p->mem, p->line, p->n_lines, cap, 256);
    p->line[p->n_lines] = p->bytes.n;
}

struct view patch_line(const struct patch *p, size_t i)
{
    struct view v = {p->bytes.p + p->line[i], p->line[i + 1] - p->line[i]};
    while (v.n > 0 && (v.p[v.n - 1] == '\n' || v.p[v.n - 1] == '\r'))
        v.n--;
    return v;
}

void patch_replace(struct patch *p, size_t from, size_t to, struct view text)
{
    size_t i = p->n;
    ARENA_ROOM(p->mem, p->change, p->n, p->cap, 16);
    for (; i > 0 && p->change[i - 1].from > from; i--)
        p->change[i] = p->change[i - 1];
    p->change[i] = (struct patch_change){from, to, text};
    p->n++;
}

struct view patch_apply(const struct patch *p)
{
    struct text out = {.mem = p->mem};
    size_t at = 0;
    text_puts(&out, "");
    for (size_t i = 0; i < p->n; i++) {
        const struct patch_change *c = &p->change[i];
        if (c->from > at)
            text_add(&out, p->bytes.p + p->line[at], p->line[c->from] - p->line[at]);
        text_add(&out, c->text.p, c->text.n);
        at = c->to > at ? c->to : at;
    }
    text_add(&out, p->bytes.p + p->line[at], p->bytes.n - p->line[at]);
    return (struct view){out.p, out.n};
}
