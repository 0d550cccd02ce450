#include <criterion/criterion.h>

#include "config/config.h"
#include "data/source.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(source, .fini = release);

static enum status read_sources(const char *yaml, struct sources *ret, struct error *err)
{
    struct yaml_node *root;
    *ret = (struct sources){{0}};
    TRY(yaml_parse("p.yaml", yaml, strlen(yaml), &mem, &root, err));
    TRY(config_read(root, "ingest", source_rows, COUNT_OF(source_rows), ret, &mem, err));
    /* source_check looks for the lines below the key `ingest`. */
    struct yaml_node top = {.kind = YAML_MAP, .n = 1, .child = &root};
    root->key = "ingest";
    struct pipeline p = {.path = "p.yaml",
                         .time = {.column = "month", .step = TIMESTEP_MONTH},
                         .root = &top};
    return source_check(ret, &p, err);
}

static enum status match(const char *yaml, const char *header, struct source_map *map,
                         struct error *err)
{
    struct sources sources;
    struct csv_reader *reader = NULL;
    struct csv_record rec;
    TRY(read_sources(yaml, &sources, err));
    TRY(csv_open_bytes(header, strlen(header), 0, "x.csv", &csv_defaults, &mem, &reader,
                       err));
    enum status status = csv_next(reader, &rec, err);
    if (status == STATUS_OK)
        status = source_match(source_at(&sources, 0), reader, &rec, &mem, map, err);
    csv_close(reader);
    return status;
}

static const char bank[] = "sources:\n"
                           "  - name: bank\n"
                           "    path: bank*.csv\n"
                           "    time: {column: [Year, Month], format: '%Y %b'}\n"
                           "    columns:\n"
                           "      - {match: '*PIB*', kind: digits, group: '.'}\n"
                           "      - {match: Price, name: price}\n";

Test(source, columns_come_in_the_order_of_rules_then_of_the_file)
{
    static const char *const names[] = {"PIB_b", "Old_PIB", "price"};
    struct source_map map;
    struct error err = {0};
    cr_assert_eq(match(bank, "Price,Month,PIB_b,Other,Year,Old_PIB\n", &map, &err),
                 STATUS_OK, "%s", err.message);
    cr_assert_eq(map.p, 3);
    for (size_t i = 0; i < 3; i++)
        cr_assert_str_eq(map.name[i], names[i]);
    cr_assert(map.n_time == 2 && map.time[0] == 4 && map.time[1] == 1);
    cr_assert(map.marks[0].group == '.' && map.marks[2].group == '\0' &&
              map.cell[2] == 0);
}

Test(source, a_header_that_does_not_serve_is_refused)
{
    static const char *const bad[] = {"Price,Month,PIB,Other\n", "Month,PIB,Year\n",
                                      "Price,Month,Year\n", "Price,Month,Year,PIB,PIB\n",
                                      "Price,,Month,Year,PIB\n"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct source_map map;
        struct error err = {0};
        cr_assert_eq(match(bank, bad[i], &map, &err), STATUS_INPUT, "%s", bad[i]);
        cr_assert_eq(err.loc.line, 1, "%s", bad[i]);
    }
}

Test(source, lists_that_cannot_be_meant_are_refused)
{
    static const char *const bad[] = {
        "sources: []\n",
        "sources: [{name: a/b, path: x, time: {column: t}, columns: [{match: '*'}]}]\n",
        "sources: [{name: a, path: x, columns: [{match: '*'}]}]\n",
        "sources: [{name: a, path: x, time: {column: t}}]\n",
        "sources: [{name: a, path: x, time: {column: t}, columns: [{match: '*', kind: "
        "number}]}]\n",
        "sources: [{name: a, path: x, time: {column: t}, columns: [{match: '*', kind: "
        "index, group: '..'}]}]\n",
        "sources: [{name: a, path: x, time: {column: t}, delimiter: '::', columns: "
        "[{match: '*'}]}]\n",
        "sources: [{name: a, path: x, time: {column: t, format: '%m'}, columns: [{match: "
        "'*'}]}]\n",
        "sources: [{name: a, path: x, time: {column: t, format: '%Y-%I'}, columns: "
        "[{match: '*'}]}]\n",
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct sources sources;
        struct error err = {0};
        cr_assert_eq(read_sources(bad[i], &sources, &err), STATUS_INPUT, "%s", bad[i]);
        cr_assert_eq(err.loc.line, 1, "%s", bad[i]);
    }
}

Test(source, a_setting_that_its_kind_does_not_know_is_named_with_its_line)
{
    static const struct {
        const char *rule, *field, *hint;
    } bad[] = {
        {"{match: x, kind: text, group: '.'}", "ingest.sources[].columns[].group",
         "leave it out; real, integer, digits, index and index_short know 'group'"},
        {"{match: x, kind: integer, decimal: ','}", "ingest.sources[].columns[].decimal",
         "leave it out; real knows 'decimal'"},
        {"{match: x, group: ',', decimal: ','}", "ingest.sources[].columns[].decimal",
         ""},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct sources sources;
        struct error err = {0};
        struct text yaml = {.mem = &mem};
        text_addf(&yaml,
                  "sources:\n  - name: a\n    path: a.csv\n    time: {column: t}\n"
                  "    columns:\n      - {match: y}\n      - %s\n",
                  bad[i].rule);
        cr_assert_eq(read_sources(yaml.p, &sources, &err), STATUS_INPUT);
        cr_expect_eq(err.loc.line, 7, "%zu", i);
        cr_expect_str_eq(err.loc.field, bad[i].field);
        cr_expect_str_eq(err.hint, bad[i].hint);
    }
}
