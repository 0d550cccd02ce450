#include <criterion/criterion.h>

#include "dvc/dvc_file.h"
#include "help/help.h"

static struct arena mem;
static struct error err;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(dvc_file, .fini = release);

static enum status try_read(const char *text, struct dvc_file *ret)
{
    const char *path = help_path(help_folder(), "dvc.yaml");
    help_write_text(path, text);
    memset(&err, 0, sizeof(err));
    return dvc_file_read(path, &mem, ret, &err);
}

static struct dvc_file read_stages(const char *text)
{
    struct dvc_file file = {0};
    cr_assert_eq(try_read(text, &file), STATUS_OK, "%zu:%zu %s", err.loc.line,
                 err.loc.col, err.message);
    return file;
}

static const char *joined(const struct texts *list)
{
    struct text out = {.mem = &mem};
    for (size_t i = 0; i < list->n; i++)
        text_addf(&out, "%s%s", i ? "|" : "", list->v[i]);
    return out.p ? out.p : "";
}

Test(dvc_file, a_plain_stage_is_read_whole)
{
    struct dvc_file file = read_stages("stages:\n"
                                       "  one:\n"
                                       "    desc: what it does\n"
                                       "    cmd: cp b a\n"
                                       "    deps: [b.txt, B.txt, a-b, src]\n"
                                       "    params:\n"
                                       "    - z.key\n"
                                       "    - other.yaml: [b, a, b]\n"
                                       "    - alpha\n"
                                       "    - all.yaml:\n"
                                       "    outs:\n"
                                       "    - z\n"
                                       "    - a: {cache: false, persist: true}\n"
                                       "    metrics: [m.json: {push: false}]\n"
                                       "    plots: [p.csv]\n");
    const struct dvc_stage *s = &file.stage[0];
    cr_assert_eq(file.n, 1);
    cr_assert_str_eq(s->name, "one");
    cr_assert_str_eq(s->pipeline, "one");
    cr_assert_not(s->command_list);
    cr_assert_str_eq(joined(&s->commands), "cp b a");
    cr_assert_str_eq(joined(&s->deps), "B.txt|a-b|b.txt|src");
    cr_assert_eq(s->n_params, 3);
    cr_assert_str_eq(s->params[0].file, "params.yaml");
    cr_assert_str_eq(joined(&s->params[0].keys), "alpha|z.key");
    cr_assert_str_eq(s->params[1].file, "all.yaml");
    cr_assert_eq(s->params[1].keys.n, 0);
    cr_assert_str_eq(joined(&s->params[2].keys), "a|b");
    cr_assert_eq(s->n_outs, 4);
    cr_assert_str_eq(s->out[0].path, "a");
    cr_assert(!s->out[0].cached && s->out[0].pushed && !s->out[0].metrics);
    cr_assert_str_eq(s->out[1].path, "m.json");
    cr_assert(s->out[1].cached && !s->out[1].pushed && s->out[1].metrics);
    cr_assert(s->out[3].cached && s->out[3].pushed && !s->out[3].metrics);
}

Test(dvc_file, a_list_of_one_command_stays_a_list)
{
    struct dvc_file file = read_stages("stages: {a: {cmd: [make -s]}, b: {cmd: make}}");
    cr_assert(file.stage[0].command_list && !file.stage[1].command_list);
}

Test(dvc_file, a_matrix_is_written_out_with_the_first_variable_slowest)
{
    struct dvc_file file = read_stages(
        "stages:\n"
        "  t:\n"
        "    matrix: {pipe: [milk, iris], a: [0.5, 1e-5, true], m: [{x: 1}]}\n"
        "    cmd: run ${item.pipe} ${ item.a } ${item.m.x} ${key} \\${HOME}\n"
        "    outs: ['${item.pipe}/${item.a}/${key}']\n");
    cr_assert_str_eq(joined(&file.names), "t@milk-0.5-m0|t@milk-1e-05-m0|t@milk-true-m0|"
                                          "t@iris-0.5-m0|t@iris-1e-05-m0|t@iris-true-m0");
    cr_assert_str_eq(file.stage[1].pipeline, "milk-1e-05-m0");
    cr_assert_str_eq(file.stage[1].commands.v[0],
                     "run milk 1e-05 1 milk-1e-05-m0 ${HOME}");
    cr_assert_str_eq(file.stage[5].out[0].path, "iris/true/iris-true-m0");
}

