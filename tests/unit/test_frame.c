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
static const char *const y_name[] = {"y"};
static const char *const z_names[] = {"z"};
#define Y .task = TASK_REGRESSION, .targets = {1, y_name}
static const struct pipeline pipeline = {
    Y, .time = {.column = "month", .step = TIMESTEP_MONTH}};

static const char *table(const struct meta *meta, size_t n_meta)
{
    const char *path = help_path(help_folder(), "features.arrow");
    tables_write(path, fields, COUNT_OF(fields), meta, n_meta,
                 "0 1 10 100\n31 2 20 -\n59 3 30 300\n");
    return path;
}

/* Reads all of a table. */
static enum status read_all(const char *path, const struct pipeline *p,
                            struct frame_reader *r, struct frame *ret, struct error *err)
{
    enum status status = frame_open(r, path, p, &mem, err);
    if (status != STATUS_OK)
        return status;
    status = frame_read(r, &mem, ret, err);
    frame_close(r);
    return status;
}

Test(frame, key_target_and_features_are_told_apart)
{
    static const struct meta arrived[] = {{"arrived", "1-2"}};
    struct frame f;
    struct frame_reader r;
    struct error err = {0};
    cr_assert_eq(read_all(table(arrived, 1), &pipeline, &r, &f, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert(f.n == 3 && f.x.p == 2);
    char label[FRAME_LABEL];
    cr_assert_str_eq(frame_label(&f, 2, label), "1970-03");
    cr_assert(f.x.col[1][2] == 30 && f.target.y.col[0][0] == 100 &&
              isnan(f.target.y.col[0][1]));
    cr_assert(!runs_has(&r.arrived, 0) && runs_has(&r.arrived, 2));
}

Test(frame, features_are_put_in_the_order_of_the_model)
{
    static const char *const ba[] = {"b", "a"}, *const baa[] = {"b", "aa"};
    const struct texts wanted = {2, ba}, other = {2, baa}, none = {0};
    struct frame f;
    struct frame_reader r;
    struct matrix x;
    struct error err = {0};
    cr_assert_eq(read_all(table(NULL, 0), &pipeline, &r, &f, &err), STATUS_OK);
    cr_assert_eq(frame_arrange(&f, &wanted, &none, "t", &mem, &x, &err), STATUS_OK);
    cr_assert(x.p == 2 && x.col[0][1] == 20 && x.col[1][1] == 2);
    cr_assert_eq(frame_arrange(&f, &other, &none, "t", &mem, &x, &err), STATUS_INPUT);
    cr_assert(err.hint[0]);
}

Test(frame, damage_is_refused)
{
    static const struct meta arrived[] = {{"arrived", "2-1"}};
    struct pipeline other = pipeline;
    struct frame f;
    struct frame_reader r;
    struct error err = {0};
    cr_assert_eq(read_all(table(arrived, 1), &pipeline, &r, &f, &err), STATUS_INPUT);
    static const char *const z_name[] = {"z"};
    other.targets.v = z_name;
    cr_assert_eq(read_all(table(NULL, 0), &other, &r, &f, &err), STATUS_INPUT);
}

Test(frame, keys_have_to_be_there_and_ascend)
{
    static const char *const bad[] = {"0 1 10 100\n0 2 20 200\n",
                                      "31 1 10 100\n0 2 20 200\n",
                                      "0 1 10 100\n- 2 20 200\n"};
    const char *path = help_path(help_folder(), "features.arrow");
    struct frame f;
    struct frame_reader r;
    struct error err = {0};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        tables_write(path, fields, COUNT_OF(fields), NULL, 0, bad[i]);
        cr_assert_eq(read_all(path, &pipeline, &r, &f, &err), STATUS_INPUT, "%zu", i);
    }
    tables_write(path, fields + 1, 3, NULL, 0, "1 10 100\n");
    cr_assert_eq(read_all(path, &pipeline, &r, &f, &err), STATUS_INPUT);
}

Test(frame, rows_without_time_have_their_number_for_a_name)
{
    static const struct pipeline timeless = {Y};
    const char *path = help_path(help_folder(), "features.arrow");
    struct frame f;
    struct frame_reader r;
    struct error err = {0};
    tables_write(path, fields + 1, 3, NULL, 0, "1 10 100\n2 20 200\n");
    cr_assert_eq(read_all(path, &timeless, &r, &f, &err), STATUS_OK, "%s", err.message);
    cr_assert_null(f.key);
    char label[FRAME_LABEL];
    cr_assert_str_eq(frame_label(&f, 1, label), "1");
}

/* Three batches, of two rows, two and one; in the last column a value is missing. */
static const char *in_batches(void)
{
    const char *path = help_path(help_folder(), "features.arrow");
    tables_write_batches(path, fields + 1, 3, 2,
                         "1 10 100\n2 20 200\n3 30 -\n4 40 400\n5 50 500\n");
    return path;
}

Test(frame, batches_hold_the_rows_of_the_whole_table)
{
    static const struct pipeline timeless = {Y};
    struct frame all, f;
    struct frame_reader r;
    struct error err = {0};
    char label[FRAME_LABEL];
    const char *path = in_batches();
    cr_assert_eq(read_all(path, &timeless, &r, &all, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(frame_open(&r, path, &timeless, &mem, &err), STATUS_OK);
    size_t n = 0, batches = 0;
    do {
        cr_assert_eq(frame_next(&r, &mem, &f, &err), STATUS_OK);
        for (size_t i = 0; i < f.n; i++, n++) {
            cr_assert_eq(f.x.col[1][i], all.x.col[1][n]);
            cr_assert(f.target.y.col[0][i] == all.target.y.col[0][n] ||
                      (isnan(f.target.y.col[0][i]) && isnan(all.target.y.col[0][n])));
            cr_assert_eq(f.x.first + i, n);
            cr_assert_eq(frame_label(&f, i, label)[0] - '0', (int)n);
        }
        batches += f.n > 0;
    } while (f.n > 0);
    frame_close(&r);
    cr_assert(n == 5 && batches == 3);
}

Test(frame, rows_may_be_put_into_another_order_in_place)
{
    static const struct pipeline timeless = {Y};
    static const uint32_t order[] = {3, 4, 0, 1, 2};
    struct frame f;
    struct frame_reader r;
    struct error err = {0};
    cr_assert_eq(frame_open(&r, in_batches(), &timeless, &mem, &err), STATUS_OK);
    cr_assert_eq(frame_read(&r, &mem, &f, &err), STATUS_OK);
    frame_reorder(&f, order, &mem);
    frame_close(&r);
    for (size_t i = 0; i < 5; i++)
        cr_assert(f.x.col[0][i] == (double)order[i] + 1 &&
                  f.x.col[1][i] == 10 * ((double)order[i] + 1));
    cr_assert(f.target.y.col[0][0] == 400 && f.target.y.col[0][2] == 100 &&
              isnan(f.target.y.col[0][4]));
}

/* The identity of a table's first rows, and of the same rows of another. */
static bool by_target;
static void identify(const char *path, const struct pipeline *p, size_t rows, char *ret)
{
    struct frame f;
    struct frame_reader r;
    struct error err = {0};
    cr_assert_eq(frame_open(&r, path, p, &mem, &err), STATUS_OK, "%s", err.message);
    r.identified = rows;
    r.by_target = by_target;
    cr_assert_eq(frame_read(&r, &mem, &f, &err), STATUS_OK);
    frame_identity(&r, ret);
    frame_close(&r);
}

Test(frame, the_first_rows_of_a_table_are_known_again_in_a_longer_one)
{
    static const struct pipeline timeless = {Y};
    static const struct meta arrived[] = {{"arrived", "1-2"}};
    const char *path = help_path(help_folder(), "longer.arrow"), *once = table(NULL, 0);
    char was[CHECKSUM_TEXT], now[CHECKSUM_TEXT];
    tables_write(path, fields + 1, 3, NULL, 0, "1 10 100\n2 20 -\n3 30 300\n4 40 400\n");
    for (size_t rows = 0; rows < 4; rows++) {
        tables_write(once, fields + 1, 3, NULL, 0,
                     (const char *[]){"", "1 10 100\n", "1 10 100\n2 20 -\n",
                                      "1 10 100\n2 20 -\n3 30 300\n"}[rows]);
        identify(once, &timeless, SIZE_MAX, was);
        identify(path, &timeless, rows, now);
        cr_assert_str_eq(was, now, "%zu rows", rows);
        identify(path, &timeless, rows + 1, now);
        cr_assert_str_neq(was, now, "%zu rows", rows);
    }
    identify(table(NULL, 0), &pipeline, SIZE_MAX, was);
    identify(table(NULL, 0), &pipeline, SIZE_MAX, now);
    cr_assert_str_eq(was, now);
    by_target = true;
    identify(table(NULL, 0), &pipeline, SIZE_MAX, now);
    cr_assert_str_neq(was, now, "targets beside keys count");
    by_target = false;
    identify(table(arrived, 1), &pipeline, SIZE_MAX, now);
    cr_assert_str_neq(was, now, "arrivals count");
}

static const struct field grouped_fields[] = {
    {"month", TYPE_DATE}, {"item", TYPE_TEXT}, {"a", TYPE_REAL}, {"y", TYPE_REAL}};
static const struct pipeline grouped = {Y, .group = "item",
                                        .time = {"month", TIMESTEP_MONTH, 0}};

Test(frame, rows_with_groups_have_their_codes_and_ascend_in_each)
{
    const char *path = help_path(help_folder(), "features.arrow");
    char label[FRAME_LABEL];
    struct frame_reader r;
    struct frame f;
    struct error err = {0};
    tables_write_batches(path, grouped_fields, 4, 2,
                         "31 a 1 10\n59 a 2 20\n0 b 3 30\n31 b 4 40\n59 b 5 50\n");
    cr_assert_eq(read_all(path, &grouped, &r, &f, &err), STATUS_OK, "%s", err.message);
    cr_assert(f.n == 5 && f.x.p == 1 && f.x.col[0][4] == 5 && f.target.y.col[0][2] == 30);
    cr_assert(f.group[1] == 0 && f.group[2] == 1 && f.group[4] == 1);
    cr_assert_str_eq(frame_label(&f, 3, label), "1970-02 of 'b'");
}

Test(frame, ids_are_no_features_and_a_table_without_them_is_refused)
{
    static const struct field named[] = {
        {"month", TYPE_DATE}, {"id", TYPE_INT64}, {"a", TYPE_REAL}, {"y", TYPE_REAL}};
    struct pipeline with_ids = pipeline;
    struct frame f;
    struct frame_reader r;
    struct error err = {0};
    const char *path = help_path(help_folder(), "features.arrow");
    with_ids.id = "id";
    tables_write(path, named, 4, NULL, 0, "0 9007199254740993 10 100\n31 - 20 -\n");
    cr_assert_eq(read_all(path, &with_ids, &r, &f, &err), STATUS_OK, "%s", err.message);
    cr_assert(f.x.p == 1 && f.x.col[0][1] == 20);
    cr_expect_eq(read_all(table(NULL, 0), &with_ids, &r, &f, &err), STATUS_INPUT);
    cr_expect_str_eq(err.message, "expected a table with the ids 'id' behind its key");
}

Test(frame, groups_out_of_order_and_tables_without_them_are_refused)
{
    static const char *const bad[] = {"0 b 1 1\n0 a 1 1\n",
                                      "0 a 1 1\n0 b 1 1\n31 a 1 1\n",
                                      "31 a 1 1\n0 a 1 1\n", "0 - 1 1\n"};
    const char *path = help_path(help_folder(), "features.arrow");
    struct frame_reader r;
    struct frame f;
    struct error err = {0};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        tables_write(path, grouped_fields, 4, NULL, 0, bad[i]);
        cr_expect_eq(read_all(path, &grouped, &r, &f, &err), STATUS_INPUT, "row %zu", i);
    }
    cr_expect_eq(read_all(table(NULL, 0), &grouped, &r, &f, &err), STATUS_INPUT);
}

/* Targets of classes and of labels. */

static const struct field class_fields[] = {{"a", TYPE_REAL}, {"y", TYPE_TEXT}};

static struct frame read_target(enum task task, const struct field *field, size_t n,
                                const char *rows, const char *const *targets,
                                size_t n_targets, struct error *err)
{
    static struct pipeline p;
    static struct frame_reader r;
    const char *path = help_path(help_folder(), "features.arrow");
    struct frame f = {0};
    p = (struct pipeline){.task = task, .targets = {n_targets, targets}};
    tables_write(path, field, n, NULL, 0, rows);
    if (read_all(path, &p, &r, &f, err) != STATUS_OK)
        f.n = 0;
    return f;
}

Test(frame, a_model_learns_the_classes_of_its_rows_in_the_order_of_their_bytes)
{
    struct error err = {0};
    struct frame f = read_target(TASK_CLASSES, class_fields, 2,
                                 "1 owl\n2 cat\n3 owl\n4 ant\n", y_name, 1, &err);
    struct target t = frame_learn(&f, 3, &mem);
    cr_assert_eq(f.n, 4, "%s", err.message);
    cr_assert_eq(f.x.n_texts, 0, "the target is no feature");
    cr_assert_eq(t.n_classes, 2);
    cr_assert_str_eq(t.class_name[0], "cat");
    cr_assert_str_eq(t.class_name[1], "owl");
    cr_assert(t.y.n == 3 && t.y.col[0][0] == 1 && t.y.col[0][1] == 0);
}

/* Rows of a, b, and y; what is learnt of them, or why nothing is. */
static const struct field three[] = {
    {"a", TYPE_REAL}, {"b", TYPE_REAL}, {"y", TYPE_REAL}};
static const char *const both[] = {"b", "y"};
static const struct {
    enum task task;
    const char *rows, *message;
    const char *const *targets;
    size_t n;
} targets[] = {
    {TASK_CLASSES, "1 1 7\n1 1 12\n", NULL, y_name, 1},
    {TASK_CLASSES, "1 1 7\n1 1 1.5\n",
     "expected a text or a whole number as class, found 1.5 in row 2", y_name, 1},
    {TASK_LABELS, "1 0 1\n1 1 1\n", NULL, both, 2},
    {TASK_LABELS, "1 0 1\n1 1 2\n", "expected 0 or 1, found 2 in row 2", both, 2},
    {TASK_LABELS, "1 0 1\n", "the table has no target column 'z'", z_names, 1},
};

Test(frame, targets_that_the_task_cannot_learn_are_refused)
{
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        struct error err = {0};
        struct frame f = read_target(targets[i].task, three, 3, targets[i].rows,
                                     targets[i].targets, targets[i].n, &err);
        cr_assert_eq(f.n, targets[i].message ? 0 : 2, "row %zu: %s", i, err.message);
        cr_assert_str_eq(err.message, targets[i].message ? targets[i].message : "");
    }
    struct error err = {0};
    (void)read_target(TASK_REGRESSION, class_fields, 2, "1 owl\n", y_name, 1, &err);
    cr_assert_str_eq(err.message,
                     "the target 'y' is utf8, but a regression learns numbers");
    cr_assert(err.hint[0]);
}
