/* Donors, row by row: only rows with holes are compared, each with all others once. */
#include "neighbours/donors.h"

#include <math.h>

#include "base/stop.h"
#include "base/thread.h"

enum { PIECE = 32 }; // rows with holes

struct donor_search {
    const struct neighbours *among;
    const double *const *col;
    size_t k, rows;
    const size_t *first; // [rows + 1] the first hole of each row that has any
    const size_t *row, *hole;
    size_t *found;
    struct neighbour *nearest;
    double *distance; // [threads][among->n]
    double *own;      // [threads][p]
};

static size_t count_holes(const double *const *col, size_t n, size_t p)
{
    size_t holes = 0;
    for (size_t c = 0; c < p; c++)
        for (size_t i = 0; i < n; i++)
            holes += isnan(col[c][i]) ? 1 : 0;
    return holes;
}

/* Lists the holes, row by row; returns the number of rows that have any. */
static size_t list_holes(const double *const *col, size_t n, size_t p, size_t *row,
                         size_t *hole, size_t *first)
{
    size_t rows = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t before = at;
        for (size_t c = 0; c < p; c++)
            if (isnan(col[c][i])) {
                row[at] = i;
                hole[at++] = c;
            }
        if (at > before)
            first[rows++] = before;
    }
    first[rows] = at;
    return rows;
}

static enum status look_for(void *context, size_t piece, size_t worker, struct error *err)
{
    const struct donor_search *s = context;
    size_t p = s->among->p, to = (piece + 1) * PIECE;
    double *distance = s->distance + worker * s->among->n, *own = s->own + worker * p;
    for (size_t r = piece * PIECE; r < to && r < s->rows; r++) {
        for (size_t c = 0; c < p; c++)
            own[c] = s->col[c][s->row[s->first[r]]];
        neighbours_distances(s->among, own, distance);
        for (size_t h = s->first[r]; h < s->first[r + 1]; h++)
            s->found[h] = neighbours_nearest(s->among, distance, s->hole[h], s->k,
                                             s->nearest + h * s->k);
    }
    return stop_check(err);
}

enum status donors_find(const struct neighbours *among, const double *const *col,
                        size_t n, size_t k, size_t threads, struct arena *mem,
                        struct donors *ret, struct error *err)
{
    size_t holes = count_holes(col, n, among->p);
    size_t workers = threads > 1 ? threads : 1;
    k = k < among->n ? k : among->n;
    size_t *row = ARENA_ARRAY(mem, size_t, holes),
           *hole = ARENA_ARRAY(mem, size_t, holes);
    size_t *found = ARENA_ARRAY(mem, size_t, holes);
    struct neighbour *nearest =
        arena_array(mem, holes, k * sizeof *nearest); // k and n: no product overflows
    struct arena scratch = {0};
    size_t *first = ARENA_ARRAY(&scratch, size_t, (holes < n ? holes : n) + 1);
    size_t rows = list_holes(col, n, among->p, row, hole, first);
    struct donor_search s = {
        .among = among,
        .col = col,
        .k = k,
        .rows = rows,
        .first = first,
        .row = row,
        .hole = hole,
        .found = found,
        .nearest = nearest,
        .distance = arena_array(&scratch, workers, among->n * sizeof(double)),
        .own = arena_array(&scratch, workers, among->p * sizeof(double)),
    };
    enum status status =
        thread_run(workers, (rows + PIECE - 1) / PIECE, look_for, &s, err);
    arena_release(&scratch);
    if (status == STATUS_OK)
        *ret = (struct donors){holes, k, row, hole, found, nearest};
    return status;
}

/* What a donor counts, the nearest 1: a common factor changes no mean, and so none of them
 * is more than a double holds. */
static double weight_of(const struct neighbour *donor, double least,
                        enum donor_weights weights)
{
    if (weights == DONORS_UNIFORM || donor->distance == least)
        return 1;
    return least == 0 ? 0 : least / donor->distance;
}

double donors_mean(const struct donors *d, const struct neighbours *among, size_t h,
                   size_t k, enum donor_weights weights)
{
    const struct neighbour *donor = d->nearest + h * d->k;
    const double *col = among->col[d->col[h]];
    size_t n = d->found[h] < k ? d->found[h] : k;
    double sum = 0, total = 0, scaled = 0;
    for (size_t i = 0; i < n; i++) {
        double w = weight_of(&donor[i], donor[0].distance, weights);
        sum += w * col[donor[i].row];
        total += w;
    }
    if (n == 0 || isfinite(sum))
        return n == 0 ? NAN : sum / total;
    for (size_t i = 0; i < n; i++) // the sum is more than a double holds, the mean is not
        scaled +=
            weight_of(&donor[i], donor[0].distance, weights) / total * col[donor[i].row];
    return scaled;
}