Test(dvc_file, the_names_of_foreach_are_values_indices_or_keys)
{
    struct dvc_file file = read_stages(
        "stages:\n"
        "  l: {foreach: [a, 012, 1e3, false], do: {cmd: 'x ${item}'}}\n"
        "  c: {foreach: [{n: [p, q]}, {n: [r]}], do: {cmd: 'x ${item.n[0]}'}}\n"
        "  m:\n"
        "    foreach: {milk: {data: data/milk}}\n"
        "    do:\n"
        "      cmd: x\n"
        "      deps: ['${item.data}']\n"
        "      params: ['pipeline/${key}.yaml': ['${key}.k']]\n");
    cr_assert_str_eq(joined(&file.names), "l@a|l@12|l@1000.0|l@false|c@0|c@1|m@milk");
    cr_assert_str_eq(file.stage[2].commands.v[0], "x 1000.0");
    cr_assert_str_eq(file.stage[5].commands.v[0], "x r");
    cr_assert_str_eq(file.stage[6].deps.v[0], "data/milk");
    cr_assert_str_eq(file.stage[6].params[0].file, "pipeline/milk.yaml");
    cr_assert_str_eq(file.stage[6].params[0].keys.v[0], "milk.k");
}

Test(dvc_file, no_stages_are_fine)
{
    cr_assert_eq(read_stages("").n, 0);
    cr_assert_eq(read_stages("stages:\n").n, 0);
    cr_assert_eq(read_stages("# nothing\nstages: {}\n").n, 0);
}

static const struct {
    const char *text;
    size_t line, col;
    const char *message;
} faults[] = {
    {"stagse: {}\n", 1, 1, "unknown key 'stagse'"},
    {"stages: [a]\n", 1, 9, "expected a map, found a list"},
    {"stages:\n  a: x\n", 2, 6, "expected a map, found a text"},
    {"stages:\n  a:\n    cmd: x\n    wdir: y\n", 4, 5, "unknown key 'wdir' of a stage"},
    {"stages:\n  a:\n    deps: [x]\n", 3, 5, "the stage 'a' has no 'cmd'"},
    {"stages:\n  a:\n    cmd: []\n", 3, 10, "expected a command, found none"},
    {"stages:\n  a:\n    cmd: [x, 3]\n", 3, 14, "expected a text, found a whole number"},
    {"stages:\n  a:\n    cmd: x\n    deps: [b/../c]\n", 4, 12,
     "'b/../c' is no path inside the project"},
    {"stages:\n  a:\n    cmd: x\n    outs: [/etc/passwd]\n", 4, 12,
     "'/etc/passwd' is no path inside the project"},
    {"stages:\n  a:\n    cmd: x\n    outs: [b/]\n", 4, 12,
     "'b/' is no path inside the project"},
    {"stages:\n  a:\n    cmd: x\n    deps: ['s3://b/k']\n", 4, 12,
     "'s3://b/k' is no path inside the project"},
    {"stages:\n  a:\n    cmd: x\n    deps: [b, b]\n", 4, 11, "'b' stands twice"},
    {"stages:\n  a:\n    cmd: x\n    outs: [b: {remote: c}]\n", 4, 16,
     "unknown flag 'remote' of an output"},
    {"stages:\n  a:\n    cmd: x\n    outs: [b: {push: c}]\n", 4, 22,
     "expected true or false, found a text"},
    {"stages:\n  a:\n    cmd: x\n    outs: [b: {checkpoint: true}]\n", 4, 16,
     "unknown flag 'checkpoint' of an output"},
    {"stages:\n  a:\n    cmd: x\n    outs: [b]\n    metrics: [b]\n", 3, 5,
     "the output 'b' stands twice"},
    {"stages:\n  a:\n    cmd: x\n    params: [train, train.k]\n", 4, 13,
     "'train.k' is a part of 'train'"},
    {"stages:\n  a:\n    cmd: x ${item}\n", 3, 10, "'item' stands for nothing here"},
    {"stages:\n  a:\n    foreach: [b]\n    do: {cmd: 'x ${item.c}'}\n", 4, 15,
     "'item.c' stands for nothing here"},
    {"stages:\n  a:\n    foreach: [b]\n    do: {cmd: 'x ${key}'}\n", 4, 15,
     "'key' stands for nothing here"},
    {"stages:\n  a:\n    foreach: [[b]]\n    do: {cmd: 'x ${item}'}\n", 4, 15,
     "expected a text for 'item', found a list"},
    {"stages:\n  a:\n    foreach: [3]\n    do: {cmd: x, deps: ['${item}']}\n", 4, 25,
     "expected a text for 'item', found a whole number"},
    {"stages:\n  a:\n    foreach: [b]\n", 3, 14, "expected 'do' beside 'foreach'"},
    {"stages:\n  a:\n    foreach: [b, b]\n    do: {cmd: x}\n", 4, 9,
     "there are two stages 'a@b'"},
    {"stages:\n  a:\n    matrix: {p: [], q: [1]}\n    cmd: x\n", 3, 17,
     "expected a list of values"},
    {"stages:\n  a@b: {cmd: x}\n", 2, 8, "a stage's name cannot hold '@'"},
};

