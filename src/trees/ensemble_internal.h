/* What writing and reading of ensembles share. */
#ifndef TREES_ENSEMBLE_INTERNAL_H
#define TREES_ENSEMBLE_INTERNAL_H

#include "trees/ensemble.h"

/* Numbers below `end`, in bytes. */
static inline size_t number_bytes(size_t end)
{
    size_t bytes = 1;
    while (bytes < 4 && end > (size_t)1 << 8 * bytes)
        bytes++;
    return bytes;
}

#endif
