/* What the steps that fill cells, and the one that codes texts, do beyond the contract; the
 * numbers are scikit-learn's (tests/interop/impute.py has many more). */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/example.h"
#include "steps/impute.h"

enum { N = 6 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(impute, .fini = release);

static const double a[N] = {1, NAN, 3, 3, 8, NAN}, b[N] = {5, 5, 2, 2, 7, 9};
static const double *const columns[] = {a, b};
static const char *const names[] = {"a", "b"};

static struct matrix example(void)
{
    return (struct matrix){.n = N, .p = 2, .col = columns, .name = names};
}

/* Options as words "name=value …". */
static const void *params_of(const struct step *s, const char *options)
{
    void *params = arena_alloc(&mem, s->params_size);
    memcpy(params, s->defaults, s->params_size);
    struct texts words = option_words(options, &mem);
    for (size_t i = 0; i < words.n; i++) {
        const char *is = strchr(words.v[i], '=');
        struct view name = {words.v[i], (size_t)(is - words.v[i])};
        struct error err = {0};
        const struct option_row *row = option_find(s->rows, s->n_rows, name);
        cr_assert_eq(option_parse(row, is + 1, params, &mem, &err), STATUS_OK, "%s",
                     err.message);
    }
    return params;
}

static enum status filled(const char *step, const char *options, const struct matrix *x,
                          struct matrix *ret, struct error *err)
{
    const struct step *s = step_find(step);
    struct fit_context context = example_context(&mem, 1);
    static const struct target none;
    void *state;
    TRY(step_fit(s, params_of(s, options), x, &none, &context, &state, err));
    return step_apply(s, state, NULL, x, &mem, ret, err);
}

static const struct {
    const char *step, *options;
    double first, last; // what fills rows 1 and 5 of a
} cases[] = {
    {"impute", "strategy=mean", 3.75, 3.75},
    {"impute", "strategy=median", 3, 3},
    {"impute", "strategy=most_frequent", 3, 3},
    {"impute", "strategy=constant fill_value=-1", -1, -1},
    {"impute_knn", "n_neighbors=1", 1, 8},
    {"impute_knn", "n_neighbors=2", 4.5, 4.5},
    {"impute_knn", "n_neighbors=2 weights=distance", 1, 5.666666666666667},
    {"impute_knn", "n_neighbors=9", 3.75, 3.75},
};

Test(impute, cells_take_the_figure_that_was_asked_for)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct matrix x = example(), out;
        struct error err = {0};
        cr_assert_eq(filled(cases[i].step, cases[i].options, &x, &out, &err), STATUS_OK);
        cr_assert_float_eq(out.col[0][1], cases[i].first, 1e-15, "%s %s: %.17g",
                           cases[i].step, cases[i].options, out.col[0][1]);
        cr_assert_float_eq(out.col[0][5], cases[i].last, 1e-15, "%s %s: %.17g",
                           cases[i].step, cases[i].options, out.col[0][5]);
        cr_assert_eq(out.col[0][4], 8);
        cr_assert_eq(out.col[1], columns[1], "a whole column is shared");
    }
}

Test(impute, an_indicator_says_where_cells_were_empty)
{
    struct matrix x = example(), out;
    struct error err = {0};
    cr_assert_eq(filled("impute", "add_indicator=true", &x, &out, &err), STATUS_OK);
    cr_assert_eq(out.p, 3, "b has no empty cell");
    cr_assert_str_eq(out.name[2], "a_missing");
    for (size_t i = 0; i < N; i++)
        cr_assert_eq(out.col[2][i], i == 1 || i == 5);
}

