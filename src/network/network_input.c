/* Columns become rows in pieces that stay in the nearest cache. */
#include "network/network_input.h"

#include <string.h>

enum { PIECE = 64 }; // rows

static double *reals_of(struct arena *mem, const struct matrix *x, const size_t *row,
                        size_t n)
{
    double *ret = arena_array(mem, n, x->p * sizeof(double));
    for (size_t from = 0; from < n; from += PIECE) {
        size_t to = n - from < PIECE ? n : from + PIECE;
        for (size_t c = 0; c < x->p; c++)
            for (size_t i = from; i < to; i++)
                ret[i * x->p + c] = x->col[c][row ? row[i] : i];
    }
    return ret;
}

static void sparse_rows(struct arena *mem, const struct sparse *s, const size_t *row,
                        size_t n, struct network_rows *ret)
{
    size_t *start = ARENA_ARRAY(mem, size_t, n + 1);
    for (size_t i = 0; i < n; i++)
        start[i + 1] = start[i] + (s->start[row[i] + 1] - s->start[row[i]]);
    uint32_t *col = ARENA_ARRAY(mem, uint32_t, start[n]);
    double *value = ARENA_ARRAY(mem, double, start[n]);
    for (size_t i = 0; i < n; i++) {
        size_t from = s->start[row[i]], values = start[i + 1] - start[i];
        if (values == 0)
            continue;
        memcpy(col + start[i], s->col + from, values * sizeof *col);
        memcpy(value + start[i], s->value + from, values * sizeof *value);
    }
    ret->start = start;
    ret->col = col;
    ret->value = value;
}

struct network_rows network_input(struct arena *mem, const struct matrix *x,
                                  const size_t *row, size_t n)
{
    struct network_rows ret = {.n = n, .x = reals_of(mem, x, row, n)};
    if (x->sparse && row) {
        sparse_rows(mem, x->sparse, row, n, &ret);
    } else if (x->sparse) {
        ret.start = x->sparse->start;
        ret.col = x->sparse->col;
        ret.value = x->sparse->value;
    }
    return ret;
}

const uint32_t *network_places(struct arena *mem, const struct network_rows *rows,
                               size_t p, size_t *ret_seen)
{
    uint32_t *place = ARENA_ARRAY(mem, uint32_t, p), seen = 0;
    memset(place, 0xFF, p * sizeof *place);
    for (size_t k = 0; rows->start && k < rows->start[rows->n]; k++)
        place[rows->col[k]] = 0;
    for (size_t c = 0; c < p; c++)
        if (place[c] != NETWORK_UNSEEN)
            place[c] = seen++;
    *ret_seen = seen;
    return place;
}
