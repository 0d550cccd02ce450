#include <criterion/criterion.h>

#include "data/runs.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(runs, .fini = release);

Test(runs, neighbours_share_a_run)
{
    struct row_runs r = {.mem = &mem};
    for (size_t i = 3; i <= 5; i++)
        runs_add(&r, i);
    runs_add(&r, 9);
    cr_assert_str_eq(runs_text(&r), "3-5,9-9");
    cr_assert_eq(r.count, 4);
}

Test(runs, none_is_the_empty_text)
{
    struct row_runs r = {.mem = &mem};
    cr_assert_str_eq(runs_text(&r), "");
    cr_assert(runs_parse(&r, NULL) && runs_parse(&r, "") && r.n == 0);
}

Test(runs, a_text_reads_back_and_answers_for_each_row)
{
    struct row_runs written = {.mem = &mem}, read = {.mem = &mem};
    for (size_t i = 0; i < 1000; i++)
        if (i % 7 < 3)
            runs_add(&written, i);
    cr_assert(runs_parse(&read, runs_text(&written)));
    cr_assert_eq(read.count, written.count);
    for (size_t i = 0; i < 1010; i++)
        cr_assert_eq(runs_has(&read, i), i < 1000 && i % 7 < 3, "row %zu", i);
}

Test(runs, damaged_text_is_refused)
{
    static const char *const bad[] = {"1",
                                      "1-",
                                      "-1",
                                      "2-1",
                                      "1-2,",
                                      "1-2,x",
                                      "1-2,2-3",
                                      "5-6,1-2",
                                      "1-2;3-4",
                                      "1 - 2",
                                      "0-99999999999999999999"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct row_runs r = {.mem = &mem};
        bool trailing =
            strcmp(bad[i], "1-2,") == 0; // a comma behind the last run is no harm
        cr_assert_eq(runs_parse(&r, bad[i]), trailing, "'%s'", bad[i]);
    }
}
