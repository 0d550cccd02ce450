/* Several recipes in one search, and the search that halves. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "config/yaml.h"
#include "help/example.h"
#include "search/search.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(search_recipes, .fini = release);

static const char two[] = "ridge:\n"
                          "  - scale: {}\n"
                          "  - select: {by: f_score, k: [2, 3]}\n"
                          "  - ridge: {alpha: [0.1, 1, 10]}\n"
                          "fused:\n"
                          "  - scale: {}\n"
                          "  - select: {k: [1, 2]}\n"
                          "  - polynomial: {degree: [1, 2]}\n"
                          "  - ridge: {alpha: [0.5, 2]}\n"
                          "mean:\n"
                          "  - scale: {}\n"
                          "  - mean: {}\n";

static enum status read_recipes(const char *yaml, const char *use, struct recipes *ret,
                                struct error *err)
{
    struct yaml_node *map;
    struct yaml_node *name = ARENA_NEW(&mem, struct yaml_node);
    cr_assert_eq(yaml_parse("recipes.yaml", yaml, strlen(yaml), &mem, &map, err),
                 STATUS_OK, "%s", err->message);
    *name = (struct yaml_node){
        .kind = YAML_TEXT, .path = "recipes.yaml", .line = 9, .col = 1};
    if (use)
        name->text = view_of(use);
    const struct recipes_source from = {NULL, map, use ? name : NULL};
    return recipes_read(&from, TASK_REGRESSION, &mem, ret, err);
}

static struct search_result run(const struct recipes *recipes, const struct example *e,
                                const struct search_halving *halving, size_t threads)
{
    const struct search_options options = {.folds = example_folds(&mem, e->x.n, 3),
                                           .score = metric_find("r2"),
                                           .halving = halving};
    struct fit_context context = example_context(&mem, threads);
    struct search_plan *plan;
    struct search_result r;
    struct error err = {0};
    cr_assert_eq(search_begin(recipes, &options, &e->x, &e->y, &context, &plan, &err),
                 STATUS_OK, "%s", err.message);
    cr_assert_eq(search_score(plan, 0, search_pieces(plan), &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(search_end(plan, &r, &err), STATUS_OK, "%s", err.message);
    return r;
}

Test(search_recipes, scores_are_those_of_each_recipe_alone)
{
    struct example e = example_table(&mem, 60, 6);
    struct recipes all;
    struct error err = {0};
    cr_assert_eq(read_recipes(two, NULL, &all, &err), STATUS_OK, "%s", err.message);
    cr_assert(all.n == 3 && recipes_cells(&all) == 15 && recipes_alike(&all) == 1);
    for (size_t threads = 1; threads < 4; threads++) {
        struct search_result together = run(&all, &e, NULL, threads);
        for (size_t i = 0; i < all.n; i++) {
            struct recipes one = example_recipes_of(&mem, &all.of[i]);
            struct search_result alone = run(&one, &e, NULL, 1);
            cr_expect_arr_eq(together.score + 3 * all.first[i], alone.score,
                             3 * alone.n_cells * sizeof(double), "%s with %zu threads",
                             all.name[i], threads);
        }
    }
}

Test(search_recipes, the_used_one_is_chosen_whichever_is_best)
{
    struct example e = example_table(&mem, 60, 6);
    struct recipes all;
    struct error err = {0};
    cr_assert_eq(read_recipes(two, "mean", &all, &err), STATUS_OK, "%s", err.message);
    struct search_result r = run(&all, &e, NULL, 1);
    cr_expect_eq(recipes_find(&all, r.chosen, NULL), 2);
    cr_expect_eq(r.simplest_within_error, r.chosen);
    cr_expect_neq(r.best, r.chosen);
    cr_expect_eq(r.rank[r.best], 1);
}

static const struct {
    const char *yaml, *use, *message;
} refused[] = {
    {"{}\n", NULL, "expected recipes by name, found none"},
    {"- mean: {}\n", NULL, "expected recipes by name, found a list"},
    {"a: []\n", NULL, "expected a list of steps, found an empty one"},
    {"a: [mean: {}]\n", "b", "unknown recipe 'b'"},
    {"a: [mean: {}]\nb: [scale: {}]\n", NULL,
     "the last step must be an estimator, found 'scale'"},
};

Test(search_recipes, what_is_no_recipe_is_refused)
{
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct recipes r;
        struct error err = {0};
        cr_expect_eq(read_recipes(refused[i].yaml, refused[i].use, &r, &err),
                     STATUS_INPUT);
        cr_expect_str_eq(err.message, refused[i].message);
        cr_expect(err.loc.line > 0);
    }
}

/* Halving: 15 cells, factor 2, 12 rows at first: 15 on 12, 8 on 24, 4 on 48. */
Test(search_recipes, rounds_halve_the_candidates)
{
    struct example e = example_table(&mem, 60, 6);
    static const size_t candidates[] = {15, 8, 4}, rows[] = {12, 24, 48};
    const struct search_halving halving = {2, 12};
    struct recipes all;
    struct error err = {0};
    cr_assert_eq(read_recipes(two, NULL, &all, &err), STATUS_OK, "%s", err.message);
    struct search_result r = run(&all, &e, &halving, 1);
    cr_assert_eq(r.n_cells, 27);
    for (size_t i = 0, round = 0, n = 0; i < r.n_cells; i++, n++) {
        if (n == candidates[round])
            round++, n = 0;
        cr_expect(r.iter[i] == round && r.resources[i] == rows[round]);
        cr_expect(r.rank[i] <= 4 || round < 2, "a later round is better");
    }
    cr_expect_eq(r.iter[r.best], 2);
    for (size_t threads = 2; threads < 4; threads++) {
        struct search_result again = run(&all, &e, &halving, threads);
        cr_expect_arr_eq(again.score, r.score, 27 * 3 * sizeof(double));
        cr_expect_eq(again.chosen, r.chosen);
    }
}

