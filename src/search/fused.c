/* The table of fused forms. */
#include "search/fused.h"

#include <string.h>

#include "search/fused_kernel_ridge.h"

enum { MAX_STEPS = 8 };

static const struct {
    const struct fused *fused;
    const char *step[MAX_STEPS + 1]; // ended by NULL
} table[] = {
#define FUSED(id, ...) {&fused_##id, {__VA_ARGS__, NULL}},
#include "search/fused.def"
#undef FUSED
};

const struct fused *fused_find(const struct recipe *recipe, size_t *ret_n)
{
    for (size_t f = 0; f < COUNT_OF(table); f++) {
        size_t n = 0, same = 0;
        while (table[f].step[n])
            n++;
        if (n > recipe->n)
            continue;
        for (size_t s = 0; s < n; s++)
            same += strcmp(recipe->step[recipe->n - n + s]->name, table[f].step[s]) == 0;
        if (same == n) {
            *ret_n = n;
            return table[f].fused;
        }
    }
    return NULL;
}
