/* One sink that is two. */
#include "batch/batch_tee.h"

#include <sys/stat.h>

#include "digest/digest.h"
#include "file/file.h"

struct tee {
    struct batch_writer *writer;
    struct batch_log *log; // NULL: none, or no more
    const struct watch *watch;
};

static void lose_log(struct tee *t, const struct error *why)
{
    struct error warning = *why;
    if (warning.hint[0] == '\0')
        error_hint(&warning, "the answers are not in the log");
    watch_warn(t->watch, &warning);
    batch_log_close(t->log);
    t->log = NULL;
}

static enum status tee_begin(void *context, const char *const *name, size_t p,
                             struct error *err)
{
    struct tee *t = context;
    struct error why = {.status = STATUS_OK};
    if (t->log && batch_log_begin(t->log, name, p, &why) != STATUS_OK)
        lose_log(t, &why);
    return batch_write_begin(t->writer, name, p, err);
}

static enum status tee_row(void *context, const struct batch_cell *cell, size_t p,
                           struct error *err)
{
    struct tee *t = context;
    struct error why = {.status = STATUS_OK};
    if (t->log && batch_log_row(t->log, cell, p, &why) != STATUS_OK)
        lose_log(t, &why);
    return batch_write_row(t->writer, cell, p, err);
}

/* A file of questions that cannot be read is the caller's business, a log is not. */
static enum status open_log(struct tee *t, const struct batch_job *job, const char *log,
                            struct batch_log_head head, struct error *err)
{
    char sha256[SHA256_HEX];
    uint64_t bytes;
    struct error why = {.status = STATUS_OK};
    if (!log)
        return STATUS_OK;
    TRY(digest_file(job->path, NULL, sha256, &bytes, err));
    head.input = job->path;
    head.sha256 = arena_string(job->mem, sha256);
    if (batch_log_open(log, &head, job->mem, &t->log, &why) != STATUS_OK)
        lose_log(t, &why);
    return STATUS_OK;
}

enum status batch_serve(struct batch_job *job, struct batch_writer *writer,
                        const char *log, const struct batch_log_head *head,
                        struct error *err)
{
    struct tee t = {.writer = writer, .watch = job->watch};
    const struct batch_sink sink = {&t, tee_begin, tee_row};
    struct error why = {.status = STATUS_OK};
    struct stat was = {0}, now;
    (void)stat(job->path, &was); // what is not there the log or the reader tells of
    TRY(open_log(&t, job, log, *head, err));
    job->sink = &sink;
    enum status status = batch_answer(job, err);
    if (status == STATUS_OK && (stat(job->path, &now) < 0 || !file_same(&was, &now)))
        status = file_changed(job->path, err); // the digest is of what was read
    if (status == STATUS_OK)
        status = batch_write_flush(writer, err); // the log has what was told
    if (status == STATUS_OK && t.log &&
        batch_log_end(t.log, job->rows, job->refused, &why) != STATUS_OK)
        lose_log(&t, &why);
    batch_log_close(t.log);
    batch_write_release(writer);
    job->sink = NULL;
    return status;
}
