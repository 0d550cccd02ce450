/* Bins of columns.
 *
 * The values of a column are sorted as whole numbers by radix, 11 bits at a time: digits that
 * all values share cost nothing, so that columns of few digits are sorted in two or three
 * passes.  A code is found by halving without branches, in as many steps for every value,
 * which lets the processor look up several values at once.  Columns are independent, one a
 * piece of work. */
#include "trees/bins.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "base/stop.h"
#include "base/thread.h"

enum { DIGIT = 11, DIGITS = 1 << DIGIT, PASSES = 6 };

/* What one worker sorts in. */
struct bin_desk {
    uint64_t *key, *spare; // [rows looked at]
    uint32_t *count;       // of each distinct value
    double *buffer;        // [MATRIX_SPAN]
};

struct bin_learning {
    const struct matrix *x;
    const size_t *row; // [n] ascending: those that are looked at
    size_t n, max_bins;
    struct bin_desk *desk; // [threads]
    size_t *ret_n;         // [p]
    double **ret_upper;
};

/* A whole number for each real, in the same order; -0 is 0. */
static uint64_t key_of(double x)
{
    uint64_t bits;
    x += 0.0;
    memcpy(&bits, &x, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t key)
{
    uint64_t bits = key >> 63 ? key ^ UINT64_C(1) << 63 : ~key;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The keys of the numbers among the rows that are looked at. */
static size_t read_keys(const struct bin_learning *l, size_t j,
                        const struct bin_desk *desk)
{
    size_t n = 0;
    for (size_t at = 0, from = 0; at < l->n; from += MATRIX_SPAN) {
        size_t to = l->x->n - from < MATRIX_SPAN ? l->x->n : from + MATRIX_SPAN;
        const double *x = matrix_span(l->x, j, from, to, desk->buffer);
        for (; at < l->n && l->row[at] < to; at++) {
            double value = x[l->row[at] - from];
            desk->key[n] = key_of(value);
            n += value == value;
        }
    }
    return n;
}

static void count_digits(const uint64_t *key, size_t n, uint32_t (*count)[DIGITS])
{
    memset(count, 0, PASSES * sizeof *count);
    for (size_t i = 0; i < n; i++)
        for (size_t pass = 0; pass < PASSES; pass++)
            count[pass][key[i] >> pass * DIGIT & (DIGITS - 1)]++;
}

/* Sorts the keys, which may change places with the spare ones. */
static void sort_keys(struct bin_desk *desk, size_t n)
{
    uint32_t count[PASSES][DIGITS];
    count_digits(desk->key, n, count);
    for (size_t pass = 0; pass < PASSES; pass++) {
        const uint64_t *key = desk->key;
        uint32_t *start = count[pass];
        if (n == 0 || start[key[0] >> pass * DIGIT & (DIGITS - 1)] == n)
            continue; // all have this digit
        for (uint32_t d = 0, sum = 0; d < DIGITS; d++) {
            uint32_t here = start[d];
            start[d] = sum;
            sum += here;
        }
        for (size_t i = 0; i < n; i++)
            desk->spare[start[key[i] >> pass * DIGIT & (DIGITS - 1)]++] = key[i];
        desk->key = desk->spare;
        desk->spare = (uint64_t *)(uintptr_t)key;
    }
}

/* Leaves each of the sorted keys once, with its count. */
static size_t count_distinct(struct bin_desk *desk, size_t n)
{
    size_t d = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && desk->key[i] == desk->key[d - 1]) {
            desk->count[d - 1]++;
            continue;
        }
        desk->key[d] = desk->key[i];
        desk->count[d++] = 1;
    }
    return d;
}

/* A bound between two values: low <= bound < high. */
static double bound_between(double low, double high)
{
    double half = high / 2 - low / 2, bound = low + half;
    return bound < high ? bound : low;
}

/* What is left for the values that have no bin alone. */
struct bin_share {
    size_t bins, rows;
    double rows_a_bin;
};

static void share_out(struct bin_share *s)
{
    s->rows_a_bin = (double)s->rows / (double)(s->bins > 0 ? s->bins : 1);
}

static struct bin_share share_of(const uint32_t *count, size_t d, size_t rows,
                                 double heavy, size_t max_bins)
{
    struct bin_share s = {max_bins, rows, 0};
    for (size_t i = 0; i < d; i++)
        if (count[i] >= heavy && s.bins > 0) {
            s.bins--;
            s.rows -= count[i];
        }
    share_out(&s);
    return s;
}

/* Cuts d distinct values, more than there may be bins; returns how many there are. */
static size_t cut_evenly(const struct bin_desk *desk, size_t d, size_t rows,
                         size_t max_bins, double *upper)
{
    const uint32_t *count = desk->count;
    double heavy = (double)rows / (double)max_bins, held = 0;
    struct bin_share left = share_of(count, d, rows, heavy, max_bins);
    size_t n = 0;
    for (size_t i = 0; i + 1 < d && n + 1 < max_bins; i++) {
        bool alone = count[i] >= heavy;
        held += count[i];
        left.rows -= alone ? 0 : count[i];
        if (!alone && held < left.rows_a_bin &&
            (count[i + 1] < heavy || held < left.rows_a_bin / 2))
            continue;
        upper[n++] = bound_between(value_of(desk->key[i]), value_of(desk->key[i + 1]));
        held = 0;
        if (!alone && left.bins > 0) {
            left.bins--;
            share_out(&left);
        }
    }
    return n + 1;
}

