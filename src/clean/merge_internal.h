/* What merge.c and merge_write.c share; nobody else includes this. */
#ifndef CLEAN_MERGE_INTERNAL_H
#define CLEAN_MERGE_INTERNAL_H

#include "clean/merge.h"

/* Begins a walk through the joined rows; one at a time. */
MUST_USE enum status merge_rows(const struct merge *m, struct arena *mem,
                                struct join_rows *ret, struct error *err);

#endif
