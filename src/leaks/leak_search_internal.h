/* What the parts of the search for leaks share. */
#ifndef LEAKS_LEAK_SEARCH_INTERNAL_H
#define LEAKS_LEAK_SEARCH_INTERNAL_H

#include "arrow/cursor.h"
#include "features/feature_steps.h"
#include "leaks/leak_search.h"

/* A column of the feature table that is no name of a row. */
struct leak_column {
    const char *name;
    size_t at;     // its place in the table
    bool text;     // handed on, never compared
    bool made;     // by a rule, or a target
    size_t f;      // the feature of the plan; FEATURE_UNSET: a target's
    size_t slot;   // of a target: of the walk
    size_t differ; // rows so far that are not what was computed
    int32_t first; // key of the first of them
    double *value; // [n] of what was collected, NaN where a step is no row of the table
};

/* What was collected of the steps of the clean table, in its order. */
struct leak_steps {
    size_t n, cap;
    bool all;     // every step is there
    int32_t *key; // [n]
    bool *begins; // [n] a series does
    double **x;   // [columns.n][n] by the walk's slots
};

struct leak_job {
    const struct leak_inputs *in;
    struct feature_columns columns; // of the clean table
    struct arrow_file *clean, *made;
    struct cursor cursor; // in the feature table
    size_t p;
    struct leak_column *column; // [p]
    int32_t *key;               // [rows of the feature table]; NULL without a time
    size_t rows;                // of the feature table
    size_t part;                // of these, the first ones, that are proved
    size_t stray;               // rows that are in one of the tables only
    struct leak_steps steps;
    struct leaks found;
    size_t cap_found;
};

/* Adds one: a column is told once of a kind. */
void leak_add(struct leak_job *job, enum leak_kind kind, struct leak leak);

/* The name of a step for people; NULL without a time. */
const char *leak_label(const struct leak_job *job, int32_t key);

/* Computes the features as of a key, compares, and, where job->steps has room, collects
 * (leak_recompute.c).  cut: whether as_of counts. */
MUST_USE enum status leak_recompute(struct leak_job *job, bool cut, int32_t as_of,
                                    struct error *err);

/* A column whose values are looked at: one of the clean table that features read, or one
 * of the feature table that is not proved. */
struct leak_suspect {
    const char *name;
    const double *value; // [steps.n]
    size_t slot;         // of the walk, or FEATURE_UNSET
    int shift; // a row of the feature table sees its values so many steps before
};

/* Lists them in ret, which has room for columns.n + p; returns how many. */
size_t leak_suspects(const struct leak_job *job, struct leak_suspect *ret);

/* Looks at what was collected: leak_values.c and so on. */
void leak_values(struct leak_job *job);
void leak_order(struct leak_job *job);
void leak_fill(struct leak_job *job);
void leak_means(struct leak_job *job);

#endif
