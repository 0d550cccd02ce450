/* Keys as the pipeline's step of time says. */
#include "data/key.h"

enum { MINUTE = 60 };

const struct timestep *key_step(const struct pipeline *p)
{
    return p->time.column ? &timestep_all[p->time.step] : NULL;
}

const char *key_name(const struct pipeline *p)
{
    const struct timestep *s = key_step(p);
    return s ? s->column : NULL;
}

struct field key_field(const struct timestep *s)
{
    return (struct field){s->column, s->minutes ? TYPE_TIME : TYPE_DATE};
}

size_t key_season(const struct pipeline *p)
{
    const struct timestep *s = key_step(p);
    if (!s)
        return 0;
    return p->time.season > 0 ? p->time.season : s->season;
}

int32_t key_as_of(const struct pipeline *p, int64_t minute)
{
    const struct timestep *s = key_step(p);
    return s && minute != INT64_MAX ? timestep_until(s, minute) : INT32_MAX;
}

const char *key_text(const struct pipeline *p, int32_t key, char *buffer)
{
    return timestep_text(key_step(p), key, buffer);
}

const char *key_label(const struct pipeline *p, int32_t key, struct arena *mem)
{
    char buffer[TIMESTEP_TEXT];
    return p->time.column ? arena_string(mem, key_text(p, key, buffer)) : NULL;
}

size_t key_number(const struct pipeline *p, int32_t key)
{
    const struct timestep *s = key_step(p);
    return (size_t)timestep_between(s, timestep_first(s), key);
}

int32_t key_add(const struct pipeline *p, int32_t key, int32_t steps)
{
    return timestep_add(key_step(p), key, steps);
}

int64_t key_stored(const struct timestep *s, int32_t key)
{
    return s->minutes ? (int64_t)key * MINUTE : key;
}

struct column key_column(const struct timestep *s, const int32_t *key, size_t n,
                         int64_t *buffer)
{
    for (size_t i = 0; s->minutes && i < n; i++)
        buffer[i] = key_stored(s, key[i]);
    return (struct column){.values = s->minutes ? (const void *)buffer : key};
}

static enum status damaged(const struct arrow_file *file, const char *what,
                           struct error *err)
{
    error_set(err, STATUS_INPUT, "%s", what);
    error_hint(err, "run the stage that wrote the table again");
    error_at(err, arrow_path(file), 0, 0);
    return STATUS_INPUT;
}

static enum status copy_minutes(const struct arrow_file *file, const struct batch *batch,
                                size_t column, int32_t *ret, struct error *err)
{
    const int64_t *seconds = batch->column[column].values;
    for (size_t i = 0; i < batch->n; i++) {
        int64_t minutes = seconds[i] / MINUTE;
        if (minutes * MINUTE != seconds[i] || minutes != (int32_t)minutes)
            return damaged(file, "a row's time is no whole minute up to the year 6053",
                           err);
        ret[i] = (int32_t)minutes;
    }
    return STATUS_OK;
}

enum status key_copy_from(const struct arrow_file *file, const struct batch *batch,
                          size_t column, int32_t *ret, struct error *err)
{
    enum type type = arrow_schema(file)->field[column].type;
    if (type != TYPE_DATE && type != TYPE_TIME)
        return damaged(file,
                       column == 0 ? "expected a table that begins with its key"
                                   : "expected a column of keys",
                       err);
    if (batch->column[column].missing > 0)
        return damaged(file, "a row has no key", err);
    if (type == TYPE_TIME)
        return copy_minutes(file, batch, column, ret, err);
    if (batch->n > 0)
        memcpy(ret, batch->column[column].values, batch->n * sizeof *ret);
    return STATUS_OK;
}

enum status key_copy(const struct arrow_file *file, const struct batch *batch,
                     int32_t *ret, struct error *err)
{
    return key_copy_from(file, batch, 0, ret, err);
}

enum status key_ascend(const struct arrow_file *file, const int32_t *key, size_t n,
                       const int32_t *before, struct error *err)
{
    bool ascend = n == 0 || !before || *before < key[0];
    for (size_t i = 1; ascend && i < n; i++)
        ascend = key[i - 1] < key[i];
    if (ascend)
        return STATUS_OK;
    return damaged(file, "the rows do not stand in the order of their keys", err);
}

enum status key_read(struct arrow_file *file, bool ordered, int32_t *ret,
                     struct error *err)
{
    struct batch batch;
    size_t n = 0;
    for (size_t b = 0; b < arrow_batches(file); b++) {
        TRY(arrow_read(file, b, &batch, err));
        TRY(key_copy(file, &batch, ret + n, err));
        n += batch.n;
    }
    return ordered ? key_ascend(file, ret, n, NULL, err) : STATUS_OK;
}
