/* What the rows of a batch show by themselves: their ranks, and whether they are kept.
 *
 *     struct judge j = {.mem = mem};
 *     TRY(judge_table(&s, &j, order, err));      // first: counts, lists, spans
 *     TRY(judge_batch(&s, &cursor, &j, err));    // again, of the batch under a cursor
 *     … j.rank[i], j.reason[i], j.open[i] … */
#ifndef CLEAN_JUDGE_H
#define CLEAN_JUDGE_H

#include "clean/order.h"
#include "clean/screen.h"

/* The rows of one batch. */
struct judge {
    struct arena *mem;
    size_t cap;
    int32_t *key;    // [cap] 0 without a time
    uint64_t *rank;  // [cap] screen_rank
    uint8_t *reason; // [cap] enum reason
    uint8_t *open;   // [cap] enum open
    bool first;      // the table is read for the first time
    bool by_id;      // ranks are made of ids instead of times
};

/* Decides about all rows of the table; j->first: and whether they all pass.  Rows and what
 * became of them are added to order, unless it is NULL. */
MUST_USE enum status judge_table(struct screen *s, struct judge *j, struct order *order,
                                 struct error *err);

/* Decides about the batch under the cursor as judge_table did. */
MUST_USE enum status judge_batch(struct screen *s, const struct cursor *c,
                                 struct judge *j, struct error *err);

/* Row i of the batch, `row` of the table, as it is ordered; and what order_row.what holds. */
static inline struct order_row judge_order(const struct judge *j, size_t i, size_t row)
{
    return (struct order_row){j->rank[i], (uint64_t)row << 8 |
                                              (uint64_t)j->reason[i] << 4 | j->open[i]};
}
static inline size_t judge_row(const struct order_row *r)
{
    return (size_t)(r->what >> 8);
}
static inline enum reason judge_reason(const struct order_row *r)
{
    return (enum reason)(r->what >> 4 & 15);
}
static inline enum open judge_open(const struct order_row *r)
{
    return (enum open)(r->what & 15);
}

#endif
