/* Sending: what the single PUT and the upload in parts share. */
#ifndef S3_S3_PUT_H
#define S3_S3_PUT_H

#include <sys/stat.h>

#include "s3/s3_client.h"

struct s3_upload;
struct s3_pending;

/* What a slot remembers between the requests of a chain. */
struct s3_put_slot {
    bool second;      // the file is read or sent for the second time
    struct error err; // why the object is being deleted
};

struct s3_put {
    struct s3_client *client;
    struct transfer *v; // [n]
    size_t n, next;
    struct arena *mem;
    struct s3_tally tally;
    struct s3_put_slot slot[S3_MAX_JOBS];
    struct s3_upload *uploads; // under way
    struct s3_pending *left;   // by dead processes, to be ended
    size_t asking;             // requests that look for more of them
};

/* The transfer failed, or is whole. */
void s3_put_failed(struct s3_put *put, size_t index, const struct error *err);
void s3_put_whole(struct s3_put *put, size_t index, const char *etag);

/* Fills err: the file is not what it was when it was digested. */
enum status s3_put_changed(const struct transfer *t, struct error *err);

/* Makes the slot's call one that asks what the server has, and settles the transfer; the
 * object is deleted when that is something else. */
bool s3_put_ask(struct s3_put *put, struct s3_slot *slot, size_t index);

/* Makes the slot's call one that deletes a wrong object and then reports err. */
bool s3_put_undo(struct s3_put *put, struct s3_slot *slot, size_t index,
                 const struct error *err);

/* True when what a HEAD says of an object is what this transfer noted beside it. */
bool s3_is_ours(const struct s3_answer *answer, const struct transfer *transfer);

/* True for an ETag that is the MD5 of the bytes, if the server encrypts nothing. */
bool s3_plain_etag(const struct s3_answer *answer, bool parts);

/* s3_put_file.c: digests the bytes, compares with the MD5 that is wanted, and makes them
 * the call's body; of a file that is short, and is then closed, or of a longer one, which
 * is read again while it is sent. */
MUST_USE enum status s3_take_body(struct transfer *t, struct view body,
                                  struct s3_call *call, struct error *err);
MUST_USE enum status s3_take_file(struct transfer *t, int fd, const struct stat *st,
                                  struct s3_slot *slot, struct error *err);

/* s3_multipart.c: begins an upload in parts of an open file, which it then owns. */
MUST_USE enum status s3_upload_begin(struct s3_put *put, size_t index, int fd,
                                     const struct stat *st, struct error *err);

/* True when another one may begin now: one file at a time is digested. */
bool s3_upload_may_begin(const struct s3_put *put);

/* The next call of the uploads under way; false: none now. */
bool s3_upload_next(struct s3_put *put, struct s3_slot *slot);
void s3_upload_release(struct s3_put *put);

/* The length of the parts of a file; a whole number of MiB where wanted is one. */
uint64_t s3_part_bytes(uint64_t bytes, uint64_t wanted);

#endif
