/* Files that DVC locks by flock, with the holder's number in them.  The tool that make
 * builds first (stages/plan.c) has this and nothing else of this layer. */
#ifndef DVC_DVC_LOCK_H
#define DVC_DVC_LOCK_H

#include "base/error.h"

#define DVC_LOCK ".dvc/tmp/lock" // on the whole project

/* DVC gives up after this time. */
#define DVC_LOCK_WAIT_S 3
#define DVC_LOCK_PAUSE_S 0.02 // between two attempts

/* Takes the lock, waiting so long at most; *ret_fd holds it and is not inherited.
 * STATUS_BUSY with the holder's number, where it can be told. */
MUST_USE enum status dvc_lock_take(const char *path, double wait_s, int *ret_fd,
                                   struct error *err);
void dvc_lock_give(int fd);

#endif
