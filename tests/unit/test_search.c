#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "help/example.h"
#include "search/fused.h"
#include "search/search.h"
#include "steps/polynomial.h"

/* The plan of one recipe. */
static enum status search_plan_of(const struct recipe *recipe,
                                  const struct search_options *options,
                                  const struct matrix *x, const struct target *y,
                                  const struct fit_context *context,
                                  struct search_plan **ret, struct error *err)
{
    struct recipes *one = ARENA_NEW(context->mem, struct recipes);
    *one = example_recipes_of(context->mem, recipe);
    return search_begin(one, options, x, y, context, ret, err);
}

static enum status search_run(const struct recipe *recipe,
                              const struct search_options *options,
                              const struct matrix *x, const struct target *y,
                              const struct fit_context *context,
                              struct search_result *ret, struct error *err)
{
    struct search_plan *plan;
    TRY(search_plan_of(recipe, options, x, y, context, &plan, err));
    TRY(search_score(plan, 0, search_pieces(plan), err));
    return search_end(plan, ret, err);
}

static struct search_result searched(const char *yaml, const struct example *e,
                                     const char *metric, size_t folds, bool plain,
                                     size_t threads, struct arena *mem)
{
    struct recipe recipe = example_recipe(mem, yaml);
    struct search_options options = {example_folds(mem, e->x.n, folds),
                                     metric_find(metric),
                                     plain,
                                     NULL,
                                     NULL,
                                     NULL,
                                     NULL};
    struct fit_context context = example_context(mem, threads);
    struct search_result r;
    struct error err = {0};
    cr_assert_eq(search_run(&recipe, &options, &e->x, &e->y, &context, &r, &err),
                 STATUS_OK, "%s", err.message);
    return r;
}

/* GridSearchCV(KFold(3)) of scikit-learn 1.9.1 on the example of 24 rows and 6 columns:
 * StandardScaler, SelectKBest, PolynomialFeatures, Ridge.  Its rank_test_score is
 * last. */
static const char by_f[] =
    "- scale: {}\n- select: {by: f_score, k: [2, 4]}\n"
    "- polynomial: {degree: [1, 2, 3]}\n- ridge: {alpha: [1, 0.1]}\n";
static const char by_mutual[] =
    "- scale: {}\n- select: {k: [2, 4]}\n"
    "- polynomial: {degree: [1, 2, 3]}\n- ridge: {alpha: [1, 0.1]}\n";
static const double sklearn[2][12][4] = {
    {
        {0.6081185176858739, 0.694822610578874, 0.4504136233692979, 8},
        {0.9374205013789869, 0.9521842913109747, 0.9585897009164089, 2},
        {0.852787523119971, 0.7712076860351312, 0.1326826671539747, 7},
        {0.677370753649749, 0.548968475336052, 0.8323827147735529, 4},
        {0.25970729995892594, 0.7295438092294964, 0.12732844487391037, 10},
        {0.0006328761951500672, 0.8654507056750316, 0.9150962443639701, 5},
        {0.60510660589601, 0.7045429492395665, 0.4587922706955425, 6},
        {0.9302999202403005, 0.9760806034609574, 0.9760228437550177, 1},
        {0.8199416709555419, 0.77901581366795, 0.12419587426867817, 9},
        {0.8453142609056786, 0.5677219919984385, 0.9599407467995206, 3},
        {0.06920111194579481, 0.8305347878900085, 0.11087297103072657, 11},
        {-1.192489104576408, 0.8556276203168565, 0.8767634245779107, 12},
    },
    {
        {-0.665768088049252, 0.9329704373316994, 0.8315406861751493, 8},
        {0.9350477445440029, 0.9521842913109747, 0.9585897009164089, 2},
        {-0.12619797645641007, 0.8767930508316631, 0.6425936180696001, 7},
        {0.18306171487602996, 0.548968475336052, 0.8323827147735529, 6},
        {-0.3203330077793205, 0.5033884301043292, -0.1057825251632758, 12},
        {0.5449906643540173, 0.8654507056750316, 0.9150962443639701, 3},
        {-0.8923016629914513, 0.9146611403352072, 0.8507614005847849, 10},
        {0.9209732302365292, 0.9760806034609574, 0.9760228437550177, 1},
        {-0.4310275786584301, 0.84108799576591, 0.640433406584916, 9},
        {0.49196767718599377, 0.5677219919984385, 0.9599407467995206, 5},
        {-0.2765897059701712, 0.46546308654203905, -0.0880917390209548, 11},
        {0.4181696050427246, 0.8556276203168565, 0.8767634245779107, 4},
    },
};

