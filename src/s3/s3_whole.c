/* One pass over a file, beside the one that sends it out of the page cache. */
#include "s3/s3_whole.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 << 10)

/* Reads the next piece; false at the end of the file, on failure, and when told to stop. */
static bool next_piece(struct s3_whole *w, uint64_t at, unsigned char *buffer,
                       size_t *ret)
{
    ssize_t got;
    got = pread(w->fd, buffer, PIECE_BYTES, (off_t)at);
    if (got < 0)
        w->failed = errno;
    *ret = got > 0 ? (size_t)got : 0;
    return got > 0 && !atomic_load(&w->stop);
}

/* Finds the digests that are not known; false when the file has another length. */
static bool pass(struct s3_whole *w, unsigned char *buffer)
{
    CLEANUP(digest_release) struct digest md5 = {NULL}, sha256 = {NULL};
    bool want_md5 = !w->md5[0], want_sha256 = !w->sha256[0];
    uint64_t at = 0;
    size_t n;
    digest_begin(&md5, DIGEST_MD5);
    digest_begin(&sha256, DIGEST_SHA256);
    while (next_piece(w, at, buffer, &n)) {
        if (want_md5)
            digest_add(&md5, buffer, n);
        if (want_sha256)
            digest_add(&sha256, buffer, n);
        at += n;
    }
    if (want_md5)
        digest_end_hex(&md5, DIGEST_MD5, w->md5);
    if (want_sha256)
        digest_end_hex(&sha256, DIGEST_SHA256, w->sha256);
    return at == w->bytes;
}

static void *run(void *context)
{
    struct s3_whole *w = context;
    unsigned char *buffer = malloc(PIECE_BYTES);
    if (!buffer)
        out_of_memory(PIECE_BYTES);
    bool good = pass(w, buffer);
    free(buffer);
    atomic_store(&w->stage, good ? S3_WHOLE_DONE : S3_WHOLE_FAILED);
    (void)libcurl.multi_wakeup(w->multi);
    return NULL;
}

void s3_whole_begin(struct s3_whole *w, const struct transfer *t)
{
    atomic_store(&w->stage, S3_WHOLE_READING);
    atomic_store(&w->stop, false);
    if (t->vouched) {
        memcpy(w->md5, t->md5, sizeof w->md5);
        memcpy(w->sha256, t->sha256, sizeof w->sha256);
    }
    if (w->md5[0] && w->sha256[0]) {
        atomic_store(&w->stage, S3_WHOLE_DONE);
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
