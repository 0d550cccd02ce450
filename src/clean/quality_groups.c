/* The groups were counted when the rows were screened and joined; the worst ones by a
 * sort. */
#include "clean/quality_groups.h"

#include <stdlib.h>

#include "data/key.h"

static size_t gaps_of(const struct timestep *step, const struct group_tally *g)
{
    return g->complete > 0
               ? (size_t)timestep_between(step, g->first, g->last) + 1 - g->complete
               : 0;
}

/* What the list is ordered by. */
struct group_rank {
    size_t lacks;
    uint32_t code;
};

static int worst_first(const void *a, const void *b)
{
    const struct group_rank *x = a, *y = b;
    if (x->lacks != y->lacks)
        return x->lacks > y->lacks ? -1 : 1;
    return x->code < y->code ? -1 : 1;
}

static struct quality_json_group told(const struct pipeline *p, const struct screen *s,
                                      uint32_t code, struct arena *mem)
{
    const struct group_tally *g = &s->tally[code];
    bool dated = g->complete > 0;
    return (struct quality_json_group){.group = group_string(s->keys.groups, code, mem),
                                       .rows = g->rows,
                                       .kept = g->kept,
                                       .lost = g->lost,
                                       .gaps = gaps_of(s->keys.step, g),
                                       .first =
                                           dated ? key_label(p, g->first, mem) : NULL,
                                       .last = dated ? key_label(p, g->last, mem) : NULL};
}

struct quality_json_groups *quality_groups(const struct pipeline *p,
                                           const struct screen *s, struct arena *mem)
{
    struct quality_json_groups *ret = ARENA_NEW(mem, struct quality_json_groups);
    struct arena scratch = {0};
    size_t n = s->keys.groups->n;
    struct group_rank *rank = ARENA_ARRAY(&scratch, struct group_rank, n);
    for (size_t g = 0; g < n; g++) {
        size_t lacks = s->tally[g].lost + gaps_of(s->keys.step, &s->tally[g]);
        ret->n += s->tally[g].rows > 0;
        if (lacks > 0)
            rank[ret->poor++] = (struct group_rank){lacks, (uint32_t)g};
    }
    if (ret->poor > 0)
        qsort(rank, ret->poor, sizeof *rank, worst_first);
    ret->n_list = ret->poor < QUALITY_GROUPS ? ret->poor : QUALITY_GROUPS;
    ret->list = ARENA_ARRAY(mem, struct quality_json_group, ret->n_list);
    for (size_t i = 0; i < ret->n_list; i++)
        ret->list[i] = told(p, s, rank[i].code, mem);
    arena_release(&scratch);
    return ret;
}
