/* Writing CSV: what is written, and that it reads back. */
#include <criterion/criterion.h>
#include <math.h>

#include "csv/csv.h"
#include "help/help.h"

struct written {
    struct publish publish;
    struct csv_writer w;
    const char *path;
    struct error err;
};

static struct written begin_writing(bool for_people)
{
    struct written t = {.path = help_path(help_folder(), "out.csv")};
    cr_assert_eq(publish_open(&t.publish, t.path, &t.w.out, &t.err), STATUS_OK);
    t.w.for_people = for_people;
    return t;
}

static const char *end_writing(struct written *t)
{
    cr_assert_eq(publish_commit(&t->publish, &t->err), STATUS_OK, "%s", t->err.message);
    publish_release(&t->publish);
    return help_read(t->path, NULL);
}

static void put(struct written *t, const char *text)
{
    cr_assert_eq(csv_put_text(&t->w, view_of(text), &t->err), STATUS_OK);
}

static void end_record(struct written *t)
{
    cr_assert_eq(csv_end(&t->w, &t->err), STATUS_OK);
}

Test(csv_write, cells_are_quoted_where_a_reader_would_be_wrong)
{
    static const char *const cells[] = {
        "a",   "",    "a,b", "say \"no\"", "two\nlines", "cr\r", " a", "a ",
        "\ta", "a\t", "a b", "é",          "\"",         "'",    "=1", "-5"};
    struct written t = begin_writing(false);
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        put(&t, cells[i]);
        if (i % 4 == 3)
            end_record(&t);
    }
    cr_assert_str_eq(end_writing(&t), "a,,\"a,b\",\"say \"\"no\"\"\"\n"
                                      "\"two\nlines\",\"cr\r\",\" a\",\"a \"\n"
                                      "\"\ta\",\"a\t\",a b,é\n"
                                      "\"\"\"\",',=1,-5\n");
}

Test(csv_write, for_people_no_cell_is_a_formula)
{
    static const char *const cells[] = {"=1+1", "+1", "-1",  "@x", "\tx",
                                        "\rx",  "\n", "a=b", ""};
    struct written t = begin_writing(true);
    for (size_t i = 0; i < COUNT_OF(cells); i++)
        put(&t, cells[i]);
    cr_assert_eq(csv_put_text(&t.w, (struct view){"\0x", 2}, &t.err), STATUS_OK);
    cr_assert_eq(csv_put_real(&t.w, -1.5, &t.err), STATUS_OK);
    cr_assert_eq(csv_put_int(&t.w, -7, &t.err), STATUS_OK);
    end_record(&t);
    static const char wanted[] =
        "'=1+1,'+1,'-1,'@x,\"'\tx\",\"'\rx\",\"'\n\",a=b,,'\0x,-1.5,-7\n";
    size_t n;
    end_writing(&t);
    const char *said = help_read(t.path, &n);
    cr_assert_eq(n, sizeof(wanted) - 1);
    cr_assert_eq(memcmp(said, wanted, n), 0, "%s", said);
}

Test(csv_write, numbers_are_written_so_that_they_read_back)
{
    struct written t = begin_writing(false);
    static const double reals[] = {0, 1, -2.5, 0.1, 1e300, 1.0 / 3, 5e-324};
    for (size_t i = 0; i < COUNT_OF(reals); i++)
        cr_assert_eq(csv_put_real(&t.w, reals[i], &t.err), STATUS_OK);
    end_record(&t);
    cr_assert_eq(csv_put_real(&t.w, (double)NAN, &t.err), STATUS_OK);
    cr_assert_eq(csv_put_int(&t.w, -9223372036854775807LL - 1, &t.err), STATUS_OK);
    cr_assert_eq(csv_put_real(&t.w, (double)NAN, &t.err), STATUS_OK);
    end_record(&t);
    cr_assert_str_eq(end_writing(&t), "0,1,-2.5,0.1,1e+300,0.3333333333333333,5e-324\n"
                                      ",-9223372036854775808,\n");
}

Test(csv_write, a_record_of_one_empty_cell_is_no_blank_line)
{
    struct written t = begin_writing(false);
    put(&t, "head");
    end_record(&t);
    put(&t, "");
    end_record(&t);
    cr_assert_eq(csv_put_real(&t.w, (double)NAN, &t.err), STATUS_OK);
    end_record(&t);
    put(&t, "");
    put(&t, "");
    end_record(&t);
    cr_assert_str_eq(end_writing(&t), "head\n\"\"\n\"\"\n,\n");
}

/* A cell of up to five parts, each of which is trouble to some reader. */
static const char *random_cell(struct arena *mem, uint64_t *state)
{
    static const char *const parts[] = {"a", ",", "\"",           "\n", "\r",
                                        " ", "é", "\xEF\xBB\xBF", "=",  "'"};
    struct text cell = {.mem = mem};
    text_puts(&cell, "");
    for (size_t n = (*state >> 33) % 6; n > 0; n--) {
        *state = *state * UINT64_C(6364136223846793005) + 1;
        text_puts(&cell, parts[(*state >> 33) % COUNT_OF(parts)]);
    }
    *state = *state * UINT64_C(6364136223846793005) + 1;
    return cell.p;
}

Test(csv_write, what_is_written_reads_back)
{
    enum { ROWS = 500, COLUMNS = 4 };
    struct arena mem = {0};
    uint64_t state = 1;
    struct written t = begin_writing(false);
    const char *cells[ROWS][COLUMNS];
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        const char *cell = random_cell(&mem, &state);
        cells[i / COLUMNS][i % COLUMNS] = cell;
        put(&t, cell);
        if (i % COLUMNS == COLUMNS - 1)
            end_record(&t);
    }
    end_writing(&t);
    struct csv_reader *r = NULL;
    struct csv_record rec;
    cr_assert_eq(csv_open(t.path, &csv_defaults, &mem, &r, &t.err), STATUS_OK);
    for (size_t i = 0; i < ROWS; i++) {
        cr_assert_eq(csv_next(r, &rec, &t.err), STATUS_OK, "%s", t.err.message);
        cr_assert_eq(rec.n, COLUMNS);
        for (size_t k = 0; k < COLUMNS; k++) {
            struct view cell = {rec.field[k].p, rec.field[k].n};
            cr_assert(view_is(cell, cells[i][k]), "row %zu, column %zu", i, k);
        }
    }
    cr_assert_eq(csv_next(r, &rec, &t.err), STATUS_OK);
    cr_assert_eq(rec.n, 0);
    csv_close(r);
    arena_release(&mem);
}