/* Pieces that another process has scored are not scored again, and the rounds go on from
 * them. */
Test(search_recipes, halving_goes_on_where_it_stopped)
{
    struct example e = example_table(&mem, 60, 6);
    const struct search_halving halving = {3, 0};
    const struct search_options options = {.folds = example_folds(&mem, e.x.n, 3),
                                           .score = metric_find("r2"),
                                           .halving = &halving};
    struct fit_context context = example_context(&mem, 1);
    struct recipes all;
    struct error err = {0};
    cr_assert_eq(read_recipes(two, NULL, &all, &err), STATUS_OK);
    struct search_result whole = run(&all, &e, &halving, 1);
    struct search_plan *first, *plan;
    cr_assert_eq(search_begin(&all, &options, &e.x, &e.y, &context, &first, &err), 0);
    cr_assert_eq(search_score(first, 0, search_pieces(first), &err), 0);
    double *score = ARENA_ARRAY(&mem, double, search_piece_scores(first));
    for (size_t stop = 0; stop < search_pieces(first); stop += 5) {
        struct search_result r;
        cr_assert_eq(search_begin(&all, &options, &e.x, &e.y, &context, &plan, &err), 0);
        for (size_t piece = 0; piece < stop; piece++) {
            search_take(first, piece, score);
            search_put(plan, piece, score);
        }
        cr_assert_eq(search_score(plan, 0, search_pieces(plan), &err), 0);
        cr_assert_eq(search_end(plan, &r, &err), 0);
        cr_expect_arr_eq(r.score, whole.score, r.n_cells * 3 * sizeof(double));
    }
}

Test(search_recipes, more_rows_than_there_are_cannot_be_asked_for)
{
    struct example e = example_table(&mem, 60, 6);
    const struct search_halving halving = {2, 61};
    const struct search_options options = {.folds = example_folds(&mem, e.x.n, 3),
                                           .score = metric_find("r2"),
                                           .halving = &halving};
    struct fit_context context = example_context(&mem, 1);
    struct recipes all;
    struct search_plan *plan;
    struct error err = {0};
    cr_assert_eq(read_recipes(two, NULL, &all, &err), STATUS_OK);
    cr_assert_eq(search_begin(&all, &options, &e.x, &e.y, &context, &plan, &err),
                 STATUS_INPUT);
    cr_expect_str_eq(err.loc.field, "train.search");
}
