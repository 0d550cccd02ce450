/* Prints a CSV table of many series, the same every time: an item, an hour, two reals.
 *
 *     build/release/tests/bench/bench_groups SERIES ROWS ORDER >table.csv
 *
 * ROWS of each series.  ORDER is `group` (series by series), `time` (hour by hour, as what
 * comes every night is appended) or `shuffled`.  With one series the item is the same in
 * all rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/number.h"
#include "base/rng.h"
#include "base/timestep.h"

static void print_real(double x, char behind)
{
    char text[32];
    size_t n = number_csv(x, text);
    text[n] = behind;
    fwrite(text, 1, n + 1, stdout);
}

static void print_row(size_t series, size_t step, struct rng *rng)
{
    const int32_t hours = 60, from = -200 * 366 * 24 * 60;
    char when[TIMESTEP_TEXT];
    timestep_text(&timestep_all[TIMESTEP_HOUR], from + (int32_t)step * hours, when);
    printf("item-%05zu,%s,", series, when);
    double season = (double)(step % 24) - 12, level = (double)(series % 97) + 100;
    print_real(((level + season) * 1000 + (double)rng_below(rng, 2001)) / 1000, ',');
    print_real(((double)rng_below(rng, 2000001) - 1000000) / 1000, '\n');
}

/* The rows' numbers, series by series, in any order. */
static uint32_t *shuffled(size_t n, struct arena *mem, struct rng *rng)
{
    uint32_t *row = ARENA_ARRAY(mem, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        row[i] = (uint32_t)i;
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)rng_below(rng, i);
        uint32_t other = row[j];
        row[j] = row[i - 1];
        row[i - 1] = other;
    }
    return row;
}

int main(int argc, char **argv)
{
    size_t series = argc > 3 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
    size_t rows = argc > 3 ? (size_t)strtoul(argv[2], NULL, 10) : 0, n = series * rows;
    bool by_time = argc > 3 && strcmp(argv[3], "time") == 0;
    struct arena mem = {0};
    struct rng rng;
    rng_seed(&rng, 1, "bench_groups");
    uint32_t *row =
        argc > 3 && strcmp(argv[3], "shuffled") == 0 ? shuffled(n, &mem, &rng) : NULL;
    puts("item,hour,y,x");
    for (size_t i = 0; i < n; i++) {
        size_t at = row ? row[i] : i;
        if (by_time)
            print_row(at % series, at / series, &rng);
        else
            print_row(at / rows, at % rows, &rng);
    }
    arena_release(&mem);
    return ferror(stdout) ? 3 : 0;
}
