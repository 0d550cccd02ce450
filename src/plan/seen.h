/* What the tool looked at when it last found nothing to do: which files stood there, by
 * inode, length and times.
 *
 * While they all stand there untouched it need read none of them, and make's start costs
 * with a thousand pipelines little more than with one.  Contents still decide: a file
 * that changed has another time of change, which nobody sets; one so young that it might
 * change unseen within the clock's step is not noted.  The note is a help and no promise:
 * missing or damaged, everything is read. */
#ifndef PLAN_SEEN_H
#define PLAN_SEEN_H

#include "base/error.h"
#include "base/option.h"

struct seen_request {
    const char *into;      // the folder of the rules and of the note
    const char *pipelines; // the folder of the pipelines
    struct texts files;    // what else counts
    const char *options;   // what else the answer depends on
};

/* Describes what stands there now; false when something is too young or is not known. */
bool seen_now(const struct seen_request *request, struct text *out);

/* True when the note says the same. */
bool seen_is_noted(const struct seen_request *request, const struct text *now);
void seen_note(const struct seen_request *request, const struct text *now);

#endif
