/* Runs the backtests and brings their rows together. */
#include "gate/duel.h"

#include <math.h>
#include <string.h>

/* What is read of production's parameters.yaml. */
struct duel_config {
    struct learning learning;
};

static const struct section sections[] = {
    {"split", learning_split_rows, LEARNING_SPLIT_ROWS,
     offsetof(struct duel_config, learning.split)},
    {"train", learning_train_rows, LEARNING_TRAIN_ROWS,
     offsetof(struct duel_config, learning.train)},
};

static bool same_name(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The key of both files says the same, or stands in neither. */
static bool same_key(const struct pipeline *a, const struct pipeline *b, const char *key,
                     struct arena *mem)
{
    const struct yaml_node *x = yaml_get(a->root, key), *y = yaml_get(b->root, key);
    struct text left = {.mem = mem}, right = {.mem = mem};
    if (!x || !y)
        return x == y;
    yaml_flow(x, &left);
    yaml_flow(y, &right);
    return strcmp(left.p, right.p) == 0;
}

/* Why production cannot be evaluated on today's rows; NULL: it can. */
static const char *refuse(const struct pipeline *mine, const struct pipeline *theirs,
                          const struct duel_config *config, struct arena *mem)
{
    if (mine->task != TASK_REGRESSION)
        return "only numbers are compared row by row";
    if (!same_name(mine->time.column, theirs->time.column) ||
        mine->time.step != theirs->time.step || !same_name(mine->group, theirs->group))
        return "production is of rows of another kind";
    if (!config->learning.train.series && !same_key(mine, theirs, "features", mem))
        return "production wants other features than there are today";
    return NULL;
}

/* Where two rows of backtests stand to one another. */
static int order(const struct rolling_rows *a, size_t i, const struct rolling_rows *b,
                 size_t k)
{
    uint32_t g = a->group ? a->group[i] : 0, h = b->group ? b->group[k] : 0;
    if (g != h)
        return g < h ? -1 : 1;
    if (a->origin[i] != b->origin[k])
        return a->origin[i] < b->origin[k] ? -1 : 1;
    return (a->horizon[i] > b->horizon[k]) - (a->horizon[i] < b->horizon[k]);
}

/* Sums at the challenger's origins. */
struct duel_sums {
    size_t *n;
    double *mine, *theirs, *mine_square, *theirs_square;
};

static void add_row(const struct rolling_rows *a, size_t i, const struct rolling_rows *b,
                    size_t k, struct duel_sums *s)
{
    double y = a->actual.y.col[0][i];
    double mine = y - a->answer.value[0][i], theirs = y - b->answer.value[0][k];
    size_t at = a->turn[i];
    if (!isfinite(mine) || !isfinite(theirs))
        return;
    s->n[at]++;
    s->mine[at] += fabs(mine);
    s->theirs[at] += fabs(theirs);
    s->mine_square[at] += mine * mine;
    s->theirs_square[at] += theirs * theirs;
}

static void add_rows(const struct rolling_rows *a, const struct rolling_rows *b,
                     struct duel_sums *s)
{
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        int where = order(a, i, b, k);
        if (where == 0)
            add_row(a, i, b, k, s);
        i += where <= 0;
        k += where >= 0;
    }
}

static void take_means(const struct duel_sums *s, size_t origins, struct arena *mem,
                       struct duel *ret)
{
    ret->mine = ARENA_ARRAY(mem, double, origins);
    ret->theirs = ARENA_ARRAY(mem, double, origins);
    ret->mine_root = ARENA_ARRAY(mem, double, origins);
    ret->theirs_root = ARENA_ARRAY(mem, double, origins);
    for (size_t i = 0; i < origins; i++) {
        double n = (double)s->n[i];
        if (s->n[i] == 0)
            continue;
        ret->mine[ret->n] = s->mine[i] / n;
        ret->theirs[ret->n] = s->theirs[i] / n;
        ret->mine_root[ret->n] = sqrt(s->mine_square[i] / n);
        ret->theirs_root[ret->n++] = sqrt(s->theirs_square[i] / n);
    }
}

static enum status run_both(const struct rolling_job *mine,
                            const struct rolling_job *theirs, struct arena *mem,
                            struct duel *ret, struct error *err)
{
    struct rolling_rows a, b;
    TRY(rolling_run(mine, mem, &a, err));
    ret->origins = a.plan->origins;
    ret->horizon = a.plan->gap + a.plan->horizon;
    ret->why = a.plan->why;
    if (a.plan->origins == 0)
        return STATUS_OK;
    TRY(rolling_run(theirs, mem, &b, err));
    ret->why = b.plan->why;
    if (b.plan->origins == 0)
        return STATUS_OK;
    size_t n = a.plan->origins;
    struct duel_sums sums = {ARENA_ARRAY(mem, size_t, n), ARENA_ARRAY(mem, double, n),
                             ARENA_ARRAY(mem, double, n), ARENA_ARRAY(mem, double, n),
                             ARENA_ARRAY(mem, double, n)};
    add_rows(&a, &b, &sums);
    take_means(&sums, n, mem, ret);
    ret->why = ret->n == 0 ? "no origin has rows of both" : NULL;
    return STATUS_OK;
}

enum status duel_run(const struct duel_request *q, struct arena *mem, struct duel *ret,
                     struct error *err)
{
    struct duel_config config = {.learning = LEARNING_DEFAULTS};
    struct pipeline theirs;
    struct texts none = {0};
    struct rolling_job job = q->job;
    struct duel duel = {0};
    TRY(pipeline_read(sections, COUNT_OF(sections), q->parameters, &none, &config,
                      &theirs, mem, err));
    duel.why = refuse(q->job.pipeline, &theirs, &config, mem);
    job.learning = &config.learning;
    job.pipeline = &theirs;
    if (!duel.why)
        TRY(run_both(&q->job, &job, mem, &duel, err));
    *ret = duel;
    return STATUS_OK;
}
