#include <math.h>

#include "artifacts/predictions_csv.h"
#include "help/artifact.h"

TestSuite(predictions_csv, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    const struct predictions_csv *p = from;
    struct csv_writer w = {.out = out};
    enum status status = predictions_csv_begin(&w, p->by, p->group, e);
    for (size_t i = 0; status == STATUS_OK && i < p->n; i++)
        status = predictions_csv_put(&w, &p->row[i], e);
    return status;
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return predictions_csv_read(path, m, ret, e);
}

static struct predictions_csv_row rows[] = {
    {"2020-09", NULL, NAN, 21.5},
    {HOSTILE, NULL, -1.7976931348623157e308, 5e-324},
    {"", NULL, 0.1, NAN}};
static const struct predictions_csv whole = {"month", NULL, 3, rows};
static struct predictions_csv_row grouped_rows[] = {{"2020-09", "a,b", NAN, 21.5},
                                                    {"2020-09", HOSTILE, 1, 2}};
static const struct predictions_csv grouped = {"month", "item", 2, grouped_rows};

Test(predictions_csv, comes_back_as_it_was)
{
    struct predictions_csv back;
    artifact_round(put, get, &whole, &back);
    cr_assert_eq(back.n, 3);
    cr_assert_str_eq(back.by, "month");
    cr_assert_str_eq(back.row[1].key, HOSTILE);
    cr_assert(isnan(back.row[0].actual) && isnan(back.row[2].prediction));
    cr_assert_eq(back.row[1].prediction, 5e-324);
}

Test(predictions_csv, groups_have_a_column)
{
    struct predictions_csv back;
    artifact_round(put, get, &grouped, &back);
    cr_assert_str_eq(back.group, "item");
    cr_assert_str_eq(back.row[0].group, "a,b");
    cr_assert_str_eq(back.row[1].group, HOSTILE);
    cr_assert_eq(back.row[1].prediction, 2);
}

Test(predictions_csv, no_row_comes_back)
{
    struct predictions_csv none = {"row", NULL, 0, NULL}, back;
    artifact_round(put, get, &none, &back);
    cr_assert_eq(back.n, 0);
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
    for (size_t i = 0; i < COUNT_OF(damage); i++) {
        struct predictions_csv back;
        const char *broken = artifact_replace(path, damage[i].old, damage[i].instead);
        cr_assert_eq(get(broken, &mem, &back, &err), STATUS_INPUT, "%s",
                     damage[i].instead);
        cr_assert_not_null(strstr(err.message, damage[i].words), "%s", err.message);
    }
}
