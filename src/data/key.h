/* Keys of rows: the step of time that a row stands for.
 *
 * A key is a date in days (base/date.h); where the pipeline's step is a month, the first
 * day of it. The pipeline's `time` says which, here and nowhere else. */
#ifndef DATA_KEY_H
#define DATA_KEY_H

#include <jansson.h>

#include "base/stage.h"

/* The name of the key column: "month", "day", or NULL when rows have no time. */
const char *key_name(const struct pipeline *p);

/* True when keys are months. */
bool key_is_month(const struct pipeline *p);

/* "2020-04" or "2020-04-17"; buffer holds 16 bytes; returns buffer. */
const char *key_text(const struct pipeline *p, int32_t key, char *buffer);

/* The same as JSON; null when rows have no time. */
json_t *key_json(const struct pipeline *p, int32_t key);

/* The key so many steps later; steps may be negative. */
int32_t key_add(const struct pipeline *p, int32_t key, int32_t steps);

#endif
