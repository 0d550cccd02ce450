/* Lookups in the generated tables.
 *
 * Words: a bit a character, in pages that many scripts share; beyond the first two planes
 * there are only a few long runs.  Capitals: runs of neighbours, or of every second
 * character, that stand equally far from their small forms, by bisection. */
#include "words/letters.h"

#include <stddef.h>

#include "base/compiler.h"

struct letters_run {
    uint32_t first, last, stride;
    int32_t delta; // from the capital to its small form
};

#include "words/letters.inc.h"

/* The last run that begins at or before c, or NULL. */
static const struct letters_run *run_before(const struct letters_run *run, size_t n,
                                            uint32_t c)
{
    size_t from = 0, to = n;
    while (from < to) {
        size_t middle = (from + to) / 2;
        if (run[middle].first <= c)
            from = middle + 1;
        else
            to = middle;
    }
    return from > 0 ? &run[from - 1] : NULL;
}

bool letters_word(uint32_t c)
{
    if (c < 256 * COUNT_OF(letters_page))
        return letters_block[letters_page[c / 256]][c / 64 % 4] >> c % 64 & 1;
    const struct letters_run *r = run_before(letters_far, COUNT_OF(letters_far), c);
    return r && c <= r->last;
}

uint32_t letters_small(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    const struct letters_run *r =
        run_before(letters_capital, COUNT_OF(letters_capital), c);
    if (!r || c > r->last || (c - r->first) % r->stride != 0)
        return c;
    return (uint32_t)((int64_t)c + r->delta);
}

bool letters_blank(uint32_t c)
{
    if (c < 0x80)
        return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
           c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}
