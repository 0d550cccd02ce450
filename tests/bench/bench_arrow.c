/* Writes FOLDER/bench.arrow, ROWS rows (5,000,000) of five columns of reals, then opens
 * it anew and sums every column, with all checks of the reader.  Prints the least seconds
 * of RUNS (5) each: writing without and with the sync to disk, mapping and summing.  The
 * file stays, so that a peer can be measured on it; bench_arrow.py does. */
#include <stdlib.h>
#include <time.h>

#include "arrow/arrow.h"
#include "file/file.h"

enum { COLUMNS = 5 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The values of all columns at once; each column reads them from another place on. */
static double *make_values(struct arena *mem)
{
    double *x = ARENA_ARRAY(mem, double, ARROW_BATCH + COLUMNS);
    for (size_t i = 0; i < ARROW_BATCH + COLUMNS; i++)
        x[i] = 250 + (double)(i * 2654435761u % 1000003) * 1e-4;
    return x;
}

static enum status write_rows(struct output *out, size_t rows, const double *values,
                              struct arena *mem, struct error *err)
{
    struct field fields[COLUMNS] = {{"a", TYPE_REAL},
                                    {"b", TYPE_REAL},
                                    {"c", TYPE_REAL},
                                    {"d", TYPE_REAL},
                                    {"e", TYPE_REAL}};
    struct schema schema = {.n = COLUMNS, .field = fields};
    struct column column[COLUMNS] = {{0}};
    struct arrow_writer *w;
    TRY(arrow_begin(out, &schema, mem, &w, err));
    for (size_t c = 0; c < COLUMNS; c++)
        column[c].values = values + c;
    for (size_t i = 0; i < rows; i += ARROW_BATCH) {
        size_t n = rows - i < ARROW_BATCH ? rows - i : ARROW_BATCH;
        TRY(arrow_write(w, &(struct batch){n, column}, err));
    }
    return arrow_finish(w, err);
}

static enum status write_file(const char *path, size_t rows, const double *values,
                              double *ret_write, double *ret_publish, struct error *err)
{
    struct arena mem = {0};
    struct publish publish = {0};
    struct output *out;
    double begin = now();
    enum status status = publish_open(&publish, path, &out, err);
    if (status == STATUS_OK)
        status = write_rows(out, rows, values, &mem, err);
    *ret_write = now() - begin;
    if (status == STATUS_OK)
        status = publish_commit(&publish, err);
    *ret_publish = now() - begin;
    publish_release(&publish);
    arena_release(&mem);
    return status;
}

static enum status sum_batches(struct arrow_file *f, double *ret, struct error *err)
{
    struct batch batch;
    double sum = 0;
    for (size_t b = 0; b < arrow_batches(f); b++) {
        TRY(arrow_read(f, b, &batch, err));
        for (size_t c = 0; c < COLUMNS; c++)
            for (size_t i = 0; i < batch.n; i++)
                sum += ((const double *)batch.column[c].values)[i];
    }
    *ret = sum;
    return STATUS_OK;
}

static enum status sum_file(const char *path, double *ret, double *ret_seconds,
                            struct error *err)
{
    struct arena mem = {0};
    struct arrow_file *f = NULL;
    double begin = now();
    enum status status = arrow_open(path, &mem, &f, err);
    if (status == STATUS_OK)
        status = sum_batches(f, ret, err);
    arrow_close(f);
    *ret_seconds = now() - begin;
    arena_release(&mem);
    return status;
}

static double lesser(double a, double b)
{
    return a < b ? a : b;
}

int main(int argc, char **argv)
{
    size_t rows = 5000000, runs = 5;
    double written = 1e9, published = 1e9, summed = 1e9, sum = 0;
    struct arena mem = {0};
    struct error err = {.status = STATUS_OK};
    if (argc < 2 || argc > 4 || (argc > 2 && !text_size(view_of(argv[2]), &rows)) ||
        (argc > 3 && !text_size(view_of(argv[3]), &runs))) {
        fprintf(stderr, "usage: bench_arrow FOLDER [ROWS [RUNS]]\n");
        return STATUS_USAGE;
    }
    const char *path = file_join(&mem, argv[1], "bench.arrow");
    const double *values = make_values(&mem);
    for (size_t i = 0; i < runs; i++) {
        double write, publish, read;
        if (write_file(path, rows, values, &write, &publish, &err) != STATUS_OK ||
            sum_file(path, &sum, &read, &err) != STATUS_OK) {
            error_print(&err, "error", 0, stderr);
            return (int)err.status;
        }
        written = lesser(written, write);
        published = lesser(published, publish);
        summed = lesser(summed, read);
    }
    printf("write %.4f\nwrite and sync %.4f\nmap and sum %.4f\n", written, published,
           summed);
    fprintf(stderr, "%zu rows, sum %.17g\n", rows, sum);
    arena_release(&mem);
    return 0;
}
