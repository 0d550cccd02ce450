/* Blocks of rows in their order, and runs of one rank out of them.
 *
 * The table is opened once more, so that whoever fetches values through the screen's
 * cursor (clean/gather.h) does not move this one. */
#include "clean/ordered.h"

static enum status open_again(struct ordered *o, struct screen *s, struct error *err)
{
    o->cursor = &s->cursor;
    if (arrow_batches(s->file) <= 1)
        return STATUS_OK;
    TRY(arrow_open(arrow_path(s->file), s->mem, &o->file, err));
    cursor_init(&o->own, o->file, s->mem);
    o->cursor = &o->own;
    return STATUS_OK;
}

enum status ordered_open(struct ordered *o, struct screen *s, enum ordered_how how,
                         struct publish *publish, const char *path, struct error *err)
{
    bool by_id = how == ORDERED_BY_ID, first = how != ORDERED_AGAIN;
    *o = (struct ordered){.screen = s,
                          .in_order = s->in_order && !by_id,
                          .judge = {.mem = s->mem, .first = first, .by_id = by_id}};
    o->order = (struct order){.publish = publish, .path = path, .mem = s->mem};
    if (o->in_order) {
        if (first)
            TRY(judge_table(s, &o->judge, NULL, err));
        return open_again(o, s, err);
    }
    o->cap = ORDER_BLOCK;
    o->buffer = ARENA_ARRAY(s->mem, struct order_row, o->cap);
    order_begin(&o->order, s->n);
    TRY(judge_table(s, &o->judge, &o->order, err));
    return order_end(&o->order, err);
}

void ordered_close(struct ordered *o)
{
    arrow_close(o->file);
    order_close(&o->order);
    o->file = NULL;
}

void ordered_rewind(struct ordered *o)
{
    o->at = 0;
    if (o->before > 0 || o->n < o->screen->n)
        o->before = o->n = 0; // else all rows are in hand
}

/* The rows of the batch that holds a row, as they stand. */
static enum status read_batch(struct ordered *o, size_t row, struct error *err)
{
    struct cursor *c = o->cursor;
    struct judge *j = &o->judge;
    size_t i;
    TRY(cursor_seek(c, row, &i, err));
    TRY(judge_batch(o->screen, c, j, err));
    if (o->cap < j->cap) {
        o->cap = j->cap;
        o->buffer = ARENA_ARRAY(o->screen->mem, struct order_row, o->cap);
    }
    for (i = 0; i < c->batch.n; i++)
        o->buffer[i] = judge_order(j, i, row + i);
    o->row = o->buffer;
    o->n = c->batch.n;
    return STATUS_OK;
}

/* Makes rows be in hand; there are none at the end. */
static enum status fill(struct ordered *o, struct error *err)
{
    size_t done = o->before + o->n;
    if (o->at < o->n || done == o->screen->n)
        return STATUS_OK;
    if (o->in_order)
        TRY(read_batch(o, done, err));
    else
        TRY(order_read(&o->order, done, o->buffer, &o->row, &o->n, err));
    o->before = done;
    o->at = 0;
    return STATUS_OK;
}

/* The run goes on behind the block: n rows of it are put together elsewhere. */
static enum status put_together(struct ordered *o, size_t n, const struct order_row **ret,
                                size_t *ret_n, struct error *err)
{
    uint64_t rank = o->row[o->at].rank;
    size_t used = 0;
    do {
        for (; n > 0; n--) {
            ARENA_ROOM(o->screen->mem, o->run, used, o->cap_run, 64);
            o->run[used++] = o->row[o->at++];
        }
        TRY(fill(o, err));
        while (o->at + n < o->n && o->row[o->at + n].rank == rank)
            n++;
    } while (n > 0);
    *ret = o->run;
    *ret_n = used;
    return STATUS_OK;
}

/* True when rows of one rank are of one key. */
static bool told_apart(const struct ordered *o)
{
    return o->screen->keys.step || o->judge.by_id;
}

enum status ordered_run(struct ordered *o, const struct order_row **ret, size_t *ret_n,
                        struct error *err)
{
    size_t n = 1;
    TRY(fill(o, err));
    *ret = o->row + o->at;
    *ret_n = o->at < o->n ? 1 : 0;
    if (*ret_n == 0 || !told_apart(o)) {
        o->at += *ret_n;
        return STATUS_OK;
    }
    while (o->at + n < o->n && (*ret)[n].rank == (*ret)->rank)
        n++;
    if (o->at + n == o->n && o->before + o->n < o->screen->n)
        return put_together(o, n, ret, ret_n, err);
    o->at += n;
    *ret_n = n;
    return STATUS_OK;
}

bool ordered_known(const struct order_row *run, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (judge_reason(&run[i]) == REASON_KEPT && !judge_open(&run[i]))
            return true;
    return false;
}

const struct order_row *ordered_kept_of(const struct ordered *o,
                                        const struct order_row *run, size_t n)
{
    bool later = o->screen->rules.duplicates == DUPLICATES_LAST;
    bool known = n > 1 && ordered_known(run, n);
    const struct order_row *kept = NULL;
    for (size_t i = 0; i < n && (later || !kept); i++)
        if (ordered_stays(&run[i], known))
            kept = &run[i];
    return kept;
}

enum status ordered_kept(struct ordered *o, struct order_row *ret, bool *ret_there,
                         struct error *err)
{
    const struct order_row *run, *kept = NULL;
    size_t n;
    do {
        TRY(ordered_run(o, &run, &n, err));
        kept = ordered_kept_of(o, run, n);
    } while (n > 0 && !kept);
    *ret_there = kept != NULL;
    if (kept)
        *ret = *kept;
    return STATUS_OK;
}
