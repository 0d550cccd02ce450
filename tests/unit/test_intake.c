#include <criterion/criterion.h>

#include "data/intake.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(intake, .fini = release);

static const char *const time_column[] = {"date"};
static struct source_column rules[] = {{"x", "", CELL_REAL, "", ""},
                                       {"n", "", CELL_INTEGER, ".", ""}};

/* What came of a base file and an arrival. */
struct outcome {
    enum status status;
    size_t faults, warnings;
    const char *table, *rejects; // NULL when nothing was written
    struct intake_result result;
};

static enum status note_fault(void *context, const struct error *fault)
{
    (void)fault;
    ((struct outcome *)context)->faults++;
    return STATUS_OK;
}

static void note_warning(void *context, const struct error *warning)
{
    (void)warning;
    ((struct outcome *)context)->warnings++;
}

static struct outcome take(const char *base, const char *arrival, enum on_error on_error)
{
    const char *folder = help_folder();
    struct publish publish = {0};
    struct pipeline pipeline = {.name = "p",
                                .time = {.column = "t", .step = TIMESTEP_DAY}};
    struct source source = {.name = "s",
                            .path = help_path(folder, "s*.csv"),
                            .delimiter = ",",
                            .on_error = on_error,
                            .time = {.column = {1, time_column}, .format = "%Y-%m-%d"},
                            .columns = {2, rules}};
    struct outcome o = {0};
    struct intake in = {
        .pipeline = &pipeline,
        .out = folder,
        .last = INT32_MAX,
        .watch = {.context = &o, .fault = note_fault, .warn = note_warning},
        .publish = &publish,
        .mem = &mem};
    struct error err = {0};
    help_write_text(help_path(folder, "s.csv"), base);
    if (arrival)
        help_write_text(help_path(folder, "s_new.csv"), arrival);
    cr_assert_eq(intake_begin(&in, &err), STATUS_OK);
    o.status = intake_source(&in, &source, &o.result, &err);
    if (o.status == STATUS_OK && o.faults == 0) {
        cr_assert_eq(publish_commit(&publish, &err), STATUS_OK, "%s", err.message);
        o.table = tables_read(help_path(folder, "raw/s.arrow"), &mem);
        o.rejects = help_read(help_path(folder, "rejects.csv"), NULL);
    }
    publish_release(&publish);
    return o;
}

#define HEADER "file,line,column,value,reason\n"

Test(intake, cells_become_typed_rows_with_their_place)
{
    struct outcome o =
        take("n,date,x\n1.234,1970-01-02,2.5\n,1970-01-03,-1\n", NULL, ON_ERROR_FAIL);
    cr_assert_str_eq(o.table, "1 2.5 1234 0 2\n2 -1 - 0 3\n");
    cr_assert_str_eq(o.rejects, HEADER);
    cr_assert(o.result.rows == 2 && o.result.first == 1 && o.result.last == 2);
}

Test(intake, bad_rows_of_the_base_file_are_faults_of_the_run)
{
    struct outcome o =
        take("n,date,x\n1,1970-01-02,cheap\n1,1970-13-02,1\n1,1970-01-04\n", NULL,
             ON_ERROR_FAIL);
    cr_assert_eq(o.faults, 3);
    cr_assert_null(o.table);
}

Test(intake, or_are_refused_where_the_source_says_so)
{
    struct outcome o =
        take("n,date,x\n1,1970-01-02,cheap\n7,1970-01-05,1\n", NULL, ON_ERROR_REFUSE);
    cr_assert_str_eq(o.table, "4 1 7 0 3\n");
    cr_assert_str_eq(o.rejects,
                     HEADER "s.csv,2,x,cheap,\"expected a number, found 'cheap'\"\n");
    cr_assert(o.result.file[0].refused == 1 && o.faults == 0);
}

