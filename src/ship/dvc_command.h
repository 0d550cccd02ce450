/* Runs the command of a stage. */
#ifndef SHIP_DVC_COMMAND_H
#define SHIP_DVC_COMMAND_H

#include "base/error.h"

/* Runs a command in /bin/sh, as DVC and Make do, and waits for it.  Its output goes where
 * ours goes.  *ret_status is its exit status; STATUS_ENVIRONMENT when it could not be
 * started or a signal ended it. */
MUST_USE enum status dvc_command_run(const char *command, int *ret_status,
                                     struct error *err);

#endif
