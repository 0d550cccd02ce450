/* Divisions: the split over the rows that may be learnt from. */
#include "learn/division.h"

#include <math.h>
#include <string.h>

enum { DIGIT = 1 << 16 };

const char *const division_part_name[DIVISION_PARTS] = {"train", "validation", "holdout",
                                                        "arrived"};

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

/* How many of the last rows before `end` are those of so many times. */
static size_t rows_of_last(const int32_t *time, const size_t *row, size_t end,
                           size_t times)
{
    size_t first = end;
    while (times > 0)
        times -= begins(time, row, --first);
    return end - first;
}

static struct split_size validation_of(const struct division_rule *rule, size_t of)
{
    return (struct split_size){rule->validation, of, true};
}

/* Holds out the rows of the last times; row[known] is in the order of their times. */
static enum status split_times(const struct division_rule *rule, const int32_t *time,
                               const size_t *row, size_t known, struct division *d,
                               struct error *err)
{
    const struct split_size test = {.share = rule->test};
    size_t times = 0, held, checked = 0;
    for (size_t i = 0; i < known; i++)
        times += begins(time, row, i);
    const struct split_size validation = validation_of(rule, times);
    TRY(split_count(&test, times, "time", &held, err));
    if (rule->validation > 0)
        TRY(split_count(&validation, times - held, "time", &checked, err));
    d->n_holdout = rows_of_last(time, row, known, held);
    d->n_validation = rows_of_last(time, row, known - d->n_holdout, checked);
    d->n_train = known - d->n_holdout - d->n_validation;
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
                            const struct split_size *size, const struct fold_data *data,
                            const size_t *row, size_t n, struct arena *mem,
                            struct split *ret, struct error *err)
{
    switch (rule->method) {
    case SPLIT_STRATIFIED:
        if (!data->label)
            return lacks("stratified", "a target of classes",
                         "`method: shuffled` needs none", err);
        return split_stratified(size, rule->seed, codes_of(data->label, row, n, mem), n,
                                mem, ret, err);
    case SPLIT_GROUPED:
        if (!data->group)
            return lacks("grouped", "groups, but rows have none",
                         "name their column: `group: NAME`", err);
        return split_grouped(size, rule->seed, codes_of(data->group, row, n, mem), n, mem,
                             ret, err);
    default: return split_rows(rule->method, size, rule->seed, n, mem, ret, err);
    }
}

/* How many things the shares are of: the rows, or the groups that they are of. */
static size_t things(const struct division_rule *rule, const struct fold_data *data,
                     const size_t *row, size_t n, struct arena *mem)
{
    if (rule->method != SPLIT_GROUPED)
        return n;
    const uint32_t *group = codes_of(data->group, row, n, mem);
    uint32_t top = 0;
    for (size_t i = 0; i < n; i++)
        top = group[i] > top ? group[i] : top;
    bool *there = ARENA_ARRAY(mem, bool, (size_t)top + 1);
    size_t groups = 0;
    for (size_t i = 0; i < n; i++) {
        groups += !there[group[i]];
        there[group[i]] = true;
    }
    return groups;
}

/* Puts the numbers of the rows that were drawn out of row[n], or out of the first n, at to. */
static void put_rows(const size_t *row, const size_t *drawn, size_t n, uint32_t *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (uint32_t)(row ? row[drawn[i]] : drawn[i]);
}

/* Draws the validation rows out of those of the first draw that are left. */
static enum status split_rest(const struct division_rule *rule,
                              const struct fold_data *data, size_t of,
                              struct arena *scratch, struct division *d,
                              struct error *err)
{
    const struct split_size size = validation_of(rule, of);
    struct split split;
    size_t n = d->n_train, *rest = ARENA_ARRAY(scratch, size_t, n);
    for (size_t i = 0; i < n; i++)
        rest[i] = d->order[i];
    TRY(split_by(rule, &size, data, rest, n, scratch, &split, err));
    d->n_train = split.n_train;
    d->n_validation = split.n_test;
    put_rows(rest, split.train, split.n_train, d->order);
    put_rows(rest, split.test, split.n_test, d->order + split.n_train);
    return STATUS_OK;
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
    const struct split_size test = {.share = rule->test};
    struct split split;
    if (times)
        return split_times(rule, data->time, row, known, d, err);
    TRY(split_by(rule, &test, data, row, known, scratch, &split, err));
    d->n_train = split.n_train;
    d->n_holdout = split.n_test;
    put_rows(row, split.train, split.n_train, d->order);
    put_rows(row, split.test, split.n_test, d->order + split.n_train);
    if (rule->validation == 0)
        return STATUS_OK;
    return split_rest(rule, data, things(rule, data, row, known, scratch), scratch, d,
                      err);
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
    size_t held = division_held(d);
    memset(ret, DIVISION_ARRIVED, d->n);
    for (size_t i = 0; i < held + d->n_holdout; i++)
        ret[d->order[i]] = (uint8_t)(i < d->n_train ? DIVISION_TRAIN
                                     : i < held     ? DIVISION_VALIDATION
                                                    : DIVISION_HOLDOUT);
}
