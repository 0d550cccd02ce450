#include <criterion/criterion.h>

#include "help/help.h"
#include "help/toy_stage.h"

TestSuite(pipeline, .init = toy_enter, .fini = toy_leave);

static void expect_start(const char *text, const char *want)
{
    cr_expect_eq(strncmp(text, want, strlen(want)), 0, "%s", text);
}

static void expect_part(const char *text, const char *want)
{
    cr_expect_not_null(strstr(text, want), "no '%s' in: %s", want, text);
}

Test(pipeline, overrides_are_applied_in_order)
{
    struct toy_played p =
        PLAY("p.yaml", "--set", "train={folds: 8}", "--set", "train.path=x", "--set",
             "features=[1]", "--set=title=Other");
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    cr_expect_str_eq(toy_seen()->text, "artifacts/p|reports/p|Other|regression||[1]");
    cr_expect_eq(toy_seen()->config.fit.folds, 8);
}

static const struct {
    const char *text;
    enum status status;
    const char *message;
} files[] = {
    {"", STATUS_INPUT, "bad.yaml:1:1: error: the file holds no keys\n"},
    {"[1]", STATUS_INPUT, "bad.yaml:1:1: error: expected a map of keys, found a list\n"},
    {"title: x\ntrian: {}\n", STATUS_INPUT,
     "bad.yaml:2:1: error: unknown key 'trian'\n  hint: did you mean 'train'?\n"},
    {"train: {fold: 3}\n", STATUS_INPUT,
     "bad.yaml:1:9: error: unknown key 'fold'\n  hint: did you mean 'folds'?\n"},
    {"train: {folds: 1}\n", STATUS_INPUT,
     "bad.yaml:1:16: error: expected a whole number from 2 to 100, found '1' (key "
     "'folds')\n"},
    {"train: [1]\n", STATUS_INPUT,
     "bad.yaml:1:8: error: expected a map, found a list (key 'train')\n"},
    {"features: {feature: 1}\n", STATUS_INPUT,
     "bad.yaml:1:12: error: unknown key 'feature'\n"},
    {"task: regresion\n", STATUS_INPUT,
     "bad.yaml:1:7: error: expected one of regression, classes, labels, anomaly; found "
     "'regresion' (key 'task')\n"
     "  hint: did you mean 'regression'?\n"},
    {"title: x\ntask: classification\n", STATUS_INPUT,
     "bad.yaml:2:7: error: there is no task 'classification' (key 'task')\n"
     "  hint: did you mean 'classes'?\n"},
    {"title: x\nschedule: {cron: \"30 2 * * *\"}\n", STATUS_INPUT,
     "bad.yaml:2:11: error: the key is not supported yet (key 'schedule')\n"
     "  hint: leave 'schedule' out: nothing would heed it\n"},
    {"seed: 4294967296\n", STATUS_INPUT,
     "bad.yaml:1:7: error: expected a whole number from 0 to 4294967295, found "
     "'4294967296'"},
    {"time: {column: a, step: fortnight}\n", STATUS_INPUT,
     "bad.yaml:1:25: error: expected one of month, day, hour, week, quarter, year, 1min, "
     "2min, 3min, 4min, 5min, 6min, 10min, 12min, 15min, 20min, 30min; found 'fortnight' "
     "(key 'step')\n"},
    {"time: {column: date, step: day}\n", STATUS_INPUT,
     "bad.yaml:1:16: error: where step is day the tables' column is called 'day', found "
     "'date' (key 'column')\n"},
    {"time: {column: day}\n", STATUS_INPUT,
     "bad.yaml:1:16: error: where step is month the tables' column is called 'month', "
     "found 'day' (key 'column')\n"},
    {"clean: {rows: [{size: 5}]}\n", STATUS_INPUT,
     "bad.yaml:1:17: error: a key must not be called 'size'\n"},
    {"a: 1\n---\n", STATUS_INPUT,
     "bad.yaml:2:1: error: a second document cannot be used here\n"},
};

Test(pipeline, faults_of_the_file_are_told_with_their_place)
{
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        help_write_text("bad.yaml", files[i].text);
        struct toy_played p = PLAY("bad.yaml");
        cr_expect_eq(p.status, (int)files[i].status, "row %zu", i);
        cr_expect_eq(strncmp(p.err, files[i].message, strlen(files[i].message)), 0,
                     "row %zu: %s", i, p.err);
        cr_expect_null(strstr(p.err, "--help"), "row %zu", i);
    }
    struct toy_played p = PLAY("bad.yam");
    cr_expect_eq(p.status, STATUS_INPUT);
    expect_part(p.err, "did you mean 'bad.yaml'?");
}

Test(pipeline, what_is_not_there_yet_cannot_be_set_either)
{
    struct toy_played p = PLAY("p.yaml", "--set", "schedule={cron: x}");
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_part(p.err, "not supported yet");
    p = PLAY("p.yaml", "--set", "task=anomalies");
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_part(p.err, "did you mean 'anomaly'?");
}

Test(pipeline, faults_of_an_override_are_usage_errors)
{
    struct toy_played p = PLAY("p.yaml", "--set", "train.fold=3");
    cr_expect_eq(p.status, STATUS_USAGE);
    cr_expect_str_eq(
        p.err, "--set:1:7: error: unknown key 'fold'\n  hint: did you mean 'folds'?\n");
    p = PLAY("p.yaml", "--set", "train.folds=x");
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err,
                 "--set:1:13: error: expected a whole number from 2 to 100, found the ");
    p = PLAY("p.yaml", "--set", "trian.folds=3");
    cr_expect_str_eq(
        p.err, "--set:1:1: error: unknown key 'trian'\n  hint: did you mean 'train'?\n");
    p = PLAY("p.yaml", "--set", "folds");
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "--set:1:1: error: expected key=value, found 'folds'\n");
}

Test(pipeline, a_pipelines_name_must_be_fit_for_a_folder)
{
    help_write_text("a b.yaml", "title: x\n");
    struct toy_played p = PLAY("a b.yaml");
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "toy: error: 'a b' cannot be a pipeline's name\n");
    cr_expect_eq(PLAY("...yaml").status, STATUS_USAGE);
}

Test(pipeline, defaults_hold_where_the_file_is_silent)
{
    help_write_text("small.yaml", "seed: 0\n");
    cr_expect_eq(PLAY("small.yaml").status, STATUS_OK);
    cr_expect_str_eq(toy_seen()->text,
                     "artifacts/small|reports/small|small|regression||");
    cr_expect_eq(toy_seen()->run.pipeline.seed, 0);
    cr_expect_eq(toy_seen()->config.fit.folds, 3);
    cr_expect_null(toy_seen()->run.pipeline.target);
    cr_expect_null(toy_seen()->run.pipeline.time.column);
}
