/* Reads production's recipe, chooses the way to compare, and sums losses up. */
#include "gate/duel.h"

#include <math.h>
#include <string.h>

#include "file/file.h"
#include "gate/duel_internal.h"

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
static const char *refuse(const struct pipeline *mine, const struct pipeline *theirs)
{
    if (mine->task != theirs->task ||
        !same_name(mine->time.column, theirs->time.column) ||
        mine->time.step != theirs->time.step || !same_name(mine->group, theirs->group))
        return "production is of rows of another kind";
    return NULL;
}

struct duel_sums duel_sums_new(size_t units, struct arena *mem)
{
    return (struct duel_sums){units,
                              ARENA_ARRAY(mem, size_t, units),
                              ARENA_ARRAY(mem, double, units),
                              ARENA_ARRAY(mem, double, units),
                              ARENA_ARRAY(mem, double, units),
                              ARENA_ARRAY(mem, double, units)};
}

/* What row i of the target costs that which row k of p says: NaN where one is missing. */
static double loss_of(const struct target *y, size_t i, const struct prediction *p,
                      size_t k)
{
    double wrong = 0;
    size_t columns = y->task == TASK_ANOMALY ? 1 : y->y.p;
    for (size_t c = 0; c < columns; c++)
        if (isnan(y->y.col[c][i]) || !isfinite(p->value[0][k]))
            return NAN;
    if (y->task == TASK_ANOMALY) {
        bool planted = !isnan(y->y.col[1][i]);
        return prediction_flags(p, k, y->y.col[planted ? 1 : 0][i]) != planted;
    }
    if (y->task == TASK_REGRESSION)
        return fabs(y->y.col[0][i] - p->value[0][k]);
    if (y->task == TASK_CLASSES)
        return prediction_class(p, k) == (size_t)y->y.col[0][i] ? 0 : 1;
    for (size_t c = 0; c < y->y.p; c++)
        wrong += prediction_label(p, c, k) != (y->y.col[c][i] == 1);
    return wrong / (double)y->y.p;
}

void duel_add(struct duel_sums *s, size_t unit, const struct target *y, size_t i,
              const struct prediction *mine, const struct prediction *theirs, size_t k)
{
    double a = loss_of(y, i, mine, i), b = loss_of(y, i, theirs, k);
    bool numbers = y->task == TASK_REGRESSION;
    if (!isfinite(a) || !isfinite(b))
        return;
    s->n[unit]++;
    s->mine[unit] += a;
    s->theirs[unit] += b;
    s->mine_square[unit] += numbers ? a * a : a;
    s->theirs_square[unit] += numbers ? b * b : b;
}

void duel_take(const struct duel_sums *s, struct arena *mem, struct duel *ret)
{
    ret->mine = ARENA_ARRAY(mem, double, s->units);
    ret->theirs = ARENA_ARRAY(mem, double, s->units);
    ret->mine_root = ARENA_ARRAY(mem, double, s->units);
    ret->theirs_root = ARENA_ARRAY(mem, double, s->units);
    for (size_t i = 0; i < s->units; i++) {
        double n = (double)s->n[i];
        if (s->n[i] == 0)
            continue;
        ret->mine[ret->n] = s->mine[i] / n;
        ret->theirs[ret->n] = s->theirs[i] / n;
        ret->mine_root[ret->n] = sqrt(s->mine_square[i] / n);
        ret->theirs_root[ret->n++] = sqrt(s->theirs_square[i] / n);
    }
}

/* Reads production's recipe.  One that is not kept, or that an older program wrote and this
 * one does not read, is a reason, not a failure: nobody would be judged any more. */
static enum status read_theirs(const struct duel_request *q, struct duel_config *config,
                               struct pipeline *theirs, struct arena *mem,
                               const char **ret_why, struct error *err)
{
    struct texts none = {0};
    struct error found;
    *ret_why = "production keeps no recipe";
    if (!file_exists(q->parameters))
        return STATUS_OK;
    enum status status = pipeline_read(sections, COUNT_OF(sections), q->parameters, &none,
                                       config, theirs, mem, &found);
    *ret_why = NULL;
    if (status == STATUS_INPUT)
        *ret_why = arena_format(mem, "production's recipe is not read any more: %s",
                                found.message);
    else if (status != STATUS_OK)
        *err = found;
    return status == STATUS_INPUT ? STATUS_OK : status;
}

enum status duel_run(const struct duel_request *q, struct arena *mem, struct duel *ret,
                     struct error *err)
{
    struct duel_config config = {.learning = LEARNING_DEFAULTS};
    struct pipeline theirs;
    struct duel duel = {.task = q->job.pipeline->task, .horizon = 1};
    *ret = duel;
    TRY(read_theirs(q, &config, &theirs, mem, &ret->why, err));
    if (ret->why)
        return STATUS_OK;
    struct duel_other other = {&theirs, &config.learning, NULL};
    const struct pipeline *mine = q->job.pipeline;
    bool time = mine->time.column != NULL, series = config.learning.train.series != NULL;
    duel.why = refuse(mine, &theirs);
    if (!duel.why && !series && !same_key(mine, &theirs, "features", mem))
        TRY(duel_features(q, mem, &other, &duel.why, err));
    if (!duel.why)
        TRY((time ? duel_origins : duel_rows)(q, &other, mem, &duel, err));
    *ret = duel;
    return STATUS_OK;
}
