/* Merge join of sorted keys, and the order that sorts them.
 *
 * The join moves one cursor through each input and is run twice, first to count, so that
 * the result has exactly the memory that it needs.  Sorting is by least significant byte
 * first (Knuth, The Art of Computer Programming 3, 5.2.5), which is stable; it leaves out
 * bytes in which all keys agree: two of the four for dates from 1970 to 2149. */
#include "clean/join.h"

#include <stdbool.h>
#include <string.h>

static enum status check_ascending(const struct join_input *input, size_t k,
                                   struct error *err)
{
    for (size_t t = 0; t < k; t++)
        for (size_t i = 1; i < input[t].n; i++)
            if (input[t].key[i] <= input[t].key[i - 1])
                return error_set(err, STATUS_INPUT,
                                 "the keys of input %zu do not ascend at row %zu", t + 1,
                                 i + 1);
    return STATUS_OK;
}

/* Finds the next key of the result; false at the end.  at[t] is then on the first row of
 * input t whose key is not below it. */
static bool next_key(const struct join_input *input, size_t k, enum join kind, size_t *at,
                     uint64_t *ret)
{
    bool found = false;
    uint64_t key = 0;
    for (size_t t = 0; t < k && !(kind == JOIN_LEFT && t > 0); t++) {
        if (at[t] == input[t].n) {
            if (kind == JOIN_OUTER)
                continue;
            return false;
        }
        uint64_t head = input[t].key[at[t]];
        if (!found || (kind == JOIN_INNER ? head > key : head < key))
            key = head;
        found = true;
    }
    for (size_t t = 0; t < k; t++)
        while (at[t] < input[t].n && input[t].key[at[t]] < key)
            at[t]++;
    *ret = key;
    return found;
}

static bool has_key(const struct join_input *input, size_t at, uint64_t key)
{
    return at < input->n && input->key[at] == key;
}

/* Walks through all keys; returns how many the result has and writes them where ret is
 * given. */
static size_t walk(const struct join_input *input, size_t k, enum join kind, size_t *at,
                   struct join_result *ret)
{
    size_t n = 0;
    uint64_t key;
    memset(at, 0, k * sizeof *at);
    while (next_key(input, k, kind, at, &key)) {
        size_t present = 0;
        for (size_t t = 0; t < k; t++)
            present += has_key(&input[t], at[t], key) ? 1 : 0;
        if (kind == JOIN_INNER && present < k)
            continue; // the next round begins above this key
        if (ret)
            ret->key[n] = key;
        for (size_t t = 0; t < k; t++) {
            bool has = has_key(&input[t], at[t], key);
            if (ret)
                ret->row[t][n] = has ? at[t] : SIZE_MAX;
            at[t] += has ? 1 : 0;
        }
        n++;
    }
    return n;
}

enum status join_keys(const struct join_input *input, size_t k, enum join kind,
                      struct arena *mem, struct join_result *ret, struct error *err)
{
    TRY(check_ascending(input, k, err));
    size_t *at = ARENA_ARRAY(mem, size_t, k);
    struct join_result result = {.n = walk(input, k, kind, at, NULL)};
    result.key = ARENA_ARRAY(mem, uint64_t, result.n);
    result.row = ARENA_ARRAY(mem, size_t *, k);
    for (size_t t = 0; t < k; t++)
        result.row[t] = ARENA_ARRAY(mem, size_t, result.n);
    walk(input, k, kind, at, &result);
    *ret = result;
    return STATUS_OK;
}

/* Byte b of an item, so that bytes order as items do: of keys the sign bit is turned
 * over. */
static inline size_t byte_of(uint32_t item, uint32_t sign, unsigned b)
{
    return ((item ^ sign) >> (8 * b)) & 255;
}

/* Orders by byte b what stands in `from`; false, and nothing is done, when all bytes are
 * equal. */
static bool sort_by_byte(const uint32_t *item, uint32_t sign, size_t n, unsigned b,
                         const size_t *from, size_t *to)
{
    size_t start[257] = {0};
    for (size_t i = 0; i < n; i++)
        start[byte_of(item[i], sign, b) + 1]++;
    if (start[byte_of(item[0], sign, b) + 1] == n)
        return false;
    for (size_t v = 0; v < 256; v++)
        start[v + 1] += start[v];
    for (size_t i = 0; i < n; i++)
        to[start[byte_of(item[from[i]], sign, b)]++] = from[i];
    return true;
}

static bool in_order(const uint32_t *group, const int32_t *key, size_t n)
{
    size_t i = 1;
    for (; i < n; i++) {
        bool same = !group || group[i - 1] == group[i];
        if (same ? key && key[i - 1] > key[i] : group[i - 1] > group[i])
            break;
    }
    return i >= n;
}

size_t *join_order(const uint32_t *group, const int32_t *key, size_t n, struct arena *mem)
{
    const uint32_t sign = UINT32_C(0x80000000);
    if (in_order(group, key, n))
        return NULL;
    size_t *order = ARENA_ARRAY(mem, size_t, n), *other = ARENA_ARRAY(mem, size_t, n);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (unsigned b = 0; b < 8; b++) { // the least significant first: keys, then groups
        const uint32_t *item = b < 4 ? (const uint32_t *)key : group;
        if (!item || !sort_by_byte(item, b < 4 ? sign : 0, n, b % 4, order, other))
            continue;
        size_t *t = order;
        order = other;
        other = t;
    }
    return order;
}
