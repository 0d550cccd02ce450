#include <criterion/criterion.h>

#include "base/rng.h"
#include "clean/order.h"
#include "help/help.h"

static struct arena mem;
static struct publish publish;

static void release(void)
{
    publish_release(&publish);
    arena_release(&mem);
}

TestSuite(order, .fini = release);

static struct order begun(const char *folder, size_t n)
{
    struct order o = {
        .publish = &publish, .path = help_path(folder, "clean.arrow"), .mem = &mem};
    order_begin(&o, n);
    return o;
}

static void add(struct order *o, uint64_t rank)
{
    struct error err;
    cr_assert_eq(order_add(o, (struct order_row){rank, o->n}, &err), STATUS_OK);
}

/* The rows in their order; all of them, each once, equal ranks as they were added. */
static void expect_sorted(struct order *o)
{
    struct order_row buffer[ORDER_BLOCK], last = {0, 0};
    const struct order_row *row;
    uint8_t *seen = ARENA_ARRAY(&mem, uint8_t, o->n);
    struct error err;
    size_t n;
    cr_assert_eq(order_end(o, &err), STATUS_OK);
    for (size_t at = 0; at < o->n; at += n) {
        cr_assert_eq(order_read(o, at, buffer, &row, &n, &err), STATUS_OK);
        cr_assert_gt(n, 0);
        for (size_t i = 0; i < n; last = row[i++]) {
            bool first = at + i == 0;
            cr_assert(first || last.rank < row[i].rank ||
                          (last.rank == row[i].rank && last.what < row[i].what),
                      "row %zu of %zu", at + i, o->n);
            cr_assert(!seen[row[i].what]);
            seen[row[i].what] = 1;
        }
    }
    cr_assert_eq(order_read(o, o->n, buffer, &row, &n, &err), STATUS_OK);
    cr_assert_eq(n, 0);
    order_close(o);
}

Test(order, of_any_length_and_any_bytes)
{
    static const uint64_t masks[] = {UINT64_MAX,         0xff,    0xff00000000, 0,
                                     0x8000000000000001, 0x7f0001};
    static const size_t lengths[] = {0, 1, 2, 100, 5000};
    struct rng rng;
    rng_seed(&rng, 1, "order");
    for (size_t trial = 0; trial < 60; trial++) {
        size_t n = lengths[trial % 5];
        struct order o = begun(help_folder(), n);
        for (size_t i = 0; i < n; i++)
            add(&o, rng_next(&rng) & masks[trial % 6]);
        cr_assert_eq(o.runs, 0);
        expect_sorted(&o);
    }
}

Test(order, more_rows_than_are_sorted_at_a_time)
{
    static const uint64_t masks[] = {UINT64_MAX, 0xfff, 0};
    const char *folder = help_folder();
    struct rng rng;
    rng_seed(&rng, 2, "order");
    for (size_t trial = 0; trial < 3; trial++) {
        size_t n = 3 * ORDER_RUN + (trial ? 1000 : 0);
        struct order o = begun(folder, n);
        for (size_t i = 0; i < n; i++)
            add(&o, rng_next(&rng) & masks[trial]);
        cr_assert_gt(o.runs, 0);
        cr_assert_eq(help_count(folder), 0, "its file has a name");
        expect_sorted(&o);
    }
}
