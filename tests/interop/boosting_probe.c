/* Fits gradient_boosting on one table and predicts another, for boosting.py and the bench.
 *
 *     boosting_probe TASK CLASSES THREADS TRAIN TEST ANSWERS [PARAMETER=VALUE] …
 *
 * A table is two 64-bit counts, of rows and of columns, then the columns' doubles one after
 * the other, the target behind them.  The answers are doubles, column after column.  Prints
 * the seconds that fitting took, and those of all processors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "steps/step.h"

static const char *const class_names[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

static void fail(const char *what)
{
    fprintf(stderr, "boosting_probe: %s\n", what);
    exit(1);
}

static struct matrix read_table(const char *path, struct arena *mem, struct target *y)
{
    FILE *f = fopen(path, "rb");
    uint64_t size[2];
    double **col, **target;
    if (!f || fread(size, sizeof *size, 2, f) != 2)
        fail(path);
    struct matrix x = matrix_new(mem, size[0], size[1], NULL, &col);
    y->y = matrix_new(mem, size[0], 1, NULL, &target);
    for (size_t j = 0; j <= x.p; j++)
        if (fread(j < x.p ? col[j] : target[0], sizeof(double), x.n, f) != x.n)
            fail(path);
    fclose(f);
    return x;
}

static void *read_params(const struct step *s, char **arg, size_t n, struct arena *mem)
{
    void *params = arena_alloc(mem, s->params_size);
    struct error err = {0};
    memcpy(params, s->defaults, s->params_size);
    for (size_t i = 0; i < n; i++) {
        const char *value = strchr(arg[i], '=');
        const struct option_row *row = value ? option_find(
            s->rows, s->n_rows, (struct view){arg[i], (size_t)(value - arg[i])}) : NULL;
        if (!row || option_parse(row, value + 1, params, mem, &err) != STATUS_OK)
            fail(arg[i]);
    }
    return params;
}

static double seconds(clockid_t of)
{
    struct timespec t;
    clock_gettime(of, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    struct arena mem = {0};
    struct error err = {0};
    if (argc < 7)
        fail("see its comment");
    struct target y = {.task = task_find(argv[1])}, other = y;
    y.n_classes = strtoul(argv[2], NULL, 10);
    y.class_name = class_names;
    struct matrix x = read_table(argv[4], &mem, &y), test = read_table(argv[5], &mem, &other);
    const struct step *s = step_find("gradient_boosting");
    struct step_choice choice = {s, read_params(s, argv + 7, (size_t)argc - 7, &mem)};
    struct step_fitted fitted;
    struct fit_context context = {.mem = &mem, .seed = 1, .threads = strtoul(argv[3], NULL, 10)};
    double begin = seconds(CLOCK_MONOTONIC), used = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (steps_fit(&choice, 1, &x, &y, &context, &fitted, &err) != STATUS_OK)
        fail(err.message);
    printf("%.4f %.4f\n", seconds(CLOCK_MONOTONIC) - begin,
           seconds(CLOCK_PROCESS_CPUTIME_ID) - used);
    struct prediction p;
    FILE *out = fopen(argv[6], "wb");
    if (!out || s->predict(fitted.state, &test, &mem, &p, &err) != STATUS_OK)
        fail(argv[6]);
    for (size_t c = 0; c < p.p; c++)
        fwrite(p.value[c], sizeof(double), p.n, out);
    return fclose(out) != 0;
}
