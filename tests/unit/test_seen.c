#include <criterion/criterion.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/progress.h"
#include "file/file.h"
#include "help/help.h"
#include "help/project.h"
#include "plan/seen.h"

static struct arena mem;
static struct error err;
static const char *const files[] = {"table", "gone"};
static const struct seen_request request = {
    .into = ".", .pipelines = "pipeline", .files = {2, files}, .options = "a b"};

/* As if nobody had touched it for a while. */
static void let_settle(const char *path)
{
    struct stat st;
    for (int i = 0; i < 400; i++) {
        cr_assert_eq(stat(path, &st), 0);
        if (st.st_ctim.tv_sec + 3 < time(NULL))
            return;
        progress_pause(0.02);
    }
}

static void enter(void)
{
    help_enter();
    cr_assert_eq(file_make_folder("pipeline", &err), STATUS_OK);
    help_put("table", "x");
    help_put("pipeline/milk.yaml", "a: 1");
}

static void leave(void)
{
    arena_release(&mem);
    cr_expect_eq(chdir("/"), 0);
}

TestSuite(seen, .init = enter, .fini = leave);

static struct text now(bool *ret_settled)
{
    struct text text = {.mem = &mem};
    *ret_settled = seen_now(&request, &text);
    return text;
}

Test(seen, what_is_too_young_is_not_settled)
{
    bool settled;
    now(&settled);
    cr_assert_not(settled);
}

Test(seen, what_is_noted_is_known_until_something_changes)
{
    bool settled;
    let_settle("pipeline/milk.yaml");
    struct text first = now(&settled);
    cr_assert(settled);
    cr_assert_not(seen_is_noted(&request, &first));
    seen_note(&request, &first);
    first = now(&settled);
    cr_assert(seen_is_noted(&request, &first));
    help_put("gone", "here");
    struct text second = now(&settled);
    cr_assert_not(settled || seen_is_noted(&request, &second));
    cr_assert_eq(unlink("gone"), 0);
    second = now(&settled);
    cr_assert(seen_is_noted(&request, &second));
    help_put("pipeline/rain.yaml", "a: 1");
    second = now(&settled);
    cr_assert_not(seen_is_noted(&request, &second));
}
