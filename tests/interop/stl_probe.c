/* Decomposes series for stl.py.
 *
 *     stl_probe <FILE
 *
 * FILE has, for each series, the members of struct stl_plan in their order, the number of
 * values, and these; all separated by white space.  Prints `season trend` a value. */
#include <stdio.h>
#include <stdlib.h>

#include "forecast/stl.h"

static size_t count(void)
{
    size_t n;
    if (scanf("%zu", &n) != 1)
        exit(1);
    return n;
}

static void decompose(size_t season, struct arena *mem)
{
    struct stl_plan plan = {.season = season};
    plan.seasonal = count();
    plan.seasonal_degree = (unsigned)count();
    plan.trend = count();
    plan.trend_degree = (unsigned)count();
    plan.low_pass = count();
    plan.low_pass_degree = (unsigned)count();
    plan.inner = count();
    plan.outer = count();
    size_t n = count();
    double *y = ARENA_ARRAY(mem, double, 3 * n);
    for (size_t t = 0; t < n; t++)
        if (scanf("%lf", &y[t]) != 1)
            exit(1);
    stl_run(stl_new(&plan, n, mem), y, y + n, y + 2 * n);
    for (size_t t = 0; t < n; t++)
        printf("%.17g %.17g\n", y[n + t], y[2 * n + t]);
}

int main(void)
{
    struct arena mem = {0};
    size_t season;
    while (scanf("%zu", &season) == 1) {
        decompose(season, &mem);
        arena_release(&mem);
    }
    return 0;
}
