#include "artifacts/quality_json.h"
#include "help/artifact.h"

TestSuite(quality_json, .fini = artifact_end);

static enum status put(const void *from, struct output *out, struct error *e)
{
    return quality_json_write(from, out, e);
}

static enum status get(const char *path, struct arena *m, void *ret, struct error *e)
{
    return quality_json_read(path, m, ret, e);
}

static struct counted reasons[] = {{"missing", 1}, {"range", 0}};
static struct bounds complete[] = {{"2019-01", "2019-03"}, {"2019-05", "2020-08"}};
static struct quality_json_group list[] = {{HOSTILE, 9, 5, 3, 1, "2019-01", "2019-09"},
                                           {"12", 2, 0, 2, 0, NULL, NULL}};
static struct quality_json_groups groups = {7, 3, 2, list};
static struct quality_json_source sources[] = {
    {"shop", 11, 10, "2019-01", "2020-08", 2, reasons, 2, complete,
     NULL},
    {HOSTILE, 0, 0, NULL, NULL, 0, NULL, 0, NULL, &groups},
};
static struct quality_json_dropped rows[] = {
    {"shop", HOSTILE, 7, "2019-04", "price", "missing", NULL, NULL},
    {"shop", "b.csv", 0, NULL, NULL, "duplicate", HOSTILE, "r7"},
};
static struct quality_json_column columns[] = {{"shop", HOSTILE, 3, 2, 1}};
static struct quality_json_repair repairs[] = {
    {"shop", "price", "2019-02", "12345", "123450"},
    {"shop", "price", NULL, "-1.5e-300", HOSTILE},
};
static struct quality_json_jump jumps[] = {
    {"shop", "price", 2, "2019-06", 0.1, -1.7976931348623157e308},
    {"shop", "rain", 1, "2019-07", 4.9406564584124654e-324, -0.0},
};
static const char *const options[] = {"--as-of=2020-01-31"};
static const struct quality_json whole = {
    .rows = 9,
    .columns = 2,
    .first = "2019-01",
    .last = "2020-08",
    .n_sources = 2,
    .source = sources,
    .n_dropped = 2,
    .dropped = rows,
    .repaired = {3, "trailing zeros restored", 1, columns, 2, repairs},
    .n_jumps = 2,
    .jump = jumps,
    .arrived = {0, NULL, NULL},
    .options = {1, options}};

Test(quality_json, comes_back_as_it_was)
{
    struct quality_json back;
    artifact_round(put, get, &whole, &back);
    cr_assert_eq(back.n_sources, 2);
    cr_assert_str_eq(back.source[0].complete[1].first, "2019-05");
    cr_assert_str_eq(back.source[0].dropped[0].name, "missing");
    cr_assert_str_eq(back.dropped[0].file, HOSTILE);
    cr_assert_null(back.dropped[1].key);
    cr_assert(!back.dropped[0].group && !back.dropped[0].id && !back.source[0].groups);
    cr_assert_str_eq(back.dropped[1].group, HOSTILE);
    cr_assert_str_eq(back.dropped[1].id, "r7");
    cr_assert(back.source[1].groups->n == 7 && back.source[1].groups->n_list == 2);
    cr_assert_str_eq(back.source[1].groups->list[0].group, HOSTILE);
    cr_assert_null(back.source[1].groups->list[1].first);
    cr_assert_str_eq(back.repaired.list[1].repaired, HOSTILE);
    cr_assert_eq(back.repaired.column[0].moved, 1);
    cr_assert_eq(back.jump[0].to, -1.7976931348623157e308);
    cr_assert_eq(back.jump[1].from, 4.9406564584124654e-324);
    cr_assert_null(back.arrived.first);
}

/* clang-format off */
static const struct artifact_damage damage[] = {
    {"\"poor\": 3", "\"poor\": 8", "2 of 7 groups, of which 8 lost rows, are listed", "sources.groups"},
    {"\"lost\": 3", "\"lost\": 5", "keeps 5 rows and loses 5 of 9", "sources.groups"},
    {"\"2019-09\"", "\"2018-09\"", "expected an end that is not before '2019-01'", "sources.groups"},
    {"\"id\": \"r7\"", "\"id\": null", "expected a string, found null", "dropped[1].id"},
    {"\"2019-03\"", "\"2019-05\"", "the runs of source 'shop' do not ascend at '2019-05'", "sources.complete"},
    {"\"2019-03\"", "\"2018-12\"", "do not ascend at '2019-01'", "sources.complete"},
    {"\"2019-03\"", "\"2019-03\", \"x\"", "expected an array with an element a field", "sources[0].complete[0]"},
    {"\"2019-03\"", "null", "expected a string, found null", "sources[0].complete[0].last"},
    {"\"kept\": 10", "\"kept\": 12", "source 'shop' keeps 12 rows of 11", "sources.kept"},
    {"\"missing\": 1", "\"missing\": 1.5", "expected a whole number", "sources[0].dropped.missing"},
    {"\"cells\": 3", "\"cells\": 1", "a list has more entries than were counted", ""},
    {"\"from\": 0.10000000000000001", "\"from\": null", "expected a number, found null", "jumps[0].from"},
    {"\"arrived\": {", "\"arrived\": null, \"a\": {", "expected an object, found null", "arrived"},
    {"\"rows\": 9,", "\"rows\": 9, \"score\": 1,", "unknown key 'score'", "score"},
    {"\"line\": 7", "\"line\": \"7\"", "expected a whole number, found a string", "dropped[0].line"},
};
/* clang-format on */

Test(quality_json, damage_is_named_with_its_place)
{
    struct quality_json back;
    const char *path = artifact_put(put, &whole);
    for (size_t i = 0; i < COUNT_OF(damage); i++)
        artifact_refuses(get, path, &damage[i], &back);
}
