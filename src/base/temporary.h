/* Temporary files beside their targets, known to a signal handler; a part of
 * base/publish.h.
 *
 * A temporary file is called ".<name>.<pid>.tmp".  From its creation until it is
 * forgotten or removed it stands in a table, through which a deadly signal or lost memory
 * removes it. */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"

/* Creates the temporary file for a target, exclusively and with mode 0600, after removing
 * what dead processes left of it.  Its name lives in mem, which must outlive the file.
 * STATUS_USAGE when this process writes the target already, however it is spelled. */
MUST_USE enum status temporary_create(const char *path, struct arena *mem, char **ret,
                                      int *ret_fd, struct error *err);

/* True when the name still stands for the file that was written. */
bool temporary_is(const char *temporary, const struct stat *written);

/* Takes it off the table after it was renamed; deletes it and takes it off. */
void temporary_forget(const char *temporary);
void temporary_remove(const char *temporary);

/* Deletes all that this process has; safe in a signal handler. */
void temporary_remove_all(void);

#endif
