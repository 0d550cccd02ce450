#include <criterion/criterion.h>

#include <unistd.h>

#include "help/help.h"
#include "help/toy_stage.h"

TestSuite(usage, .init = toy_enter, .fini = toy_leave);

static void expect_start(const char *text, const char *want)
{
    cr_expect_eq(strncmp(text, want, strlen(want)), 0, "%s", text);
}

static void expect_part(const char *text, const char *want)
{
    cr_expect_not_null(strstr(text, want), "no '%s' in: %s", want, text);
}

Test(usage, help_goes_to_stdout_and_needs_no_operand)
{
    struct toy_played p = PLAY("--help", "--nonsense");
    cr_expect_eq(p.status, STATUS_OK);
    cr_expect_str_eq(p.err, "");
    expect_start(p.out, "toy: plays\n\nusage: bin/toy PIPELINE.yaml [options]\n\n"
                        "Reads nothing and writes toy.txt.\n\noptions:\n  --mode plain|");
    expect_part(p.out, "\ncommon options:\n  --data DIR ");
    expect_part(p.out, "  --threads N       threads to work with; 0: one, for long ");
    expect_part(p.out, "\nexit status: 0 done, 1 bad input, 2 usage, ");
    cr_expect_str_eq(PLAY("-h").out, p.out);
}

Test(usage, version_names_the_stage_and_the_build)
{
    struct toy_played p = PLAY("--version");
    cr_expect_eq(p.status, STATUS_OK);
    expect_start(p.out, "nightmill ");
    expect_part(p.out, " (toy)\n");
    cr_expect_eq(p.out[strlen(p.out) - 1], '\n');
}

Test(usage, explain_lists_the_keys_that_the_stage_reads)
{
    struct toy_played p = PLAY("--explain");
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    expect_start(p.out, "toy: plays\n\nReads nothing and writes toy.txt.\n\n");
    expect_part(
        p.out,
        "\n  seed                      whole number from 0 to 4294967295  default 42\n");
    expect_part(p.out, "\nsection 'train'\n  train.folds ");
    expect_part(p.out, "\nsection 'features'\n  features ");
    expect_part(p.out, "\nand more of it\n");
    cr_expect_null(strstr(p.out, "values with"));
}

Test(usage, explain_shows_the_values_of_a_file)
{
    struct toy_played p = PLAY("--explain", "p.yaml", "--set", "train.folds=6");
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    expect_part(p.out, "\nvalues with p.yaml\ntitle: Toy\n");
    expect_part(p.out, "\ntrain.folds: 6\n");
    cr_expect_eq(access("artifacts", F_OK), -1);
}

Test(usage, verbose_prints_the_whole_configuration)
{
    struct toy_played p = PLAY("p.yaml", "--verbose");
    cr_expect_eq(p.status, STATUS_OK);
    cr_expect_str_eq(p.out, "");
    expect_start(
        p.err,
        "title: Toy\nlimits: []\ntask: regression\ntime.column: month\ntime.step: month\n"
        "time.season: 0\ngroup: null\nid: null\n"
        "target: [price]\noutside: []\nseed: 7\ntrack: true\n"
        "train.folds: 5\ntrain.path: null\nfeatures: [{rolling: [mean]}]\n");
}
