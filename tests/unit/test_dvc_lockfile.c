#include <criterion/criterion.h>

#include "dvc/dvc_lockfile.h"
#include "help/help.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(dvc_lockfile, .fini = release);

/* Written by DVC 3.67.1. */
static const char written[] = "schema: '2.0'\n"
                              "stages:\n"
                              "  ingest@milk:\n"
                              "    cmd:\n"
                              "    - make -s\n"
                              "    - bin/ingest pipeline/milk.yaml\n"
                              "    deps:\n"
                              "    - path: 'data: x'\n"
                              "      hash: md5\n"
                              "      md5: d751713988987e9331980363e24189ce.dir\n"
                              "      size: 0\n"
                              "      nfiles: 0\n"
                              "    - path: tool.sh\n"
                              "      hash: md5\n"
                              "      md5: '12345678901234567890123456789012'\n"
                              "      size: 374\n"
                              "      isexec: true\n"
                              "    params:\n"
                              "      pipeline/milk.yaml:\n"
                              "        seed: 42\n"
                              "        train:\n"
                              "          alpha:\n"
                              "          - 1e-05\n"
                              "          - {}\n"
                              "    outs:\n"
                              "    - path: artifacts/milk/raw\n"
                              "      hash: md5\n"
                              "      md5: 565a1826b04a24795a6e0b74eeda12be.dir\n"
                              "      size: 22\n"
                              "      nfiles: 5\n"
                              "  train@milk:\n"
                              "    cmd: bin/train pipeline/milk.yaml\n";

static const char *lock_file(const char *text)
{
    const char *path = help_path(help_folder(), "dvc.lock");
    help_write_text(path, text);
    return path;
}

static struct dvc_lockfile read_lock(const char *text)
{
    struct dvc_lockfile lock = {0};
    cr_assert_eq(dvc_lockfile_read(lock_file(text), &mem, &lock, &err), STATUS_OK,
                 "%zu:%zu %s", err.loc.line, err.loc.col, err.message);
    return lock;
}

static const char *bytes_of(const struct dvc_lockfile *lock)
{
    struct text out = {.mem = &mem};
    dvc_lockfile_write(lock, &out);
    return out.p;
}

static struct dvc_record simple(const char *name)
{
    static const char *const command[] = {"x"};
    return (struct dvc_record){.name = name, .commands = {1, command}};
}

/* The names of the records, in order, after putting stages into a lock of others. */
static const char *order_after(const char *const *there, const char *const *put,
                               const struct texts *order)
{
    struct dvc_lockfile lock = {0};
    struct text out = {.mem = &mem};
    for (size_t i = 0; there[i]; i++) {
        lock.record = arena_grow(&mem, lock.record, i * sizeof(*lock.record),
                                 (i + 1) * sizeof(*lock.record));
        lock.record[lock.n++] = simple(there[i]);
    }
    for (size_t i = 0; put[i]; i++) {
        struct dvc_record record = simple(put[i]);
        dvc_lockfile_merge(&lock, &record, 1, order, &mem);
    }
    for (size_t i = 0; i < lock.n; i++)
        text_addf(&out, "%s%s", i ? " " : "", lock.record[i].name);
    return out.p;
}

Test(dvc_lockfile, what_dvc_wrote_is_read)
{
    struct dvc_lockfile lock = read_lock(written);
    cr_assert_eq(lock.n, 2);
    const struct dvc_record *r = &lock.record[0];
    cr_assert_str_eq(r->name, "ingest@milk");
    cr_assert(r->command_list && r->commands.n == 2);
    cr_assert_str_eq(r->commands.v[1], "bin/ingest pipeline/milk.yaml");
    cr_assert_eq(r->n_deps, 2);
    cr_assert_str_eq(r->dep[0].path, "data: x");
    cr_assert(r->dep[0].folder && r->dep[0].files == 0 && r->dep[0].bytes == 0);
    cr_assert_str_eq(r->dep[1].md5, "12345678901234567890123456789012");
    cr_assert(!r->dep[1].folder && r->dep[1].executable && r->dep[1].bytes == 374);
    cr_assert_eq(r->n_values, 1);
    cr_assert_str_eq(r->values[0].file, "pipeline/milk.yaml");
    cr_assert_str_eq(r->values[0].key[1], "train");
    cr_assert_eq(r->values[0].value[0]->integer, 42);
    cr_assert(r->n_outs == 1 && r->out[0].files == 5);
    r = &lock.record[1];
    cr_assert_str_eq(r->name, "train@milk");
    cr_assert(!r->command_list && r->n_deps + r->n_values + r->n_outs == 0);
}

