#include <criterion/criterion.h>

#include <math.h>

#include "help/help.h"
#include "help/tables.h"
#include "learn/frame.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(frame, .fini = release);

static const struct field fields[] = {
    {"month", TYPE_DATE}, {"a", TYPE_REAL}, {"b", TYPE_REAL}, {"y", TYPE_REAL}};
static const struct pipeline pipeline = {.target = "y", .time = {"month", "month"}};

static const char *table(const struct meta *meta, size_t n_meta)
{
    const char *path = help_path(help_folder(), "features.arrow");
    tables_write(path, fields, COUNT_OF(fields), meta, n_meta,
                 "0 1 10 100\n31 2 20 -\n59 3 30 300\n");
    return path;
}

Test(frame, key_target_and_features_are_told_apart)
{
    static const struct meta arrived[] = {{"arrived", "1-2"}};
    struct frame f;
    struct error err = {0};
    cr_assert_eq(frame_read(table(arrived, 1), &pipeline, &mem, &f, &err), STATUS_OK,
                 "%s", err.message);
    cr_assert(f.n == 3 && f.x.p == 2);
    cr_assert_str_eq(f.label[2], "1970-03");
    cr_assert(f.x.col[1][2] == 30 && f.y[0] == 100 && isnan(f.y[1]));
    cr_assert(!runs_has(&f.arrived, 0) && runs_has(&f.arrived, 2));
}

Test(frame, features_are_put_in_the_order_of_the_model)
{
    static const char *const wanted[] = {"b", "a"}, *const other[] = {"b", "aa"};
    struct frame f;
    struct matrix x;
    struct error err = {0};
    cr_assert_eq(frame_read(table(NULL, 0), &pipeline, &mem, &f, &err), STATUS_OK);
    cr_assert_eq(frame_arrange(&f, wanted, 2, "t", &mem, &x, &err), STATUS_OK);
    cr_assert(x.p == 2 && x.col[0][1] == 20 && x.col[1][1] == 2);
    cr_assert_eq(frame_arrange(&f, other, 2, "t", &mem, &x, &err), STATUS_INPUT);
    cr_assert(err.hint[0]);
}

Test(frame, damage_is_refused)
{
    static const struct meta arrived[] = {{"arrived", "2-1"}};
    struct pipeline other = pipeline;
    struct frame f;
    struct error err = {0};
    cr_assert_eq(frame_read(table(arrived, 1), &pipeline, &mem, &f, &err), STATUS_INPUT);
    other.target = "z";
    cr_assert_eq(frame_read(table(NULL, 0), &other, &mem, &f, &err), STATUS_INPUT);
}

Test(frame, keys_have_to_be_there_and_ascend)
{
    static const char *const bad[] = {"0 1 10 100\n0 2 20 200\n",
                                      "31 1 10 100\n0 2 20 200\n",
                                      "0 1 10 100\n- 2 20 200\n"};
    const char *path = help_path(help_folder(), "features.arrow");
    struct frame f;
    struct error err = {0};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        tables_write(path, fields, COUNT_OF(fields), NULL, 0, bad[i]);
        cr_assert_eq(frame_read(path, &pipeline, &mem, &f, &err), STATUS_INPUT, "%zu", i);
    }
    tables_write(path, fields + 1, 3, NULL, 0, "1 10 100\n");
    cr_assert_eq(frame_read(path, &pipeline, &mem, &f, &err), STATUS_INPUT);
}

Test(frame, rows_without_time_have_their_number_for_a_name)
{
    static const struct pipeline timeless = {.target = "y"};
    const char *path = help_path(help_folder(), "features.arrow");
    struct frame f;
    struct error err = {0};
    tables_write(path, fields + 1, 3, NULL, 0, "1 10 100\n2 20 200\n");
    cr_assert_eq(frame_read(path, &timeless, &mem, &f, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_null(f.key);
    cr_assert_str_eq(f.label[1], "1");
}
