/* Features: what a row knows about the rows up to its own time.
 *
 * A rule of the pipeline's file names formulas, a window, columns and a shift; it becomes
 * one feature a formula and column, formulas first, columns in the table's order.  Step t
 * of a feature is the formula over steps t - shift - window + 1 … t - shift of its
 * column: a formula is handed nothing else, so no feature looks ahead.  Where rows have a
 * key a step is one of time, and one without a row holds missing values (data/walk.h).  A
 * feature that would show the target of its own row is refused.
 *
 * A rule may also hand columns on as they stand (`as_is`): texts, and numbers whose empty
 * cells the recipe is to fill.  A row that lacks one of these is a row all the same.
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

/* Their places in the table. */
enum feature_formula_place {
#define FORMULA(id, formula, has_window, text) FORMULA_##id,
#include "data/formulas.def"
#undef FORMULA
    FORMULAS
};
extern const struct feature_formula feature_formula_all[FORMULAS];

/* The names of all formulas as words with '|' between, behind a '|' that is none. */
#define FORMULA(id, formula, has_window, text) "|" #formula
static const char feature_formula_words[] =
#include "data/formulas.def"
    ;
#undef FORMULA

#define FEATURE_UNSET SIZE_MAX

/* One item of `features`.  What the file does not say is told from what it says, so that a
 * key that a rule has no use for is never passed over. */
struct feature_rule {
    struct words rolling; // formulas, enum feature_formula_place
    struct reals lag;     // or: the value so many rows ago, for each
    struct texts as_is;   // or: patterns of columns that are handed on as they stand
    struct texts of;      // patterns of columns
    struct texts except;
    size_t window;      // 0: not given, 1
    size_t min_periods; // 0: all
    size_t shift;       // FEATURE_UNSET: not given, 1
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
    size_t window, min_periods, shift; // min_periods 0: a row may be without
    bool text;                         // nothing is computed
};

struct features {
    size_t n;
    struct feature *feature; // [n]
    size_t n_texts;          // of them
    size_t reach;            // rows before its own that a row needs
    size_t ahead; // rows after the last that can still be computed: the least shift
};

/* True when a feature comes of the column, if it holds numbers, that no row may be
 * without.  Without rules targets are none. */
bool features_read(const struct items *rules, const struct texts *targets,
                   const char *column);

/* Applies the rules to a table's columns.  Without rules every number that is no target is
 * a feature as it stands; there may be none then, for a model of the target's own past.
 * names: so many columns in front say which row is which (data/ids.h) and are no features,
 * whatever their type.
 * STATUS_INPUT for an unknown column, a column that is no number where a formula
 * wants one, a name that comes twice, a feature that shows the target of its own row. */
MUST_USE enum status features_plan(const struct items *rules, const struct schema *schema,
                                   const struct texts *targets, size_t names,
                                   struct arena *mem, struct features *ret,
                                   struct error *err);

/* Computes feature f over x[n] (rows from the table's start, or from a multiple of 1,024
 * rows at least `reach` rows back) into ret[n]; scratch has n elements. */
void feature_compute(const struct feature *f, const double *x, size_t n, double *scratch,
                     double *ret);

#endif
