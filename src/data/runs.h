/* Sets of row numbers or keys as runs: "0-3,7,9-9" in a table's metadata, pairs in JSON.
 *
 * Numbers are added in ascending order; a number that follows the last one by one
 * lengthens its run. */
#ifndef DATA_RUNS_H
#define DATA_RUNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/text.h"

struct row_run {
    size_t from, to; // inclusive
};

struct row_runs {
    struct arena *mem;
    size_t n, cap;
    struct row_run *run; // [n] ascending, apart
    size_t count;        // numbers in all
};

void runs_add(struct row_runs *r, size_t row);
bool runs_has(const struct row_runs *r, size_t row);

/* "3-5,9-9"; "" for none; in r's arena. */
const char *runs_text(const struct row_runs *r);

/* Reads that text (NULL counts as ""); false when it is malformed. */
bool runs_parse(struct row_runs *r, const char *text);

#endif
