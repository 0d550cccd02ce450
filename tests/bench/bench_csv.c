/* Reads FILE, a CSV file with a header, the typed way: every cell that can be a number is
 * one. Prints seconds (the least of --runs, 3), rows, numbers and their sum. */
#include <time.h>

#include "base/number.h"
#include "csv/csv.h"

struct totals {
    size_t rows, numbers;
    double sum;
};

static enum status read_typed(const char *path, struct totals *ret, struct error *err)
{
    struct arena mem = {0};
    struct csv_reader *reader = NULL;
    struct csv_record rec;
    struct totals t = {0};
    enum status status = csv_open(path, &csv_defaults, &mem, &reader, err);
    if (status == STATUS_OK)
        status = csv_next(reader, &rec, err);
    while (status == STATUS_OK && rec.n > 0) {
        status = csv_next(reader, &rec, err);
        for (size_t i = 0; status == STATUS_OK && i < rec.n; i++) {
            double x;
            if (number_parse(rec.field[i].p, rec.field[i].n, &x)) {
                t.numbers++;
                t.sum += x;
            }
        }
        t.rows += status == STATUS_OK && rec.n > 0;
    }
    csv_close(reader);
    arena_release(&mem);
    *ret = t;
    return status;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: bench_csv FILE [RUNS]\n");
        return STATUS_USAGE;
    }
    size_t runs = 3;
    double least = 1e9;
    struct totals t = {0};
    struct error err = {.status = STATUS_OK};
    if (argc > 2 && (!text_size(view_of(argv[2]), &runs) || runs == 0))
        return STATUS_USAGE;
    for (size_t i = 0; i < runs; i++) {
        double begin = now();
        if (read_typed(argv[1], &t, &err) != STATUS_OK) {
            error_print(&err, "error", 0, stderr);
            return (int)err.status;
        }
        double seconds = now() - begin;
        least = seconds < least ? seconds : least;
    }
    printf("%.3f s, %zu rows, %zu numbers, sum %.17g\n", least, t.rows, t.numbers, t.sum);
    return 0;
}
