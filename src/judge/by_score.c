/* Rows in the order of a score, by the library's sort: it compares row numbers, too, so
 * that nothing is left to its choice. */
#include "judge/by_score.h"

#include <stdlib.h>

struct by_score_row {
    double score;
    size_t row;
};

static int descending(const void *a, const void *b)
{
    const struct by_score_row *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

size_t *by_score(const double *score, size_t n, struct arena *mem)
{
    size_t *order = ARENA_ARRAY(mem, size_t, n);
    struct arena_mark before = arena_mark(mem);
    struct by_score_row *all = ARENA_ARRAY(mem, struct by_score_row, n);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct by_score_row){score[i], i};
    qsort(all, n, sizeof *all, descending);
    for (size_t i = 0; i < n; i++)
        order[i] = all[i].row;
    arena_rewind(mem, before);
    return order;
}

size_t by_score_tie(const double *score, const size_t *order, size_t n, size_t at)
{
    size_t end = at + 1;
    while (end < n && score[order[end]] == score[order[at]])
        end++;
    return end;
}
