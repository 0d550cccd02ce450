/* profile.json of a version: what the columns of its training table were like, so that later
 * rows can be held against them.
 *
 *     {"rows", "looked",
 *      "columns": [{"name", "type", "n", "missing", "mean", "std", "min", "max",
 *                   "quantiles": [values], "levels": [[text, rows]]}],
 *      "checksum"}
 *
 * n, missing and the moments are of all rows; of columns that are no numbers the moments are
 * null.  std has ddof 1.  quantiles and levels are of `looked` rows: all, or one drawn of
 * each of PROFILE_LOOKED stretches of the table.
 *
 * quantiles are a number's distribution: of its n looked-at values in order those with the
 * numbers ceil(k n / PROFILE_QUANTILES), from 1, for k = 1 … PROFILE_QUANTILES; the last is
 * the largest, and each stands for as many values.  So two lists tell how far apart two
 * columns are (judge/drift.h), and those of several tables can be merged into one.  levels
 * are a text's values, the most frequent first; none where there are more than
 * PROFILE_LEVELS. */
#ifndef ARTIFACTS_PROFILE_JSON_H
#define ARTIFACTS_PROFILE_JSON_H

#include "artifacts/document.h"

#define PROFILE_FILE "profile.json"
enum { PROFILE_LOOKED = 16384, PROFILE_QUANTILES = 40, PROFILE_LEVELS = 100 };

struct profile_json_level {
    const char *text;
    size_t rows;
};

struct profile_json_column {
    const char *name, *type; // type_name of arrow/table.h
    size_t n, missing;
    double mean, std, min, max; // NaN: it has none
    struct reals quantiles;     // ascending; none where no value is finite
    size_t n_levels;
    struct profile_json_level *level; // [n_levels]
};

struct profile_json {
    size_t rows, looked;
    size_t n;
    struct profile_json_column *column; // [n]
};

/* The file's bytes, in mem. */
struct view profile_json_text(const struct profile_json *p, struct arena *mem);

/* Reads the file into ret, texts and lists into mem.  STATUS_INPUT also for quantiles
 * that do not ascend. */
MUST_USE enum status profile_json_read(const char *path, struct arena *mem,
                                       struct profile_json *ret, struct error *err);

/* The column of that name, or NULL. */
const struct profile_json_column *profile_json_find(const struct profile_json *p,
                                                    const char *name);

#endif