static size_t cut(const struct bin_desk *desk, size_t d, size_t rows, size_t max_bins,
                  double *upper)
{
    if (d > max_bins)
        return cut_evenly(desk, d, rows, max_bins, upper);
    for (size_t i = 0; i + 1 < d; i++)
        upper[i] = bound_between(value_of(desk->key[i]), value_of(desk->key[i + 1]));
    return d > 0 ? d : 1;
}

static enum status learn_column(void *context, size_t j, size_t worker, struct error *err)
{
    const struct bin_learning *l = context;
    struct bin_desk *desk = &l->desk[worker];
    TRY(stop_check(err));
    size_t rows = read_keys(l, j, desk);
    sort_keys(desk, rows);
    size_t d = count_distinct(desk, rows);
    l->ret_n[j] = cut(desk, d, rows, l->max_bins, l->ret_upper[j]);
    return STATUS_OK;
}

/* One row of each of the runs that n rows are divided into: evenly spread, and no pattern
 * that repeats in the rows is met at one point of it alone. */
static size_t choose_rows(size_t n, struct arena *mem, size_t **ret)
{
    size_t chosen = n < BINS_SAMPLE ? n : BINS_SAMPLE;
    struct rng rng;
    *ret = ARENA_ARRAY(mem, size_t, chosen);
    rng_seed(&rng, 0, "bins");
    for (size_t i = 0; i < chosen; i++) {
        size_t from = n / chosen * i + n % chosen * i / chosen;
        size_t to = n / chosen * (i + 1) + n % chosen * (i + 1) / chosen;
        (*ret)[i] = from + (to - from > 1 ? rng_below(&rng, to - from) : 0);
    }
    return chosen;
}

static struct bin_desk *desks_new(size_t threads, size_t n, struct arena *mem)
{
    struct bin_desk *desk = ARENA_ARRAY(mem, struct bin_desk, threads);
    for (size_t t = 0; t < threads; t++)
        desk[t] = (struct bin_desk){
            ARENA_ARRAY(mem, uint64_t, n + 1), // a missing last one is written, too
            ARENA_ARRAY(mem, uint64_t, n + 1), ARENA_ARRAY(mem, uint32_t, n),
            ARENA_ARRAY(mem, double, MATRIX_SPAN)};
    return desk;
}

enum status bins_learn(const struct matrix *x, size_t max_bins, size_t threads,
                       struct arena *mem, struct bins *ret, struct error *err)
{
    struct arena scratch = {0};
    size_t *row, workers = threads < x->p ? threads : x->p;
    struct bin_learning l = {.x = x, .max_bins = max_bins};
    l.n = choose_rows(x->n, &scratch, &row);
    l.row = row;
    l.desk = desks_new(workers > 0 ? workers : 1, l.n, &scratch);
    l.ret_n = ARENA_ARRAY(mem, size_t, x->p);
    l.ret_upper = ARENA_ARRAY(mem, double *, x->p);
    for (size_t j = 0; j < x->p; j++)
        l.ret_upper[j] = ARENA_ARRAY(mem, double, max_bins - 1);
    enum status status = thread_run(workers, x->p, learn_column, &l, err);
    arena_release(&scratch);
    if (status == STATUS_OK)
        *ret = (struct bins){x->p, l.ret_n, (const double *const *)l.ret_upper};
    return status;
}

struct bin_coding {
    const struct bins *bins;
    const struct matrix *x;
    size_t stride;
    uint8_t *code;
};

/* The bounds with infinities behind them, for any value as many steps. */
static size_t pad_bounds(const double *upper, size_t n, double *ret)
{
    size_t most = 1;
    while (most < n)
        most *= 2;
    for (size_t c = 0; c < most; c++)
        ret[c] = c + 1 < n ? upper[c] : INFINITY;
    return most;
}

/* The number of bounds below each value; a missing one has n. */
static void code_span(const double *x, size_t rows, const double *bound, size_t most,
                      size_t n, uint8_t *ret)
{
    for (size_t i = 0; i < rows; i++) {
        size_t at = 0;
        for (size_t half = most / 2; half > 0; half /= 2)
            at += (size_t)(bound[at + half - 1] < x[i]) * half;
        ret[i] = (uint8_t)(x[i] != x[i] ? n : at);
    }
}

static enum status code_column(void *context, size_t j, size_t worker UNUSED,
                               struct error *err)
{
    const struct bin_coding *c = context;
    double bound[BINS_MOST + 1], buffer[MATRIX_SPAN];
    size_t n = c->bins->n[j], most = pad_bounds(c->bins->upper[j], n, bound);
    TRY(stop_check(err));
    for (size_t from = 0; from < c->x->n; from += MATRIX_SPAN) {
        size_t to = c->x->n - from < MATRIX_SPAN ? c->x->n : from + MATRIX_SPAN;
        const double *x = matrix_span(c->x, j, from, to, buffer);
        code_span(x, to - from, bound, most, n, c->code + j * c->stride + from);
    }
    return STATUS_OK;
}

enum status bins_code(const struct bins *bins, const struct matrix *x, size_t threads,
                      size_t stride, uint8_t *ret, struct error *err)
{
    struct bin_coding c = {bins, x, stride, ret};
    return thread_run(threads, bins->p, code_column, &c, err);
}