Test(impute, a_column_without_a_value_is_refused_but_for_a_constant)
{
    static const double empty[N] = {NAN, NAN, NAN, NAN, NAN, NAN};
    const double *col[] = {b, empty};
    struct matrix x = example(), out;
    struct error err = {0};
    x.col = col;
    cr_assert_eq(filled("impute", "", &x, &out, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "column 2 is empty in all 6 rows that are learnt from: "
                                  "nothing is known to fill it with");
    cr_assert_str_eq(err.loc.field, "b");
    cr_assert_eq(filled("impute_knn", "", &x, &out, &err), STATUS_INPUT);
    cr_assert_eq(filled("impute", "strategy=constant", &x, &out, &err), STATUS_OK);
    cr_assert_eq(out.col[1][3], 0);
}

Test(impute, a_value_that_counts_for_nothing_is_refused)
{
    const struct step *s = step_find("impute");
    struct shape in = {.p = 2}, out;
    struct error err = {0};
    cr_assert_eq(s->width(params_of(s, "fill_value=2"), &in, &out, &err), STATUS_INPUT);
    cr_assert_str_eq(err.loc.field, "impute.fill_value");
    in.p = 0;
    cr_assert_eq(s->width(params_of(s, ""), &in, &out, &err), STATUS_INPUT);
}

Test(impute, figures_of_huge_values_are_finite)
{
    double huge[] = {1.5e308, 1.7e308};
    cr_assert_eq(impute_mean(huge, 2), 1.6e308);
    cr_assert_eq(impute_median(huge, 2), 1.6e308);
}

/* Levels "x", "y" and an empty cell. */
static struct matrix texts(const char *cells)
{
    struct matrix x = example();
    struct view *cell = ARENA_ARRAY(&mem, struct view, N);
    struct text_column *text = ARENA_NEW(&mem, struct text_column);
    for (size_t i = 0; i < N; i++)
        if (cells[i] != '-')
            cell[i] = (struct view){&cells[i], 1};
    *text = (struct text_column){"kind", cell};
    x.n_texts = 1;
    x.text = text;
    return x;
}

Test(impute, texts_become_columns_behind_the_numbers)
{
    struct matrix x = texts("xyx-yx"), out;
    struct error err = {0};
    cr_assert_eq(filled("one_hot", "", &x, &out, &err), STATUS_OK);
    cr_assert_eq(out.p, 5);
    cr_assert_eq(out.n_texts, 0);
    cr_assert_str_eq(out.name[2], "kind_x");
    cr_assert_str_eq(out.name[4], "kind_missing");
    for (size_t i = 0; i < N; i++)
        cr_assert_eq(out.col[2][i] + 2 * out.col[3][i] + 3 * out.col[4][i],
                     "xyx-yx"[i] == 'x'   ? 1
                     : "xyx-yx"[i] == 'y' ? 2
                                          : 3);
}

Test(impute, or_a_sparse_block)
{
    struct matrix x = texts("xyx-yx"), out;
    struct error err = {0};
    cr_assert_eq(filled("one_hot", "sparse_output=true drop=first", &x, &out, &err),
                 STATUS_OK);
    cr_assert_eq(out.p, 2);
    cr_assert_eq(out.sparse->p, 2);
    cr_assert_eq(out.sparse->start[1], 0, "x is dropped");
    cr_assert_eq(out.sparse->col[0], 0);
    cr_assert_eq(out.sparse->col[1], 1);
    cr_assert_eq(out.sparse->start[N], 3);
}

Test(impute, a_level_that_was_not_learnt_is_named_with_its_row)
{
    const struct step *s = step_find("one_hot");
    struct matrix x = texts("xyxxyx"), other = texts("xxzxxx"), out;
    struct fit_context context = example_context(&mem, 1);
    static const struct target none;
    struct error err = {0};
    void *state;
    other.first = 40;
    cr_assert_eq(step_fit(s, params_of(s, "handle_unknown=error"), &x, &none, &context,
                          &state, &err),
                 STATUS_OK);
    cr_assert_eq(step_apply(s, state, NULL, &other, &mem, &out, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "'z' in row 43 is no level that was learnt");
    cr_assert_str_eq(err.loc.field, "kind");
}
