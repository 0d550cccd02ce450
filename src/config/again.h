/* How to run a stage once more: the command for a message, and what an artifact keeps of
 * the options that decided what stands in it.
 *
 * An artifact keeps --data, --as-of and those of --set that changed something which the
 * stage reads, one word each ("--set=train.folds=5").  Of paths it keeps only those below
 * the folder that the stage ran in: where a machine keeps its files never reaches an
 * artifact, an absolute path stands as AGAIN_ELSEWHERE. */
#ifndef CONFIG_AGAIN_H
#define CONFIG_AGAIN_H

#include <jansson.h>

#include "config/pipeline.h"

#define AGAIN_ELSEWHERE "DIR"

/* What a stage was run with, as far as somebody else may be told. */
struct again {
    const char *operand; // as given: the pipeline's file
    const char *data;    // --data, or NULL
    const char *in;      // folder of the artifacts that are read
    const char *as_of;   // the day of --as-of, or NULL
    const struct pipeline *pipeline;
    const struct section *sections; // [n_sections] that the stage reads
    size_t n_sections;
};

/* The path as an artifact may show it, without "./" in front. */
const char *again_path(const char *path);

/* The words of the list "options" of an artifact; they live in mem. */
struct texts again_words(const struct again *was, struct arena *mem);

/* The same as JSON; the caller owns it. */
json_t *again_options(const struct again *was, struct arena *mem);

/* The command that makes anew what this run read of another stage's artifacts:
 * "bin/train pipeline/milk.yaml --set=train.folds=5", with the folders where they are not
 * the usual ones.  options is what the artifact says of itself; NULL: --set as in this
 * run.  Lives in mem. */
const char *again_command(const struct again *was, const char *stage,
                          const struct texts *options, struct arena *mem);

/* Hints at that command, unless the error is none of a file or has a hint. */
void again_hint(const struct again *was, const char *stage, const struct texts *options,
                struct arena *mem, struct error *err);

/* A word as a shell takes it, quoted where it has to be. */
void again_word(const char *word, struct text *out);

#endif
