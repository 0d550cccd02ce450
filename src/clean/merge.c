/* What the rows of several tables have in common. */
#include "clean/merge_internal.h"

/* Kept rows of a table, for the join. */
static enum status next_kept(void *from, struct join_row *ret, struct error *err)
{
    struct order_row row;
    bool there;
    TRY(ordered_kept(from, &row, &there, err));
    *ret = (struct join_row){there ? row.rank : 0, there ? judge_row(&row) : SIZE_MAX};
    return STATUS_OK;
}

enum status merge_rows(const struct merge *m, struct arena *mem, struct join_rows *ret,
                       struct error *err)
{
    struct join_input *input = ARENA_ARRAY(mem, struct join_input, m->n_tables);
    for (size_t t = 0; t < m->n_tables; t++) {
        input[t] = (struct join_input){next_kept, m->table[t].ordered};
        ordered_rewind(m->table[t].ordered);
    }
    return join_begin(ret, input, m->n_tables, m->how, mem, err);
}

/* Looks for a gap between two rows of one series. */
static void look_between(struct merge *m, uint64_t before, uint64_t rank)
{
    int32_t wanted = timestep_add(m->step, screen_rank_key(before), 1);
    uint32_t group = screen_rank_group(rank);
    if (screen_rank_group(before) == group && screen_rank_key(rank) != wanted)
        m->gap =
            (struct merge_gap){true, screen_rank(group, wanted), screen_rank_key(rank)};
}

enum status merge_join(struct merge *m, struct arena *mem, struct error *err)
{
    struct join_rows join;
    const uint64_t *rank;
    uint64_t before = 0;
    TRY(merge_rows(m, mem, &join, err));
    for (;; m->n++) {
        TRY(join_next(&join, &rank, err));
        if (!rank)
            break;
        int32_t key = screen_rank_key(*rank);
        m->first = m->n == 0 || key < m->first ? key : m->first;
        m->last = m->n == 0 || key > m->last ? key : m->last;
        if (m->step && m->n > 0 && !m->gap.found)
            look_between(m, before, *rank);
        before = *rank;
        for (size_t t = 0; m->groups && t < m->n_tables; t++)
            m->table[t].tally[screen_rank_group(*rank)].kept += join.row[t] != SIZE_MAX;
    }
    for (size_t t = 0; m->n_tables > 1 && t < m->n_tables; t++) {
        size_t *count = m->table[t].count;
        count[REASON_UNMATCHED] = count[REASON_KEPT] - join.taken[t];
        count[REASON_KEPT] = join.taken[t];
    }
    return STATUS_OK;
}
