#include <criterion/criterion.h>

#include "help/example.h"
#include "search/shard.h"

Test(shard, a_shard_is_two_numbers)
{
    struct shard s;
    struct error err = {0};
    cr_assert_eq(shard_parse("2/3", &s, &err), STATUS_OK);
    cr_assert(s.i == 2 && s.n == 3);
    static const char *const wrong[] = {"3/3", "0/0",  "1",    "",      "/3",
                                        "1/",  "-1/3", "1/ 3", "1/3/4", "0/10001"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        s = (struct shard){7, 9};
        cr_assert_eq(shard_parse(wrong[i], &s, &err), STATUS_USAGE, "%s", wrong[i]);
        cr_assert_str_eq(err.loc.field, "shard");
        cr_assert(s.i == 7 && s.n == 9, "the result was touched");
    }
}

Test(shard, shares_follow_each_other_and_cover_all_pieces)
{
    struct arena mem = {0};
    struct example e = example_table(&mem, 24, 6);
    struct recipes recipe =
        example_recipes(&mem, "- select: {k: [1, 2, 3]}\n- mean: {}\n");
    struct search_options options = {.folds = example_folds(&mem, 24, 3),
                                     .score = metric_find("rmse")};
    struct fit_context context = example_context(&mem, 1);
    struct search_plan *plan;
    struct error err = {0};
    cr_assert_eq(search_begin(&recipe, &options, &e.x, &e.y, &context, &plan, &err),
                 STATUS_OK);
    for (size_t n = 1; n < 30; n++) {
        size_t at = 0, from, to;
        for (size_t i = 0; i < n; i++) {
            shard_range((struct shard){i, n}, plan, &from, &to);
            cr_assert_eq(from, at);
            cr_assert(to - from == 9 / n || to - from == 9 / n + 1);
            at = to;
        }
        cr_assert_eq(at, 9);
    }
    cr_assert_str_eq(shard_file((struct shard){0, 3}, &mem), "search.0-of-3.pieces");
    arena_release(&mem);
}
