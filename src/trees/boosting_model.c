/* Answers and files of what gradient boosting has learnt.
 *
 * The ensemble sends NaN to the right.  So that missing cells can go left as well it has
 * each column twice: behind the p columns stand the same with missing cells below all
 * numbers. */
#include "trees/boosting_model.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/transcend.h"
#include "file/json.h"

static const char *const link_name[] = {"value", "labels", "two_classes", "classes"};

size_t boosting_model_width(const struct boosting_model *m)
{
    return m->outputs + (m->link == BOOSTING_TWO_CLASSES);
}

/* The columns, and behind them the same with missing cells before all numbers. */
static const double *const *both_sides(const struct matrix *x, struct arena *mem)
{
    const double **col = ARENA_ARRAY(mem, const double *, 2 * x->p);
    for (size_t j = 0; j < x->p; j++) {
        col[j] = col[x->p + j] = x->col[j];
        size_t i = 0;
        while (i < x->n && !isnan(x->col[j][i]))
            i++;
        if (i == x->n)
            continue;
        double *low = ARENA_ARRAY(mem, double, x->n);
        for (i = 0; i < x->n; i++)
            low[i] = isnan(x->col[j][i]) ? -INFINITY : x->col[j][i];
        col[x->p + j] = low;
    }
    return col;
}

static void share_out(double **value, size_t k, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double most = value[0][i], sum = 0;
        for (size_t c = 1; c < k; c++)
            most = value[c][i] > most ? value[c][i] : most;
        for (size_t c = 0; c < k; c++)
            sum += value[c][i] = transcend_exp(value[c][i] - most);
        for (size_t c = 0; c < k; c++)
            value[c][i] /= sum;
    }
}

void boosting_model_answer(const struct boosting_model *m, const struct matrix *x,
                           struct arena *mem, double **ret)
{
    struct matrix plain = matrix_dense(mem, x);
    bool two = m->link == BOOSTING_TWO_CLASSES;
    double **sum = ret + two;
    for (size_t k = 0; k < m->outputs; k++)
        for (size_t i = 0; i < x->n; i++)
            sum[k][i] = m->begin[k];
    ensemble_add(&m->trees, 0, m->trees.n_trees, both_sides(&plain, mem), x->n, sum);
    if (m->link == BOOSTING_MANY_CLASSES)
        share_out(ret, m->outputs, x->n);
    for (size_t k = 0; k < m->outputs; k++)
        if (m->link == BOOSTING_LABELS || two)
            transcend_logistics(sum[k], x->n);
    for (size_t i = 0; two && i < x->n; i++)
        ret[0][i] = 1 - ret[1][i];
}

json_t *boosting_model_save(const struct boosting_model *m)
{
    return json_pack("{s:s, s:I, s:o, s:o, s:I, s:I, s:o, s:o}", "link",
                     link_name[m->link], "outputs", (json_int_t)m->outputs, "begin",
                     json_reals(m->begin, m->outputs), "gains", json_reals(m->gain, m->p),
                     "n_iter", (json_int_t)m->n_iter, "best_iteration",
                     (json_int_t)m->best_iteration, "check_loss",
                     json_reals(&m->check_loss, isfinite(m->check_loss) ? 1 : 0), "trees",
                     ensemble_save(&m->trees));
}

static enum status load_head(const json_t *saved, const char *path,
                             struct boosting_model *m, struct error *err)
{
    const char *link;
    TRY(json_get_text(saved, "link", path, &link, err));
    while (m->link < BOOSTING_LINKS && strcmp(link, link_name[m->link]) != 0)
        m->link++;
    if (m->link == BOOSTING_LINKS)
        return error_refuse(err, path, "link", "no link is called %s", QUOTE(link));
    TRY(json_get_size(saved, "outputs", path, &m->outputs, err));
    bool one = m->link == BOOSTING_VALUE || m->link == BOOSTING_TWO_CLASSES;
    if (m->outputs == 0 || m->outputs > ENSEMBLE_TREES || (one && m->outputs > 1))
        return error_refuse(err, path, "outputs", "%s has not %zu outputs", link,
                            m->outputs);
    TRY(json_get_size(saved, "n_iter", path, &m->n_iter, err));
    TRY(json_get_size(saved, "best_iteration", path, &m->best_iteration, err));
    if (m->best_iteration > m->n_iter)
        return error_refuse(err, path, "best_iteration",
                            "%zu is behind the last one, %zu", m->best_iteration,
                            m->n_iter);
    json_t *loss;
    TRY(json_get_array(saved, "check_loss", path, &loss, err));
    m->check_loss = NAN;
    return json_get_reals(saved, "check_loss", path, json_array_size(loss) > 0,
                          &m->check_loss, err);
}

static enum status check_gains(const struct boosting_model *m, const char *path,
                               struct error *err)
{
    for (size_t j = 0; j < m->p; j++)
        if (m->gain[j] < 0)
            return error_refuse(err, path, "gains", "the gain at place %zu is below 0",
                                j + 1);
    return STATUS_OK;
}

enum status boosting_model_load(const json_t *saved, size_t p, const char *path,
                                struct arena *mem, struct boosting_model *ret,
                                struct error *err)
{
    struct boosting_model m = {.p = p};
    json_t *trees;
    TRY(load_head(saved, path, &m, err));
    m.begin = ARENA_ARRAY(mem, double, m.outputs);
    m.gain = ARENA_ARRAY(mem, double, p);
    TRY(json_get_reals(saved, "begin", path, m.outputs, m.begin, err));
    TRY(json_get_reals(saved, "gains", path, p, m.gain, err));
    TRY(check_gains(&m, path, err));
    TRY(json_get_object(saved, "trees", path, &trees, err));
    struct ensemble_bounds bounds = {2 * p, 1, m.outputs, -DBL_MAX, DBL_MAX, false};
    TRY(ensemble_load(trees, path, &bounds, mem, &m.trees, err));
    if (m.trees.n_trees != m.best_iteration * m.outputs)
        return error_refuse(err, path, "trees", "expected %zu trees, found %zu",
                            m.best_iteration * m.outputs, m.trees.n_trees);
    *ret = m;
    return STATUS_OK;
}