Test(search, scores_and_ranks_are_scikit_learns)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    for (size_t form = 0; form < 4; form++) {
        size_t by = form % 2;
        struct search_result r =
            searched(by ? by_mutual : by_f, &e, "r2", 3, form > 1, 1, &mem);
        cr_assert_eq(r.n_cells, 12);
        cr_assert_eq(r.best, 7);
        for (size_t cell = 0; cell < 12; cell++) {
            const double *want = sklearn[by][cell];
            for (size_t f = 0; f < 3; f++)
                cr_assert_float_eq(r.score[3 * cell + f], want[f], 1e-11,
                                   "form %zu cell %zu fold %zu: %.17g", form, cell, f,
                                   r.score[3 * cell + f]);
            cr_assert_float_eq(r.mean[cell], (want[0] + want[1] + want[2]) / 3, 1e-11);
            cr_assert_eq(r.rank[cell], (size_t)want[3], "form %zu cell %zu", form, cell);
        }
    }
    arena_release(&mem);
}

/* Every degree up to 10, more columns than rows and fewer, a penalty next to nothing. */
static const char wide[] =
    "- scale: {}\n"
    "- select: {by: [f_score, mutual_information], k: [1, 2, 5, 7]}\n"
    "- polynomial: {degree: [1, 2, 3, 5, 7]}\n"
    "- ridge: {alpha: [10, 1, 0.1, 0.01]}\n";

static void expect_near(const struct search_result *a, const struct search_result *b,
                        double tolerance)
{
    cr_assert_eq(a->n_cells, b->n_cells);
    for (size_t i = 0; i < a->n_cells * a->folds; i++)
        cr_assert_float_eq(a->score[i], b->score[i],
                           tolerance * fmax(1, fabs(b->score[i])),
                           "score %zu: %.17g %.17g", i, a->score[i], b->score[i]);
}

Test(search, fused_and_plain_forms_agree)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 59, 12);
    struct search_result fused = searched(wide, &e, "r2", 3, false, 1, &mem);
    struct search_result plain = searched(wide, &e, "r2", 3, true, 1, &mem);
    expect_near(&fused, &plain, 1e-9);
    cr_assert_eq(fused.best, plain.best);
    cr_assert_eq(fused.simplest_within_error, plain.simplest_within_error);
    arena_release(&mem);
}

/* One row is far away: its monomials are 10^7 times the others', which is what kernels
 * that are centred do not survive. */
Test(search, fused_and_plain_forms_agree_with_an_outlier)
{
    struct arena mem = {0};
    struct example e = example_with(&mem, 40, 8, 11, 0, 900);
    struct search_result fused = searched(wide, &e, "rmse", 4, false, 1, &mem);
    struct search_result plain = searched(wide, &e, "rmse", 4, true, 1, &mem);
    expect_near(&fused, &plain, 1e-7);
    arena_release(&mem);
}

Test(search, where_columns_are_few_both_forms_have_the_same_bits)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 59, 12);
    const char *yaml =
        "- scale: {}\n- select: {k: [1, 3, 8]}\n- polynomial: {degree: 1}\n"
        "- ridge: {alpha: [1, 0.1]}\n";
    struct search_result fused = searched(yaml, &e, "r2", 3, false, 1, &mem);
    struct search_result plain = searched(yaml, &e, "r2", 3, true, 1, &mem);
    cr_assert_arr_eq(fused.score, plain.score, 6 * 3 * sizeof(double));
    arena_release(&mem);
}

