#include <criterion/criterion.h>

#include <math.h>

#include "base/rng.h"
#include "judge/by_score.h"

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(by_score, .fini = release);

/* Falling, equal ones as they stand: nothing else is a permutation with this. */
static void check(const double *score, size_t n)
{
    const size_t *order = by_score(score, n, &mem);
    bool *seen = ARENA_ARRAY(&mem, bool, n);
    for (size_t i = 0; i < n; i++) {
        cr_assert(order[i] < n && !seen[order[i]], "%zu of %zu", i, n);
        seen[order[i]] = true;
        if (i == 0)
            continue;
        double before = score[order[i - 1]], here = score[order[i]];
        cr_assert(before > here || (before == here && order[i - 1] < order[i]),
                  "%zu of %zu: %g before %g", i, n, before, here);
    }
}

Test(by_score, rows_fall_and_equal_ones_stand_as_they_stood)
{
    static const double odd[] = {0,         -0.0,   1,       -1,   INFINITY,
                                 -INFINITY, 1e-310, -1e-310, 5e300};
    enum { MOST = 5000, ODD = sizeof odd / sizeof *odd };
    static double score[MOST];
    struct rng rng;
    static const size_t sizes[] = {0, 1, 2, 40, 511, 512, 513, MOST};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        rng_seed(&rng, 7, "by_score");
        for (size_t i = 0; i < n; i++)
            score[i] = i % 5 == 0 ? odd[rng_below(&rng, ODD)] : rng_real(&rng) - 0.5;
        check(score, n);
        for (size_t i = 0; i < n; i++)
            score[i] = (double)rng_below(&rng, 3);
        check(score, n);
        for (size_t i = 0; i < n; i++)
            score[i] = 0.25;
        check(score, n);
    }
}
