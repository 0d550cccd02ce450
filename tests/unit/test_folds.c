#include <criterion/criterion.h>

#include <string.h>

#include "learn/folds.h"

static struct folds planned(const struct fold_rule *rule, const struct fold_data *data,
                            struct arena *mem)
{
    struct folds folds;
    struct error err = {0};
    cr_assert_eq(folds_plan(rule, data, 42, mem, &folds, &err), STATUS_OK, "%s",
                 err.message);
    return folds;
}

/* The rows of a part, in whichever way it says them. */
static size_t rows_of(const struct fold_part *part, uint32_t *ret)
{
    size_t n = 0;
    for (size_t i = 0; part->row && i < part->n; i++)
        ret[n++] = part->row[i];
    for (size_t i = part->from; !part->row && i < part->to; i++)
        if (i < part->gap_from || i >= part->gap_to)
            ret[n++] = (uint32_t)i;
    cr_assert_eq(n, part->n);
    return n;
}

static void expect_rows(const struct fold_part *part, size_t n, const uint32_t *want)
{
    uint32_t row[64];
    cr_assert_eq(rows_of(part, row), n);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(row[i], want[i], "row %zu: %u, not %u", i, row[i], want[i]);
}

Test(folds, the_first_blocks_are_one_row_longer)
{
    struct arena mem = {0};
    static const size_t edges[] = {0, 20, 40, 59};
    struct fold_rule rule = {.n = 3, .method = FOLDS_BLOCKS};
    struct folds folds = planned(&rule, &(struct fold_data){.n = 59}, &mem);
    cr_assert(folds_view(&folds));
    for (size_t f = 0; f < 3; f++) {
        cr_assert_eq(folds.fold[f].test.from, edges[f]);
        cr_assert_eq(folds.fold[f].test.to, edges[f + 1]);
    }
    arena_release(&mem);
}

Test(folds, blocks_follow_each_other_and_cover_all_rows)
{
    struct arena mem = {0};
    for (size_t n = 2; n < 40; n++) {
        for (size_t k = 2; k <= n; k++) {
            struct fold_rule rule = {.n = k, .method = FOLDS_BLOCKS};
            struct folds folds = planned(&rule, &(struct fold_data){.n = n}, &mem);
            size_t at = 0;
            for (size_t f = 0; f < k; f++) {
                const struct fold *fold = &folds.fold[f];
                cr_assert_eq(fold->test.from, at);
                cr_assert(fold->test.n == n / k || fold->test.n == n / k + 1);
                cr_assert_eq(fold->train.n + fold->test.n, n);
                cr_assert_eq(fold->train.gap_from, at);
                at = fold->test.to;
                cr_assert_eq(fold->train.gap_to, at);
            }
            cr_assert_eq(at, n);
        }
    }
    arena_release(&mem);
}

/* scikit-learn 1.9.1, random_state=42; tests/interop holds more against it. */
static const struct {
    enum folds_method method;
    bool shuffle;
    uint32_t test[3][5]; // the number of rows, then these
} lists[] = {
    {FOLDS_SHUFFLED, false, {{4, 0, 1, 5, 8}, {3, 2, 7, 9}, {3, 3, 4, 6}}},
    {FOLDS_STRATIFIED, false, {{4, 0, 1, 2, 5}, {3, 3, 4, 6}, {3, 7, 8, 9}}},
    {FOLDS_STRATIFIED, true, {{4, 0, 1, 3, 9}, {3, 4, 5, 7}, {3, 2, 6, 8}}},
    {FOLDS_GROUPED, false, {{3, 3, 4, 5}, {4, 2, 6, 7, 8}, {3, 0, 1, 9}}},
};

