/* Loading a forest: 500 trees of about 1,000 nodes, of numbers or of three classes, from a
 * file with a checksum to what predicts.  Prints the nodes, the bytes of the file, and the
 * least seconds of eleven times.  Usage: bench_forest FILE CLASSES */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/rng.h"
#include "base/thread.h"
#include "file/artifact.h"
#include "steps/step.h"

enum { TREES = 500, ROWS = 2400, COLUMNS = 20, RUNS = 11 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Rows without any sense: trees that end only where a row is alone. */
static enum status write_forest(const char *path, size_t classes, struct arena *mem,
                                struct error *err)
{
    struct rng r;
    double **x, **y;
    static const char *const class_name[] = {"a", "b", "c"};
    struct matrix columns = matrix_new(mem, ROWS, COLUMNS, NULL, &x);
    struct target target = {classes > 0 ? TASK_CLASSES : TASK_REGRESSION,
                            matrix_new(mem, ROWS, 1, NULL, &y), classes, class_name};
    rng_seed(&r, 1, "bench");
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t c = 0; c < COLUMNS; c++)
            x[c][i] = rng_real(&r);
        y[0][i] = classes > 0 ? (double)rng_below(&r, classes) : rng_real(&r);
    }
    const struct step *forest = step_find("random_forest");
    void *params = arena_alloc(mem, forest->params_size), *state;
    struct fit_context context = {.mem = mem, .seed = 1, .threads = thread_available()};
    memcpy(params, forest->defaults, forest->params_size);
    TRY(option_parse(option_find(forest->rows, forest->n_rows, view_of("n_estimators")),
                     "500", params, mem, err));
    TRY(option_parse(option_find(forest->rows, forest->n_rows, view_of("max_samples")),
                     classes > 0 ? "1" : "0.26", params, mem, err));
    TRY(step_fit(forest, params, &columns, &target, &context, &state, err));
    struct view text = artifact_text(forest->save(state), mem);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text.p, 1, text.n, file) != text.n || fclose(file) != 0)
        return error_errno(err, "could not write %s", path);
    printf("%zu bytes\n", text.n);
    return STATUS_OK;
}

static void print_nodes(void *sink, const char *name, double value)
{
    (void)sink;
    if (strcmp(name, "nodes") == 0)
        printf("%.0f nodes\n", value);
}

static enum status time_load(const char *path, struct arena *mem, struct error *err)
{
    const struct step *forest = step_find("random_forest");
    const struct shape in = {.p = COLUMNS};
    double best = 1e300;
    void *state;
    for (int run = 0; run < RUNS; run++) {
        struct arena_mark mark = arena_mark(mem);
        struct shape out;
        json_t *document;
        double begin = now();
        TRY(artifact_read(path, &document, err));
        TRY(forest->load(document, &in, path, mem, &state, &out, err));
        json_decref(document);
        double took = now() - begin;
        best = took < best ? took : best;
        if (run == 0)
            forest->tell(state, print_nodes, NULL);
        arena_rewind(mem, mark);
    }
    printf("%.6f\n", best);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    struct arena mem = {0};
    struct error err = {0};
    if (argc != 3)
        return 2;
    enum status status = write_forest(argv[1], strtoul(argv[2], NULL, 10), &mem, &err);
    if (status == STATUS_OK)
        status = time_load(argv[1], &mem, &err);
    if (status != STATUS_OK)
        error_print(&err, "error", 0, stderr);
    arena_release(&mem);
    return (int)status;
}
