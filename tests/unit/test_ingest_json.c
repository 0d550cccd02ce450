#include "artifacts/ingest_json.h"
#include "help/artifact.h"

TestSuite(ingest_json, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return ingest_json_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return ingest_json_read(path, m, ret, e);
}

static const char *const columns[] = {"price", HOSTILE, ""};
static const char *const options[] = {"--data=DIR", "--set=a='" HOSTILE "'"};
static struct ingest_json_file files[] = {
    {"a.csv", 100, 90, 7, false, NULL},
    {HOSTILE, 12, 12, 0, true, NULL},
    {"late.csv", 0, 0, 0, true, "no column '" HOSTILE "'"},
};
static struct ingest_json_source sources[] = {
    {"shop", 102, {3, columns}, "2019-10", "2020-08", 3, files},
    {"empty", 0, {0, NULL}, NULL, NULL, 0, NULL},
};
static struct counted reasons[] = {{"time", 0}, {"value", SIZE_MAX / 2}};
static const struct ingest_json whole = {
    .pipeline = "toy",
    .n_sources = 2,
    .source = sources,
    .rejected = 7,
    .n_reasons = 2,
    .reason = reasons,
    .options = {2, options},
    .table = {"rejects.csv", 123, "0123456789abcdef", NULL}};

Test(ingest_json, comes_back_as_it_was)
{
    struct ingest_json back;
    artifact_round(put, get, &whole, &back);
    cr_assert_eq(back.n_sources, 2);
    cr_assert_str_eq(back.source[0].columns.v[1], HOSTILE);
    cr_assert_null(back.source[0].file[1].refused_whole);
    cr_assert_str_eq(back.source[0].file[2].refused_whole, "no column '" HOSTILE "'");
    cr_assert_null(back.source[1].first);
    cr_assert_eq(back.reason[1].n, SIZE_MAX / 2);
    cr_assert_str_eq(back.table.by, "artifact.json");
}

Test(ingest_json, the_smallest_one_comes_back)
{
    static const struct ingest_json least = {
        .pipeline = "", .table = {"rejects.csv", 0, "0000000000000000", NULL}};
    struct ingest_json back;
    artifact_round(put, get, &least, &back);
    cr_assert_eq(back.n_sources, 0);
}

Test(ingest_json, a_name_that_is_no_text_is_written_as_it_is_shown)
{
    struct ingest_json odd = whole, back;
    struct ingest_json_file file = {.file = "caf\xE9.csv"};
    struct ingest_json_source source = {.name = "shop", .n_files = 1, .file = &file};
    odd.n_sources = 1;
    odd.source = &source;
    artifact_round(put, get, &odd, &back);
    cr_assert_str_eq(back.source[0].file[0].file, "caf\\xE9.csv");
}

/* clang-format off */
static const struct artifact_damage damage[] = {
    {"\"rows\": 102", "\"rows\": \"102\"", "expected a whole number, found a string", "sources[0].rows"},
    {"\"rows\": 102", "\"rows\": -1", "expected a number from 0, found -1", "sources[0].rows"},
    {"\"rows\": 102", "\"rows\": 102.0", "expected a whole number, found a real number", "sources[0].rows"},
    {"\"rows\": 102", "\"rows\": 103", "source 'shop' has 103 rows, its files loaded 102", "sources.rows"},
    {"\"loaded\": 90", "\"loaded\": 101", "file 'a.csv' has 100 rows, loaded 101 and refused 7", "sources.files"},
    {"\"refused\": 7", "\"refused\": 9223372036854775807", "has 100 rows, loaded 90", "sources.files"},
    {"\"arrival\": true", "\"arrival\": 1", "expected true or false, found an integer", "sources[0].files[1].arrival"},
    {"\"arrival\": true,", "", "expected true or false, found nothing", "sources[0].files[1].arrival"},
    {"\"price\"", "7", "expected a string, found an integer", "sources[0].columns[0]"},
    {"\"2019-10\"", "\"2020-09\"", "expected an end that is not before '2020-09'", "sources.last"},
    {"\"2019-10\"", "null", "expected an end", "sources.last"},
    {"\"sources\": [", "\"sources\": [null, ", "expected an object, found null", "sources[0]"},
    {"\"reasons\": {", "\"reasons\": [], \"r\": {", "expected an object, found an array", "reasons"},
    {"\"value\": ", "\"value\": true, \"x\": ", "expected a whole number, found true or false", "reasons.value"},
    {"\"rejected\": 7", "\"rejected\": 7, \"more\": 1", "unknown key 'more'", "more"},
    {"\"arrival\": true", "\"arrival\": true, \"mtime\": 1", "unknown key 'mtime'", "sources[0].files[1].mtime"},
    {"\"0123456789abcdef\"", "\"0123456789ABCDEF\"", "expected a checksum", "tables[0]"},
    {"\"bytes\": 123", "\"bytes\": null", "expected a whole number, found null", "tables[0].bytes"},
    {"\"tables\": [", "\"tables\": [{}, ", "expected an array of one table", "tables"},
};
/* clang-format on */

Test(ingest_json, damage_is_named_with_its_place)
{
    struct ingest_json back;
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++)
        artifact_refuses(get, path, &damage[i], &back);
}

Test(ingest_json, a_changed_byte_is_found)
{
    struct ingest_json back;
    size_t n;
    const char *path = artifact_put(put, &whole);
    const char *read = help_read(path, &n);
    char *bytes = arena_copy(&mem, read, n);
    *strstr(bytes, "102") = '2';
    help_write(path, bytes, n);
    cr_assert_eq(get(path, &mem, &back, &err), STATUS_INPUT);
    cr_assert_not_null(strstr(err.message, "its checksum does not fit"));
}
