/* Versions, names and the log. */
#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "help/help.h"
#include "registry/registry.h"

static struct arena mem;
static struct error err;
static struct registry r;

static void set_up(void)
{
    cr_assert_eq(chdir(help_folder()), 0);
    r = registry_at("registry", "milk");
}

static void tear_down(void)
{
    arena_release(&mem);
    cr_expect_eq(chdir("/"), 0);
}

TestSuite(registry, .init = set_up, .fini = tear_down);

static struct registry_added add(const char *model)
{
    struct registry_source source[] = {
        {.name = "parameters.yaml", .body = view_of("seed: 1\n")},
        {.name = "model.json", .body = view_of(model)}};
    struct registry_data data[] = {
        {"milk.csv", 3,
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}};
    struct registry_entry entry = {2, source, 1, data, "abc"};
    struct registry_added added = {0};
    cr_assert_eq(registry_add(&r, &entry, &mem, &added, &err), STATUS_OK, "%s",
                 err.message);
    return added;
}

static enum status move(const char *alias, size_t from, size_t to)
{
    struct registry_move m = {alias, from, to, "ana", "it is better"};
    return registry_move(&r, &m, &mem, &err);
}

static size_t aliased(const char *alias)
{
    struct registry_aliases a;
    cr_assert_eq(registry_aliases(&r, &mem, &a, &err), STATUS_OK, "%s", err.message);
    return registry_aliased(&a, alias);
}

Test(registry, the_same_bytes_are_the_same_version)
{
    struct registry_added first = add("one"), second = add("two"), again = add("one");
    cr_assert_eq(first.version, 1);
    cr_assert(first.is_new);
    cr_assert_eq(second.version, 2);
    cr_assert_eq(again.version, 1);
    cr_assert_not(again.is_new);
    cr_assert_str_eq(first.content, again.content);
}

