#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "arrow/flatbuffer.h"

static struct flatbuffer reading(const struct flatbuffer_builder *b)
{
    return (struct flatbuffer){
        .p = b->p, .n = b->n, .at = 1000, .path = "f", .text_left = b->n};
}

static void expect_number(const struct flatbuffer *f, const struct flatbuffer_table *t,
                          size_t field, unsigned width, uint64_t expected)
{
    struct error err = {0};
    uint64_t value;
    cr_assert_eq(flatbuffer_number(f, t, field, width, 77, &value, &err), STATUS_OK);
    cr_assert_eq(value, expected, "field %zu", field);
}

Test(flatbuffer, what_was_built_is_read)
{
    struct arena mem = {0};
    struct flatbuffer_builder b = {.mem = &mem};
    const struct flatbuffer_field field[] = {{1, 200},   {0, 5}, {8, UINT64_MAX}, {4, 0},
                                             {2, 60000}, {4, 0}, {4, 1u << 31}};
    flatbuffer_start(&b);
    size_t t = flatbuffer_add_table(&b, field, COUNT_OF(field));
    flatbuffer_finish(&b, t);
    flatbuffer_refer(&b, t, 3, flatbuffer_add_string(&b, "Precio ñ"));
    size_t v = flatbuffer_add_vector(&b, 3, 4, 4);
    flatbuffer_refer(&b, t, 5, v);
    for (size_t i = 0; i < 3; i++) {
        const struct flatbuffer_field one = {8, 100 + i};
        flatbuffer_refer_item(&b, v, i, flatbuffer_add_table(&b, &one, 1));
    }
    flatbuffer_set(&b, t, 0, 201, 1);

    struct flatbuffer f = reading(&b);
    struct flatbuffer_table root, item;
    struct flatbuffer_vector items;
    struct error err = {0};
    const char *text;
    cr_assert_eq(flatbuffer_root(&f, &root, &err), STATUS_OK);
    expect_number(&f, &root, 0, 1, 201);
    expect_number(&f, &root, 1, 4, 77);
    expect_number(&f, &root, 2, 8, UINT64_MAX);
    expect_number(&f, &root, 4, 2, 60000);
    expect_number(&f, &root, 6, 4, 1u << 31);
    expect_number(&f, &root, 7, 4, 77);
    cr_assert_eq(flatbuffer_string(&f, &root, 3, &mem, &text, &err), STATUS_OK);
    cr_assert_str_eq(text, "Precio ñ");
    cr_assert_eq(flatbuffer_string(&f, &root, 1, &mem, &text, &err), STATUS_OK);
    cr_assert_str_eq(text, "");
    cr_assert_eq(flatbuffer_vector(&f, &root, 5, 4, &items, &err), STATUS_OK);
    cr_assert_eq(items.n, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(flatbuffer_item(&f, &items, i, &item, &err), STATUS_OK);
        expect_number(&f, &item, 0, 8, 100 + i);
        cr_assert_eq((item.pos + 4) % 8, 0); // where its number stands
    }
    cr_assert_eq(flatbuffer_table(&f, &root, 1, &item, &err), STATUS_OK);
    cr_assert_eq(item.pos, 0);
    arena_release(&mem);
}

Test(flatbuffer, one_builder_makes_the_same_bytes_again)
{
    struct arena mem = {0};
    struct flatbuffer_builder b = {.mem = &mem};
    unsigned char first[512];
    size_t n = 0;
    for (int round = 0; round < 2; round++) {
        flatbuffer_start(&b);
        size_t t = flatbuffer_add_table(&b, &(struct flatbuffer_field){4, 0}, 1);
        flatbuffer_finish(&b, t);
        flatbuffer_refer(&b, t, 0, flatbuffer_add_string(&b, "again"));
        if (round == 0) {
            n = b.n;
            memcpy(first, b.p, n);
            memset(b.p, 0xff, n); // what an earlier message leaves
        }
    }
    cr_assert_eq(b.n, n);
    cr_assert_eq(memcmp(b.p, first, n), 0);
    arena_release(&mem);
}

Test(flatbuffer, one_long_text_cannot_be_copied_many_times)
{
    struct arena mem = {0};
    struct flatbuffer_builder b = {.mem = &mem};
    struct error err = {0};
    char longer[2000];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    flatbuffer_start(&b);
    const struct flatbuffer_field two[] = {{4, 0}, {4, 0}};
    size_t t = flatbuffer_add_table(&b, two, 2);
    flatbuffer_finish(&b, t);
    size_t text = flatbuffer_add_string(&b, longer);
    flatbuffer_refer(&b, t, 0, text);
    flatbuffer_refer(&b, t, 1, text);

    struct flatbuffer f = reading(&b);
    struct flatbuffer_table root;
    const char *found;
    cr_assert_eq(flatbuffer_root(&f, &root, &err), STATUS_OK);
    cr_assert_eq(flatbuffer_string(&f, &root, 0, &mem, &found, &err), STATUS_OK);
    cr_assert_eq(flatbuffer_string(&f, &root, 1, &mem, &found, &err), STATUS_INPUT);
    cr_assert_eq(strncmp(err.message,
                         "damaged Arrow file: texts share their bytes at byte 10", 54),
                 0);
    arena_release(&mem);
}

