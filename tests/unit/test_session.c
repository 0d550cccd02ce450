#include <criterion/criterion.h>

#include <signal.h>

#include "base/stop.h"
#include "file/file.h"
#include "help/example.h"
#include "help/help.h"
#include "search/session.h"

static struct arena mem;
static struct error err;
static struct example e;
static struct recipes recipe;
static struct fit_context context;
static struct session_rule rule;
static struct watch watch;

static void set_up(void)
{
    e = example_table(&mem, 24, 6);
    recipe =
        example_recipes(&mem, "- select: {k: [1, 2, 3]}\n- ridge: {alpha: [1, 9]}\n");
    context = example_context(&mem, 1);
    rule = (struct session_rule){.folds = example_folds(&mem, 24, 3),
                                 .score = metric_find("rmse"),
                                 .journal = help_path(help_folder(), "journal"),
                                 .watch = &watch};
}

static void tear_down(void)
{
    arena_release(&mem);
}

TestSuite(session, .init = set_up, .fini = tear_down);

static enum status search(struct session *s)
{
    return session_search(s, &rule, &recipe, &e.x, &e.y, &context, &err);
}

static void write_shard(const char *folder, size_t i, size_t n, size_t scores)
{
    struct publish publish = {0};
    struct output *out;
    struct session s;
    size_t found;
    rule.shard = (struct shard){i, n};
    const char *path = help_path(folder, shard_file(rule.shard, &mem));
    cr_assert_eq(search(&s), STATUS_OK);
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    cr_assert_eq(session_write(&s, out, &found, &err), STATUS_OK);
    cr_assert_eq(found, scores);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    session_close(&s, NULL, NULL);
    publish_release(&publish);
}

/* Nine pieces: a fold and a k; each has the scores of two alphas. */
Test(session, shards_that_are_merged_give_the_result_of_one_search)
{
    struct session whole, merged;
    const char *folder = help_folder();
    cr_assert_eq(search(&whole), STATUS_OK);
    cr_assert(whole.wanted == 9 && whole.scored == 9);
    write_shard(folder, 0, 2, 8);
    write_shard(folder, 1, 2, 10);
    rule.shard = (struct shard){0};
    rule.merge = folder;
    cr_assert_eq(search(&merged), STATUS_OK, "%s", err.message);
    cr_assert_eq(merged.result.n_cells, 6);
    cr_assert_eq(merged.result.best, whole.result.best);
    for (size_t c = 0; c < 6; c++)
        cr_assert_eq(merged.result.mean[c], whole.result.mean[c]);
    session_close(&whole, NULL, NULL);
    session_close(&merged, NULL, NULL);
}

static void stop_after_two(void *context_, const char *what, size_t done, size_t total)
{
    (void)context_;
    cr_assert_str_eq(what, "search");
    cr_assert_eq(total, 9);
    if (done == 2)
        cr_assert(stop_take(SIGTERM));
}

Test(session, a_signal_ends_it_behind_the_piece_under_way)
{
    struct session s;
    watch.progress = stop_after_two;
    cr_assert_eq(search(&s), STATUS_STOPPED);
    cr_assert_eq(s.scored, 2);
    cr_assert_not(stop_take(SIGTERM), "nobody looks at the flag any more");
    session_close(&s, NULL, NULL);
}

Test(session, each_shard_has_a_journal_of_its_own)
{
    cr_assert_str_eq(session_journal((struct shard){0}, &mem), ".search.journal");
    cr_assert_str_eq(session_journal((struct shard){1, 3}, &mem),
                     ".search.1-of-3.pieces.journal");
}

Test(session, one_that_never_began_can_be_closed)
{
    struct session s = {0};
    session_close(&s, NULL, NULL);
    cr_assert_null(s.plan);
}

/* A search of a day that is lost to a full disk in its last second would be a pity. */
Test(session, the_journal_goes_when_the_results_are_on_disk)
{
    struct publish publish = {0}, failed = {0};
    struct output *out;
    struct session s;
    const char *folder = help_folder(), *path = help_path(folder, ".search.journal");
    rule.journal = path;
    help_write(path, "of another search", 17);
    cr_assert_eq(publish_open(&failed, help_path(folder, "a"), &out, &err), STATUS_OK);
    cr_assert_eq(search(&s), STATUS_OK);
    session_close(&s, &failed, path);
    publish_release(&failed);
    cr_assert(file_exists(path));
    cr_assert_eq(publish_open(&publish, help_path(folder, "a"), &out, &err), STATUS_OK);
    session_close(&s, &publish, path);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    cr_assert_not(file_exists(path));
}
