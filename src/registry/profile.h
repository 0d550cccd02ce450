/* profile.json of a version: what the columns of its training table were like, so that later
 * rows can be held against them.
 *
 *     {"rows", "columns": [{"name", "type", "n", "missing", "mean", "std", "min", "max"}]}
 *
 * Of columns that are no numbers the moments are null; std has ddof 1. */
#ifndef REGISTRY_PROFILE_H
#define REGISTRY_PROFILE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

#define PROFILE_FILE "profile.json"

/* Makes the profile of an Arrow table, in mem; one batch is held at a time. */
MUST_USE enum status profile_make(const char *path, struct arena *mem, struct view *ret,
                                  struct error *err);

#endif
