/* What tests share: scratch folders, files in them, and data from outside the
 * repository. */
#ifndef TESTS_HELP_H
#define TESTS_HELP_H

#include <stddef.h>

/* Returns the path of a file or folder of the shared data, below $NIGHTMILL_SHARED or
 * else ../shared, or NULL when it is not there; the test then calls cr_skip_test with the
 * reason. */
const char *help_shared(const char *relative);

/* Returns a new, empty folder for this test; it is removed when the process ends. */
const char *help_folder(void);

/* Returns folder/name; valid until the process ends. */
const char *help_path(const char *folder, const char *name);

/* Creates or replaces a file; a failure aborts the test. */
void help_write(const char *path, const char *bytes, size_t n);
void help_write_text(const char *path, const char *text);

/* Returns a file's content with a NUL behind, and its length where ret_n is not NULL;
 * valid until the process ends.  NULL when there is no such file. */
const char *help_read(const char *path, size_t *ret_n);

/* Returns the number of entries of a folder, hidden ones included. */
size_t help_count(const char *folder);

#endif
