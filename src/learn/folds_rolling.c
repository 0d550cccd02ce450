/* Folds of a rolling origin: TimeSeriesSplit over the times that have rows. */
#include "learn/folds_internal.h"

#include <stdlib.h>

/* The times that have rows, ascending. */
struct time_table {
    size_t n;
    const int32_t *time; // [n]
    bool in_order;       // the rows ascend by time
};

static int earlier_first(const void *a, const void *b)
{
    int32_t u = *(const int32_t *)a, v = *(const int32_t *)b;
    return (u > v) - (u < v);
}

static struct time_table tabulate(const struct fold_data *data, struct arena *mem)
{
    int32_t *time = ARENA_ARRAY(mem, int32_t, data->n);
    struct time_table t = {.time = time, .in_order = true};
    for (size_t i = 0; i < data->n; i++) {
        time[i] = data->time[i];
        t.in_order = t.in_order && (i == 0 || time[i] >= time[i - 1]);
    }
    if (!t.in_order)
        qsort(time, data->n, sizeof *time, earlier_first);
    for (size_t i = 0; i < data->n; i++)
        if (t.n == 0 || time[i] != time[t.n - 1])
            time[t.n++] = time[i];
    return t;
}

/* The first row, of rows that ascend by time, that is not before the time of that rank. */
static size_t first_row(const struct fold_data *data, const struct time_table *t,
                        size_t rank)
{
    size_t low = 0, high = data->n;
    while (rank < t->n && low < high) {
        size_t middle = low + (high - low) / 2;
        if (data->time[middle] < t->time[rank])
            low = middle + 1;
        else
            high = middle;
    }
    return rank < t->n ? low : data->n;
}

/* The rows whose times have the ranks [from, to), to > from. */
static struct fold_part rows_between(const struct fold_data *data,
                                     const struct time_table *t, size_t from, size_t to,
                                     struct arena *mem)
{
    struct fold_part part = {0};
    if (t->in_order) {
        part.from = first_row(data, t, from);
        part.to = part.gap_from = part.gap_to = first_row(data, t, to);
        part.n = part.to - part.from;
        return part;
    }
    int32_t first = t->time[from], last = t->time[to - 1];
    for (size_t i = 0; i < data->n; i++)
        part.n += data->time[i] >= first && data->time[i] <= last;
    uint32_t *row = ARENA_ARRAY(mem, uint32_t, part.n);
    for (size_t i = 0, at = 0; i < data->n; i++)
        if (data->time[i] >= first && data->time[i] <= last)
            row[at++] = (uint32_t)i;
    part.row = row;
    return part;
}

enum status folds_rolling(const struct fold_rule *rule, const struct fold_data *data,
                          struct arena *mem, struct fold *ret, struct error *err)
{
    if (!data->time)
        return folds_refuse(err, "name its column: `time: {column: NAME}`",
                            "rolling folds need a time, but rows have none");
    struct arena scratch = {0};
    struct time_table t = tabulate(data, &scratch);
    size_t test = rule->test_size > 0 ? rule->test_size : t.n / (rule->n + 1);
    enum status status = STATUS_OK;
    if (test == 0 || t.n <= rule->gap || (t.n - rule->gap - 1) / rule->n < test)
        status = folds_refuse(err, "use fewer folds, a smaller test_size or gap",
                              "%zu times are too few for %zu rolling folds of %zu with "
                              "a gap of %zu",
                              t.n, rule->n, test > 0 ? test : 1, rule->gap);
    for (size_t f = 0; status == STATUS_OK && f < rule->n; f++) {
        size_t origin = t.n - (rule->n - f) * test, end = origin - rule->gap, from = 0;
        if (rule->max_train_size > 0 && rule->max_train_size < end)
            from = end - rule->max_train_size;
        ret[f].train = rows_between(data, &t, from, end, mem);
        ret[f].test = rows_between(data, &t, origin, origin + test, mem);
    }
    arena_release(&scratch);
    return status;
}
