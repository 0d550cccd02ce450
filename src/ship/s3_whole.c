/* Two passes over a file, the second one out of the page cache. */
#include "ship/s3_whole.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 << 10)

static void tell(struct s3_whole *w, enum s3_whole_stage stage)
{
    atomic_store(&w->stage, (int)stage);
    (void)curl_multi_wakeup(w->multi);
}

/* Digests the file; false when it could not be read, was stopped or has another length. */
static bool pass(struct s3_whole *w, enum digest_kind kind, unsigned char *buffer,
                 unsigned char *out)
{
    struct digest d = {NULL};
    uint64_t at = 0;
    ssize_t got = 1;
    digest_begin(&d, kind);
    while (got != 0 && !atomic_load(&w->stop)) {
        got = pread(w->fd, buffer, PIECE_BYTES, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        digest_add(&d, buffer, (size_t)got);
        at += (uint64_t)got;
    }
    w->failed = got < 0 ? errno : 0;
    digest_end(&d, out);
    digest_release(&d);
    return got == 0 && at == w->bytes;
}

static void *run(void *context)
{
    struct s3_whole *w = context;
    unsigned char out[SHA256_BYTES], *buffer = malloc(PIECE_BYTES);
    if (!buffer)
        out_of_memory(PIECE_BYTES);
    bool good = pass(w, DIGEST_SHA256, buffer, out);
    if (good) {
        digest_hex(out, SHA256_BYTES, w->sha256);
        tell(w, S3_WHOLE_SHA256);
        good = pass(w, DIGEST_MD5, buffer, out);
    }
    if (good)
        digest_hex(out, MD5_BYTES, w->md5);
    tell(w, good ? S3_WHOLE_BOTH : S3_WHOLE_FAILED);
    free(buffer);
    return NULL;
}

void s3_whole_begin(struct s3_whole *w)
{
    atomic_store(&w->stage, S3_WHOLE_READING);
    atomic_store(&w->stop, false);
    // Signals are for the thread that the stage runs on.
    sigset_t all, old;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    w->running = pthread_create(&w->thread, NULL, run, w) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (!w->running)
        (void)run(w);
}

void s3_whole_end(struct s3_whole *w)
{
    if (!w->running)
        return;
    atomic_store(&w->stop, true);
    (void)pthread_join(w->thread, NULL);
    w->running = false;
}
