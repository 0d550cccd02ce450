/* Keys of rows: the step of time that a row stands for.
 *
 * A key is a date in days (base/date.h); where the pipeline's step is a month, the first
 * day of it. The pipeline's `time` says which, here and nowhere else. */
#ifndef DATA_KEY_H
#define DATA_KEY_H

#include "arrow/arrow.h"
#include "config/pipeline.h"

/* The name of the key column: "month", "day", or NULL when rows have no time. */
const char *key_name(const struct pipeline *p);

/* True when keys are months. */
bool key_is_month(const struct pipeline *p);

/* Steps after which a series comes round: a year of months, a week of days. */
size_t key_season(const struct pipeline *p);

/* "2020-04" or "2020-04-17"; buffer holds 16 bytes; returns buffer. */
const char *key_text(const struct pipeline *p, int32_t key, char *buffer);

/* The same in mem; NULL when rows have no time. */
const char *key_label(const struct pipeline *p, int32_t key, struct arena *mem);

/* The key so many steps later; steps may be negative, down to -1,000,000, and end at the
 * first day of the calendar. */
int32_t key_add(const struct pipeline *p, int32_t key, int32_t steps);

/* Steps from the calendar's first day on: neighbours differ by one. */
size_t key_step(const struct pipeline *p, int32_t key);

/* Copies the keys of a batch that was read from the file, its first column, into
 * ret[batch->n].  STATUS_INPUT when they are no dates, or one is missing. */
MUST_USE enum status key_copy(const struct arrow_file *file, const struct batch *batch,
                              int32_t *ret, struct error *err);

/* STATUS_INPUT when keys of the file do not ascend, or not from the one before them (NULL:
 * there is none). */
MUST_USE enum status key_ascend(const struct arrow_file *file, const int32_t *key,
                                size_t n, const int32_t *before, struct error *err);

/* key_copy for all of the file, into ret[arrow_rows(file)].  ordered: STATUS_INPUT, too,
 * when they do not ascend. */
MUST_USE enum status key_read(struct arrow_file *file, bool ordered, int32_t *ret,
                              struct error *err);

#endif
