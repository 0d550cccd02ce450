/* An upload in parts, for s3_multipart.c and s3_part.c. */
#ifndef S3_S3_UPLOAD_H
#define S3_S3_UPLOAD_H

#include "s3/s3_put.h"
#include "s3/s3_whole.h"

enum upload_state {
    UPLOAD_NEW,   // the whole is being digested
    UPLOAD_ASKED, // waits for its id
    UPLOAD_SENDING,
    UPLOAD_ENDING, // completion or abort is under way
    UPLOAD_OVER,
};

struct part {
    const char *etag; // as the server said it; NULL: not sent yet
    bool second;      // it was sent twice
};

struct s3_upload {
    struct s3_upload *next;
    struct s3_put *put;
    size_t index; // of the transfer
    enum upload_state state;
    int fd;
    struct stat st;
    uint64_t part_bytes;
    struct part *part; // [n]
    size_t n, begun, done;
    const char *id;  // NULL: there is nothing to abort
    int64_t asked_s; // when it was asked for, since 1970
    struct s3_whole whole;
    bool second, failed, restart;
    struct error err;
};

struct transfer *s3_upload_transfer(const struct s3_upload *u);

/* The upload will be aborted, and report the first such error. */
void s3_upload_fail(struct s3_upload *u, const struct error *err);

/* Makes the slot's call one of the upload, without a body. */
void s3_upload_call(struct s3_upload *u, struct s3_slot *slot, const char *method,
                    s3_done *done);

/* Makes the call that sends a part, counted from 0; false, with the upload failed, when
 * the file could not be read. */
bool s3_upload_part(struct s3_upload *u, struct s3_slot *slot, size_t number);

#endif
