#include <criterion/criterion.h>

#include "base/error.h"
#include "base/progress.h"

static void expect_part(const char *text, const char *want)
{
    cr_expect_not_null(strstr(text, want), "no '%s' in: %s", want, text);
}

Test(progress, progress_is_drawn_where_it_is_wanted_and_cleared)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    struct progress p = {0};
    progress_show(&p, "reading", 1, 4, to);
    progress_clear(&p, to);
    fflush(to);
    cr_expect_eq(n, 0);
    p.on = true;
    progress_show(&p, "reading", 1, 4, to);
    progress_show(&p, "reading", 2, 4, to); // too early
    fflush(to);
    cr_expect_str_eq(text, "\r\x1b[Kreading [#######.......................]  25 %", "%s",
                     text);
    progress_show(&p, "writing", 9, 4, to);
    progress_clear(&p, to);
    progress_clear(&p, to);
    fclose(to);
    expect_part(text, "writing [##############################] 100 %\r\x1b[K");
    cr_expect_not(p.shown);
    free(text);
}

Test(progress, the_time_left_is_told_after_a_second)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    struct progress p = {.on = true, .what = "reading"};
    p.started_s = progress_clock_s() - 30;
    progress_show(&p, "reading", 10, 40, to);
    fflush(to);
    expect_part(text, "25 %  1:30 left");
    p.started_s = progress_clock_s() - 7200;
    p.drawn_s = 0;
    progress_show(&p, "reading", 20, 40, to);
    fclose(to);
    expect_part(text, "50 %  2:00:0");
    free(text);
}
