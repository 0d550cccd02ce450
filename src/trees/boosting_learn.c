/* Puts rows, targets and rows to check by together for trees/boosting.h, and takes models out
 * of its rounds.
 *
 * Targets of a regression that are huge or tiny are divided by a power of two first, so that
 * squares of gradients neither overflow nor vanish; answers are multiplied by it again. */
#include "trees/boosting_learn.h"

#include <math.h>
#include <string.h>

#include "data/spread.h"

/* What choices share, and what it was made for. */
struct boosting_job {
    const struct boosting_table *table;
    struct arena *mem; // of the models
    struct arena scratch;
    size_t n, n_check; // rows of x, and of x_check behind them
    size_t max_bins;   // 0: no codes yet
    struct bins bins;
    uint8_t *code;
    struct leafwise_data columns;
    size_t outputs;  // columns of y
    double **target; // [outputs][n + n_check]
    int exponent;    // the targets are divided by 2^exponent
    uint32_t *row, *check;
};

static enum boost_kind kind_of(const struct boosting_job *job, unsigned loss)
{
    static const enum boost_kind of_reals[] = {
        [BOOSTING_AUTO] = BOOST_SQUARED_ERROR,
        [BOOSTING_SQUARED_ERROR] = BOOST_SQUARED_ERROR,
        [BOOSTING_ABSOLUTE_ERROR] = BOOST_ABSOLUTE_ERROR,
        [BOOSTING_QUANTILE] = BOOST_QUANTILE,
    };
    enum boosting_link link = job->table->link;
    return link == BOOSTING_VALUE          ? of_reals[loss]
           : link == BOOSTING_MANY_CLASSES ? BOOST_MULTINOMIAL
                                           : BOOST_LOG_LOSS;
}

/* Whether two choices differ in max_iter alone. */
static bool alike(const struct boosting_params *a, const struct boosting_params *b)
{
    return a->loss == b->loss && a->quantile == b->quantile &&
           a->learning_rate == b->learning_rate &&
           a->l2_regularization == b->l2_regularization &&
           a->min_hessian_to_split == b->min_hessian_to_split &&
           a->subsample == b->subsample && a->max_features == b->max_features &&
           a->max_leaf_nodes == b->max_leaf_nodes && a->max_depth == b->max_depth &&
           a->min_samples_leaf == b->min_samples_leaf && a->max_bins == b->max_bins &&
           a->early_stopping == b->early_stopping &&
           a->validation_fraction == b->validation_fraction && a->tol == b->tol &&
           a->n_iter_no_change == b->n_iter_no_change;
}

static void copy_column(const struct matrix *m, size_t j, double *ret)
{
    double buffer[MATRIX_SPAN];
    for (size_t from = 0, to; from < m->n; from = to) {
        to = m->n - from < MATRIX_SPAN ? m->n : from + MATRIX_SPAN;
        memcpy(ret + from, matrix_span(m, j, from, to, buffer),
               (to - from) * sizeof *ret);
    }
}

/* Of two classes the second one is the label. */
static void read_targets(struct boosting_job *job)
{
    const struct matrix *y = job->table->y;
    size_t all = job->n + job->n_check;
    job->outputs = y->p;
    job->target = ARENA_ARRAY(&job->scratch, double *, job->outputs);
    for (size_t k = 0; k < job->outputs; k++) {
        double *t = job->target[k] = ARENA_ARRAY(&job->scratch, double, all);
        copy_column(y, k, t);
        if (job->n_check > 0)
            copy_column(job->table->y_check, k, t + job->n);
        if (job->table->link != BOOSTING_VALUE)
            continue;
        job->exponent = spread_exponent(t, job->n);
        spread_scale(t, all, job->exponent, t);
    }
}

static enum status code_columns(struct boosting_job *job, size_t max_bins,
                                struct error *err)
{
    const struct boosting_table *t = job->table;
    size_t stride = job->n + job->n_check, p = t->x->p;
    if (job->max_bins == max_bins)
        return STATUS_OK;
    if (!job->code)
        job->code = ARENA_ARRAY(&job->scratch, uint8_t, stride * p);
    TRY(bins_learn(t->x, max_bins, t->threads, &job->scratch, &job->bins, err));
    TRY(bins_code(&job->bins, t->x, t->threads, stride, job->code, err));
    if (job->n_check > 0)
        TRY(bins_code(&job->bins, t->x_check, t->threads, stride, job->code + job->n,
                      err));
    job->max_bins = max_bins;
    job->columns = (struct leafwise_data){
        &job->bins, job->code, histogram_pack(job->code, stride, p, &job->scratch)};
    return STATUS_OK;
}

