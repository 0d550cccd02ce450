/* An external sort: many rows by their ranks, in bounded memory.
 *
 *     struct order o = {.publish = publish, .path = out_path, .mem = mem};
 *     TRY(order_begin(&o, n, err));
 *     for (…) TRY(order_add(&o, row, err));      // n of them at most
 *     TRY(order_end(&o, err));
 *     TRY(order_read(&o, at, wanted, rows, &got, err));
 *     order_close(&o);
 *
 * Rows of equal rank stay as they were added.  Up to ORDER_RUN rows are sorted in memory;
 * of more, sorted runs of so many go to a file without a name beside the outputs, sixteen
 * bytes a row, and are merged into a second one, where they are read. */
#ifndef CLEAN_ORDER_H
#define CLEAN_ORDER_H

#include "base/arena.h"
#include "base/error.h"
#include "file/publish.h"

#define ORDER_RUN ((size_t)1 << 18) // rows that are sorted at a time: twice 4 MiB

/* A number that orders rows, and what is said of a row. */
struct order_row {
    uint64_t rank, what;
};

struct order {
    // what the caller sets
    struct publish *publish;
    const char *path; // of the output beside which its files stand, which have no names
    struct arena *mem;

    size_t n;                      // rows that were added
    size_t cap, used;              // of the run under way
    struct order_row *run, *spare; // [cap]
    int runs, sorted;              // files, 0: none
};

/* Makes room for n rows, of which as many as a run has are held at a time. */
void order_begin(struct order *o, size_t n);
MUST_USE enum status order_add(struct order *o, struct order_row row, struct error *err);

/* Sorts; nothing can be added any more. */
MUST_USE enum status order_end(struct order *o, struct error *err);

/* Points *ret at the next rows from row `at` of the order on, at most ORDER_BLOCK, zero of
 * them at the end; they live in buffer[ORDER_BLOCK], or in the order itself. */
enum { ORDER_BLOCK = 4096 };
MUST_USE enum status order_read(const struct order *o, size_t at,
                                struct order_row *buffer, const struct order_row **ret,
                                size_t *ret_n, struct error *err);

/* Gives its files back; accepts zeros. */
void order_close(struct order *o);

#endif
