/* Trees as they are asked, written and read. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "file/json.h"
#include "trees/ensemble.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(ensemble, .fini = release);

/* Adds a subtree at `at`: forks until there are about so many nodes. */
struct seedling {
    struct rng rng;
    size_t p, width;
    uint32_t nodes, leaves;
    struct tree_node *node;
    double *leaf;
};

static void sprout(struct seedling *s, uint32_t at, size_t forks)
{
    if (forks == 0) {
        double first = floor(8 * rng_real(&s->rng)) / 8;
        s->node[at] = (struct tree_node){s->width == 1 ? first : 0, 0, s->leaves};
        for (size_t k = 0; k < s->width && s->width > 1; k++)
            s->leaf[s->leaves * s->width + k] = k == 0 ? first : (1 - first) * (k == 1);
        s->leaves++;
        return;
    }
    uint32_t left = s->nodes;
    s->nodes += 2;
    s->node[at] = (struct tree_node){floor(64 * rng_real(&s->rng)) / 64, left,
                                     (uint32_t)rng_below(&s->rng, s->p)};
    size_t rest = forks - 1, mine = (size_t)rng_below(&s->rng, rest + 1);
    sprout(s, left, mine);
    sprout(s, left + 1, rest - mine);
}

static struct ensemble grown(size_t p, size_t width, size_t trees, size_t forks)
{
    struct tree *tree = ARENA_ARRAY(&mem, struct tree, trees);
    struct seedling s = {.p = p, .width = width};
    rng_seed(&s.rng, 7, "ensemble");
    for (size_t t = 0; t < trees; t++) {
        s.node = ARENA_ARRAY(&mem, struct tree_node, 2 * forks + 1);
        s.leaf = width > 1 ? ARENA_ARRAY(&mem, double, (forks + 1) * width) : NULL;
        s.nodes = 1;
        s.leaves = 0;
        sprout(&s, 0, forks);
        tree[t] = (struct tree){s.nodes, s.leaves, s.node, s.leaf};
    }
    return (struct ensemble){p, width, 1, trees, tree};
}

static struct ensemble_bounds bounds_of(const struct ensemble *e)
{
    return (struct ensemble_bounds){e->p, e->width, e->turns, 0, 1, e->width > 1};
}

static const char *text_of(json_t *saved)
{
    char *text = json_dumps(saved, 0);
    const char *ret = arena_string(&mem, text);
    free(text);
    json_decref(saved);
    return ret;
}

/* Rows of numbers between 0 and 1, and what the ensemble says of them. */
static double **sums(const struct ensemble *e, size_t n, size_t from, size_t to)
{
    struct rng r;
    rng_seed(&r, 3, "rows");
    double **col = ARENA_ARRAY(&mem, double *, e->p);
    size_t answers = e->width > e->turns ? e->width : e->turns;
    double **ret = ARENA_ARRAY(&mem, double *, answers);
    for (size_t c = 0; c < e->p; c++)
        col[c] = ARENA_ARRAY(&mem, double, n);
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < e->p; c++)
            col[c][i] = rng_real(&r);
    for (size_t k = 0; k < answers; k++)
        ret[k] = ARENA_ARRAY(&mem, double, n);
    const double **of = ARENA_ARRAY(&mem, const double *, e->p);
    for (size_t c = 0; c < e->p; c++)
        of[c] = col[c] + from;
    ensemble_add(e, 0, e->n_trees, of, to - from, ret);
    return ret;
}

Test(ensemble, a_stump_sends_what_is_equal_to_the_left_and_what_is_missing_to_the_right)
{
    const struct tree_node node[] = {{0.5, 1, 1}, {-1, 0, 0}, {1, 0, 1}};
    const struct tree tree = {3, 2, node, NULL};
    struct ensemble e = {2, 1, 1, 1, &tree};
    const double first[4] = {0}, second[] = {0.5, 0.75, NAN, -INFINITY};
    const double *const col[] = {first, second};
    double sum[] = {10, 10, 10, 10}, *ret[] = {sum};
    ensemble_add(&e, 0, 1, col, 4, ret);
    const double expected[] = {9, 11, 11, 9};
    cr_assert_arr_eq(sum, expected, sizeof sum);
}

Test(ensemble, trees_that_take_turns_add_to_columns_of_their_own)
{
    const struct tree_node node[] = {{1, 0, 0}, {2, 0, 0}, {4, 0, 0}, {8, 0, 0}};
    const struct tree tree[] = {{1, 1, node, NULL},
                                {1, 1, node + 1, NULL},
                                {1, 1, node + 2, NULL},
                                {1, 1, node + 3, NULL}};
    struct ensemble e = {1, 1, 2, 4, tree};
    const double x[1] = {0}, *const col[] = {x};
    double a[1] = {0}, b[1] = {0}, *ret[] = {a, b};
    ensemble_add(&e, 0, 4, col, 1, ret);
    cr_assert_eq(a[0], 5);
    cr_assert_eq(b[0], 10);
}

