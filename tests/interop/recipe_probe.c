/* Fits a recipe to a table and predicts another one, for peers in Python.
 *
 *     recipe_probe STEPS CLASSES THREADS SEED
 *
 * STEPS is YAML as under train.steps; CLASSES is 0 for a regression.  Standard input: three
 * numbers of eight bytes, rows, columns and rows to predict, then reals of eight bytes: the
 * columns, the target, and the columns to predict.  Standard output: the prediction's
 * columns.  Standard error: seconds of fitting and predicting and what the estimator tells
 * of itself, a line each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/yaml.h"
#include "learn/recipe.h"

static double *read_reals(size_t n, struct arena *mem)
{
    double *x = ARENA_ARRAY(mem, double, n);
    if (fread(x, sizeof *x, n, stdin) != n)
        exit(2);
    return x;
}

static struct matrix read_columns(size_t n, size_t p, struct arena *mem)
{
    const double **col = ARENA_ARRAY(mem, const double *, p);
    const char **name = ARENA_ARRAY(mem, const char *, p);
    for (size_t c = 0; c < p; c++) {
        col[c] = read_reals(n, mem);
        name[c] = arena_format(mem, "x%zu", c);
    }
    return (struct matrix){.n = n, .p = p, .col = col, .name = name};
}

static double seconds(clockid_t of)
{
    struct timespec now;
    clock_gettime(of, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void say(void *sink, const char *name, double value)
{
    (void)sink;
    fprintf(stderr, "%s %.17g\n", name, value);
}

static void tell(const struct step_fitted *last, size_t p, struct arena *mem)
{
    double *share = ARENA_ARRAY(mem, double, p);
    if (last->step->tell)
        last->step->tell(last->state, say, NULL);
    if (last->step->importance && last->step->importance(last->state, share))
        for (size_t c = 0; c < p; c++)
            fprintf(stderr, "importance_%zu %.17g\n", c, share[c]);
}

static enum status run(char **argv, struct arena *mem, struct error *err)
{
    struct recipe r;
    struct yaml_node *node;
    TRY(yaml_parse("steps", argv[1], strlen(argv[1]), mem, &node, err));
    TRY(recipe_read(node, mem, &r, err));
    struct step_choice *choice = ARENA_ARRAY(mem, struct step_choice, r.n);
    struct step_fitted *fitted = ARENA_ARRAY(mem, struct step_fitted, r.n);
    for (size_t s = 0; s < r.n; s++)
        choice[s] = (struct step_choice){r.step[s], r.base[s]};
    uint64_t size[3];
    if (fread(size, sizeof *size, 3, stdin) != 3)
        exit(2);
    size_t classes = strtoul(argv[2], NULL, 10);
    struct matrix x = read_columns(size[0], size[1], mem);
    struct target y = {classes > 0 ? TASK_CLASSES : TASK_REGRESSION,
                       read_columns(size[0], 1, mem), classes, NULL};
    const char **name = ARENA_ARRAY(mem, const char *, classes);
    for (size_t k = 0; k < classes; k++)
        name[k] = arena_format(mem, "class%zu", k);
    y.class_name = name;
    struct matrix other = read_columns(size[2], size[1], mem);
    struct fit_context context = {.mem = mem,
                                  .threads = strtoul(argv[3], NULL, 10),
                                  .seed = strtoul(argv[4], NULL, 10)};
    struct prediction p;
    double begin = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    TRY(steps_fit(choice, r.n, &x, &y, &context, fitted, err));
    double middle = seconds(CLOCK_MONOTONIC);
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    TRY(steps_predict(fitted, r.n, &other, &y, mem, &p, err));
    fprintf(stderr, "fit_s %.4f\nfit_cpu_s %.4f\npredict_s %.4f\n", middle - begin, cpu,
            seconds(CLOCK_MONOTONIC) - middle);
    tell(&fitted[r.n - 1], x.p, mem);
    for (size_t c = 0; c < p.p; c++)
        fwrite(p.value[c], sizeof(double), p.n, stdout);
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    struct arena mem = {0};
    struct error err = {0};
    if (argc != 5)
        return 2;
    enum status status = run(argv, &mem, &err);
    if (status != STATUS_OK)
        error_print(&err, "error", 0, stderr);
    arena_release(&mem);
    return (int)status;
}
