/* Uploads in parts that were begun, so that those of a process that was killed are
 * aborted by a later one: their parts would take the server's room for ever, and no
 * listing of objects shows them.
 *
 * .dvc/tmp/nightmill.uploads has a line for each: process, the remote's URL, key and
 * upload id, the last three percent-encoded, with a blank between.  The file is a help,
 * not a promise: where it cannot be written, the work goes on without it. */
#ifndef SHIP_S3_PENDING_H
#define SHIP_S3_PENDING_H

#include "ship/s3_put.h"

#define S3_PENDING_FOLDER ".dvc/tmp"
#define S3_PENDING_FILE S3_PENDING_FOLDER "/nightmill.uploads"

struct s3_pending {
    const char *key, *id;
    struct s3_pending *next;
};

/* Finds what dead processes left on this remote; once for each open remote. */
void s3_pending_begin(struct s3_put *put);

/* Makes the slot's call one that aborts the next of them; false: there is none. */
bool s3_pending_next(struct s3_put *put, struct s3_slot *slot);

/* Enters an upload of this process, and strikes it out. */
void s3_pending_add(const struct s3_client *client, const char *key, const char *id);
void s3_pending_strike(const struct s3_client *client, const char *key, const char *id);

#endif
