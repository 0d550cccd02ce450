#include <criterion/criterion.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "file/published.h"
#include "help/help.h"
#include "help/project.h"

static struct arena mem;
static struct error err;

static void enter(void)
{
    help_enter();
}

static void leave(void)
{
    arena_release(&mem);
    cr_expect_eq(chdir("/"), 0);
}

TestSuite(published, .init = enter, .fini = leave);

/* Publishes one file; asked: to somebody who wants to know. */
static void publish(const char *path, const char *text, bool asked)
{
    char here[4096];
    struct publish publish = {0};
    struct output *out;
    cr_assert_not_null(getcwd(here, sizeof(here)));
    if (asked)
        setenv(PUBLISHED_ENV, arena_format(&mem, "%s/report", here), 1);
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(output_text(out, text, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK, "%s", err.message);
    publish_release(&publish);
    unsetenv(PUBLISHED_ENV);
}

static struct published stands(const char *path)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0);
    return published_of(path, &st);
}

Test(published, each_file_is_told_as_it_stands)
{
    struct published *v;
    size_t n;
    help_put("report", "");
    publish("a\nb c", "one", true);
    publish("deep/er", "two", true);
    cr_assert_eq(published_read("report", &mem, &v, &n, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(n, 2);
    struct published a = stands("a\nb c"), b = stands("deep/er");
    cr_expect(published_same(&v[0], &a) && published_same(&v[1], &b));
    cr_expect_str_eq(file_name(v[0].path), "a\nb c");
    cr_expect_eq(v[1].path[0], '/');
    publish("deep/er", "too", false);
    b = stands("deep/er");
    cr_expect_not(published_same(&v[1], &b), "another file of the same length");
}

Test(published, nobody_asks_and_nobody_waits_any_more)
{
    struct published *v;
    size_t n = 1;
    publish("a", "one", false);
    publish("a", "two", true);
    cr_expect_not(file_exists("report"), "it is never created");
    cr_expect_eq(published_read("report", &mem, &v, &n, &err), STATUS_OK);
    cr_expect_eq(n, 0);
    help_put("other", "");
    cr_assert_eq(symlink("other", "report"), 0);
    setenv(PUBLISHED_ENV, "report", 1); // no absolute path
    struct stat st;
    cr_assert_eq(stat("a", &st), 0);
    cr_expect_eq(published_tell("a", &st, &err), STATUS_OK);
    cr_expect_str_eq(help_read("other", NULL), "");
}

static const char *const broken[] = {"1 2 3 4 /a", "1 2 3 /a", "1 2 3 4 a", "x 2 3 4 /a",
                                     "1 2 3 4 "};

Test(published, a_damaged_report_is_no_report)
{
    struct published *v;
    size_t n;
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        struct publish p = {0};
        struct output *out;
        cr_assert_eq(publish_open(&p, "report", &out, &err), STATUS_OK);
        // The first lacks its NUL, the others have one.
        cr_assert_eq(output_write(out, broken[i], strlen(broken[i]) + (i > 0), &err),
                     STATUS_OK);
        cr_assert_eq(publish_commit(&p, &err), STATUS_OK);
        publish_release(&p);
        cr_expect_eq(published_read("report", &mem, &v, &n, &err), STATUS_ENVIRONMENT,
                     "row %zu", i);
    }
}
