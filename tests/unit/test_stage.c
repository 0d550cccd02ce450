#include <criterion/criterion.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stage.h"
#include "help/help.h"

/* A toy stage that does what its options say. */
struct fit {
    size_t folds;
    const char *path;
};

struct config {
    struct fit fit;
    const struct yaml_node *features;
    const char *mode;
    struct texts words;
    size_t faults, need;
};

/* clang-format off */
static const struct option_row fit_rows[] = {
    OPTION(struct fit, folds, 2, 100, "N", "parts of the training rows"),
    OPTION(struct fit, path, 0, 0, "PATH", "where it is"),
};
static const struct option_row feature_rows[] = {
    {.name = "features", .kind = OPTION_NODE, .help = "list of formulas"},
};
static const struct option_row options[] = {
    OPTION_CHOICE(struct config, mode, "plain|print|refuse|interrupt|error|warn|late", "what is done"),
    OPTION(struct config, words, 0, 0, "WORD", "may be repeated"),
    OPTION(struct config, faults, 0, 100, "N", "faults to report"),
    OPTION(struct config, need, 0, 1e15, "N", "bytes of memory to ask for"),
};
/* clang-format on */

static const struct section sections[] = {
    {"train", fit_rows, COUNT_OF(fit_rows), offsetof(struct config, fit)},
    {"features", feature_rows, COUNT_OF(feature_rows), offsetof(struct config, features)},
};

static const struct config defaults = {.fit = {.folds = 3}, .mode = "plain"};

/* What run saw, for the tests that start it in this process. */
static struct run seen;
static struct config seen_config;
static char seen_text[1024];

static void remember(const struct run *run, const struct config *config)
{
    struct text words = {.mem = run->scratch};
    seen = *run;
    seen_config = *config;
    for (size_t i = 0; i < config->words.n; i++)
        text_addf(&words, "%s ", config->words.v[i]);
    struct text features = {.mem = run->scratch};
    if (config->features)
        yaml_flow(config->features, &features);
    (void)snprintf(seen_text, sizeof(seen_text), "%s|%s|%s|%s|%s|%s", run->out, run->reports,
                   run->pipeline.title, run->pipeline.task, words.p ? words.p : "",
                   features.p ? features.p : "");
}

static enum status report_faults(struct run *run, size_t n)
{
    for (size_t i = 1; i <= n; i++) {
        struct error fault;
        error_set(&fault, STATUS_INPUT, "expected a number, found 'x'");
        error_at(&fault, "a.csv", i, 3);
        TRY(run_fault(run, &fault));
    }
    return STATUS_OK;
}

static enum status toy_run(struct run *run, struct error *err)
{
    const struct config *config = run->config;
    const char *mode = config->mode;
    struct output *out;
    remember(run, config);
    TRY(run_need_memory(run, config->need, "the table", err));
    TRY(run_output(run, "toy.txt", &out, err));
    TRY(output_text(out, mode, err));
    TRY(report_faults(run, config->faults));
    run_progress(run, "playing", 1, 2);
    run->rows_in = 1616;
    run->rows_out = 1;
    if (strcmp(mode, "print") == 0) {
        printf("a line\n");
        run->printed_report = true;
    } else if (strcmp(mode, "refuse") == 0) {
        return error_set(err, STATUS_REFUSED, "worse than the naive forecast");
    } else if (strcmp(mode, "error") == 0) {
        return error_set(err, STATUS_ENVIRONMENT, "no luck");
    } else if (strcmp(mode, "interrupt") == 0) {
        (void)raise(SIGINT);
    } else if (strcmp(mode, "warn") == 0) {
        struct error warning;
        for (int i = 0; i < 3; i++) {
            error_set(&warning, STATUS_INPUT, "odd thing %d", i);
            run_warn(run, &warning);
        }
    }
    // "late" forgets to say that there were faults.
    return strcmp(mode, "late") == 0 ? STATUS_OK : run_faults(run, err);
}

