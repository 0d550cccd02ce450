/* Divides a leaf's rows between its children.
 *
 * Where each row goes is looked up by its code, and both sides are written for every row,
 * one of them to be written over: no branch that the processor could guess wrongly.  Many
 * rows are divided by chunks, side by side, and put together afterwards. */
#include <string.h>

#include "trees/leafwise_internal.h"

enum { CHUNK = 8192 };

struct division_of_rows {
    const uint8_t *code;
    bool goes_left[HISTOGRAM_BINS];
    uint32_t *row, *spare[2];
    size_t n, chunks;
    size_t (*count)[2]; // [chunks] rows to the left and to the right, then before them
};

static size_t divide_run(const struct division_of_rows *d, const uint32_t *row, size_t n,
                         uint32_t *ret_left, uint32_t *ret_right)
{
    size_t left = 0, right = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t r = row[i];
        bool goes_left = d->goes_left[d->code[r]];
        ret_left[left] = r;
        ret_right[right] = r;
        left += goes_left;
        right += !goes_left;
    }
    return left;
}

static size_t chunk_at(const struct division_of_rows *d, size_t k)
{
    return d->n / d->chunks * k + d->n % d->chunks * k / d->chunks;
}

static void divide_chunk(void *context, size_t k, size_t worker UNUSED)
{
    struct division_of_rows *d = context;
    size_t from = chunk_at(d, k), n = chunk_at(d, k + 1) - from;
    size_t left = divide_run(d, d->row + from, n, d->spare[0] + from, d->spare[1] + from);
    d->count[k][0] = left;
    d->count[k][1] = n - left;
}

static void put_chunk(void *context, size_t k, size_t worker UNUSED)
{
    struct division_of_rows *d = context;
    size_t from = chunk_at(d, k);
    for (size_t side = 0; side < 2; side++) {
        size_t at = d->count[k][side];
        size_t n = d->count[k + 1][side] - at;
        memcpy(d->row + at, d->spare[side] + from, n * sizeof *d->row);
    }
}

/* Counts become places: all to the left stand before all to the right. */
static size_t place_chunks(struct division_of_rows *d)
{
    size_t at = 0, begin_right = 0;
    for (size_t side = 0; side < 2; side++) {
        begin_right = at;
        for (size_t k = 0; k < d->chunks; k++) {
            size_t n = d->count[k][side];
            d->count[k][side] = at;
            at += n;
        }
        d->count[d->chunks][side] = at;
    }
    return begin_right;
}

static size_t divide_alone(struct division_of_rows *d)
{
    size_t left = divide_run(d, d->row, d->n, d->row, d->spare[1]);
    memcpy(d->row + left, d->spare[1], (d->n - left) * sizeof *d->row);
    return left;
}

size_t leafwise_divide(struct leafwise *g, const struct leafwise_node *leaf)
{
    enum { MOST = 64 };
    size_t count[MOST + 1][2];
    const struct leafwise_work *w = g->work;
    const struct best_split *s = &leaf->split;
    struct division_of_rows d = {
        .code = w->data->code + s->column * w->data->packed.n,
        .row = g->row + leaf->from,
        .spare = {w->spare[0], w->spare[1]},
        .n = leaf->to - leaf->from,
        .count = count,
    };
    size_t missing = w->data->bins->n[s->column];
    for (size_t c = 0; c < HISTOGRAM_BINS; c++)
        d.goes_left[c] = c == missing ? s->missing_left : c <= s->code;
    d.chunks = d.n / CHUNK < MOST ? d.n / CHUNK : MOST;
    if (thread_team_size(w->team) == 1 || d.chunks < 2)
        return leaf->from + divide_alone(&d);
    thread_team_run(w->team, d.chunks, divide_chunk, &d);
    size_t left = place_chunks(&d);
    thread_team_run(w->team, d.chunks, put_chunk, &d);
    return leaf->from + left;
}
