#include <criterion/criterion.h>

#include "show/printed.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(printed, .fini = release);

static const char *const names[] = {"kind, or none", "share"};

static const char *print(size_t columns)
{
    const struct listing_cell cell[] = {{.kind = LISTING_TEXT, .text = VIEW("say \"a\"")},
                                        {.kind = LISTING_NUMBER, .number = 0.5},
                                        {.kind = LISTING_TEXT, .text = VIEW("b")},
                                        {.kind = LISTING_MISSING}};
    const struct printed t = {names, 2, 2, cell};
    struct text out = {.mem = &mem};
    printed_add(&t, columns, &out);
    return out.p;
}

Test(printed, a_pipe_gets_csv_quoted_where_it_has_to_be)
{
    cr_assert_str_eq(print(0), "\"kind, or none\",share\n\"say \"\"a\"\"\",0.5\nb,\n");
}

Test(printed, a_terminal_gets_aligned_columns)
{
    const char *text = print(80);
    cr_assert_not_null(strstr(text, "kind, or none"));

    cr_assert_not_null(strstr(text, "say \"a\""));
}
