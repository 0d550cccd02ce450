/* A progress bar on a terminal: share done and time left, drawn at most ten times a
 * second. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct progress {
    bool on;          // false: nothing is ever drawn
    bool shown;       // a bar stands on the screen
    const char *what; // of the bar
    double started_s, drawn_s;
};

/* Seconds of the monotonic clock. */
double progress_clock_s(void);

/* Shows done of total for what ("reading"); a new word starts the time anew.  A call that
 * comes too early does nothing. */
void progress_show(struct progress *p, const char *what, size_t done, size_t total,
                   FILE *to);

/* Removes the bar, if there is one, before something else is printed. */
void progress_clear(struct progress *p, FILE *to);

#endif
