/* Between the writing and the reading of the log. */
#ifndef BATCH_BATCH_LOG_INTERNAL_H
#define BATCH_BATCH_LOG_INTERNAL_H

#include <sqlite3.h>

#include "batch/batch_log.h"

struct batch_log {
    const char *path;
    struct arena *mem;
    sqlite3 *db;
    struct batch_log_head head;
    const char *columns; // a JSON list
    sqlite3_stmt *put;   // an answer among those that wait
    sqlite3_int64 row;
};

/* "could not <what> 'path': <what SQLite says>", and what helps. */
enum status batch_log_failed(const struct batch_log *log, const char *what,
                             struct error *err);

/* Opens the file; flags are SQLite's. */
MUST_USE enum status batch_log_connect(const char *path, int flags, struct arena *mem,
                                       struct batch_log **ret, struct error *err);

/* Refuses a file that is no log of this version; ret_empty: there is nothing in it yet. */
MUST_USE enum status batch_log_check(struct batch_log *log, bool *ret_empty,
                                     struct error *err);

/* Runs statements that give nothing; reads the one number that a statement gives. */
MUST_USE enum status batch_log_run(struct batch_log *log, const char *sql,
                                   const char *what, struct error *err);
MUST_USE enum status batch_log_number(struct batch_log *log, const char *sql,
                                      int64_t *ret, struct error *err);

#endif
