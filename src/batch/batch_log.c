/* The log by SQLite: written here, read in batch_log_read.c. */
#include "batch/batch_log_internal.h"

#include <jansson.h>
#include <time.h>

#include "batch/batch_write.h"
#include "file/file.h"
#include "file/json.h"

enum { LOG_VERSION = 1, LOG_WAIT = 10000 }; // milliseconds

static const char tables[] =
    "CREATE TABLE batch(id INTEGER PRIMARY KEY, made_at TEXT NOT NULL, pipeline TEXT NOT "
    "NULL, version INTEGER NOT NULL, model TEXT NOT NULL, input TEXT NOT NULL, sha256 "
    "TEXT "
    "NOT NULL, rows INTEGER, refused INTEGER, columns TEXT);"
    "CREATE TABLE answer(batch INTEGER NOT NULL REFERENCES batch(id), row INTEGER NOT "
    "NULL, "
    "cells TEXT NOT NULL, PRIMARY KEY(batch, row)) WITHOUT ROWID;"
    "CREATE INDEX batch_of ON batch(pipeline, id);"
    "PRAGMA user_version = 1;";

/* Answers wait here, in a file of this process alone, while others write the log. */
static const char waiting[] =
    "CREATE TEMP TABLE waiting(row INTEGER PRIMARY KEY, cells TEXT NOT NULL); BEGIN";

enum status batch_log_failed(const struct batch_log *log, const char *what,
                             struct error *err)
{
    int code = sqlite3_extended_errcode(log->db);
    error_set(err, STATUS_ENVIRONMENT, "could not %s %s: %s", what, QUOTE_PATH(log->path),
              sqlite3_errmsg(log->db));
    if ((code & 0xff) == SQLITE_BUSY)
        error_hint(err, "another process writes it; try again, or leave the log out by "
                        "--log none");
    else if ((code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT)
        error_hint(err, "move the file away: a new one is made; or leave the log out by "
                        "--log none");
    return STATUS_ENVIRONMENT;
}

enum status batch_log_run(struct batch_log *log, const char *sql, const char *what,
                          struct error *err)
{
    return sqlite3_exec(log->db, sql, NULL, NULL, NULL) == SQLITE_OK
               ? STATUS_OK
               : batch_log_failed(log, what, err);
}

enum status batch_log_number(struct batch_log *log, const char *sql, int64_t *ret,
                             struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(log->db, sql, -1, &stmt, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW)
        *ret = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return code == SQLITE_ROW ? STATUS_OK : batch_log_failed(log, "read", err);
}

enum status batch_log_check(struct batch_log *log, bool *ret_empty, struct error *err)
{
    int64_t version = 0, known = 0;
    TRY(batch_log_number(log, "PRAGMA user_version", &version, err));
    TRY(batch_log_number(log, "SELECT count(*) FROM sqlite_master", &known, err));
    *ret_empty = version == 0 && known == 0;
    if (*ret_empty)
        return STATUS_OK;
    TRY(batch_log_number(log,
                         "SELECT count(*) FROM sqlite_master WHERE name IN ('batch', "
                         "'answer') AND type = 'table'",
                         &known, err));
    if (version == LOG_VERSION && known == 2)
        return STATUS_OK;
    if (version > LOG_VERSION && known == 2)
        error_set(err, STATUS_ENVIRONMENT,
                  "%s is a log of version %lld, later than %d, which is known",
                  QUOTE_PATH(log->path), (long long)version, LOG_VERSION);
    else
        error_set(err, STATUS_ENVIRONMENT, "%s is no log of answers",
                  QUOTE_PATH(log->path));
    error_hint(err, "--log names another file");
    return STATUS_ENVIRONMENT;
}

enum status batch_log_connect(const char *path, int flags, struct arena *mem,
                              struct batch_log **ret, struct error *err)
{
    struct batch_log *log = ARENA_NEW(mem, struct batch_log);
    log->path = path;
    log->mem = mem;
    if (sqlite3_open_v2(path, &log->db, flags, NULL) != SQLITE_OK) {
        if (!log->db)
            out_of_memory(sizeof *log);
        (void)batch_log_failed(log, "open", err);
        batch_log_close(log);
        return STATUS_ENVIRONMENT;
    }
    sqlite3_busy_timeout(log->db, LOG_WAIT);
    sqlite3_extended_result_codes(log->db, 1);
    *ret = log;
    return STATUS_OK;
}

static void now(char ret[24])
{
    time_t t = time(NULL);
    struct tm parts;
    strftime(ret, 24, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &parts));
}

