#include <criterion/criterion.h>

#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "help/help.h"
#include "help/project.h"
#include "track/dvc_watch.h"

static struct arena mem;
static struct error err;

static void enter(void)
{
    help_enter();
    help_put("out/a", "one");
    help_put("out/sub/b", "two");
    help_put("file", "three");
}

static void leave(void)
{
    arena_release(&mem);
    cr_expect_eq(chdir("/"), 0);
}

TestSuite(dvc_watch, .init = enter, .fini = leave);

static struct dvc_watch look(void)
{
    struct dvc_watch w = {0};
    cr_assert_eq(dvc_watch_add(&w, "out", &mem, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(dvc_watch_add(&w, "file", &mem, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(dvc_watch_add(&w, "none", &mem, &err), STATUS_OK, "%s", err.message);
    return w;
}

Test(dvc_watch, files_are_found_at_any_depth_and_stay_the_same_untouched)
{
    struct dvc_watch a = look(), b = look();
    cr_expect_eq(a.n, 3);
    cr_expect_not_null(dvc_watch_find(&a, "out/sub/b"));
    cr_expect_null(dvc_watch_find(&a, "out/sub"));
    cr_expect_null(dvc_watch_differs(&a, &b, "out"));
    cr_expect_null(dvc_watch_differs(&a, &b, "file"));
}

static const struct {
    const char *command, *path, *differs; // differs: below "out", or NULL
} changes[] = {
    {"printf one >x && mv x out/a", "out/a", "out/a"}, // the same bytes
    {"printf ONE >out/a", "out/a", "out/a"},
    {"chmod 600 out/sub/b", "out/sub/b", "out/sub/b"},
    {"rm out/a", "out/a", "out/a"},
    {"touch out/new", "out/new", "out/new"},
    {"rm out/sub/b && ln -s ../a out/sub/b", "out/sub/b", "out/sub/b"},
    {"printf x >file", "file", NULL},
    {"touch outer", "outer", NULL},
    {"cp out/a x && cp -p x y && mv y out/a && touch -r file out/a", "out/a", "out/a"},
};

Test(dvc_watch, whatever_happens_to_a_file_is_seen)
{
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        help_put("out/a", "one");
        struct dvc_watch before = look();
        cr_assert_eq(system(arena_format(&mem, "sleep 0.02; %s", changes[i].command)), 0);
        struct dvc_watch after = look();
        const char *found = dvc_watch_differs(&before, &after, "out");
        cr_expect_eq(found != NULL, changes[i].differs != NULL, "row %zu", i);
        if (found && changes[i].differs)
            cr_expect_str_eq(found, changes[i].differs, "row %zu", i);
    }
}

Test(dvc_watch, links_that_lead_nowhere_go_and_others_stay)
{
    cr_assert_eq(symlink("nowhere", "out/lost") | symlink("a", "out/link"), 0);
    struct dvc_watch w = look();
    cr_assert_eq(dvc_watch_unlink_dangling(&w, &err), STATUS_OK, "%s", err.message);
    struct stat st;
    cr_expect_neq(lstat("out/lost", &st), 0);
    cr_expect_eq(lstat("out/link", &st), 0);
    cr_assert_eq(system("rm -r out && ln -s nowhere out"), 0);
    w = look();
    cr_assert_eq(dvc_watch_unlink_dangling(&w, &err), STATUS_OK, "%s", err.message);
    cr_expect_neq(lstat("out", &st), 0);
}

Test(dvc_watch, below_is_by_whole_names)
{
    cr_expect(dvc_path_is_below("a/b", "a") && dvc_path_is_below("a", "a"));
    cr_expect_not(dvc_path_is_below("ab", "a") || dvc_path_is_below("a", "a/b"));
}