/* Branches at the first, a middle and the last step, twice the same kind of step,
 * none. */
static const char *const recipes[] = {
    "- polynomial: {degree: [1, 2]}\n- select: {by: [f_score, mutual_information], k: "
    "[3, 5]}\n"
    "- scale: {}\n- ridge: {alpha: [1, 2]}\n",
    "- select: {k: 5}\n- scale: {}\n- select: {k: [1, 2]}\n- polynomial: {degree: [1, "
    "4]}\n"
    "- ridge: {alpha: [1, 2]}\n",
    "- scale: {}\n- ridge: {alpha: [1, 2, 3]}\n",
    "- mean: {}\n",
};

Test(search, threads_change_no_bit)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 59, 12);
    for (size_t k = 0; k < sizeof recipes / sizeof *recipes; k++) {
        for (int plain = 0; plain < 2; plain++) {
            struct search_result one = searched(recipes[k], &e, "r2", 3, plain, 1, &mem);
            for (size_t threads = 2; threads <= 5; threads++) {
                struct search_result r =
                    searched(recipes[k], &e, "r2", 3, plain, threads, &mem);
                cr_assert_arr_eq(r.score, one.score, r.n_cells * 3 * sizeof(double));
                cr_assert_eq(r.best, one.best);
            }
        }
    }
    arena_release(&mem);
}

/* The definition of a cell's score, without the walk. */
static double by_hand(const struct recipe *recipe, size_t cell, const struct example *e,
                      size_t from, size_t to, struct arena *mem)
{
    size_t in[64], out[64], n_in = 0, n_out = 0;
    for (size_t i = 0; i < e->x.n; i++) {
        if (i < from || i >= to)
            in[n_in++] = i;
        else
            out[n_out++] = i;
    }
    struct matrix x = matrix_rows(mem, &e->x, in, n_in),
                  in_y = matrix_rows(mem, &e->y.y, in, n_in);
    struct target y = target_of(&e->y, in_y);
    struct matrix xt = matrix_rows(mem, &e->x, out, n_out);
    struct matrix yt = matrix_rows(mem, &e->y.y, out, n_out);
    struct prediction p;
    struct step_choice choice[8];
    struct step_fitted fitted[8];
    struct fit_context context = example_context(mem, 1);
    struct error err = {0};
    recipe_choose(recipe, cell, mem, choice);
    cr_assert_eq(steps_fit(choice, recipe->n, &x, &y, &context, fitted, &err), STATUS_OK);
    cr_assert_eq(steps_predict(fitted, recipe->n, &xt, &y, mem, &p, &err), STATUS_OK);
    return metric_of(metric_find("mae"), yt.col[0], p.value[0], n_out);
}

Test(search, the_walk_gives_what_fitting_every_cell_by_itself_gives)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 22, 6);
    for (size_t k = 0; k < sizeof recipes / sizeof *recipes; k++) {
        struct recipe recipe = example_recipe(&mem, recipes[k]);
        struct search_result r = searched(recipes[k], &e, "mae", 3, true, 1, &mem);
        for (size_t cell = 0; cell < r.n_cells; cell++) {
            cr_assert_eq(r.score[3 * cell], by_hand(&recipe, cell, &e, 0, 8, &mem));
            cr_assert_eq(r.score[3 * cell + 1], by_hand(&recipe, cell, &e, 8, 15, &mem));
            cr_assert_eq(r.score[3 * cell + 2], by_hand(&recipe, cell, &e, 15, 22, &mem));
        }
    }
    arena_release(&mem);
}

Test(search, a_fused_form_may_stand_behind_a_branch)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 22, 10);
    const char *yaml = "- scale: {}\n- select: {by: [f_score, mutual_information]}\n"
                       "- select: {k: [1, 2]}\n- polynomial: {degree: [1, 4]}\n"
                       "- ridge: {alpha: [1, 2]}\n";
    struct recipe recipe = example_recipe(&mem, yaml);
    size_t n;
    cr_assert_not_null(fused_find(&recipe, &n));
    cr_assert_eq(n, 3);
    struct search_result fused = searched(yaml, &e, "r2", 3, false, 2, &mem);
    struct search_result plain = searched(yaml, &e, "r2", 3, true, 1, &mem);
    expect_near(&fused, &plain, 1e-10);
    arena_release(&mem);
}

