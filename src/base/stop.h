/* One flag: somebody wants this process to end.
 *
 * A deadly signal ends a process at once, wherever it is.  What takes long and has
 * something to lose says so: between stop_begin and stop_end the first SIGINT or SIGTERM
 * only sets the flag, a second one ends the process at once.  Such a loop looks at the flag
 * after each piece of its work, a piece taking less than about a second, and returns:
 *
 *     static enum status work(struct search_plan *plan, struct error *err)
 *     {
 *         for (size_t i = 0; i < plan->n; i++) {
 *             TRY(score(plan, i, err));
 *             TRY(stop_check(err));
 *         }
 *         return STATUS_OK;
 *     }
 *
 *     stop_begin();
 *     return stop_end(work(plan, err), err);
 *
 * STATUS_STOPPED goes up like any failure: nothing is published, temporary files go, and
 * the stage's main function ends the process by the signal, so that make, DVC and a shell
 * see what happened.  Any thread may look at the flag. */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <stdbool.h>

#include "base/error.h"

/* Begins and ends the stretch in which somebody looks at the flag; they nest.  stop_end
 * returns the status, or STATUS_STOPPED in the place of any when the flag is set: what
 * looked at it a moment too early ends all the same, and what was broken off may have
 * failed for another reason. */
void stop_begin(void);
MUST_USE enum status stop_end(enum status status, struct error *err);

/* True when the flag is set. */
bool stop_wanted(void);

/* STATUS_STOPPED with a message when the flag is set. */
MUST_USE enum status stop_check(struct error *err);

/* The signal that set it; 0: it is not set. */
int stop_signal(void);

/* "SIGTERM", for those that we have a handler for. */
const char *stop_name(int number);

/* For the handler of a deadly signal: sets the flag and returns true when somebody looks
 * at it and it was not set. */
bool stop_take(int number);

#endif