/* How many of each class, or of all rows, are held back to check by. */
static void shares_held(const struct boosting_job *job, double fraction, size_t *left,
                        size_t *wanted)
{
    bool classes = job->table->n_classes > 0;
    for (size_t i = 0; i < job->n; i++)
        left[classes ? (size_t)job->target[0][i] : 0]++;
    for (size_t c = 0; c < (classes ? job->table->n_classes : 1); c++)
        wanted[c] = (size_t)((double)left[c] * fraction + 0.5);
}

/* Divides the rows by chance, of each class the same share (selection sampling). */
static void hold_back(struct boosting_job *job, double fraction,
                      struct boosting_data *ret)
{
    bool classes = job->table->n_classes > 0;
    size_t kinds = classes ? job->table->n_classes : 1;
    size_t *left = ARENA_ARRAY(&job->scratch, size_t, kinds);
    size_t *wanted = ARENA_ARRAY(&job->scratch, size_t, kinds);
    struct rng rng;
    shares_held(job, fraction, left, wanted);
    rng_seed(&rng, job->table->seed, "gradient boosting, validation");
    for (size_t i = 0; i < job->n; i++) {
        size_t c = classes ? (size_t)job->target[0][i] : 0;
        if (rng_real(&rng) * (double)left[c]-- < (double)wanted[c]) {
            job->check[ret->n_check++] = (uint32_t)i;
            wanted[c]--;
        } else {
            job->row[ret->n++] = (uint32_t)i;
        }
    }
}

/* Which rows are learnt from and which ones checked by. */
static enum status choose_rows(struct boosting_job *job, const struct boosting_params *p,
                               struct boosting_data *ret, struct error *err)
{
    ret->row = job->row;
    ret->check = job->check;
    ret->n = ret->n_check = 0;
    if (p->early_stopping && job->n_check == 0) {
        hold_back(job, p->validation_fraction, ret);
        if (ret->n > 0 && ret->n_check > 0)
            return STATUS_OK;
        error_set(err, STATUS_INPUT, "of %zu row%s %zu would be held back to stop by",
                  job->n, job->n == 1 ? "" : "s", ret->n_check);
        error_field(err, "gradient_boosting.validation_fraction");
        error_hint(err, "early_stopping needs more rows");
        return STATUS_INPUT;
    }
    for (size_t i = 0; i < job->n; i++)
        job->row[ret->n++] = (uint32_t)i;
    for (size_t i = 0; i < job->n_check; i++)
        job->check[ret->n_check++] = (uint32_t)(job->n + i);
    return STATUS_OK;
}

/* A loss in the target's own unit. */
static double own_loss(const struct boosting_job *job, enum boost_kind kind, double loss)
{
    return ldexp(loss, job->exponent * (kind == BOOST_SQUARED_ERROR ? 2 : 1));
}

/* Copies a tree of the rounds, its answers in the target's own unit. */
static struct tree copy_tree(const struct boosting_tree *from, int exponent, size_t p,
                             struct arena *mem, double *gain)
{
    struct tree t = from->tree;
    struct tree_node *node = ARENA_ARRAY(mem, struct tree_node, t.n_nodes);
    memcpy(node, t.node, t.n_nodes * sizeof *node);
    for (size_t k = 0; k < t.n_nodes; k++)
        if (node[k].left == 0)
            node[k].real = ldexp(node[k].real, exponent);
        else
            gain[node[k].place % p] += from->gain[k];
    t.node = node;
    return t;
}

/* The model that max_iter rounds leave. */
static struct boosting_model *model_of(const struct boosting_job *job,
                                       const struct boosting_params *params,
                                       const struct boosting_data *data,
                                       const struct boosted *b)
{
    struct arena *mem = job->mem;
    struct boosting_model *m = ARENA_NEW(mem, struct boosting_model);
    size_t p = job->table->x->p, k = data->loss.outputs;
    m->link = job->table->link;
    m->p = p;
    m->outputs = k;
    m->n_iter = b->rounds < params->max_iter ? b->rounds : params->max_iter;
    bool stops = params->early_stopping;
    m->best_iteration = stops ? b->round[m->n_iter - 1].best : m->n_iter;
    m->check_loss =
        stops ? own_loss(job, data->loss.kind, b->round[m->best_iteration - 1].check_loss)
              : NAN;
    m->begin = ARENA_ARRAY(mem, double, k);
    for (size_t c = 0; c < k; c++)
        m->begin[c] = ldexp(b->begin[c], job->exponent);
    m->gain = ARENA_ARRAY(mem, double, p);
    struct tree *tree = ARENA_ARRAY(mem, struct tree, m->best_iteration * k);
    for (size_t t = 0; t < m->best_iteration * k; t++)
        tree[t] = copy_tree(&b->tree[t], job->exponent, p, mem, m->gain);
    m->trees = (struct ensemble){2 * p, 1, k, m->best_iteration * k, tree};
    return m;
}

