/* Whether the executables are built, told without the rules that build them.
 *
 * A make that had nothing to build notes how they stood, and what they are made from, when
 * it began and still when it was done.  While all that stands untouched there is nothing
 * to build, and make reads none of those rules.  It is no more than a note of what make
 * itself found: whatever differs, make decides as ever. */
#ifndef PLAN_BUILT_H
#define PLAN_BUILT_H

#include "base/arena.h"

/* "intact" when the paths of code, blanks between, stand as noted in the folder `into`;
 * else how they stand, "seen-…"; "" while something is too young to tell.  In mem. */
const char *built_state(const char *into, const char *code, struct arena *mem);

/* Notes that they are built, where they still stand as built_state said. */
void built_note(const char *into, const char *code, const char *state, struct arena *mem);

#endif
