/* Fits perceptrons for network.py and answers with what they predict.
 *
 *     TASK N P SPARSE NNZ M M_NNZ CLASSES OUT CHECK FIRST SEEDS SECONDS  NAME=VALUE …
 *
 * and behind the line doubles, as they lie in memory: the reals of the N rows column by
 * column, the sparse block's start, col and value, the target's OUT columns; the same of M
 * other rows, without a target unless CHECK is 1 and they are looked at after each epoch.
 * Each of the seeds from FIRST on gives one JSON line: the weights drawn first, the epochs'
 * figures, predictions of the M rows, and with SECONDS 1 how long the fit took. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "network/network_json.h"
#include "steps/mlp.h"

static struct arena mem;

/* What is asked. */
static struct {
    int task, check, seconds;
    size_t n, p, sparse, nnz, m, m_nnz, classes, out, first, seeds;
} ask;

static double *reals(size_t n)
{
    double *v = ARENA_ARRAY(&mem, double, n);
    if (fread(v, sizeof *v, n, stdin) != n)
        exit(3);
    return v;
}

static struct matrix columns(size_t n, size_t p)
{
    const double **col = ARENA_ARRAY(&mem, const double *, p);
    for (size_t c = 0; c < p; c++)
        col[c] = reals(n);
    return (struct matrix){.n = n, .p = p, .col = col};
}

static struct matrix rows(size_t n, size_t nnz)
{
    struct matrix x = columns(n, ask.p);
    if (ask.sparse == 0)
        return x;
    double *start = reals(n + 1), *col = reals(nnz), *value = reals(nnz);
    size_t *s = ARENA_ARRAY(&mem, size_t, n + 1);
    uint32_t *c = ARENA_ARRAY(&mem, uint32_t, nnz);
    for (size_t i = 0; i <= n; i++)
        s[i] = (size_t)start[i];
    for (size_t k = 0; k < nnz; k++)
        c[k] = (uint32_t)col[k];
    struct sparse *block = ARENA_NEW(&mem, struct sparse);
    *block = (struct sparse){ask.sparse, s, c, value};
    x.sparse = block;
    return x;
}

static void *params(void)
{
    const struct step *mlp = step_find("mlp");
    struct error err = {0};
    char line[2048];
    void *p = arena_alloc(&mem, mlp->params_size);
    memcpy(p, mlp->defaults, mlp->params_size);
    if (!fgets(line, sizeof line, stdin))
        exit(3);
    for (char *save, *word = strtok_r(line, " \n", &save); word;
         word = strtok_r(NULL, " \n", &save)) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        for (char *c = value; *c; c++) // '64,32' for '64 32'
            *c = *c == ',' ? ' ' : *c;
        const struct option_row *row = option_find(mlp->rows, mlp->n_rows, view_of(word));
        if (!row || option_parse(row, value, p, &mem, &err) != STATUS_OK)
            exit(3);
    }
    return p;
}

static void take_epoch(void *sink, const struct epoch *e)
{
    json_array_append_new(sink, json_pack("[o, o, o, o]", json_finite(e->train_loss),
                                          json_finite(e->check_loss),
                                          json_finite(e->train_score),
                                          json_finite(e->check_score)));
}

/* The weights that a fit of this seed begins with; a sparse block has all its columns. */
static json_t *first_weights(const void *p, const struct target *y, uint64_t seed)
{
    struct error err = {0};
    struct rng rng;
    struct network_shape s = {.p = ask.p,
                              .sparse = ask.sparse,
                              .out = y->task == TASK_CLASSES ? ask.classes : ask.out};
    if (mlp_layers(p, s.hidden, &s.n_hidden, &err) != STATUS_OK)
        exit(3);
    uint32_t *place = ARENA_ARRAY(&mem, uint32_t, ask.sparse);
    for (size_t c = 0; c < ask.sparse; c++)
        place[c] = (uint32_t)c;
    struct network net = network_new(&mem, &s, place, ask.sparse);
    rng_seed(&rng, seed, "mlp weights");
    network_draw(&net, &rng);
    return network_to_json(&net);
}

static json_t *listed(const struct prediction *p)
{
    json_t *ret = json_array();
    for (size_t c = 0; c < p->p; c++) {
        json_t *col = json_array();
        for (size_t i = 0; i < p->n; i++)
            json_array_append_new(col, json_real(p->value[c][i]));
        json_array_append_new(ret, col);
    }
    return ret;
}

static void fit_one(const void *p, const struct matrix *x, const struct target *y,
                    const struct matrix *m, const struct target *m_y, uint64_t seed)
{
    const struct step *mlp = step_find("mlp");
    struct error err = {0};
    struct prediction answer;
    struct timespec from, to;
    void *state;
    json_t *epochs = json_array();
    struct fit_context context = {.mem = &mem,
                                  .seed = seed,
                                  .threads = 1,
                                  .x_check = ask.check ? m : NULL,
                                  .y_check = ask.check ? m_y : NULL,
                                  .epoch = take_epoch,
                                  .epoch_sink = epochs};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    if (step_fit(mlp, p, x, y, &context, &state, &err) != STATUS_OK ||
        mlp->predict(state, m, &mem, &answer, &err) != STATUS_OK) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    json_t *ret = json_pack("{s:o, s:o, s:o}", "first",
                            ask.seconds ? json_null() : first_weights(p, y, seed),
                            "epochs", epochs, "prediction", listed(&answer));
    if (ask.seconds)
        json_object_set_new(ret, "seconds",
                            json_real((double)(to.tv_sec - from.tv_sec) +
                                      1e-9 * (double)(to.tv_nsec - from.tv_nsec)));
    json_dumpf(ret, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(ret);
    puts("");
}

int main(void)
{
    while (scanf("%d %zu %zu %zu %zu %zu %zu %zu %zu %d %zu %zu %d ", &ask.task, &ask.n,
                 &ask.p, &ask.sparse, &ask.nnz, &ask.m, &ask.m_nnz, &ask.classes,
                 &ask.out, &ask.check, &ask.first, &ask.seeds, &ask.seconds) == 13) {
        void *p = params();
        struct matrix x = rows(ask.n, ask.nnz);
        struct target y = {.task = (enum task)ask.task,
                           .y = columns(ask.n, ask.out),
                           .n_classes = ask.classes};
        struct matrix m = rows(ask.m, ask.m_nnz);
        struct target m_y = y;
        if (ask.check)
            m_y.y = columns(ask.m, ask.out);
        for (size_t seed = ask.first; seed < ask.first + ask.seeds; seed++) {
            struct arena_mark mark = arena_mark(&mem);
            fit_one(p, &x, &y, &m, &m_y, seed);
            arena_rewind(&mem, mark);
        }
        fflush(stdout);
        arena_release(&mem);
    }
    arena_release(&mem);
    return 0;
}
