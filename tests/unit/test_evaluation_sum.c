#include <criterion/criterion.h>

#include <math.h>

#include "help/help.h"
#include "help/tables.h"
#include "learn/division.h"
#include "evaluation/evaluation.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(evaluation_sum, .fini = release);

enum { N = 1500 };
static const struct pipeline timeless;

/* Rows whose prediction misses by 1, but for a few. */
static struct evaluation make(double *y, double *p, uint8_t *part)
{
    for (size_t i = 0; i < N; i++) {
        y[i] = (double)i;
        p[i] = y[i] + 1;
        part[i] = i < 1000 ? DIVISION_TRAIN : DIVISION_HOLDOUT;
    }
    const double **column = ARENA_ARRAY(&mem, const double *, 2);
    column[0] = y;
    column[1] = p;
    return (struct evaluation){.pipeline = &timeless,
                               .mem = &mem,
                               .frame = {.n = N,
                                         .target = {.y = {.n = N, .p = 1, .col = column}},
                                         .pipeline = &timeless},
                               .prediction = {.n = N, .p = 1, .value = column + 1},
                               .part = part};
}

/* Without a time a row is called by its id; with one the id stands beside the time of a row
 * that is shown alone. */
Test(evaluation_sum, rows_are_called_by_their_ids)
{
    static const struct field fields[] = {{"id", TYPE_TEXT}},
                              timed[] = {{"month", TYPE_DATE}, {"id", TYPE_INT64}};
    struct pipeline p = {.id = "id"};
    double y[] = {1, 2, 3}, predicted[] = {1, 5, 3};
    const double *const column[] = {y, predicted};
    uint8_t part[] = {DIVISION_TRAIN, DIVISION_TRAIN, DIVISION_HOLDOUT};
    int32_t key[] = {0, 31, 59};
    const char *path = help_path(help_folder(), "features.arrow");
    struct residuals_json sums;
    struct evaluation e = {.pipeline = &p,
                           .mem = &mem,
                           .frame = {.n = 3,
                                     .target = {.y = {.n = 3, .p = 1, .col = column}},
                                     .pipeline = &p},
                           .prediction = {.n = 3, .p = 1, .value = column + 1},
                           .part = part};
    tables_write(path, fields, 1, NULL, 0, "r7\nr8\nr9\n");
    cr_assert_eq(ids_open(&e.ids, path, &p, &mem, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(evaluation_sum(&e, &sums, &err), STATUS_OK);
    ids_close(&e.ids);
    cr_assert_str_eq(sums.by, "id");
    cr_assert_str_eq(sums.point[2].key, "r9");
    cr_assert_str_eq(sums.part[0].worst->key, "r8");
    p.time = (struct time_config){"month", TIMESTEP_MONTH, 0};
    e.frame.key = key;
    tables_write(path, timed, 2, NULL, 0, "0 7\n31 8\n59 9\n");
    cr_assert_eq(ids_open(&e.ids, path, &p, &mem, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(evaluation_sum(&e, &sums, &err), STATUS_OK);
    ids_close(&e.ids);
    cr_assert_str_eq(sums.by, "month");
    cr_assert_str_eq(sums.point[2].key, "1970-03");
    cr_assert_str_eq(sums.part[0].worst->key, "1970-02, id 8");
}

Test(evaluation_sum, one_in_some_rows_and_the_last_ones_are_points)
{
    double y[N], p[N];
    uint8_t part[N];
    struct evaluation e = make(y, p, part);
    struct residuals_json sums;
    cr_assert_eq(evaluation_sum(&e, &sums, &err), STATUS_OK);
    cr_assert(sums.rows == N && sums.every == 3 && sums.n_points == 500);
    cr_assert_str_eq(sums.by, "row");
    cr_assert_str_eq(sums.point[499].key, "1497");
    cr_assert(sums.point[2].actual == 6 && sums.point[2].prediction == 7);
    cr_assert_eq(sums.n_last, RESIDUALS_LAST);
    cr_assert_str_eq(sums.last[RESIDUALS_LAST - 1].key, "1499");
    cr_assert_eq(sums.n_baselines, 0);
    e.frame.n = 10;
    cr_assert_eq(evaluation_sum(&e, &sums, &err), STATUS_OK);
    cr_assert(sums.every == 1 && sums.n_points == 10 && sums.n_last == 0);
}

Test(evaluation_sum, the_largest_miss_of_each_part_is_known)
{
    double y[N], p[N];
    uint8_t part[N];
    struct evaluation e = make(y, p, part);
    struct residuals_json sums;
    p[7] = -5;
    p[8] = NAN;
    p[1100] = 1200;
    cr_assert_eq(evaluation_sum(&e, &sums, &err), STATUS_OK);
    cr_assert(sums.n_parts == 2 && sums.part[0].n == 1000 && sums.part[1].n == 500);
    cr_assert_str_eq(sums.part[0].first, "0");
    cr_assert_str_eq(sums.part[0].worst->key, "7");
    cr_assert_str_eq(sums.part[1].worst->key, "1100");
    cr_assert_eq(sums.largest, N - 1);
}

Test(evaluation_sum, a_baseline_is_compared_on_the_rows_that_it_has)
{
    double y[N], p[N], naive[N];
    const double *const column[] = {naive};
    struct naive baseline[] = {{"naive", {.n = N, .p = 1, .value = column}},
                               {.name = "none"}};
    uint8_t part[N];
    struct evaluation e = make(y, p, part);
    struct residuals_json sums;
    e.n_baselines = 2;
    e.baseline = baseline;
    for (size_t i = 0; i < N; i++)
        naive[i] = i % 2 ? y[i] + 2 : NAN;
    p[1001] = y[1001] + 3;
    cr_assert_eq(evaluation_sum(&e, &sums, &err), STATUS_OK);
    cr_assert_eq(sums.n_baselines, 1);
    cr_assert_eq(sums.baseline[0].n, 250);
    cr_assert_float_eq(sums.baseline[0].rmse, sqrt((249 + 9) / 250.0), 1e-12);
    cr_assert_lt(sums.baseline[0].errors, -2, "the model misses by half");
    for (size_t i = 0; i < N; i++)
        naive[i] = p[i] = y[i] + 2;
    for (size_t i = 0; i < N; i++)
        p[i] = y[i] + 1;
    cr_assert_eq(evaluation_sum(&e, &sums, &err), STATUS_OK);
    cr_assert(sums.baseline[0].errors < -1e300 && isfinite(sums.baseline[0].errors));
}

/* Classes have no residuals: the rows of each part are counted, and that is all. */
Test(evaluation_sum, of_classes_the_parts_are_counted)
{
    double y[N], p[N];
    uint8_t part[N];
    struct evaluation e = make(y, p, part);
    struct residuals_json sums;
    e.frame.target.task = TASK_CLASSES;
    cr_assert_eq(evaluation_sum(&e, &sums, &err), STATUS_OK);
    cr_assert(sums.rows == N && sums.n_points == 0 && sums.n_baselines == 0);
    cr_assert(sums.n_parts == 2 && sums.part[0].n == 1000 && sums.part[1].n == 500);
    cr_assert_null(sums.part[0].worst);
}
