/* The skeleton that every executable shares: stage_main.
 *
 * The order at the end matters.  stdout is flushed and closed before the outputs are
 * committed, so that a stage whose report could not be delivered leaves the old
 * artifacts; the summary comes last, when all is on disk.  Standard descriptors that the
 * caller closed are opened to nothing first: otherwise an artifact could get number 1,
 * and a print would go into it. */
#include "stage/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/stop.h"
#include "base/stream.h"
#include "file/json.h"
#include "file/mapped.h"
#include "stage/command.h"
#include "stage/record.h"
#include "stage/usage.h"

/* Makes descriptors 0, 1 and 2 exist; 1 and 2 such that writing to them fails. */
static void hold_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/* Lets the signal do its work, by which it is seen from outside. */
static void die_of(int number)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    (void)sigaction(number, &plain, NULL);
    (void)raise(number);
}

/* Leaves the end to who looks at the flag; else removes what is unfinished and dies. */
static void on_deadly_signal(int number)
{
    if (stop_take(number))
        return;
    temporary_remove_all();
    record_signal(number);
    die_of(number);
}

/* Signals that the parent ignores stay ignored (nohup). */
static void install_handlers(void)
{
    static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction ignore = {.sa_handler = SIG_IGN},
                     handle = {.sa_handler = on_deadly_signal, .sa_flags = SA_RESTART};
    for (size_t i = 0; i < COUNT_OF(deadly); i++) {
        struct sigaction former;
        if (sigaction(deadly[i], NULL, &former) == 0 && former.sa_handler != SIG_IGN)
            (void)sigaction(deadly[i], &handle, NULL);
    }
    // A closed pipe and a limit on the size of files are errors of write instead.
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigaction(SIGXFSZ, &ignore, NULL);
    mapped_answer_sigbus();
}

/* They live as long as the process, whose last act is to flush stdout. */
static struct stream standard_output = {STDOUT_FILENO, 0},
                     standard_error = {STDERR_FILENO, 0};

/* Flushes stdout and closes a copy of its descriptor, which is when some file systems
 * report that nothing was written.  stdout itself stays open for the caller's sake. */
static enum status finish_stdout(struct error *err)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        errno = standard_output.failed ? standard_output.failed : errno;
        return error_errno(err, "could not write to standard output");
    }
    int copy = dup(STDOUT_FILENO);
    if (copy < 0 || close(copy) != 0)
        return error_errno(err, "could not write to standard output");
    return STATUS_OK;
}

static enum status print_out(const struct text *out, struct error *err)
{
    if (out->n > 0 && fwrite(out->p, 1, out->n, stdout) != out->n)
        return error_errno(err, "could not write to standard output");
    return finish_stdout(err);
}

/* True for a terminal that obeys escapes. */
static bool is_terminal(int fd)
{
    const char *kind = getenv("TERM");
    return isatty(fd) == 1 && !(kind && strcmp(kind, "dumb") == 0);
}

/* Copies what the command line says into the run. */
static void fill_run(struct run *run, const struct command *command)
{
    run->operand = command->operand;
    run->operands = command->operands;
    run->given = command->given;
    if (command_reads_pipeline(run->stage) && command->operand)
        run->pipeline.name = file_stem(run->mem, command->operand);
    run->data = command->data;
    run->in = command->in;
    run->out = command->out;
    run->out_given = command->out != NULL;
    run->reports = command->reports;
    run->has_as_of = command->has_as_of;
    run->as_of = command->as_of_minute;
    run->threads = command->threads;
    run->memory_bytes = command->memory_bytes;
    run->max_errors = command->max_errors;
    run->quiet = command->quiet;
    run->verbose = command->verbose;
    run->progress.on = is_terminal(STDERR_FILENO) && !command->quiet;
}

/* Reads the pipeline's file and fills the run's places with what the command line leaves
 * open. */
static enum status read_pipeline(struct run *run, const struct command *command,
                                 void *config, struct error *err)
{
    if (!command_reads_pipeline(run->stage) || !command->operand)
        return STATUS_OK;
    TRY(pipeline_read(run->stage->sections, run->stage->n_sections, command->operand,
                      &command->set, config, &run->pipeline, run->mem, err));
    bool named[] = {run->out != NULL, run->reports != NULL};
    const char *artifacts = file_join(run->mem, "artifacts", run->pipeline.name);
    run->in = run->in ? run->in : artifacts;
    run->out = run->out ? run->out : artifacts;
    if (!run->reports)
        run->reports = file_join(run->mem, "reports", run->pipeline.name);
    publish_home(run->publish, run->out, named[0]);
    publish_home(run->publish, run->reports, named[1]);
    return STATUS_OK;
}

