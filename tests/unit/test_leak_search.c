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
static const double none[] = {0};
static struct feature_rule now = {.lag = {1, none}, .of = {1, x}, .shift = FEATURE_UNSET};
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

/* Searches two tables of days. */
static struct leaks search_tables(struct feature_rule *rule, const char *feature,
                                  const char *before, const char *after)
{
    static const struct field clean[] = {
        {"day", TYPE_DATE}, {"x", TYPE_REAL}, {"y", TYPE_REAL}};
    const struct field made[] = {
        {"day", TYPE_DATE}, {feature, TYPE_REAL}, {"y", TYPE_REAL}};
    const struct items rules = {1, rule};
    const char *folder = help_folder();
    const struct watch watch = {.warn = count};
    const struct leak_inputs in = {.pipeline = &pipeline,
                                   .rules = &rules,
                                   .clean = help_path(folder, "clean.arrow"),
                                   .features = help_path(folder, "features.arrow"),
                                   .watch = &watch,
                                   .mem = &mem,
                                   .scratch = &scratch};
    struct leaks found;
    tables_write(in.clean, clean, 3, NULL, 0, before);
    tables_write(in.features, made, 3, NULL, 0, after);
    cr_assert_eq(leak_search(&in, &found, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(warnings, found.n);
    return found;
}

/* A feature that is made by a formula from the first day on. */
static struct leaks search(double (*formula)(size_t day), size_t first)
{
    struct text before = {.mem = &mem}, after = {.mem = &mem};
    for (size_t d = 0; d < DAYS; d++) {
        text_addf(&before, "%zu %g %g\n", d, value(d, 5), value(d, 17));
        if (d >= first)
            text_addf(&after, "%zu %g %g\n", d, formula(d), value(d, 17));
    }
    return search_tables(&lag, "x_lag1", before.p, after.p);
}

/* A column that came as the formula makes it, and is handed on. */
static struct leaks search_column(double (*formula)(size_t day))
{
    struct text rows = {.mem = &mem};
    for (size_t d = 0; d < DAYS; d++)
        text_addf(&rows, "%zu %g %g\n", d, formula(d), value(d, 17));
    return search_tables(&now, "x", rows.p, rows.p);
}

static double squared(size_t day)
{
    return value(day, 17) * value(day, 17);
}

static double binned(size_t day)
{
    return floor(value(day, 17) / 25);
}

static double blurred(size_t day)
{
    return value(day, 17) + value(day, 3) / 100;
}

static double filled_backwards(size_t day)
{
    size_t end = day / 3 * 3 + 2;
    return value(end < DAYS ? end : DAYS - 1, 17);
}

static double mean_of_tens(size_t day)
{
    double sum = 0;
    for (size_t d = 0; d < DAYS; d++)
        sum += d % 9 == day % 9 ? value(d, 17) : 0;
    return sum / 10;
}

/* Honest: what came last, a week's pattern, one step, another quantity. */
static double filled_forwards(size_t day)
{
    return day < 3 ? 0 : value((day / 3 - 1) * 3 + 2, 17);
}

static double of_the_week(size_t day)
{
    return (double)(day % 7);
}

static double a_step(size_t day)
{
    return day > 50;
}

static double another(size_t day)
{
    return value(day, 5);
}

static const struct {
    double (*formula)(size_t day);
    const char *kind; // NULL: none
    size_t ahead;
} columns[] = {
    {squared, "target", 0},       {binned, "target", 0},
    {blurred, "target", 0},       {filled_backwards, "target", 2},
    {mean_of_tens, "encoded", 0}, {filled_forwards, NULL, 0},
    {of_the_week, NULL, 0},       {a_step, NULL, 0},
    {another, NULL, 0},
};

Test(leak_search, values_show_the_target)
{
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        warnings = 0;
        struct leaks found = search_column(columns[i].formula);
        cr_assert_eq(found.n, columns[i].kind ? 1 : 0, "column %zu: %zu %s %s", i,
                     found.n, found.n ? found.leak->kind : "",
                     found.n ? found.leak->column : "");
        if (found.n == 0)
            continue;
        cr_assert_str_eq(found.leak->kind, columns[i].kind, "column %zu", i);
        cr_assert_eq(found.leak->ahead, columns[i].ahead, "column %zu", i);
        cr_assert_str_eq(found.leak->column, "x");
        cr_assert_str_eq(found.leak->of, "y");
    }
}

Test(leak_search, what_the_rules_make_of_the_past_is_clear)
{
    struct leaks found = search(yesterday, 1);
    cr_assert_eq(found.n, 0);
    cr_assert(found.origins == LEAK_ORIGINS && found.columns == 2 &&
              found.rows == DAYS - 1);
}

/* Computed as of the last day the column is what stands there; as of each origin the last
 * row before it is another. */
Test(leak_search, a_column_that_changes_when_later_rows_are_cut_is_told)
{
    looks_ahead = true;
    struct leaks found = search(tomorrow, 0);
    cr_assert_eq(found.n, 1);
    cr_assert_str_eq(found.leak[0].kind, "cut");
    cr_assert_str_eq(found.leak[0].column, "x_lag1");
    cr_assert_str_eq(found.leak[0].first, "1970-01-15");
    cr_assert_eq(found.leak[0].rows, 1);
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
