/* Rows of a matrix as a network reads them: reals row by row, the sparse block as it is. */
#ifndef NETWORK_NETWORK_INPUT_H
#define NETWORK_NETWORK_INPUT_H

#include "data/matrix.h"
#include "network/network.h"

/* The given rows of a plain matrix, or all of them where row is NULL; what needs no copy
 * is borrowed. */
struct network_rows network_input(struct arena *mem, const struct matrix *x,
                                  const size_t *row, size_t n);

/* For each of p columns of a sparse block which of those with a value in some row it is,
 * counted from 0, or NETWORK_UNSEEN; and how many there are. */
const uint32_t *network_places(struct arena *mem, const struct network_rows *rows,
                               size_t p, size_t *ret_seen);

#endif
