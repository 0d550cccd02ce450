/* Files: found, opened, read whole or mapped; folders made; paths taken apart.
 *
 * A path that names no file is the operator's mistake (STATUS_INPUT, with the nearest
 * name of its folder as hint); whatever the system refuses is STATUS_ENVIRONMENT.  Only
 * regular files are read: opening a pipe or a terminal by mistake neither hangs nor
 * loops.  Writing is in file/publish.h, which this header includes. */
#ifndef FILE_FILE_H
#define FILE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "file/beneath.h"
#include "file/publish.h"

/* A read-only mapping; of an empty file p is a valid pointer to no bytes. */
struct mapping {
    const unsigned char *p;
    size_t n;
};

/* Maps a regular file.  STATUS_INPUT when it does not exist or is no regular file (with
 * the nearest name in its folder as hint), STATUS_ENVIRONMENT when it could not be
 * read. */
MUST_USE enum status file_map(const char *path, struct mapping *ret, struct error *err);
void file_unmap(struct mapping *map);

/* True when a file, as fstat or stat told it twice, is the same and was not written in
 * between; a new name, owner or mode alone is no change. */
bool file_same(const struct stat *was, const struct stat *now);

/* Fills err with "'path' changed while it was read" and returns STATUS_BUSY. */
enum status file_changed(const char *path, struct error *err);

/* What a reader of data calls that has come to the end of a file, after n bytes:
 * STATUS_BUSY when the file changed since it was opened, or another stands at its path;
 * STATUS_INPUT when it never had as many bytes as it said, as files of /proc. */
MUST_USE enum status file_ended(const char *path, int fd, const struct stat *was,
                                uint64_t n, struct error *err);

/* Reads a regular file of at most max bytes into mem, with a NUL behind; STATUS_BUSY when
 * it changed meanwhile. */
MUST_USE enum status file_read(const char *path, size_t max, struct arena *mem,
                               struct view *ret, struct error *err);

/* Opens for reading; the same errors as file_map.  ret_was, what the file is now, may be
 * NULL. */
MUST_USE enum status file_open(const char *path, int *ret_fd, struct error *err);
MUST_USE enum status file_open_stat(const char *path, int *ret_fd, struct stat *ret_was,
                                    struct error *err);

/* Both for a path below a folder, without following symbolic links. */
MUST_USE enum status file_open_below(const struct beneath *root, const char *path,
                                     int *ret_fd, struct error *err);
MUST_USE enum status file_read_below(const struct beneath *root, const char *path,
                                     size_t max, struct arena *mem, struct view *ret,
                                     struct error *err);

/* Returns the paths of what matches a pattern whose last component may hold *, sorted by
 * their bytes without the ending ('price.csv', 'price-2021.csv'); hidden names match only
 * a pattern that begins with a dot.  Of whatever kind they are: who opens one that is no
 * regular file is told.  STATUS_INPUT when there is none, or one whose name is not valid
 * UTF-8. */
MUST_USE enum status file_glob(const char *pattern, struct arena *mem, char ***ret_paths,
                               size_t *ret_n, struct error *err);

/* Fills err from errno, after a system call on the path failed: "could not <what> 'path':
 * <reason>", with a hint what to do about a full disk or a missing right.  Returns
 * STATUS_ENVIRONMENT. */
enum status file_failed(const char *what, const char *path, struct error *err);

/* The length of what stands at the path in bytes, 0 when nothing does. */
uint64_t file_size(const char *path);

/* True when something, of whatever kind, stands at the path, or may: false is sure. */
bool file_exists(const char *path);

/* Creates a folder and its parents, with mode 0755; existing ones are fine. */
MUST_USE enum status file_make_folder(const char *path, struct error *err);

/* Returns folder/name in mem; name alone when it is absolute or folder is NULL, "" or
 * ".". */
char *file_join(struct arena *mem, const char *folder, const char *name);

/* Returns the path without "." components, doubled slashes and slashes at its end, in mem:
 * "./a//b/" is "a/b", "./" is ".". */
char *file_plain(struct arena *mem, const char *path);

/* Finds the absolute path of the working folder, in mem. */
MUST_USE enum status file_here(struct arena *mem, const char **ret, struct error *err);

/* Returns the part before the last component, "." when there is none, in mem. */
char *file_folder(struct arena *mem, const char *path);

/* Returns the last component, and the same without its extension, in mem. */
const char *file_name(const char *path);
char *file_stem(struct arena *mem, const char *path);

#endif
