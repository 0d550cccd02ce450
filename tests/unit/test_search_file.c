#include <criterion/criterion.h>

#include <string.h>

#include "help/example.h"
#include "search/search_file.h"

static struct search_plan *begun(struct arena *mem, const struct example *e,
                                 const char *yaml, uint64_t seed)
{
    struct recipes *recipe = ARENA_NEW(mem, struct recipes);
    struct target *y = ARENA_NEW(mem, struct target);
    struct matrix *x = ARENA_NEW(mem, struct matrix);
    struct search_options options = {.folds = example_folds(mem, e->x.n, 3),
                                     .score = metric_find("r2")};
    struct fit_context context = example_context(mem, 1);
    struct search_plan *plan;
    struct error err = {0};
    context.seed = seed;
    *recipe = example_recipes(mem, yaml);
    *x = e->x;
    *y = e->y;
    cr_assert_eq(search_begin(recipe, &options, x, y, &context, &plan, &err), STATUS_OK);
    return plan;
}

static const char recipe[] = "- scale: {}\n- select: {by: f_score, k: [1, 2, 3]}\n"
                             "- ridge: {alpha: [1, 0.1]}\n";

Test(search_file, a_record_reads_back_to_its_bits_and_any_other_byte_shows)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    struct search_plan *plan = begun(&mem, &e, recipe, 42);
    struct search_file f;
    const double score[] = {0.1, -0.0};
    size_t piece = 77;
    cr_assert_eq(search_pieces(plan), 9);
    cr_assert_eq(search_piece_scores(plan), 2);
    search_put(plan, 4, score);
    search_file_begin(&f, plan, "0123456789abcdef", 0, 1, &mem);
    unsigned char record[32];
    cr_assert_eq(f.record_n, sizeof record);
    memcpy(record, search_file_record(&f, 4), sizeof record);
    cr_assert(search_file_piece(&f, record, &piece));
    cr_assert_eq(piece, 4);
    cr_assert_arr_eq(f.score, score, sizeof score);
    for (size_t i = 0; i < 8 * sizeof record; i++) {
        record[i / 8] ^= (unsigned char)(1 << i % 8);
        cr_assert_not(search_file_piece(&f, record, &piece), "bit %zu", i);
        record[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    search_file_begin(&f, plan, "0123456789abcdee", 0, 1, &mem);
    cr_assert_not(search_file_piece(&f, record, &piece), "under another head");
    arena_release(&mem);
}

Test(search_file, a_head_reads_back_and_any_other_byte_shows)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    struct search_plan *plan = begun(&mem, &e, recipe, 42);
    struct search_file f;
    struct search_file_head head;
    size_t n = 0;
    search_file_begin(&f, plan, "0123456789abcdef", 2, 5, &mem);
    struct view file = {f.head, f.head_n};
    cr_assert_eq(f.head_n, strlen(f.head));
    cr_assert(search_file_head(file, &head, &n));
    cr_assert_eq(n, f.head_n);
    cr_assert_str_eq(head.digest, "0123456789abcdef");
    cr_assert(head.pieces == 9 && head.scores == 2 && head.shard == 2 &&
              head.shards == 5);
    for (size_t i = 0; i < f.head_n; i++) {
        file.n = i;
        cr_assert_not(search_file_head(file, &head, &n), "cut at %zu", i);
        file.n = f.head_n;
        f.head[i] ^= 1;
        cr_assert_not(search_file_head(file, &head, &n), "changed at %zu", i);
        f.head[i] ^= 1;
    }
    arena_release(&mem);
}

/* Whatever changes a score changes the digest; what does not, does not. */
Test(search_file, the_digest_is_of_all_that_scores_depend_on)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    struct example other_x = example_with(&mem, 24, 6, 23, 5, 1);
    struct example other_y = e, fewer = example_table(&mem, 23, 6);
    double *y = ARENA_ARRAY(&mem, double, 24);
    const double *col[] = {y};
    memcpy(y, e.y.y.col[0], 24 * sizeof *y);
    y[3] += 1;
    other_y.y.y.col = col;
    static const char more[] = "- scale: {}\n- select: {by: f_score, k: [1, 2, 3]}\n"
                               "- ridge: {alpha: [1, 0.10000000000000002]}\n";
    static const char by[] = "- scale: {}\n- select: {k: [1, 2, 3]}\n"
                             "- ridge: {alpha: [1, 0.1]}\n";
    const struct search_plan *plans[] = {
        begun(&mem, &e, recipe, 42),       begun(&mem, &e, recipe, 43),
        begun(&mem, &e, more, 42),         begun(&mem, &e, by, 42),
        begun(&mem, &other_x, recipe, 42), begun(&mem, &other_y, recipe, 42),
        begun(&mem, &fewer, recipe, 42)};
    enum { N = sizeof plans / sizeof *plans };
    char digest[2 * N + 1][CHECKSUM_TEXT];
    for (size_t i = 0; i < N; i++) {
        search_digest(plans[i], false, digest[2 * i]);
        search_digest(plans[i], true, digest[2 * i + 1]);
    }
    search_digest(begun(&mem, &e, recipe, 42), false, digest[2 * N]);
    cr_assert_str_eq(digest[2 * N], digest[0]);
    for (size_t i = 0; i < 2 * N; i++)
        for (size_t k = 0; k < i; k++)
            cr_assert_str_neq(digest[i], digest[k], "%zu and %zu", i, k);
    arena_release(&mem);
}