Test(folds, shuffled_stratified_and_grouped_are_scikit_learns)
{
    struct arena mem = {0};
    static const uint32_t label[] = {1, 0, 1, 1, 0, 2, 2, 1, 0, 2};
    static const uint32_t group[] = {3, 3, 0, 1, 1, 1, 0, 5, 5, 4};
    struct fold_data data = {.n = 10, .label = label, .group = group};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct fold_rule rule = {
            .n = 3, .method = lists[i].method, .shuffle = lists[i].shuffle};
        struct folds folds = planned(&rule, &data, &mem);
        cr_assert_not(folds_view(&folds));
        for (size_t f = 0; f < 3; f++) {
            uint32_t row[16];
            const uint32_t *want = lists[i].test[f];
            expect_rows(&folds.fold[f].test, want[0], want + 1);
            cr_assert_eq(rows_of(&folds.fold[f].train, row), 10 - want[0]);
            for (size_t k = 1; k < 10 - want[0]; k++)
                cr_assert_lt(row[k - 1], row[k]);
        }
    }
    arena_release(&mem);
}

/* TimeSeriesSplit(3, gap=1, test_size=2, max_train_size=4) of ten rows; then the same for
 * two series that have those times, in the order of the series. */
static const uint32_t origins[3][2][5] = {{{3, 0, 1, 2}, {2, 4, 5}},
                                          {{4, 1, 2, 3, 4}, {2, 6, 7}},
                                          {{4, 3, 4, 5, 6}, {2, 8, 9}}};

Test(folds, rolling_origins_are_scikit_learns)
{
    struct arena mem = {0};
    int32_t time[10];
    for (int i = 0; i < 10; i++)
        time[i] = 100 + 3 * i;
    struct fold_data data = {.n = 10, .time = time};
    struct fold_rule rule = {
        .n = 3, .method = FOLDS_ROLLING, .gap = 1, .test_size = 2, .max_train_size = 4};
    struct folds folds = planned(&rule, &data, &mem);
    cr_assert(folds_view(&folds));
    for (size_t f = 0; f < 3; f++) {
        expect_rows(&folds.fold[f].train, origins[f][0][0], origins[f][0] + 1);
        expect_rows(&folds.fold[f].test, origins[f][1][0], origins[f][1] + 1);
    }
    arena_release(&mem);
}

Test(folds, no_series_is_learnt_from_at_or_behind_an_origin)
{
    struct arena mem = {0};
    int32_t time[20];
    for (int i = 0; i < 20; i++)
        time[i] = 100 + 3 * (i % 10);
    struct fold_data data = {.n = 20, .time = time};
    struct fold_rule rule = {.n = 3, .method = FOLDS_ROLLING, .gap = 1, .test_size = 2};
    struct folds folds = planned(&rule, &data, &mem);
    for (size_t f = 0; f < 3; f++) {
        uint32_t train[20], test[20];
        size_t origin = 4 + 2 * f, n = rows_of(&folds.fold[f].train, train);
        cr_assert_eq(n, 2 * (origin - 1));
        cr_assert_eq(rows_of(&folds.fold[f].test, test), 4);
        for (size_t i = 0; i < n; i++)
            cr_assert_lt(time[train[i]], 100 + 3 * (int)(origin - 1));
        for (size_t i = 0; i < 4; i++)
            cr_assert_geq(time[test[i]], 100 + 3 * (int)origin);
    }
    arena_release(&mem);
}

static const struct {
    struct fold_rule rule;
    size_t n; // of the arrays below
    bool known;
    const char *message;
} refused[] = {
    {{3, FOLDS_BLOCKS, 0, 0, 0, 0}, 2, false, "2 rows cannot be divided into 3 folds"},
    {{2, FOLDS_SHUFFLED, 0, 0, 0, 0}, 1, false, "1 row cannot be divided into 2 folds"},
    {{2, FOLDS_STRATIFIED, 0, 0, 0, 0},
     6,
     false,
     "stratified folds need a target of classes"},
    {{4, FOLDS_STRATIFIED, 0, 0, 0, 0}, 6, true, "no class has as many as 4 rows"},
    {{2, FOLDS_GROUPED, 0, 0, 0, 0},
     6,
     false,
     "grouped folds need groups, but rows have none"},
    {{3, FOLDS_GROUPED, 0, 0, 0, 0}, 6, true, "2 groups cannot be divided into 3 folds"},
    {{2, FOLDS_ROLLING, 0, 0, 0, 0},
     6,
     false,
     "rolling folds need a time, but rows have none"},
    {{2, FOLDS_ROLLING, 0, 3, 0, 0},
     6,
     true,
     "6 times are too few for 2 rolling folds of 3 with a gap of 0"},
    {{6, FOLDS_ROLLING, 0, 0, 0, 0},
     6,
     true,
     "6 times are too few for 6 rolling folds of 1 with a gap of 0"},
    {{2, FOLDS_ROLLING, 0, 2, 2, 0},
     6,
     true,
     "6 times are too few for 2 rolling folds of 2 with a gap of 2"},
    {{3, FOLDS_VALIDATION, 0, 0, 0, 0},
     6,
     true,
     "`folds: validation` needs validation rows, there are none"},
    {{2, FOLDS_BLOCKS, true, 0, 0, 0},
     6,
     true,
     "'shuffle' is a key of stratified folds, not of `method: blocks`"},
    {{2, FOLDS_SHUFFLED, 0, 0, 1, 0},
     6,
     true,
     "'gap' is a key of rolling folds, not of `method: shuffled`"},
};