/* The first fault, whether of the file or of a stage, is then in err. */
static bool is_faulty(const char *text, struct dvc_file *file)
{
    *file = (struct dvc_file){0};
    if (try_read(text, file) != STATUS_OK)
        return true;
    if (file->n_unread > 0)
        err = file->unread[0].fault;
    return file->n_unread > 0;
}

Test(dvc_file, faults_are_named_with_line_and_column)
{
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct dvc_file file;
        cr_assert(is_faulty(faults[i].text, &file), "row %zu", i);
        cr_expect_str_eq(err.message, faults[i].message, "row %zu: %s", i, err.message);
        cr_expect(err.loc.line == faults[i].line && err.loc.col == faults[i].col,
                  "row %zu: %zu:%zu", i, err.loc.line, err.loc.col);
    }
}

Test(dvc_file, a_matrix_that_explodes_is_refused)
{
    struct text t = {.mem = &mem};
    struct dvc_file file;
    text_puts(&t, "stages:\n  a:\n    cmd: x\n    matrix:\n");
    for (int i = 0; i < 64; i++)
        text_addf(&t, "      v%d: [0, 1]\n", i);
    cr_assert(is_faulty(t.p, &file));
    cr_assert_str_eq(err.message, "more than 100000 stages");
    cr_expect_eq(file.n, 0);
}

Test(dvc_file, stages_that_are_not_understood_leave_the_others_alone)
{
    struct dvc_file file =
        read_stages("vars: [{a: 1}]\nplots: [x.csv]\n"
                    "stages:\n"
                    "  own: {cmd: x, wdir: sub, outs: [y]}\n"
                    "  each: {foreach: '${list}', do: {cmd: x}}\n"
                    "  part: {foreach: [a, b], do: {cmd: 'x ${no}'}}\n"
                    "  good: {cmd: x, frozen: true, outs: [z]}\n"
                    "  late: {cmd: x, always_changed: true, plots: "
                    "[p.csv: {x: a, template: linear, cache: false}]}\n");
    cr_assert_str_eq(joined(&file.names), "good|late");
    cr_expect(file.stage[0].frozen && file.stage[1].always_changed);
    cr_expect_not(file.stage[1].out[0].cached);
    cr_expect_not_null(dvc_file_find(&file, "good"));
    cr_expect_null(dvc_file_find(&file, "own"));
    cr_expect_not_null(dvc_file_unread(&file, "own"));
    cr_expect_not_null(dvc_file_unread(&file, "each@a"));
    cr_expect_not_null(dvc_file_unread(&file, "part@b"));
    cr_expect_null(dvc_file_unread(&file, "part"));
    cr_expect_null(dvc_file_unread(&file, "own@a"));
    cr_expect_null(dvc_file_unread(&file, "good"));
}
