#include <criterion/criterion.h>

#include <signal.h>
#include <sys/wait.h>

#include "help/help.h"
#include "help/toy_stage.h"

TestSuite(stage, .init = toy_enter, .fini = toy_leave);

static void expect_start(const char *text, const char *want)
{
    cr_expect_eq(strncmp(text, want, strlen(want)), 0, "%s", text);
}

static void expect_part(const char *text, const char *want)
{
    cr_expect_not_null(strstr(text, want), "no '%s' in: %s", want, text);
}

Test(stage, a_run_writes_its_outputs_and_one_line)
{
    struct toy_played p = PLAY("p.yaml");
    cr_expect_eq(p.status, STATUS_OK);
    cr_expect_str_eq(p.out, "");
    expect_start(p.err, "toy: 1616 rows in, 1 row out, 0.");
    expect_part(p.err, " MiB\n");
    cr_expect_eq(strchr(p.err, '\n'), p.err + strlen(p.err) - 1, "one line: %s", p.err);
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
    cr_expect_str_eq(toy_seen()->text,
                     "artifacts/p|reports/p|Toy|regression||[{rolling: [mean]}]");
    cr_expect_eq(toy_seen()->config.fit.folds, 5);
    cr_expect_eq(toy_seen()->run.pipeline.seed, 7);
    cr_expect_eq(toy_seen()->run.threads, 0);
    cr_expect_eq(toy_seen()->run.max_errors, 10);
    cr_expect_eq(toy_seen()->run.memory_bytes, 0);
    cr_expect_not(toy_seen()->run.has_as_of);
}

Test(stage, faults_in_data_are_collected_and_nothing_is_written)
{
    cr_expect_eq(PLAY("p.yaml").status, STATUS_OK);
    struct toy_played p = PLAY("p.yaml", "--faults", "2", "--mode", "print");
    cr_expect_eq(p.status, STATUS_INPUT);
    cr_expect_str_eq(p.err, "a.csv:1:3: error: expected a number, found 'x'\n"
                            "a.csv:2:3: error: expected a number, found 'x'\n"
                            "toy: 2 errors, nothing written\n");
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
    cr_expect_eq(help_count("artifacts/p"), 1);
}

Test(stage, faults_stop_at_their_limit)
{
    struct toy_played p = PLAY("p.yaml", "--faults", "5", "--max-errors", "2");
    cr_expect_eq(p.status, STATUS_INPUT);
    cr_expect_str_eq(p.err, "a.csv:1:3: error: expected a number, found 'x'\n"
                            "a.csv:2:3: error: expected a number, found 'x'\n"
                            "toy: 2 errors and stopped (see --max-errors), nothing "
                            "written\n");
    cr_expect_eq(help_count("artifacts/p"), 0);
}

Test(stage, a_stage_that_forgets_its_faults_fails_all_the_same)
{
    struct toy_played p = PLAY("p.yaml", "--faults", "1", "--mode", "late");
    cr_expect_eq(p.status, STATUS_INPUT);
    expect_part(p.err, "toy: 1 error, nothing written\n");
    cr_expect_eq(help_count("artifacts/p"), 0);
}

Test(stage, another_failure_is_told_beside_the_faults)
{
    struct toy_played p = PLAY("p.yaml", "--faults", "1", "--mode", "error");
    cr_expect_eq(p.status, STATUS_ENVIRONMENT);
    expect_part(p.err, "toy: error: no luck\ntoy: 1 error, nothing written\n");
}

Test(stage, warnings_are_counted_and_printed_up_to_the_limit)
{
    struct toy_played p = PLAY("p.yaml", "--mode", "warn", "--max-errors", "2");
    cr_expect_eq(p.status, STATUS_OK);
    expect_start(p.err,
                 "toy: warning: odd thing 0\ntoy: warning: odd thing 1\ntoy: 1616 rows");
    expect_part(p.err, ", 3 warnings\n");
}

Test(stage, a_refusal_keeps_its_outputs)
{
    struct toy_played p = PLAY("p.yaml", "--mode", "refuse");
    cr_expect_eq(p.status, STATUS_REFUSED);
    cr_expect_str_eq(p.err, "toy: error: worse than the naive forecast\n");
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "refuse");
}

Test(stage, a_failure_keeps_the_old_outputs)
{
    cr_expect_eq(PLAY("p.yaml").status, STATUS_OK);
    cr_expect_eq(PLAY("p.yaml", "--mode", "error").status, STATUS_ENVIRONMENT);
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
    cr_expect_eq(help_count("artifacts/p"), 1);
}

Test(stage, too_little_memory_is_refused_at_the_start)
{
    struct toy_played p = PLAY("p.yaml", "--memory", "1M", "--need", "3145728");
    cr_expect_eq(p.status, STATUS_ENVIRONMENT);
    expect_start(
        p.err,
        "toy: error: the table needs 3.0 MiB of memory, --memory allows 1.0 MiB\n");
    cr_expect_eq(PLAY("p.yaml", "--memory", "3MiB", "--need", "3145728").status,
                 STATUS_OK);
    cr_expect_eq(PLAY("p.yaml", "--need", "3145728").status, STATUS_OK);
}

Test(stage, a_stage_that_prints_has_stderr_for_errors_only)
{
    struct toy_played p = PLAY("p.yaml", "--mode", "print");
    cr_expect_eq(p.status, STATUS_OK);
    cr_expect_str_eq(p.out, "a line\n");
    cr_expect_str_eq(p.err, "");
}

Test(stage, a_full_disk_at_stdout_is_a_failure_and_keeps_the_old_outputs)
{
    cr_expect_eq(PLAY("p.yaml").status, STATUS_OK);
    int result = toy_play_apart("print", "/dev/full");
    cr_expect(WIFEXITED(result));
    cr_expect_eq(WEXITSTATUS(result), STATUS_ENVIRONMENT);
    expect_start(help_read("stderr.txt", NULL),
                 "toy: error: could not write to standard output: No ");
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
    cr_expect_eq(help_count("artifacts/p"), 1);
}

Test(stage, a_closed_stdout_matters_to_a_stage_that_prints_only)
{
    cr_expect_eq(WEXITSTATUS(toy_play_apart("print", NULL)), STATUS_ENVIRONMENT);
    cr_expect_eq(help_count("artifacts/p"), 0);
    cr_expect_eq(WEXITSTATUS(toy_play_apart("plain", NULL)), STATUS_OK);
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
}

Test(stage, an_interrupt_ends_the_process_and_leaves_nothing_unfinished)
{
    cr_expect_eq(PLAY("p.yaml").status, STATUS_OK);
    int result = toy_play_apart("interrupt", "/dev/null");
    cr_expect(WIFSIGNALED(result));
    cr_expect_eq(WTERMSIG(result), SIGINT);
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
    cr_expect_eq(help_count("artifacts/p"), 1);
}
