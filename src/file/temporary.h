/* Temporary files, known to a signal handler and to whoever comes after a crash; a part
 * of file/publish.h.
 *
 * A temporary file is called ".<label>.<pid>.tmp", or ".<label>.<pid>.<n>.tmp"; the label
 * is mostly the name of what it will be.  Its writer holds a lock (flock) on the file
 * itself for as long as it lives: whose lock is free is nobody's, whatever became of the
 * process's number, and goes with the next file of that label.  Where a file system knows
 * no such locks it must be a day old, too, and its process gone.
 *
 * From its creation until it is forgotten or removed it stands in a table, through which
 * a deadly signal or lost memory removes it. */
#ifndef FILE_TEMPORARY_H
#define FILE_TEMPORARY_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* Zeros are none. */
struct temporary {
    int folder;       // that it stands in: the caller's, open for as long as this is
    const char *name; // in it
    int lock;         // 0, or another descriptor of the file, which keeps the lock
};

/* Creates a temporary file in an open folder, exclusively and with mode 0600, after
 * removing what nobody writes any more of those with that label.  Its name lives in mem,
 * which must outlive the file; path is what it will be, for messages.  The lock is that
 * of *ret_fd.  STATUS_USAGE when this process has one of that label there already. */
MUST_USE enum status temporary_create(int folder, const char *label, const char *path,
                                      struct arena *mem, struct temporary *ret,
                                      int *ret_fd, struct error *err);

/* Keeps the lock beyond the closing of fd; false with errno when it cannot. */
bool temporary_keep_lock(struct temporary *t, int fd);

/* Locks the new file that was put in the name's place, where that is possible. */
void temporary_renew_lock(struct temporary *t);

/* True when the name still stands for the file that was written. */
bool temporary_is(const struct temporary *t, const struct stat *written);

/* Takes it off the table after it was renamed; deletes it and takes it off. */
void temporary_forget(struct temporary *t);
void temporary_remove(struct temporary *t);

/* Puts the parts, one behind the other, in the place of a file of an open folder that is
 * a help and no promise: mode 0600, never synced.  False when the old one stays. */
bool temporary_replace(int folder, const char *name, const struct view *part, size_t n);

/* True for an entry of a folder that is called as temporary files are. */
bool temporary_is_name(const char *entry);

/* Removes the temporary files of an open folder that nobody writes any more: those with
 * that label, or all.  What cannot be removed stays. */
void temporary_sweep(int folder, const char *label);

/* Deletes all that this process has; safe in a signal handler. */
void temporary_remove_all(void);

#endif
