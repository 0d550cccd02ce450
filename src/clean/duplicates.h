/* Rows of one key in a screened table: which of them stays, and what is said about it. */
#ifndef CLEAN_DUPLICATES_H
#define CLEAN_DUPLICATES_H

#include "clean/screen.h"

/* Orders the rows by key (s->order), without a time by id; of kept rows with one key those without a target
 * give way to such that have one. */
void duplicates_yield(struct screen *s);

/* Of kept rows with one key, drops all but one.
 * Faults are handed on as screen_rows says. */
MUST_USE enum status duplicates_settle(struct screen *s, const struct screen_rules *rules,
                                       screen_fault *fault, void *context,
                                       struct error *err);

#endif
