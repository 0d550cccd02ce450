/* What stands in the log.  Nothing of it is trusted: the file may be anybody's. */
#include "batch/batch_log_internal.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "file/file.h"

static enum status open_log(const char *path, struct arena *mem, struct batch_log **ret,
                            struct error *err)
{
    bool empty = false;
    if (!file_exists(path)) {
        error_set(err, STATUS_INPUT, "there is no log %s", QUOTE_PATH(path));
        error_hint(err,
                   "'bin/predict PIPELINE.yaml --input FILE.csv' keeps what it answers");
        return STATUS_INPUT;
    }
    TRY(batch_log_connect(path, SQLITE_OPEN_READWRITE, mem, ret, err));
    enum status status = batch_log_check(*ret, &empty, err);
    if (status == STATUS_OK && empty)
        status =
            error_set(err, STATUS_INPUT, "%s holds no answers yet", QUOTE_PATH(path));
    if (status != STATUS_OK)
        batch_log_close(*ret);
    return status;
}

/* A text that somebody has damaged is shown with escapes. */
static struct batch_cell cell_of(sqlite3_stmt *stmt, int c, struct arena *mem)
{
    struct text shown = {.mem = mem};
    int type = sqlite3_column_type(stmt, c);
    if (type == SQLITE_NULL)
        return (struct batch_cell){NULL, NAN};
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT)
        return (struct batch_cell){NULL, sqlite3_column_double(stmt, c)};
    const char *text = (const char *)sqlite3_column_text(stmt, c);
    size_t n = text ? strlen(text) : 0;
    if (text_utf8_valid(text, n) != n)
        text_add_shown(&shown, (struct view){text, n});
    else
        text_puts(&shown, text ? text : "");
    return (struct batch_cell){shown.p ? shown.p : "", NAN};
}

static const char *const heads[] = {"batch",  "made_at", "version", "input",
                                    "sha256", "rows",    "refused"};

static enum status tell_batches(struct batch_log *log, sqlite3_stmt *stmt,
                                const struct batch_sink *sink, struct error *err)
{
    struct batch_cell cell[COUNT_OF(heads)];
    int code;
    TRY(sink->begin(sink->context, heads, COUNT_OF(heads), err));
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        for (size_t c = 0; c < COUNT_OF(heads); c++)
            cell[c] = cell_of(stmt, (int)c, log->mem);
        TRY(sink->row(sink->context, cell, COUNT_OF(heads), err));
    }
    return code == SQLITE_DONE ? STATUS_OK : batch_log_failed(log, "read", err);
}

enum status batch_log_list(const char *path, const char *pipeline, size_t n,
                           struct arena *mem, const struct batch_sink *sink,
                           struct error *err)
{
    struct batch_log *log;
    sqlite3_stmt *stmt = NULL;
    TRY(open_log(path, mem, &log, err));
    enum status status = STATUS_OK;
    if (sqlite3_prepare_v2(
            log->db,
            "SELECT * FROM (SELECT id, made_at, version, input, sha256, "
            "rows, refused FROM batch WHERE pipeline = ? AND columns IS NOT "
            "NULL ORDER BY id DESC LIMIT ?) ORDER BY id",
            -1, &stmt, NULL) != SQLITE_OK)
        status = batch_log_failed(log, "read", err);
    sqlite3_bind_text(stmt, 1, pipeline, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, (sqlite3_int64)n);
    if (status == STATUS_OK)
        status = tell_batches(log, stmt, sink, err);
    sqlite3_finalize(stmt);
    batch_log_close(log);
    return status;
}

static enum status damaged(const struct batch_log *log, struct error *err)
{
    (void)error_refuse(err, log->path, NULL, "the log is damaged");
    error_hint(err, "move the file away: a new one is made");
    return STATUS_INPUT;
}

/* The names of a batch's columns, in the log's arena. */
static enum status read_names(struct batch_log *log, sqlite3_stmt *stmt,
                              const char ***ret, size_t *ret_p, struct error *err)
{
    const char *text = (const char *)sqlite3_column_text(stmt, 0);
    json_t *list = json_loads(text ? text : "", 0, NULL);
    size_t p = json_array_size(list);
    const char **name = ARENA_ARRAY(log->mem, const char *, p);
    bool good = p > 0;
    for (size_t c = 0; good && c < p; c++) {
        const char *value = json_string_value(json_array_get(list, c));
        good = value != NULL;
        name[c] = good ? arena_string(log->mem, value) : "";
    }
    json_decref(list);
    *ret = name;
    *ret_p = p;
    return good ? STATUS_OK : damaged(log, err);
}

/* One answer, handed on. */
static enum status tell_answer(struct batch_log *log, sqlite3_stmt *stmt, size_t p,
                               struct batch_cell *cell, const struct batch_sink *sink,
                               struct error *err)
{
    const char *text = (const char *)sqlite3_column_text(stmt, 0);
    json_t *list = json_loads(text ? text : "", 0, NULL);
    enum status status = json_array_size(list) == p ? STATUS_OK : damaged(log, err);
    for (size_t c = 0; status == STATUS_OK && c < p; c++) {
        const json_t *value = json_array_get(list, c);
        cell[c] =
            (struct batch_cell){json_string_value(value),
                                json_is_number(value) ? json_number_value(value) : NAN};
    }
    if (status == STATUS_OK)
        status = sink->row(sink->context, cell, p, err);
    json_decref(list);
    return status;
}

static enum status tell_answers(struct batch_log *log, sqlite3_int64 batch, size_t p,
                                const struct batch_sink *sink, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(log->db,
                                  "SELECT cells FROM answer WHERE batch = ? ORDER BY row",
                                  -1, &stmt, NULL);
    if (code != SQLITE_OK)
        return batch_log_failed(log, "read", err);
    struct batch_cell *cell = ARENA_ARRAY(log->mem, struct batch_cell, p);
    enum status status = STATUS_OK;
    sqlite3_bind_int64(stmt, 1, batch);
    while (status == STATUS_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW)
        status = tell_answer(log, stmt, p, cell, sink, err);
    if (status == STATUS_OK && code != SQLITE_DONE)
        status = batch_log_failed(log, "read", err);
    sqlite3_finalize(stmt);
    return status;
}

static enum status answers_of(struct batch_log *log, const char *pipeline, size_t batch,
                              const struct batch_sink *sink, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    const char **name = NULL;
    size_t p = 0;
    if (sqlite3_prepare_v2(log->db,
                           "SELECT columns FROM batch WHERE id = ? AND pipeline = ?", -1,
                           &stmt, NULL) != SQLITE_OK)
        return batch_log_failed(log, "read", err);
    sqlite3_bind_int64(stmt, 1, (sqlite3_int64)batch);
    sqlite3_bind_text(stmt, 2, pipeline, -1, SQLITE_STATIC);
    enum status status =
        sqlite3_step(stmt) == SQLITE_ROW
            ? read_names(log, stmt, &name, &p, err)
            : error_set(err, STATUS_USAGE, "the log has no batch %zu of %s", batch,
                        QUOTE(pipeline));
    sqlite3_finalize(stmt);
    TRY(status);
    TRY(sink->begin(sink->context, name, p, err));
    return tell_answers(log, (sqlite3_int64)batch, p, sink, err);
}

enum status batch_log_answers(const char *path, const char *pipeline, size_t batch,
                              struct arena *mem, const struct batch_sink *sink,
                              struct error *err)
{
    struct batch_log *log;
    TRY(open_log(path, mem, &log, err));
    enum status status = answers_of(log, pipeline, batch, sink, err);
    batch_log_close(log);
    return status;
}
