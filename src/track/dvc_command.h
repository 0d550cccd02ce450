/* Runs the command of a stage, in steps: it waits at a gate until its number is known to
 * others, and its number stays taken until they are done with it.
 *
 *     TRY(dvc_command_start(&command, "bin/train …", fd, report, err));
 *     …                                   // command.pid is entered somewhere
 *     dvc_command_go(&command);
 *     TRY(dvc_command_wait(&command, &status, err));
 *     …                                   // what it did is recorded
 *     dvc_command_end(&command);          // in any case
 */
#ifndef TRACK_DVC_COMMAND_H
#define TRACK_DVC_COMMAND_H

#include <sys/types.h>

#include "base/error.h"

struct dvc_command {
    const char *text;
    pid_t pid; // 0: none
    int gate;  // its process begins once this is written to
};

/* Starts a process for a command of /bin/sh, as DVC and Make do; its output goes where
 * ours goes.  fd: a descriptor that it inherits; report: the file to which executables
 * tell what they publish (file/published.h).  It ends by SIGTERM when this process
 * does. */
MUST_USE enum status dvc_command_start(struct dvc_command *command, const char *text,
                                       int fd, const char *report, struct error *err);

/* Lets the command begin. */
void dvc_command_go(struct dvc_command *command);

/* Waits for its end.  *ret_status is its exit status; STATUS_ENVIRONMENT when it could
 * not be started or a signal ended it. */
MUST_USE enum status dvc_command_wait(struct dvc_command *command, int *ret_status,
                                      struct error *err);

/* Gives its number back; a command that was never let begin ends. */
void dvc_command_end(struct dvc_command *command);

#endif