struct boosting_telling {
    const struct boosting_job *job;
    enum boost_kind kind;
};

static void tell_round(void *context, size_t round, const struct boosting_round *r)
{
    const struct boosting_telling *t = context;
    const struct boosting_watch *watch = t->job->table->watch;
    struct boosting_round own = {own_loss(t->job, t->kind, r->train_loss),
                                 own_loss(t->job, t->kind, r->check_loss), r->best};
    watch->round(watch->context, round, &own);
}

/* Runs the rounds of a choice, as many as those like it need. */
static enum status run(struct boosting_job *job, const struct boosting_params *params,
                       struct boosting_data *data, struct arena *mem, struct boosted *ret,
                       struct error *err)
{
    const struct boosting_table *table = job->table;
    struct boosting_params own = *params;
    enum boost_kind kind = kind_of(job, params->loss);
    struct boosting_telling telling = {job, kind};
    struct boosting_watch watch = {tell_round, &telling};
    TRY(code_columns(job, params->max_bins, err));
    TRY(choose_rows(job, params, data, err));
    data->columns = job->columns;
    data->loss = (struct boost_loss){
        .kind = kind,
        .quantile = params->quantile,
        .n = job->n + job->n_check,
        .outputs = kind == BOOST_MULTINOMIAL ? table->n_classes : job->outputs,
        .y = (const double *const *)job->target};
    own.tol = params->tol / own_loss(job, kind, 1);
    return boosting_run(&own, data, table->seed, table->threads,
                        table->watch ? &watch : NULL, mem, ret, err);
}

/* Learns choice i and those behind it that differ in max_iter alone. */
static enum status learn_alike(struct boosting_job *job,
                               const struct boosting_params *const *params, size_t i,
                               size_t n, bool *done, const struct boosting_sink *sink,
                               struct error *err)
{
    struct arena rounds = {0};
    struct boosting_params own = *params[i];
    struct boosting_data data = {0};
    struct boosted b;
    for (size_t k = i; k < n; k++)
        if (alike(params[k], &own) && params[k]->max_iter > own.max_iter)
            own.max_iter = params[k]->max_iter;
    enum status status = run(job, &own, &data, &rounds, &b, err);
    for (size_t k = i; k < n && status == STATUS_OK; k++)
        if (!done[k] && alike(params[k], &own)) {
            struct boosting_model *m = model_of(job, params[k], &data, &b);
            done[k] = true;
            status = sink->take(sink->context, k, m, err);
        }
    arena_release(&rounds);
    return status;
}

static enum status learn_all(struct boosting_job *job,
                             const struct boosting_params *const *params, size_t n,
                             const struct boosting_sink *sink, struct error *err)
{
    size_t all = job->n + job->n_check;
    bool *done = ARENA_ARRAY(&job->scratch, bool, n);
    if (all > HISTOGRAM_ROWS)
        return error_set(err, STATUS_INPUT,
                         "gradient_boosting takes up to %u rows, found %zu",
                         HISTOGRAM_ROWS, all);
    job->row = ARENA_ARRAY(&job->scratch, uint32_t, job->n);
    job->check = ARENA_ARRAY(&job->scratch, uint32_t, all);
    read_targets(job);
    for (size_t i = 0; i < n; i++)
        if (!done[i])
            TRY(learn_alike(job, params, i, n, done, sink, err));
    return STATUS_OK;
}

enum status boosting_learn(const struct boosting_table *table,
                           const struct boosting_params *const *params, size_t n,
                           const struct boosting_sink *sink, struct arena *mem,
                           struct error *err)
{
    struct boosting_job job = {.table = table, .mem = mem, .n = table->x->n};
    job.n_check = table->x_check ? table->x_check->n : 0;
    enum status status = learn_all(&job, params, n, sink, err);
    arena_release(&job.scratch);
    return status;
}
