/* Merge join of sorted keys: one row of each input is in hand. */
#include "clean/join.h"

#include <stdbool.h>

static bool is_over(const struct join_rows *j, size_t t)
{
    return j->head[t].row == SIZE_MAX;
}

static enum status advance(struct join_rows *j, size_t t, struct error *err)
{
    struct join_row before = j->head[t];
    TRY(j->input[t].next(j->input[t].from, &j->head[t], err));
    if (is_over(j, t))
        return STATUS_OK;
    j->came[t]++;
    if (j->k > 1 && j->came[t] > 1 && j->head[t].key <= before.key)
        return error_set(err, STATUS_INPUT,
                         "the keys of input %zu do not ascend at row %zu", t + 1,
                         j->came[t]);
    return STATUS_OK;
}

enum status join_begin(struct join_rows *j, const struct join_input *input, size_t k,
                       enum join kind, struct arena *mem, struct error *err)
{
    *j = (struct join_rows){.input = input, .k = k, .kind = kind};
    j->head = ARENA_ARRAY(mem, struct join_row, k);
    j->row = ARENA_ARRAY(mem, size_t, k);
    j->came = ARENA_ARRAY(mem, size_t, k);
    j->taken = ARENA_ARRAY(mem, size_t, k);
    for (size_t t = 0; t < k; t++)
        TRY(advance(j, t, err));
    return STATUS_OK;
}

/* The key that comes next, unless an inner join lacks it somewhere; false at the end. */
static bool next_key(const struct join_rows *j, uint64_t *ret)
{
    bool found = false;
    uint64_t key = 0;
    for (size_t t = 0; t < j->k && !(j->kind == JOIN_LEFT && t > 0); t++) {
        if (is_over(j, t)) {
            if (j->kind == JOIN_OUTER)
                continue;
            return false;
        }
        uint64_t head = j->head[t].key;
        if (!found || (j->kind == JOIN_INNER ? head > key : head < key))
            key = head;
        found = true;
    }
    *ret = key;
    return found;
}

/* Passes over the rows below the key; *ret_present is how many inputs have it. */
static enum status catch_up(struct join_rows *j, uint64_t key, size_t *ret_present,
                            struct error *err)
{
    *ret_present = 0;
    for (size_t t = 0; t < j->k; t++) {
        while (!is_over(j, t) && j->head[t].key < key)
            TRY(advance(j, t, err));
        *ret_present += !is_over(j, t) && j->head[t].key == key;
    }
    return STATUS_OK;
}

static enum status take(struct join_rows *j, uint64_t key, struct error *err)
{
    j->key = key;
    for (size_t t = 0; t < j->k; t++) {
        bool has = !is_over(j, t) && j->head[t].key == key;
        j->row[t] = has ? j->head[t].row : SIZE_MAX;
        j->taken[t] += has;
        if (has)
            TRY(advance(j, t, err));
    }
    return STATUS_OK;
}

enum status join_next(struct join_rows *j, const uint64_t **ret, struct error *err)
{
    uint64_t key;
    size_t present;
    *ret = NULL;
    while (next_key(j, &key)) {
        if (j->k > 1)
            TRY(catch_up(j, key, &present, err));
        if (j->k > 1 && j->kind == JOIN_INNER && present < j->k)
            continue; // the next round begins above this key
        *ret = &j->key;
        return take(j, key, err);
    }
    return STATUS_OK;
}
