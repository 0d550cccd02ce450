#include <criterion/criterion.h>

#include "help/help.h"
#include "show/listing.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(listing, .fini = release);

/* All cells of a file as text, rows ended by ';', cells by '|'; NULL when it is refused. */
static const char *all_cells(const char *name, const char *bytes, struct error *err)
{
    const char *path = help_path(help_folder(), name);
    struct listing s;
    struct text out = {.mem = &mem};
    char buffer[40];
    help_write_text(path, bytes);
    enum status status = listing_open(&s, path, ',', &mem, err);
    while (status == STATUS_OK) {
        status = listing_next(&s, err);
        if (status != STATUS_OK || !s.cell)
            break;
        for (size_t c = 0; c < s.p; c++) {
            struct view v = listing_text(&s.cell[c], buffer);
            text_add(&out, v.p, v.n);
            text_putc(&out, '|');
        }
        text_putc(&out, ';');
    }
    listing_close(&s);
    return status == STATUS_OK ? out.p : NULL;
}

Test(listing, csv_cells_are_text_as_they_stand)
{
    struct error err = {0};
    cr_assert_str_eq(all_cells("x.csv", "a,b\n 1,\"x,\"\"y\"\"\"\n007,\n", &err),
                     " 1|x,\"y\"|;007||;");
}

Test(listing, a_row_with_another_number_of_cells_is_refused)
{
    struct error err = {0};
    cr_assert_null(all_cells("x.csv", "a,b\n1,2\n3\n", &err));
    cr_assert_eq(err.loc.line, 3);
    struct error more = {0};
    cr_assert_null(all_cells("x.csv", "a,b\n1,2,3\n", &more));
    cr_assert(more.loc.line == 2 && more.loc.col == 5);
}

Test(listing, json_becomes_paths_and_values)
{
    struct error err = {0};
    cr_assert_str_eq(
        all_cells("x.json", "{\"a\": {\"b\": [1, true]}, \"c\": \"t\"}", &err),
        "a.b[0]|1|;a.b[1]|true|;c|t|;");
}

Test(listing, damaged_files_are_refused)
{
    struct error err = {0};
    cr_assert_null(all_cells("x.json", "{\"a\": ", &err));
    cr_assert_null(all_cells("x.arrow", "no table", &err));
    cr_assert_null(all_cells("x.csv", "", &err));
    cr_assert_null(all_cells("x.csv", "ARROW1 and rubbish", &err));
}

/* The columns of "month,price_a,price_b" that a --columns chooses, or NULL. */
static const char *choose(const char *given, struct error *err)
{
    static const char *names[] = {"month", "price_a", "price_b"};
    struct listing s = {.p = 3, .name = names};
    struct texts patterns = {given ? 1 : 0, &given};
    struct text out = {.mem = &mem};
    size_t *column, n;
    if (listing_choose(&s, &patterns, &mem, &column, &n, err) != STATUS_OK)
        return NULL;
    for (size_t i = 0; i < n; i++)
        text_addf(&out, "%zu", column[i]);
    return out.p;
}

Test(listing, patterns_choose_columns_in_the_order_of_the_file)
{
    struct error err = {0};
    cr_assert_str_eq(choose(NULL, &err), "012");
    cr_assert_str_eq(choose("price_*,month", &err), "012");
    cr_assert_str_eq(choose("price_b", &err), "2");
}

Test(listing, each_pattern_has_to_match)
{
    struct error err = {0};
    cr_assert_null(choose("month,prize_a", &err));
    cr_assert_eq(err.status, STATUS_USAGE);
    cr_assert_str_eq(err.message, "no column matches 'prize_a'");
    cr_assert_str_eq(err.hint, "did you mean 'price_a'?");
}
