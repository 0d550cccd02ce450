/* Counts, moments and the order of groups: passes over the rows. */
#include "bands/grouped.h"

#include <math.h>

static size_t group_of(const struct grouped_rows *rows, size_t i)
{
    return rows->group ? rows->group[i] : 0;
}

void grouped_count(const struct grouped_rows *rows, size_t *ret)
{
    for (size_t g = 0; g < rows->groups; g++)
        ret[g] = 0;
    for (size_t i = 0; i < rows->n; i++)
        ret[group_of(rows, i)]++;
}

void grouped_moments(const struct grouped_rows *rows, const size_t *count,
                     double *ret_mean, double *ret_std)
{
    for (size_t g = 0; g < rows->groups; g++)
        ret_mean[g] = ret_std[g] = 0;
    for (size_t i = 0; i < rows->n; i++)
        ret_mean[group_of(rows, i)] += rows->value[i];
    for (size_t g = 0; g < rows->groups; g++)
        ret_mean[g] = count[g] > 0 ? ret_mean[g] / (double)count[g] : NAN;
    for (size_t i = 0; i < rows->n; i++) {
        size_t g = group_of(rows, i);
        double d = rows->value[i] - ret_mean[g];
        ret_std[g] += d * d;
    }
    for (size_t g = 0; g < rows->groups; g++)
        if (count[g] == 0)
            ret_std[g] = NAN;
        else if (count[g] > 1)
            ret_std[g] = sqrt(ret_std[g] / (double)(count[g] - 1));
}

const size_t *grouped_order(const struct grouped_rows *rows, const size_t *count,
                            struct arena *mem, size_t **ret_start)
{
    struct arena scratch = {0};
    size_t *start = ARENA_ARRAY(mem, size_t, rows->groups + 1);
    size_t *at = ARENA_ARRAY(&scratch, size_t, rows->groups);
    size_t *row = ARENA_ARRAY(mem, size_t, rows->n);
    for (size_t g = 0; g < rows->groups; g++) {
        at[g] = start[g];
        start[g + 1] = start[g] + count[g];
    }
    for (size_t i = 0; i < rows->n; i++)
        row[at[group_of(rows, i)]++] = i;
    arena_release(&scratch);
    *ret_start = start;
    return row;
}
