/* The skeleton that every executable shares.
 *
 * A stage file holds, top to bottom: file comment; struct config; defaults; rows; static
 * functions; run; the descriptor; main, which is `return stage_main(&name, argc, argv);`.
 *
 * stage_main parses the common options and the stage's own, reads the pipeline's file,
 * fills the sections of the configuration, calls run, closes stdout and checks it,
 * commits the outputs, prints the error, if any, and one line on stderr with rows in,
 * rows out, seconds and peak memory.  It never returns anything but an exit status of
 * enum status.
 *
 * Outputs are committed when run returns STATUS_OK or STATUS_REFUSED and no fault in data
 * was reported; otherwise the old ones stay as they were.  A deadly signal removes what
 * is unfinished.
 *
 * A stage whose operand is another word than "PIPELINE.yaml" reads no pipeline's file.  A
 * word in brackets, "[FILE]" or "[PIPELINE.yaml]", may be left out; with NULL there is
 * none.  A tool with commands takes several operands, which it checks itself.
 *
 * Common options: --quiet, --verbose, --explain, --record FILE (stage/record.h), --help,
 * --version, and of --data DIR,
 * --in DIR, --out DIR, --reports DIR, --as-of DATE, --set key=value, --threads N,
 * --memory SIZE, --max-errors N those that the descriptor takes: what would change
 * nothing is refused.  Artifacts are read from the folder of --in and written to that of
 * --out; without them both are artifacts/<pipeline>. */
#ifndef STAGE_STAGE_H
#define STAGE_STAGE_H

#include "base/arena.h"
#include "base/option.h"
#include "base/progress.h"
#include "base/watch.h"
#include "config/again.h"
#include "config/pipeline.h"
#include "file/file.h"

struct run;

/* The common options that a stage takes, for struct stage.takes. */
enum stage_takes {
    STAGE_DATA = 1 << 0,    // --data: it reads the sources' files
    STAGE_IN = 1 << 1,      // --in: it reads artifacts
    STAGE_OUT = 1 << 2,     // --out: it writes artifacts
    STAGE_REPORTS = 1 << 3, // --reports: it writes a report
    STAGE_AS_OF = 1 << 4,   // --as-of: it looks at the time of rows
    STAGE_SET = 1 << 5,     // --set: it reads values of the pipeline's file
    STAGE_THREADS = 1 << 6,
    STAGE_MEMORY = 1 << 7,     // it calls run_need_memory
    STAGE_MAX_ERRORS = 1 << 8, // it calls run_fault or run_warn
};

struct stage {
    const char *name, *summary;
    const char
        *operand; // "PIPELINE.yaml", or another word: then no pipeline's file is read
    const char
        *about;     // paragraphs for --help and --explain: reads, writes, holds in memory
    unsigned takes; // of enum stage_takes
    size_t operands;                  // that may stand at most; 0: one, if any
    const struct option_row *options; // of the command line, fields of config
    size_t n_options;
    const struct section *sections;
    size_t n_sections;
    size_t config_size;
    const void *defaults;              // one config
    void (*explain)(struct text *out); // more for --explain, or NULL
    enum status (*run)(struct run *run, struct error *err);
    bool stops; // run works by batches of tables: base/stop.h ends it between two
};

struct run {
    const struct stage *stage;
    const void *config; // the stage's, filled
    struct pipeline pipeline;
    const char *operand;   // as given
    struct texts operands; // all of them
    const bool *given;     // [n_options] own options: were they given?
    const char *data;      // --data, or NULL
    const char *in;        // folder of the artifacts that are read
    const char *out;       // folder of the artifacts that are written
    bool out_given;        // by --out
    const char *reports;   // folder of the report
    bool has_as_of;
    int64_t as_of;       // the last minute since 1970-01-01 that counts
    size_t threads;      // 0: as many as the work is worth (run_threads)
    size_t memory_bytes; // --memory; 0: no limit
    size_t max_errors;
    bool quiet, verbose;
    struct arena *mem, *scratch;
    struct publish *publish;
    size_t rows_in, rows_out;
    size_t n_errors; // faults in data reported so far
    size_t n_warnings;
    struct error first, last; // of the faults that were printed
    bool printed_report;      // stdout belongs to the stage: no closing line on stderr
    bool colour;              // stderr takes ANSI colours
    bool terminal;            // a person looks at stdout
    bool stopped;             // --max-errors was reached
    bool ran;                 // the command line and the pipeline's file were good
    struct progress progress;
};

int stage_main(const struct stage *stage, int argc, char **argv);

/* What library functions tell of their work: faults, warnings, progress and need of memory
 * go to the functions below. */
struct watch run_watch(struct run *run);

/* What the run was started with, for messages and artifacts. */
struct again run_again(const struct run *run);

/* Hands on how reading another stage's artifact ended, with the command that makes it anew
 * as the hint, where it is damaged and has none. */
MUST_USE enum status run_made_by(const struct run *run, const char *stage,
                                 enum status status, struct error *err);

/* The words of the list "options" of an artifact that the run writes; they live in
 * run->mem. */
struct texts run_words(const struct run *run);

/* The same as JSON; the caller owns it. */
json_t *run_options(const struct run *run);

/* The last minute that the run looks at: of --as-of, else INT64_MAX. */
int64_t run_as_of(const struct run *run);

/* Returns the path of an artifact that the stage reads. */
const char *run_input(struct run *run, const char *name);

/* Opens the artifact `name` for writing. */
MUST_USE enum status run_output(struct run *run, const char *name, struct output **ret,
                                struct error *err);

/* Returns the path at which run_output writes. */
const char *run_output_path(struct run *run, const char *name);

/* Reports a fault in data and goes on, up to --max-errors; returns the fault's status
 * when that is reached, else STATUS_OK.  A stage that goes on to the end calls run_faults
 * to fail then; that leaves err without a message, for all has been said. */
MUST_USE enum status run_fault(struct run *run, const struct error *fault);
MUST_USE enum status run_faults(struct run *run, struct error *err);

/* Prints a warning, at most --max-errors of them; the rest are counted. */
void run_warn(struct run *run, const struct error *warning);

/* The text as standard output should hold it: on a terminal what is not plain is escaped
 * (text_escape), in a pipe or a file it is as it is.  It lives as long as the run. */
const char *run_shown(struct run *run, const char *text);

/* The threads for work over so many rows (SIZE_MAX: they do not say how much): what --threads
 * says, else one, for more than RUN_ROWS one a processor. */
enum { RUN_ROWS = 100000 };
size_t run_threads(const struct run *run, size_t rows);

/* The characters of a line of standard output: the terminal's, else SIZE_MAX. */
size_t run_columns(const struct run *run);

/* For what prints and changes nothing: a reader that goes away (`| head`) ends the process
 * as it ends any filter, by SIGPIPE, without a word. */
void run_only_prints(void);

/* Progress on a terminal, at most ten times a second; done of total in bytes, rows or
 * cells.  Call it from the thread that runs the stage. */
void run_progress(struct run *run, const char *what, size_t done, size_t total);

/* The same for bytes that go over a line, with their rate. */
void run_progress_bytes(struct run *run, const char *what, uint64_t done, uint64_t total);

/* Fails with STATUS_ENVIRONMENT when --memory is given and less than the need. */
MUST_USE enum status run_need_memory(struct run *run, size_t bytes, const char *what,
                                     struct error *err);

#endif
