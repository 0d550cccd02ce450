/* Blocks of neighbours, their t, and the levels that are spent. */
#include "gate/challenge.h"

#include <math.h>
#include <string.h>

#include "judge/pvalue.h"

enum { LEAST_BLOCKS = 4, MOST_BLOCKS = 12 };

static size_t blocks_of(size_t n)
{
    size_t q = (size_t)(0.7 * sqrt((double)n));
    return q < LEAST_BLOCKS ? LEAST_BLOCKS : q > MOST_BLOCKS ? MOST_BLOCKS : q;
}

static double block_mean(const double *d, size_t n, size_t q, size_t b)
{
    size_t from = n * b / q, to = n * (b + 1) / q;
    double sum = 0;
    for (size_t i = from; i < to; i++)
        sum += d[i];
    return sum / (double)(to - from);
}

double challenge_p(const double *d, size_t n)
{
    double mean[MOST_BLOCKS], all = 0, squares = 0;
    size_t q = blocks_of(n);
    if (n < CHALLENGE_LEAST)
        return 1;
    for (size_t b = 0; b < q; b++)
        all += (mean[b] = block_mean(d, n, q, b)) / (double)q;
    for (size_t b = 0; b < q; b++)
        squares += (mean[b] - all) * (mean[b] - all);
    if (!isfinite(squares))
        return 1;
    if (squares <= 0)
        return all > 0 ? 0 : 1;
    double error = sqrt(squares / (double)(q - 1) / (double)q);
    return pvalue_student_below(-all / error, (double)(q - 1));
}

double challenge_level(double better, size_t k)
{
    return better / 2 / ((double)k * ((double)k + 1));
}

size_t challenge_look(struct challenge_book *book, const char *recipe, size_t origins,
                      size_t *ret_again)
{
    size_t i = 0;
    *ret_again = 0;
    while (i < book->n && (strcmp(book->seen[i].recipe, recipe) != 0 || !recipe[0]))
        i++;
    if (i < book->n) {
        size_t last = book->seen[i].origins;
        size_t again = last + (last + CHALLENGE_GROWTH - 1) / CHALLENGE_GROWTH;
        *ret_again = again;
        if (origins < again)
            return 0;
    } else {
        ARENA_ROOM(book->mem, book->seen, book->n, book->cap, 16);
        book->seen[book->n++].recipe = recipe;
    }
    book->seen[i].origins = origins;
    return ++book->looks;
}
