/* A progress bar on a terminal: share done and time left, for transfers also bytes and
 * their rate, drawn at most ten times a second. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    bool on;          // false: nothing is ever drawn
    bool shown;       // a bar stands on the screen
    const char *what; // of the bar
    double started_s, drawn_s;
};

/* Seconds of the monotonic clock. */
double progress_clock_s(void);

/* Waits so many seconds, less than one, before the next attempt at something; a signal may
 * end it sooner. */
void progress_pause(double seconds);

/* Shows done of total for what ("reading"); a new word starts the time anew.  A call that
 * comes too early does nothing. */
void progress_show(struct progress *p, const char *what, size_t done, size_t total,
                   FILE *to);

/* The same for bytes that go over a line: "push [###...] 45 %  90.1 MiB of 200.0 MiB
 * 85.3 MiB/s  0:01 left". */
void progress_show_bytes(struct progress *p, const char *what, uint64_t done,
                         uint64_t total, FILE *to);

/* So many bytes in the largest unit that leaves at least 1: "12 bytes", "1.5 KiB".
 * Returns out. */
#define PROGRESS_SIZE_TEXT 24
const char *progress_size(uint64_t bytes, char out[PROGRESS_SIZE_TEXT]);

/* Removes the bar, if there is one, before something else is printed. */
void progress_clear(struct progress *p, FILE *to);

#endif
