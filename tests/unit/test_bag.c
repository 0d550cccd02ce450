/* Rows of counts: sums, signs, norms, and the same for any number of threads. */
#include <criterion/criterion.h>

#include <math.h>

#include "words/bag.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(bag, .fini = release);

static struct bag_rule rule_of(uint32_t columns)
{
    return (struct bag_rule){.grams = {.word_min = 1,
                                       .word_max = 2,
                                       .char_min = 2,
                                       .char_max = 4,
                                       .within = true,
                                       .lowercase = true,
                                       .columns = columns}};
}

/* n texts of made-up words, some of them long, some missing. */
static struct view *texts_of(size_t n)
{
    struct view *text = ARENA_ARRAY(&mem, struct view, n);
    uint64_t state = 7;
    for (size_t i = 0; i < n; i++) {
        struct text t = {.mem = &mem};
        size_t words = i % 97 == 3 ? 3000 : i % 13;
        for (size_t w = 0; w < words; w++) {
            state = state * UINT64_C(6364136223846793005) + 1;
            text_addf(&t, "w%u ", (unsigned)(state >> 33) % 300);
        }
        text[i] = (struct view){t.p, t.n};
    }
    return text;
}

static struct bag bag_with(const struct bag_rule *rule, const struct view *text, size_t n,
                           size_t threads)
{
    struct bag bag;
    struct error err;
    cr_assert_eq(bag_of(rule, &text, 1, n, threads, &mem, &bag, &err), STATUS_OK);
    return bag;
}

Test(bag, columns_ascend_and_counts_add_up)
{
    const size_t n = 300;
    struct bag_rule rule = rule_of(1000);
    struct view *text = texts_of(n);
    struct bag bag = bag_with(&rule, text, n, 1);
    for (size_t i = 0; i < n; i++) {
        struct ngrams_list list = {.mem = &mem};
        double sum = 0;
        ngrams_add(&rule.grams, text[i], 0, &list);
        for (size_t k = bag.start[i]; k < bag.start[i + 1]; k++) {
            cr_assert(k == bag.start[i] || bag.col[k - 1] < bag.col[k]);
            cr_assert_lt(bag.col[k], 1000);
            sum += bag.value[k];
        }
        cr_assert_eq(sum, (double)list.n);
    }
}

Test(bag, threads_change_nothing)
{
    const size_t n = 1700;
    struct bag_rule rule = rule_of(1 << 20);
    rule.alternate_sign = true;
    rule.norm = BAG_NORM_L2;
    struct view *text = texts_of(n);
    struct bag one = bag_with(&rule, text, n, 1);
    for (size_t threads = 2; threads <= 8; threads += 3) {
        struct bag many = bag_with(&rule, text, n, threads);
        cr_assert_eq(memcmp(one.start, many.start, (n + 1) * sizeof *one.start), 0);
        cr_assert_eq(memcmp(one.col, many.col, one.start[n] * sizeof *one.col), 0);
        cr_assert_eq(memcmp(one.value, many.value, one.start[n] * sizeof *one.value), 0);
    }
}

Test(bag, signs_cancel_and_leave_no_zero)
{
    const size_t n = 300;
    struct bag_rule rule = rule_of(5);
    rule.alternate_sign = true;
    struct bag bag = bag_with(&rule, texts_of(n), n, 2);
    size_t minus = 0;
    for (size_t k = 0; k < bag.start[n]; k++) {
        cr_assert_neq(bag.value[k], 0);
        minus += bag.value[k] < 0;
    }
    cr_assert(minus > 0 && minus < bag.start[n]);
}

Test(bag, rows_have_the_norm_that_was_wanted)
{
    const size_t n = 40;
    struct bag_rule rule = rule_of(1 << 18);
    for (unsigned norm = BAG_NORM_L1; norm <= BAG_NORM_L2; norm++) {
        rule.norm = norm;
        struct bag bag = bag_with(&rule, texts_of(n), n, 1);
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t k = bag.start[i]; k < bag.start[i + 1]; k++)
                sum += norm == BAG_NORM_L1 ? bag.value[k] : bag.value[k] * bag.value[k];
            cr_assert(bag.start[i] == bag.start[i + 1] || fabs(sum - 1) < 1e-12);
        }
    }
}

Test(bag, binary_rows_hold_ones)
{
    struct bag_rule rule = rule_of(50);
    rule.binary = true;
    struct bag bag = bag_with(&rule, texts_of(40), 40, 1);
    for (size_t k = 0; k < bag.start[40]; k++)
        cr_assert_eq(bag.value[k], 1);
}
