/* Answers that go to their reader and, where there is one, into the log.  A log that fails
 * is told of once, as a warning, and the answers go on without it. */
#ifndef BATCH_BATCH_TEE_H
#define BATCH_BATCH_TEE_H

#include "batch/batch_log.h"
#include "batch/batch_write.h"

/* Answers the questions of job->path into the writer; log: the path of the log's file, NULL
 * for none; of head the pipeline, the model and its version are given.  Sets job->sink. */
MUST_USE enum status batch_serve(struct batch_job *job, struct batch_writer *writer,
                                 const char *log, const struct batch_log_head *head,
                                 struct error *err);

#endif
