/* How far back the features of a row look, from features.json. */
#ifndef DATA_REACH_H
#define DATA_REACH_H

#include <stdint.h>

#include "artifacts/features_json.h"

struct reach {
    int32_t first, last; // steps before the row: of the oldest and the youngest row seen
};

/* Of a catalogue that was read: it has a feature, and no window or shift is longer than
 * FEATURES_REACH. */
struct reach reach_of(const struct features_json *catalogue);

#endif
