/* Joining tables by key.
 *
 * A key is a number that orders rows: by group, then by time (clean/screen.h).  An input's keys ascend and none stands twice; the
 * result lists keys in ascending order and, for every input, the row that has the key.
 *
 *     inner   keys that every input has
 *     left    the keys of input 0
 *     outer   keys that any input has
 *
 * A row that an input lacks is SIZE_MAX. */
#ifndef CLEAN_JOIN_H
#define CLEAN_JOIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum join { JOIN_INNER, JOIN_LEFT, JOIN_OUTER };
#define JOIN_WORDS "inner|left|outer" // in that order

struct join_input {
    const uint64_t *key; // [n] ascending, unique
    size_t n;
};

struct join_result {
    size_t n;
    uint64_t *key; // [n] ascending
    size_t **row;  // [k][n] of each input, SIZE_MAX where it lacks the key
};

/* Joins k inputs.  The result lives in mem.  STATUS_INPUT, with input and row (from 1),
 * when keys do not ascend.  Takes k steps a key. */
MUST_USE enum status join_keys(const struct join_input *input, size_t k, enum join kind,
                               struct arena *mem, struct join_result *ret,
                               struct error *err);

/* The order that sorts rows by group, then by key, equal ones as they stand: ret[i] is the
 * row that comes i-th.  Either may be NULL.  NULL when they are in order already.  Takes
 * linear time. */
size_t *join_order(const uint32_t *group, const int32_t *key, size_t n,
                   struct arena *mem);

#endif
