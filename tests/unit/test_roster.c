/* The pipelines of a folder. */
#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

#include "help/help.h"
#include "plan/roster.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(roster, .fini = release, .timeout = 20);

#define SOURCES(a, b)                                                                    \
    "ingest:\n  sources:\n    - {name: x, path: '" a "'}\n    - {name: y, path: '" b     \
    "'}\n"

static struct roster load(const char *folder)
{
    struct roster roster = {0};
    cr_assert_eq(roster_read(folder, &mem, &roster, &err), STATUS_OK, "%s", err.message);
    return roster;
}

Test(roster, each_file_is_taken_or_refused_alone)
{
    const char *folder = help_folder();
    help_write_text(help_path(folder, "b.yaml"), SOURCES("d/m/*.csv", "d/n/*.csv"));
    help_write_text(help_path(folder, "a-1.yaml"),
                    "track: false\n" SOURCES("d/x", "d/y"));
    help_write_text(help_path(folder, "broken.yaml"), "a: [\n");
    help_write_text(help_path(folder, "Foo bar.yaml"), "a: 1\n");
    help_write_text(help_path(folder, "all.yaml"), "a: 1\n");
    help_write_text(help_path(folder, "list.yaml"), "- 1\n");
    help_write_text(help_path(folder, ".hidden.yaml"), "[");
    help_write_text(help_path(folder, "README.md"), "[");
    cr_assert_eq(mkfifo(help_path(folder, "pipe.yaml"), 0600), 0);
    cr_assert_eq(mkdir(help_path(folder, "folder.yaml"), 0700), 0);
    cr_assert_eq(symlink("nowhere", help_path(folder, "link.yaml")), 0);
    struct roster roster = load(folder);
    cr_assert_eq(roster.n, 2);
    cr_assert_str_eq(roster.pipeline[0].name, "a-1");
    cr_assert_str_eq(roster.pipeline[1].name, "b");
    cr_assert_eq(roster.n_refused, 7);
    for (size_t i = 0; i < roster.n_refused; i++)
        cr_assert(roster.refused[i].why.loc.path[0], "%s", roster.refused[i].why.message);
}

static const struct {
    const char *text, *folder;
    bool tracked;
} folders[] = {
    {SOURCES("data/m/a*.csv", "data/m/b.csv"), "data/m", true},
    {SOURCES("data/m/a.csv", "data/mm/b.csv"), "data", true},
    {SOURCES("data/m/n/a.csv", "data/m/b.csv"), "data/m", true},
    {SOURCES("d/a.csv", "e/b.csv"), ".", false},
    {SOURCES("a.csv", "b.csv"), ".", false},
    {SOURCES("/srv/a.csv", "/srv/b.csv"), "/srv", false},
    {SOURCES("../a.csv", "../b.csv"), "..", false},
    {SOURCES("d/../a.csv", "d/../b.csv"), "d/..", false},
    {SOURCES("~/a.csv", "~/b.csv"), "~", false},
    {SOURCES("d/a b/x", "d/a b/y"), "d/a b", true},
    {"track: false\n" SOURCES("d/x", "d/y"), "d", false},
    {"gate: {path: /models}\n" SOURCES("d/x", "d/y"), "d", true},
    {"ingest: 3\n", NULL, false},
};

Test(roster, sources_say_what_is_tracked)
{
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        const char *folder = help_folder();
        help_write_text(help_path(folder, "p.yaml"), folders[i].text);
        struct roster roster = load(folder);
        cr_assert_eq(roster.n, 1, "%s", folders[i].text);
        const struct roster_pipeline *p = &roster.pipeline[0];
        cr_assert_eq(p->tracked, folders[i].tracked, "%s", folders[i].text);
        if (folders[i].folder)
            cr_assert_str_eq(p->folder, folders[i].folder);
        else
            cr_assert_null(p->folder);
    }
}

Test(roster, a_folder_that_dvc_would_read_otherwise_is_refused)
{
    static const char *const names[] = {"d/${x}", "d/$(touch x)", "d/a\\b"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *folder = help_folder();
        const char *text = arena_format(
            &mem, "ingest:\n  sources:\n    - {path: '%s/a.csv'}\n", names[i]);
        help_write_text(help_path(folder, "p.yaml"), text);
        struct roster roster = load(folder);
        cr_assert_eq(roster.n_refused, 1, "%s", names[i]);
        cr_assert_eq(roster.refused[0].why.loc.line, 3);
        help_write_text(help_path(folder, "p.yaml"),
                        arena_format(&mem, "track: false\n%s", text));
        cr_assert_eq(load(folder).n, 1, "%s", names[i]);
    }
}

Test(roster, overrides_are_applied)
{
    static const char *const one[] = {"ingest.sources.0.path=e/a.csv"};
    const struct texts set = {1, one};
    const char *path = help_path(help_folder(), "p.yaml");
    struct roster_pipeline p;
    help_write_text(path, SOURCES("d/x", "e/y"));
    cr_assert_eq(roster_read_one(path, &set, &mem, &p, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_str_eq(p.folder, "e");
}
