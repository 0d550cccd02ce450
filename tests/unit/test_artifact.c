#include <criterion/criterion.h>

#include <string.h>

#include "file/artifact.h"
#include "help/help.h"

static struct arena mem;
static struct error err;
static const char *folder;

static void begin(void)
{
    folder = help_folder();
}

static void release(void)
{
    arena_release(&mem);
}

TestSuite(artifact, .init = begin, .fini = release);

/* A table of two lines and the document that vouches for it. */
static void write_both(double figure)
{
    struct publish publish = {0};
    struct output *table, *out;
    json_t *tables = NULL;
    cr_assert_eq(publish_open(&publish, help_path(folder, "t.csv"), &table, &err), 0);
    output_sum_begin(table);
    cr_assert_eq(output_text(table, "a,b\n1,2\n", &err), STATUS_OK);
    cr_assert_eq(publish_open(&publish, help_path(folder, "d.json"), &out, &err), 0);
    cr_assert_eq(artifact_add_table(table, &tables, &err), STATUS_OK);
    json_t *document = json_pack("{s:f, s:o}", "figure", figure, "tables", tables);
    cr_assert_eq(artifact_write(out, document, &err), STATUS_OK);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
}

static enum status read_document(json_t **ret)
{
    return artifact_read(help_path(folder, "d.json"), ret, &err);
}

Test(artifact, comes_back_with_its_checksum)
{
    json_t *document;
    write_both(0.1);
    cr_assert_eq(read_document(&document), STATUS_OK, "%s", err.message);
    cr_assert_float_eq(json_real_value(json_object_get(document, "figure")), 0.1, 0);
    cr_assert_eq(strlen(artifact_digits(document)), 16);
    json_decref(document);
}

/* The checksum that the file ends with, of what stands before its line. */
Test(artifact, ends_with_the_line_that_is_described)
{
    size_t n;
    write_both(0.1);
    const char *text = help_read(help_path(folder, "d.json"), &n);
    cr_assert_not_null(strstr(text, "\n  ],\n  \"checksum\": [\"xxh64\", \""));
    cr_assert_str_eq(text + n - 5, "\"]\n}\n");
}

Test(artifact, no_byte_can_change_unnoticed)
{
    size_t n;
    json_t *document;
    write_both(123.456);
    const char *path = help_path(folder, "d.json"), *text = help_read(path, &n);
    for (size_t i = 0; i < n; i++) {
        char *bytes = arena_copy(&mem, text, n);
        bytes[i] = bytes[i] == '7' ? '8' : '7';
        help_write(path, bytes, n);
        cr_assert_eq(read_document(&document), STATUS_INPUT, "byte %zu", i);
        cr_assert_str_eq(err.loc.path, path);
    }
}

Test(artifact, none_of_its_beginnings_is_taken)
{
    size_t n;
    json_t *document;
    write_both(1);
    const char *path = help_path(folder, "d.json"), *text = help_read(path, &n);
    for (size_t i = 0; i < n; i++) {
        help_write(path, text, i);
        cr_assert_eq(read_document(&document), STATUS_INPUT, "%zu bytes", i);
    }
    help_write_text(path, "{\"figure\": 1}\n");
    cr_assert_eq(read_document(&document), STATUS_INPUT);
    cr_assert_str_eq(err.message, "expected a file that ends with its checksum");
}

static enum status check(void)
{
    json_t *document;
    struct artifact_table table;
    const char *path = help_path(folder, "d.json");
    cr_assert_eq(artifact_read(path, &document, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(artifact_table(document, 0, path, &mem, &table, &err), STATUS_OK);
    json_decref(document);
    return artifact_check(&table, help_path(folder, "t.csv"), &err);
}

Test(artifact, a_table_has_to_be_the_one_that_was_written_with_it)
{
    write_both(1);
    cr_assert_eq(check(), STATUS_OK);
    help_write_text(help_path(folder, "t.csv"), "a,b\n1,3\n");
    cr_assert_eq(check(), STATUS_INPUT);
    cr_assert_str_eq(err.message, "the file was changed after it was written: 'd.json' "
                                  "has another checksum for it");
    help_write_text(help_path(folder, "t.csv"), "a,b\n");
    cr_assert_eq(check(), STATUS_INPUT);
    cr_assert_str_eq(err.message,
                     "the file holds 4 bytes, 'd.json' was written with one of 8");
}

Test(artifact, a_document_that_says_nothing_of_its_table_is_refused)
{
    struct artifact_table table;
    static const char *const bad[] = {"{}", "{\"tables\": []}", "{\"tables\": [1]}",
                                      "{\"tables\": [{\"file\": \"t.csv\"}]}"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        json_t *document = json_loads(bad[i], 0, NULL);
        cr_assert_eq(artifact_table(document, 0, "d.json", &mem, &table, &err),
                     STATUS_INPUT);
        json_decref(document);
    }
}
