/* Blocks, levels and looks of a challenge. */
#include <criterion/criterion.h>
#include <math.h>

#include "gate/challenge.h"

Test(challenge, nothing_is_proven_by_few_origins)
{
    double d[CHALLENGE_LEAST];
    for (size_t i = 0; i < CHALLENGE_LEAST; i++)
        d[i] = 1 + 0.01 * (double)(i % 3);
    cr_assert_eq(challenge_p(d, CHALLENGE_LEAST - 1), 1);
    cr_assert_lt(challenge_p(d, CHALLENGE_LEAST), 1e-4);
}

/* 64 origins are five blocks of 12 or 13 neighbours (0.7 sqrt(64) = 5.6); their means are
 * 1, 2, 3, 4, 5: t = 3 / (sqrt(2.5) / sqrt(5)) = 4.242641, of which Student's t with four
 * degrees of freedom has 0.0066178 above (R: pt(3 / sqrt(0.5), 4, lower.tail = FALSE)). */
Test(challenge, p_is_that_of_the_means_of_blocks)
{
    double d[64];
    for (size_t b = 0; b < 5; b++)
        for (size_t i = 64 * b / 5; i < 64 * (b + 1) / 5; i++)
            d[i] = (double)b + 1;
    cr_assert_float_eq(challenge_p(d, 64), 0.0066178, 5e-6, "%.8f", challenge_p(d, 64));
}

Test(challenge, what_is_the_same_everywhere_is_sure)
{
    double d[40];
    for (size_t i = 0; i < 40; i++)
        d[i] = 0.5;
    cr_assert_eq(challenge_p(d, 40), 0);
    for (size_t i = 0; i < 40; i++)
        d[i] = 0;
    cr_assert_eq(challenge_p(d, 40), 1);
    d[7] = NAN;
    cr_assert_eq(challenge_p(d, 40), 1);
}

Test(challenge, levels_never_add_up_to_more_than_half_of_what_is_allowed)
{
    double sum = 0;
    for (size_t k = 1; k <= 100000; k++)
        sum += challenge_level(0.05, k);
    cr_assert_float_eq(challenge_level(0.05, 1), 0.0125, 1e-15);
    cr_assert_lt(sum, 0.025);
    cr_assert_gt(sum, 0.0249);
}

Test(challenge, a_look_is_due_when_it_comes_and_at_a_tenth_more_origins)
{
    struct arena mem = {0};
    struct challenge_book book = {.mem = &mem};
    size_t again;
    cr_assert_eq(challenge_look(&book, "a", 100, &again), 1);
    cr_assert_eq(challenge_look(&book, "a", 109, &again), 0);
    cr_assert_eq(again, 110);
    cr_assert_eq(challenge_look(&book, "b", 109, &again), 2);
    cr_assert_eq(challenge_look(&book, "a", 111, &again), 3);
    cr_assert_eq(challenge_look(&book, "a", 112, &again), 0);
    cr_assert_eq(challenge_look(&book, "", 50, &again), 4);
    cr_assert_eq(challenge_look(&book, "", 50, &again), 5);
    arena_release(&mem);
}
