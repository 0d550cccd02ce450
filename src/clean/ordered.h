/* The rows of a screened table by group and key, one after the other, as often as wanted.
 *
 * A table whose rows stand so is read batch by batch; of another the order was made on
 * disk (clean/order.h).  Equal ranks come in the order of the files.  Of rows of one group
 * and key one is kept; without a time all are that duplicates
 * of an id have left.
 *
 *     ordered_rewind(o);
 *     do
 *         TRY(ordered_kept(o, &row, &there, err));
 *     while (there); */
#ifndef CLEAN_ORDERED_H
#define CLEAN_ORDERED_H

#include "clean/judge.h"

struct ordered {
    struct screen *screen;
    bool in_order;           // of the table itself
    struct order order;      // where they do not stand so
    struct arrow_file *file; // where they do, the table once more
    struct cursor own;       // in it
    struct cursor *cursor;   // that, or, of one batch only, the screen's
    struct judge judge;
    struct order_row *buffer;    // [cap]
    const struct order_row *row; // [n] the block under way, of which [0, at) are over
    size_t cap, n, at;
    size_t before;         // rows of the table in front of the block
    struct order_row *run; // [cap_run] rows of one rank that lie in two blocks
    size_t cap_run;
};

/* FIRST judges the table's rows (clean/judge.h), AGAIN they have been.  BY_ID judges them,
 * too, and puts them in the order of group and id. */
enum ordered_how { ORDERED_FIRST, ORDERED_BY_ID, ORDERED_AGAIN };

/* Makes the order of the table's rows; s and publish outlive it.  path: of the output
 * beside which it stands. */
MUST_USE enum status ordered_open(struct ordered *o, struct screen *s,
                                  enum ordered_how how, struct publish *publish,
                                  const char *path, struct error *err);
void ordered_close(struct ordered *o);

/* Begins at the first row again. */
void ordered_rewind(struct ordered *o);

/* All rows of the next rank, dropped ones too, or one row where there is no time; none at
 * the end.  They live until the next call. */
MUST_USE enum status ordered_run(struct ordered *o, const struct order_row **ret,
                                 size_t *ret_n, struct error *err);

/* Among the kept rows of one rank those without a target give way to such that have one:
 * whether there is one, and whether a row then stays. */
bool ordered_known(const struct order_row *run, size_t n);
static inline bool ordered_stays(const struct order_row *row, bool known)
{
    return judge_reason(row) == REASON_KEPT && !(known && judge_open(row));
}

/* The row of a run that is kept, or NULL. */
const struct order_row *ordered_kept_of(const struct ordered *o,
                                        const struct order_row *run, size_t n);

/* The next row that is kept; *ret_there is false at the end. */
MUST_USE enum status ordered_kept(struct ordered *o, struct order_row *ret,
                                  bool *ret_there, struct error *err);

#endif
