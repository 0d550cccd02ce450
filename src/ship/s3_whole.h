/* The digests of a whole file, by a thread of their own.
 *
 * The SHA-256 of an upload in parts must be known before its first part is sent, the MD5
 * before the last: so the SHA-256 comes first, and the MD5 while parts are sent. */
#ifndef SHIP_S3_WHOLE_H
#define SHIP_S3_WHOLE_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "ship/digest.h"

enum s3_whole_stage { S3_WHOLE_READING, S3_WHOLE_SHA256, S3_WHOLE_BOTH, S3_WHOLE_FAILED };

struct s3_whole {
    int fd; // read by offset only
    uint64_t bytes;
    CURLM *multi; // woken when there is something new
    char md5[MD5_HEX], sha256[SHA256_HEX];
    int failed; // errno; 0: the file has another length
    _Atomic int stage;
    atomic_bool stop;
    pthread_t thread;
    bool running;
};

/* Starts; fd, bytes and multi are filled in. */
void s3_whole_begin(struct s3_whole *whole);

/* Stops and waits for the thread; fine when it was never started. */
void s3_whole_end(struct s3_whole *whole);

#endif
