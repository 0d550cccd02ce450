/* A step of time in the tables that the model has answered. */
#include "batch/batch_internal.h"

#include <math.h>

#include "outlook/answers_file.h"

/* Rows of one group stand together, ascending by their keys. */
static bool find_row(const struct frame *f, uint32_t group, int32_t key, size_t *ret)
{
    size_t low = 0, high = f->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        bool before = f->group && f->group[mid] != group ? f->group[mid] < group
                                                         : f->key[mid] < key;
        if (before)
            low = mid + 1;
        else
            high = mid;
    }
    *ret = low;
    return low < f->n && f->key[low] == key && (!f->group || f->group[low] == group);
}

static bool find_in(const struct predicted *of, const struct group_name *name,
                    int32_t key, size_t *ret)
{
    uint32_t group = name && of->frame.groups ? groups_find(of->frame.groups, name) : 0;
    return group != UINT32_MAX && find_row(&of->frame, group, key, ret) &&
           !isnan(of->prediction.value[0][*ret]);
}

struct batch_found batch_find(const struct batch_job *b, const struct frame *f, size_t i)
{
    const struct group_name *name = f->group ? &f->groups->name[f->group[i]] : NULL;
    const struct predicted *both[] = {&b->outlook->upcoming, &b->outlook->known};
    struct batch_found found = {NULL, 0, NAN, NAN, NAN};
    for (size_t k = 0; k < COUNT_OF(both) && !found.prediction; k++) {
        const struct predicted *of = both[k];
        if (!find_in(of, name, f->key[i], &found.row))
            continue;
        found.prediction = &of->prediction;
        found.actual = answered_actual(b->histories, &of->frame, found.row);
        found.lower = of->lower ? of->lower[found.row] : NAN;
        found.upper = of->upper ? of->upper[found.row] : NAN;
    }
    return found;
}
