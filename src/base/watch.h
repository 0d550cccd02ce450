/* Who is told while a library function works: a stage's run, a server's request, a test.
 *
 * A function that meets faults in data, has something to warn of, takes long or needs much
 * memory takes a `const struct watch *` and calls what stands below; it knows nothing of
 * who listens.  A struct of zeros is somebody who does not care: faults are fatal then,
 * and there is memory enough. */
#ifndef BASE_WATCH_H
#define BASE_WATCH_H

#include "base/error.h"

struct watch {
    void *context;
    enum status (*fault)(void *context, const struct error *fault);
    void (*warn)(void *context, const struct error *warning);
    void (*progress)(void *context, const char *what, size_t done, size_t total);
    enum status (*need)(void *context, size_t bytes, const char *what, struct error *err);
    void (*note)(void *context, const char *text);
};

/* Reports a fault in data.  STATUS_OK: go on, the caller's caller fails in the end; else
 * stop with this status. */
MUST_USE enum status watch_fault(const struct watch *w, const struct error *fault);
void watch_warn(const struct watch *w, const struct error *warning);

/* So much of the whole is done of what. */
void watch_progress(const struct watch *w, const char *what, size_t done, size_t total);

/* Fails with STATUS_ENVIRONMENT when what needs more bytes than there may be. */
MUST_USE enum status watch_need(const struct watch *w, size_t bytes, const char *what,
                                struct error *err);

/* Tells something that is good to know and needs nobody to act. */
void watch_note(const struct watch *w, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
