/* Two passes over a file, the second one out of the page cache. */
#include "ship/s3_whole.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "ship/md5_pair.h"

#define PIECE_BYTES ((size_t)256 << 10)

static void tell(struct s3_whole *w, enum s3_whole_stage stage)
{
    atomic_store(&w->stage, (int)stage);
    (void)curl_multi_wakeup(w->multi);
}

/* Reads the next piece, to the end of its part or the file at most; what it has is a
 * whole number of MD5's blocks unless the file ends. */
static bool next_piece(struct s3_whole *w, uint64_t at, unsigned char *buffer,
                       size_t *ret)
{
    uint64_t left = w->part_bytes - at % w->part_bytes;
    size_t want = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES, n = 0;
    ssize_t got = 1;
    while (n < want && got != 0) {
        got = pread(w->fd, buffer + n, want - n, (off_t)(at + n));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            w->failed = errno;
            return false;
        }
        n += (size_t)got;
    }
    *ret = n;
    return n > 0 && !atomic_load(&w->stop);
}

static bool pass_sha256(struct s3_whole *w, unsigned char *buffer)
{
    CLEANUP(digest_release) struct digest sha256 = {NULL};
    unsigned char out[SHA256_BYTES];
    uint64_t at = 0;
    size_t n;
    digest_begin(&sha256, DIGEST_SHA256);
    while (next_piece(w, at, buffer, &n)) {
        digest_add(&sha256, buffer, n);
        at += n;
    }
    digest_end(&sha256, out);
    digest_hex(out, SHA256_BYTES, w->sha256);
    return at == w->bytes;
}

/* Both kinds of MD5 in one go. */
static bool pass_md5(struct s3_whole *w, unsigned char *buffer)
{
    struct md5_state whole, part = {{0}};
    unsigned char out[MD5_BYTES] = {0};
    uint64_t at = 0;
    size_t n = 0;
    md5_pair_begin(&whole);
    while (at < w->bytes && next_piece(w, at, buffer, &n)) {
        uint64_t number = at / w->part_bytes, first = number * w->part_bytes;
        if (at == first)
            md5_pair_begin(&part);
        size_t tail = n % MD5_BLOCK_BYTES;
        unsigned char *rest = buffer + n - tail;
        md5_pair_blocks(&whole, &part, buffer, n / MD5_BLOCK_BYTES);
        at += n;
        if (at == first + w->part_bytes || at >= w->bytes)
            md5_pair_end(&part, rest, tail, at - first, w->part_md5 + number * MD5_BYTES);
        if (at >= w->bytes)
            md5_pair_end(&whole, rest, tail, at, out);
        else if (tail > 0)
            break; // the file became shorter
    }
    if (at != w->bytes)
        return false;
    digest_hex(out, MD5_BYTES, w->md5);
    return true;
}

static void *run(void *context)
{
    struct s3_whole *w = context;
    unsigned char *buffer = malloc(PIECE_BYTES);
    if (!buffer)
        out_of_memory(PIECE_BYTES);
    bool good = pass_sha256(w, buffer);
    if (good)
        tell(w, S3_WHOLE_SHA256);
    good = good && pass_md5(w, buffer);
    tell(w, good ? S3_WHOLE_ALL : S3_WHOLE_FAILED);
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
