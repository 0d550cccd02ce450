/* Two rounds of pieces: hash, sort and count; then, when every piece knows where its rows
 * stand, write them.
 *
 * Columns are sorted by their digits, least first (Seward 1954, "Information sorting in
 * the application of electronic digital computers to business operations"): the time is
 * proportional to a row's n-grams, whatever the text. */
#include "words/bag.h"

#include <math.h>
#include <string.h>

#include "base/stop.h"
#include "base/thread.h"

enum { PIECE = 512, FEW = 16, DIGIT_BITS = 7, DIGITS = 1 << DIGIT_BITS };

struct counted_column {
    uint32_t col;
    int32_t count; // not 0
};

/* The rows of a piece as they are counted. */
struct bag_piece {
    struct arena mem;
    struct counted_column *cell;
    size_t n, cap;
};

struct bag_worker {
    struct arena mem;
    struct ngrams_list list;
    uint32_t *other; // [cap] of the sort
    size_t cap;
};

struct bag_work {
    const struct bag_rule *rule;
    const struct view *const *text;
    size_t n_texts, n;
    struct bag_piece *piece;
    struct bag_worker *worker;
    struct bag *bag;
};

static void sort_few(uint32_t *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t x = v[i];
        size_t k = i;
        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

/* Moves n entries to their places by one digit; returns false when all have the same. */
static bool sort_digit(const uint32_t *from, size_t n, unsigned shift, uint32_t *to)
{
    uint32_t at[DIGITS] = {0};
    for (size_t i = 0; i < n; i++)
        at[from[i] >> shift & (DIGITS - 1)]++;
    if (at[from[0] >> shift & (DIGITS - 1)] == n)
        return false;
    uint32_t sum = 0;
    for (size_t d = 0; d < DIGITS; d++) {
        uint32_t count = at[d];
        at[d] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        to[at[from[i] >> shift & (DIGITS - 1)]++] = from[i];
    return true;
}

/* Sorts the worker's entries; the sign, the lowest bit, goes with the first digit. */
static void sort_entries(struct bag_worker *w, uint32_t columns)
{
    size_t n = w->list.n;
    if (n <= FEW) {
        sort_few(w->list.entry, n);
        return;
    }
    if (w->cap < w->list.cap) {
        w->cap = w->list.cap;
        w->other = ARENA_ARRAY(&w->mem, uint32_t, w->cap);
    }
    uint64_t most = 2 * (uint64_t)columns;
    for (unsigned shift = 0; most >> shift > 1; shift += DIGIT_BITS) {
        if (!sort_digit(w->list.entry, n, shift, w->other))
            continue;
        uint32_t *sorted = w->other;
        w->other = w->list.entry;
        w->list.entry = sorted;
    }
    w->cap = w->list.cap; // both have at least that
}

/* Adds the sorted entries of a row to its piece, equal columns as one. */
static void count_entries(const struct bag_rule *rule, const struct ngrams_list *list,
                          struct bag_piece *piece)
{
    for (size_t i = 0; i < list->n;) {
        uint32_t col = list->entry[i] >> 1;
        int32_t count = 0;
        for (; i < list->n && list->entry[i] >> 1 == col; i++)
            count += rule->alternate_sign && (list->entry[i] & 1) ? -1 : 1;
        if (count == 0)
            continue;
        if (piece->n == piece->cap)
            ARENA_ROOM(&piece->mem, piece->cell, piece->n, piece->cap, 8192);
        piece->cell[piece->n++] = (struct counted_column){col, rule->binary ? 1 : count};
    }
}

static size_t piece_end(const struct bag_work *work, size_t index)
{
    return work->n - index * PIECE < PIECE ? work->n : (index + 1) * PIECE;
}

static enum status count_piece(void *context, size_t index, size_t worker,
                               struct error *err)
{
    struct bag_work *work = context;
    struct bag_worker *w = &work->worker[worker];
    struct bag_piece *piece = &work->piece[index];
    w->list.mem = &w->mem;
    for (size_t i = index * PIECE; i < piece_end(work, index); i++) {
        size_t before = piece->n;
        w->list.n = 0;
        for (size_t t = 0; t < work->n_texts; t++)
            ngrams_add(&work->rule->grams, work->text[t][i], t, &w->list);
        sort_entries(w, work->rule->grams.columns);
        count_entries(work->rule, &w->list, piece);
        work->bag->start[i + 1] = piece->n - before;
    }
    return stop_check(err);
}

void bag_normalise(enum bag_norm norm, double *value, size_t n)
{
    double sum = 0;
    if (norm == BAG_NORM_NONE)
        return;
    for (size_t k = 0; k < n; k++)
        sum += norm == BAG_NORM_L2 ? value[k] * value[k] : fabs(value[k]);
    double length = norm == BAG_NORM_L2 ? sqrt(sum) : sum;
    for (size_t k = 0; length > 0 && k < n; k++)
        value[k] /= length;
}

static enum status write_piece(void *context, size_t index, size_t worker,
                               struct error *err)
{
    (void)worker, (void)err;
    struct bag_work *work = context;
    struct bag_piece *piece = &work->piece[index];
    struct bag *bag = work->bag;
    size_t first = bag->start[index * PIECE];
    for (size_t k = 0; k < piece->n; k++) {
        bag->col[first + k] = piece->cell[k].col;
        bag->value[first + k] = piece->cell[k].count;
    }
    for (size_t i = index * PIECE; i < piece_end(work, index); i++)
        bag_normalise(work->rule->norm, bag->value + bag->start[i],
                      bag->start[i + 1] - bag->start[i]);
    arena_release(&piece->mem);
    return STATUS_OK;
}

static enum status count_and_write(struct bag_work *work, size_t pieces, size_t threads,
                                   struct arena *mem, struct error *err)
{
    struct bag *bag = work->bag;
    TRY(thread_run(threads, pieces, count_piece, work, err));
    for (size_t i = 0; i < work->n; i++)
        bag->start[i + 1] += bag->start[i];
    bag->col = ARENA_ARRAY(mem, uint32_t, bag->start[work->n]);
    bag->value = ARENA_ARRAY(mem, double, bag->start[work->n]);
    return thread_run(threads, pieces, write_piece, work, err);
}

enum status bag_of(const struct bag_rule *rule, const struct view *const *text,
                   size_t n_texts, size_t n, size_t threads, struct arena *mem,
                   struct bag *ret, struct error *err)
{
    struct arena scratch = {0};
    struct bag bag = {.start = ARENA_ARRAY(mem, size_t, n + 1)};
    size_t pieces = (n + PIECE - 1) / PIECE, most = threads > 0 ? threads : 1;
    struct bag_work work = {.rule = rule,
                            .text = text,
                            .n_texts = n_texts,
                            .n = n,
                            .piece = ARENA_ARRAY(&scratch, struct bag_piece, pieces),
                            .worker = ARENA_ARRAY(&scratch, struct bag_worker, most),
                            .bag = &bag};
    enum status status = count_and_write(&work, pieces, most, mem, err);
    for (size_t i = 0; i < pieces; i++)
        arena_release(&work.piece[i].mem);
    for (size_t t = 0; t < most; t++)
        arena_release(&work.worker[t].mem);
    arena_release(&scratch);
    if (status == STATUS_OK)
        *ret = bag;
    return status;
}
