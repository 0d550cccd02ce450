/* Cut, recompute, compare bits: on tables that the stages' own code makes, and with code that
 * looks ahead.  The code that computes features is this file's: linked in the place of the
 * library's, it can be made to look a step ahead, which no rule of a pipeline's file can. */
#include <criterion/criterion.h>

#include <math.h>

#define feature_steps_next honest_steps_next
#include "../../src/features/feature_steps.c"
#undef feature_steps_next

#include "help/help.h"
#include "help/tables.h"
#include "leaks/leak_search.h"

enum { DAYS = 90 };

static struct arena mem, scratch;
static struct error err;
static bool looks_ahead; // the code that computes features
static size_t warnings;

MUST_USE enum status feature_steps_next(struct feature_steps *s, struct error *e);

enum status feature_steps_next(struct feature_steps *s, struct error *e)
{
    TRY(honest_steps_next(s, e));
    const struct walk *w = &s->walk;
    for (size_t i = w->past; looks_ahead && i + 1 < w->past + w->fresh; i++)
        if (!walk_behind(w, i + 1))
            for (size_t f = 0; f < s->columns->plan.n; f++)
                s->value[f][i] = w->x[s->columns->slot[f]][i + 1];
    return STATUS_OK;
}

static void release(void)
{
    arena_release(&mem);
    arena_release(&scratch);
    looks_ahead = false;
}

TestSuite(leak_search, .fini = release);

static const char *const y[] = {"y"}, *const x[] = {"x"};
static const double one[] = {1};
static struct feature_rule lag = {.lag = {1, one}, .of = {1, x}, .shift = FEATURE_UNSET};
static const struct items rules = {1, &lag};
static const struct pipeline pipeline = {.name = "p",
                                         .path = "p.yaml",
                                         .task = TASK_REGRESSION,
                                         .target = "y",
                                         .targets = {1, y},
                                         .time = {.column = "day", .step = TIMESTEP_DAY}};

static void count(void *context UNUSED, const struct error *warning UNUSED)
{
    warnings++;
}

static double value(size_t day, size_t salt)
{
    return (double)((day * day * (day + salt)) % 101);
}

/* The cell of a feature table whose code looks ahead: x of the day after. */
static double tomorrow(size_t day)
{
    return value(day + 1 < DAYS ? day + 1 : day - 1, 5);
}

static double yesterday(size_t day)
{
    return value(day - 1, 5);
}

/* Searches a table of days, its feature column made by a formula from the first day on. */
static struct leaks search(double (*formula)(size_t day), size_t first)
{
    static const struct field clean[] = {
        {"day", TYPE_DATE}, {"x", TYPE_REAL}, {"y", TYPE_REAL}};
    static const struct field made[] = {
        {"day", TYPE_DATE}, {"x_lag1", TYPE_REAL}, {"y", TYPE_REAL}};
    struct text before = {.mem = &mem}, after = {.mem = &mem};
    const char *folder = help_folder();
    const struct watch watch = {.warn = count};
    for (size_t d = 0; d < DAYS; d++) {
        text_addf(&before, "%zu %g %g\n", d, value(d, 5), value(d, 17));
        if (d >= first)
            text_addf(&after, "%zu %g %g\n", d, formula(d), value(d, 17));
    }
    const struct leak_inputs in = {.pipeline = &pipeline,
                                   .rules = &rules,
                                   .clean = help_path(folder, "clean.arrow"),
                                   .features = help_path(folder, "features.arrow"),
                                   .watch = &watch,
                                   .mem = &mem,
                                   .scratch = &scratch};
    struct leaks found;
    tables_write(in.clean, clean, 3, NULL, 0, before.p);
    tables_write(in.features, made, 3, NULL, 0, after.p);
    cr_assert_eq(leak_search(&in, &found, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(warnings, found.n);
    return found;
}

Test(leak_search, what_the_rules_make_of_the_past_is_clear)
{
    struct leaks found = search(yesterday, 1);
    cr_assert_eq(found.n, 0);
    cr_assert(found.origins == LEAK_ORIGINS && found.columns == 2 &&
              found.rows == DAYS - 1);
}

/* Computed as of the last day the column is what stands there; as of each origin the last
 * row before it is another.  What is told is looked at like a stranger's, too. */
Test(leak_search, a_column_that_changes_when_later_rows_are_cut_is_told)
{
    looks_ahead = true;
    struct leaks found = search(tomorrow, 0);
    cr_assert_eq(found.n, 2);
    cr_assert_str_eq(found.leak[0].kind, "cut");
    cr_assert_str_eq(found.leak[0].column, "x_lag1");
    cr_assert_str_eq(found.leak[0].first, "1970-01-15");
    cr_assert_eq(found.leak[0].rows, 1);
    cr_assert_str_eq(found.leak[1].kind, "ahead");
    cr_assert_str_eq(found.leak[1].of, "x");
    cr_assert_eq(found.leak[1].ahead, 1);
    cr_assert_eq(found.columns, 1); // the target is what is left
}

Test(leak_search, a_table_of_other_code_is_altered)
{
    struct leaks found = search(tomorrow, 1);
    cr_assert_str_eq(found.leak[0].kind, "altered");
    cr_assert_gt(found.leak[0].rows, DAYS - 10); // some days have the same value
}

/* A row that the stage would not have made. */
Test(leak_search, a_row_too_many_or_too_few_is_told_by_its_key)
{
    struct leaks found = search(yesterday, 2);
    cr_assert_str_eq(found.leak[0].kind, "altered");
    cr_assert_str_eq(found.leak[0].column, "day");
}
