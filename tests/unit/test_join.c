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

/* An input of a join: keys in memory. */
struct keys {
    const uint64_t *key; // [n]
    size_t n, at;
};

static enum status next_of(void *from, struct join_row *ret, struct error *err)
{
    struct keys *k = from;
    (void)err;
    *ret = k->at < k->n ? (struct join_row){k->key[k->at], k->at}
                        : (struct join_row){0, SIZE_MAX};
    k->at++;
    return STATUS_OK;
}

#define KEYS(...)                                                                        \
    {                                                                                    \
        (const uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / 8, 0        \
    }
#define NONE SIZE_MAX
enum { MOST_ROWS = 64, MOST_INPUTS = 5 };

static const struct keys three[] = {KEYS(1, 3, 4, 7, 9), KEYS(2, 3, 7, 8),
                                    KEYS(0, 3, 7, 9)};

/* What a join gave. */
struct joined {
    size_t n;
    uint64_t key[MOST_ROWS];
    size_t row[MOST_INPUTS][MOST_ROWS], unmatched[MOST_INPUTS];
};

static enum status try_join(const struct keys *keys, size_t k, enum join kind,
                            struct joined *ret, struct error *err)
{
    struct join_input *input = ARENA_ARRAY(&mem, struct join_input, k);
    struct keys *from = ARENA_ARRAY(&mem, struct keys, k);
    struct join_rows j;
    const uint64_t *key;
    for (size_t t = 0; t < k; t++) {
        from[t] = keys[t];
        input[t] = (struct join_input){next_of, &from[t]};
    }
    ret->n = 0;
    TRY(join_begin(&j, input, k, kind, &mem, err));
    for (;; ret->n++) {
        TRY(join_next(&j, &key, err));
        if (!key)
            break;
        ret->key[ret->n] = *key;
        for (size_t t = 0; t < k; t++)
            ret->row[t][ret->n] = j.row[t];
    }
    for (size_t t = 0; t < k; t++)
        ret->unmatched[t] = keys[t].n - j.taken[t];
    return STATUS_OK;
}

static struct joined join(const struct keys *keys, size_t k, enum join kind)
{
    struct error err;
    struct joined r;
    cr_assert_eq(try_join(keys, k, kind, &r, &err), STATUS_OK, "%s", err.message);
    return r;
}

static void expect_keys(const struct joined *r, const uint64_t *key, size_t n)
{
    cr_assert_eq(r->n, n, "%zu keys, not %zu", r->n, n);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(r->key[i], key[i], "key %zu is %llu, not %llu", i,
                     (unsigned long long)r->key[i], (unsigned long long)key[i]);
}

static void expect_rows(const struct joined *r, size_t t, const size_t *row)
{
    for (size_t i = 0; i < r->n; i++)
        cr_assert_eq(r->row[t][i], row[i], "input %zu, key %llu: row %zu, not %zu", t,
                     (unsigned long long)r->key[i], r->row[t][i], row[i]);
}

Test(join, inner_keeps_keys_that_all_inputs_have)
{
    struct joined r = join(three, 3, JOIN_INNER);
    expect_keys(&r, (const uint64_t[]){3, 7}, 2);
    expect_rows(&r, 0, (const size_t[]){1, 3});
    expect_rows(&r, 1, (const size_t[]){1, 2});
    expect_rows(&r, 2, (const size_t[]){1, 2});
    cr_assert(r.unmatched[0] == 3 && r.unmatched[1] == 2 && r.unmatched[2] == 2);
}

Test(join, left_keeps_the_keys_of_the_first_input)
{
    struct joined r = join(three, 3, JOIN_LEFT);
    expect_keys(&r, (const uint64_t[]){1, 3, 4, 7, 9}, 5);
    expect_rows(&r, 0, (const size_t[]){0, 1, 2, 3, 4});
    expect_rows(&r, 1, (const size_t[]){NONE, 1, NONE, 2, NONE});
    expect_rows(&r, 2, (const size_t[]){NONE, 1, NONE, 2, 3});
}

Test(join, outer_keeps_keys_that_any_input_has)
{
    struct joined r = join(three, 3, JOIN_OUTER);
    expect_keys(&r, (const uint64_t[]){0, 1, 2, 3, 4, 7, 8, 9}, 8);
    expect_rows(&r, 0, (const size_t[]){NONE, 0, NONE, 1, 2, 3, NONE, 4});
    expect_rows(&r, 1, (const size_t[]){NONE, NONE, 0, 1, NONE, 2, 3, NONE});
    expect_rows(&r, 2, (const size_t[]){0, NONE, NONE, 1, NONE, 2, NONE, 3});
}

Test(join, the_ends_of_the_keys_range_are_keys)
{
    const struct keys two[] = {KEYS(0, 5, UINT64_MAX), KEYS(0, UINT64_MAX)};
    struct joined r = join(two, 2, JOIN_INNER);
    expect_keys(&r, (const uint64_t[]){0, UINT64_MAX}, 2);
    r = join(two, 2, JOIN_OUTER);
    expect_keys(&r, (const uint64_t[]){0, 5, UINT64_MAX}, 3);
}

Test(join, an_empty_input_empties_the_inner_join_only)
{
    const struct keys two[] = {KEYS(1, 2), {NULL, 0, 0}};
    cr_assert_eq(join(two, 2, JOIN_INNER).n, 0);
    cr_assert_eq(join(two, 2, JOIN_LEFT).n, 2);
    cr_assert_eq(join(two, 2, JOIN_OUTER).n, 2);
    const struct keys turned[] = {{NULL, 0, 0}, KEYS(1, 2)};
    cr_assert_eq(join(turned, 2, JOIN_LEFT).n, 0);
    cr_assert_eq(join(NULL, 0, JOIN_INNER).n, 0);
    cr_assert_eq(join(NULL, 0, JOIN_OUTER).n, 0);
}

Test(join, one_input_joins_to_itself)
{
    for (int kind = JOIN_INNER; kind <= JOIN_OUTER; kind++) {
        struct joined r = join(three, 1, (enum join)kind);
        expect_keys(&r, three[0].key, three[0].n);
        expect_rows(&r, 0, (const size_t[]){0, 1, 2, 3, 4});
    }
}

Test(join, keys_that_do_not_ascend_are_refused)
{
    const struct keys descending[] = {KEYS(1, 2), KEYS(1, 3, 2)},
                      twice[] = {KEYS(1, 1), KEYS(1)};
    struct error err;
    struct joined r;
    cr_assert_eq(try_join(descending, 2, JOIN_OUTER, &r, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the keys of input 2 do not ascend at row 3");
    cr_assert_eq(try_join(twice, 2, JOIN_INNER, &r, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the keys of input 1 do not ascend at row 2");
}

Test(join, rows_of_one_input_pass_whatever_their_keys)
{
    const struct keys any[] = {KEYS(3, 1, 1)};
    struct joined r = join(any, 1, JOIN_INNER);
    expect_keys(&r, (const uint64_t[]){3, 1, 1}, 3);
    expect_rows(&r, 0, (const size_t[]){0, 1, 2});
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
    enum { RANGE = 40, MOST = MOST_INPUTS };
    for (size_t trial = 0; trial < 3000; trial++) {
        size_t k = 1 + next() % MOST, row[MOST][RANGE];
        uint64_t key[MOST][RANGE];
        struct keys input[MOST];
        for (size_t t = 0; t < k; t++) {
            size_t n = 0, density = 1 + next() % 4;
            for (uint64_t v = 0; v < RANGE; v++) {
                row[t][v] = next() % density == 0 ? n : NONE;
                if (row[t][v] != NONE)
                    key[t][n++] = v;
            }
            input[t] = (struct keys){key[t], n, 0};
        }
        enum join kind = (enum join)(trial % 3);
        struct joined r = join(input, k, kind);
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
