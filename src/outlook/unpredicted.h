/* Why rows cannot be predicted: what each source lacks of what their features look at. */
#ifndef OUTLOOK_UNPREDICTED_H
#define OUTLOOK_UNPREDICTED_H

#include "data/coverage.h"
#include "data/reach.h"
#include "data/runs.h"
#include "outlook/outlook.h"

struct unpredicted {
    const struct pipeline *pipeline;
    const struct model *model;
    const struct outlook *outlook;
    struct coverage coverage;
    struct reach reach;
};

/* Reads features.json and quality.json of the folder that the run reads from; where one is
 * damaged, names the command that makes it anew. */
MUST_USE enum status unpredicted_read(const struct again *run, const struct model *model,
                                      const struct outlook *outlook, struct arena *mem,
                                      struct unpredicted *ret, struct error *err);

/* Names all rows that cannot be predicted, in steps from the key `from` on, at least one,
 * why, and what the data allow.  Returns STATUS_INPUT. */
enum status unpredicted_refuse(const struct unpredicted *u, int32_t from,
                               const struct row_runs *rows, struct arena *scratch,
                               struct error *err);

#endif
