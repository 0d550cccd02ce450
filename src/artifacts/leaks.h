/* Leaks: what a feature shows of values that nobody knows yet at its row's time.  Part of
 * backtest.json:
 *
 *     "leaks": {"origins", "columns", "rows",
 *               "proof": {"from": "backtest"|"holdout" or null, "fits", "answers", "why"},
 *               "found": [{"column", "kind", "of", "ahead", "first", "rows", "accepted"}]}
 *
 * `origins` is at how many of them the features were computed anew from a clean table that
 * ends there and compared with the feature table bit for bit, `columns` and `rows` what was
 * compared.  `proof` is that of a recipe: so many fits were held again on other rows behind
 * their origin (or in the place of the held-out ones), and so many answers compared; `why`
 * there was none.  Who finds them is src/leaks and, of a recipe, rolling/rolling_proof.c: then
 * `column` is the estimator and `rows` are answers.  The kinds, each with what is said of
 * it, stand in leaks.c.  `accepted` is null, or why `evaluate.leaks` of the pipeline's file
 * takes what the values of the column show for no leak. */
#ifndef ARTIFACTS_LEAKS_H
#define ARTIFACTS_LEAKS_H

#include "artifacts/document.h"
#include "base/text.h"

enum leak_kind {
    LEAK_UNEXPLAINED, // a column of the feature table that no rule of `features` makes
    LEAK_ALTERED,     // one whose values are not what its rule makes of the clean table
    LEAK_CUT,         // one whose values change when later rows are cut
    LEAK_TARGET,      // one that shows the target of its row, or of a later one
    LEAK_AHEAD,       // one that shows later values of another column
    LEAK_SCALED,      // one that was scaled by figures of all rows
    LEAK_ENCODED,     // one that holds the target's mean, over all rows, of a category
    LEAK_RECIPE,      // answers of the recipe that change with later, or held-out, rows
    LEAK_KINDS
};

extern const char *const leak_kind_name[LEAK_KINDS];

struct leak {
    const char *column;
    const char *kind; // of leak_kind_name
    const char *of;   // the column whose later values it shows; NULL where that is none
    size_t ahead;     // steps behind its row that it shows, of LEAK_TARGET and LEAK_AHEAD
    const char *first;    // the first row that shows it; NULL without a time
    size_t rows;          // rows that show it
    const char *accepted; // why it is none; NULL: it is one
};

struct leak_proof {
    const char *from; // "backtest", "holdout"; NULL: none was made, and
    size_t fits, answers;
    const char *why; // this is why; else NULL
};

struct leaks {
    size_t origins, columns, rows;
    struct leak_proof proof;
    size_t n;
    struct leak *leak; // [n]
};

extern const struct member leaks_rows[5];

/* Whether it rests on values, which chance may explain; the other kinds are proofs. */
bool leak_by_values(const struct leak *l);

/* Refuses a kind that is none, and a proof that was accepted, from a file. */
MUST_USE enum status leaks_check(const struct leaks *l, const char *path,
                                 struct error *err);

/* One line: which column it is, what it shows in how many rows and, where it was accepted,
 * why. */
void leak_say(const struct leak *l, struct text *out);

#endif
