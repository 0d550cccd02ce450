/* Months or days, as the pipeline says. */
#include "data/key.h"

#include "base/date.h"

bool key_is_month(const struct pipeline *p)
{
    return p->time.column && strcmp(p->time.step, "month") == 0;
}

const char *key_name(const struct pipeline *p)
{
    if (!p->time.column)
        return NULL;
    return key_is_month(p) ? "month" : "day";
}

size_t key_season(const struct pipeline *p)
{
    return key_is_month(p) ? 12 : 7;
}

const char *key_text(const struct pipeline *p, int32_t key, char *buffer)
{
    return key_is_month(p) ? month_text(key, buffer) : date_text(key, buffer);
}

const char *key_label(const struct pipeline *p, int32_t key, struct arena *mem)
{
    char buffer[16];
    return p->time.column ? arena_string(mem, key_text(p, key, buffer)) : NULL;
}

static int32_t first_day(void)
{
    return date_days((struct date){1, 1, 1});
}

size_t key_step(const struct pipeline *p, int32_t key)
{
    int32_t first = first_day();
    return (size_t)(key_is_month(p) ? month_difference(key, first) : key - first);
}

int32_t key_add(const struct pipeline *p, int32_t key, int32_t steps)
{
    int32_t first = first_day();
    if (!key_is_month(p))
        return steps < first - key ? first : key + steps;
    return steps < -month_difference(key, first) ? first : month_add(key, steps);
}

static enum status damaged(const struct arrow_file *file, const char *what,
                           struct error *err)
{
    error_set(err, STATUS_INPUT, "%s", what);
    error_hint(err, "run the stage that wrote the table again");
    error_at(err, arrow_path(file), 0, 0);
    return STATUS_INPUT;
}

enum status key_copy(const struct arrow_file *file, const struct batch *batch,
                     int32_t *ret, struct error *err)
{
    if (arrow_schema(file)->field[0].type != TYPE_DATE)
        return damaged(file, "expected a table that begins with its key", err);
    if (batch->column[0].missing > 0)
        return damaged(file, "a row has no key", err);
    if (batch->n > 0)
        memcpy(ret, batch->column[0].values, batch->n * sizeof *ret);
    return STATUS_OK;
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
