/* The steps of the clean table with their features: the walk (data/walk.h), the formulas
 * over what it brings, and the texts of its rows.
 *
 *     TRY(feature_steps_open(&s, file, &columns, mem, err));
 *     s.walk.as_of = …
 *     while (feature_steps_next(&s, err) == STATUS_OK && s.walk.fresh > 0)
 *         … s.value[f][s.walk.past … s.walk.past + s.walk.fresh) …
 *     feature_steps_close(&s); */
#ifndef FEATURES_FEATURE_STEPS_H
#define FEATURES_FEATURE_STEPS_H

#include "arrow/cursor.h"
#include "data/ids.h"
#include "data/walk.h"
#include "features/feature_columns.h"

struct feature_steps {
    const struct feature_columns *columns;
    struct arena *mem;
    struct walk walk;
    double **value;  // [plan.n] of the walk's steps; NULL for a text
    double *scratch; // of a formula
    size_t cap;      // steps that value and scratch have room for
    struct arrow_file
        *texts;           // the clean table once more, or NULL: no text, no id is read
    struct cursor cursor; // in it
};

/* Prepares the walk over file, which must outlive it. */
MUST_USE enum status feature_steps_open(struct feature_steps *s, struct arrow_file *file,
                                        const struct feature_columns *columns,
                                        struct arena *mem, struct error *err);
void feature_steps_close(struct feature_steps *s);

/* Brings the next steps, s->walk.fresh of them, and their features; as walk_next. */
MUST_USE enum status feature_steps_next(struct feature_steps *s, struct error *err);

/* The text of step i in a column of the table; *ret_there is false for an empty cell, and
 * for a step without a row.  Valid until the next call. */
MUST_USE enum status feature_steps_text(struct feature_steps *s, size_t i, size_t column,
                                        struct view *ret, bool *ret_there,
                                        struct error *err);

/* The id of step i in a column of the table; a step without a row has none.  Valid as a
 * text is. */
MUST_USE enum status feature_steps_id(struct feature_steps *s, size_t i, size_t column,
                                      struct row_id *ret, struct error *err);

/* True when step i lacks feature f and may not be without it. */
bool feature_steps_lack(const struct feature_steps *s, size_t f, size_t i);

/* True when step i lacks none. */
bool feature_steps_complete(const struct feature_steps *s, size_t i);

/* *ret: all targets of step i are there. */
MUST_USE enum status feature_steps_known(struct feature_steps *s, size_t i, bool *ret,
                                         struct error *err);

#endif
