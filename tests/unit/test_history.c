#include <criterion/criterion.h>

#include <math.h>

#include "data/history.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(history, .fini = release);

static const struct field raw[] = {{"day", TYPE_DATE}, {"y", TYPE_REAL}};
static const struct field clean[] = {
    {"day", TYPE_DATE}, {"x", TYPE_REAL}, {"y", TYPE_REAL}};
static struct source list[] = {{.name = "other"}, {.name = "price"}};
static const struct sources sources = {{2, list}};

/* Days 10 … 14 of the target: 11 missing, 12 twice; the clean table has another value for
 * 13. */
static struct history read_as_of(enum timestep_place step, int32_t last)
{
    const char *folder = help_folder();
    struct pipeline p = {.target = "y", .time = {.column = "t", .step = step}};
    struct histories h;
    struct error err = {0};
    tables_write(help_path(folder, "raw/other.arrow"), clean, 2, NULL, 0, "1 5\n");
    tables_write(help_path(folder, "raw/price.arrow"), raw, 2, NULL, 0,
                 "14 140\n10 100\n12 120\n12 999\n13 130\n");
    tables_write(help_path(folder, "clean.arrow"), clean, 3, NULL, 0,
                 "13 1 131\n14 1 140\n");
    cr_assert_eq(histories_read(folder, &p, &sources, last, &mem, &h, &err), STATUS_OK,
                 "%s", err.message);
    cr_assert_eq(h.n, 1);
    return h.of[0];
}

static struct history read_example(enum timestep_place step)
{
    return read_as_of(step, INT32_MAX);
}

Test(history, what_came_later_is_not_known)
{
    struct history h = read_as_of(TIMESTEP_DAY, 12);
    cr_assert(h.n == 3 && h.first == 10);
    cr_assert_eq(history_value(&h, 12), 120);
    cr_assert(isnan(history_value(&h, 13)));
    cr_assert_eq(read_as_of(TIMESTEP_DAY, 9).n, 0);
}

Test(history, steps_without_a_row_are_missing_and_the_first_of_a_key_counts)
{
    struct history h = read_example(TIMESTEP_DAY);
    cr_assert_str_eq(h.source, "price");
    cr_assert(h.n == 5 && h.first == 10);
    cr_assert(history_value(&h, 10) == 100 && isnan(history_value(&h, 11)));
    cr_assert_eq(history_value(&h, 12), 120);
    cr_assert_eq(history_value(&h, 13), 131);
}

Test(history, outside_of_it_nothing_is_known)
{
    struct history h = read_example(TIMESTEP_DAY);
    cr_assert_eq(history_step(&h, 9), SIZE_MAX);
    cr_assert_eq(history_step(&h, 15), 5);
    cr_assert_eq(history_step(&h, 16), SIZE_MAX);
    cr_assert(isnan(history_value(&h, 9)) && isnan(history_value(&h, 15)));
}

Test(history, rows_without_time_have_none)
{
    struct pipeline p = {.target = "y"};
    struct histories h;
    struct error err = {0};
    cr_assert_eq(histories_read(help_folder(), &p, &sources, INT32_MAX, &mem, &h, &err),
                 STATUS_OK);
    cr_assert_eq(h.of[0].n, 0);
    cr_assert_null(histories_find(&h, NULL));
}

Test(history, each_group_has_its_own)
{
    static const struct field grouped[] = {
        {"day", TYPE_DATE}, {"item", TYPE_TEXT}, {"y", TYPE_REAL}};
    static struct source one[] = {{.name = "price"}};
    static const struct sources only = {{1, one}};
    struct pipeline p = {.target = "y", .group = "item", .time = {"t", TIMESTEP_DAY, 0}};
    const struct group_name a = {.text = VIEW("a")}, b = {.text = VIEW("b")},
                            c = {.text = VIEW("c")}, later = {.text = VIEW("later")};
    const char *folder = help_folder();
    struct histories h;
    struct error err = {0};
    tables_write(help_path(folder, "raw/price.arrow"), grouped, 3, NULL, 0,
                 "14 b 140\n10 a 100\n12 a 120\n12 a 999\n13 b 130\n20 later 1\n");
    tables_write(help_path(folder, "clean.arrow"), grouped, 3, NULL, 0,
                 "12 a 121\n14 b 140\n14 c 1\n");
    cr_assert_eq(histories_read(folder, &p, &only, 15, &mem, &h, &err), STATUS_OK, "%s",
                 err.message);
    const struct history *of_a = histories_find(&h, &a), *of_b = histories_find(&h, &b);
    cr_assert(of_a->first == 10 && of_a->n == 3 && of_b->first == 13 && of_b->n == 2);
    cr_assert(history_value(of_a, 10) == 100 && isnan(history_value(of_a, 11)));
    cr_assert(history_value(of_a, 12) == 121 && history_value(of_b, 13) == 130);
    cr_assert_null(histories_find(&h, &c));
    cr_assert_null(histories_find(&h, &later));
}