Test(registry, a_version_is_what_its_manifest_says)
{
    struct registry_manifest m;
    struct view model;
    size_t *version, n;
    add("one");
    cr_assert_eq(registry_read(&r, 1, &mem, &m, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(m.n_files, 3);
    cr_assert_str_eq(m.file[0].name, "card.md");
    cr_assert_str_eq(m.file[1].name, "model.json");
    cr_assert_str_eq(m.lineage.parameters, m.file[2].sha256);
    cr_assert_null(m.lineage.parent);
    cr_assert_eq(registry_check(&r, 1, &m, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(
        file_read(registry_file(&r, 1, "model.json", &mem), 100, &mem, &model, &err),
        STATUS_OK);
    cr_assert(view_is(model, "one"));
    cr_assert_eq(registry_versions(&r, &mem, &version, &n, &err), STATUS_OK);
    cr_assert_eq(n, 1);
    cr_assert_eq(access("registry/milk/.new", F_OK), -1);
}

Test(registry, the_parent_is_what_production_was)
{
    struct registry_manifest m;
    struct registry_added first = add("one");
    cr_assert_eq(move("production", 0, 1), STATUS_OK, "%s", err.message);
    add("two");
    cr_assert_eq(registry_read(&r, 2, &mem, &m, &err), STATUS_OK, "%s", err.message);
    cr_assert_str_eq(m.lineage.parent, first.content);
}

Test(registry, a_changed_file_is_found)
{
    struct registry_manifest m;
    add("one");
    help_write_text("registry/milk/versions/1/model.json", "two");
    cr_assert_eq(registry_read(&r, 1, &mem, &m, &err), STATUS_OK);
    cr_assert_eq(registry_check(&r, 1, &m, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.loc.path, "model.json"), "%s", err.loc.path);
}

Test(registry, every_changed_byte_of_a_manifest_is_found)
{
    const char *path = "registry/milk/versions/1/manifest.json";
    struct registry_manifest m;
    struct view was;
    add("one");
    cr_assert_eq(file_read(path, 10000, &mem, &was, &err), STATUS_OK);
    char *bytes = arena_copy(&mem, was.p, was.n);
    for (size_t i = 0; i < was.n; i++) {
        bytes[i] ^= 1;
        FILE *to = fopen(path, "wb");
        cr_assert_eq(fwrite(bytes, 1, was.n, to), was.n);
        fclose(to);
        bytes[i] ^= 1;
        cr_assert_eq(registry_read(&r, 1, &mem, &m, &err), STATUS_INPUT, "byte %zu", i);
    }
}

Test(registry, a_move_of_production_archives_what_it_was)
{
    struct registry_moved *moved;
    struct registry_aliases a;
    size_t n;
    add("one");
    add("two");
    cr_assert_eq(move("production", 0, 1), STATUS_OK, "%s", err.message);
    cr_assert_eq(aliased("archived"), 0);
    cr_assert_eq(move("production", 1, 2), STATUS_OK, "%s", err.message);
    cr_assert_eq(aliased("production"), 2);
    cr_assert_eq(aliased("archived"), 1);
    cr_assert_eq(registry_aliases(&r, &mem, &a, &err), STATUS_OK);
    cr_assert_eq(registry_log(&r, &a, &mem, &moved, &n, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(n, 3);
    cr_assert_str_eq(moved[1].alias, "production");
    cr_assert_eq(moved[1].from, 1);
    cr_assert_eq(moved[1].to, 2);
    cr_assert_str_eq(moved[1].who, "ana");
    cr_assert_str_eq(moved[2].alias, "archived");
}

Test(registry, a_move_from_another_version_changes_nothing)
{
    add("one");
    add("two");
    cr_assert_eq(move("production", 0, 1), STATUS_OK);
    cr_assert_eq(move("production", 0, 2), STATUS_BUSY);
    cr_assert_str_eq(err.message, "'production' is version 1 now, not nothing");
    cr_assert_not_null(strstr(err.hint, "ana moved it at "), "%s", err.hint);
    cr_assert_not_null(strstr(err.hint, ": it is better"), "%s", err.hint);
    cr_assert_eq(aliased("production"), 1);
    cr_assert_eq(move("production", 1, 7), STATUS_INPUT);
    cr_assert_str_eq(err.message, "there is no version 7 of 'milk'");
    cr_assert_eq(aliased("production"), 1);
}

Test(registry, what_a_killed_move_left_in_the_log_goes)
{
    struct registry_aliases a;
    struct registry_moved *moved;
    size_t n;
    add("one");
    add("two");
    cr_assert_eq(move("production", 0, 1), STATUS_OK);
    FILE *log = fopen("registry/milk/log.jsonl", "ab");
    fputs("{\"time\":\"half a li", log);
    fclose(log);
    cr_assert_eq(registry_aliases(&r, &mem, &a, &err), STATUS_OK);
    cr_assert_eq(registry_log(&r, &a, &mem, &moved, &n, &err), STATUS_OK);
    cr_assert_eq(n, 1);
    cr_assert_eq(move("candidate", 0, 2), STATUS_OK);
    cr_assert_eq(registry_aliases(&r, &mem, &a, &err), STATUS_OK);
    cr_assert_eq(registry_log(&r, &a, &mem, &moved, &n, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(n, 2);
}

Test(registry, a_log_whose_names_are_gone_is_not_cut)
{
    add("one");
    add("two");
    cr_assert_eq(move("production", 0, 1), STATUS_OK);
    cr_assert_eq(move("production", 1, 2), STATUS_OK);
    cr_assert_eq(unlink("registry/milk/aliases.json"), 0);
    cr_assert_eq(truncate("registry/milk/log.jsonl", 200), 0);
    struct registry_aliases a;
    cr_assert_eq(registry_aliases(&r, &mem, &a, &err), STATUS_INPUT);
    cr_assert_eq(move("production", 0, 1), STATUS_INPUT);
    cr_assert_str_eq(err.message, "aliases.json is missing beside a log of 2 moves");
}

Test(registry, a_number_too_large_is_somebody_elses)
{
    struct registry_source source = {.name = "model.json", .body = view_of("two")};
    struct registry_entry entry = {.n_sources = 1, .source = &source};
    struct registry_added added;
    add("one");
    cr_assert_eq(mkdir("registry/milk/versions/18446744073709551615", 0755), 0);
    cr_assert_eq(add("two").version, 2);
    cr_assert_eq(mkdir("registry/milk/versions/999999999", 0755), 0);
    cr_assert_eq(registry_add(&r, &entry, &mem, &added, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "no number is left behind 999999999: take it away");
}

Test(registry, what_a_killed_writer_left_goes)
{
    cr_assert_eq(mkdir("registry", 0755), 0);
    cr_assert_eq(mkdir("registry/milk", 0755), 0);
    cr_assert_eq(mkdir("registry/milk/.new", 0700), 0);
    help_write_text("registry/milk/.new/model.json", "half");
    cr_assert_eq(add("one").version, 1);
}

static const struct {
    const char *name;
    bool good;
} aliases[] = {{"production", true}, {"a-b_9", true}, {"", false},  {"latest", false},
               {"Latest", false},    {"v3", false},   {"3", false}, {"a b", false},
               {"v", true},          {"../x", false}, {"vv3", true}};

Test(registry, aliases_are_words)
{
    for (size_t i = 0; i < COUNT_OF(aliases); i++)
        cr_assert_eq(registry_check_alias(aliases[i].name, &err) == STATUS_OK,
                     aliases[i].good, "'%s'", aliases[i].name);
}

Test(registry, a_name_that_leads_elsewhere_is_refused)
{
    struct registry_source source = {.name = "../model.json", .body = view_of("x")};
    struct registry_entry entry = {.n_sources = 1, .source = &source};
    struct registry_added added;
    cr_assert_eq(registry_add(&r, &entry, &mem, &added, &err), STATUS_INPUT);
}
