/* What is said about rows that are not there: many dropped, none left, a gap. */
#ifndef CLEAN_LOSSES_H
#define CLEAN_LOSSES_H

#include "base/watch.h"
#include "clean/merge.h"
#include "config/pipeline.h"

/* Rows dropped for what they hold: all but later, duplicate and unmatched ones. */
size_t losses_count(const struct screen *s);

/* Appends why they were: "531 missing (column 'z' is empty, column 'x' in 2 rows), 2
 * range". */
void losses_list(const struct screen *s, struct text *out);

/* Warns when more than the share of a screened source's rows was dropped for what they
 * hold; says nothing where none is left, for that is an error later. */
void losses_warn(const struct screen *s, double share, const struct watch *watch);

/* Fails with the reason why joining n sources left no row. */
MUST_USE enum status losses_all(const struct pipeline *p, const struct screen *table,
                                size_t n, struct error *err);

/* Fails for the first step of time that lacks a row between those that were joined, with
 * the source to blame. */
MUST_USE enum status losses_gap(const struct pipeline *p, const struct merge *m,
                                struct error *err);

#endif
