/* Small Arrow tables for tests, from text. */
#ifndef TESTS_TABLES_H
#define TESTS_TABLES_H

#include "arrow/table.h"

/* Writes an Arrow file at path from rows of numbers in text, one row a line, cells
 * separated by blanks, '-' for a missing one; the i-th column has fields[i].  Dates are
 * days, texts stand as they are.  Fails the test otherwise. */
void tables_write(const char *path, const struct field *fields, size_t n_fields,
                  const struct meta *meta, size_t n_meta, const char *rows);

/* The same without metadata, so many rows a batch. */
void tables_write_batches(const char *path, const struct field *fields, size_t n_fields,
                          size_t batch, const char *rows);

/* The table at path as the same text, numbers as %g. */
const char *tables_read(const char *path, struct arena *mem);

#endif
