/* Keys of rows: the step of time that a row stands for.
 *
 * What a key counts, how far one is from the next and how it is written stands in
 * base/timestep.h; the pipeline's `time` says which step it is, here and nowhere else. */
#ifndef DATA_KEY_H
#define DATA_KEY_H

#include "arrow/arrow.h"
#include "base/timestep.h"
#include "config/pipeline.h"

/* The step from one row to the next, or NULL when rows have no time. */
const struct timestep *key_step(const struct pipeline *p);

/* The name of the key column: "month", "minute", or NULL when rows have no time. */
const char *key_name(const struct pipeline *p);

/* The column of keys in a table. */
struct field key_field(const struct timestep *s);

/* Steps of a season: what the pipeline's file says, else what is usual for the step; 0
 * when rows have no time. */
size_t key_season(const struct pipeline *p);

/* The greatest key up to a minute since 1970-01-01; INT64_MAX, which is none, has none. */
int32_t key_as_of(const struct pipeline *p, int64_t minute);

/* "2020-04", "2020-04-17", "2020-04-17 10:00" …; buffer holds TIMESTEP_TEXT bytes; returns
 * buffer. */
const char *key_text(const struct pipeline *p, int32_t key, char *buffer);

/* The same in mem; NULL when rows have no time. */
const char *key_label(const struct pipeline *p, int32_t key, struct arena *mem);

/* The key so many steps later; steps may be negative, down to -1,000,000, and end at the
 * first day of the calendar. */
int32_t key_add(const struct pipeline *p, int32_t key, int32_t steps);

/* Steps from the calendar's first one on: neighbours differ by one. */
size_t key_number(const struct pipeline *p, int32_t key);

/* What stands in a table for the keys of n rows: themselves, or, for minutes, their
 * seconds in buffer[n]. */
struct column key_column(const struct timestep *s, const int32_t *key, size_t n,
                         int64_t *buffer);

/* The same for one of them. */
int64_t key_stored(const struct timestep *s, int32_t key);

/* Copies the keys of a batch that was read from the file, its first column, into
 * ret[batch->n].  STATUS_INPUT when they are no times, or one is missing. */
MUST_USE enum status key_copy(const struct arrow_file *file, const struct batch *batch,
                              int32_t *ret, struct error *err);

/* The same of another column, for instance of origins. */
MUST_USE enum status key_copy_from(const struct arrow_file *file,
                                   const struct batch *batch, size_t column, int32_t *ret,
                                   struct error *err);

/* STATUS_INPUT when keys of the file do not ascend, or not from the one before them (NULL:
 * there is none). */
MUST_USE enum status key_ascend(const struct arrow_file *file, const int32_t *key,
                                size_t n, const int32_t *before, struct error *err);

/* key_copy for all of the file, into ret[arrow_rows(file)].  ordered: STATUS_INPUT, too,
 * when they do not ascend. */
MUST_USE enum status key_read(struct arrow_file *file, bool ordered, int32_t *ret,
                              struct error *err);

#endif