Test(search, other_recipes_have_no_fused_form)
{
    struct arena mem = {0};
    static const char *const without[] = {
        "- ridge: {}\n",
        "- polynomial: {}\n- ridge: {}\n",
        "- select: {}\n- ridge: {}\n",
        "- select: {}\n- polynomial: {}\n- mean: {}\n",
        "- select: {}\n- polynomial: {}\n- scale: {}\n- ridge: {}\n",
    };
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        struct recipe recipe = example_recipe(&mem, without[i]);
        size_t n;
        cr_assert_null(fused_find(&recipe, &n), "%zu", i);
    }
    arena_release(&mem);
}

Test(search, a_lower_error_ranks_first_and_is_stored_as_it_is)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    static const char *const metrics[] = {"rmse", "mae"};
    for (size_t m = 0; m < 2; m++) {
        struct search_result r = searched(by_f, &e, metrics[m], 3, false, 1, &mem);
        double least = INFINITY;
        for (size_t cell = 0; cell < r.n_cells; cell++) {
            cr_assert_gt(r.mean[cell], 0);
            least = fmin(least, r.mean[cell]);
        }
        cr_assert_eq(r.mean[r.best], least);
        cr_assert_eq(r.rank[r.best], 1);
    }
    arena_release(&mem);
}

/* The constant model ignores k, so all cells are equal. */
Test(search, equal_cells_share_the_first_rank_and_the_first_of_them_wins)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    struct search_result r =
        searched("- select: {k: [3, 2, 1]}\n- mean: {}\n", &e, "rmse", 3, false, 1, &mem);
    for (size_t cell = 0; cell < 3; cell++)
        cr_assert_eq(r.rank[cell], 1);
    cr_assert_eq(r.best, 0);
    cr_assert_eq(r.simplest_within_error, 2, "one column is the simplest");
    arena_release(&mem);
}

/* By hand: cell 7 (k 4, degree 1, alpha 0.1; 5 columns) has the mean 0.9608, folds
 * 0.9303, 0.9761, 0.9760, so the standard error is 0.0152; cell 1 (alpha 1) has 0.9494
 * and is as wide, but more penalised. */
Test(search, within_one_standard_error_the_simplest_is_named)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    struct search_result r = searched(by_f, &e, "r2", 3, false, 1, &mem);
    cr_assert_eq(r.best, 7);
    cr_assert_eq(r.simplest_within_error, 1);
    arena_release(&mem);
}

/* Means of k 1 … 5: 10.57 9.38 8.5007 7.68 7.63 (alpha 10), 9.89 8.89 7.31 6.19 6.16
 * (alpha 1).  The limit is 6.1622 + 2.3400 = 8.5022, and would be 8.0728 with ddof 0. */
Test(search, the_standard_error_is_that_of_a_sample)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 56, 6);
    struct search_result r =
        searched("- scale: {}\n- select: {by: f_score, k: [1, 2, 3, 4, 5]}\n"
                 "- ridge: {alpha: [10, 1]}\n",
                 &e, "rmse", 3, false, 1, &mem);
    cr_assert_eq(r.best, 9);
    cr_assert_eq(r.simplest_within_error, 2);
    arena_release(&mem);
}

/* Both scores keep all six columns, so the cells are equal in pairs. */
Test(search, behind_a_tie_the_ranks_go_on_as_if_there_were_none)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    struct search_result r =
        searched("- select: {by: [f_score, mutual_information], k: 6}\n"
                 "- ridge: {alpha: [100000, 1, 1000]}\n",
                 &e, "rmse", 3, false, 1, &mem);
    static const size_t want[] = {5, 5, 1, 1, 3, 3};
    cr_assert_arr_eq(r.rank, want, sizeof want);
    cr_assert_eq(r.best, 2);
    arena_release(&mem);
}

