/* Features: what a row knows about the rows up to its own time.
 *
 * A rule of the pipeline's file names formulas, a window, columns and a shift; it becomes
 * one feature a formula and column, formulas first, columns in the table's order.  Step t
 * of a feature is the formula over steps t - shift - window + 1 … t - shift of its
 * column: a formula is handed nothing else, so no feature looks ahead.  Where rows have a
 * key a step is one of time, and one without a row holds missing values (data/walk.h).  A
 * feature that would show the target of its own row is refused.
 *
 * Tables are walked batch by batch: only the rows that windows reach back to are kept. */
#ifndef DATA_FEATURE_H
#define DATA_FEATURE_H

#include "arrow/table.h"
#include "base/option.h"

struct feature_formula {
    const char *name, *summary;
    bool windowed;
    /* ret[i] from x[i - window + 1 … i], of which min_periods must be present; NaN
     * otherwise. */
    void (*compute)(const double *x, size_t n, size_t window, size_t min_periods,
                    double *ret);
};

extern const struct feature_formula feature_formula_all[];
extern const size_t feature_formula_count;

/* One item of `features`. */
struct feature_rule {
    struct texts rolling; // formulas
    struct reals lag;     // or: the value so many rows ago, for each
    struct texts of;      // patterns of columns
    struct texts except;
    size_t window, min_periods, shift;
};

/* The section `features` of a pipeline's file: a list of rules. */
struct feature_rules {
    struct items features; // [n] struct feature_rule
};

extern const struct option_row feature_rules_rows[1];

struct feature {
    const char *name; // "<column>_mean3_lag1"
    const char *column;
    size_t source; // column in the table
    const struct feature_formula *formula;
    size_t window, min_periods, shift;
};

struct features {
    size_t n;
    struct feature *feature; // [n]
    size_t reach;            // rows before its own that a row needs
    size_t ahead; // rows after the last that can still be computed: the least shift
};

/* True when a feature comes of the column, if it holds numbers. */
bool features_read(const struct items *rules, const char *target, const char *column);

/* Applies the rules to a table's columns.  Without rules every number but the target is a
 * feature as it stands; there may be none then, for a model of the target's own past.
 * target, group: their columns, or schema->n; groups are no numbers, whatever their type.
 * STATUS_INPUT for an unknown
 * formula or column, a target or column that is no number, a name that comes twice, a
 * feature that shows its own target. */
MUST_USE enum status features_plan(const struct items *rules, const struct schema *schema,
                                   size_t target, size_t group, struct arena *mem,
                                   struct features *ret, struct error *err);

/* Computes feature f over x[n] (rows from the table's start, or from a multiple of 1,024
 * rows at least `reach` rows back) into ret[n]; scratch has n elements. */
void feature_compute(const struct feature *f, const double *x, size_t n, double *scratch,
                     double *ret);

#endif
