/* Distances, a block of rows at a time, so that its sums stay near while the columns pass. */
#include "neighbours/neighbours.h"

#include <math.h>

enum { BLOCK = 512 };

struct neighbours neighbours_of(const double *const *col, size_t n, size_t p,
                                struct arena *mem)
{
    bool *holes = ARENA_ARRAY(mem, bool, p);
    for (size_t c = 0; c < p; c++)
        for (size_t i = 0; i < n && !holes[c]; i++)
            holes[c] = isnan(col[c][i]);
    return (struct neighbours){n, p, col, holes};
}

/* Adds a column that all rows have. */
static void add_whole(const double *restrict col, double v, size_t n,
                      double *restrict sum, double *restrict common)
{
    for (size_t i = 0; i < n; i++) {
        double d = col[i] - v;
        sum[i] += d * d;
        common[i] += 1;
    }
}

/* The same where some have a hole: without a branch, which no vector could follow. */
static void add_holed(const double *restrict col, double v, size_t n,
                      double *restrict sum, double *restrict common)
{
    for (size_t i = 0; i < n; i++) {
        double d = col[i] - v;
        sum[i] += col[i] == col[i] ? d * d : 0;
        common[i] += col[i] == col[i] ? 1 : 0;
    }
}

void neighbours_distances(const struct neighbours *among, const double *row, double *ret)
{
    double p = (double)among->p;
    for (size_t from = 0; from < among->n; from += BLOCK) {
        size_t n = among->n - from < BLOCK ? among->n - from : BLOCK;
        double sum[BLOCK] = {0}, common[BLOCK] = {0};
        for (size_t c = 0; c < among->p; c++) {
            if (isnan(row[c]))
                continue;
            if (among->holes[c])
                add_holed(among->col[c] + from, row[c], n, sum, common);
            else
                add_whole(among->col[c] + from, row[c], n, sum, common);
        }
        for (size_t i = 0; i < n; i++) // nothing in common: 0 / 0
            ret[from + i] = sqrt(sum[i] / common[i] * p);
    }
}

/* Puts a row where it belongs among the n nearest so far. */
static void insert(struct neighbour *list, size_t n, size_t row, double distance)
{
    for (; n > 0 && list[n - 1].distance > distance; n--)
        list[n] = list[n - 1];
    list[n] = (struct neighbour){row, distance};
}

size_t neighbours_nearest(const struct neighbours *among, const double *distance,
                          size_t c, size_t k, struct neighbour *ret)
{
    const double *col = among->col[c];
    size_t n = 0;
    for (size_t i = 0; i < among->n; i++) {
        if (isnan(distance[i]) || isnan(col[i]))
            continue;
        if (n < k)
            insert(ret, n++, i, distance[i]);
        else if (distance[i] < ret[k - 1].distance)
            insert(ret, k - 1, i, distance[i]);
    }
    return n;
}
