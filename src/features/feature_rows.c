/* Rows with their features: which table a step goes to. */
#include "features/feature_rows.h"

#include <stdlib.h>

#include "data/key.h"

static enum status add_upcoming(struct feature_rows *rows, struct feature_steps *s,
                                size_t i, struct error *err)
{
    if (s->columns->key) {
        ARENA_ROOM(s->mem, rows->upcoming_key, rows->n_upcoming, rows->cap_upcoming, 16);
        rows->upcoming_key[rows->n_upcoming++] = s->walk.key[i];
    }
    return feature_sink_put(&rows->upcoming, s, i, false, err);
}

static enum status add_step(struct feature_rows *rows, struct feature_steps *s, size_t i,
                            struct error *err)
{
    bool known, behind = walk_behind(&s->walk, i);
    if (s->walk.row[i] == WALK_NO_ROW && !behind)
        return STATUS_OK; // a step without a row is only the past of others
    if (!feature_steps_complete(s, i)) {
        if (!behind)
            feature_losses_drop(&rows->losses, s, i);
        return STATUS_OK;
    }
    TRY(feature_steps_known(s, i, &known, err));
    if (!known || behind)
        return add_upcoming(rows, s, i, err);
    feature_losses_keep(&rows->losses);
    return feature_sink_put(&rows->complete, s, i, true, err);
}

enum status feature_rows_add(struct feature_rows *rows, struct feature_steps *s,
                             struct error *err)
{
    feature_losses_steps(&rows->losses, s);
    for (size_t i = s->walk.past; i < s->walk.past + s->walk.fresh; i++)
        TRY(add_step(rows, s, i, err));
    return STATUS_OK;
}

static int by_key(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

struct texts feature_rows_upcoming(struct feature_rows *rows, struct arena *mem)
{
    const struct pipeline *p = rows->complete.columns->pipeline;
    const int32_t *key = rows->upcoming_key;
    const char **label = ARENA_ARRAY(mem, const char *, rows->n_upcoming);
    size_t n = 0;
    if (rows->n_upcoming > 0)
        qsort(rows->upcoming_key, rows->n_upcoming, sizeof *key, by_key);
    for (size_t i = 0; i < rows->n_upcoming; i++)
        if (i == 0 || key[i] != key[i - 1])
            label[n++] = key_label(p, key[i], mem);
    return (struct texts){n, label};
}
