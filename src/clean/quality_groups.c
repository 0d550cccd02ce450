/* One walk over the rows by group and key; the worst groups by a sort. */
#include "clean/quality_groups.h"

#include <stdlib.h>

#include "data/key.h"

/* What a group has. */
struct group_tally {
    uint32_t code;
    size_t rows, kept, lost;
    size_t complete;     // steps, each counted once
    int32_t first, last; // of them
};

static void count_row(const struct screen *s, size_t row, struct group_tally *g)
{
    enum reason why = s->reason[row];
    g->rows++;
    g->kept += why == REASON_KEPT;
    g->lost += screen_is_loss(why);
    if (!s->step || !screen_whole(s, row))
        return;
    int32_t key = s->key[row];
    g->first = g->complete == 0 ? key : g->first;
    g->complete += g->complete == 0 || key != g->last;
    g->last = key;
}

static size_t gaps_of(const struct timestep *step, const struct group_tally *g)
{
    return g->complete > 0
               ? (size_t)timestep_between(step, g->first, g->last) + 1 - g->complete
               : 0;
}

/* What the list is ordered by. */
struct group_rank {
    size_t lacks;
    const struct group_tally *of;
};

static int worst_first(const void *a, const void *b)
{
    const struct group_rank *x = a, *y = b;
    if (x->lacks != y->lacks)
        return x->lacks > y->lacks ? -1 : 1;
    return x->of->code < y->of->code ? -1 : 1;
}

static struct quality_json_group told(const struct pipeline *p, const struct screen *s,
                                      const struct group_tally *g, struct arena *mem)
{
    bool dated = g->complete > 0;
    return (struct quality_json_group){.group = group_string(s->groups, g->code, mem),
                                       .rows = g->rows,
                                       .kept = g->kept,
                                       .lost = g->lost,
                                       .gaps = gaps_of(s->step, g),
                                       .first =
                                           dated ? key_label(p, g->first, mem) : NULL,
                                       .last = dated ? key_label(p, g->last, mem) : NULL};
}

struct quality_json_groups *quality_groups(const struct pipeline *p,
                                           const struct screen *s, struct arena *mem)
{
    struct quality_json_groups *ret = ARENA_NEW(mem, struct quality_json_groups);
    struct arena scratch = {0};
    struct group_tally *tally = ARENA_ARRAY(&scratch, struct group_tally, s->groups->n);
    struct group_rank *rank = ARENA_ARRAY(&scratch, struct group_rank, s->groups->n);
    for (size_t i = 0; i < s->n; i++)
        count_row(s, screen_row(s, i), &tally[s->group[screen_row(s, i)]]);
    for (size_t g = 0; g < s->groups->n; g++) {
        size_t lacks = tally[g].lost + gaps_of(s->step, &tally[g]);
        tally[g].code = (uint32_t)g;
        ret->n += tally[g].rows > 0;
        if (lacks > 0)
            rank[ret->poor++] = (struct group_rank){lacks, &tally[g]};
    }
    if (ret->poor > 0)
        qsort(rank, ret->poor, sizeof *rank, worst_first);
    ret->n_list = ret->poor < QUALITY_GROUPS ? ret->poor : QUALITY_GROUPS;
    ret->list = ARENA_ARRAY(mem, struct quality_json_group, ret->n_list);
    for (size_t i = 0; i < ret->n_list; i++)
        ret->list[i] = told(p, s, rank[i].of, mem);
    arena_release(&scratch);
    return ret;
}
