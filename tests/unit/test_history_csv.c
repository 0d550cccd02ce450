#include <math.h>

#include "artifacts/history_csv.h"
#include "help/artifact.h"

TestSuite(history_csv, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return history_csv_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return history_csv_read(path, m, ret, e);
}

static const struct history_csv_row rows[] = {
    {1, 0.7, 0.75, NAN, NAN}, {2, 1e-300, -1e300, 0.1, NAN}, {3, NAN, NAN, NAN, 5e-324}};

Test(history_csv, comes_back_as_it_was)
{
    const struct history_csv whole = {3, rows};
    struct history_csv back;
    artifact_round(put, get, &whole, &back);
    cr_assert_eq(back.n, 3);
    cr_assert(back.row[1].epoch == 2 && back.row[1].check_loss == -1e300);
    cr_assert(isnan(back.row[0].train_score) && back.row[2].check_score == 5e-324);
}

Test(history_csv, a_fit_without_rounds_has_a_header)
{
    const struct history_csv none = {0};
    struct history_csv back;
    artifact_round(put, get, &none, &back);
    cr_assert_eq(back.n, 0);
}

static const struct {
    const char *old, *instead, *words;
} damage[] = {
    {"\n2,", "\n4,", "expected epoch 2, found 4"},
    {"\n2,", "\nx,", "expected a whole number, found 'x'"},
    {",check_score\n", ",check_score,more\n", "expected 5 columns, found 6"},
    {"0.75", "inf", "expected a number, found 'inf'"},
    {"train_score", "score", "expected column 'train_score' at place 4, found 'score'"},
};

Test(history_csv, damage_is_named)
{
    const struct history_csv whole = {3, rows};
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++) {
        struct history_csv back;
        const char *broken = artifact_replace(path, damage[i].old, damage[i].instead);
        cr_assert_eq(get(broken, &mem, &back, &err), STATUS_INPUT, "%s",
                     damage[i].instead);
        cr_assert_not_null(strstr(err.message, damage[i].words), "'%s' for %s",
                           err.message, damage[i].instead);
        cr_assert_str_eq(err.loc.path, broken);
    }
}
