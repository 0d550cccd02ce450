/* A DVC project in a scratch folder: its files, and the objects of its cache and its
 * remote. */
#ifndef TESTS_PROJECT_H
#define TESTS_PROJECT_H

#include <sys/stat.h>

/* Goes to a new folder, which the settings of this machine do not reach, and returns its
 * path. */
const char *help_enter(void);

/* Creates or replaces a file, and the folders above it; a failure aborts the test. */
void help_put(const char *path, const char *text);

/* Puts an object, read-only as they all are, below a cache or a remote. */
void help_put_object(const char *place, const char *key, const char *text);

/* lstat of what is there. */
struct stat help_look(const char *path);

#endif
