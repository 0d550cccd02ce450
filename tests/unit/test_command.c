#include <criterion/criterion.h>

#include "help/help.h"
#include "help/toy_stage.h"

TestSuite(command, .init = toy_enter, .fini = toy_leave);

static void expect_start(const char *text, const char *want)
{
    cr_expect_eq(strncmp(text, want, strlen(want)), 0, "%s", text);
}

static void expect_part(const char *text, const char *want)
{
    cr_expect_not_null(strstr(text, want), "no '%s' in: %s", want, text);
}

Test(command, options_reach_the_run)
{
    struct toy_played p =
        PLAY("--threads=4", "p.yaml", "--memory", "2M", "--max-errors", "3", "--words",
             "a b", "--words=c", "--as-of", "2020-02", "--mode", "plain", "--out", "o",
             "--set", "train.folds=9", "--quiet");
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    cr_expect_str_eq(p.err, "");
    cr_expect_str_eq(toy_seen()->text,
                     "o|reports/p|Toy|regression|a b c |[{rolling: [mean]}]");
    cr_expect_eq(toy_seen()->run.threads, 4);
    cr_expect_eq(toy_seen()->run.memory_bytes, 2u << 20);
    cr_expect_eq(toy_seen()->run.max_errors, 3);
    cr_expect(toy_seen()->run.has_as_of);
    cr_expect_eq(toy_seen()->run.as_of, 18322 * 1440 - 1); // the end of 2020-02-29
    cr_expect_eq(toy_seen()->config.fit.folds, 9);
    cr_expect_str_eq(help_read("o/toy.txt", NULL), "plain");
}

Test(command, artifacts_come_from_one_folder_and_go_to_another)
{
    cr_expect_eq(PLAY("p.yaml", "--out=o").status, STATUS_OK);
    cr_expect_str_eq(toy_seen()->in, "artifacts/p");
    expect_start(toy_seen()->text, "o|");
    cr_expect_eq(PLAY("p.yaml", "--in=i").status, STATUS_OK);
    cr_expect_str_eq(toy_seen()->in, "i");
    expect_start(toy_seen()->text, "artifacts/p|");
}

Test(command, an_option_that_would_change_nothing_is_refused)
{
    struct stage reader = toy_stage;
    reader.takes = STAGE_IN | STAGE_SET;
    struct toy_played p =
        toy_play(&reader, (const char *const[]){"p.yaml", "--data", "d", NULL});
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "toy: error: option '--data' means nothing to 'toy'\n  hint: it "
                        "takes --mode, ");
    expect_part(p.err, "--in, --set, --record, --quiet");
    p = toy_play(&reader, (const char *const[]){"--help", NULL});
    expect_part(p.out, "--in DIR");
    cr_expect_null(strstr(p.out, "--data"));
    cr_expect_null(strstr(p.out, "--threads"));
}

Test(command, reports_go_where_they_are_sent)
{
    cr_expect_eq(PLAY("p.yaml", "--out=o", "--reports=r").status, STATUS_OK);
    expect_start(toy_seen()->text, "o|r|");
    cr_expect_eq(PLAY("p.yaml", "--reports=r", "--as-of=2020-01-15").status, STATUS_OK);
    expect_start(toy_seen()->text, "artifacts/p|r|");
    cr_expect_eq(toy_seen()->run.as_of, 18277 * 1440 - 1);
    cr_expect_eq(PLAY("p.yaml", "--as-of=1970-01-02 10:15").status, STATUS_OK);
    cr_expect_eq(toy_seen()->run.as_of, 1440 + 615);
    cr_expect_eq(PLAY("p.yaml", "--as-of=1970-W02").status, STATUS_OK);
    cr_expect_eq(toy_seen()->run.as_of, 11 * 1440 - 1);
}

Test(command, the_last_of_a_repeated_option_counts)
{
    cr_expect_eq(PLAY("p.yaml", "--threads", "2", "--threads", "3").status, STATUS_OK);
    cr_expect_eq(toy_seen()->run.threads, 3);
}

