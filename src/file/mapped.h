/* Files that are mapped into memory, and what becomes of them meanwhile.
 *
 * A mapped file that somebody else cuts short answers the next touch with SIGBUS; one
 * that is written over changes under the reader's eyes.  file_map enters each mapping
 * here, with what the file was.  The handler of SIGBUS looks the address up and names the
 * file; mapped_check, which stage_main calls before it makes outputs visible, fails when
 * a mapped file is not what it was, also when it was closed since. */
#ifndef FILE_MAPPED_H
#define FILE_MAPPED_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/error.h"

/* Enters and takes off the mapping that begins at p. */
void mapped_add(const void *p, size_t n, const char *path, const struct stat *was);
void mapped_remove(const void *p);

/* STATUS_BUSY, naming the file, when one changed while it was mapped. */
MUST_USE enum status mapped_check(struct error *err);

/* From here on a cut file ends the process with one line that names it, status 3, and
 * without its temporary files; any other SIGBUS goes the way it went before. */
void mapped_answer_sigbus(void);

#endif
