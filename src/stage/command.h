/* The command line of a stage: common options, its own options, its operands. */
#ifndef STAGE_COMMAND_H
#define STAGE_COMMAND_H

#include "stage/stage.h"

/* What the common options say. */
struct command {
    const char *data, *in, *out, *reports, *as_of, *memory, *record;
    struct texts set;
    size_t threads, max_errors;
    bool quiet, verbose, explain, help, version;
    const char *operand;   // NULL when none was given
    struct texts operands; // all of them
    const bool *given;     // [n_options] the stage's own that were given
    bool has_as_of;
    int64_t as_of_minute; // since 1970-01-01, the last one that counts
    size_t memory_bytes;
};

/* The rows of the common options that the stage takes, and their defaults. */
const struct option_row *command_rows(const struct stage *stage, struct arena *mem,
                                      size_t *ret_n);
const void *command_defaults(void);

/* "--dry-run", in mem. */
const char *command_option(const struct option_row *row, struct arena *mem);

bool command_reads_pipeline(const struct stage *stage);

/* Parses argv into *ret and the stage's own options into config, which holds its
 * defaults.  Returns STATUS_USAGE with a message that names the option, and the nearest
 * one as hint.  With --help or --version the rest of the line is not looked at. */
MUST_USE enum status command_parse(const struct stage *stage, int argc, char **argv,
                                   void *config, struct command *ret, struct arena *mem,
                                   struct error *err);

/* The value of --record, found by looking for it alone, whatever else is wrong with the
 * line; NULL: there is none. */
const char *command_record(char **argv);

#endif
