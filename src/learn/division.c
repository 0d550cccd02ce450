/* Divisions: the split over the rows that may be learnt from. */
#include "learn/division.h"

#include <string.h>

/* Puts the rows that are held back behind the others, in descending order; returns how many
 * others there are.  row[n] becomes their numbers. */
static size_t hold_back(const struct row_runs *arrived, size_t n, size_t *row,
                        uint32_t *order)
{
    size_t known = 0, last = n;
    for (size_t i = 0; i < n; i++) {
        if (runs_has(arrived, i))
            order[--last] = (uint32_t)i;
        else
            row[known++] = i;
    }
    return known;
}

static enum status divide(const struct division_rule *rule,
                          const struct row_runs *arrived, struct arena *scratch,
                          struct division *d, struct error *err)
{
    bool some = rule->hold && arrived->n > 0;
    size_t *row = ARENA_ARRAY(scratch, size_t, some ? d->n : 0);
    size_t known = some ? hold_back(arrived, d->n, row, d->order) : d->n;
    struct split split;
    TRY(split_rows(rule->method, rule->test, rule->seed, known, scratch, &split, err));
    d->n_train = split.n_train;
    d->n_holdout = split.n_test;
    for (size_t i = 0; i < known; i++) {
        bool trains = i < split.n_train;
        size_t at = trains ? split.train[i] : split.test[i - split.n_train];
        d->order[i] = (uint32_t)(some ? row[at] : at);
    }
    return STATUS_OK;
}

enum status division_make(const struct division_rule *rule,
                          const struct row_runs *arrived, size_t n, struct arena *mem,
                          struct division *ret, struct error *err)
{
    if (n > UINT32_MAX)
        return error_set(err, STATUS_INPUT, "the table has more than %u rows",
                         UINT32_MAX);
    struct arena scratch = {0};
    struct division d = {.n = n, .order = ARENA_ARRAY(mem, uint32_t, n)};
    enum status status = divide(rule, arrived, &scratch, &d, err);
    arena_release(&scratch);
    *ret = d;
    return status;
}

void division_parts(const struct division *d, uint8_t *ret)
{
    memset(ret, DIVISION_ARRIVED, d->n);
    for (size_t i = 0; i < d->n_train + d->n_holdout; i++)
        ret[d->order[i]] = i < d->n_train ? DIVISION_TRAIN : DIVISION_HOLDOUT;
}