static enum status explain(const struct run *run, struct error *err)
{
    struct text out = {.mem = run->scratch};
    usage_explain(run->stage, &out);
    if (run->pipeline.path) {
        text_puts(&out, "\nvalues with ");
        text_add_shown(&out, view_of(run->pipeline.path));
        text_putc(&out, '\n');
        usage_values(run, &out);
    }
    return print_out(&out, err);
}

static void echo(const struct run *run)
{
    struct text out = {.mem = run->scratch};
    usage_values(run, &out);
    fputs(out.p ? out.p : "", stderr);
}

static enum status run_stage(struct run *run, struct error *err)
{
    if (!run->stage->stops)
        return run->stage->run(run, err);
    stop_begin();
    return stop_end(run->stage->run(run, err), err);
}

/* Runs the stage and makes its outputs visible. */
static enum status work(struct run *run, struct error *err)
{
    enum status status = run_stage(run, err);
    progress_clear(&run->progress, stderr);
    // What looks damaged may only have changed under the reader's eyes.
    if (status == STATUS_OK || status == STATUS_REFUSED || status == STATUS_INPUT)
        TRY(mapped_check(err));
    if (status != STATUS_OK && status != STATUS_REFUSED)
        return status;
    TRY(run_faults(run, err));
    TRY(record_check(run->publish, err));
    TRY(finish_stdout(err));
    TRY(publish_commit(run->publish, err));
    return status;
}

/* True where make knows the pipeline, and so its artifacts. */
static bool made_by_make(const struct run *run)
{
    const char *known =
        arena_format(run->scratch, "pipeline/%s.yaml", run->pipeline.name);
    return strcmp(run->pipeline.path, known) == 0 && file_exists("pipeline/stages.tbl");
}

/* An artifact that is not there yet: says what makes it, or where it is. */
static void hint_missing(const struct run *run, struct error *err)
{
    size_t n = run->in ? strlen(run->in) : 0;
    bool artifact = n > 0 && strncmp(err->message, "cannot find '", 13) == 0 &&
                    strncmp(err->message + 13, run->in, n) == 0;
    if (!artifact)
        return;
    struct text path = {.mem = run->scratch};
    text_add(&path, err->message + 13, strcspn(err->message + 13, "'"));
    const char *usual = arena_format(run->scratch, "artifacts/%s", run->pipeline.name);
    bool is_usual = strcmp(run->in, usual) == 0;
    if (run->out && file_exists(arena_format(run->scratch, "%s%s", run->out, path.p + n)))
        error_hint(err, "it stands where '--out' leads: read it with '--in %s'",
                   run->out);
    else if (is_usual && made_by_make(run))
        error_hint(err, "'make %s' makes it", path.p);
    else if (is_usual)
        error_hint(err, "run the stages before this one");
    else
        error_hint(err, "run the stages before this one with '--out %s'", run->in);
}

static void print_error(const struct run *run, struct error *err, const char *again)
{
    const char *name = run->stage->name;
    // A stage that stops at a fault hands up what run_fault has printed already.
    if (run->n_errors > 0 && strcmp(err->message, run->last.message) == 0)
        err->message[0] = '\0';
    if (err->message[0]) {
        pipeline_locate(&run->pipeline, err);
        hint_missing(run, err);
        struct error shown = *err;
        error_at(&shown, name, 0, 0);
        error_print(&shown, "error", run->colour, stderr);
    }
    if (again) {
        struct text shown = {.mem = run->scratch};
        text_add_shown(&shown, view_of(again));
        fprintf(stderr, "  try '%s --help'\n", shown.p);
    }
    if (run->n_errors > 0)
        fprintf(stderr, "%s: %zu error%s%s, nothing written\n", name, run->n_errors,
                run->n_errors == 1 ? "" : "s",
                run->stopped ? " and stopped (see --max-errors)" : "");
}

