/* Judging row by row, a batch at a time.
 *
 * The base file's rows come before all arrivals, so the one pass over the table that
 * counts and lists knows the base's range when the first arrival comes; from then on the
 * answer for a batch is a function of the batch. */
#include "clean/judge.h"

#include <math.h>

#include "data/key.h"

static void make_room(struct judge *j, size_t n)
{
    if (n <= j->cap && j->cap > 0)
        return;
    j->cap = n > 0 ? n : 1;
    j->key = ARENA_ARRAY(j->mem, int32_t, j->cap);
    j->rank = ARENA_ARRAY(j->mem, uint64_t, j->cap);
    j->reason = ARENA_ARRAY(j->mem, uint8_t, j->cap);
    j->open = ARENA_ARRAY(j->mem, uint8_t, j->cap);
}

static int32_t id_of(const struct screen *s, const struct cursor *c, size_t i)
{
    enum type type = arrow_schema(s->file)->field[s->value].type;
    struct group_name name = group_at(type, &c->batch.column[s->value], i);
    return (int32_t)groups_find(s->id_names, &name);
}

static enum status rank_rows(const struct screen *s, const struct cursor *c,
                             struct judge *j, struct error *err)
{
    size_t column = s->keys.step ? 1 : 0;
    if (s->keys.step)
        TRY(key_copy(s->file, &c->batch, j->key, err));
    else
        memset(j->key, 0, c->batch.n * sizeof *j->key);
    for (size_t i = 0; i < c->batch.n; i++) {
        uint32_t group = 0;
        if (s->keys.group) {
            struct group_name name = group_at(arrow_schema(s->file)->field[column].type,
                                              &c->batch.column[column], i);
            group = groups_code(s->keys.groups, name);
        }
        if (j->by_id)
            j->key[i] = id_of(s, c, i);
        j->rank[i] = screen_rank(group, j->key[i]);
    }
    return STATUS_OK;
}

/* Drops row i of the batch unless it was dropped before. */
static void drop(struct screen *s, const struct cursor *c, struct judge *j, size_t i,
                 enum reason why, const char *column)
{
    if (j->reason[i] != REASON_KEPT)
        return;
    j->reason[i] = (uint8_t)why;
    if (j->first)
        screen_drop(s, &(struct dropped){cursor_start(c) + i, j->key[i],
                                         screen_rank_group(j->rank[i]), why, column});
}

static bool implausible(double x, const struct span *span, double factor)
{
    double reach = (span->high - span->low) * factor;
    // A column that never moved says nothing about how far it may.
    return span->low < span->high && (x < span->low - reach || x > span->high + reach);
}

static void judge_values(struct screen *s, const struct cursor *cursor, struct judge *j,
                         size_t v)
{
    const struct field *f = &arrow_schema(s->file)->field[s->value + v];
    const struct column *c = &cursor->batch.column[s->value + v];
    const int32_t *file = cursor->batch.column[s->value + s->p].values;
    const struct range *range = s->range[v];
    struct span *span = &s->span[v];
    bool judged = s->read[v] || s->target[v];
    for (size_t i = 0; i < cursor->batch.n && f->type != TYPE_TEXT; i++) {
        if (!column_present(c, i) || j->reason[i] != REASON_KEPT)
            continue;
        double x = cursor_value(cursor, s->value + v, i);
        if (range && range_excludes(range, x))
            drop(s, cursor, j, i, REASON_RANGE, f->name);
        else if (file[i] == 0 && j->first)
            *span = (struct span){fmin(span->low, x), fmax(span->high, x)};
        else if (file[i] != 0 && judged && implausible(x, span, s->rules.plausible))
            drop(s, cursor, j, i, REASON_IMPLAUSIBLE, f->name);
    }
}

static void judge_missing(struct screen *s, const struct cursor *cursor, struct judge *j,
                          size_t v)
{
    const struct field *f = &arrow_schema(s->file)->field[s->value + v];
    const struct column *c = &cursor->batch.column[s->value + v];
    if (j->first)
        s->empty[v] += c->missing;
    for (size_t i = 0; c->missing > 0 && i < cursor->batch.n; i++) {
        if (column_present(c, i))
            continue;
        if (s->needed[v])
            drop(s, cursor, j, i, REASON_MISSING, f->name);
        else if (s->target[v] && j->open[i] != OPEN_READ)
            j->open[i] = s->read[v] ? OPEN_READ : OPEN_TARGET;
    }
}

static bool is_later(const struct screen *s, int32_t key)
{
    return s->keys.step && s->rules.has_as_of && key > s->rules.as_of;
}

static bool is_gone(const struct screen *s, size_t row)
{
    return s->gone[row >> 3] >> (row & 7) & 1;
}

enum status judge_batch(struct screen *s, const struct cursor *c, struct judge *j,
                        struct error *err)
{
    size_t n = c->batch.n;
    make_room(j, n);
    TRY(rank_rows(s, c, j, err));
    memset(j->reason, REASON_KEPT, n);
    memset(j->open, OPEN_NOT, n);
    if (s->pass)
        return STATUS_OK;
    for (size_t i = 0; i < n; i++)
        if (is_later(s, j->key[i]))
            j->reason[i] = REASON_LATER; // which was counted and listed before
    for (size_t i = 0; s->gone && !j->first && i < n; i++)
        if (is_gone(s, cursor_start(c) + i))
            j->reason[i] = REASON_DUPLICATE;
    for (size_t v = s->ids; v < s->p; v++)
        judge_values(s, c, j, v);
    for (size_t v = s->ids; s->rules.drop_missing && v < s->p; v++)
        judge_missing(s, c, j, v);
    return STATUS_OK;
}

/* Rows that are later stand first in the list of those that were dropped. */
static enum status count_later(struct screen *s, struct judge *j, struct error *err)
{
    for (size_t row = 0, i; row < s->n; row += s->cursor.batch.n) {
        TRY(cursor_seek(&s->cursor, row, &i, err));
        make_room(j, s->cursor.batch.n);
        TRY(rank_rows(s, &s->cursor, j, err));
        for (i = 0; i < s->cursor.batch.n; i++)
            if (is_later(s, j->key[i]))
                screen_drop(s, &(struct dropped){row + i, j->key[i],
                                                 screen_rank_group(j->rank[i]),
                                                 REASON_LATER, NULL});
    }
    return STATUS_OK;
}

static enum status add_rows(const struct screen *s, const struct judge *j, size_t row,
                            struct order *order, struct error *err)
{
    for (size_t i = 0; i < s->cursor.batch.n; i++)
        TRY(order_add(order, judge_order(j, i, row + i), err));
    return STATUS_OK;
}

enum status judge_table(struct screen *s, struct judge *j, struct order *order,
                        struct error *err)
{
    bool open = false;
    if (j->first && s->keys.step && s->rules.has_as_of)
        TRY(count_later(s, j, err));
    for (size_t row = 0, i; row < s->n; row += s->cursor.batch.n) {
        TRY(cursor_seek(&s->cursor, row, &i, err));
        TRY(judge_batch(s, &s->cursor, j, err));
        for (i = 0; s->tally && j->first && i < s->cursor.batch.n; i++)
            s->tally[screen_rank_group(j->rank[i])].rows++;
        open = open || memchr(j->open, OPEN_TARGET, s->cursor.batch.n) ||
               memchr(j->open, OPEN_READ, s->cursor.batch.n);
        if (order)
            TRY(add_rows(s, j, row, order, err));
    }
    if (j->first)
        s->pass = !open && s->count[REASON_KEPT] == s->n && !s->gone;
    j->first = false;
    return STATUS_OK;
}
