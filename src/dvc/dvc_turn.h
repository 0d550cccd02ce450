/* One process at a time runs a stage.
 *
 * The turn is a lock of the kernel's on a byte of .dvc/tmp/nightmill.turns, one byte a
 * stage.  The stage's command inherits it with its open files: it ends with the last
 * process that belongs to the run, also where bin/track was killed before, and no number
 * of a process that somebody else got again can keep it. */
#ifndef DVC_DVC_TURN_H
#define DVC_DVC_TURN_H

#include <stdbool.h>

#include "base/error.h"

/* Takes the turn; *ret_fd holds it, and whoever inherits it.  STATUS_BUSY when a process
 * has it.  The caller holds DVC's lock. */
MUST_USE enum status dvc_turn_take(const char *stage, int *ret_fd, struct error *err);

/* True when some process has the stage's turn, this one included, or that cannot be
 * told. */
bool dvc_turn_is_taken(const char *stage);

#endif
