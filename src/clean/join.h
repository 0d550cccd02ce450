/* Joining tables by key, row by row.
 *
 * A key is a number that orders rows: by group, then by time (clean/screen.h).  An input's
 * keys ascend and none stands twice; the keys of the result ascend, too, and for every
 * input there is the row that has the key.
 *
 *     inner   keys that every input has
 *     left    the keys of input 0
 *     outer   keys that any input has
 *
 * A row that an input lacks is SIZE_MAX.  The rows of one input alone pass as they come,
 * whatever their keys.
 *
 *     TRY(join_begin(&j, input, k, kind, mem, err));
 *     while (join_next(&j, &key, err) == STATUS_OK && key) … *key, j.row[t] … */
#ifndef CLEAN_JOIN_H
#define CLEAN_JOIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum join { JOIN_INNER, JOIN_LEFT, JOIN_OUTER };
#define JOIN_WORDS "inner|left|outer" // in that order

/* A row of an input; SIZE_MAX: there is none any more. */
struct join_row {
    uint64_t key;
    size_t row;
};

struct join_input {
    enum status (*next)(void *from, struct join_row *ret, struct error *err);
    void *from;
};

struct join_rows {
    const struct join_input *input; // [k]
    size_t k;
    enum join kind;
    uint64_t key;
    struct join_row *head; // [k] of each input, the row that comes next
    size_t *row;           // [k] of the key
    size_t *came, *taken;  // [k] rows that came of each input, and those that had a key
};

/* Reads the first row of each of k inputs; what it needs lives in mem. */
MUST_USE enum status join_begin(struct join_rows *j, const struct join_input *input,
                                size_t k, enum join kind, struct arena *mem,
                                struct error *err);

/* The next key of the result, NULL at the end; its rows stand in j->row.  STATUS_INPUT,
 * with input and row (from 1), when keys do not ascend. */
MUST_USE enum status join_next(struct join_rows *j, const uint64_t **ret,
                               struct error *err);

#endif
