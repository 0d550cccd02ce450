/* What was looked at when nothing was to do: a note of paths and of how the files stood
 * there.
 *
 * While they all stand there untouched the same question has the same answer, and who
 * asks it again need read none of them.  Contents still decide: a file that changed has
 * another time of change, which nobody sets; one so young that it might change unseen
 * within the clock's step is not noted.  Of a folder the list of its entries counts, so
 * that what arrives there is seen, and a path where nothing stands may be noted, too.
 *
 * The note is a help and no promise: missing or damaged, everything is looked at.
 *
 *     if (seen_holds(NOTE, question, mem))
 *         return;                        // nothing to do
 *     seen_begin(&seen, question, mem);
 *     seen_add(&seen, path);             // each, before it is read
 *     …                                  // nothing was to do
 *     seen_write(&seen, NOTE);
 *
 * A note is a digest, then the question and the paths, each with a NUL behind. */
#ifndef FILE_SEEN_H
#define FILE_SEEN_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/text.h"

struct seen {
    struct text list; // the question and the paths
    uint64_t digest;  // of how the files stand there
    time_t begun_s;
    bool settled; // nothing is so young that it might change unseen
};

void seen_begin(struct seen *seen, const char *question, struct arena *mem);

/* Adds what stands at the path, or that nothing does; as a tree with all that stands below
 * it.  A folder below it that is a link is not looked into: then nothing is noted. */
void seen_add(struct seen *seen, const char *path);
void seen_add_tree(struct seen *seen, const char *path);

/* True when the note answers the question and all that it names stands as it stood. */
bool seen_holds(const char *note, const char *question, struct arena *mem);

/* Writes the note, unless something is too young.  What it says holds since seen_begin. */
void seen_write(const struct seen *seen, const char *note);

#endif
