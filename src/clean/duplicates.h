/* Rows of one key in a screened table: which of them stays, and what is said about it. */
#ifndef CLEAN_DUPLICATES_H
#define CLEAN_DUPLICATES_H

#include "clean/ordered.h"

/* Of kept rows with one key drops all but one: first those without a target, where there
 * is such that has one.  Faults are handed on as screen_rows says.  rows: in the order
 * of what tells them apart.  Notes which steps of time have a whole row, of each group
 * how many. */
MUST_USE enum status duplicates_settle(struct screen *s, struct ordered *rows,
                                       screen_fault *fault, void *context,
                                       struct error *err);

#endif
