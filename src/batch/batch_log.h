/* The log of answers: an SQLite file that keeps every question of `predict --input`, with
 * the model that answered it.
 *
 *     batch   id, made_at (UTC, to the second), pipeline, version (of the registry), model
 *             (the checksum of its model.json), input (the file's name), sha256 (of its
 *             bytes), rows, refused, columns (a JSON list of the answer's column names)
 *     answer  batch, row (from 1), cells (a JSON list, a value a column)
 *
 * Answers wait in a temporary file of SQLite's (in $SQLITE_TMPDIR, $TMPDIR or /tmp) and go
 * into the log at the end, with their batch, as one transaction: a process that is killed
 * leaves neither.  Several processes may write at once; for that transaction each waits
 * for its turn, ten seconds at most.  The
 * file is no artifact: no stage reads it, and it has the time in it.
 *
 * `PRAGMA user_version` is 1; a file with another one is refused. */
#ifndef BATCH_BATCH_LOG_H
#define BATCH_BATCH_LOG_H

#include "batch/batch.h"

/* Who answers what. */
struct batch_log_head {
    const char *pipeline, *model; // the checksum of the model's file
    size_t version;
    const char *input;  // the path of the questions
    const char *sha256; // of their bytes
};

struct batch_log;

/* Opens the file, which is made with its folder where there is none, for a batch; the
 * texts of head live as long as it.
 * STATUS_ENVIRONMENT where the file is locked, no database, or cannot be written. */
MUST_USE enum status batch_log_open(const char *path, const struct batch_log_head *head,
                                    struct arena *mem, struct batch_log **ret,
                                    struct error *err);

/* As of batch_sink, whose functions these are; the context is the log. */
MUST_USE enum status batch_log_begin(void *log, const char *const *name, size_t p,
                                     struct error *err);
MUST_USE enum status batch_log_row(void *log, const struct batch_cell *cell, size_t p,
                                   struct error *err);

/* Ends the batch: all of it stands in the file. */
MUST_USE enum status batch_log_end(struct batch_log *log, size_t rows, size_t refused,
                                   struct error *err);

/* Closes the file; a batch that was not ended is gone.  NULL is none. */
void batch_log_close(struct batch_log *log);

/* Tells of the last n batches of a pipeline, the oldest first: columns batch, made_at,
 * version, input, sha256, rows, refused. */
MUST_USE enum status batch_log_list(const char *path, const char *pipeline, size_t n,
                                    struct arena *mem, const struct batch_sink *sink,
                                    struct error *err);

/* Tells of the answers of one of them, with the columns that they had.  STATUS_USAGE where
 * the pipeline has no batch of that number. */
MUST_USE enum status batch_log_answers(const char *path, const char *pipeline,
                                       size_t batch, struct arena *mem,
                                       const struct batch_sink *sink, struct error *err);

#endif