static void toy_explain(struct text *out)
{
    text_puts(out, "and more of it\n");
}

static const struct stage toy = {
    .name = "toy",
    .summary = "plays",
    .operand = "PIPELINE.yaml",
    .about = "Reads nothing and writes toy.txt.",
    .options = options,
    .n_options = COUNT_OF(options),
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .config_size = sizeof(struct config),
    .defaults = &defaults,
    .explain = toy_explain,
    .run = toy_run,
};

/* Its descriptors lead to files while a stage runs. */
static int redirect(int fd, const char *path)
{
    int saved = dup(fd), file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert(saved >= 0 && file >= 0);
    cr_assert(dup2(file, fd) == fd);
    close(file);
    return saved;
}

static void restore(int fd, int saved)
{
    cr_assert(dup2(saved, fd) == fd);
    close(saved);
}

#define MAX_ARGUMENTS 20

struct played {
    int status;
    const char *out, *err;
};

static struct played play_stage(const struct stage *stage, const char *const *arguments)
{
    char *argv[MAX_ARGUMENTS + 2] = {(char *)(uintptr_t)"toy"};
    int argc = 1;
    for (; arguments[argc - 1]; argc++)
        argv[argc] = (char *)(uintptr_t)arguments[argc - 1];
    fflush(stdout);
    int saved_out = redirect(STDOUT_FILENO, "stdout.txt");
    int saved_err = redirect(STDERR_FILENO, "stderr.txt");
    int status = stage_main(stage, argc, argv);
    fflush(stdout);
    restore(STDOUT_FILENO, saved_out);
    restore(STDERR_FILENO, saved_err);
    return (struct played){status, help_read("stdout.txt", NULL), help_read("stderr.txt", NULL)};
}

#define PLAY(...) play_stage(&toy, (const char *const[MAX_ARGUMENTS + 1]){__VA_ARGS__})

static void enter(void)
{
    cr_assert(chdir(help_folder()) == 0);
    help_write_text("p.yaml", "title: Toy\n"
                              "time: {column: month}\n"
                              "target: price\n"
                              "seed: 7\n"
                              "train: {folds: 5}\n"
                              "features: [{rolling: [mean]}]\n"
                              "report: {anything: 1}\n");
}

static void leave(void)
{
    cr_assert(chdir("/") == 0);
}

TestSuite(stage, .init = enter, .fini = leave);

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
    struct played p = PLAY("p.yaml");
    cr_expect_eq(p.status, STATUS_OK);
    cr_expect_str_eq(p.out, "");
    expect_start(p.err, "toy: 1616 rows in, 1 row out, 0.");
    expect_part(p.err, " MiB\n");
    cr_expect_eq(strchr(p.err, '\n'), p.err + strlen(p.err) - 1, "one line: %s", p.err);
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
    cr_expect_str_eq(seen_text, "artifacts/p|reports/p|Toy|regression||[{rolling: [mean]}]");
    cr_expect_eq(seen_config.fit.folds, 5);
    cr_expect_eq(seen.pipeline.seed, 7);
    cr_expect_eq(seen.threads, 1);
    cr_expect_eq(seen.max_errors, 10);
    cr_expect_eq(seen.memory_bytes, 0);
    cr_expect_not(seen.has_as_of);
}

Test(stage, options_reach_the_run)
{
    struct played p = PLAY("--threads=4", "p.yaml", "--memory", "2M", "--max-errors", "3", "--words",
                           "a b", "--words=c", "--as-of", "2020-02", "--mode", "plain", "--out", "o",
                           "--set", "train.folds=9", "--quiet");
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    cr_expect_str_eq(p.err, "");
    cr_expect_str_eq(seen_text, "o|o|Toy|regression|a b c |[{rolling: [mean]}]");
    cr_expect_eq(seen.threads, 4);
    cr_expect_eq(seen.memory_bytes, 2u << 20);
    cr_expect_eq(seen.max_errors, 3);
    cr_expect(seen.has_as_of);
    cr_expect_eq(seen.as_of, 18321); // 2020-02-29
    cr_expect_eq(seen_config.fit.folds, 9);
    cr_expect_str_eq(help_read("o/toy.txt", NULL), "plain");
}