/* PredefinedSplit([-1] * 6 + [0] * 2). */
Test(folds, validation_rows_are_the_one_fold)
{
    struct arena mem = {0};
    const struct fold_rule rule = {.n = 3, .method = FOLDS_VALIDATION};
    const struct fold_data data = {.n = 6, .validation = 2};
    static const uint32_t train[] = {0, 1, 2, 3, 4, 5}, test[] = {6, 7};
    struct folds folds;
    struct error err = {0};
    uint32_t row[8];
    cr_assert_eq(folds_plan(&rule, &data, 42, &mem, &folds, &err), STATUS_OK);
    cr_assert(folds.n == 1 && folds_view(&folds));
    cr_assert_eq(rows_of(&folds.fold[0].train, row), 6);
    cr_assert_arr_eq(row, train, sizeof train);
    cr_assert_eq(rows_of(&folds.fold[0].test, row), 2);
    cr_assert_arr_eq(row, test, sizeof test);
    arena_release(&mem);
}

Test(folds, what_the_rows_do_not_have_is_refused)
{
    struct arena mem = {0};
    static const uint32_t label[] = {0, 1, 0, 1, 0, 1}, group[] = {7, 7, 7, 2, 2, 2};
    static const int32_t time[] = {1, 2, 3, 4, 5, 6};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct fold_data data = {.n = refused[i].n};
        if (refused[i].known)
            data = (struct fold_data){refused[i].n, 0, label, group, time};
        struct folds folds = {.n = 77};
        struct error err = {0};
        cr_assert_eq(folds_plan(&refused[i].rule, &data, 42, &mem, &folds, &err),
                     STATUS_INPUT);
        cr_assert_str_eq(err.message, refused[i].message);
        cr_assert_str_eq(err.loc.field, "train.folds");
        cr_assert_eq(folds.n, 77, "the result was touched");
    }
    arena_release(&mem);
}

/* What is taken are those rows, whether shared, seen around a hole or copied. */
Test(folds, taken_rows_are_those_of_the_part)
{
    struct arena mem = {0};
    double **col;
    struct matrix x = matrix_new(&mem, 12, 2, NULL, &col);
    for (size_t i = 0; i < 12; i++)
        col[0][i] = (double)i, col[1][i] = 100 - (double)i;
    static const uint32_t list[] = {1, 5, 11};
    const struct fold_part parts[] = {{.n = 3, .row = list},
                                      {12, NULL, 0, 12, 12, 12},
                                      {4, NULL, 3, 7, 7, 7},
                                      {7, NULL, 2, 12, 4, 7}};
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        uint32_t row[12];
        size_t n = rows_of(&parts[k], row);
        struct matrix taken = folds_take(&parts[k], &x, &mem);
        taken = matrix_dense(&mem, &taken);
        cr_assert_eq(taken.n, n);
        for (size_t i = 0; i < n; i++) {
            cr_assert_eq(taken.col[0][i], row[i]);
            cr_assert_eq(taken.col[1][i], 100.0 - row[i]);
        }
    }
    arena_release(&mem);
}
