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

/* Days 10 … 14 of the target as above; of the columns the clean table's rows count, also
 * where the raw table of the target has one of that name. */
static enum status read_columns(struct pipeline *p, const char *rows,
                                struct histories *ret, struct error *err)
{
    static const struct field fields[] = {{"day", TYPE_DATE},  {"item", TYPE_TEXT},
                                          {"y", TYPE_REAL},    {"w", TYPE_REAL},
                                          {"name", TYPE_TEXT}, {"x", TYPE_INT64}};
    static struct source one[] = {{.name = "price"}};
    static const struct sources only = {{1, one}};
    const char *folder = help_folder();
    *p = (struct pipeline){.path = "p.yaml",
                           .target = "y",
                           .group = "item",
                           .time = {"t", TIMESTEP_DAY, 0},
                           .outside = p->outside};
    tables_write(help_path(folder, "raw/price.arrow"), fields, 4, NULL, 0,
                 "10 a 1 99\n11 a 2 99\n13 a 3 99\n11 b 4 99\n");
    tables_write(help_path(folder, "clean.arrow"), fields, 6, NULL, 0, rows);
    return histories_read(folder, p, &only, 12, &mem, ret, err);
}

static void expect_column(const struct history *h, size_t j, const double *want)
{
    for (size_t t = 0; t < h->n; t++)
        cr_assert(h->x[j][t] == want[t] || (isnan(h->x[j][t]) && isnan(want[t])),
                  "column %zu, step %zu: %g", j, t, h->x[j][t]);
}

Test(history, outside_columns_are_the_clean_tables_in_the_files_order)
{
    struct pipeline p = {.outside = {2, (const char *const[]){"x", "w"}}};
    const struct group_name a = {.text = VIEW("a")}, b = {.text = VIEW("b")};
    struct histories h;
    struct error err = {0};
    cr_assert_eq(read_columns(&p,
                              "11 a 2 0.5 n 7\n11 b 4 - n 8\n12 b 5 9 n 9\n"
                              "13 a 3 9 n 9\n11 c 1 1 n 1\n",
                              &h, &err),
                 STATUS_OK, "%s", err.message);
    const struct history *of_a = histories_find(&h, &a), *of_b = histories_find(&h, &b);
    cr_assert(of_a->p == 2 && of_b->p == 2 && of_a->n == 2 && of_b->n == 1);
    expect_column(of_a, 0, (double[]){NAN, 7});
    expect_column(of_a, 1, (double[]){NAN, 0.5});
    expect_column(of_b, 0, (double[]){8});
    expect_column(of_b, 1, (double[]){NAN});
}

Test(history, without_a_row_of_the_clean_table_they_are_missing)
{
    struct pipeline p = {.outside = {1, (const char *const[]){"x"}}};
    struct histories h;
    struct error err = {0};
    cr_assert_eq(read_columns(&p, "", &h, &err), STATUS_OK, "%s", err.message);
    for (size_t g = 0; g < h.n; g++)
        expect_column(&h.of[g], 0, (double[]){NAN, NAN, NAN});
}

Test(history, columns_that_are_no_numbers_or_not_there_are_refused_by_name)
{
    static const struct {
        const char *name, *message;
    } bad[] = {{"v", "there is no column 'v'"},
               {"name", "the outside column 'name' is utf8, expected numbers"}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct pipeline p = {.outside = {2, (const char *const[]){"x", bad[i].name}}};
        struct histories h;
        struct error err = {0};
        cr_assert_eq(read_columns(&p, "11 a 2 0.5 n 7\n", &h, &err), STATUS_INPUT);
        cr_assert_str_eq(err.message, bad[i].message);
        cr_assert_str_eq(err.loc.path, "p.yaml");
        cr_assert_str_eq(err.loc.field, "outside");
        cr_assert(err.hint[0]);
    }
}
