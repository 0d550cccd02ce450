/* --record FILE: one line a run, for machines.
 *
 * The line is a JSON object (docs/formats.md, "Records of runs"), appended by a single
 * write to a file that was opened for appending: runs that end at one time leave whole
 * lines, without a lock.  It is written once, at the end, whatever that is: success, a
 * fault in data, a command line that cannot be understood, lost memory, SIGINT, SIGTERM or
 * SIGHUP.  Only what ends a process without asking it leaves no line. */
#ifndef STAGE_RECORD_H
#define STAGE_RECORD_H

#include "stage/stage.h"

/* Opens the file for a run, which began at started_s of progress_clock_s; from then on lost
 * memory and record_signal write the line.  STATUS_ENVIRONMENT when it cannot be written,
 * STATUS_INPUT when it holds something else than records.  Both must outlive the
 * process. */
MUST_USE enum status record_open(const char *path, const struct run *run,
                                 double started_s, struct error *err);

/* STATUS_USAGE when the file stands where an output goes, which would take its place. */
MUST_USE enum status record_check(const struct publish *publish, struct error *err);

/* Writes the line, unless there is none to write.  error is looked at when the status is
 * none of success; it comes after the faults that the run has told. */
MUST_USE enum status record_write(enum status status, const struct error *error,
                                  struct error *err);

/* The same for a signal that ends the process now; for its handler. */
void record_signal(int number);

#endif
