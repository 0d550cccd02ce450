/* What a stage calls while it runs: outputs, faults, warnings, progress, memory.
 *
 * This is, with stage.c, the only code that writes to stderr. */
#include "stage/stage.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/date.h"
#include "base/thread.h"

const char *run_input(struct run *run, const char *name)
{
    return file_join(run->mem, run->in, name);
}

const char *run_output_path(struct run *run, const char *name)
{
    return file_join(run->mem, run->out, name);
}

size_t run_threads(const struct run *run, size_t rows)
{
    if (run->threads > 0)
        return run->threads;
    return rows > RUN_ROWS ? thread_available() : 1;
}

enum status run_output(struct run *run, const char *name, struct output **ret,
                       struct error *err)
{
    return publish_open(run->publish, run_output_path(run, name), ret, err);
}

/* Prints with the stage's name in front where no file is known. */
static void print_fault(struct run *run, const struct error *fault, const char *kind)
{
    struct error copy = *fault;
    if (!copy.loc.path[0])
        error_at(&copy, run->stage->name, 0, 0);
    progress_clear(&run->progress, stderr);
    error_print(&copy, kind, run->colour, stderr);
}

enum status run_fault(struct run *run, const struct error *fault)
{
    enum status status = fault->status == STATUS_OK ? STATUS_INPUT : fault->status;
    if (run->n_errors == 0)
        run->first = *fault;
    if (++run->n_errors <= run->max_errors) {
        print_fault(run, fault, "error");
        run->last = *fault;
    }
    if (run->n_errors < run->max_errors)
        return STATUS_OK;
    run->stopped = true;
    return status;
}

enum status run_faults(struct run *run, struct error *err)
{
    return run->n_errors > 0 ? error_set(err, STATUS_INPUT, "%s", "") : STATUS_OK;
}

void run_warn(struct run *run, const struct error *warning)
{
    if (++run->n_warnings <= run->max_errors)
        print_fault(run, warning, "warning");
}

const char *run_shown(struct run *run, const char *text)
{
    struct text shown = {.mem = run->mem};
    if (!run->terminal)
        return text;
    text_add_shown(&shown, view_of(text));
    return shown.p;
}

size_t run_columns(const struct run *run)
{
    struct winsize size = {0};
    if (!run->terminal)
        return SIZE_MAX;
    bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return told ? size.ws_col : 80;
}

void run_only_prints(void)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    (void)sigaction(SIGPIPE, &plain, NULL);
}

void run_progress(struct run *run, const char *what, size_t done, size_t total)
{
    progress_show(&run->progress, what, done, total, stderr);
}

void run_progress_bytes(struct run *run, const char *what, uint64_t done, uint64_t total)
{
    progress_show_bytes(&run->progress, what, done, total, stderr);
}

static enum status take_fault(void *context, const struct error *fault)
{
    return run_fault(context, fault);
}

static void take_warning(void *context, const struct error *warning)
{
    run_warn(context, warning);
}

static void take_progress(void *context, const char *what, size_t done, size_t total)
{
    run_progress(context, what, done, total);
}

static enum status take_need(void *context, size_t bytes, const char *what,
                             struct error *err)
{
    return run_need_memory(context, bytes, what, err);
}

static void take_note(void *context, const char *text)
{
    struct run *run = context;
    struct error note = {0};
    error_set(&note, STATUS_OK, "%s", text);
    if (!run->quiet)
        print_fault(run, &note, "note");
}

struct watch run_watch(struct run *run)
{
    return (struct watch){run,           take_fault, take_warning,
                          take_progress, take_need,  take_note};
}

/* A day, or a minute within one. */
static const char *as_of_text(const struct run *run)
{
    char text[32];
    struct moment m = moment_of(60 * run->as_of);
    bool whole = m.seconds == 24 * 60 * 60 - 60; // its last minute
    if (whole)
        return arena_string(run->mem, date_text(m.days, text));
    moment_text(m, text);
    text[10] = 'T'; // one word
    return arena_string(run->mem, text);
}

struct again run_again(const struct run *run)
{
    return (struct again){.operand = run->operand,
                          .data = run->data,
                          .in = run->in,
                          .as_of = run->has_as_of ? as_of_text(run) : NULL,
                          .pipeline = &run->pipeline,
                          .sections = run->stage->sections,
                          .n_sections = run->stage->n_sections};
}

enum status run_made_by(const struct run *run, const char *stage, enum status status,
                        struct error *err)
{
    struct again again = run_again(run);
    if (status != STATUS_OK)
        again_hint(&again, stage, NULL, run->mem, err);
    return status;
}

struct texts run_words(const struct run *run)
{
    struct again again = run_again(run);
    return again_words(&again, run->mem);
}

json_t *run_options(const struct run *run)
{
    struct again again = run_again(run);
    return again_options(&again, run->mem);
}

int64_t run_as_of(const struct run *run)
{
    return run->has_as_of ? run->as_of : INT64_MAX;
}

enum status run_need_memory(struct run *run, size_t bytes, const char *what,
                            struct error *err)
{
    if (run->memory_bytes == 0 || bytes <= run->memory_bytes)
        return STATUS_OK;
    char need[PROGRESS_SIZE_TEXT], limit[PROGRESS_SIZE_TEXT];
    error_set(err, STATUS_ENVIRONMENT, "%s needs %s of memory, --memory allows %s", what,
              progress_size(bytes, need), progress_size(run->memory_bytes, limit));
    error_hint(err, "raise --memory, or give less data");
    return STATUS_ENVIRONMENT;
}