Test(stage, reports_go_where_they_are_sent)
{
    cr_expect_eq(PLAY("p.yaml", "--out=o", "--reports=r").status, STATUS_OK);
    expect_start(seen_text, "o|r|");
    cr_expect_eq(PLAY("p.yaml", "--reports=r", "--as-of=2020-01-15").status, STATUS_OK);
    expect_start(seen_text, "artifacts/p|r|");
    cr_expect_eq(seen.as_of, 18276);
}

Test(stage, overrides_are_applied_in_order)
{
    struct played p = PLAY("p.yaml", "--set", "train={folds: 8}", "--set", "train.path=x", "--set",
                           "features=[1]", "--set=title=Other");
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    cr_expect_str_eq(seen_text, "artifacts/p|reports/p|Other|regression||[1]");
    cr_expect_eq(seen_config.fit.folds, 8);
}

Test(stage, the_last_of_a_repeated_option_counts)
{
    cr_expect_eq(PLAY("p.yaml", "--threads", "2", "--threads", "3").status, STATUS_OK);
    cr_expect_eq(seen.threads, 3);
}

static const struct {
    const char *arguments[4];
    const char *message;
} usage[] = {
    {{0}, "toy: error: missing operand 'PIPELINE.yaml'\n"},
    {{"p.yaml", "q.yaml"}, "toy: error: unexpected operand 'q.yaml'\n"},
    {{"p.yaml", "--thread", "2"},
     "toy: error: unknown option '--thread'\n  hint: did you mean '--threads'?\n"},
    {{"p.yaml", "--wrods=x"}, "toy: error: unknown option '--wrods'\n  hint: did you mean '--words'?\n"},
    {{"p.yaml", "-x"}, "toy: error: unknown option '-x'\n"},
    {{"p.yaml", "--threads"}, "toy: error: option '--threads': a value is missing\n"},
    {{"p.yaml", "--threads", "--quiet"}, "toy: error: option '--threads': a value is missing\n"},
    {{"p.yaml", "--threads", "x"},
     "toy: error: option '--threads': expected a whole number from 1 to 256, found 'x'\n"},
    {{"p.yaml", "--threads", "257"},
     "toy: error: option '--threads': expected a whole number from 1 to 256, found '257'\n"},
    {{"p.yaml", "--max-errors=0"},
     "toy: error: option '--max-errors': expected a whole number from 1 to 1000000, found '0'\n"},
    {{"p.yaml", "--quiet=yes"}, "toy: error: option '--quiet': expected true or false, found 'yes'\n"},
    {{"p.yaml", "--mode", "prnt"},
     "toy: error: option '--mode': expected one of plain, print, refuse, interrupt, error, warn, "
     "late; found 'prnt'\n  hint: did you mean 'print'?\n"},
    {{"p.yaml", "--out", ""}, "toy: error: option '--out': expected a text, found an empty one\n"},
    {{"p.yaml", "--memory", "5X"}, "toy: error: option '--memory': expected a number of bytes like "},
    {{"p.yaml", "--memory", "0"}, "toy: error: option '--memory': expected a number of bytes like "},
    {{"p.yaml", "--memory=99999999999T"}, "toy: error: option '--memory': expected a number of "},
    {{"p.yaml", "--as-of", "2020-02-30"}, "toy: error: option '--as-of': "},
    {{"p.yaml", "--as-of", "2020-13"}, "toy: error: option '--as-of': "},
    {{"p.yaml", "--as-of", "now"}, "toy: error: option '--as-of': "},
    {{"--", "--help", "x"}, "toy: error: unexpected operand 'x'\n"},
    {{""}, "toy: error: an empty operand\n"},
};

