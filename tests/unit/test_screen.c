#include <criterion/criterion.h>

#include <math.h>

#include "clean/losses.h"
#include "data/feature.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;
static struct publish publish;

static void release(void)
{
    publish_release(&publish);
    arena_release(&mem);
}

TestSuite(screen, .fini = release);

static const struct field fields[] = {{"day", TYPE_DATE},
                                      {"x", TYPE_REAL},
                                      {"t", TYPE_TEXT},
                                      {"source_file", TYPE_INT32},
                                      {"source_line", TYPE_INT64}};

struct seen {
    size_t fatal, warnings;
    char message[800];
};

static enum status note(void *context, const struct error *fault, bool fatal)
{
    struct seen *seen = context;
    *(fatal ? &seen->fatal : &seen->warnings) += 1;
    snprintf(seen->message, sizeof seen->message, "%s:%zu: %s", fault->loc.path,
             fault->loc.line, fault->message);
    return STATUS_OK;
}

static enum status opened(struct screen *s, const char *path, struct error *err)
{
    const struct screen_keys keys = {.step = &timestep_all[TIMESTEP_DAY]};
    return screen_open(s, "raw", path, &keys, &mem, err);
}

/* The reasons of the rows as one letter each: k(ept), l(ater), d(uplicate), c(onflict),
 * r(ange), i(mplausible), m(issing). */
