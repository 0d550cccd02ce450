/* The texts of a perceptron's parameters, and its fit.
 *
 * A descent that is to last longer goes the same way at first, so one descent yields the
 * states of all choices of max_iter, each the copy of what stood there. */
#include "steps/mlp.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "network/descent.h"
#include "network/network_input.h"

/* The numbers of a text with blanks between, into ret[NETWORK_LAYERS - 1]. */
static enum status numbers_of(const char *text, const char *field, const char *example,
                              double *ret, size_t *ret_n, struct error *err)
{
    struct arena scratch = {0};
    struct texts word = option_words(text, &scratch);
    size_t n = 0, most = NETWORK_LAYERS - 1;
    while (n < word.n && n < most && number_parse(word.v[n], strlen(word.v[n]), &ret[n]))
        n++;
    enum status status = STATUS_OK;
    if (n < word.n || n == 0) {
        status = error_refuse(err, NULL, field,
                              "expected 1 to %zu numbers with blanks between, found %s",
                              most, QUOTE(text));
        error_hint(err, "write it as %s", example);
    }
    *ret_n = n;
    arena_release(&scratch);
    return status;
}

enum status mlp_layers(const struct mlp_params *p, size_t ret[NETWORK_LAYERS - 1],
                       size_t *ret_n, struct error *err)
{
    static const char field[] = "mlp.hidden_layer_sizes";
    double v[NETWORK_LAYERS - 1];
    size_t n;
    TRY(numbers_of(p->hidden_layer_sizes, field, "'64 32'", v, &n, err));
    n = n == 1 && v[0] == 0 ? 0 : n;
    for (size_t l = 0; l < n; l++) {
        if (!(v[l] >= 1 && v[l] <= NETWORK_NEURONS) || v[l] != rint(v[l]))
            return error_refuse(err, NULL, field,
                                "expected whole numbers from 1 to %d, found %s",
                                NETWORK_NEURONS, QUOTE(p->hidden_layer_sizes));
        ret[l] = (size_t)v[l];
    }
    *ret_n = n;
    return STATUS_OK;
}

enum status mlp_dropout(const struct mlp_params *p, size_t n,
                        double ret[NETWORK_LAYERS - 1], struct error *err)
{
    static const char field[] = "mlp.dropout";
    size_t found;
    TRY(numbers_of(p->dropout, field, "'0.1 0'", ret, &found, err));
    for (size_t l = 0; l < found; l++)
        if (!(ret[l] >= 0 && ret[l] < 1))
            return error_refuse(err, NULL, field,
                                "expected numbers from 0 to below 1, found %s",
                                QUOTE(p->dropout));
    for (size_t l = 1; found == 1 && l < n; l++)
        ret[l] = ret[0];
    if (found == 1 || found == n)
        return STATUS_OK;
    error_refuse(err, NULL, field, "there are %zu shares for %zu hidden layers", found,
                 n);
    error_hint(err, "give one for all of them, or one for each");
    return STATUS_INPUT;
}

/* One descent and the choices that it is for. */
struct mlp_job {
    const void *const *params; // of all choices
    size_t n;
    bool *done;       // [n]
    const bool *mine; // [n]
    const struct mlp_params *p;
    const struct target *y;
    double shift, scale;
    struct network net;
    struct descent_data train, check;
    double dropout[NETWORK_LAYERS - 1];
};

/* Whether two choices differ in max_iter at most. */
static bool alike(const struct mlp_params *a, const struct mlp_params *b)
{
    return strcmp(a->hidden_layer_sizes, b->hidden_layer_sizes) == 0 &&
           strcmp(a->dropout, b->dropout) == 0 && a->activation == b->activation &&
           a->solver == b->solver && a->alpha == b->alpha &&
           a->learning_rate_init == b->learning_rate_init && a->momentum == b->momentum &&
           a->beta_1 == b->beta_1 && a->beta_2 == b->beta_2 && a->epsilon == b->epsilon &&
           a->tol == b->tol && a->validation_fraction == b->validation_fraction &&
           a->batch_size == b->batch_size && a->n_iter_no_change == b->n_iter_no_change &&
           a->nesterovs_momentum == b->nesterovs_momentum &&
           a->early_stopping == b->early_stopping && a->shuffle == b->shuffle &&
           a->scale_target == b->scale_target;
}

/* Root of the mean square of y less its mean; of sizes whose squares no double holds, too. */
static double deviation(const double *y, const size_t *row, size_t n, double mean)
{
    double squares = 0, most = 0, shares = 0;
    for (size_t i = 0; i < n; i++) {
        double d = y[row ? row[i] : i] - mean;
        squares += d * d / (double)n;
        most = fmax(most, fabs(d));
    }
    if (squares > DBL_MIN && isfinite(squares))
        return sqrt(squares);
    for (size_t i = 0; i < n && most > 0; i++) {
        double d = (y[row ? row[i] : i] - mean) / most;
        shares += d * d / (double)n;
    }
    return sqrt(shares) * most;
}

