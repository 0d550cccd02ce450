#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "data/ids.h"
#include "help/help.h"
#include "help/tables.h"

static struct arena mem;
static struct error err;
static struct pipeline pipeline;

static void release(void)
{
    arena_release(&mem);
    pipeline = (struct pipeline){0};
}

TestSuite(ids, .fini = release);

static const struct field texts[] = {
    {"day", TYPE_DATE}, {"g", TYPE_TEXT}, {"id", TYPE_TEXT}, {"x", TYPE_REAL}};
static const struct field numbers[] = {{"id", TYPE_INT64}, {"x", TYPE_REAL}};

static const char *text_at(struct ids *ids, size_t row)
{
    static char number[ROW_ID_NUMBER];
    struct row_id id;
    cr_assert_eq(ids_at(ids, row, &id, &err), STATUS_OK, "%s", err.message);
    struct view v = row_id_text(&id, number);
    return arena_copy(&mem, v.p, v.n);
}

Test(ids, texts_stand_behind_key_and_group_and_are_read_by_number)
{
    struct ids ids;
    const char *path = help_path(help_folder(), "t.arrow");
    pipeline = (struct pipeline){.time.column = "day", .group = "g", .id = "id"};
    cr_assert_eq(ids_names(&pipeline), 3);
    tables_write_batches(path, texts, 4, 2,
                         "1 a r7 1\n2 a - 2\n1 b \xc3\xa9 3\n2 b r7 4\n3 b z 5\n");
    cr_assert_eq(ids_open(&ids, path, &pipeline, &mem, &err), STATUS_OK, "%s",
                 err.message);
    cr_assert_eq(ids_type(&ids), TYPE_TEXT);
    cr_expect_str_eq(text_at(&ids, 0), "r7");
    cr_expect_str_eq(text_at(&ids, 4), "z");
    cr_expect_str_eq(text_at(&ids, 2), "\xc3\xa9"); // back in another batch
    cr_expect_str_eq(text_at(&ids, 1), "");
    struct row_id id;
    char quoted[ROW_ID_QUOTED];
    cr_assert_eq(ids_at(&ids, 1, &id, &err), STATUS_OK);
    cr_assert(!id.there);
    cr_assert_eq(ids_at(&ids, 3, &id, &err), STATUS_OK);
    cr_assert_str_eq(row_id_quoted(&id, quoted), "'r7'");
    ids_close(&ids);
    ids_close(&ids);
}

/* Rows of several batches become one column, whose room is used again. */
Test(ids, many_rows_are_a_column_with_their_bytes_and_what_is_missing)
{
    struct ids ids;
    struct ids_room room = {0};
    struct column c;
    const char *path = help_path(help_folder(), "t.arrow");
    pipeline = (struct pipeline){.time.column = "day", .group = "g", .id = "id"};
    tables_write_batches(path, texts, 4, 2,
                         "1 a r7 1\n2 a - 2\n1 b long-one 3\n2 b s 4\n3 b t 5\n");
    cr_assert_eq(ids_open(&ids, path, &pipeline, &mem, &err), STATUS_OK);
    cr_assert_eq(ids_rows(&ids, 1, 4, &mem, &room, &c, &err), STATUS_OK);
    cr_assert(c.missing == 1 && !column_present(&c, 0) && column_present(&c, 3));
    struct row_id id = row_id_of(TYPE_TEXT, &c, 1);
    cr_assert(view_is(id.text, "long-one"));
    cr_assert_eq(ids_rows(&ids, 2, 2, &mem, &room, &c, &err), STATUS_OK);
    cr_assert(c.missing == 0 && !c.validity);
    id = row_id_of(TYPE_TEXT, &c, 1);
    cr_assert(view_is(id.text, "s"));
    ids_close(&ids);
}

Test(ids, those_in_hand_are_a_column_too)
{
    struct ids_room room = {0};
    const struct row_id named[] = {
        {.there = true, .text = VIEW("r7")}, {0}, {.there = true, .text = VIEW("")}};
    const struct row_id whole[] = {{.there = true, .whole = true, .number = INT64_MIN}};
    struct column c = ids_column(TYPE_TEXT, named, 3, &mem, &room);
    cr_assert(c.missing == 1 && column_present(&c, 0) && !column_present(&c, 1) &&
              column_present(&c, 2));
    cr_assert(view_is(row_id_of(TYPE_TEXT, &c, 0).text, "r7"));
    cr_assert(c.offsets[0] == 0 && c.offsets[2] == 2 && c.offsets[3] == 2);
    c = ids_column(TYPE_INT64, whole, 1, &mem, &room);
    cr_assert(!c.validity && ((const int64_t *)c.values)[0] == INT64_MIN);
}

Test(ids, whole_numbers_keep_all_their_bits)
{
    struct ids ids;
    struct ids_room room = {0};
    struct column c;
    const char *path = help_path(help_folder(), "t.arrow");
    pipeline.id = "id";
    tables_write(path, numbers, 2, NULL, 0,
                 "9007199254740993 1\n-9223372036854775808 2\n9223372036854775807 3\n");
    cr_assert_eq(ids_open(&ids, path, &pipeline, &mem, &err), STATUS_OK);
    cr_expect_str_eq(text_at(&ids, 0), "9007199254740993");
    cr_expect_str_eq(text_at(&ids, 1), "-9223372036854775808");
    cr_assert_eq(ids_rows(&ids, 0, 3, &mem, &room, &c, &err), STATUS_OK);
    cr_assert_eq(((const int64_t *)c.values)[2], INT64_MAX);
    ids_close(&ids);
}

Test(ids, without_ids_nothing_is_opened_and_no_row_has_one)
{
    struct ids ids;
    struct row_id id;
    cr_assert_eq(ids_open(&ids, "no such file", &pipeline, &mem, &err), STATUS_OK);
    cr_assert_eq(ids_at(&ids, 7, &id, &err), STATUS_OK);
    cr_assert(!id.there && !ids.file);
    ids_close(&ids);
}

Test(ids, tables_without_their_column_and_ids_too_long_are_refused)
{
    struct ids ids;
    struct row_id id;
    const char *path = help_path(help_folder(), "t.arrow");
    static const struct field real[] = {{"id", TYPE_REAL}};
    struct text row = {.mem = &mem};
    pipeline.id = "other";
    tables_write(path, numbers, 2, NULL, 0, "1 1\n");
    cr_expect_eq(ids_open(&ids, path, &pipeline, &mem, &err), STATUS_INPUT);
    cr_expect_str_eq(err.message, "expected a table with the ids 'other' in front");
    pipeline.id = "id";
    tables_write(path, real, 1, NULL, 0, "1\n");
    cr_expect_eq(ids_open(&ids, path, &pipeline, &mem, &err), STATUS_INPUT);
    pipeline.group = "g";
    cr_expect_eq(ids_open(&ids, path, &pipeline, &mem, &err), STATUS_INPUT);
    pipeline = (struct pipeline){.time.column = "day", .group = "g", .id = "id"};
    text_puts(&row, "1 a ");
    for (size_t i = 0; i <= ROW_ID_LENGTH; i++)
        text_puts(&row, "x");
    text_puts(&row, " 1\n");
    tables_write(path, texts, 4, NULL, 0, row.p);
    cr_assert_eq(ids_open(&ids, path, &pipeline, &mem, &err), STATUS_OK);
    cr_expect_eq(ids_at(&ids, 0, &id, &err), STATUS_INPUT);
    cr_expect_str_eq(err.message, "the id in row 1 is longer than 1000 bytes");
    ids_close(&ids);
}