static const char *reasons(const char *rows, const struct screen_rules *rules,
                           struct seen *seen)
{
    static const struct meta files[] = {{"files", "base.csv/new.csv"}};
    const char *path = help_path(help_folder(), "raw.arrow");
    struct screen s;
    struct error err = {0};
    struct text out = {.mem = &mem};
    *seen = (struct seen){0};
    tables_write(path, fields, COUNT_OF(fields), files, 1, rows);
    cr_assert_eq(opened(&s, path, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(screen_rows(&s, rules, &publish, path, note, seen, &err), STATUS_OK,
                 "%s", err.message);
    for (size_t i = 0; i < s.n; i++)
        text_putc(&out, 'k');
    for (size_t i = 0; i < s.n_dropped; i++)
        out.p[s.dropped[i].row] = reason_name[s.dropped[i].reason][0];
    cr_assert_eq(s.count[REASON_KEPT], s.n - s.n_dropped);
    screen_close(&s);
    return out.p;
}

static const struct screen_rules plain = {.drop_missing = true, .plausible = 1};

Test(screen, an_empty_cell_drops_the_row_unless_kept)
{
    struct seen seen;
    struct screen_rules keep = plain;
    keep.drop_missing = false;
    cr_assert_str_eq(reasons("1 5 a 0 2\n2 - a 0 3\n3 5 - 0 4\n", &plain, &seen), "kmm");
    cr_assert_str_eq(reasons("1 5 a 0 2\n2 - a 0 3\n3 5 - 0 4\n", &keep, &seen), "kkk");
}

/* Rules under which features read x and nothing else, and t is there. */
static struct screen_rules reading(struct items *features, const char *target)
{
    static const char *const x[] = {"x"};
    static const char *name;
    static struct feature_rule rule;
    struct screen_rules rules = plain;
    name = target;
    rule = (struct feature_rule){.of = {1, x}};
    *features = (struct items){1, &rule};
    rules.features = features;
    rules.targets = (struct texts){target ? 1 : 0, &name};
    return rules;
}

Test(screen, an_empty_cell_that_nothing_reads_drops_nothing)
{
    struct seen seen;
    struct items features;
    struct screen_rules rules = reading(&features, NULL);
    cr_assert_str_eq(reasons("1 5 a 0 2\n2 - a 0 3\n3 5 - 0 4\n", &rules, &seen), "kmk");
}

Test(screen, a_row_without_its_target_stays)
{
    struct seen seen;
    struct items features;
    struct screen_rules rules = reading(&features, "x");
    cr_assert_str_eq(reasons("1 5 a 0 2\n2 - a 0 3\n3 - - 0 4\n", &rules, &seen), "kkk");
}

/* Labels: each is a target, and without rules none is a feature. */
Test(screen, a_row_that_lacks_any_of_its_targets_stays)
{
    static const char *const both[] = {"x", "t"};
    static const char *const rows = "1 5 a 0 2\n2 - a 0 3\n3 5 - 0 4\n4 - - 0 5\n";
    struct seen seen;
    struct items none = {0, NULL};
    struct screen_rules rules = plain;
    rules.features = &none;
    rules.targets = (struct texts){2, both};
    cr_assert_str_eq(reasons(rows, &rules, &seen), "kkkk");
    rules.targets.n = 1;
    cr_assert_str_eq(reasons(rows, &rules, &seen), "kkkk", "no rule reads texts");
    rules.targets = (struct texts){1, both + 1};
    cr_assert_str_eq(reasons(rows, &rules, &seen), "kmkm");
    rules.features = NULL;
    cr_assert_str_eq(reasons(rows, &rules, &seen), "kmkm", "every column counts");
}

/* The value that comes later takes the place of the row that waited for it, whatever the
 * policy.  An empty cell that nothing reads makes no row another one. */
Test(screen, of_rows_of_one_key_one_with_its_target_stays)
{
    static const enum duplicates policies[] = {DUPLICATES_EQUAL, DUPLICATES_FIRST,
                                               DUPLICATES_LAST, DUPLICATES_ERROR};
    for (size_t i = 0; i < COUNT_OF(policies); i++) {
        struct seen seen;
        struct items features;
        struct screen_rules rules = reading(&features, "x");
        rules.duplicates = policies[i];
        cr_assert_str_eq(reasons("2 - a 0 2\n1 5 a 0 3\n2 7 a 1 2\n", &rules, &seen),
                         "dkk", "%zu", i);
        cr_assert_str_eq(reasons("2 7 a 0 2\n1 5 a 0 3\n2 - a 1 2\n", &rules, &seen),
                         "kkd", "%zu", i);
        cr_assert_eq(seen.fatal + seen.warnings, 0);
        cr_assert_str_eq(reasons("2 7 a 0 2\n1 5 a 0 3\n2 7 - 0 4\n", &rules, &seen),
                         i == 2 ? "dkk" : "kkd", "%zu", i);
        cr_assert_eq(seen.fatal, i == 3 ? 1 : 0);
    }
}

Test(screen, what_nothing_reads_is_not_implausible)
{
    struct seen seen;
    struct items features;
    static const char *const none[] = {"y"};
    struct screen_rules rules = reading(&features, NULL);
    const char *rows = "1 10 a 0 2\n2 20 a 0 3\n3 90 a 1 2\n";
    cr_assert_str_eq(reasons(rows, &rules, &seen), "kki");
    ((struct feature_rule *)features.v)->of = (struct texts){1, none};
    cr_assert_str_eq(reasons(rows, &rules, &seen), "kkk");
    rules = reading(&features, "x");
    ((struct feature_rule *)features.v)->of = (struct texts){1, none};
    cr_assert_str_eq(reasons(rows, &rules, &seen), "kki");
}

Test(screen, losses_are_told_with_the_column)
{
    static const struct meta files[] = {{"files", "base.csv"}};
    const char *path = help_path(help_folder(), "raw.arrow");
    struct screen s;
    struct seen seen = {0};
    struct error err = {0};
    struct text out = {.mem = &mem};
    struct range range[] = {{"x", 0, 10, false}};
    struct screen_rules rules = plain;
    rules.n_ranges = 1;
    rules.range = range;
    tables_write(path, fields, COUNT_OF(fields), files, 1,
                 "1 5 - 0 2\n2 - - 0 3\n3 11 - 0 4\n4 5 - 0 5\n");
    cr_assert_eq(opened(&s, path, &err), STATUS_OK);
    cr_assert_eq(screen_rows(&s, &rules, &publish, path, note, &seen, &err), STATUS_OK);
    losses_list(&s, &out);
    cr_assert_str_eq(out.p,
                     "3 missing (column 't' is empty, column 'x' in 1 row), 1 range");
    cr_assert_eq(losses_count(&s), 4);
    screen_close(&s);
}

Test(screen, equal_rows_count_once_and_others_are_a_fault)
{
    struct seen seen;
    cr_assert_str_eq(reasons("1 5 a 0 2\n2 6 a 0 3\n1 5 a 0 4\n", &plain, &seen), "kkd");
    cr_assert_eq(seen.fatal + seen.warnings, 0);
    cr_assert_str_eq(reasons("1 5 a 0 2\n2 6 a 0 3\n1 7 a 0 4\n", &plain, &seen), "kkc");
    cr_assert_eq(seen.fatal, 1);
    cr_assert_str_eq(seen.message, "base.csv:4: 1970-01-02 stands twice with other "
                                   "values: 7 here, 5 in line 2 of 'base.csv'");
}

Test(screen, an_arrival_does_not_revise_unless_told)
{
    struct seen seen;
    struct screen_rules last = plain;
    last.duplicates = DUPLICATES_LAST;
    cr_assert_str_eq(reasons("1 5 a 0 2\n1 7 a 1 2\n", &plain, &seen), "kc");
    cr_assert(seen.fatal == 0 && seen.warnings == 1);
    cr_assert_str_eq(reasons("1 5 a 0 2\n1 7 a 1 2\n", &last, &seen), "ck");
}

Test(screen, an_arrival_may_replace_a_row_with_a_gap)
{
    struct seen seen;
    cr_assert_str_eq(reasons("1 - a 0 2\n2 5 a 0 3\n1 5 a 1 2\n", &plain, &seen), "mkk");
    cr_assert_eq(seen.fatal + seen.warnings, 0);
}

Test(screen, an_arrival_far_outside_the_history_is_implausible)
{
    struct seen seen;
    struct screen_rules wide = plain;
    wide.plausible = 10;
    const char *rows =
        "1 10 a 0 2\n2 20 a 0 3\n3 30 a 1 2\n4 31 a 1 3\n5 -1 a 1 4\n6 0 a 1 5\n";
    cr_assert_str_eq(reasons(rows, &plain, &seen), "kkkiik");
    cr_assert_str_eq(reasons(rows, &wide, &seen), "kkkkkk");
}

Test(screen, ranges_hold_for_all_rows)
{
    struct seen seen;
    struct range range[] = {{"x", 0, 10, false}, {"y", 0, 1, false}};
    struct screen_rules rules = plain;
    rules.n_ranges = 2;
    rules.range = range;
    cr_assert_str_eq(
        reasons("1 0 a 0 2\n2 10 a 0 3\n3 10.5 a 0 4\n4 -1 a 0 5\n", &rules, &seen),
        "kkrr");
    cr_assert(range[0].used && !range[1].used);
}

Test(screen, later_rows_do_not_exist)
{
    struct seen seen;
    struct screen_rules rules = plain;
    rules.has_as_of = true;
    rules.as_of = 2;
    cr_assert_str_eq(reasons("3 5 a 0 2\n1 5 a 0 3\n2 5 a 0 4\n", &rules, &seen), "lkk");
}

Test(screen, a_table_of_another_shape_is_refused)
{
    const char *path = help_path(help_folder(), "raw.arrow");
    struct screen s;
    struct error err = {0};
    tables_write(path, fields, 3, NULL, 0, "1 2 a\n");
    cr_assert_eq(opened(&s, path, &err), STATUS_INPUT);
    screen_close(&s);
    tables_write(path, fields + 1, 4, NULL, 0, "2 a 0 2\n");
    cr_assert_eq(opened(&s, path, &err), STATUS_INPUT);
    screen_close(&s);
}
