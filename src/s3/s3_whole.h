/* The digests of a file that is sent in parts, by a thread of their own.
 *
 * Both must be known before the upload is completed; parts are sent meanwhile.  What the
 * caller vouches for is not digested again. */
#ifndef S3_S3_WHOLE_H
#define S3_S3_WHOLE_H

#include <pthread.h>
#include <stdatomic.h>

#include "remote/remote.h"
#include "s3/libcurl.h"

enum s3_whole_stage { S3_WHOLE_READING, S3_WHOLE_DONE, S3_WHOLE_FAILED };

struct s3_whole {
    int fd; // read by offset only
    uint64_t bytes;
    CURLM *multi;                          // woken when there is something new
    char md5[MD5_HEX], sha256[SHA256_HEX]; // "" while not known
    int failed;                            // errno; 0: the file has another length
    _Atomic int stage;
    atomic_bool stop;
    pthread_t thread;
    bool running;
};

/* Starts; what stands before md5 is filled in. */
void s3_whole_begin(struct s3_whole *whole, const struct transfer *transfer);

/* Stops and waits for the thread; fine when it was never started. */
void s3_whole_end(struct s3_whole *whole);

#endif