Test(intake, a_row_that_is_no_text_is_refused_alone)
{
    struct outcome o =
        take("n,date,x\n\xE9,1970-01-02,1\n7,1970-01-05,1\n", NULL, ON_ERROR_REFUSE);
    cr_assert_str_eq(o.table, "4 1 7 0 3\n");
    cr_assert_str_eq(o.rejects, HEADER "s.csv,2,n,\\xE9,\"invalid UTF-8, byte 0xE9\"\n");
    o = take("n,date,x\n\xE9,1970-01-02,1\n7,1970-01-05,\xFF\n", NULL, ON_ERROR_FAIL);
    cr_assert_eq(o.faults, 2);
    o = take("n,da\xFFte,x\n7,1970-01-05,1\n", NULL, ON_ERROR_REFUSE);
    cr_assert_eq(o.status, STATUS_INPUT);
}

Test(intake, an_arrival_is_taken_row_by_row_whatever_the_order_of_its_columns)
{
    struct outcome o =
        take("n,date,x\n1,1970-01-02,1\n",
             "x,n,date\n2,2,1970-01-03\n=2+2,3,1970-01-04\n", ON_ERROR_FAIL);
    cr_assert_str_eq(o.table, "1 1 1 0 2\n2 2 2 1 2\n");
    cr_assert_str_eq(o.rejects,
                     HEADER "s_new.csv,3,x,'=2+2,\"expected a number, found '=2+2'\"\n");
    cr_assert(o.warnings == 1 && o.faults == 0);
}

Test(intake, an_arrival_that_cannot_serve_leaves_no_row)
{
    static const char *const bad[] = {"n,date\n2,1970-01-03\n",
                                      "n,date,x\n2,1970-01-03,1\n3,\"1970\n", "",
                                      "n,n,date,x\n"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct outcome o = take("n,date,x\n1,1970-01-02,1\n", bad[i], ON_ERROR_FAIL);
        cr_assert_eq(o.status, STATUS_OK, "arrival %zu", i);
        cr_assert_str_eq(o.table, "1 1 1 0 2\n", "arrival %zu", i);
        cr_assert_not_null(o.result.file[1].refused_whole, "arrival %zu", i);
    }
}

Test(intake, a_base_file_without_rows_is_an_error)
{
    cr_assert_eq(take("n,date,x\n", NULL, ON_ERROR_FAIL).status, STATUS_INPUT);
    cr_assert_eq(take("", NULL, ON_ERROR_FAIL).status, STATUS_INPUT);
}

Test(intake, a_source_without_a_good_row_is_an_error)
{
    const char *all_bad = "n,date,x\n1,1970-01-02,a\n1,1970-13-02,1\n1,1970-01-04\n"
                          "1,1970-01-05,b\n";
    struct outcome o = take(all_bad, NULL, ON_ERROR_REFUSE);
    cr_assert(o.status == STATUS_INPUT && o.warnings == 3, "the first three reasons");
    cr_assert_null(o.table);
    cr_assert_eq(take(all_bad, "n,date,x\n1,1970-01-02,a\n", ON_ERROR_REFUSE).status,
                 STATUS_INPUT);
    cr_assert_eq(take(all_bad, NULL, ON_ERROR_FAIL).faults, 4);
}

Test(intake, a_first_file_without_a_good_row_is_a_warning_where_another_has_some)
{
    struct outcome o =
        take("n,date,x\n1,1970-01-02,a\n", "n,date,x\n1,1970-01-02,1\n", ON_ERROR_REFUSE);
    cr_assert_str_eq(o.table, "1 1 1 1 2\n");
    cr_assert(o.warnings == 1 && o.faults == 0);
}

/* A tenth of the rows may be refused without a word. */
Test(intake, many_refused_rows_are_a_warning)
{
    const char *nine = "1,1970-01-02,1\n1,1970-01-03,1\n1,1970-01-04,1\n1,1970-01-05,1\n"
                       "1,1970-01-06,1\n1,1970-01-07,1\n1,1970-01-08,1\n1,1970-01-09,1\n"
                       "1,1970-01-10,1\n";
    struct text file = {.mem = &mem};
    text_addf(&file, "n,date,x\n%s1,1970-01-11,a\n", nine);
    cr_assert_eq(take(file.p, NULL, ON_ERROR_REFUSE).warnings, 0);
    text_puts(&file, "1,1970-01-12,a\n");
    cr_assert_eq(take(file.p, NULL, ON_ERROR_REFUSE).warnings, 1);
}
