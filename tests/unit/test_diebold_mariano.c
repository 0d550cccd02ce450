#include <criterion/criterion.h>

#include <math.h>

#include "base/compiler.h"
#include "judge/diebold_mariano.h"
#include "judge/pvalue.h"

/* Twelve pairs of errors; what is expected of them: the header's formulas in NumPy, and
 * SciPy's t distribution. */
static const double first[] = {1, -2, 0.5, 3, -1, 2, 1.5, -0.5, 2.5, -3, 1, 0.25};
static const double second[] = {2, -1, 1.5, 2, -2, 3, 0.5, -1.5, 3, -2, 2, 1};

static const struct {
    enum dm_loss loss;
    size_t horizon;
    double statistic, p;
} expected[] = {
    {DM_SQUARED, 1, -0.5665645273958897, 0.5823853730465206},
    {DM_SQUARED, 2, -2.5747650709951024, 0.02583015163541323},
    {DM_SQUARED, 3, -0.8296060138564376, 0.4243994681699822}, // by Bartlett's weights
    {DM_SQUARED, 4, -0.6731068668098736, 0.5147719299450746},
    {DM_SQUARED, 5, -0.8261937745523658, 0.4262513496313948}, // and here
    {DM_ABSOLUTE, 1, -0.9873345812079523, 0.3446988327922292},
    {DM_ABSOLUTE, 2, -1.3855899637558176, 0.19332211012113376},
};

Test(diebold_mariano, equals_numpy_and_scipy)
{
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        struct diebold_mariano t = diebold_mariano(first, second, COUNT_OF(first),
                                                   expected[i].loss, expected[i].horizon);
        cr_assert_float_eq(t.statistic, expected[i].statistic, 1e-12, "row %zu", i);
        cr_assert_float_eq(t.p, expected[i].p, 6e-6 * expected[i].p, "row %zu", i);
        cr_assert_float_eq(t.p_less, expected[i].p / 2, 6e-6 * expected[i].p, "row %zu",
                           i);
    }
}

Test(diebold_mariano, tells_from_which_side)
{
    struct diebold_mariano t = diebold_mariano(second, first, 12, DM_SQUARED, 2);
    cr_assert_float_eq(t.statistic, 2.5747650709951024, 1e-12);
    cr_assert_float_eq(t.p_less, 1 - 0.012915075817706616, 1e-6);
}

/* A run of months that went the same way counts for less than so many single ones: the
 * second figure only. */
Test(diebold_mariano, allows_for_neighbours_that_go_together)
{
    const double run[] = {3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1};
    const double mixed[] = {3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
    const double other[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
    struct diebold_mariano a = diebold_mariano(mixed, other, 12, DM_SQUARED, 1);
    struct diebold_mariano b = diebold_mariano(run, other, 12, DM_SQUARED, 1);
    cr_assert_float_eq(a.clustered, 0.82915619758885, 1e-12);
    cr_assert_float_eq(b.clustered, 0.5669467095138409, 1e-12);
    cr_assert_float_eq(a.statistic, b.statistic, 1e-12);
    cr_assert_lt(a.p_clustered, b.p_clustered);
}

Test(diebold_mariano, does_not_depend_on_the_unit)
{
    struct diebold_mariano t = diebold_mariano(first, second, 12, DM_SQUARED, 2);
    for (int power = -1000; power <= 1000; power += 50) {
        double a[12], b[12];
        for (size_t i = 0; i < 12; i++) {
            a[i] = ldexp(first[i], power);
            b[i] = ldexp(second[i], power);
        }
        struct diebold_mariano s = diebold_mariano(a, b, 12, DM_SQUARED, 2);
        cr_assert_eq(s.statistic, t.statistic, "2^%d", power);
        cr_assert_eq(s.clustered, t.clustered, "2^%d", power);
    }
}

Test(diebold_mariano, knows_what_cannot_be_told)
{
    const double one[] = {1, 1, 1}, two[] = {2, 2, 2}, odd[] = {1, NAN, 1};
    cr_assert(isnan(diebold_mariano(first, second, 2, DM_SQUARED, 1).p));
    cr_assert(isnan(diebold_mariano(first, second, 12, DM_SQUARED, 0).p));
    cr_assert(isnan(diebold_mariano(first, second, 12, DM_SQUARED, 12).p));
    cr_assert(isnan(diebold_mariano(one, odd, 3, DM_SQUARED, 1).statistic));
    cr_assert_eq(diebold_mariano(one, one, 3, DM_SQUARED, 1).p, 1);
    cr_assert_eq(diebold_mariano(two, one, 3, DM_SQUARED, 1).statistic, INFINITY);
    cr_assert_eq(diebold_mariano(one, two, 3, DM_SQUARED, 1).p_less, 0);
}

/* SciPy: 2 * t.sf(|t|, df), and t.cdf(t, df), down to tails that are nearly nothing. */
Test(pvalue, students_tails_equal_scipy)
{
    static const struct {
        double t, df, both, below;
    } row[] = {
        {0, 1, 1, 0.5},
        {1, 1, 0.5, 0.75},
        {-2.5, 3, 0.08770664700806556, 0.04385332350403278},
        {4.303, 2, 0.0499925249852145, 0.9750037375073928},
        {-12, 313, 1.504715028747967e-27, 7.523575143739835e-28},
        {1.96, 1e6, 0.04999606758526985, 0.9750019662073651},
    };
    for (size_t i = 0; i < COUNT_OF(row); i++) {
        cr_assert_float_eq(pvalue_student(row[i].t, row[i].df), row[i].both,
                           6e-6 * row[i].both, "row %zu", i);
        cr_assert_float_eq(pvalue_student_below(row[i].t, row[i].df), row[i].below,
                           6e-6 * row[i].below, "row %zu", i);
    }
    cr_assert(isnan(pvalue_student(NAN, 3)));
    cr_assert(isnan(pvalue_student(1, 0)));
    cr_assert_eq(pvalue_student_below(-INFINITY, 3), 0);
}

Test(pvalue, is_rounded_to_six_digits)
{
    cr_assert_eq(pvalue_rounded(1.0 / 3), 0.333333);
    cr_assert_eq(pvalue_rounded(1.23456789e-100), 1.23457e-100);
    cr_assert_eq(pvalue_rounded(INFINITY), INFINITY);
}
