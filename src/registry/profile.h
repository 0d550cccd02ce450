/* Makes the profile of a version's training table (artifacts/profile_json.h). */
#ifndef REGISTRY_PROFILE_H
#define REGISTRY_PROFILE_H

#include "artifacts/profile_json.h"

/* Makes the bytes of profile.json of an Arrow table, in mem; one batch is held at a time,
 * and of each column the rows that are looked at. */
MUST_USE enum status profile_make(const char *path, struct arena *mem, struct view *ret,
                                  struct error *err);

#endif
