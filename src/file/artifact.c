/* Writes and checks the line with the checksum.
 *
 * A document streams into its output but for its last two bytes, in whose place the
 * checksum comes to stand. */
#include "file/artifact.h"

#include "file/checksum.h"
#include "file/file.h"

#define KEY "checksum"
#define BEFORE "  \"" KEY "\": [\"" CHECKSUM_KIND "\", \""
#define BEHIND "\"]\n}\n"

enum { LINE = sizeof BEFORE - 1 + CHECKSUM_DIGITS + sizeof BEHIND - 1 };

enum status artifact_write(struct output *out, json_t *document, struct error *err)
{
    struct checksum sum;
    char digits[CHECKSUM_TEXT];
    output_sum_begin(out);
    TRY(json_write_open(out, document, err));
    TRY(output_text(out, ",\n", err));
    TRY(output_sum(out, &sum, err));
    checksum_text(&sum, digits);
    return output_format(out, err, "%s%s%s", BEFORE, digits, BEHIND);
}

struct view artifact_text(json_t *document, struct arena *mem)
{
    struct text out = {.mem = mem};
    char digits[CHECKSUM_TEXT];
    json_text_open(document, &out);
    text_puts(&out, ",\n");
    checksum_of(out.p, out.n, digits);
    text_addf(&out, "%s%s%s", BEFORE, digits, BEHIND);
    return (struct view){out.p, out.n};
}

static enum status check_seal(const char *path, struct view text, struct error *err)
{
    char sum[CHECKSUM_TEXT];
    const char *line = text.p + text.n - LINE;
    if (text.n <= (size_t)LINE || line[-1] != '\n' ||
        memcmp(line, BEFORE, sizeof BEFORE - 1) != 0 ||
        memcmp(text.p + text.n - (sizeof BEHIND - 1), BEHIND, sizeof BEHIND - 1) != 0)
        return error_refuse(err, path, NULL,
                            "expected a file that ends with its checksum");
    checksum_of(text.p, text.n - LINE, sum);
    if (memcmp(line + sizeof BEFORE - 1, sum, CHECKSUM_DIGITS) != 0)
        return error_refuse(err, path, NULL,
                            "the file was changed after it was written: "
                            "its checksum does not fit");
    return STATUS_OK;
}

enum status artifact_parse(const char *path, struct view text, json_t **ret,
                           struct error *err)
{
    json_t *document;
    TRY(json_parse(path, text, &document, err));
    enum status status = check_seal(path, text, err);
    if (status == STATUS_OK)
        *ret = document;
    else
        json_decref(document);
    return status;
}

enum status artifact_read(const char *path, json_t **ret, struct error *err)
{
    struct arena mem = {0};
    struct view text;
    json_t *document;
    enum status status = json_read_text(path, &mem, &text, &document, err);
    if (status == STATUS_OK) {
        status = check_seal(path, text, err);
        if (status == STATUS_OK)
            *ret = document;
        else
            json_decref(document);
    }
    arena_release(&mem);
    return status;
}

const char *artifact_digits(const json_t *document)
{
    return json_string_value(json_array_get(json_object_get(document, KEY), 1));
}

enum status artifact_add_table(struct output *table, json_t **tables, struct error *err)
{
    struct checksum sum;
    char text[CHECKSUM_TEXT];
    TRY(output_sum(table, &sum, err));
    checksum_text(&sum, text);
    *tables = *tables ? *tables : json_array();
    json_array_append_new(*tables,
                          json_pack("{s:s, s:I, s:s}", "file", file_name(table->path),
                                    "bytes", (json_int_t)sum.bytes, KEY, text));
    return STATUS_OK;
}

enum status artifact_vouch(struct output *table, struct arena *mem,
                           struct artifact_table *ret, struct error *err)
{
    struct checksum sum;
    char text[CHECKSUM_TEXT];
    TRY(output_sum(table, &sum, err));
    checksum_text(&sum, text);
    *ret = (struct artifact_table){.file = arena_string(mem, file_name(table->path)),
                                   .bytes = (size_t)sum.bytes,
                                   .checksum = arena_string(mem, text)};
    return STATUS_OK;
}

enum status artifact_table(const json_t *document, size_t i, const char *path,
                           struct arena *mem, struct artifact_table *ret,
                           struct error *err)
{
    json_t *tables;
    const char *file, *sum;
    struct artifact_table table = {.by = arena_string(mem, file_name(path))};
    TRY(json_get_array(document, "tables", path, &tables, err));
    const json_t *entry = json_array_get(tables, i);
    TRY(json_get_text(entry, "file", path, &file, err));
    TRY(json_get_size(entry, "bytes", path, &table.bytes, err));
    TRY(json_get_text(entry, KEY, path, &sum, err));
    table.file = arena_string(mem, file);
    table.checksum = arena_string(mem, sum);
    *ret = table;
    return STATUS_OK;
}

enum status artifact_check(const struct artifact_table *table, const char *path,
                           struct error *err)
{
    struct checksum sum;
    char text[CHECKSUM_TEXT];
    TRY(checksum_file(path, &sum, err));
    checksum_text(&sum, text);
    if (sum.bytes == table->bytes && strcmp(text, table->checksum) == 0)
        return STATUS_OK;
    if (sum.bytes == table->bytes)
        return error_refuse(err, path, NULL,
                            "the file was changed after it was written: %s has another "
                            "checksum for it",
                            QUOTE(table->by));
    return error_refuse(err, path, NULL,
                        "the file holds %zu bytes, %s was written with one of %zu",
                        (size_t)sum.bytes, QUOTE(table->by), table->bytes);
}
