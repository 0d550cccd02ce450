/* Writing an answer into a file, its SHA-256 on the way, its MD5 beside it.
 *
 * The thread reads what was written out of the page cache.  It may fall behind by a few
 * pieces only: then the writer waits for it, so that the end never takes long. */
#define _GNU_SOURCE // sync_file_range

#include "s3/s3_sink.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELD_BYTES ((size_t)128 << 10)
#define FOLLOW_FROM ((uint64_t)1 << 20) // a shorter answer is not worth a thread
#define MAX_BEHIND ((uint64_t)32 << 20)
#define WRITE_BACK_BYTES ((uint64_t)8 << 20)

static bool fail(struct s3_sink *sink, int number)
{
    sink->failed = number;
    return false;
}

/* Has the system write back what was digested; how that goes is found out by the sync
 * before the rename. */
static void write_back(const struct s3_sink *sink, uint64_t from, uint64_t to)
{
    (void)sync_file_range(sink->fd, (off_t)from, (off_t)(to - from),
                          SYNC_FILE_RANGE_WRITE);
}

/* Waits for bytes to digest; 0 when there will be no more. */
static size_t wait_for_bytes(struct s3_sink *sink)
{
    uint64_t left;
    (void)pthread_mutex_lock(&sink->lock);
    while ((left = sink->written - sink->digested) < HELD_BYTES && !sink->ended)
        (void)pthread_cond_wait(&sink->moved, &sink->lock);
    if (sink->abandoned)
        left = 0;
    (void)pthread_mutex_unlock(&sink->lock);
    return left < HELD_BYTES ? (size_t)left : HELD_BYTES;
}

static void *follow(void *context)
{
    struct s3_sink *sink = context;
    uint64_t at = sink->digested, back = 0; // nobody else changes it
    unsigned char *piece = malloc(HELD_BYTES);
    if (!piece)
        out_of_memory(HELD_BYTES);
    for (size_t n; (n = wait_for_bytes(sink)) > 0;) {
        ssize_t got = pread(sink->fd, piece, n, (off_t)at);
        size_t came = got > 0 ? (size_t)got : n; // a digest without them is wrong
        if (got > 0)
            digest_add(&sink->md5, piece, came);
        at += came;
        if (at - back >= WRITE_BACK_BYTES) {
            write_back(sink, back, at);
            back = at;
        }
        (void)pthread_mutex_lock(&sink->lock);
        sink->digested = at;
        (void)pthread_cond_signal(&sink->moved);
        (void)pthread_mutex_unlock(&sink->lock);
    }
    free(piece);
    return NULL;
}

static void start_following(struct s3_sink *sink)
{
    sigset_t all, old;
    sink->digested = sink->written;
    sink->ended = sink->abandoned = false;
    (void)pthread_mutex_init(&sink->lock, NULL);
    (void)pthread_cond_init(&sink->moved, NULL);
    // Signals are for the thread that the stage runs on.
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &old);
    sink->following = pthread_create(&sink->thread, NULL, follow, sink) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void stop_following(struct s3_sink *sink, bool abandoned)
{
    if (!sink->following)
        return;
    (void)pthread_mutex_lock(&sink->lock);
    sink->ended = true;
    sink->abandoned = abandoned;
    (void)pthread_cond_signal(&sink->moved);
    (void)pthread_mutex_unlock(&sink->lock);
    (void)pthread_join(sink->thread, NULL);
    (void)pthread_cond_destroy(&sink->moved);
    (void)pthread_mutex_destroy(&sink->lock);
    sink->following = false;
}

/* Tells the thread of n more bytes in the file. */
static void move_on(struct s3_sink *sink, size_t n)
{
    (void)pthread_mutex_lock(&sink->lock);
    while (sink->written - sink->digested > MAX_BEHIND)
        (void)pthread_cond_wait(&sink->moved, &sink->lock);
    sink->written += n;
    (void)pthread_cond_signal(&sink->moved);
    (void)pthread_mutex_unlock(&sink->lock);
}

/* Writes what was gathered. */
static bool flush(struct s3_sink *sink)
{
    size_t n = sink->n_held;
    if (!restart_write(sink->fd, sink->held, n))
        return fail(sink, errno);
    sink->used = sink->used || n > 0;
    sink->n_held = 0;
    if (sink->following) {
        move_on(sink, n);
        return true;
    }
    digest_add(&sink->md5, sink->held, n);
    sink->written += n;
    if (sink->written >= FOLLOW_FROM)
        start_following(sink);
    return true;
}

void s3_sink_open(struct s3_sink *sink, int fd, uint64_t most)
{
    sink->fd = fd;
    sink->most = most;
    sink->used = false;
}

void s3_sink_begin(struct s3_sink *sink)
{
    stop_following(sink, true);
    sink->bytes = sink->written = sink->n_held = 0;
    sink->failed = 0;
    sink->too_long = false;
    digest_begin(&sink->md5, DIGEST_MD5);
    digest_begin(&sink->sha256, DIGEST_SHA256);
    if (!sink->held)
        sink->held = malloc(HELD_BYTES);
    if (!sink->held)
        out_of_memory(HELD_BYTES);
    if (!sink->used)
        return;
    if (ftruncate(sink->fd, 0) != 0 || lseek(sink->fd, 0, SEEK_SET) != 0)
        sink->failed = errno;
}

bool s3_sink_write(struct s3_sink *sink, const char *p, size_t n)
{
    if (sink->failed)
        return false;
    sink->too_long = n > sink->most - sink->bytes;
    if (sink->too_long)
        return fail(sink, EFBIG);
    sink->bytes += n;
    digest_add(&sink->sha256, p, n);
    while (n > 0) {
        size_t room = HELD_BYTES - sink->n_held, some = n < room ? n : room;
        memcpy(sink->held + sink->n_held, p, some);
        sink->n_held += some;
        p += some;
        n -= some;
        if (sink->n_held == HELD_BYTES && !flush(sink))
            return false;
    }
    return true;
}

bool s3_sink_end(struct s3_sink *sink, char md5[MD5_HEX], char sha256[SHA256_HEX])
{
    bool good = !sink->failed && flush(sink);
    stop_following(sink, !good);
    if (!good)
        return false;
    digest_end_hex(&sink->md5, DIGEST_MD5, md5);
    digest_end_hex(&sink->sha256, DIGEST_SHA256, sha256);
    return true;
}

void s3_sink_close(struct s3_sink *sink)
{
    stop_following(sink, true);
    (void)close(sink->fd);
    sink->fd = -1;
}

void s3_sink_release(struct s3_sink *sink)
{
    digest_release(&sink->md5);
    digest_release(&sink->sha256);
    free(sink->held);
    sink->held = NULL;
}