Test(stage, usage_errors_say_what_to_do)
{
    for (size_t i = 0; i < COUNT_OF(usage); i++) {
        struct played p = PLAY(usage[i].arguments[0], usage[i].arguments[1],
                               usage[i].arguments[2], usage[i].arguments[3]);
        cr_expect_eq(p.status, STATUS_USAGE, "row %zu: %d", i, p.status);
        cr_expect_eq(strncmp(p.err, usage[i].message, strlen(usage[i].message)), 0, "row %zu: %s",
                     i, p.err);
        expect_part(p.err, "\n  try 'toy --help'\n");
        cr_expect_str_eq(p.out, "");
    }
    cr_expect_eq(access("artifacts", F_OK), -1);
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
     "bad.yaml:1:16: error: expected a whole number from 2 to 100, found '1' (key 'folds')\n"},
    {"train: [1]\n", STATUS_INPUT,
     "bad.yaml:1:8: error: expected a map, found a list (key 'train')\n"},
    {"features: {feature: 1}\n", STATUS_INPUT, "bad.yaml:1:12: error: unknown key 'feature'\n"},
    {"task: regresion\n", STATUS_INPUT,
     "bad.yaml:1:7: error: expected one of regression, classification, multilabel, anomaly; "
     "found 'regresion' (key 'task')\n  hint: did you mean 'regression'?\n"},
    {"seed: 4294967296\n", STATUS_INPUT,
     "bad.yaml:1:7: error: expected a whole number from 0 to 4294967295, found '4294967296'"},
    {"time: {column: a, step: year}\n", STATUS_INPUT,
     "bad.yaml:1:25: error: expected one of month, day; found 'year' (key 'step')\n"},
    {"report: {rows: [{size: 5}]}\n", STATUS_INPUT,
     "bad.yaml:1:18: error: a key must not be called 'size'\n"},
    {"a: 1\n---\n", STATUS_INPUT, "bad.yaml:2:1: error: a second document cannot be used here\n"},
};

Test(stage, faults_of_the_file_are_told_with_their_place)
{
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        help_write_text("bad.yaml", files[i].text);
        struct played p = PLAY("bad.yaml");
        cr_expect_eq(p.status, (int)files[i].status, "row %zu", i);
        cr_expect_eq(strncmp(p.err, files[i].message, strlen(files[i].message)), 0, "row %zu: %s", i,
                     p.err);
        cr_expect_null(strstr(p.err, "--help"), "row %zu", i);
    }
    struct played p = PLAY("bad.yam");
    cr_expect_eq(p.status, STATUS_INPUT);
    expect_part(p.err, "did you mean 'bad.yaml'?");
}

Test(stage, faults_of_an_override_are_usage_errors)
{
    struct played p = PLAY("p.yaml", "--set", "train.fold=3");
    cr_expect_eq(p.status, STATUS_USAGE);
    cr_expect_str_eq(p.err,
                     "--set:1:7: error: unknown key 'fold'\n  hint: did you mean 'folds'?\n");
    p = PLAY("p.yaml", "--set", "train.folds=x");
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "--set:1:13: error: expected a whole number from 2 to 100, found the ");
    p = PLAY("p.yaml", "--set", "folds");
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "--set:1:1: error: expected key=value, found 'folds'\n");
}

Test(stage, a_pipelines_name_must_be_fit_for_a_folder)
{
    help_write_text("a b.yaml", "title: x\n");
    struct played p = PLAY("a b.yaml");
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "toy: error: 'a b' cannot be a pipeline's name\n");
    cr_expect_eq(PLAY("...yaml").status, STATUS_USAGE);
}

