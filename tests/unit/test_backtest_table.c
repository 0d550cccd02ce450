#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "base/compiler.h"
#include "data/backtest_table.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(backtest_table, .fini = release);

static const struct pipeline daily = {.time = {.column = "t", .step = TIMESTEP_DAY}},
                             grouped = {.time = {.column = "t", .step = TIMESTEP_DAY},
                                        .group = "item"};

static const char *csv(const char *text)
{
    const char *path = help_path(help_folder(), "backtest.csv");
    help_write_text(path, text);
    return path;
}

Test(backtest_table, rows_come_with_their_times)
{
    struct backtest_table t;
    const char *path = csv("origin,horizon,day,actual,prediction,lower,naive\n"
                           "1970-01-02,1,1970-01-03,5,4.5,,1\n"
                           "1970-01-02,2,1970-01-04,,-1,0,1\n");
    cr_assert_eq(backtest_table_read(path, &daily, false, &mem, &t, &err), STATUS_OK,
                 "%s", err.message);
    cr_assert(t.n == 2 && !t.group);
    cr_assert(t.origin[0] == 1 && t.key[0] == 2 && t.origin[1] == 1 && t.key[1] == 3);
    cr_assert(t.actual[0] == 5 && isnan(t.actual[1]) && t.prediction[1] == -1);
}

/* Of many rows the table is Arrow: without a column that has no value. */
Test(backtest_table, both_forms_say_the_same)
{
    static const struct field fields[] = {
        {"item", TYPE_TEXT}, {"origin", TYPE_DATE},     {"horizon", TYPE_INT64},
        {"day", TYPE_DATE},  {"prediction", TYPE_REAL},
    };
    const char *arrow = help_path(help_folder(), "backtest.arrow");
    struct backtest_table a, b;
    tables_write_batches(arrow, fields, COUNT_OF(fields), 2,
                         "b 1 1 2 4.5\na 1 2 3 -\nb 3 1 4 7\n");
    const char *text = csv("item,origin,horizon,day,actual,prediction\n"
                           "b,1970-01-02,1,1970-01-03,,4.5\n"
                           "a,1970-01-02,2,1970-01-04,,\n"
                           "b,1970-01-04,1,1970-01-05,,7\n");
    cr_assert_eq(backtest_table_read(arrow, &grouped, false, &mem, &a, &err), STATUS_OK,
                 "%s", err.message);
    cr_assert_eq(backtest_table_read(text, &grouped, false, &mem, &b, &err), STATUS_OK,
                 "%s", err.message);
    cr_assert(a.n == 3 && b.n == 3);
    for (size_t i = 0; i < 3; i++) {
        cr_assert(a.group[i] == b.group[i] && a.group[i] == i % 2);
        cr_assert(a.origin[i] == b.origin[i] && a.key[i] == b.key[i]);
        cr_assert(isnan(a.actual[i]) && isnan(b.actual[i]));
        cr_assert(a.prediction[i] == b.prediction[i] || i == 1);
    }
    cr_assert(isnan(a.prediction[1]) && isnan(b.prediction[1]));
    cr_assert(view_is(a.groups.name[0].text, "b"));
}

static const struct {
    const char *text, *words;
} damage[] = {
    {"origin,day,actual\n", "no column 'prediction'"},
    {"origin,day,actual,prediction\n1970-01-02,1970-01-02,1,1\n",
     "row 1 does not lie behind its origin"},
    {"origin,day,actual,prediction\n1970-01-02,soon,1,1\n",
     "expected a day like 2020-05-31, found 'soon'"},
    {"origin,day,actual,prediction\n1970-01-02,1970-01-03,x,1\n", "expected a number"},
    {"origin,day,actual,prediction\n1970-01-02\n", "expected 4 cells, found 1"},
};

Test(backtest_table, damage_is_named)
{
    struct backtest_table t;
    for (size_t i = 0; i < COUNT_OF(damage); i++) {
        cr_assert_eq(
            backtest_table_read(csv(damage[i].text), &daily, false, &mem, &t, &err),
            STATUS_INPUT, "row %zu", i);
        cr_assert_not_null(strstr(err.message, damage[i].words), "%s", err.message);
    }
    const char *path =
        csv("item,origin,day,actual,prediction\nx,1970-01-02,1970-01-03,1,1\n");
    cr_assert_eq(backtest_table_read(path, &grouped, true, &mem, &t, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected a whole number, found 'x'");
}

Test(backtest_table, damaged_arrow_is_named)
{
    static const struct field fields[] = {{"origin", TYPE_DATE},
                                          {"day", TYPE_DATE},
                                          {"actual", TYPE_TEXT},
                                          {"item", TYPE_TEXT}};
    static const struct field texts[] = {{"origin", TYPE_DATE}, {"day", TYPE_TEXT}};
    const char *path = help_path(help_folder(), "backtest.arrow");
    struct backtest_table t;
    tables_write(path, fields, 2, NULL, 0, "1 2\n3 3\n");
    cr_assert_eq(backtest_table_read(path, &daily, false, &mem, &t, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "row 2 does not lie behind its origin");
    tables_write(path, fields, 1, NULL, 0, "1\n");
    cr_assert_eq(backtest_table_read(path, &daily, false, &mem, &t, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "no column 'day'");
    tables_write(path, fields, 3, NULL, 0, "1 2 x\n");
    cr_assert_eq(backtest_table_read(path, &daily, false, &mem, &t, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected reals, found utf8");
    tables_write(path, texts, 2, NULL, 0, "1 x\n");
    cr_assert_eq(backtest_table_read(path, &daily, false, &mem, &t, &err), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected a column of keys");
    tables_write(path, fields, 4, NULL, 0, "1 2 x y\n");
    cr_assert_eq(backtest_table_read(path, &grouped, true, &mem, &t, &err), STATUS_INPUT);
}
