/* Losses by chunks of rows, the same ones for any number of threads. */
#include "trees/boost_loss.h"

#include <float.h>
#include <math.h>

#include "bands/selection.h"
#include "base/transcend.h"

enum { CHUNK = 4096 };

/* Shares and probabilities are no nearer to 0 than this in a logarithm. */
#define LEAST_SHARE 1e-15

static size_t chunks_of(size_t n)
{
    return (n + CHUNK - 1) / CHUNK;
}

static size_t chunk_end(size_t n, size_t from)
{
    return n - from < CHUNK ? n : from + CHUNK;
}

static double mean_of(const double *y, const uint32_t *row, size_t n)
{
    double sum = 0, rest = 0, first = y[row[0]];
    for (size_t i = 0; i < n; i++)
        sum += y[row[i]] - first;
    double mean = first + sum / (double)n;
    for (size_t i = 0; i < n; i++)
        rest += y[row[i]] - mean;
    return mean + rest / (double)n;
}

static double clipped(double share)
{
    return share < LEAST_SHARE       ? LEAST_SHARE
           : share > 1 - LEAST_SHARE ? 1 - LEAST_SHARE
                                     : share;
}

static double share_of_class(const double *y, size_t k, const uint32_t *row, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += y[row[i]] == (double)k;
    return clipped((double)count / (double)n);
}

static double level_of(const struct boost_loss *l)
{
    return l->kind == BOOST_QUANTILE ? l->quantile : 0.5;
}

static double quantile_of(const struct boost_loss *l, const double *score,
                          const uint32_t *row, size_t n, double *room)
{
    for (size_t i = 0; i < n; i++)
        room[i] = l->y[0][row[i]] - (score ? score[row[i]] : 0);
    return selection_quantile(room, n, level_of(l));
}

static double begin_of(const struct boost_loss *l, size_t output, const uint32_t *row,
                       size_t n)
{
    switch (l->kind) {
    case BOOST_SQUARED_ERROR: return mean_of(l->y[0], row, n);
    case BOOST_ABSOLUTE_ERROR:
    case BOOST_QUANTILE: {
        struct arena scratch = {0};
        double q = quantile_of(l, NULL, row, n, ARENA_ARRAY(&scratch, double, n));
        arena_release(&scratch);
        return q;
    }
    case BOOST_LOG_LOSS: {
        double p = share_of_class(l->y[output], 1, row, n);
        return transcend_log(p / (1 - p));
    }
    case BOOST_MULTINOMIAL: break;
    }
    return transcend_log(share_of_class(l->y[0], output, row, n));
}

void boost_loss_begin(const struct boost_loss *l, const uint32_t *row, size_t n,
                      double *ret)
{
    for (size_t k = 0; k < l->outputs; k++)
        ret[k] = begin_of(l, k, row, n);
}

struct sharing {
    const struct boost_loss *l;
    double *const *score, *const *ret;
};

/* exp(f_k - max) over their sum. */
static void share_chunk(void *context, size_t index, size_t worker UNUSED)
{
    const struct sharing *s = context;
    size_t from = index * CHUNK, n = chunk_end(s->l->n, from) - from;
    double most[CHUNK], sum[CHUNK] = {0};
    for (size_t i = 0; i < n; i++)
        most[i] = s->score[0][from + i];
    for (size_t k = 1; k < s->l->outputs; k++)
        for (size_t i = 0; i < n; i++)
            most[i] = s->score[k][from + i] > most[i] ? s->score[k][from + i] : most[i];
    for (size_t k = 0; k < s->l->outputs; k++) {
        double *p = s->ret[k] + from;
        for (size_t i = 0; i < n; i++)
            p[i] = s->score[k][from + i] - most[i];
        transcend_exps(p, n);
        for (size_t i = 0; i < n; i++)
            sum[i] += p[i];
    }
    for (size_t k = 0; k < s->l->outputs; k++)
        for (size_t i = 0; i < n; i++)
            s->ret[k][from + i] /= sum[i];
}

void boost_loss_shares(const struct boost_loss *l, double *const *score,
                       struct thread_team *team, double *const *ret)
{
    struct sharing s = {l, score, ret};
    if (l->kind == BOOST_MULTINOMIAL)
        thread_team_run(team, chunks_of(l->n), share_chunk, &s);
}

struct deriving {
    const struct boost_loss *l;
    size_t output;
    const double *score, *share;
    const struct histogram_unit *unit;
    histogram_sum *ret;
    double *most; // [chunks] the largest residual
};

static void most_of_chunk(void *context, size_t index, size_t worker UNUSED)
{
    const struct deriving *d = context;
    double most = 0;
    for (size_t i = index * CHUNK, end = chunk_end(d->l->n, i); i < end; i++) {
        double g = fabs(d->score[i] - d->l->y[0][i]);
        most = g > most ? g : most;
    }
    d->most[index] = most;
}

