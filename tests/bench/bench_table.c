/* Prints a CSV table of reals, the same every time: what the memory of the stages is
 * measured on (docs/performance.md).
 *
 *     build/release/tests/bench/bench_table ROWS COLUMNS >table.csv
 *
 * The last column, y, is a sum of the others with noise; rows have no time. */
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/rng.h"

static size_t count(const char *text)
{
    return (size_t)strtoul(text, NULL, 10);
}

static void print_real(double x, char behind)
{
    char text[32];
    size_t n = number_csv(x, text);
    text[n] = behind;
    fwrite(text, 1, n + 1, stdout);
}

int main(int argc, char **argv)
{
    size_t rows = argc > 2 ? count(argv[1]) : 0, columns = argc > 2 ? count(argv[2]) : 2;
    struct rng rng;
    rng_seed(&rng, 1, "bench_table");
    for (size_t j = 1; j < columns; j++)
        printf("x%zu,", j);
    puts("y");
    for (size_t i = 0; i < rows; i++) {
        double y = rng_real(&rng);
        for (size_t j = 1; j < columns; j++) {
            double x = (double)rng_below(&rng, 2000001) / 1000 - 1000;
            y += x * (double)j / 16;
            print_real(x, ',');
        }
        print_real(y, '\n');
    }
    return ferror(stdout) ? 3 : 0;
}
