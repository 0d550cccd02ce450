/* Divisions: the split over the rows that may be learnt from. */
#include "learn/division.h"

#include <string.h>

enum { DIGIT = 1 << 16 };

const char *const division_part_name[DIVISION_PARTS] = {"train", "holdout", "arrived"};

/* One pass of a radix sort, by the lower or the upper half of the keys less `least`: what is
 * equal stays in its order. */
static void sort_pass(const int32_t *key, int32_t least, unsigned shift,
                      const uint32_t *from, size_t n, uint32_t *count, uint32_t *to)
{
    memset(count, 0, (DIGIT + 1) * sizeof *count);
    for (size_t i = 0; i < n; i++)
        count[(((uint32_t)key[i] - (uint32_t)least) >> shift) % DIGIT + 1]++;
    for (size_t d = 0; d < DIGIT; d++)
        count[d + 1] += count[d];
    for (size_t i = 0; i < n; i++) {
        uint32_t row = from ? from[i] : (uint32_t)i;
        to[count[(((uint32_t)key[row] - (uint32_t)least) >> shift) % DIGIT]++] = row;
    }
}

/* The rows in the order of their times, those of one as they stand. */
static uint32_t *by_time(const int32_t *key, size_t n, struct arena *mem)
{
    struct arena scratch = {0};
    uint32_t *half = ARENA_ARRAY(&scratch, uint32_t, n);
    uint32_t *count = ARENA_ARRAY(&scratch, uint32_t, DIGIT + 1);
    uint32_t *order = ARENA_ARRAY(mem, uint32_t, n);
    int32_t least = INT32_MAX;
    for (size_t i = 0; i < n; i++)
        least = key[i] < least ? key[i] : least;
    sort_pass(key, least, 0, NULL, n, count, half);
    sort_pass(key, least, 16, half, n, count, order);
    arena_release(&scratch);
    return order;
}

/* Puts the rows that are held back behind the others, in descending order; returns how many
 * others there are.  row[n] becomes their numbers. */
static size_t hold_back(const struct row_runs *arrived, const uint32_t *in_order,
                        size_t n, size_t *row, uint32_t *order)
{
    size_t known = 0, last = n;
    for (size_t i = 0; i < n; i++) {
        size_t at = in_order ? in_order[i] : i;
        if (arrived && runs_has(arrived, at))
            order[--last] = (uint32_t)at;
        else
            row[known++] = at;
    }
    return known;
}

/* Where a new time begins among rows in the order of their times. */
static bool begins(const int32_t *time, const size_t *row, size_t i)
{
    return i == 0 || time[row[i]] != time[row[i - 1]];
}

/* Holds out the rows of the last times; row[known] is in the order of their times. */
static enum status split_times(double test, const int32_t *time, const size_t *row,
                               size_t known, struct division *d, struct error *err)
{
    size_t times = 0, held, first = known;
    for (size_t i = 0; i < known; i++)
        times += begins(time, row, i);
    TRY(split_count(test, times, "time", &held, err));
    while (held > 0)
        held -= begins(time, row, --first);
    d->n_train = first;
    d->n_holdout = known - first;
    for (size_t i = 0; i < known; i++)
        d->order[i] = (uint32_t)row[i];
    return STATUS_OK;
}

static enum status divide(const struct division_rule *rule,
                          const struct row_runs *arrived, const int32_t *time,
                          struct arena *scratch, struct division *d, struct error *err)
{
    bool held = rule->arrived == ARRIVED_HOLD && arrived->n > 0;
    bool times = time && rule->method == SPLIT_LAST, some = held || times;
    const uint32_t *in_order = times ? by_time(time, d->n, scratch) : NULL;
    size_t *row = ARENA_ARRAY(scratch, size_t, some ? d->n : 0);
    size_t known =
        some ? hold_back(held ? arrived : NULL, in_order, d->n, row, d->order) : d->n;
    struct split split;
    if (times)
        return split_times(rule->test, time, row, known, d, err);
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
                          const struct row_runs *arrived, const int32_t *time, size_t n,
                          struct arena *mem, struct division *ret, struct error *err)
{
    if (n > UINT32_MAX)
        return error_set(err, STATUS_INPUT, "the table has more than %u rows",
                         UINT32_MAX);
    struct arena scratch = {0};
    struct division d = {.n = n, .order = ARENA_ARRAY(mem, uint32_t, n)};
    enum status status = divide(rule, arrived, time, &scratch, &d, err);
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
