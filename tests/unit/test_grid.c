#include <criterion/criterion.h>

#include "show/grid.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(grid, .fini = release);

static struct listing_cell text(const char *cstring)
{
    return (struct listing_cell){.kind = LISTING_TEXT, .text = view_of(cstring)};
}

static struct listing_cell real(double x)
{
    return (struct listing_cell){.kind = LISTING_NUMBER, .number = x};
}

/* The table of n rows of p cells, in lines of so many columns. */
static const char *table(const char *const *names, size_t p,
                         const struct listing_cell *cells, size_t n, size_t columns)
{
    struct grid g;
    struct text out = {.mem = &mem};
    grid_begin(&g, names, p, &mem);
    for (size_t i = 0; i < n * p; i++)
        grid_measure(&g, i % p, &cells[i]);
    grid_fit(&g, columns);
    grid_names(&g, &out);
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < g.n; c++)
            grid_put(&g, c, &cells[i * p + c], &out);
        grid_end(&out);
    }
    return out.p;
}

static const char *const two[] = {"name", "x"};

Test(grid, numbers_stand_at_the_right_also_those_of_a_csv_file)
{
    struct listing_cell cells[] = {text("a"),    text("1.5"), text("long one"),
                                   text("-120"), text("b"),   text("")};
    cr_assert_str_eq(table(two, 2, cells, 3, SIZE_MAX), "name         x\n"
                                                        "a          1.5\n"
                                                        "long one  -120\n"
                                                        "b\n");
}

Test(grid, a_column_with_other_text_stands_at_the_left)
{
    struct listing_cell cells[] = {text("a"), text("1.5"), text("b"), text("n/a")};
    cr_assert_str_eq(table(two, 2, cells, 2, SIZE_MAX), "name  x\n"
                                                        "a     1.5\n"
                                                        "b     n/a\n");
}

Test(grid, long_numbers_are_rounded_and_whole_ones_are_not)
{
    struct listing_cell cells[] = {text("a"), real(1.0 / 3),
                                   text("b"), text("0.12345678901234567"),
                                   text("c"), text("1234567890123")};
    cr_assert_str_eq(table(two, 2, cells, 3, SIZE_MAX), "name              x\n"
                                                        "a          0.333333\n"
                                                        "b          0.123457\n"
                                                        "c     1234567890123\n");
}

Test(grid, nothing_is_cut_where_nothing_says_how_wide)
{
    char longest[201];
    memset(longest, 'y', 200);
    longest[200] = '\0';
    struct listing_cell cells[] = {text(longest), real(1)};
    cr_assert_not_null(strstr(table(two, 2, cells, 1, SIZE_MAX), longest));
}

Test(grid, text_gives_way_first_then_columns_at_the_right)
{
    static const char *const names[] = {"reason", "x", "y"};
    struct listing_cell cells[] = {text("the month is not between 1 and 12"), real(1),
                                   real(2)};
    cr_assert_str_eq(table(names, 3, cells, 1, 30), "reason                    x  y\n"
                                                    "the month is not betwee~  1  2\n");
    cr_assert_str_eq(table(names, 3, cells, 1, 20), "reason            x\n"
                                                    "the month is no~  1\n");
    cr_assert_str_eq(table(names, 3, cells, 1, 5), "reas~\n"
                                                   "the ~\n");
}

Test(grid, what_a_terminal_would_obey_is_escaped_and_counted)
{
    struct listing_cell cells[] = {text("a\x1B[2J"), real(1), text("caf\xC3\xA9\n"),
                                   real(2)};
    cr_assert_str_eq(table(two, 2, cells, 2, SIZE_MAX), "name      x\n"
                                                        "a\\x1B[2J  1\n"
                                                        "caf\xC3\xA9\\x0A  2\n");
}
