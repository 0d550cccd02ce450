/* Rows in the order of a score: by radix, eleven bits a pass, which keeps equal ones as they
 * stand; digits that all rows share cost no pass.  Few rows are sorted by the library. */
#include "judge/by_score.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGIT = 11, // bits a pass
    DIGITS = 1 << DIGIT,
    PASSES = (64 + DIGIT - 1) / DIGIT,
    FEW = 512, // rows below which counting digits costs more than comparing
};

struct by_score_row {
    uint64_t key; // in the order of falling scores
    size_t row;
};

/* -0 is 0: equal scores have equal keys. */
static uint64_t falling_key(double score)
{
    uint64_t bits;
    score += 0.0;
    memcpy(&bits, &score, sizeof bits);
    return bits >> 63 ? bits : ~bits ^ UINT64_C(1) << 63;
}

static size_t digit(uint64_t key, size_t pass)
{
    return key >> pass * DIGIT & (DIGITS - 1);
}

static int falling(const void *a, const void *b)
{
    const struct by_score_row *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

/* One pass; returns false where all rows have the same digit, and nothing has moved. */
static bool deal(const struct by_score_row *from, size_t n, size_t pass,
                 struct by_score_row *to)
{
    size_t start[DIGITS] = {0};
    for (size_t i = 0; i < n; i++)
        start[digit(from[i].key, pass)]++;
    if (start[digit(from[0].key, pass)] == n)
        return false;
    for (size_t d = 0, sum = 0; d < DIGITS; d++) {
        size_t here = start[d];
        start[d] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        to[start[digit(from[i].key, pass)]++] = from[i];
    return true;
}

/* The sorted rows: in `all` or in as many more of mem. */
static struct by_score_row *sorted(struct by_score_row *all, size_t n, struct arena *mem)
{
    if (n < FEW) {
        qsort(all, n, sizeof *all, falling);
        return all;
    }
    struct by_score_row *spare = ARENA_ARRAY(mem, struct by_score_row, n);
    for (size_t pass = 0; pass < PASSES; pass++)
        if (deal(all, n, pass, spare)) {
            struct by_score_row *full = spare;
            spare = all;
            all = full;
        }
    return all;
}

size_t *by_score(const double *score, size_t n, struct arena *mem)
{
    size_t *order = ARENA_ARRAY(mem, size_t, n);
    struct arena_mark before = arena_mark(mem);
    struct by_score_row *all = ARENA_ARRAY(mem, struct by_score_row, n);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct by_score_row){falling_key(score[i]), i};
    all = sorted(all, n, mem);
    for (size_t i = 0; i < n; i++)
        order[i] = all[i].row;
    arena_rewind(mem, before);
    return order;
}

size_t by_score_tie(const double *score, const size_t *order, size_t n, size_t at)
{
    size_t end = at + 1;
    while (end < n && score[order[end]] == score[order[at]])
        end++;
    return end;
}
