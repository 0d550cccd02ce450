/* The test that each kind of duel is put to. */
#include <criterion/criterion.h>
#include <math.h>

#include "gate/challenge.h"
#include "gate/duel_internal.h"
#include "gate/odds.h"

enum { ROWS = 40 };

static double mine[ROWS], theirs[ROWS];

static struct duel duel_of(enum task task, size_t n)
{
    return (struct duel){.task = task,
                         .unit = DUEL_ROWS,
                         .horizon = 1,
                         .n = n,
                         .mine = mine,
                         .mine_root = mine,
                         .theirs = theirs,
                         .theirs_root = theirs};
}

/* Absolute errors from 1 to 2 against 1.1 to 2.1, of a congruential generator. */
static struct duel numbers(size_t n)
{
    unsigned s = 1;
    for (size_t i = 0; i < n; i++) {
        s = s * 1103515245u + 12345u;
        mine[i] = 1 + (double)((s >> 16) % 100) / 100;
        s = s * 1103515245u + 12345u;
        theirs[i] = 1.1 + (double)((s >> 16) % 100) / 100;
    }
    return duel_of(TASK_REGRESSION, n);
}

/* The first `won` rows are right by the challenger alone, the next `lost` by production. */
static struct duel classes(size_t won, size_t lost)
{
    for (size_t i = 0; i < ROWS; i++) {
        theirs[i] = i < won;
        mine[i] = i >= won && i < won + lost;
    }
    return duel_of(TASK_CLASSES, ROWS);
}

/* scipy.stats.ttest_rel(mine, theirs, alternative='less'), and of the squares 'greater'. */
Test(odds, rows_of_numbers_are_put_to_the_paired_t_test)
{
    struct duel d = numbers(ROWS);
    cr_expect_float_eq(odds_better(&d), 0.2088004, 1e-6, "%.9f", odds_better(&d));
    cr_expect_float_eq(odds_worse(&d), 0.8232663, 1e-6, "%.9f", odds_worse(&d));
    cr_expect(odds_leads(&d));
}

Test(odds, few_rows_of_numbers_prove_nothing)
{
    struct duel d = numbers(CHALLENGE_LEAST - 1);
    for (size_t i = 0; i < d.n; i++)
        mine[i] = theirs[i] / 2;
    cr_expect_eq(odds_better(&d), 1);
    d.n = CHALLENGE_LEAST;
    mine[CHALLENGE_LEAST - 1] = 0.5;
    cr_expect_lt(odds_better(&d), 1e-6);
}

/* scipy.stats.binomtest(2, 14, .5, alternative='less'): 0.0064697265625, which are the
 * coins that fall at most twice; and of 12 or fewer of 14. */
Test(odds, classes_are_put_to_mcnemars_exact_test)
{
    struct duel d = classes(12, 2);
    cr_expect_float_eq(odds_better(&d), 0.00646973, 1e-8, "%.9f", odds_better(&d));
    cr_expect_float_eq(odds_worse(&d), 0.999084, 1e-6, "%.9f", odds_worse(&d));
    cr_expect(odds_leads(&d));
    d = classes(3, 3);
    cr_expect_not(odds_leads(&d), "as good is not better");
    d = classes(0, 0);
    cr_expect_eq(odds_better(&d), 1);
}

/* Of two tests the smaller p counts twice; whoever is behind in one figure does not lead. */
Test(odds, scores_are_put_to_delongs_test_as_well)
{
    struct duel d = classes(12, 2);
    d.scored = true;
    d.auc = (struct delong){.auc_a = .8, .auc_b = .9, .statistic = -3};
    cr_expect_float_eq(odds_better(&d), 2 * 0.0013499, 1e-7); // R: 2 * pnorm(-3)
    d.auc.statistic = -1;
    cr_expect_float_eq(odds_better(&d), 2 * 0.00646973, 1e-7);
    cr_expect(odds_leads(&d));
    d.auc.auc_b = .79;
    cr_expect_not(odds_leads(&d));
    d = classes(2, 2);
    d.scored = true;
    d.auc = (struct delong){.auc_a = .8, .auc_b = .9, .statistic = -3};
    cr_expect(odds_leads(&d), "as many errors, and a larger area");
    d.auc.statistic = 3;
    cr_expect_float_eq(odds_worse(&d), 2 * 0.0013499, 1e-7);
}

/* Losses of a class, of labels and of numbers; units with no row of both are left out. */
Test(odds, losses_are_summed_up_by_unit)
{
    struct arena mem = {0};
    double **y, **a, **b;
    struct target t = {.task = TASK_LABELS, .y = matrix_new(&mem, 4, 2, NULL, &y)};
    struct prediction p = prediction_new(&mem, ANSWER_VALUES, 4, 2, &a);
    struct prediction q = prediction_new(&mem, ANSWER_PROBABILITIES, 4, 2, &b);
    struct duel_sums sums = duel_sums_new(3, &mem);
    struct duel d = {.task = TASK_LABELS};
    y[0][0] = y[1][1] = 1;
    b[0][0] = b[1][1] = 0.9;
    b[0][1] = 0.7;
    a[0][3] = NAN;
    duel_add(&sums, 0, &t, 0, &p, &q, 0); // (1, 0): mine says (0, 0), theirs (1, 0)
    duel_add(&sums, 0, &t, 1, &p, &q, 1); // (0, 1): mine says (0, 0), theirs (1, 1)
    duel_add(&sums, 2, &t, 2, &p, &q, 2);
    duel_add(&sums, 1, &t, 3, &p, &q, 3); // without an answer
    duel_take(&sums, &mem, &d);
    cr_assert_eq(d.n, 2);
    cr_expect_eq(d.mine[0], 0.5);
    cr_expect_eq(d.theirs[0], 0.25);
    cr_expect_eq(d.mine[1] + d.theirs[1], 0);
    arena_release(&mem);
}

Test(odds, numbers_cost_their_distance_and_classes_their_being_wrong)
{
    struct arena mem = {0};
    double **y, **a, **b;
    struct target t = {.y = matrix_new(&mem, 1, 1, NULL, &y)};
    struct prediction p = prediction_new(&mem, ANSWER_VALUES, 1, 1, &a);
    struct prediction q = prediction_new(&mem, ANSWER_VALUES, 1, 1, &b);
    struct duel d = {0};
    y[0][0] = 2, a[0][0] = -1, b[0][0] = 2;
    for (int task = TASK_REGRESSION; task <= TASK_CLASSES; task++) {
        struct duel_sums sums = duel_sums_new(1, &mem);
        t.task = (enum task)task;
        d = (struct duel){.task = t.task};
        a[0][0] = task == TASK_REGRESSION ? -1 : 1;
        duel_add(&sums, 0, &t, 0, &p, &q, 0);
        duel_take(&sums, &mem, &d);
        cr_expect_eq(d.mine_root[0], task == TASK_REGRESSION ? 3 : 1);
        cr_expect_eq(d.theirs[0], 0);
    }
    arena_release(&mem);
}