struct refusal {
    const char *yaml;
    size_t n, p, folds;
    const char *metric, *message, *field;
};

static const struct refusal refusals[] = {
    {"- mean: {}\n", 4, 3, 3, "r2", "r2 is undefined on fold 2, which holds 1 row",
     "train.folds"},
    {"- select: {k: [3, 200]}\n- mean: {}\n", 20, 6, 3, "r2",
     "k is 200 but there are only 6 features", "select.k"},
    {"- select: {k: 7}\n- polynomial: {}\n- ridge: {}\n", 20, 6, 3, "r2",
     "k is 7 but there are only 6 features", "select.k"},
    {"- polynomial: {degree: [1, 9]}\n- ridge: {}\n", 20, 12, 3, "r2",
     "degree 9 of 12 columns makes more than 20000 columns", "polynomial.degree"},
    {"- select: {k: 4}\n- polynomial: {degree: [1, 5]}\n- ridge: {alpha: [1, 0]}\n", 20,
     12, 3, "r2",
     "alpha is 0 but the columns depend on one another (13 rows, 126 columns)",
     "ridge.alpha"},
};

static void expect_refusal(const struct example *e, const char *yaml, const char *metric,
                           size_t folds, bool plain, const char *message,
                           const char *field)
{
    struct arena mem = {0};
    struct recipe recipe = example_recipe(&mem, yaml);
    struct search_options options = {example_folds(&mem, e->x.n, folds),
                                     metric_find(metric),
                                     plain,
                                     NULL,
                                     NULL,
                                     NULL,
                                     NULL};
    struct fit_context context = example_context(&mem, 2);
    struct search_result r = {.n_cells = 77};
    struct error err = {0};
    cr_assert_eq(search_run(&recipe, &options, &e->x, &e->y, &context, &r, &err),
                 STATUS_INPUT, "%s", message);
    cr_assert_str_eq(err.message, message);
    cr_assert_str_eq(err.loc.field, field);
    cr_assert_eq(r.n_cells, 77, "the result was touched");
    arena_release(&mem);
}

Test(search, what_cannot_be_searched_is_refused)
{
    struct arena mem = {0};
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        const struct refusal *c = &refusals[i];
        struct example e = example_table(&mem, c->n, c->p);
        expect_refusal(&e, c->yaml, c->metric, c->folds, false, c->message, c->field);
        expect_refusal(&e, c->yaml, c->metric, c->folds, true, c->message, c->field);
    }
    arena_release(&mem);
}

Test(search, a_constant_target_is_refused_with_its_value)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 59, 3);
    double y[59];
    const double *col[] = {y};
    for (size_t i = 0; i < 59; i++)
        y[i] = 3.5;
    e.y.y.col = col;
    expect_refusal(
        &e, "- mean: {}\n", "rmse", 3, false,
        "the target is constant (3.5 in all 59 rows): there is nothing to learn", "");
    const double *two[] = {e.x.col[0], y};
    const char *const names[] = {"wet", "cold"};
    const struct matrix one = e.y.y;
    e.y.y = (struct matrix){.n = 59, .p = 2, .col = two, .name = names};
    expect_refusal(&e, "- mean: {}\n", "rmse", 3, false,
                   "the target 'cold' is constant (3.5 in all 59 rows): there is "
                   "nothing to learn",
                   "");
    e.y.y = one;
    y[58] = 4;
    expect_refusal(&e, "- mean: {}\n", "r2", 3, false,
                   "r2 is undefined on fold 1, which holds 20 rows with equal targets",
                   "train.folds");
    arena_release(&mem);
}

/* Sums of such targets overflow, so that every score is none. */
Test(search, a_grid_without_a_defined_score_has_no_best_cell)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 3);
    double y[24];
    const double *col[] = {y};
    for (size_t i = 0; i < 24; i++)
        y[i] = ldexp(1 + (double)(i % 5) / 8, 1023);
    e.y.y.col = col;
    for (int plain = 0; plain < 2; plain++)
        expect_refusal(&e, "- mean: {}\n", "r2", 3, plain,
                       "r2 is undefined for all 1 cells of the grid", "train.score");
    arena_release(&mem);
}