Test(stage, defaults_hold_where_the_file_is_silent)
{
    help_write_text("small.yaml", "seed: 0\n");
    cr_expect_eq(PLAY("small.yaml").status, STATUS_OK);
    cr_expect_str_eq(seen_text, "artifacts/small|reports/small|small|regression||");
    cr_expect_eq(seen.pipeline.seed, 0);
    cr_expect_eq(seen_config.fit.folds, 3);
    cr_expect_null(seen.pipeline.target);
    cr_expect_null(seen.pipeline.time.column);
}

Test(stage, faults_in_data_are_collected_and_nothing_is_written)
{
    cr_expect_eq(PLAY("p.yaml").status, STATUS_OK);
    struct played p = PLAY("p.yaml", "--faults", "2", "--mode", "print");
    cr_expect_eq(p.status, STATUS_INPUT);
    cr_expect_str_eq(p.err, "a.csv:1:3: error: expected a number, found 'x'\n"
                            "a.csv:2:3: error: expected a number, found 'x'\n"
                            "toy: 2 errors, nothing written\n");
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
    cr_expect_eq(help_count("artifacts/p"), 1);
}

Test(stage, faults_stop_at_their_limit)
{
    struct played p = PLAY("p.yaml", "--faults", "5", "--max-errors", "2");
    cr_expect_eq(p.status, STATUS_INPUT);
    cr_expect_str_eq(p.err, "a.csv:1:3: error: expected a number, found 'x'\n"
                            "a.csv:2:3: error: expected a number, found 'x'\n"
                            "toy: 2 errors; stopping (see --max-errors)\n"
                            "toy: 2 errors, nothing written\n");
    cr_expect_eq(help_count("artifacts/p"), 0);
}

Test(stage, a_stage_that_forgets_its_faults_fails_all_the_same)
{
    struct played p = PLAY("p.yaml", "--faults", "1", "--mode", "late");
    cr_expect_eq(p.status, STATUS_INPUT);
    expect_part(p.err, "toy: 1 error, nothing written\n");
    cr_expect_eq(help_count("artifacts/p"), 0);
}

Test(stage, another_failure_is_told_beside_the_faults)
{
    struct played p = PLAY("p.yaml", "--faults", "1", "--mode", "error");
    cr_expect_eq(p.status, STATUS_ENVIRONMENT);
    expect_part(p.err, "toy: error: no luck\ntoy: 1 error, nothing written\n");
}

Test(stage, warnings_are_counted_and_printed_up_to_the_limit)
{
    struct played p = PLAY("p.yaml", "--mode", "warn", "--max-errors", "2");
    cr_expect_eq(p.status, STATUS_OK);
    expect_start(p.err, "toy: warning: odd thing 0\ntoy: warning: odd thing 1\ntoy: 1616 rows");
    expect_part(p.err, ", 3 warnings\n");
}

Test(stage, a_refusal_keeps_its_outputs)
{
    struct played p = PLAY("p.yaml", "--mode", "refuse");
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
    struct played p = PLAY("p.yaml", "--memory", "1M", "--need", "3145728");
    cr_expect_eq(p.status, STATUS_ENVIRONMENT);
    expect_start(p.err, "toy: error: the table needs 3.0 MiB of memory, --memory allows 1.0 MiB\n");
    cr_expect_eq(PLAY("p.yaml", "--memory", "3MiB", "--need", "3145728").status, STATUS_OK);
    cr_expect_eq(PLAY("p.yaml", "--need", "3145728").status, STATUS_OK);
}

Test(stage, a_stage_that_prints_has_stderr_for_errors_only)
{
    struct played p = PLAY("p.yaml", "--mode", "print");
    cr_expect_eq(p.status, STATUS_OK);
    cr_expect_str_eq(p.out, "a line\n");
    cr_expect_str_eq(p.err, "");
}

