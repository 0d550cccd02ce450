/* The profile of a table. */
#include <criterion/criterion.h>

#include "file/json.h"
#include "help/help.h"
#include "help/tables.h"
#include "registry/profile.h"

static const struct field fields[] = {{"day", TYPE_DATE},
                                      {"x", TYPE_REAL},
                                      {"n", TYPE_INT64},
                                      {"name", TYPE_TEXT},
                                      {"none", TYPE_REAL}};

static double real_of(const json_t *columns, size_t i, const char *key)
{
    return json_number_value(json_object_get(json_array_get(columns, i), key));
}

Test(profile, counts_and_moments_of_each_column)
{
    struct arena mem = {0};
    struct error err;
    struct view text, again;
    json_t *root;
    const char *path = help_path(help_folder(), "t.arrow");
    tables_write_batches(path, fields, COUNT_OF(fields), 2,
                         "1 2 7 a -\n2 4 - b -\n3 4 9 - -\n4 - 8 d -\n5 6 8 e -\n");
    cr_assert_eq(profile_make(path, &mem, &text, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(json_parse("profile.json", text, &root, &err), STATUS_OK, "%s",
                 err.message);
    const json_t *columns = json_object_get(root, "columns");
    cr_expect_eq(json_integer_value(json_object_get(root, "rows")), 5);
    cr_assert_eq(json_array_size(columns), 5);
    // R: mean(c(2,4,4,6)), sd(c(2,4,4,6)); sd(c(7,9,8,8))
    cr_expect_eq(real_of(columns, 1, "n"), 4);
    cr_expect_eq(real_of(columns, 1, "missing"), 1);
    cr_expect_eq(real_of(columns, 1, "mean"), 4);
    cr_expect_float_eq(real_of(columns, 1, "std"), 1.632993161855452, 1e-15);
    cr_expect_eq(real_of(columns, 1, "min"), 2);
    cr_expect_eq(real_of(columns, 1, "max"), 6);
    cr_expect_float_eq(real_of(columns, 2, "std"), 0.816496580927726, 1e-15);
    cr_expect_eq(real_of(columns, 3, "n"), 4);
    cr_expect_eq(real_of(columns, 3, "missing"), 1);
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(json_is_null(json_object_get(json_array_get(columns, i), "mean")),
                     i != 1 && i != 2, "column %zu", i);
    // The values in order with the numbers ceil(4 k / 40): 2, 4, 4, 6, ten times each.
    const json_t *q = json_object_get(json_array_get(columns, 1), "quantiles");
    cr_expect_eq(json_array_size(q), PROFILE_QUANTILES);
    for (size_t k = 0; k < PROFILE_QUANTILES; k++)
        cr_expect_eq(json_number_value(json_array_get(q, k)), k < 10   ? 2
                                                              : k < 30 ? 4
                                                                       : 6);
    cr_expect_eq(json_array_size(json_object_get(json_array_get(columns, 3), "levels")),
                 4);
    // Batches of another length: the same bytes.
    tables_write_batches(path, fields, COUNT_OF(fields), 5,
                         "1 2 7 a -\n2 4 - b -\n3 4 9 - -\n4 - 8 d -\n5 6 8 e -\n");
    cr_assert_eq(profile_make(path, &mem, &again, &err), STATUS_OK);
    cr_expect(view_eq(text, again));
    json_decref(root);
    arena_release(&mem);
}

/* Of many rows one of each stretch is looked at; what is told of all is of all. */
Test(profile, a_long_table_is_looked_at_here_and_there)
{
    enum { ROWS = 50000 };
    static const struct field two[] = {{"x", TYPE_INT64}, {"name", TYPE_TEXT}};
    struct arena mem = {0};
    struct text rows = {.mem = &mem};
    struct profile_json p;
    struct view text, again;
    struct error err;
    const char *path = help_path(help_folder(), "t.arrow");
    for (size_t i = 0; i < ROWS; i++)
        text_addf(&rows, "%zu %s\n", i, i % 4 == 0 ? "wet" : "dry");
    tables_write_batches(path, two, COUNT_OF(two), 1000, rows.p);
    cr_assert_eq(profile_make(path, &mem, &text, &err), STATUS_OK, "%s", err.message);
    tables_write_batches(path, two, COUNT_OF(two), 7777, rows.p);
    cr_assert_eq(profile_make(path, &mem, &again, &err), STATUS_OK, "%s", err.message);
    cr_expect(view_eq(text, again));
    path = help_path(help_folder(), PROFILE_FILE);
    FILE *f = fopen(path, "w");
    cr_assert(f && fwrite(text.p, text.n, 1, f) == 1 && fclose(f) == 0);
    cr_assert_eq(profile_json_read(path, &mem, &p, &err), STATUS_OK, "%s", err.message);
    cr_expect_eq(p.looked, PROFILE_LOOKED);
    cr_expect_eq(p.column[0].max, ROWS - 1);
    for (size_t k = 1; k <= PROFILE_QUANTILES; k++)
        cr_expect_float_eq(p.column[0].quantiles.v[k - 1],
                           (double)(k * ROWS) / PROFILE_QUANTILES, 8);
    cr_assert_eq(p.column[1].n_levels, 2);
    cr_expect_str_eq(p.column[1].level[0].text, "dry");
    cr_expect_float_eq((double)p.column[1].level[1].rows, PROFILE_LOOKED / 4., 200);
    arena_release(&mem);
}
