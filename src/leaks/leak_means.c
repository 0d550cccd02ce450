/* What values alone show of figures over all rows: a scaled column, and a category in the
 * place of which the target's mean stands. */
#include <math.h>
#include <stdlib.h>

#include "leaks/explain.h"
#include "leaks/leak_search_internal.h"

enum {
    FEWEST = 12, // rows that say anything
    VARIED = 10  // and different values
};

static const double printed = 1e-4; // of a deviation: what printing may lose
static const double rounded = 5e-4; // of the target's range, of means

struct valued {
    double value, y;
    size_t step;
};

static int by_value(const void *a, const void *b)
{
    const struct valued *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->step > y->step) - (x->step < y->step);
}

/* The steps where both are there; y NULL: the value alone. */
static size_t both(const struct leak_job *job, const double *value, const double *y,
                   struct valued *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < job->steps.n; i++)
        if (!isnan(value[i]) && !(y && isnan(y[i])))
            ret[n++] = (struct valued){value[i], y ? y[i] : 0, i};
    return n;
}

static void tell(struct leak_job *job, const struct leak_suspect *suspect,
                 enum leak_kind kind, const char *of, const struct valued *row, size_t n)
{
    size_t first = row[0].step;
    for (size_t i = 1; i < n; i++)
        first = row[i].step < first ? row[i].step : first;
    leak_add(job, kind,
             (struct leak){.column = suspect->name,
                           .of = of,
                           .first = leak_label(job, job->steps.key[first]),
                           .rows = n});
}

/* Mean 0 and deviation 1, by n or by n - 1. */
static bool is_scaled(const struct valued *row, size_t n)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        mean += row[i].value / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (row[i].value - mean) * (row[i].value - mean);
    return fabs(mean) <= printed && (fabs(squares / (double)n - 1) <= 2 * printed ||
                                     fabs(squares / (double)(n - 1) - 1) <= 2 * printed);
}

static void look_scaled(struct leak_job *job, const struct leak_suspect *suspect,
                        struct valued *row)
{
    size_t n = both(job, suspect->value, NULL, row);
    if (n >= FEWEST && is_scaled(row, n) &&
        explain_distinct(suspect->value, job->steps.n, VARIED, job->in->scratch) >=
            VARIED)
        tell(job, suspect, LEAK_SCALED, NULL, row, n);
}

/* Rows that have the same value: where they end, and their mean target. */
static size_t group_of(const struct valued *row, size_t n, size_t from, double *ret_mean)
{
    size_t end = from;
    double sum = 0;
    for (; end < n && row[end].value == row[from].value; end++)
        sum += row[end].y;
    *ret_mean = sum / (double)(end - from);
    return end;
}

/* Each value is the mean of the target over its rows; row is sorted by value.  A copy of
 * the target is another matter, and so are values that hardly come twice. */
static bool is_encoded(const struct valued *row, size_t n, double tolerance)
{
    size_t values = 0, end;
    bool differs = false;
    double mean;
    for (size_t i = 0; i < n; i = end) {
        end = group_of(row, n, i, &mean);
        if (!(fabs(mean - row[i].value) <= tolerance))
            return false;
        for (size_t k = i; k < end; k++)
            differs = differs || fabs(row[k].y - mean) > tolerance;
        values++;
    }
    return differs && values >= 2 && n >= 2 * values;
}

static double spread(const struct valued *row, size_t n)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        low = row[i].y < low ? row[i].y : low;
        high = row[i].y > high ? row[i].y : high;
    }
    return high - low;
}

static void look_encoded(struct leak_job *job, const struct leak_suspect *suspect,
                         size_t slot, struct valued *row)
{
    size_t n = both(job, suspect->value, job->steps.x[slot], row);
    if (n < FEWEST)
        return;
    qsort(row, n, sizeof *row, by_value);
    if (is_encoded(row, n, rounded * spread(row, n)))
        tell(job, suspect, LEAK_ENCODED, feature_columns_name(&job->columns, slot), row,
             n);
}

void leak_means(struct leak_job *job)
{
    const struct feature_columns *c = &job->columns;
    struct arena *scratch = job->in->scratch;
    if (!job->steps.all)
        return;
    struct valued *row = ARENA_ARRAY(scratch, struct valued, job->steps.n);
    struct leak_suspect *suspect =
        ARENA_ARRAY(scratch, struct leak_suspect, c->n + job->p);
    size_t n = leak_suspects(job, suspect);
    for (size_t i = 0; i < n; i++) {
        look_scaled(job, &suspect[i], row);
        for (size_t t = 0; t < c->n_targets; t++)
            if (!feature_columns_text(c, c->target[t]))
                look_encoded(job, &suspect[i], c->target_slot[t], row);
    }
}
