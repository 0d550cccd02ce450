/* Batch after batch, with one arena a worker for all of them. */
#include "series/batches.h"

#include "base/stop.h"

enum { BATCH = 256 };

struct batches_job {
    batches_piece *piece;
    void *context;
    size_t from;           // the batch's first piece
    struct arena *scratch; // [threads]
};

static enum status run_piece(void *context, size_t i, size_t worker, struct error *err)
{
    const struct batches_job *job = context;
    TRY(job->piece(job->context, job->from + i, &job->scratch[worker], err));
    return stop_check(err);
}

enum status batches_run(size_t threads, size_t n, batches_piece *piece, void *context,
                        const struct watch *watch, const char *what, struct error *err)
{
    static const struct watch nobody;
    struct arena mem = {0};
    enum status status = STATUS_OK;
    threads = threads > 0 ? threads : 1;
    struct batches_job job = {.piece = piece, .context = context};
    job.scratch = ARENA_ARRAY(&mem, struct arena, threads);
    for (; status == STATUS_OK && job.from < n; job.from += BATCH) {
        size_t batch = n - job.from < BATCH ? n - job.from : BATCH;
        status = thread_run(threads, batch, run_piece, &job, err);
        watch_progress(watch ? watch : &nobody, what, job.from + batch, n);
    }
    for (size_t t = 0; t < threads; t++)
        arena_release(&job.scratch[t]);
    arena_release(&mem);
    return status;
}
