/* A file that an answer goes into, digested on its way; a part of s3/s3_client.h.
 *
 * Small pieces are gathered.  The MD5 of a long answer is the work of a thread that
 * follows the file as it grows and asks the system to write it back meanwhile, so that
 * neither keeps the connection waiting. */
#ifndef S3_S3_SINK_H
#define S3_S3_SINK_H

#include <pthread.h>

#include "digest/digest.h"

/* Zeros, with fd -1, are a sink without a file. */
struct s3_sink {
    int fd;
    uint64_t most;  // bytes that it takes
    uint64_t bytes; // that came
    int failed;     // errno of a write; EFBIG for a byte too many
    bool too_long;  // that one came

    struct digest md5, sha256;
    unsigned char *held; // [n_held] gathered, not yet written
    size_t n_held;
    bool used; // something was written

    bool following; // the thread runs; what follows is guarded by lock
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t written, digested;
    bool ended, abandoned;
};

/* Takes an empty file, open for reading and writing, for at most so many bytes. */
void s3_sink_open(struct s3_sink *sink, int fd, uint64_t most);

/* Forgets what an attempt before wrote. */
void s3_sink_begin(struct s3_sink *sink);

/* Both are false after a failure, which sink->failed tells. */
bool s3_sink_write(struct s3_sink *sink, const char *p, size_t n);
bool s3_sink_end(struct s3_sink *sink, char md5[MD5_HEX], char sha256[SHA256_HEX]);

/* Closes the file; and frees what the sink keeps from one file to the next. */
void s3_sink_close(struct s3_sink *sink);
void s3_sink_release(struct s3_sink *sink);

#endif
