#include <criterion/criterion.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/option.h"
#include "clean/join.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(join, .fini = release);

#define KEYS(...)                                                                        \
    {                                                                                    \
        (const uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / 8           \
    }
#define NONE SIZE_MAX

static const struct join_input three[] = {KEYS(1, 3, 4, 7, 9), KEYS(2, 3, 7, 8),
                                          KEYS(0, 3, 7, 9)};

static struct join_result join(const struct join_input *input, size_t k, enum join kind)
{
    struct error err;
    struct join_result r;
    enum status status = join_keys(input, k, kind, &mem, &r, &err);
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
    return r;
}

static void expect_keys(const struct join_result *r, const uint64_t *key, size_t n)
{
    cr_assert_eq(r->n, n, "%zu keys, not %zu", r->n, n);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(r->key[i], key[i], "key %zu is %llu, not %llu", i,
                     (unsigned long long)r->key[i], (unsigned long long)key[i]);
}

static void expect_rows(const struct join_result *r, size_t t, const size_t *row)
{
    for (size_t i = 0; i < r->n; i++)
        cr_assert_eq(r->row[t][i], row[i], "input %zu, key %llu: row %zu, not %zu", t,
                     (unsigned long long)r->key[i], r->row[t][i], row[i]);
}

Test(join, inner_keeps_keys_that_all_inputs_have)
{
    struct join_result r = join(three, 3, JOIN_INNER);
    expect_keys(&r, (const uint64_t[]){3, 7}, 2);
    expect_rows(&r, 0, (const size_t[]){1, 3});
    expect_rows(&r, 1, (const size_t[]){1, 2});
    expect_rows(&r, 2, (const size_t[]){1, 2});
}

Test(join, left_keeps_the_keys_of_the_first_input)
{
    struct join_result r = join(three, 3, JOIN_LEFT);
    expect_keys(&r, (const uint64_t[]){1, 3, 4, 7, 9}, 5);
    expect_rows(&r, 0, (const size_t[]){0, 1, 2, 3, 4});
    expect_rows(&r, 1, (const size_t[]){NONE, 1, NONE, 2, NONE});
    expect_rows(&r, 2, (const size_t[]){NONE, 1, NONE, 2, 3});
}

Test(join, outer_keeps_keys_that_any_input_has)
{
    struct join_result r = join(three, 3, JOIN_OUTER);
    expect_keys(&r, (const uint64_t[]){0, 1, 2, 3, 4, 7, 8, 9}, 8);
    expect_rows(&r, 0, (const size_t[]){NONE, 0, NONE, 1, 2, 3, NONE, 4});
    expect_rows(&r, 1, (const size_t[]){NONE, NONE, 0, 1, NONE, 2, 3, NONE});
    expect_rows(&r, 2, (const size_t[]){0, NONE, NONE, 1, NONE, 2, NONE, 3});
}

Test(join, the_ends_of_the_keys_range_are_keys)
{
    const struct join_input two[] = {KEYS(0, 5, UINT64_MAX), KEYS(0, UINT64_MAX)};
    struct join_result r = join(two, 2, JOIN_INNER);
    expect_keys(&r, (const uint64_t[]){0, UINT64_MAX}, 2);
    r = join(two, 2, JOIN_OUTER);
    expect_keys(&r, (const uint64_t[]){0, 5, UINT64_MAX}, 3);
}

Test(join, an_empty_input_empties_the_inner_join_only)
{
    const struct join_input two[] = {KEYS(1, 2), {NULL, 0}};
    cr_assert_eq(join(two, 2, JOIN_INNER).n, 0);
    cr_assert_eq(join(two, 2, JOIN_LEFT).n, 2);
    cr_assert_eq(join(two, 2, JOIN_OUTER).n, 2);
    const struct join_input turned[] = {{NULL, 0}, KEYS(1, 2)};
    cr_assert_eq(join(turned, 2, JOIN_LEFT).n, 0);
    cr_assert_eq(join(NULL, 0, JOIN_INNER).n, 0);
    cr_assert_eq(join(NULL, 0, JOIN_OUTER).n, 0);
}

Test(join, one_input_joins_to_itself)
{
    for (int kind = JOIN_INNER; kind <= JOIN_OUTER; kind++) {
        struct join_result r = join(three, 1, (enum join)kind);
        expect_keys(&r, three[0].key, three[0].n);
        expect_rows(&r, 0, (const size_t[]){0, 1, 2, 3, 4});
    }
}

Test(join, keys_that_do_not_ascend_are_refused)
{
    const struct join_input descending[] = {KEYS(1, 2), KEYS(1, 3, 2)},
                            twice[] = {KEYS(1, 1)};
    struct error err;
    struct join_result r = {.n = 77};
    cr_assert_eq(join_keys(descending, 2, JOIN_OUTER, &mem, &r, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the keys of input 2 do not ascend at row 3");
    cr_assert_eq(join_keys(twice, 1, JOIN_INNER, &mem, &r, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the keys of input 1 do not ascend at row 2");
    cr_assert_eq(r.n, 77);
}

static uint64_t state = 5;

static uint32_t next(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 32);
}

/* Against a table of who has which key. */
Test(join, random_joins_agree_with_a_table)
{
    enum { RANGE = 40, MOST = 5 };
    for (size_t trial = 0; trial < 3000; trial++) {
        size_t k = 1 + next() % MOST, row[MOST][RANGE];
        uint64_t key[MOST][RANGE];
        struct join_input input[MOST];
        for (size_t t = 0; t < k; t++) {
            size_t n = 0, density = 1 + next() % 4;
            for (uint64_t v = 0; v < RANGE; v++) {
                row[t][v] = next() % density == 0 ? n : NONE;
                if (row[t][v] != NONE)
                    key[t][n++] = v;
            }
            input[t] = (struct join_input){key[t], n};
        }
        enum join kind = (enum join)(trial % 3);
        struct join_result r = join(input, k, kind);
        size_t n = 0;
        for (uint64_t v = 0; v < RANGE; v++) {
            size_t present = 0;
            for (size_t t = 0; t < k; t++)
                present += row[t][v] != NONE;
            if (kind == JOIN_INNER  ? present < k
                : kind == JOIN_LEFT ? row[0][v] == NONE
                                    : !present)
                continue;
            cr_assert_lt(n, r.n);
            cr_assert_eq(r.key[n], v);
            for (size_t t = 0; t < k; t++)
                cr_assert_eq(r.row[t][n], row[t][v]);
            n++;
        }
        cr_assert_eq(n, r.n);
    }
}

Test(join, kinds_have_words)
{
    cr_assert(view_is(option_word(JOIN_WORDS, JOIN_INNER), "inner"));
    cr_assert(view_is(option_word(JOIN_WORDS, JOIN_LEFT), "left"));
    cr_assert(view_is(option_word(JOIN_WORDS, JOIN_OUTER), "outer"));
}

Test(join, keys_in_order_need_none)
{
    const int32_t key[] = {-3, -3, 0, 7, 7};
    cr_assert_null(join_order(NULL, key, 5, &mem));
    cr_assert_null(join_order(NULL, key, 1, &mem));
    cr_assert_null(join_order(NULL, NULL, 0, &mem));
}

Test(join, equal_keys_stay_as_they_stood)
{
    const int32_t key[] = {5, -1, 5, INT32_MIN, -1, INT32_MAX, 5};
    const size_t wanted[] = {3, 1, 4, 0, 2, 6, 5};
    const size_t *order = join_order(NULL, key, 7, &mem);
    cr_assert_not_null(order);
    for (size_t i = 0; i < 7; i++)
        cr_assert_eq(order[i], wanted[i], "place %zu: row %zu", i, order[i]);
}

Test(join, random_keys_come_out_sorted_and_stable)
{
    static int32_t key[5000];
    static uint32_t group[5000];
    static const uint32_t masks[] = {UINT32_MAX, 0xff,       0xff00,
                                     0xff0000,   0x80000000, 0x7f000001};
    for (size_t trial = 0; trial < 120; trial++) {
        size_t n = trial < 60 ? trial : 5000;
        for (size_t i = 0; i < n; i++)
            key[i] = (int32_t)(next() & masks[trial % 6]);
        for (size_t i = 0; i < n; i++)
            group[i] = next() & masks[trial % 5] & (trial % 4 ? 0x80000301 : 0);
        const size_t *order = join_order(trial % 3 ? group : NULL, key, n, &mem);
        for (size_t i = 0; !(trial % 3) && i < n; i++)
            group[i] = 0;
        for (size_t i = 1; order && i < n; i++) {
            size_t a = order[i - 1], b = order[i];
            bool before = key[a] < key[b] || (key[a] == key[b] && a < b);
            cr_assert(group[a] < group[b] || (group[a] == group[b] && before),
                      "trial %zu", trial);
        }
        for (size_t i = 1; !order && i < n; i++)
            cr_assert(group[i - 1] < group[i] ||
                      (group[i - 1] == group[i] && key[i - 1] <= key[i]));
    }
}