Test(dvc_lockfile, what_was_read_is_written_back_byte_for_byte)
{
    struct dvc_lockfile lock = read_lock(written);
    cr_assert_str_eq(bytes_of(&lock), written);
}

Test(dvc_lockfile, records_that_are_made_anew_have_dvcs_bytes)
{
    struct dvc_lockfile lock = read_lock(written), fresh = {0};
    for (size_t i = 0; i < lock.n; i++) {
        struct dvc_record anew = lock.record[i];
        anew.text = (struct view){0};
        dvc_lockfile_merge(&fresh, &anew, 1, &(struct texts){0}, &mem);
    }
    cr_assert_eq(fresh.record[0].text.n, 0);
    cr_assert_str_eq(bytes_of(&fresh), written);
}

Test(dvc_lockfile, records_that_are_not_replaced_keep_their_bytes)
{
    struct dvc_lockfile lock = read_lock("# a comment\n"
                                         "schema: \"2.0\"\n"
                                         "stages:\n"
                                         "  a@x:\n"
                                         "    cmd:   'odd'   # spelling\n"
                                         "\n"
                                         "  b@x: {cmd: flow}\n"
                                         "  c@x:\n"
                                         "    cmd: last");
    struct dvc_record record = simple("b@x");
    dvc_lockfile_merge(&lock, &record, 1, &(struct texts){0}, &mem);
    cr_assert_str_eq(bytes_of(&lock), "# a comment\n"
                                      "schema: \"2.0\"\n"
                                      "stages:\n"
                                      "  a@x:\n"
                                      "    cmd:   'odd'   # spelling\n"
                                      "\n"
                                      "  b@x:\n"
                                      "    cmd: x\n"
                                      "  c@x:\n"
                                      "    cmd: last\n");
}

Test(dvc_lockfile, a_missing_or_empty_file_has_no_records)
{
    struct dvc_lockfile lock = {.n = 7};
    cr_assert_eq(dvc_lockfile_read("/nonexistent/dvc.lock", &mem, &lock, &err),
                 STATUS_OK);
    cr_assert_eq(lock.n, 0);
    cr_assert_eq(read_lock("").n, 0);
    cr_assert_eq(read_lock("schema: '2.0'\nstages: {}\n").n, 0);
}

/* The stages of dvc.yaml: for each stage its pipelines. */
static const char *const stages[] = {"a@m", "a@n", "a@o", "b@m", "b@n", "b@o"};
static const struct texts order = {COUNT_OF(stages), stages};

static const struct {
    const char *there[8], *put[8];
    const char *names;
} orders[] = {
    {{NULL}, {"a@m", "b@m", NULL}, "a@m b@m"},
    {{"a@m", "b@m"}, {"a@m", NULL}, "a@m b@m"},
    {{"a@n", "b@n"}, {"a@m", "b@m", NULL}, "a@m b@m a@n b@n"},
    {{"a@n", "b@n"}, {"a@o", "b@o", NULL}, "a@n b@n a@o b@o"},
    {{"a@m", "a@o"}, {"a@n", "b@n", NULL}, "a@m a@n b@n a@o"},
    {{"a@m", "a@n"}, {"b@m", "b@n", NULL}, "a@m b@m a@n b@n"},
    {{"gone@q", "a@n"}, {"a@m", NULL}, "gone@q a@m a@n"},
    {{"a@n", "gone@q"}, {"a@o", NULL}, "a@n gone@q a@o"},
};

Test(dvc_lockfile, the_order_does_not_depend_on_which_run_was_faster)
{
    for (size_t i = 0; i < COUNT_OF(orders); i++)
        cr_expect_str_eq(order_after(orders[i].there, orders[i].put, &order),
                         orders[i].names, "row %zu", i);
}

#define HEAD "schema: '2.0'\nstages:\n  a:\n    cmd: x\n"
#define ENTRY HEAD "    deps:\n    - path: p\n"
#define MD5 "      md5: d751713988987e9331980363e24189ce\n"

