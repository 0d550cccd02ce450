/* The local list of uploads in parts whose end is not known.
 *
 * Those of a process that was killed are ended by a later one (s3_sweep.c): their parts
 * would take the server's room for ever, and no listing of objects shows them.  An upload
 * is entered before it is asked for, and again when its id is known.
 *
 * .dvc/tmp/nightmill.uploads has a line for each: process, the remote's URL, key and
 * upload id, the last three percent-encoded, with a blank between; while the id is not
 * known, @ and the time of the request stand for it.  The file is a help, not a promise:
 * where it cannot be written, the work goes on without it. */
#ifndef S3_S3_PENDING_H
#define S3_S3_PENDING_H

#include "s3/s3_put.h"

#define S3_PENDING_FOLDER ".dvc/tmp"
#define S3_PENDING_FILE S3_PENDING_FOLDER "/nightmill.uploads"

struct s3_pending {
    const char *key;
    const char *id;  // NULL: it was asked for, but no answer was heard
    int64_t asked_s; // when that was, by our clock, since 1970; 0 with an id
    struct s3_pending *next;
};

/* Enters an upload of this process, and strikes out one of any process. */
void s3_pending_add(const struct s3_client *client, struct s3_pending upload);
void s3_pending_strike(const struct s3_client *client, struct s3_pending upload);

/* What dead processes left on this remote.  To be asked before this process has begun
 * anything. */
struct s3_pending *s3_pending_of_the_dead(const struct s3_client *client,
                                          struct arena *mem);

/* True when a process that lives has entered the upload. */
bool s3_pending_is_alive(const struct s3_client *client, const char *key, const char *id);

#endif
