/* The artifacts of a toy pipeline, small enough to compute by hand, for tests of the
 * report.
 *
 * Eight months: 2020-03, -06 and -07 are held out (errors 1, 1, -1; the naive forecast's
 * 2, 3, -2), 2020-08 has arrived since (error 4; naive 4), 2020-09 is predicted as 21.5.
 * The grid has 2 x 2 x 2 cells; the best is at alpha 0.1, degree 1, k 2.  Names hold
 * characters that mean something in markup. */
#ifndef TESTS_ARTIFACTS_H
#define TESTS_ARTIFACTS_H

#include "config/again.h"

/* Writes all of them into the folder, with the checksums that go with them, and
 * production/model.json, a copy of model.json. */
void artifacts_write(const char *folder);

/* Replaces the first occurrence of a text in one of them, which must be there. */
void artifacts_replace(const char *folder, const char *name, const char *old,
                       const char *instead);

/* Replaces a whole one, and what vouches for it; and the same bytes back, without
 * checksums. */
void artifacts_put(const char *folder, const char *name, const char *bytes, size_t n);
const char *artifacts_get(const char *folder, const char *name, size_t *ret_n);

/* Fills the pipeline, and a run of it that reads from the folder. */
void artifacts_run(const char *folder, struct arena *mem, struct pipeline *ret_pipeline,
                   struct again *ret);

#endif