Test(search, values_that_are_no_numbers_are_refused_with_their_column)
{
    struct arena mem = {0};
    struct example e = example_with(&mem, 20, 4, 7, 2, NAN);
    expect_refusal(&e, "- mean: {}\n", "r2", 3, false,
                   "expected a number, found a missing value in row 8", "c");
    arena_release(&mem);
}

/* Without a step that scales, degree 10 of a column of 10^20 does not fit into a
 * double. */
Test(search, overflow_is_refused_in_both_forms)
{
    struct arena mem = {0};
    struct example e = example_with(&mem, 20, 3, 1, 0, 1e20);
    const char *yaml = "- select: {k: 3}\n- polynomial: {degree: 10}\n- ridge: {}\n";
    for (int plain = 0; plain < 2; plain++)
        expect_refusal(&e, yaml, "rmse", 3, plain,
                       "the columns are too large for ridge: their products overflow",
                       "");
    arena_release(&mem);
}

/* Pieces that were scored apart, in another order, and put together. */
static struct search_result pieced(const char *yaml, const struct example *e,
                                   struct arena *mem)
{
    struct recipe recipe = example_recipe(mem, yaml);
    struct search_options options = {.folds = example_folds(mem, e->x.n, 3),
                                     .score = metric_find("r2")};
    struct fit_context context = example_context(mem, 1);
    struct search_plan *apart, *whole;
    struct search_result r;
    struct error err = {0};
    cr_assert_eq(search_plan_of(&recipe, &options, &e->x, &e->y, &context, &apart, &err),
                 STATUS_OK);
    cr_assert_eq(search_plan_of(&recipe, &options, &e->x, &e->y, &context, &whole, &err),
                 STATUS_OK);
    size_t n = search_pieces(apart), third = n / 3;
    double *score = ARENA_ARRAY(mem, double, search_piece_scores(apart));
    cr_assert_eq(n * search_piece_scores(apart), 3 * recipe.n_cells);
    cr_assert_eq(search_score(apart, third, n, &err), STATUS_OK);
    cr_assert(!search_has(apart, 0) && search_has(apart, n - 1));
    for (size_t i = n; i-- > third;) {
        search_take(apart, i, score);
        search_put(whole, i, score);
    }
    cr_assert_eq(search_score(whole, 0, n, &err), STATUS_OK);
    cr_assert_eq(search_end(whole, &r, &err), STATUS_OK);
    return r;
}

Test(search, pieces_may_be_scored_apart)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 22, 6);
    for (size_t k = 0; k < sizeof recipes / sizeof *recipes; k++) {
        struct search_result r = pieced(recipes[k], &e, &mem);
        struct search_result want = searched(recipes[k], &e, "r2", 3, false, 1, &mem);
        cr_assert_arr_eq(r.score, want.score, 3 * r.n_cells * sizeof(double));
        cr_assert_arr_eq(r.rank, want.rank, r.n_cells * sizeof(size_t));
    }
    arena_release(&mem);
}

struct told {
    size_t n, count[64];
};

static void tell(void *sink, size_t piece, size_t worker)
{
    struct told *told = sink;
    (void)worker;
    told->n++;
    told->count[piece]++;
}

Test(search, every_piece_is_told_once)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 59, 12);
    struct recipe recipe = example_recipe(&mem, wide);
    struct told told = {0};
    struct search_options options = {.folds = example_folds(&mem, e.x.n, 3),
                                     .score = metric_find("r2"),
                                     .done = tell,
                                     .sink = &told};
    struct fit_context context = example_context(&mem, 4);
    struct search_result r;
    struct error err = {0};
    cr_assert_eq(search_run(&recipe, &options, &e.x, &e.y, &context, &r, &err),
                 STATUS_OK);
    cr_assert_eq(told.n, 24);
    for (size_t i = 0; i < 24; i++)
        cr_assert_eq(told.count[i], 1);
    arena_release(&mem);
}
