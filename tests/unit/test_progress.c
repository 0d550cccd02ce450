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

Test(progress, a_transfer_shows_bytes_rate_and_time_left)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    struct progress p = {0};
    progress_show_bytes(&p, "push", 1, 2, to);
    fflush(to);
    cr_expect_eq(n, 0);
    p = (struct progress){.on = true, .what = "push"};
    p.started_s = progress_clock_s() - 2;
    progress_show_bytes(&p, "push", (uint64_t)90 << 20, (uint64_t)200 << 20, to);
    progress_show_bytes(&p, "push", (uint64_t)91 << 20, (uint64_t)200 << 20, to);
    fclose(to);
    expect_part(text,
                "push [#############.................]  45 %  90.0 MiB of 200.0 MiB  ");
    expect_part(text, " MiB/s  0:02 left");
    cr_expect_null(strstr(text, "91.0"), "drawn too early: %s", text);
    free(text);
}

Test(progress, a_transfer_that_has_just_begun_shows_no_rate)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    struct progress p = {.on = true};
    progress_show_bytes(&p, "pull", 30, 20, to); // what was sent twice is not shown
    fclose(to);
    expect_part(text, "] 100 %  20 bytes of 20 bytes");
    cr_expect_null(strstr(text, "/s"), "%s", text);
    free(text);
}

Test(progress, sizes_are_written_in_the_largest_unit)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {{0, "0 bytes"},
                 {1, "1 byte"},
                 {1023, "1023 bytes"},
                 {1024, "1.0 KiB"},
                 {1536, "1.5 KiB"},
                 {(uint64_t)200 << 20, "200.0 MiB"},
                 {(uint64_t)3 << 40, "3.0 TiB"}};
    char out[PROGRESS_SIZE_TEXT];
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        cr_expect_str_eq(progress_size(cases[i].bytes, out), cases[i].text, "%s", out);
}
