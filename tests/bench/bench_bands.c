/* Times two quantiles of each group of random prices.
 *
 *     build/release/tests/bench/bench_bands GROUPS ROWS RUNS THREADS DIR
 *
 * ROWS of each group, in random order; prints the least seconds of RUNS.  Leaves value.f64,
 * group.u32, lower.f64 and upper.f64 in DIR for others. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bands/grouped.h"
#include "base/rng.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void leave(const char *dir, const char *name, const void *p, size_t size, size_t n)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(p, size, n, f) != n || fclose(f) != 0)
        exit(3);
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    size_t groups = strtoul(argv[1], NULL, 10), n = groups * strtoul(argv[2], NULL, 10);
    size_t runs = strtoul(argv[3], NULL, 10), threads = strtoul(argv[4], NULL, 10);
    struct arena mem = {0};
    double *value = ARENA_ARRAY(&mem, double, n), best = 1e9;
    double *lower = ARENA_ARRAY(&mem, double, groups);
    double *upper = ARENA_ARRAY(&mem, double, groups);
    uint32_t *group = ARENA_ARRAY(&mem, uint32_t, n);
    size_t *count = ARENA_ARRAY(&mem, size_t, groups);
    struct rng rng;
    rng_seed(&rng, 1, "bench_bands");
    for (size_t i = 0; i < n; i++) {
        group[i] = (uint32_t)rng_below(&rng, groups);
        value[i] = (double)(1 + rng_below(&rng, 1000000)) / 100;
    }
    const struct grouped_rows rows = {n, value, group, groups};
    for (size_t r = 0; r < runs; r++) {
        struct error err = {0};
        double begin = now();
        grouped_count(&rows, count);
        if (grouped_quantiles(&rows, count, 0.01, 0.99, threads, lower, upper, &err) != 0)
            return 3;
        double took = now() - begin;
        best = took < best ? took : best;
    }
    printf("%.4f\n", best);
    leave(argv[5], "value.f64", value, sizeof *value, n);
    leave(argv[5], "group.u32", group, sizeof *group, n);
    leave(argv[5], "lower.f64", lower, sizeof *lower, groups);
    leave(argv[5], "upper.f64", upper, sizeof *upper, groups);
    arena_release(&mem);
    return 0;
}
