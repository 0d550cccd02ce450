/* Two quantiles, the mean and the standard deviation of each group, for tests/interop/bands.py.
 *
 *     bands_probe N GROUPS LOWER UPPER THREADS <codes-and-values >figures
 *
 * Standard input has N codes (uint32), then N values (float64); standard output four float64
 * arrays, one number a group: lower, upper, mean, std. */
#include <stdio.h>
#include <stdlib.h>

#include "bands/grouped.h"

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    struct arena mem = {0};
    struct error err = {0};
    size_t n = strtoul(argv[1], NULL, 10), groups = strtoul(argv[2], NULL, 10);
    uint32_t *group = ARENA_ARRAY(&mem, uint32_t, n);
    double *value = ARENA_ARRAY(&mem, double, n), *figure[4];
    size_t *count = ARENA_ARRAY(&mem, size_t, groups);
    if (fread(group, sizeof *group, n, stdin) != n ||
        fread(value, sizeof *value, n, stdin) != n)
        return 3;
    for (size_t k = 0; k < 4; k++)
        figure[k] = ARENA_ARRAY(&mem, double, groups);
    const struct grouped_rows rows = {n, value, group, groups};
    grouped_count(&rows, count);
    grouped_moments(&rows, count, figure[2], figure[3]);
    if (grouped_quantiles(&rows, count, strtod(argv[3], NULL), strtod(argv[4], NULL),
                          strtoul(argv[5], NULL, 10), figure[0], figure[1],
                          &err) != STATUS_OK)
        return 3;
    for (size_t k = 0; k < 4; k++)
        if (fwrite(figure[k], sizeof(double), groups, stdout) != groups)
            return 3;
    arena_release(&mem);
    return fflush(stdout) == 0 ? 0 : 3;
}
