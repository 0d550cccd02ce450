/* Divisions: the split over the rows that may be learnt from. */
#include "learn/division.h"

#include <math.h>
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

/* Codes of the rows that are divided. */
static const uint32_t *codes_of(const uint32_t *code, const size_t *row, size_t n,
                                struct arena *mem)
{
    if (!row)
        return code;
    uint32_t *some = ARENA_ARRAY(mem, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        some[i] = code[row[i]];
    return some;
}

static enum status lacks(const char *method, const char *what, const char *hint,
                         struct error *err)
{
    error_set(err, STATUS_INPUT, "`method: %s` needs %s", method, what);
    error_field(err, "split.method");
    error_hint(err, "%s", hint);
    return STATUS_INPUT;
}

/* Splits the n rows row[n], or the first n where row is NULL, by what the method looks at. */
static enum status split_by(const struct division_rule *rule,
                            const struct fold_data *data, const size_t *row, size_t n,
                            struct arena *mem, struct split *ret, struct error *err)
{
    switch (rule->method) {
    case SPLIT_STRATIFIED:
        if (!data->label)
            return lacks("stratified", "a target of classes",
                         "`method: shuffled` needs none", err);
        return split_stratified(rule->test, rule->seed,
                                codes_of(data->label, row, n, mem), n, mem, ret, err);
    case SPLIT_GROUPED:
        if (!data->group)
            return lacks("grouped", "groups, but rows have none",
                         "name their column: `group: NAME`", err);
        return split_grouped(rule->test, rule->seed, codes_of(data->group, row, n, mem),
                             n, mem, ret, err);
    default: return split_rows(rule->method, rule->test, rule->seed, n, mem, ret, err);
    }
}

static enum status divide(const struct division_rule *rule,
                          const struct row_runs *arrived, const struct fold_data *data,
                          struct arena *scratch, struct division *d, struct error *err)
{
    bool held = rule->arrived == ARRIVED_HOLD && arrived->n > 0;
    bool times = data->time && rule->method == SPLIT_LAST, some = held || times;
    const uint32_t *in_order = times ? by_time(data->time, d->n, scratch) : NULL;
    size_t *row = some ? ARENA_ARRAY(scratch, size_t, d->n) : NULL;
    size_t known =
        some ? hold_back(held ? arrived : NULL, in_order, d->n, row, d->order) : d->n;
    struct split split;
    if (times)
        return split_times(rule->test, data->time, row, known, d, err);
    TRY(split_by(rule, data, row, known, scratch, &split, err));
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
                          const struct row_runs *arrived, const struct fold_data *data,
                          struct arena *mem, struct division *ret, struct error *err)
{
    if (data->n > UINT32_MAX)
        return error_set(err, STATUS_INPUT, "the table has more than %u rows",
                         UINT32_MAX);
    struct arena scratch = {0};
    struct division d = {.n = data->n, .order = ARENA_ARRAY(mem, uint32_t, data->n)};
    enum status status = divide(rule, arrived, data, &scratch, &d, err);
    arena_release(&scratch);
    *ret = d;
    return status;
}

/* Classes in the order of their names; a row that has none stands in one of its own. */
static const uint32_t *labels_of(const struct frame *f, size_t n, struct arena *mem)
{
    struct target t = frame_learn(f, n, mem);
    uint32_t *label = ARENA_ARRAY(mem, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        label[i] = (uint32_t)(isnan(t.y.col[0][i]) ? (double)t.n_classes : t.y.col[0][i]);
    return label;
}

enum status division_of(const struct division_rule *rule, const struct row_runs *arrived,
                        const struct frame *f, size_t n, struct arena *mem,
                        struct division *ret, struct error *err)
{
    struct arena scratch = {0};
    bool classes = rule->method == SPLIT_STRATIFIED && f->target.task == TASK_CLASSES;
    struct fold_data data = {.n = n,
                             .label = classes ? labels_of(f, n, &scratch) : NULL,
                             .group = f->group,
                             .time = f->group ? f->key : NULL};
    enum status status = division_make(rule, arrived, &data, mem, ret, err);
    arena_release(&scratch);
    return status;
}

void division_parts(const struct division *d, uint8_t *ret)
{
    memset(ret, DIVISION_ARRIVED, d->n);
    for (size_t i = 0; i < d->n_train + d->n_holdout; i++)
        ret[d->order[i]] = i < d->n_train ? DIVISION_TRAIN : DIVISION_HOLDOUT;
}
