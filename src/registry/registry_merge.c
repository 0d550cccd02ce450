/* Merging logs: a rebase of ours onto theirs. */
#include "registry/registry_merge.h"

#include <string.h>

#include "registry/registry_internal.h"

/* The bytes of the lines that both begin with. */
static size_t common(struct view a, struct view b)
{
    size_t n = 0, line = 0;
    while (n < a.n && n < b.n && a.p[n] == b.p[n])
        if (a.p[n++] == '\n')
            line = n;
    return line;
}

static size_t mapped(size_t version, const struct registry_renumbered *map, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (map[i].from == version)
            return map[i].to;
    return version;
}

/* Our moves that they lack, with mapped numbers. */
static enum status own_moves(struct view ours, size_t from,
                             const struct registry_renumbered *map, size_t n_map,
                             struct arena *mem, struct registry_moved **ret,
                             size_t *ret_n, struct error *err)
{
    struct view own = {ours.p + from, ours.n - from};
    TRY(registry_log_parse(own, REGISTRY_LOG, mem, ret, ret_n, err));
    for (size_t i = 0; i < *ret_n; i++) {
        (*ret)[i].from = mapped((*ret)[i].from, map, n_map);
        (*ret)[i].to = mapped((*ret)[i].to, map, n_map);
    }
    return STATUS_OK;
}

/* Where a name was led to, and by which move. */
static size_t led_to(const struct registry_moved *moved, size_t n, const char *alias,
                     const struct registry_moved **ret_by)
{
    while (n > 0 && strcmp(moved[n - 1].alias, alias) != 0)
        n--;
    *ret_by = n > 0 ? &moved[n - 1] : NULL;
    return n > 0 ? moved[n - 1].to : 0;
}

enum status registry_merge(struct view ours, struct view theirs,
                           const struct registry_renumbered *map, size_t n_map,
                           struct arena *mem, struct registry_merged *ret,
                           struct error *err)
{
    struct registry_moved *all, *own;
    struct registry_merged m = {0};
    struct text log = {.mem = mem};
    size_t n, n_own, same = common(ours, theirs);
    TRY(registry_log_parse(theirs, REGISTRY_LOG, mem, &all, &n, err));
    TRY(own_moves(ours, same, map, n_map, mem, &own, &n_own, err));
    struct registry_moved *moved = ARENA_ARRAY(mem, struct registry_moved, n + n_own);
    if (n > 0)
        memcpy(moved, all, n * sizeof *moved);
    m.overtaken = ARENA_ARRAY(mem, struct registry_overtaken, n_own);
    text_add(&log, theirs.p, theirs.n);
    for (size_t i = 0; i < n_own; i++) {
        const struct registry_moved *by;
        size_t now = led_to(moved, n, own[i].alias, &by);
        if (now == own[i].from) {
            moved[n++] = own[i];
            registry_log_line(&own[i], &log);
        } else if (now != own[i].to) {
            m.overtaken[m.n++] = (struct registry_overtaken){own[i], now, by};
        }
    }
    m.log = (struct view){log.p, log.n};
    *ret = m;
    return STATUS_OK;
}

enum status registry_renumber(struct view ours, struct view theirs,
                              const struct registry_renumbered *map, size_t n_map,
                              struct arena *mem, struct view *ret, struct error *err)
{
    struct registry_moved *own;
    struct text log = {.mem = mem};
    size_t n, same = common(ours, theirs);
    TRY(own_moves(ours, same, map, n_map, mem, &own, &n, err));
    text_add(&log, ours.p, same);
    for (size_t i = 0; i < n; i++)
        registry_log_line(&own[i], &log);
    *ret = (struct view){log.p, log.n};
    return STATUS_OK;
}
