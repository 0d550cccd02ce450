#include <criterion/criterion.h>

#include <string.h>

#include "config/again.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(again, .fini = release);

static const struct section sections[] = {{.key = "train"}};

static struct again run_of(const char *const *set, size_t n)
{
    struct pipeline *p = ARENA_NEW(&mem, struct pipeline);
    p->name = "milk";
    p->set = (struct texts){n, set};
    return (struct again){.operand = "pipeline/milk.yaml",
                          .in = "artifacts/milk",
                          .pipeline = p,
                          .sections = sections,
                          .n_sections = 1};
}

static const char *word(const struct again *run, size_t i)
{
    json_t *list = again_options(run, &mem);
    const char *text = json_string_value(json_array_get(list, i));
    const char *copy = text ? arena_string(&mem, text) : "none";
    json_decref(list);
    return copy;
}

Test(again, an_artifact_keeps_what_the_stage_reads)
{
    static const char *const set[] = {"clean.gaps=keep", "train.folds=5", "seed=7",
                                      "train={folds: 4}"};
    struct again run = run_of(set, 4);
    cr_assert_str_eq(word(&run, 0), "--set=train.folds=5");
    cr_assert_str_eq(word(&run, 1), "--set=seed=7");
    cr_assert_str_eq(word(&run, 2), "--set=train={folds: 4}");
    cr_assert_str_eq(word(&run, 3), "none");
}

Test(again, no_path_of_the_machine_reaches_an_artifact)
{
    struct again run = run_of(NULL, 0);
    run.data = "data/new";
    cr_assert_str_eq(word(&run, 0), "--data=data/new");
    run.data = "/home/somebody/data";
    cr_assert_str_eq(word(&run, 0), "--data=DIR");
    run.data = "\xff";
    cr_assert_str_eq(word(&run, 0), "DIR", "no UTF-8");
    run = run_of(NULL, 0);
    run.as_of = "2019-04-14";
    cr_assert_str_eq(word(&run, 0), "--as-of=2019-04-14");
}

Test(again, a_command_names_the_folders_that_are_not_the_usual_ones)
{
    static const char *const set[] = {"title=it's"}, *const was[] = {"--set=a=b c"};
    const struct texts options = {1, was};
    struct again run = run_of(set, 1);
    cr_assert_str_eq(again_command(&run, "train", NULL, &mem),
                     "bin/train pipeline/milk.yaml '--set=title=it'\\''s'");
    run.in = "/tmp/try me";
    cr_assert_str_eq(again_command(&run, "train", &options, &mem),
                     "bin/train pipeline/milk.yaml '--set=a=b c' '--in=/tmp/try me' "
                     "'--out=/tmp/try me'");
    cr_assert_str_eq(again_command(&run, "ingest", &options, &mem),
                     "bin/ingest pipeline/milk.yaml '--set=a=b c' '--out=/tmp/try me'");
}

Test(again, a_hint_is_given_once_and_for_files_only)
{
    struct again run = run_of(NULL, 0);
    struct error err = {0};
    error_set(&err, STATUS_ENVIRONMENT, "no disk");
    again_hint(&run, "train", NULL, &mem, &err);
    cr_assert_str_eq(err.hint, "");
    error_set(&err, STATUS_INPUT, "damaged");
    again_hint(&run, "train", NULL, &mem, &err);
    cr_assert_str_eq(err.hint, "run 'bin/train pipeline/milk.yaml'");
    again_hint(&run, "clean", NULL, &mem, &err);
    cr_assert_str_eq(err.hint, "run 'bin/train pipeline/milk.yaml'");
}
