#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "bands/planting.h"
#include "base/arena.h"

enum { ROWS = 20000, GROUPS = 200 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(planting, .fini = release);

static const struct planting_rule rule = PLANTING_DEFAULTS;

/* What was planted, and how many rows of each kind. */
struct planted {
    double *value; // [ROWS]
    uint8_t *kind; // [ROWS]
    size_t n[PLANTING_KINDS];
};

static struct grouped_rows make(void)
{
    double *value = ARENA_ARRAY(&mem, double, ROWS);
    uint32_t *group = ARENA_ARRAY(&mem, uint32_t, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        group[i] = (uint32_t)(i % GROUPS);
        value[i] = 10 + (double)(i % GROUPS) + (double)(i % 7) / 8;
    }
    return (struct grouped_rows){ROWS, value, group, GROUPS};
}

static struct planted plant(const struct grouped_rows *rows, uint64_t seed)
{
    struct planted p = {
        ARENA_ARRAY(&mem, double, ROWS), ARENA_ARRAY(&mem, uint8_t, ROWS), {0}};
    planting_make(&rule, seed, "test", rows, NULL, p.value, p.kind);
    for (size_t i = 0; i < ROWS; i++)
        p.n[p.kind[i]]++;
    return p;
}

Test(planting, each_kind_alters_a_quarter_of_the_share)
{
    struct grouped_rows rows = make();
    struct planted p = plant(&rows, 1);
    double quarter = rule.share / 4 * ROWS;
    for (size_t kind = PLANTING_FACTOR; kind < PLANTING_KINDS; kind++)
        cr_assert_float_eq((double)p.n[kind], quarter, quarter / 5, "%s: %zu",
                           planting_name[kind], p.n[kind]);
}

Test(planting, values_are_what_their_kind_says)
{
    struct grouped_rows rows = make();
    struct planted p = plant(&rows, 2);
    for (size_t i = 0; i < ROWS; i++) {
        double by = p.value[i] / rows.value[i];
        switch (p.kind[i]) {
        case PLANTING_NONE: cr_assert(isnan(p.value[i])); break;
        case PLANTING_FACTOR: cr_assert_float_eq(fabs(log10(by)), 1, 1e-12); break;
        case PLANTING_SWAPPED: cr_assert_neq(p.value[i], rows.value[i]); break;
        case PLANTING_CURRENCY:
            cr_assert_float_eq(fabs(log(by) / log(rule.rate)), 1, 1e-12);
            break;
        default: cr_assert(by != 1 && by <= 1.5 && by >= 1 / 1.5);
        }
    }
}

Test(planting, a_drift_moves_on_from_row_to_row_of_whole_groups)
{
    struct grouped_rows rows = make();
    struct planted p = plant(&rows, 3);
    double last[GROUPS] = {0};
    for (size_t i = 0; i < ROWS; i++) {
        bool drifts = p.kind[i % GROUPS] == PLANTING_DRIFT; // the group's first row
        cr_assert_eq(p.kind[i] == PLANTING_DRIFT, drifts);
        if (!drifts)
            continue;
        double by = fabs(log(p.value[i] / rows.value[i]));
        cr_assert_gt(by, last[rows.group[i]]);
        last[rows.group[i]] = by;
    }
}

Test(planting, the_same_seed_plants_the_same_and_another_does_not)
{
    struct grouped_rows rows = make();
    struct planted a = plant(&rows, 4), b = plant(&rows, 4), c = plant(&rows, 5);
    cr_assert_eq(memcmp(a.value, b.value, ROWS * sizeof(double)), 0);
    cr_assert_neq(memcmp(a.kind, c.kind, ROWS), 0);
}

Test(planting, one_group_alone_neither_swaps_nor_drifts)
{
    struct grouped_rows rows = make();
    rows.group = ARENA_ARRAY(&mem, uint32_t, ROWS);
    struct planted p = plant(&rows, 6);
    cr_assert_eq(p.n[PLANTING_SWAPPED] + p.n[PLANTING_DRIFT], 0);
    cr_assert_gt(p.n[PLANTING_FACTOR], 0);
}