Test(flatbuffer, a_text_with_a_nul_inside_is_refused)
{
    struct arena mem = {0};
    struct flatbuffer_builder b = {.mem = &mem};
    struct error err = {0};
    flatbuffer_start(&b);
    size_t t = flatbuffer_add_table(&b, &(struct flatbuffer_field){4, 0}, 1);
    flatbuffer_finish(&b, t);
    size_t text = flatbuffer_add_string(&b, "ab");
    flatbuffer_refer(&b, t, 0, text);
    b.p[text + 5] = 0;
    struct flatbuffer f = reading(&b);
    struct flatbuffer_table root;
    const char *found;
    char expected[80];
    cr_assert_eq(flatbuffer_root(&f, &root, &err), STATUS_OK);
    cr_assert_eq(flatbuffer_string(&f, &root, 0, &mem, &found, &err), STATUS_INPUT);
    snprintf(expected, sizeof expected,
             "damaged Arrow file: a NUL byte in a text at byte %zu", 1000 + text + 5);
    cr_assert_str_eq(err.message, expected);
    arena_release(&mem);
}

/* Any byte may be anything: no access leaves the buffer, which the sanitizer watches. */
Test(flatbuffer, any_wrong_byte_is_survived)
{
    struct arena mem = {0};
    struct flatbuffer_builder b = {.mem = &mem};
    const struct flatbuffer_field fields[] = {{8, 1}, {4, 0}, {4, 0}};
    flatbuffer_start(&b);
    size_t t = flatbuffer_add_table(&b, fields, 3);
    flatbuffer_finish(&b, t);
    flatbuffer_refer(&b, t, 1, flatbuffer_add_string(&b, "name"));
    flatbuffer_refer(&b, t, 2, flatbuffer_add_vector(&b, 2, 8, 8));
    size_t faults = 0;
    unsigned char *exact = malloc(b.n);
    cr_assert_not_null(exact);
    for (size_t i = 0; i < 256 * b.n; i++) {
        struct error err = {0};
        struct arena scratch = {0};
        struct flatbuffer f = reading(&b);
        struct flatbuffer_table root;
        struct flatbuffer_vector v = {0};
        uint64_t value = 0;
        const char *name = "";
        memcpy(exact, b.p, b.n);
        exact[i / 256] = (unsigned char)i;
        f.p = exact;
        enum status status = flatbuffer_root(&f, &root, &err);
        if (status == STATUS_OK)
            status = flatbuffer_number(&f, &root, 0, 8, 0, &value, &err);
        if (status == STATUS_OK)
            status = flatbuffer_string(&f, &root, 1, &scratch, &name, &err);
        if (status == STATUS_OK)
            status = flatbuffer_vector(&f, &root, 2, 8, &v, &err);
        for (size_t j = 0; status == STATUS_OK && j < v.n; j++)
            value += flatbuffer_load(f.p + v.pos + 8 * j, 8) + strlen(name);
        faults += status != STATUS_OK;
        arena_release(&scratch);
    }
    cr_log_info("%zu of %zu refused", faults, 256 * b.n);
    cr_assert_gt(faults, b.n);
    free(exact);
    arena_release(&mem);
}

/* Where a table stands, and what is wrong with it. */
static const struct {
    size_t at;      // of two bytes in the buffer below
    unsigned value; // written there
    size_t fault;   // the byte that the message names
    const char *what;
} wrong_tables[] = {
    {0, 0, 0, "a reference leads out of the metadata"},
    {0, 21, 0, "a reference leads out of the metadata"},
    {12, 13, 12, "a table's layout lies outside of the metadata"},
    {4, 2, 4, "wrong length of a table's layout"},
    {4, 7, 4, "wrong length of a table's layout"},
    {4, 22, 4, "wrong length of a table's layout"},
    {6, 3, 6, "wrong length of a table"},
    {6, 14, 6, "wrong length of a table"},
    {8, 3, 8, "a field lies outside of its table"},
    {8, 9, 8, "a field lies outside of its table"},
};

Test(flatbuffer, wrong_tables_are_named_with_their_place)
{
    struct arena mem = {0};
    struct flatbuffer_builder b = {.mem = &mem};
    flatbuffer_start(&b);
    size_t t = flatbuffer_add_table(&b, &(struct flatbuffer_field){4, 9}, 1);
    flatbuffer_finish(&b, t);
    cr_assert_eq(t, 12); // behind the root's reference and the layout, which begins at 4
    cr_assert_eq(b.n, 20);
    for (size_t i = 0; i < COUNT_OF(wrong_tables); i++) {
        unsigned char copy[20];
        char expected[120];
        struct error err = {0};
        struct flatbuffer f = reading(&b);
        struct flatbuffer_table root;
        uint64_t value;
        memcpy(copy, b.p, sizeof copy);
        copy[wrong_tables[i].at] = (unsigned char)wrong_tables[i].value;
        f.p = copy;
        enum status status = flatbuffer_root(&f, &root, &err);
        if (status == STATUS_OK)
            status = flatbuffer_number(&f, &root, 0, 4, 0, &value, &err);
        cr_assert_eq(status, STATUS_INPUT, "case %zu", i);
        snprintf(expected, sizeof expected, "damaged Arrow file: %s at byte %zu",
                 wrong_tables[i].what, 1000 + wrong_tables[i].fault);
        cr_assert_str_eq(err.message, expected, "case %zu: %s", i, err.message);
    }
    arena_release(&mem);
}

Test(flatbuffer, a_buffer_too_short_for_its_root_is_refused)
{
    for (size_t n = 0; n < 4; n++) {
        struct error err = {0};
        struct flatbuffer_table root;
        unsigned char *exact = calloc(1, n ? n : 1);
        cr_assert_not_null(exact);
        struct flatbuffer f = {.p = exact, .n = n, .path = "f"};
        cr_assert_eq(flatbuffer_root(&f, &root, &err), STATUS_INPUT);
        cr_assert_str_eq(err.message,
                         "damaged Arrow file: the metadata is empty at byte 0");
        free(exact);
    }
}
