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

/* Reads the next piece; false at the end of the file, on failure, and when told to stop. */
static bool next_piece(struct s3_whole *w, uint64_t at, unsigned char *buffer,
                       size_t *ret)
{
    ssize_t got;
    do
        got = pread(w->fd, buffer, PIECE_BYTES, (off_t)at);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        w->failed = errno;
    *ret = got > 0 ? (size_t)got : 0;
    return got > 0 && !atomic_load(&w->stop);
}

/* Digests all of it; false when the file has another length. */
static bool pass(struct s3_whole *w, enum digest_kind kind, size_t size,
                 unsigned char *buffer, char *out)
{
    CLEANUP(digest_release) struct digest d = {NULL};
    unsigned char raw[SHA256_BYTES];
    uint64_t at = 0;
    size_t n;
    digest_begin(&d, kind);
    while (next_piece(w, at, buffer, &n)) {
        digest_add(&d, buffer, n);
        at += n;
    }
    digest_end(&d, raw);
    digest_hex(raw, size, out);
    return at == w->bytes;
}

static void *run(void *context)
{
    struct s3_whole *w = context;
    unsigned char *buffer = malloc(PIECE_BYTES);
    if (!buffer)
        out_of_memory(PIECE_BYTES);
    bool good = pass(w, DIGEST_SHA256, SHA256_BYTES, buffer, w->sha256);
    if (good)
        tell(w, S3_WHOLE_SHA256);
    good = good && pass(w, DIGEST_MD5, MD5_BYTES, buffer, w->md5);
    tell(w, good ? S3_WHOLE_ALL : S3_WHOLE_FAILED);
    free(buffer);
    return NULL;
}

void s3_whole_begin(struct s3_whole *w, const struct transfer *t)
{
    atomic_store(&w->stage, S3_WHOLE_READING);
    atomic_store(&w->stop, false);
    if (t->vouched) {
        memcpy(w->md5, t->md5, sizeof w->md5);
        memcpy(w->sha256, t->sha256, sizeof w->sha256);
        atomic_store(&w->stage, S3_WHOLE_ALL);
        return;
    }
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
