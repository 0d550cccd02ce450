/* McNemar's test, exact and by chi-square. */
#include "judge/mcnemar.h"

#include <math.h>

#include "judge/pvalue.h"

struct mcnemar mcnemar(size_t only_first, size_t only_second)
{
    double b = (double)only_first, c = (double)only_second;
    double over = fmax(fabs(b - c) - 1, 0);
    size_t n = only_first + only_second;
    size_t few = only_first < only_second ? only_first : only_second;
    struct mcnemar t = {.statistic = n > 0 ? over * over / (b + c) : 0};
    t.p_statistic = pvalue_chi_square(t.statistic, 1);
    t.p = pvalue_rounded(fmin(1, 2 * pvalue_coins_below(few, n)));
    t.p_less = pvalue_coins_below(only_second, n);
    return t;
}