/* Runs a statement with its values bound; it is reset then. */
static enum status step(struct batch_log *log, sqlite3_stmt *stmt, struct error *err)
{
    int code = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    return code == SQLITE_DONE ? STATUS_OK : batch_log_failed(log, "write", err);
}

static void bind(sqlite3_stmt *stmt, int i, const char *text)
{
    sqlite3_bind_text(stmt, i, text, -1, SQLITE_TRANSIENT);
}

static enum status add_batch(struct batch_log *log, size_t rows, size_t refused,
                             struct error *err)
{
    const struct batch_log_head *head = &log->head;
    char made_at[24];
    sqlite3_stmt *stmt = NULL;
    now(made_at);
    if (sqlite3_prepare_v2(log->db,
                           "INSERT INTO batch(made_at, pipeline, version, model, input, "
                           "sha256, rows, refused, columns) VALUES(?, ?, ?, ?, ?, ?, ?, "
                           "?, ?)",
                           -1, &stmt, NULL) != SQLITE_OK)
        return batch_log_failed(log, "write", err);
    bind(stmt, 1, made_at);
    bind(stmt, 2, head->pipeline);
    sqlite3_bind_int64(stmt, 3, (sqlite3_int64)head->version);
    bind(stmt, 4, head->model);
    bind(stmt, 5, file_name(head->input));
    bind(stmt, 6, head->sha256);
    sqlite3_bind_int64(stmt, 7, (sqlite3_int64)rows);
    sqlite3_bind_int64(stmt, 8, (sqlite3_int64)refused);
    bind(stmt, 9, log->columns);
    enum status status = step(log, stmt, err);
    sqlite3_finalize(stmt);
    return status;
}

static enum status begin_batch(struct batch_log *log, struct error *err)
{
    bool empty;
    TRY(batch_log_check(log, &empty, err));
    TRY(batch_log_run(log, waiting, "write", err));
    if (sqlite3_prepare_v2(log->db, "INSERT INTO waiting VALUES(?, ?)", -1, &log->put,
                           NULL) != SQLITE_OK)
        return batch_log_failed(log, "write", err);
    return STATUS_OK;
}

enum status batch_log_open(const char *path, const struct batch_log_head *head,
                           struct arena *mem, struct batch_log **ret, struct error *err)
{
    struct batch_log *log;
    TRY(file_make_folder(file_folder(mem, path), err));
    TRY(batch_log_connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, mem, &log,
                          err));
    log->head = *head;
    enum status status = begin_batch(log, err);
    if (status == STATUS_OK)
        *ret = log;
    else
        batch_log_close(log);
    return status;
}

/* A list as JSON text; the caller frees it. */
static char *listed(json_t *list)
{
    char *text = json_dumps(list, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(list);
    if (!text)
        out_of_memory(1);
    return text;
}

enum status batch_log_begin(void *context, const char *const *name, size_t p,
                            struct error *err)
{
    struct batch_log *log = context;
    json_t *list = json_array();
    (void)err;
    for (size_t c = 0; c < p; c++)
        json_array_append_new(list, json_string_nocheck(name[c]));
    char *text = listed(list);
    log->columns = arena_string(log->mem, text);
    free(text);
    return STATUS_OK;
}

enum status batch_log_row(void *context, const struct batch_cell *cell, size_t p,
                          struct error *err)
{
    struct batch_log *log = context;
    json_t *list = json_array();
    for (size_t c = 0; c < p; c++)
        json_array_append_new(list, batch_cell_json(&cell[c]));
    char *text = listed(list);
    sqlite3_bind_int64(log->put, 1, ++log->row);
    bind(log->put, 2, text);
    free(text);
    return step(log, log->put, err);
}

/* The tables, made where the file is new, and what waited. */
static enum status put_all(struct batch_log *log, size_t rows, size_t refused,
                           struct error *err)
{
    bool empty;
    TRY(batch_log_check(log, &empty, err));
    if (empty)
        TRY(batch_log_run(log, tables, "write", err));
    TRY(add_batch(log, rows, refused, err));
    return batch_log_run(log,
                         "INSERT INTO answer SELECT last_insert_rowid(), row, cells FROM "
                         "waiting ORDER BY row; COMMIT",
                         "write", err);
}

enum status batch_log_end(struct batch_log *log, size_t rows, size_t refused,
                          struct error *err)
{
    TRY(batch_log_run(log, "COMMIT; BEGIN IMMEDIATE", "write", err));
    return put_all(log, rows, refused, err);
}

void batch_log_close(struct batch_log *log)
{
    if (!log)
        return;
    sqlite3_finalize(log->put);
    sqlite3_close(log->db); // rolls back what was not committed
}