/* Gradients and hessians of rows from … from + n - 1. */
static void derive(const struct deriving *d, size_t from, size_t n, double *g, double *h)
{
    const struct boost_loss *l = d->l;
    const double *f = d->score + from,
                 *y = l->y[l->kind == BOOST_LOG_LOSS ? d->output : 0] + from;
    double factor = (double)l->outputs / (double)(l->outputs - (l->outputs > 1));
    for (size_t i = 0; i < n; i++)
        switch (l->kind) {
        case BOOST_SQUARED_ERROR: g[i] = f[i] - y[i]; break;
        case BOOST_ABSOLUTE_ERROR: g[i] = (f[i] > y[i]) - (f[i] < y[i]); break;
        case BOOST_QUANTILE: g[i] = (y[i] <= f[i]) - l->quantile; break;
        case BOOST_LOG_LOSS: g[i] = f[i]; break;
        case BOOST_MULTINOMIAL:
            g[i] = d->share[from + i] - (y[i] == (double)d->output);
            h[i] = factor * d->share[from + i] * (1 - d->share[from + i]);
            break;
        }
    if (l->kind != BOOST_LOG_LOSS)
        return;
    transcend_logistics(g, n);
    for (size_t i = 0; i < n; i++) {
        h[i] = g[i] * (1 - g[i]);
        g[i] -= y[i];
    }
}

static void derive_chunk(void *context, size_t index, size_t worker UNUSED)
{
    const struct deriving *d = context;
    size_t from = index * CHUNK, n = chunk_end(d->l->n, from) - from;
    double g[CHUNK], h[CHUNK];
    derive(d, from, n, g, h);
    for (size_t i = 0; i < n; i++)
        d->ret[from + i] = histogram_row(d->unit, g[i], h[i]);
}

/* The largest gradient: of squared errors it is looked for, of the others known. */
static double most_gradient(struct deriving *d, struct thread_team *team)
{
    if (d->l->kind != BOOST_SQUARED_ERROR)
        return 1;
    struct arena scratch = {0};
    size_t chunks = chunks_of(d->l->n);
    double most = 0;
    d->most = ARENA_ARRAY(&scratch, double, chunks);
    thread_team_run(team, chunks, most_of_chunk, d);
    for (size_t i = 0; i < chunks; i++)
        most = d->most[i] > most ? d->most[i] : most;
    arena_release(&scratch);
    return most;
}

void boost_loss_gradients(const struct boost_loss *l, size_t output, double *const *score,
                          double *const *shares, size_t n, struct thread_team *team,
                          struct histogram_unit *ret_unit, histogram_sum *ret)
{
    bool counted = l->kind != BOOST_LOG_LOSS && l->kind != BOOST_MULTINOMIAL;
    struct deriving d = {l,        output, score[output], shares ? shares[output] : NULL,
                         ret_unit, ret,    NULL};
    double most = most_gradient(&d, team);
    *ret_unit = histogram_unit_for(n, most, 0.5, counted);
    thread_team_run(team, chunks_of(l->n), derive_chunk, &d);
}

bool boost_loss_renews(const struct boost_loss *l)
{
    return l->kind == BOOST_ABSOLUTE_ERROR || l->kind == BOOST_QUANTILE;
}

double boost_loss_renewed(const struct boost_loss *l, const double *score,
                          const uint32_t *row, size_t n, double *room)
{
    return quantile_of(l, score, row, n, room);
}

/* log(sum of exp(f_k)) - f_y. */
static double log_loss_of(const struct boost_loss *l, double *const *score, size_t i)
{
    size_t own = (size_t)l->y[0][i];
    double most = -INFINITY, sum = 0;
    for (size_t k = 0; k < l->outputs; k++)
        most = score[k][i] > most ? score[k][i] : most;
    for (size_t k = 0; k < l->outputs; k++)
        sum += transcend_exp(score[k][i] - most);
    return transcend_log(sum) + most - score[own][i];
}

static double loss_of(const struct boost_loss *l, double *const *score, size_t i)
{
    double left = l->y[0][i] - score[0][i], sum = 0;
    switch (l->kind) {
    case BOOST_SQUARED_ERROR: return left * left;
    case BOOST_ABSOLUTE_ERROR: return fabs(left);
    case BOOST_QUANTILE: return left > 0 ? l->quantile * left : (l->quantile - 1) * left;
    case BOOST_LOG_LOSS:
        for (size_t k = 0; k < l->outputs; k++) {
            double p = transcend_logistic(l->y[k][i] > 0 ? score[k][i] : -score[k][i]);
            sum -= transcend_log(p > DBL_MIN ? p : DBL_MIN);
        }
        return sum / (double)l->outputs;
    case BOOST_MULTINOMIAL: break;
    }
    return log_loss_of(l, score, i);
}

double boost_loss_mean(const struct boost_loss *l, double *const *score,
                       const uint32_t *row, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += loss_of(l, score, row[i]);
    return n > 0 ? sum / (double)n : NAN;
}