Test(stage, help_goes_to_stdout_and_needs_no_operand)
{
    struct played p = PLAY("--help", "--nonsense");
    cr_expect_eq(p.status, STATUS_OK);
    cr_expect_str_eq(p.err, "");
    expect_start(p.out, "toy: plays\n\nusage: bin/toy PIPELINE.yaml [options]\n\n"
                        "Reads nothing and writes toy.txt.\n\noptions:\n  --mode plain|");
    expect_part(p.out, "\ncommon options:\n  --data DIR ");
    expect_part(p.out, "  --threads N       threads to work with; results are the same (default 1)\n");
    expect_part(p.out, "\nexit status: 0 done, 1 bad input, 2 usage, ");
    cr_expect_str_eq(PLAY("-h").out, p.out);
}

Test(stage, version_names_the_stage_and_the_build)
{
    struct played p = PLAY("--version");
    cr_expect_eq(p.status, STATUS_OK);
    expect_start(p.out, "nightmill ");
    expect_part(p.out, " (toy)\n");
    cr_expect_eq(p.out[strlen(p.out) - 1], '\n');
}

Test(stage, explain_lists_the_keys_that_the_stage_reads)
{
    struct played p = PLAY("--explain");
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    expect_start(p.out, "toy: plays\n\nReads nothing and writes toy.txt.\n\n");
    expect_part(p.out, "\n  seed                      whole number from 0 to 4294967295  default 42\n");
    expect_part(p.out, "\nsection 'train'\n  train.folds ");
    expect_part(p.out, "\nsection 'features'\n  features ");
    expect_part(p.out, "\nand more of it\n");
    cr_expect_null(strstr(p.out, "values with"));
}

Test(stage, explain_shows_the_values_of_a_file)
{
    struct played p = PLAY("--explain", "p.yaml", "--set", "train.folds=6");
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    expect_part(p.out, "\nvalues with p.yaml\ntitle: Toy\n");
    expect_part(p.out, "\ntrain.folds: 6\n");
    cr_expect_eq(access("artifacts", F_OK), -1);
}

Test(stage, verbose_prints_the_whole_configuration)
{
    struct played p = PLAY("p.yaml", "--verbose");
    cr_expect_eq(p.status, STATUS_OK);
    cr_expect_str_eq(p.out, "");
    expect_start(p.err, "title: Toy\ntask: regression\ntime.column: month\ntime.step: month\n"
                        "target: price\nseed: 7\nschedule: null\ngate: null\n"
                        "train.folds: 5\ntrain.path: null\nfeatures: [{rolling: [mean]}]\n");
}

Test(stage, another_operand_means_no_pipelines_file)
{
    struct stage show = toy;
    show.operand = "FILE";
    show.n_sections = 0;
    struct played p = play_stage(&show, (const char *const[]){"no such file", NULL});
    cr_expect_eq(p.status, STATUS_OK, "%s", p.err);
    cr_expect_str_eq(seen.operand ? "given" : "", "given");
    cr_expect_str_eq(help_read("toy.txt", NULL), "plain");
    p = play_stage(&show, (const char *const[]){"x", "--as-of=2020-01", NULL});
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "toy: error: unknown option '--as-of'\n");
    cr_expect_null(strstr(play_stage(&show, (const char *const[]){"--help", NULL}).out, "--set"));
    show.operand = "[FILE]";
    cr_expect_eq(play_stage(&show, (const char *const[]){NULL}).status, STATUS_OK);
    show.operand = NULL;
    cr_expect_eq(play_stage(&show, (const char *const[]){"x", NULL}).status, STATUS_USAGE);
}

Test(stage, a_required_option_is_missed)
{
    static const struct option_row must[] = {
        OPTION_REQUIRED(struct config, need, 0, 1e15, "N", "bytes"),
    };
    struct stage strict = toy;
    strict.options = must;
    strict.n_options = 1;
    struct played p = play_stage(&strict, (const char *const[]){"p.yaml", NULL});
    cr_expect_eq(p.status, STATUS_USAGE);
    expect_start(p.err, "toy: error: missing option '--need'\n");
    cr_expect_eq(play_stage(&strict, (const char *const[]){"p.yaml", "--need=1", NULL}).status,
                 STATUS_OK);
}

