/* How far back the features of a row look, from features.json. */
#ifndef DATA_REACH_H
#define DATA_REACH_H

#include <stdint.h>

#include "base/error.h"

struct reach {
    int32_t first, last; // steps before the row: of the oldest and the youngest row seen
};

MUST_USE enum status reach_read(const char *path, struct reach *ret, struct error *err);

#endif
