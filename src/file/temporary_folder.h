/* Folders for unfinished files, of which many come and go: <parent>/<pid>.
 *
 * The owner holds a lock (flock) on its folder for as long as it lives.  Whose lock is
 * free is nobody's, whatever became of the process's number, on this machine or another;
 * where a file system cannot lock folders, a day without a new file has to do. */
#ifndef FILE_TEMPORARY_FOLDER_H
#define FILE_TEMPORARY_FOLDER_H

#include "file/beneath.h"

/* Zeros are none. */
struct temporary_folder {
    struct beneath root;         // the folder itself: its descriptor holds the lock
    const struct beneath *above; // it stands below this
    const char *name;            // there; NULL: none
};

/* Creates a folder of its own below a parent, which is made where it is missing; with
 * ".1" and so on behind the pid when another has that name. */
MUST_USE enum status temporary_folder_make(const struct beneath *above,
                                           const char *parent, struct arena *mem,
                                           struct temporary_folder *ret,
                                           struct error *err);

/* Removes the folder and what is left in it. */
void temporary_folder_remove(struct temporary_folder *folder);

/* Removes what others left in the parent; what cannot be removed stays. */
void temporary_folder_sweep(const struct beneath *above, const char *parent);

#endif