/* Mean and standard deviation of a regression's target where it is to be standardised. */
static void measure_target(struct mlp_job *job, const size_t *row, size_t n)
{
    const double *y = job->y->y.col[0];
    double sum = 0;
    job->shift = 0;
    job->scale = 1;
    if (job->y->task != TASK_REGRESSION || !job->p->scale_target)
        return;
    for (size_t i = 0; i < n; i++)
        sum += y[row ? row[i] : i] / (double)n;
    double scale = deviation(y, row, n, sum);
    job->shift = sum;
    job->scale = scale > 0 && isfinite(scale) ? scale : 1;
}

/* Targets row by row, as propagation_judge wants them. */
static const double *targets_of(const struct mlp_job *job, const struct target *y,
                                const size_t *row, size_t n, struct arena *mem)
{
    size_t out = job->net.shape.out;
    double *ret = arena_array(mem, n, out * sizeof(double));
    for (size_t i = 0; i < n; i++) {
        size_t at = row ? row[i] : i;
        if (y->task == TASK_CLASSES)
            ret[i * out + (size_t)y->y.col[0][at]] = 1;
        else if (y->task == TASK_REGRESSION)
            ret[i] = (y->y.col[0][at] - job->shift) / job->scale;
        else
            for (size_t c = 0; c < out; c++)
                ret[i * out + c] = y->y.col[c][at];
    }
    return ret;
}

/* Rows in an order drawn for it, of which the first ones are held out. */
static size_t *drawn_rows(uint64_t seed, size_t n, struct arena *mem)
{
    size_t *row = ARENA_ARRAY(mem, size_t, n);
    struct rng rng;
    rng_seed(&rng, seed, "mlp validation");
    for (size_t i = 0; i < n; i++)
        row[i] = i;
    rng_shuffle(&rng, n, row);
    return row;
}

static enum status shape_of(const struct mlp_params *p, const struct matrix *x,
                            const struct target *y, struct network_shape *ret,
                            struct error *err)
{
    static const enum network_output output[] = {
        [TASK_REGRESSION] = OUTPUT_IDENTITY,
        [TASK_CLASSES] = OUTPUT_SOFTMAX,
        [TASK_LABELS] = OUTPUT_LOGISTIC,
    };
    struct network_shape s = {.p = x->p,
                              .sparse = x->sparse ? x->sparse->p : 0,
                              .out = y->task == TASK_CLASSES ? y->n_classes : y->y.p,
                              .activation = (enum network_activation)p->activation,
                              .output = output[y->task]};
    TRY(mlp_layers(p, s.hidden, &s.n_hidden, err));
    if (y->task == TASK_REGRESSION && y->y.p != 1)
        return error_set(err, STATUS_INPUT, "mlp learns one target column, found %zu",
                         y->y.p);
    *ret = s;
    return STATUS_OK;
}

/* Rows to learn from and to check by. */
static enum status divide(struct mlp_job *job, const struct matrix *x,
                          const struct fit_context *context,
                          const struct network_shape *shape, struct arena *mem,
                          struct error *err)
{
    size_t n = x->n, held = 0, seen, *row = NULL;
    if (job->p->early_stopping && !context->x_check) {
        held = (size_t)ceil(job->p->validation_fraction * (double)n);
        if (held == 0 || held >= n)
            return error_refuse(err, NULL, "mlp.validation_fraction",
                                "of %zu rows %zu would be held out", n, held);
        row = drawn_rows(context->seed, n, mem);
    }
    size_t *rest = row ? row + held : NULL;
    job->train.rows = network_input(mem, x, rest, n - held);
    const uint32_t *place = network_places(mem, &job->train.rows, shape->sparse, &seen);
    job->net = network_new(mem, shape, place, seen);
    measure_target(job, rest, n - held);
    job->train.y = targets_of(job, job->y, rest, n - held, mem);
    if (context->x_check) {
        const struct matrix *c = context->x_check;
        job->check.rows = network_input(mem, c, NULL, c->n);
        job->check.y = targets_of(job, context->y_check, NULL, c->n, mem);
    } else if (row) {
        job->check.rows = network_input(mem, x, row, held);
        job->check.y = targets_of(job, job->y, row, held, mem);
    }
    return STATUS_OK;
}

