#include <math.h>

#include "artifacts/predictions_csv.h"
#include "help/artifact.h"
#include "help/predictions.h"

TestSuite(predictions_csv, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return predictions_put(from, out, e);
}

static const struct predictions_csv *like; // the columns that get expects

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return predictions_csv_read(path, like, m, ret, e);
}

static const struct predictions_csv_column numbers[] = {{"actual", false},
                                                        {"prediction", false}},
                                           classes[] = {{"prediction", true},
                                                        {"probability_" HOSTILE, false},
                                                        {"probability_b", false}};
static struct predictions_csv_cell cells[][2] = {
    {{NULL, NAN}, {NULL, 21.5}},
    {{NULL, -1.7976931348623157e308}, {NULL, 5e-324}},
    {{NULL, 0.1}, {NULL, NAN}}};
static struct predictions_csv_row rows[] = {{"2020-09", NULL, NULL, cells[0]},
                                            {HOSTILE, NULL, NULL, cells[1]},
                                            {"", NULL, NULL, cells[2]}};
static const struct predictions_csv whole = {"month", NULL, NULL, 2, numbers, 3, rows};
static struct predictions_csv_row grouped_rows[] = {{"2020-09", "a,b", NULL, cells[0]},
                                                    {"2020-09", HOSTILE, NULL, cells[1]}};
static const struct predictions_csv grouped = {"month", "item", NULL,        2,
                                               numbers, 2,      grouped_rows};
static struct predictions_csv_cell classes_cells[][3] = {
    {{HOSTILE, 0}, {NULL, 0.75}, {NULL, 0.25}}, {{"b", 0}, {NULL, 0}, {NULL, 1}}};
static struct predictions_csv_row classes_rows[] = {{"0", NULL, NULL, classes_cells[0]},
                                                    {"1", NULL, NULL, classes_cells[1]}};
static const struct predictions_csv of_classes = {"row",   NULL, NULL,        3,
                                                  classes, 2,    classes_rows};

Test(predictions_csv, comes_back_as_it_was)
{
    struct predictions_csv back;
    like = &whole;
    artifact_round(put, get, &whole, &back);
    cr_assert_eq(back.n, 3);
    cr_assert_str_eq(back.by, "month");
    cr_assert_str_eq(back.row[1].key, HOSTILE);
    cr_assert(isnan(back.row[0].cell[0].number) && isnan(back.row[2].cell[1].number));
    cr_assert_eq(back.row[1].cell[1].number, 5e-324);
}

Test(predictions_csv, ids_have_a_column_behind_the_group)
{
    static struct predictions_csv_row named_rows[] = {{"0", "a", HOSTILE, cells[0]},
                                                      {"1", "a", "", cells[1]}};
    static const struct predictions_csv named = {"row",   "item", "id",      2,
                                                 numbers, 2,      named_rows};
    struct predictions_csv back;
    like = &named;
    artifact_round(put, get, &named, &back);
    cr_assert_str_eq(back.row[0].id, HOSTILE);
    cr_assert_str_eq(back.row[1].id, "");
    cr_assert_eq(back.row[0].cell[1].number, 21.5);
}

Test(predictions_csv, groups_have_a_column)
{
    struct predictions_csv back;
    like = &grouped;
    artifact_round(put, get, &grouped, &back);
    cr_assert_str_eq(back.group, "item");
    cr_assert_str_eq(back.row[0].group, "a,b");
    cr_assert_str_eq(back.row[1].group, HOSTILE);
    cr_assert_eq(back.row[1].cell[1].number, 5e-324);
}

Test(predictions_csv, classes_are_texts)
{
    struct predictions_csv back;
    like = &of_classes;
    artifact_round(put, get, &of_classes, &back);
    cr_assert_str_eq(back.row[0].cell[0].text, HOSTILE);
    cr_assert(back.row[0].cell[1].number == 0.75 && back.row[1].cell[2].number == 1);
}

Test(predictions_csv, no_row_comes_back)
{
    struct predictions_csv none = {.by = "row", .p = 2, .column = numbers}, back;
    like = &none;
    artifact_round(put, get, &none, &back);
    cr_assert_eq(back.n, 0);
}

/* Columns too many are those of another pipeline. */
Test(predictions_csv, only_the_expected_columns_are_read)
{
    struct predictions_csv back;
    struct predictions_csv narrow = whole;
    const char *path = artifact_put(put, &whole);
    narrow.p = 1;
    like = &narrow;
    cr_assert_eq(get(path, &mem, &back, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "expected 2 columns, found 3"));
    like = &grouped;
    cr_assert_eq(get(path, &mem, &back, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "expected column 'item' at place 2"));
}

Test(predictions_csv, damage_is_named)
{
    static const struct {
        const char *old, *instead, *words;
    } damage[] = {
        {"actual", "real", "expected column 'actual' at place 2, found 'real'"},
        {",21.5", "", "expected 3 cells, found 2"},
        {"21.5", "soon", "expected a number, found 'soon'"},
        {"21.5", "1e999", "expected a number"},
    };
    const char *path = artifact_put(put, &whole);
    like = &whole;
    for (size_t i = 0; i < COUNT_OF(damage); i++) {
        struct predictions_csv back;
        const char *broken = artifact_replace(path, damage[i].old, damage[i].instead);
        cr_assert_eq(get(broken, &mem, &back, &err), STATUS_INPUT, "%s",
                     damage[i].instead);
        cr_assert_not_null(strstr(err.message, damage[i].words), "%s", err.message);
    }
}