static void print_summary(const struct run *run, double started_s)
{
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_SELF, &usage);
    fprintf(stderr, "%s: ", run->stage->name);
    if (run->rows_in > 0 || run->rows_out > 0)
        fprintf(stderr, "%zu row%s in, %zu row%s out, ", run->rows_in,
                run->rows_in == 1 ? "" : "s", run->rows_out,
                run->rows_out == 1 ? "" : "s");
    fprintf(stderr, "%.3f s, peak %.1f MiB", progress_clock_s() - started_s,
            (double)usage.ru_maxrss / 1024);
    if (run->n_warnings > 0)
        fprintf(stderr, ", %zu warning%s", run->n_warnings,
                run->n_warnings == 1 ? "" : "s");
    fputc('\n', stderr);
}

/* Answers --help and --version, or prepares and runs the stage. */
static enum status execute(struct run *run, const struct command *command, void *config,
                           struct error *err)
{
    struct text out = {.mem = run->scratch};
    if (command->help || command->version || command->explain)
        run_only_prints();
    if (command->help || command->version) {
        if (command->help)
            usage_help(run->stage, &out);
        else
            usage_version(run->stage, &out);
        return print_out(&out, err);
    }
    fill_run(run, command);
    TRY(read_pipeline(run, command, config, err));
    if (command->explain)
        return explain(run, err);
    if (command->verbose)
        echo(run);
    run->ran = true;
    return work(run, err);
}

/* What is said at the end; who is stopped by a signal says nothing. */
static void conclude(const struct run *run, enum status status, struct error *err,
                     const char *again, double started_s)
{
    if (status == STATUS_STOPPED)
        return;
    if (status != STATUS_OK)
        print_error(run, err, again);
    else if (run->ran && !run->quiet && !run->printed_report)
        print_summary(run, started_s);
}

static void prepare_streams(struct run *run)
{
    const char *no_colour = getenv("NO_COLOR");
    stdout = stream_open(&standard_output, isatty(STDOUT_FILENO) == 1, stdout);
    stderr =
        stream_open(&standard_error, true, stderr); // whole lines beside other stages
    run->terminal = isatty(STDOUT_FILENO) == 1;
    run->colour = is_terminal(STDERR_FILENO) && !(no_colour && no_colour[0]);
}

/* Opens the file of --record, where a run begins or cannot; a bad command line is what is
 * told then, also when the file is none. */
static enum status begin_record(const struct run *run, const struct command *command,
                                char **argv, double started_s, enum status status,
                                struct error *err)
{
    const char *path = command_record(argv);
    struct error unsaid = {0};
    if (!path || command->help || command->version)
        return status;
    enum status opened =
        record_open(path, run, started_s, status == STATUS_OK ? err : &unsaid);
    return status == STATUS_OK ? opened : status;
}

/* The last that a run does. */
static enum status end_record(const struct run *run, enum status status,
                              const struct error *err)
{
    struct error fault = {0};
    if (record_write(status, err, &fault) == STATUS_OK)
        return status;
    error_at(&fault, run->stage->name, 0, 0);
    error_print(&fault, "error", run->colour, stderr);
    return status == STATUS_OK ? fault.status : status;
}

int stage_main(const struct stage *stage, int argc, char **argv)
{
    double started_s = progress_clock_s();
    struct arena mem = {0}, scratch = {0};
    struct publish publish = {0};
    struct error err = {0};
    struct run run = {
        .stage = stage, .mem = &mem, .scratch = &scratch, .publish = &publish};
    struct command command = {0};

    hold_descriptors();
    install_handlers();
    json_prepare();
    prepare_streams(&run);
    void *config = arena_alloc(&mem, stage->config_size);
    if (stage->defaults)
        memcpy(config, stage->defaults, stage->config_size);
    run.config = config;

    enum status status = command_parse(stage, argc, argv, config, &command, &mem, &err);
    const char *again =
        status == STATUS_USAGE ? (argc > 0 ? argv[0] : stage->name) : NULL;
    status = begin_record(&run, &command, argv, started_s, status, &err);
    if (status == STATUS_OK)
        status = execute(&run, &command, config, &err);
    conclude(&run, status, &err, again, started_s);

    publish_release(&publish);
    status = end_record(&run, status, &err);
    arena_release(&scratch);
    arena_release(&mem);
    if (status == STATUS_STOPPED)
        die_of(stop_signal());
    return (int)status;
}
