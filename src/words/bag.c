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

/* The n-grams of the rows of a piece, those of each row sorted. */
struct bag_piece {
    struct arena mem;
    struct ngrams_list list;
};

struct bag_worker {
    struct arena mem;
    uint32_t *other; // [cap] of the sort
    size_t cap;
};

struct bag_work {
    const struct bag_rule *rule;
    const struct view *const *text;
    size_t n_texts, n;
    struct bag_piece *piece;
    struct bag_worker *worker;
    size_t *grams; // [n] n-grams of each row
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

/* Sorts a row's entries; the sign, the lowest bit, goes with the first digit. */
static void sort_entries(struct bag_worker *w, uint32_t *entry, size_t n,
                         uint32_t columns)
{
    if (n <= FEW) {
        sort_few(entry, n);
        return;
    }
    while (w->cap < n)
        ARENA_ROOM(&w->mem, w->other, w->cap, w->cap, 4096);
    uint32_t *from = entry, *to = w->other;
    for (unsigned shift = 0; 2 * (uint64_t)columns >> shift > 1; shift += DIGIT_BITS) {
        if (!sort_digit(from, n, shift, to))
            continue;
        uint32_t *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != entry)
        memcpy(entry, from, n * sizeof *entry);
}

/* The next run of equal columns among n sorted entries: returns its length, *ret_count is
 * what it counts, which may be 0. */
static inline size_t take_run(const struct bag_rule *rule, const uint32_t *entry,
                              size_t n, int32_t *ret_count)
{
    size_t k = 0;
    int32_t count = 0;
    for (uint32_t col = entry[0] >> 1; k < n && entry[k] >> 1 == col; k++)
        count += rule->alternate_sign && (entry[k] & 1) ? -1 : 1;
    *ret_count = count != 0 && rule->binary ? 1 : count;
    return k;
}

/* How many columns the sorted entries count in. */
static size_t count_columns(const struct bag_rule *rule, const uint32_t *entry, size_t n)
{
    size_t columns = 0;
    int32_t count;
    for (size_t k = 0; k < n; columns += count != 0)
        k += take_run(rule, entry + k, n - k, &count);
    return columns;
}

/* Writes them; returns how many. */
static size_t write_columns(const struct bag_rule *rule, const uint32_t *entry, size_t n,
                            uint32_t *col, double *value)
{
    size_t columns = 0;
    for (size_t k = 0, run; k < n; k += run) {
        int32_t count;
        run = take_run(rule, entry + k, n - k, &count);
        if (count == 0)
            continue;
        col[columns] = entry[k] >> 1;
        value[columns++] = count;
    }
    return columns;
}

static size_t piece_end(const struct bag_work *work, size_t index)
{
    return work->n - index * PIECE < PIECE ? work->n : (index + 1) * PIECE;
}

/* As many entries as the texts of a piece are likely to give. */
static size_t likely(const struct bag_work *work, size_t index)
{
    size_t bytes = 0;
    for (size_t t = 0; t < work->n_texts; t++)
        for (size_t i = index * PIECE; i < piece_end(work, index); i++)
            bytes += work->text[t][i].n;
    return bytes / 4 + PIECE;
}

static enum status count_piece(void *context, size_t index, size_t worker,
                               struct error *err)
{
    struct bag_work *work = context;
    struct bag_piece *piece = &work->piece[index];
    struct ngrams_list *list = &piece->list;
    list->mem = &piece->mem;
    list->cap = likely(work, index);
    list->entry = ARENA_ARRAY(&piece->mem, uint32_t, list->cap);
    for (size_t i = index * PIECE; i < piece_end(work, index); i++) {
        size_t before = list->n;
        for (size_t t = 0; t < work->n_texts; t++)
            ngrams_add(&work->rule->grams, work->text[t][i], t, list);
        uint32_t *entry = list->entry + before;
        size_t n = list->n - before;
        sort_entries(&work->worker[worker], entry, n, work->rule->grams.columns);
        work->grams[i] = n;
        work->bag->start[i + 1] = count_columns(work->rule, entry, n);
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
    const uint32_t *entry = piece->list.entry;
    for (size_t i = index * PIECE; i < piece_end(work, index); i++) {
        size_t at = bag->start[i];
        size_t n = write_columns(work->rule, entry, work->grams[i], bag->col + at,
                                 bag->value + at);
        bag_normalise(work->rule->norm, bag->value + at, n);
        entry += work->grams[i];
    }
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
                            .grams = ARENA_ARRAY(&scratch, size_t, n),
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