Test(ensemble, a_row_has_the_same_bits_alone_as_among_others)
{
    struct ensemble e = grown(5, 3, 20, 30);
    double **all = sums(&e, 700, 0, 700);
    for (size_t i = 0; i < 700; i += 99) {
        double **one = sums(&e, 700, i, i + 1);
        for (size_t k = 0; k < 3; k++)
            cr_assert_eq(one[k][0], all[k][i]);
    }
}

static void expect_reload(size_t width, size_t forks)
{
    struct ensemble e = grown(300, width, 6, forks), f;
    struct ensemble_bounds bounds = bounds_of(&e);
    struct error err = {0};
    const char *text = text_of(ensemble_save(&e));
    json_t *saved = json_loads(text, 0, NULL);
    cr_assert_eq(ensemble_load(saved, "m.json", &bounds, &mem, &f, &err), STATUS_OK, "%s",
                 err.message);
    json_decref(saved);
    cr_assert_str_eq(text_of(ensemble_save(&f)), text);
    double **a = sums(&e, 50, 0, 50), **b = sums(&f, 50, 0, 50);
    for (size_t k = 0; k < width; k++)
        cr_assert_arr_eq(a[k], b[k], 50 * sizeof(double));
}

Test(ensemble, what_is_written_is_read_to_the_same_answers_and_bytes)
{
    expect_reload(1, 0);
    expect_reload(1, 5000); // more cuts than two bytes number are possible
    expect_reload(3, 40);
}

/* A member changed in an ensemble of two trees with 3 and 3 nodes and 2 columns. */
static const struct {
    const char *key, *json, *message;
} damaged[] = {
    {"trees", "0", "there cannot be 0 trees"},
    {"trees", "100001", "there cannot be 100001 trees"},
    {"trees", "3", "2 forks make no 3 trees of 6 nodes"},
    {"nodes", "1", "there cannot be 1 nodes in 2 trees"},
    {"nodes", "5", "2 forks make no 2 trees of 5 nodes"},
    {"nodes", "30", "its base64 is of another length"},
    {"nodes", "99999999", "there cannot be 99999999 nodes in 2 trees"},
    {"shape", "\"iQ==\"", "a bit stands behind the last node"},
    {"shape", "\"DA==\"", "nodes stand behind the last tree"},
    {"shape", "\"CR==\"", "its base64 is damaged"},
    {"shape", "\"\"", "its base64 is of another length"},
    {"shape", "7", "expected a string, found an integer"},
    {"cuts", "3", "there are 3 cuts for 2 forks"},
    {"cuts", "1", "number 2 is 1, of 1"},
    {"cut_columns", "\"AAI=\"", "number 2 is 2, of 2"},
    {"cut_thresholds", "[0.5, null]", "expected a number at place 2, found null"},
    {"fork_cuts", "\"AAI=\"", "number 2 is 2, of 2"},
    {"answers", "5", "there are 5 answers for 4 leaves"},
    {"leaf_answers", "\"AAECBA==\"", "number 4 is 4, of 4"},
    {"answer_reals", "[0, 0.25, 0.5, 1.5]", "answer 4 is 1.5, not from 0 to 1"},
};

Test(ensemble, what_is_damaged_is_refused_with_the_member)
{
    const struct tree_node one[] = {{0.5, 1, 0}, {0, 0, 0}, {0.25, 0, 1}};
    const struct tree_node two[] = {{0.75, 1, 1}, {0.5, 0, 0}, {1, 0, 1}};
    const struct tree tree[] = {{3, 2, one, NULL}, {3, 2, two, NULL}};
    const struct ensemble e = {2, 1, 1, 2, tree};
    struct ensemble_bounds bounds = bounds_of(&e);
    json_t *saved = ensemble_save(&e);
    for (size_t i = 0; i < COUNT_OF(damaged); i++) {
        json_t *copy = json_deep_copy(saved);
        struct ensemble read = {.n_trees = 99};
        struct error err = {0};
        json_object_set_new(copy, damaged[i].key,
                            json_loads(damaged[i].json, JSON_DECODE_ANY, NULL));
        cr_assert_eq(ensemble_load(copy, "m.json", &bounds, &mem, &read, &err),
                     STATUS_INPUT, "%s: %s", damaged[i].key, damaged[i].json);
        cr_assert_str_eq(err.message, damaged[i].message);
        cr_assert_str_eq(err.loc.path, "m.json");
        cr_assert_eq(read.n_trees, 99);
        json_decref(copy);
    }
    json_decref(saved);
}

Test(ensemble, shares_that_do_not_sum_to_1_are_refused)
{
    struct ensemble e = grown(3, 2, 1, 0), read;
    struct ensemble_bounds bounds = bounds_of(&e);
    struct error err = {0};
    json_t *saved = ensemble_save(&e);
    json_object_set_new(saved, "answer_reals", json_pack("[f, f]", 0.25, 0.5));
    cr_assert_eq(ensemble_load(saved, "m.json", &bounds, &mem, &read, &err),
                 STATUS_INPUT);
    cr_assert_str_eq(err.message, "the shares of answer 1 sum to 0.75");
    json_decref(saved);
}
