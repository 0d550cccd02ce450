/* JSON artifacts of tests, with the checksum that a stage would have written. */
#ifndef TESTS_SEALED_H
#define TESTS_SEALED_H

#include <stddef.h>

/* Writes a document's text with a checksum behind its last member; text that ends in no
 * object is written as it is.  more: further members, or "". */
void help_write_sealed(const char *path, const char *text, size_t n, const char *more);

#endif