static struct mlp_state *state_of(const struct mlp_job *job, const struct descent *d,
                                  struct arena *mem)
{
    struct mlp_state *s = ARENA_NEW(mem, struct mlp_state);
    const struct network *net = &job->net;
    uint32_t *place = ARENA_ARRAY(mem, uint32_t, net->shape.sparse);
    double loss = job->p->early_stopping ? d->best.check_loss : d->best.train_loss;
    if (net->shape.sparse > 0)
        memcpy(place, net->place, net->shape.sparse * sizeof *place);
    *s = (struct mlp_state){.net = network_new(mem, &net->shape, place, net->seen),
                            .shift = job->shift,
                            .scale = job->scale,
                            .n_iter = d->epochs,
                            .best_epoch = d->best_epoch,
                            .loss = fmin(loss * job->scale * job->scale, DBL_MAX)};
    descent_result(d, &s->net);
    return s;
}

static struct descent_rule rule_of(const struct mlp_job *job)
{
    const struct mlp_params *p = job->p;
    return (struct descent_rule){.optimiser = {.solver = (enum optimiser_solver)p->solver,
                                               .rate = p->learning_rate_init,
                                               .momentum = p->momentum,
                                               .nesterov = p->nesterovs_momentum,
                                               .beta_1 = p->beta_1,
                                               .beta_2 = p->beta_2,
                                               .epsilon = p->epsilon},
                                 .alpha = p->alpha,
                                 .batch = p->batch_size,
                                 .shuffle = p->shuffle,
                                 .stop_early = p->early_stopping,
                                 .patience = p->n_iter_no_change,
                                 .tol = p->tol,
                                 .dropout = job->dropout};
}

/* Hands over the states of all choices that end here; *left is how many do not. */
static enum status take_states(const struct mlp_job *job, const struct descent *d,
                               const struct fit_context *context,
                               const struct step_sink *sink, size_t *left,
                               struct error *err)
{
    *left = 0;
    for (size_t i = 0; i < job->n; i++) {
        const struct mlp_params *p = job->params[i];
        if (!job->mine[i] || job->done[i])
            continue;
        if (p->max_iter > d->epochs && !d->over) {
            (*left)++;
            continue;
        }
        job->done[i] = true;
        TRY(sink->take(sink->context, i, state_of(job, d, context->mem), err));
    }
    return STATUS_OK;
}

/* A loss in the square of the target's unit, as far as a double reaches; NaN: not known. */
static double loss_told(double loss, double unit)
{
    return isnan(loss) ? loss : fmin(loss * (unit * unit), DBL_MAX);
}

/* Figures are told in the unit of the target. */
static void tell_epoch(const struct mlp_job *job, const struct descent *d,
                       const struct fit_context *context)
{
    double unit = job->scale;
    struct epoch e = {d->epochs, loss_told(d->last.train_loss, unit),
                      loss_told(d->last.check_loss, unit), d->last.train_score * unit,
                      d->last.check_score * unit};
    context->epoch(context->epoch_sink, &e);
}

static enum status descend(struct mlp_job *job, const struct fit_context *context,
                           const struct step_sink *sink, struct arena *mem,
                           struct error *err)
{
    struct descent_rule rule = rule_of(job);
    struct descent *d =
        descent_begin(mem, &job->net, &rule, &job->train,
                      job->check.rows.n > 0 ? &job->check : NULL, context->seed);
    for (size_t left = 1; left > 0;) {
        TRY(descent_epoch(d, err));
        if (context->epoch && job->n == 1)
            tell_epoch(job, d, context);
        TRY(take_states(job, d, context, sink, &left, err));
    }
    return STATUS_OK;
}

/* The choices that are like the i-th. */
static enum status fit_like(struct mlp_job *job, size_t i, const struct matrix *x,
                            const struct fit_context *context,
                            const struct step_sink *sink, struct error *err)
{
    struct arena scratch = {0};
    struct network_shape shape;
    bool *mine = ARENA_ARRAY(&scratch, bool, job->n);
    job->p = job->params[i];
    job->mine = mine;
    for (size_t k = i; k < job->n; k++)
        mine[k] = alike(job->p, job->params[k]);
    enum status status = shape_of(job->p, x, job->y, &shape, err);
    if (status == STATUS_OK)
        status = mlp_dropout(job->p, shape.n_hidden, job->dropout, err);
    if (status == STATUS_OK)
        status = divide(job, x, context, &shape, &scratch, err);
    if (status == STATUS_OK)
        status = descend(job, context, sink, &scratch, err);
    arena_release(&scratch);
    return status;
}

enum status mlp_fit_path(const void *const *params, size_t n, const struct matrix *x,
                         const struct target *y, const struct fit_context *context,
                         const struct step_sink *sink, struct error *err)
{
    struct arena scratch = {0};
    enum status status = STATUS_OK;
    bool *done = ARENA_ARRAY(&scratch, bool, n);
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        struct mlp_job job = {.params = params, .n = n, .done = done, .y = y};
        if (!done[i])
            status = fit_like(&job, i, x, context, sink, err);
    }
    arena_release(&scratch);
    return status;
}
