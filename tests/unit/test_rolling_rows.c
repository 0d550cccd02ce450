/* Which rows there are, and the most frequent class until each origin. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "rolling/rolling_naive.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(rolling_rows, .fini = release);

static const struct pipeline daily = {.name = "p",
                                      .time = {.column = "day", .step = TIMESTEP_DAY}};

static struct rolling_rows rows_of(const struct rolling_points *points,
                                   const struct rolling_plan *plan)
{
    struct rolling_rows r;
    rolling_rows_make(points, plan, &daily, ANSWER_VALUES, 1, &mem, &r);
    return r;
}

static struct rolling_points *points_of(const int32_t *key, const uint32_t *group,
                                        const double *y, size_t n)
{
    struct rolling_points *p = ARENA_NEW(&mem, struct rolling_points);
    const double **col = ARENA_ARRAY(&mem, const double *, 1);
    *col = y;
    *p = (struct rolling_points){
        .n = n, .key = key, .group = group, .y = {.y = {.n = n, .p = 1, .col = col}}};
    return p;
}

static void expect(const struct rolling_rows *r, const int32_t (*wanted)[3], size_t n)
{
    cr_assert_eq(r->n, n, "%zu rows", r->n);
    for (size_t i = 0; i < n; i++) {
        cr_assert_eq(r->origin[i], wanted[i][0], "row %zu", i);
        cr_assert_eq(r->horizon[i], wanted[i][1], "row %zu", i);
        cr_assert_eq(r->key[i], wanted[i][2], "row %zu", i);
        cr_assert_not(rolling_rows_answered(r, i));
    }
}

Test(rolling_rows, a_row_lies_behind_its_origin_and_the_gap)
{
    static const int32_t key[] = {10, 11, 12, 13, 14, 15, 16};
    static const double y[] = {0, 1, 2, 3, 4, 5, 6};
    const struct rolling_plan plan = {
        .first = 11, .origins = 2, .step = 2, .horizon = 2, .gap = 1, .refit = 1};
    struct rolling_rows r = rows_of(points_of(key, NULL, y, 7), &plan);
    expect(&r, (const int32_t[][3]){{11, 1, 13}, {11, 2, 14}, {13, 1, 15}, {13, 2, 16}},
           4);
    cr_assert(r.actual.y.col[0][1] == 4 && r.turn[3] == 1 && r.point[3] == 6);
}

Test(rolling_rows, what_has_no_value_or_no_past_is_no_row)
{
    static const int32_t key[] = {10, 11, 13, 14, 12, 13, 15};
    static const uint32_t group[] = {0, 0, 0, 0, 1, 1, 1};
    static const double y[] = {0, 1, NAN, 3, 4, 5, 6};
    const struct rolling_plan plan = {
        .first = 11, .origins = 3, .step = 1, .horizon = 2, .refit = 1};
    struct rolling_rows r = rows_of(points_of(key, group, y, 7), &plan);
    expect(&r, (const int32_t[][3]){{12, 2, 14}, {13, 1, 14}, {12, 1, 13}, {13, 2, 15}},
           4);
    cr_assert(r.n_series == 2 && r.from[1] == 2 && r.from[2] == 4);
}

Test(rolling_rows, the_most_frequent_class_is_that_of_the_past)
{
    static const int32_t key[] = {1, 2, 3, 4, 5, 6, 7};
    static const double y[] = {2, 0, 2, 0, 0, 1, 1};
    const struct rolling_plan plan = {
        .first = 1, .origins = 6, .step = 1, .horizon = 1, .refit = 1};
    struct rolling_points *points = points_of(key, NULL, y, 7);
    points->y.task = TASK_CLASSES;
    points->y.n_classes = 3;
    struct rolling_rows r = rows_of(points, &plan);
    rolling_majority(&r, &mem);
    static const double wanted[] = {2, 0, 2, 0, 0, 0};
    cr_assert_str_eq(r.baseline->name, "majority");
    for (size_t i = 0; i < 6; i++)
        cr_assert_eq(r.baseline->prediction.value[0][i], wanted[i], "row %zu", i);
}
