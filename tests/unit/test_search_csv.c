#include <math.h>

#include "artifacts/search_csv.h"
#include "help/artifact.h"

TestSuite(search_csv, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return search_csv_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return search_csv_read(path, m, ret, e);
}

static const struct search_csv_axis axes[] = {{"ridge.alpha", PARAMETER_REAL},
                                              {"select.k", PARAMETER_WHOLE},
                                              {HOSTILE, PARAMETER_TEXT}};
static const union parameter values[] = {
    {.real = 0.1},    {.whole = 3},         {.text = HOSTILE},
    {.real = 5e-324}, {.whole = INT64_MAX}, {.text = ""},
    {.real = -1e300}, {.whole = -1},        {.text = " lead,\"quote\""},
};
static const double scores[] = {0.7, 0.9, NAN, 1e-17, -1.7976931348623157e308, 0.1};
static const double means[] = {0.8, NAN, -8.9884656743115785e307};
static const size_t ranks[] = {1, 3, 2};
static const struct search_csv whole = {3,      3,     2,     axes, values,
                                        scores, means, ranks, NULL, NULL};

Test(search_csv, comes_back_as_it_was)
{
    struct search_csv back;
    artifact_round(put, get, &whole, &back);
    cr_assert(back.n_axes == 3 && back.n_cells == 3 && back.folds == 2);
    for (size_t a = 0; a < 3; a++) {
        cr_assert_str_eq(back.axis[a].name, axes[a].name);
        cr_assert_eq(back.axis[a].kind, axes[a].kind, "%zu", a);
        for (size_t cell = 0; cell < 3; cell++)
            cr_assert_eq(parameter_order(axes[a].kind, search_csv_value(&back, cell, a),
                                         search_csv_value(&whole, cell, a)),
                         0);
    }
    cr_assert(isnan(back.score[2]) && isnan(back.mean[1]));
    cr_assert_eq(back.score[4], scores[4]);
    cr_assert_eq(back.rank[2], 2);
}

Test(search_csv, a_search_without_axes_has_one_cell)
{
    static const double score[] = {0.5}, mean[] = {0.5};
    static const size_t rank[] = {1};
    static const struct search_csv one = {0,     1,    1,    NULL, NULL,
                                          score, mean, rank, NULL, NULL};
    struct search_csv back;
    artifact_round(put, get, &one, &back);
    cr_assert(back.n_axes == 0 && back.n_cells == 1 && back.folds == 1);
}

/* Two recipes in two rounds. */
Test(search_csv, rounds_and_recipes_come_back)
{
    static const struct search_csv_axis of[] = {{SEARCH_CSV_RECIPE, PARAMETER_TEXT},
                                                {"ridge.alpha", PARAMETER_TEXT}};
    static const union parameter value[] = {{.text = "ridge"}, {.text = "0.1"},
                                            {.text = "mean"},  {.text = ""},
                                            {.text = "ridge"}, {.text = "0.1"}};
    static const size_t iter[] = {0, 0, 1}, resources[] = {12, 12, 36};
    static const size_t rank[] = {2, 3, 1};
    static const double mean[] = {0.8, NAN, 0.9};
    static const struct search_csv some = {2,      3,    2,    of,   value,
                                           scores, mean, rank, iter, resources};
    struct search_csv back;
    artifact_round(put, get, &some, &back);
    cr_assert(search_csv_has_recipes(&back) && !search_csv_has_recipes(&whole));
    cr_assert(back.n_axes == 2 && back.folds == 2);
    cr_assert_str_eq(search_csv_value(&back, 1, 1).text, "");
    cr_assert(back.iter[2] == 1 && back.resources[2] == 36);
}

/* Reals that are all whole are written as whole numbers are, and read as such. */
Test(search_csv, the_narrowest_kind_is_read)
{
    union parameter numbers[9];
    struct search_csv back, other = whole;
    memcpy(numbers, values, sizeof numbers);
    numbers[0].real = 1;
    numbers[3].real = 10;
    numbers[6].real = 100;
    other.value = numbers;
    artifact_round(put, get, &other, &back);
    cr_assert_eq(back.axis[0].kind, PARAMETER_WHOLE);
    cr_assert_eq(search_csv_value(&back, 1, 0).whole, 10);
}

static const struct {
    const char *old, *instead, *words;
} damage[] = {
    {"score_1", "score_0", "no column 'score_1'"},
    {"score_2", "score_3", "expected column 'score_2' at place 5, found 'score_3'"},
    {"score_mean,rank", "rank,score_mean", "expected column 'score_mean' at place 6"},
    {",rank", ",rank,more", "expected column 'score_3'"},
    {"0.8,1", "0.8,first", "expected a whole number, found 'first'"},
    {"0.8,1", "0.8,0", "rank 0 among 3 cells"},
    {"0.8,1", "0.8,4", "rank 4 among 3 cells"},
    {"0.8,1", ",1", "no cell of rank 1 has a mean"},
    {"0.8,1", "0.8", "expected 7 cells, found 6"},
    {"0.8,1", "inf,1", "expected a number, found 'inf'"},
};

Test(search_csv, damage_is_named)
{
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++) {
        struct search_csv back;
        const char *broken = artifact_replace(path, damage[i].old, damage[i].instead);
        cr_assert_eq(get(broken, &mem, &back, &err), STATUS_INPUT, "%s",
                     damage[i].instead);
        cr_assert_not_null(strstr(err.message, damage[i].words), "'%s' for %s",
                           err.message, damage[i].instead);
        cr_assert_str_eq(err.loc.path, broken);
    }
}
