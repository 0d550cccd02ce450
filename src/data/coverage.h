/* Which steps of time each source covers, from quality.json.
 *
 * Asked when a row cannot be predicted: the answer names the months, and the source that
 * lacks them. */
#ifndef DATA_COVERAGE_H
#define DATA_COVERAGE_H

#include <stdbool.h>

#include "artifacts/quality_json.h"
#include "base/error.h"
#include "base/timestep.h"

struct covered_source {
    const char *name;
    size_t n;
    int32_t (*run)[2]; // [n] first and last key of the runs of whole rows, ascending
};

struct coverage {
    const struct timestep *step;
    size_t n;
    struct covered_source *source; // [n]
};

/* What a quality.json says, which was read from path; borrows its names.  STATUS_INPUT
 * when its complete runs are no keys of the step. */
MUST_USE enum status coverage_of(const struct quality_json *quality, const char *path,
                                 const struct timestep *step, struct arena *mem,
                                 struct coverage *ret, struct error *err);

/* Appends run number n of a list of keys: "2020-05", "2020-05, 2020-06", "2020-05 to
 * 2020-07 (3 months)"; behind a comma unless it is number 0, and of many only the first. */
void coverage_add_run(struct text *out, const struct timestep *step, int32_t from,
                      int32_t to, size_t n);

/* Appends, for each source that lacks some of the keys from … to, "'rain' lacks 2020-05
 * to 2020-07 (3 months), 2020-09"; joined by "; ".  Returns false and appends nothing
 * when none does. */
bool coverage_missing(const struct coverage *c, int32_t from, int32_t to,
                      struct text *out);

#endif