static const struct {
    const char *arguments[4];
    const char *message;
} usage[] = {
    {{0}, "toy: error: missing operand 'PIPELINE.yaml'\n"},
    {{"p.yaml", "q.yaml"}, "toy: error: unexpected operand 'q.yaml'\n"},
    {{"p.yaml", "--thread", "2"},
     "toy: error: unknown option '--thread'\n  hint: did you mean '--threads'?\n"},
    {{"p.yaml", "--wrods=x"},
     "toy: error: unknown option '--wrods'\n  hint: did you mean '--words'?\n"},
    {{"p.yaml", "-x"}, "toy: error: unknown option '-x'\n"},
    {{"p.yaml", "--threads"}, "toy: error: option '--threads': a value is missing\n"},
    {{"p.yaml", "--threads", "--quiet"},
     "toy: error: option '--threads': a value is missing\n"},
    {{"p.yaml", "--threads", "x"},
     "toy: error: option '--threads': expected a whole number from 0 to 256, found "
     "'x'\n"},
    {{"p.yaml", "--threads", "257"},
     "toy: error: option '--threads': expected a whole number from 0 to 256, found "
     "'257'\n"},
    {{"p.yaml", "--max-errors=0"},
     "toy: error: option '--max-errors': expected a whole number from 1 to 1000000, "
     "found '0'\n"},
    {{"p.yaml", "--quiet=yes"},
     "toy: error: option '--quiet': expected true or false, found 'yes'\n"},
    {{"p.yaml", "--mode", "prnt"},
     "toy: error: option '--mode': expected one of plain, print, refuse, busy, "
     "interrupt, "
     "error, warn, "
     "late; found 'prnt'\n  hint: did you mean 'print'?\n"},
    {{"p.yaml", "--out", ""},
     "toy: error: option '--out': expected a text, found an empty one\n"},
    {{"p.yaml", "--memory", "5X"},
     "toy: error: option '--memory': expected a number of bytes like "},
    {{"p.yaml", "--memory", "0"},
     "toy: error: option '--memory': expected a number of bytes like "},
    {{"p.yaml", "--memory=99999999999T"},
     "toy: error: option '--memory': expected a number of "},
    {{"p.yaml", "--as-of", "2020-02-30"}, "toy: error: option '--as-of': "},
    {{"p.yaml", "--as-of", "2020-13"}, "toy: error: option '--as-of': "},
    {{"p.yaml", "--as-of", "now"}, "toy: error: option '--as-of': "},
    {{"p.yaml", "--as-of", "2020-01-31 25:00"}, "toy: error: option '--as-of': "},
    {{"--", "--help", "x"}, "toy: error: unexpected operand 'x'\n"},
    {{""}, "toy: error: an empty operand\n"},
};

Test(command, usage_errors_say_what_to_do)
{
    for (size_t i = 0; i < COUNT_OF(usage); i++) {
        struct toy_played p = PLAY(usage[i].arguments[0], usage[i].arguments[1],
                                   usage[i].arguments[2], usage[i].arguments[3]);
        cr_expect_eq(p.status, STATUS_USAGE, "row %zu: %d", i, p.status);
        cr_expect_eq(strncmp(p.err, usage[i].message, strlen(usage[i].message)), 0,
                     "row %zu: %s", i, p.err);
        expect_part(p.err, "\n  try 'toy --help'\n");
        cr_expect_str_eq(p.out, "");
    }
    cr_expect_null(help_read("artifacts/p/toy.txt", NULL));
}

Test(command, another_operand_means_no_pipelines_file)
{
    struct stage show = toy_stage;
    show.operand = "FILE";
    show.n_sections = 0;
    show.takes = STAGE_THREADS;
    struct toy_played p = toy_play(&show, (const char *const[]){"no such file", NULL});
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    cr_expect_str_eq(toy_seen()->run.operand ? "given" : "", "given");
    cr_expect_str_eq(help_read("toy.txt", NULL), "plain");
    p = toy_play(&show, (const char *const[]){"x", "--as-of=2020-01", NULL});
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "toy: error: option '--as-of' means nothing to 'toy'\n");
    cr_expect_null(
        strstr(toy_play(&show, (const char *const[]){"--help", NULL}).out, "--set"));
    show.operand = "[FILE]";
    cr_expect_eq(toy_play(&show, (const char *const[]){NULL}).status, STATUS_OK);
    show.operand = NULL;
    cr_expect_eq(toy_play(&show, (const char *const[]){"x", NULL}).status, STATUS_USAGE);
}

Test(command, a_required_option_is_missed)
{
    static const struct option_row must[] = {
        OPTION_REQUIRED(struct toy_config, need, 0, 1e15, "N", "bytes"),
    };
    struct stage strict = toy_stage;
    strict.options = must;
    strict.n_options = 1;
    struct toy_played p = toy_play(&strict, (const char *const[]){"p.yaml", NULL});
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "toy: error: missing option '--need'\n");
    cr_expect_eq(
        toy_play(&strict, (const char *const[]){"p.yaml", "--need=1", NULL}).status,
        STATUS_OK);
}