static const struct {
    const char *text;
    size_t line, col;
    const char *message;
} faults[] = {
    {"- x\n", 1, 1, "expected a map, found a list"},
    {"schema: '1.0'\nstages: {}\n", 1, 9, "expected the schema '2.0'"},
    {"schema: 2.0\nstages: {}\n", 1, 9, "expected the schema '2.0'"},
    {"a:\n  cmd: x\n", 1, 1, "unknown key 'a'"},
    {"stages:\n  a:\n    cmd: x\nschema: '2.0'\n", 4, 9,
     "expected 'stages' to be the last key"},
    {"schema: '2.0'\nstages: {a: {cmd: x}}\n", 2, 13,
     "not in the form in which DVC writes records"},
    {"schema: '2.0'\nstages:\n    a:\n        cmd: x\n", 4, 9,
     "not in the form in which DVC writes records"},
    {"schema: '2.0'\nstages:\n  a: &id001\n    cmd: x\n", 3, 6,
     "an anchor cannot be used here"},
    {"schema: '2.0'\nstages:\n  a:\n    deps: []\n", 4, 5, "a record has no 'cmd'"},
    {HEAD "    wdir: y\n", 5, 5, "unknown key 'wdir'"},
    {"schema: '2.0'\nstages:\n  a:\n    cmd: 3\n", 4, 10,
     "expected a text, found a whole number"},
    {ENTRY "      md5: d751713988987e9331980363e24189ce\n      size: 1\n", 6, 7,
     "an entry without 'hash: md5' was written by DVC 2"},
    {ENTRY "      hash: sha256\n" MD5, 7, 13, "expected 'md5', found 'sha256'"},
    {ENTRY "      hash: md5\n      md5: ../../../../etc/passwd\n", 8, 12,
     "expected an MD5 of 32 digits, found '../../../../etc/passwd'"},
    {ENTRY "      hash: md5\n      md5: 12345678901234567890123456789012\n", 8, 12,
     "expected an MD5 of 32 digits, found '12345678901234567890123456789012'"},
    {ENTRY "      hash: md5\n" MD5 "      size: -1\n", 9, 13,
     "expected a count, found '-1'"},
    {ENTRY "      hash: md5\n" MD5, 6, 7, "an entry has no 'size'"},
    {ENTRY "      hash: md5\n" MD5 "      size: 1\n      nfiles: 2\n", 6, 7,
     "'nfiles' belongs to folders, and 'p' is a file"},
    {ENTRY "      hash: md5\n" MD5 "      size: 1\n      etag: 2\n", 10, 7,
     "unknown key 'etag'"},
    {HEAD "    outs:\n    - path: ../p\n", 6, 13, "'../p' is no path inside the project"},
    {HEAD "    outs:\n    - path: /p\n", 6, 13, "'/p' is no path inside the project"},
    {HEAD "    params: [x]\n", 5, 13, "expected a map, found a list"},
    {HEAD "<<<<<<< HEAD\n", 6, 1,
     "not valid YAML: could not find expected ':' while "
     "scanning a simple key that began in line 5"},
};

Test(dvc_lockfile, what_dvc_would_not_write_is_refused_with_line_and_column)
{
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct dvc_lockfile lock;
        memset(&err, 0, sizeof(err));
        cr_assert_eq(dvc_lockfile_read(lock_file(faults[i].text), &mem, &lock, &err),
                     STATUS_INPUT, "row %zu", i);
        cr_expect_str_eq(err.message, faults[i].message, "row %zu: %s", i, err.message);
        cr_expect(err.loc.line == faults[i].line && err.loc.col == faults[i].col,
                  "row %zu: %zu:%zu", i, err.loc.line, err.loc.col);
    }
}

Test(dvc_lockfile, only_paths_inside_the_project_are_clean)
{
    static const char *const bad[] = {"",   "/",   "/a",  "a/",   "a//b", ".",
                                      "..", "./a", "a/.", "../a", "a/..", "a/../b"};
    static const char *const good[] = {"a", "a/b", ".dvc", "..a", "a.", "...", "a b/ñ"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        cr_expect_not(dvc_path_is_clean(bad[i]), "'%s'", bad[i]);
    for (size_t i = 0; i < COUNT_OF(good); i++)
        cr_expect(dvc_path_is_clean(good[i]), "'%s'", good[i]);
}