/* Runs the toy in a process of its own, with stdout leading to a file (NULL: closed); returns what
 * waitpid gives. */
static int play_apart(const char *mode, const char *stdout_path)
{
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        char *argv[] = {(char *)(uintptr_t)"toy", (char *)(uintptr_t)"p.yaml",
                        (char *)(uintptr_t)"--mode", (char *)(uintptr_t)mode, NULL};
        int err = open("stderr.txt", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int out = stdout_path ? open(stdout_path, O_WRONLY) : -1;
        if (err < 0 || dup2(err, STDERR_FILENO) < 0)
            _exit(99);
        if (out >= 0 ? dup2(out, STDOUT_FILENO) < 0 : close(STDOUT_FILENO) != 0)
            _exit(99);
        _exit(stage_main(&toy, 4, argv));
    }
    int result = -1;
    cr_assert_eq(waitpid(child, &result, 0), child);
    return result;
}

Test(stage, a_full_disk_at_stdout_is_a_failure_and_keeps_the_old_outputs)
{
    cr_expect_eq(PLAY("p.yaml").status, STATUS_OK);
    int result = play_apart("print", "/dev/full");
    cr_expect(WIFEXITED(result));
    cr_expect_eq(WEXITSTATUS(result), STATUS_ENVIRONMENT);
    expect_start(help_read("stderr.txt", NULL), "toy: error: could not write to standard output: No ");
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
    cr_expect_eq(help_count("artifacts/p"), 1);
}

Test(stage, a_closed_stdout_matters_to_a_stage_that_prints_only)
{
    cr_expect_eq(WEXITSTATUS(play_apart("print", NULL)), STATUS_ENVIRONMENT);
    cr_expect_eq(help_count("artifacts/p"), 0);
    cr_expect_eq(WEXITSTATUS(play_apart("plain", NULL)), STATUS_OK);
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
}

Test(stage, an_interrupt_ends_the_process_and_leaves_nothing_unfinished)
{
    cr_expect_eq(PLAY("p.yaml").status, STATUS_OK);
    int result = play_apart("interrupt", "/dev/null");
    cr_expect(WIFSIGNALED(result));
    cr_expect_eq(WTERMSIG(result), SIGINT);
    cr_expect_str_eq(help_read("artifacts/p/toy.txt", NULL), "plain");
    cr_expect_eq(help_count("artifacts/p"), 1);
}

Test(stage, progress_is_drawn_where_it_is_wanted_and_cleared)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    struct progress p = {0};
    progress_show(&p, "reading", 1, 4, to);
    progress_clear(&p, to);
    fflush(to);
    cr_expect_eq(n, 0);
    p.on = true;
    progress_show(&p, "reading", 1, 4, to);
    progress_show(&p, "reading", 2, 4, to); // too early
    fflush(to);
    cr_expect_str_eq(text, "\r\x1b[Kreading [#######.......................]  25 %", "%s", text);
    progress_show(&p, "writing", 9, 4, to);
    progress_clear(&p, to);
    progress_clear(&p, to);
    fclose(to);
    expect_part(text, "writing [##############################] 100 %\r\x1b[K");
    cr_expect_not(p.shown);
    free(text);
}

Test(stage, the_time_left_is_told_after_a_second)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    struct progress p = {.on = true, .what = "reading"};
    p.started_s = progress_clock_s() - 30;
    progress_show(&p, "reading", 10, 40, to);
    fflush(to);
    expect_part(text, "25 %  1:30 left");
    p.started_s = progress_clock_s() - 7200;
    p.drawn_s = 0;
    progress_show(&p, "reading", 20, 40, to);
    fclose(to);
    expect_part(text, "50 %  2:00:0");
    free(text);
}
