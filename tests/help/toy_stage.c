/* A toy stage for the tests of the stage skeleton. */
#include "help/toy_stage.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "help/help.h"

/* clang-format off */
static const struct option_row fit_rows[] = {
    OPTION(struct toy_fit, folds, 2, 100, "N", "parts of the training rows"),
    OPTION(struct toy_fit, path, 0, 0, "PATH", "where it is"),
};
static const struct option_row feature_rows[] = {
    {.name = "features", .kind = OPTION_NODE, .help = "list of formulas"},
};
static const struct option_row options[] = {
    OPTION_ENUM(struct toy_config, mode, TOY_MODE_WORDS, "what is done"),
    OPTION(struct toy_config, words, 0, 0, "WORD", "may be repeated"),
    OPTION(struct toy_config, faults, 0, 100, "N", "faults to report"),
    OPTION(struct toy_config, need, 0, 1e15, "N", "bytes of memory to ask for"),
};
/* clang-format on */

static const struct section sections[] = {
    {"train", fit_rows, COUNT_OF(fit_rows), offsetof(struct toy_config, fit)},
    {"features", feature_rows, COUNT_OF(feature_rows),
     offsetof(struct toy_config, features)},
};

static const struct toy_config defaults = {.fit = {.folds = 3}};

static struct toy_seen seen;

const struct toy_seen *toy_seen(void)
{
    return &seen;
}

static void remember(const struct run *run, const struct toy_config *config)
{
    struct text words = {.mem = run->scratch};
    seen.run = *run;
    seen.config = *config;
    for (size_t i = 0; i < config->words.n; i++)
        text_addf(&words, "%s ", config->words.v[i]);
    (void)snprintf(seen.in, sizeof(seen.in), "%s", run->in);
    struct text features = {.mem = run->scratch};
    if (config->features)
        yaml_flow(config->features, &features);
    (void)snprintf(seen.text, sizeof(seen.text), "%s|%s|%s|%s|%s|%s", run->out,
                   run->reports, run->pipeline.title, task_name[run->pipeline.task],
                   words.p ? words.p : "", features.p ? features.p : "");
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
    const struct toy_config *config = run->config;
    enum toy_mode mode = config->mode;
    struct output *out;
    remember(run, config);
    TRY(run_need_memory(run, config->need, "the table", err));
    TRY(run_output(run, "toy.txt", &out, err));
    TRY(output_text(out, option_string(TOY_MODE_WORDS, mode, run->scratch), err));
    TRY(report_faults(run, config->faults));
    run_progress(run, "playing", 1, 2);
    run->rows_in = 1616;
    run->rows_out = 1;
    if (mode == TOY_PRINT) {
        printf("a line\n");
        run->printed_report = true;
    } else if (mode == TOY_REFUSE) {
        return error_set(err, STATUS_REFUSED, "worse than the naive forecast");
    } else if (mode == TOY_BUSY) {
        return error_set(err, STATUS_BUSY, "somebody else is at it");
    } else if (mode == TOY_ERROR) {
        return error_set(err, STATUS_ENVIRONMENT, "no luck");
    } else if (mode == TOY_INTERRUPT) {
        (void)raise(SIGINT);
    } else if (mode == TOY_WARN) {
        struct error warning;
        for (int i = 0; i < 3; i++) {
            error_set(&warning, STATUS_INPUT, "odd thing %d", i);
            run_warn(run, &warning);
        }
    }
    // "late" forgets to say that there were faults.
    return mode == TOY_LATE ? STATUS_OK : run_faults(run, err);
}

static void toy_explain(struct text *out)
{
    text_puts(out, "and more of it\n");
}

const struct stage toy_stage = {
    .name = "toy",
    .summary = "plays",
    .operand = "PIPELINE.yaml",
    .about = "Reads nothing and writes toy.txt.",
    .options = options,
    .n_options = COUNT_OF(options),
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_DATA | STAGE_IN | STAGE_OUT | STAGE_REPORTS | STAGE_AS_OF | STAGE_SET |
             STAGE_THREADS | STAGE_MEMORY | STAGE_MAX_ERRORS,
    .config_size = sizeof(struct toy_config),
    .defaults = &defaults,
    .explain = toy_explain,
    .run = toy_run,
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A descriptor leads to a file while a stage runs; returns what restore wants. */
static int redirect(int fd, const char *path)
{
    int saved = dup(fd), file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    require(saved >= 0 && file >= 0 && dup2(file, fd) == fd);
    close(file);
    return saved;
}

static void restore(int fd, int saved)
{
    require(dup2(saved, fd) == fd);
    close(saved);
}

/* argv is not const in main's signature, though nothing writes to it. */
static char *argument(const char *text)
{
    return (char *)(uintptr_t)text;
}

struct toy_played toy_play(const struct stage *stage, const char *const *arguments)
{
    char *argv[TOY_ARGUMENTS + 2] = {argument("toy")};
    int argc = 1;
    for (; arguments[argc - 1]; argc++)
        argv[argc] = argument(arguments[argc - 1]);
    fflush(stdout);
    int saved_out = redirect(STDOUT_FILENO, "stdout.txt");
    int saved_err = redirect(STDERR_FILENO, "stderr.txt");
    int status = stage_main(stage, argc, argv);
    fflush(stdout);
    restore(STDOUT_FILENO, saved_out);
    restore(STDERR_FILENO, saved_err);
    return (struct toy_played){status, help_read("stdout.txt", NULL),
                               help_read("stderr.txt", NULL)};
}

static NO_RETURN void play_child(const char *mode, const char *stdout_path)
{
    char *argv[] = {argument("toy"), argument("p.yaml"), argument("--mode"),
                    argument(mode), NULL};
    int err = open("stderr.txt", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int out = stdout_path ? open(stdout_path, O_WRONLY) : -1;
    if (err < 0 || dup2(err, STDERR_FILENO) < 0)
        _exit(99);
    if (out >= 0 ? dup2(out, STDOUT_FILENO) < 0 : close(STDOUT_FILENO) != 0)
        _exit(99);
    _exit(stage_main(&toy_stage, 4, argv));
}

int toy_play_apart(const char *mode, const char *stdout_path)
{
    int result = -1;
    pid_t child = fork();
    require(child >= 0);
    if (child == 0)
        play_child(mode, stdout_path);
    require(waitpid(child, &result, 0) == child);
    return result;
}

void toy_enter(void)
{
    require(chdir(help_folder()) == 0);
    help_write_text("p.yaml", "title: Toy\n"
                              "time: {column: month}\n"
                              "target: price\n"
                              "seed: 7\n"
                              "train: {folds: 5}\n"
                              "features: [{rolling: [mean]}]\n"
                              "ingest: {anything: 1}\n");
}

void toy_leave(void)
{
    require(chdir("/") == 0);
}
