/* Rows that lie outside their bands, the furthest first. */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

/* How many widths of its band a value lies outside. */
static double outside(const struct predictions_csv_row *row)
{
    double v = row->cell[FLAGS_VALUE].number;
    double low = row->cell[FLAGS_LOWER].number, high = row->cell[FLAGS_UPPER].number;
    return (v > high ? v - high : low - v) / (high - low);
}

static int furthest_first(const void *a, const void *b)
{
    const struct predictions_csv_row *u = a, *v = b;
    double x = outside(u), y = outside(v);
    return x != y ? (x < y) - (x > y) : strcmp(u->key, v->key);
}

struct predictions_csv report_flagged(const struct report *r, struct arena *mem)
{
    struct predictions_csv t = r->answers;
    size_t n = r->pipeline->task == TASK_ANOMALY ? t.n : 0;
    t.row = ARENA_ARRAY(mem, struct predictions_csv_row, n);
    t.n = 0;
    for (size_t i = 0; i < n; i++)
        if (r->answers.row[i].cell[FLAGS_FLAG].number > 0)
            t.row[t.n++] = r->answers.row[i];
    if (t.n > 0)
        qsort(t.row, t.n, sizeof *t.row, furthest_first);
    return t;
}
