/* Fits the estimator logistic_regression for logistic.py.
 *
 *     TASK N DENSE SPARSE CLASSES LABELS  NAME=VALUE … ;  X …  Y …
 *
 * X are N rows of DENSE + SPARSE numbers, of which the last SPARSE become a sparse block;
 * Y are the columns of the target.  Each answer is one line: the state's JSON, a tab, and
 * the probabilities, column by column. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "steps/step.h"

static struct matrix read_matrix(struct arena *mem, size_t n, size_t dense, size_t sparse)
{
    double **col;
    struct matrix x = matrix_new(mem, n, dense, NULL, &col);
    size_t *start = ARENA_ARRAY(mem, size_t, n + 1), used = 0;
    uint32_t *column = ARENA_ARRAY(mem, uint32_t, n *sparse);
    double *value = ARENA_ARRAY(mem, double, n *sparse), v;
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < dense + sparse; c++) {
            if (scanf("%lf", &v) != 1)
                exit(1);
            if (c < dense)
                col[c][i] = v;
            else if (v != 0)
                column[used] = (uint32_t)(c - dense), value[used++] = v;
        }
        start[i + 1] = used;
    }
    struct sparse *block = ARENA_NEW(mem, struct sparse);
    *block = (struct sparse){sparse, start, column, value};
    x.sparse = sparse ? block : NULL;
    return x;
}

static void *read_settings(struct arena *mem, const struct step *step)
{
    struct error err = {0};
    char word[100];
    char *params = arena_alloc(mem, step->params_size);
    memcpy(params, step->defaults, step->params_size);
    while (scanf("%99s", word) == 1 && strcmp(word, ";") != 0) {
        char *equals = strchr(word, '=');
        if (!equals)
            exit(1);
        *equals = '\0';
        const struct option_row *row =
            option_find(step->rows, step->n_rows, view_of(word));
        if (!row || option_parse(row, equals + 1, params, mem, &err) != STATUS_OK) {
            fprintf(stderr, "%s: %s\n", word, row ? err.message : "unknown");
            exit(1);
        }
    }
    return params;
}

static void answer(struct arena *mem, const struct step *step, const void *params,
                   const struct matrix *x, const struct target *y)
{
    struct error err = {0};
    struct fit_context context = {.mem = mem, .seed = 42, .threads = 2};
    void *state;
    struct prediction p;
    if (step_fit(step, params, x, y, &context, &state, &err) != STATUS_OK ||
        step->predict(state, x, mem, &p, &err) != STATUS_OK) {
        printf("error: %s\n", err.message);
        return;
    }
    json_t *saved = step->save(state);
    json_dumpf(saved, stdout, JSON_REAL_PRECISION(17));
    json_decref(saved);
    putchar('\t');
    for (size_t c = 0; c < p.p; c++)
        for (size_t i = 0; i < p.n; i++)
            printf("%.17g ", p.value[c][i]);
    putchar('\n');
}

static int answer_one(struct arena *mem)
{
    const struct step *step = step_find("logistic_regression");
    int task;
    size_t n, dense, sparse, classes, labels;
    double **y;
    if (scanf("%d %zu %zu %zu %zu %zu", &task, &n, &dense, &sparse, &classes, &labels) !=
        6)
        return 0;
    const void *params = read_settings(mem, step);
    struct matrix x = read_matrix(mem, n, dense, sparse);
    struct target t = {.task = (enum task)task,
                       .y = matrix_new(mem, n, labels, NULL, &y),
                       .n_classes = classes};
    for (size_t i = 0; i < n * labels; i++)
        if (scanf("%lf", &y[i / n][i % n]) != 1)
            return 0;
    answer(mem, step, params, &x, &t);
    return 1;
}

int main(void)
{
    struct arena mem = {0};
    while (answer_one(&mem))
        arena_release(&mem);
    arena_release(&mem);
    return 0;
}
