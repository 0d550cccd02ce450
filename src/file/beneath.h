/* Files below a folder, reached without following symbolic links.
 *
 * The folder's own path is the user's word and is trusted, links in it included.  What
 * lies below it may be anybody's: a clone, a remote, a folder that others write into.  A
 * path below it is therefore walked from the folder's descriptor; a symbolic link in it,
 * an absolute path or one with ".." is refused with ELOOP or EXDEV, also when the link is
 * put there while the path is walked.  The last component may be a link only where the
 * link itself is meant: to be looked at, renamed or removed. */
#ifndef FILE_BENEATH_H
#define FILE_BENEATH_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"

struct beneath {
    int fd;           // of the folder; -1: there is none
    const char *path; // for messages; "" for the working folder
    const char *hint; // how links are done without here, or NULL
};

/* The working folder, which is the project's own. */
extern const struct beneath beneath_here;

/* True for a relative path without "..". */
bool beneath_holds(const char *path);

/* The path with the folder's own in front of it, in mem. */
char *beneath_path(const struct beneath *root, const char *path, struct arena *mem);

/* As open, with O_CLOEXEC and O_NOFOLLOW; -1 with errno.  mode counts with O_CREAT. */
int beneath_open(const struct beneath *root, const char *path, int flags, mode_t mode);

/* Creates a file and opens it to be written; what stands there, a folder excepted, goes
 * and is never written through: a link, a pipe, a second name.  -1 with errno. */
int beneath_create(const struct beneath *root, const char *path, mode_t mode);

/* Opens the folder that holds the path, for calls that end in "at"; *ret_name is the last
 * component.  -1 with errno. */
int beneath_parent(const struct beneath *root, const char *path, const char **ret_name);

/* As lstat, unlinkat, renameat and opendir; -1, or NULL, with errno. */
int beneath_stat(const struct beneath *root, const char *path, struct stat *ret);
int beneath_remove(const struct beneath *root, const char *path, int flags);
int beneath_rename(const struct beneath *from_root, const char *from,
                   const struct beneath *to_root, const char *to);
DIR *beneath_list(const struct beneath *root, const char *path);

/* Makes the folder and those above it that are missing, mode 0755 whatever the mask is,
 * or 0777 less the mask where it is shared; each is on the disk then.  Existing ones are
 * fine. */
MUST_USE enum status beneath_make(const struct beneath *root, const char *path,
                                  bool shared, struct error *err);

/* Opens the path for reading and syncs it, by fsync or syncfs; -1 with errno.  A folder
 * on a file system that knows no sync of folders is fine: nothing is to be waited for. */
int beneath_sync(const struct beneath *root, const char *path, int (*how)(int fd));

/* Fills err from errno after one of these failed: for a link STATUS_INPUT with its name,
 * where it leads and the root's hint; else as file_failed does. */
enum status beneath_failed(const char *what, const struct beneath *root, const char *path,
                           struct error *err);

/* STATUS_INPUT, as beneath_failed has it, when a symbolic link stands at the path or
 * above it; what is not there at all is fine. */
MUST_USE enum status beneath_check(const struct beneath *root, const char *path,
                                   struct error *err);

#endif
