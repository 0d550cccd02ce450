/* Forward and backward over the rows of a mini-batch.
 *
 * The weights of a layer are transposed for the way back, which costs one read of them a
 * batch; products then run along rows in memory in both directions.  Sparse rows are added
 * value by value to whole rows of weights, behind the reals and in the order of their
 * columns: the chain that the same columns would have among the reals, but for zeros. */
#include "network/propagation.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/transcend.h"
#include "network/neurons.h"
#include "network/product.h"

static struct propagation_layer layer_new(struct arena *mem, size_t elements,
                                          double dropout)
{
    struct propagation_layer l = {.dropout = dropout};
    l.out = l.fed = ARENA_ARRAY(mem, double, elements);
    l.delta = ARENA_ARRAY(mem, double, elements);
    if (dropout > 0) {
        l.fed = ARENA_ARRAY(mem, double, elements);
        l.keep = ARENA_ARRAY(mem, double, elements);
    }
    return l;
}

struct propagation *propagation_new(struct arena *mem, const struct network *net,
                                    size_t most, const double *dropout)
{
    struct propagation *p = ARENA_NEW(mem, struct propagation);
    size_t largest = 0;
    *p = (struct propagation){.net = net, .most = most};
    p->x = arena_array(mem, most, net->shape.p * sizeof(double));
    p->layer = ARENA_ARRAY(mem, struct propagation_layer, net->n_layers);
    for (size_t l = 0; l < net->n_layers; l++) {
        const struct network_layer *layer = &net->layer[l];
        bool hidden = l + 1 < net->n_layers;
        p->layer[l] =
            layer_new(mem, most * layer->width, hidden && dropout ? dropout[l] : 0);
        size_t turned = l > 0 ? layer->out * net->layer[l - 1].width : 0;
        largest = turned > largest ? turned : largest;
    }
    p->turned = ARENA_ARRAY(mem, double, largest);
    return p;
}

/* Two neurons for each draw, by 32 bits. */
void propagation_drop(struct propagation *p, size_t n, struct rng *rng)
{
    for (size_t l = 0; l < p->net->n_layers; l++) {
        struct propagation_layer *layer = &p->layer[l];
        if (!layer->keep)
            continue;
        uint64_t below = (uint64_t)(layer->dropout * 0x1p32);
        double kept = 1 / (1 - layer->dropout);
        for (size_t i = 0; i < n * p->net->layer[l].width; i += 2) {
            uint64_t bits = rng_next(rng);
            layer->keep[i] = (bits & UINT32_MAX) < below ? 0 : kept;
            layer->keep[i + 1] = bits >> 32 < below ? 0 : kept;
        }
    }
}

static size_t row_at(const struct propagation *p, size_t i)
{
    return p->row ? p->row[i] : p->first + i;
}

static void add_sparse(struct propagation *p, double *z)
{
    const struct network *net = p->net;
    size_t width = net->layer[0].width;
    for (size_t i = 0; i < p->n; i++) {
        size_t row = row_at(p, i);
        for (size_t k = p->rows->start[row]; k < p->rows->start[row + 1]; k++) {
            uint32_t at = net->place[p->rows->col[k]];
            if (at != NETWORK_UNSEEN)
                neurons_add(p->rows->value[k], net->sparse_w + at * width, width,
                            z + i * width);
        }
    }
}

/* z of layer l from what the layer before it feeds. */
static void layer_sums(struct propagation *p, size_t l)
{
    const struct network_layer *layer = &p->net->layer[l];
    size_t a_row = l == 0 ? layer->in : p->net->layer[l - 1].width;
    struct product z = {.m = p->n,
                        .n = layer->width,
                        .k = layer->in,
                        .a = l == 0 ? p->x : p->layer[l - 1].fed,
                        .a_row = a_row,
                        .a_step = 1,
                        .b = layer->w,
                        .b_row = layer->width,
                        .base = layer->b,
                        .c = p->layer[l].out,
                        .c_row = layer->width};
    product_compute(&z);
    if (l == 0 && p->rows->start)
        add_sparse(p, p->layer[0].out);
}

void propagation_forward(struct propagation *p, const struct network_rows *rows,
                         const size_t *row, size_t first, size_t n)
{
    const struct network *net = p->net;
    size_t width = net->shape.p, last = net->n_layers - 1;
    p->n = n;
    p->rows = rows;
    p->row = row;
    p->first = first;
    for (size_t i = 0; i < n && width > 0; i++)
        memcpy(p->x + i * width, rows->x + row_at(p, i) * width, width * sizeof(double));
    for (size_t l = 0; l <= last; l++) {
        const struct network_layer *layer = &net->layer[l];
        struct propagation_layer *to = &p->layer[l];
        layer_sums(p, l);
        if (l == last)
            neurons_answer(net->shape.output, n, layer->out, layer->width, to->out);
        else
            neurons_activate(net->shape.activation, n, layer->out, layer->width, to->out);
        if (to->keep)
            neurons_times(to->out, to->keep, n * layer->width, to->fed);
    }
}

/* -log of a probability, at least DBL_EPSILON. */
static double surprise(double p)
{
    return -transcend_log(p > DBL_EPSILON ? p : DBL_EPSILON);
}

static struct propagation_sums judge_row(enum network_output output, const double *o,
                                         const double *y, size_t n)
{
    struct propagation_sums s = {0, 0};
    size_t most = 0, is = 0, right = 0;
    for (size_t j = 0; j < n; j++) {
        double error = o[j] - y[j];
        if (output == OUTPUT_IDENTITY) {
            s.loss += 0.5 * error * error;
            s.score += fabs(error);
        } else if (output == OUTPUT_LOGISTIC) {
            s.loss += surprise(y[j] > 0.5 ? o[j] : 1 - o[j]);
            right += (o[j] > 0.5) == (y[j] > 0.5);
        } else {
            most = o[j] > o[most] ? j : most;
            is = y[j] > 0.5 ? j : is;
        }
    }
    if (output == OUTPUT_SOFTMAX)
        s = (struct propagation_sums){surprise(o[is]), most == is};
    if (output == OUTPUT_LOGISTIC)
        s.score = (double)right / (double)n;
    return s;
}

void propagation_judge(const struct propagation *p, const double *y,
                       struct propagation_sums *ret)
{
    size_t last = p->net->n_layers - 1, out = p->net->shape.out;
    for (size_t i = 0; i < p->n; i++) {
        struct propagation_sums s = judge_row(
            p->net->shape.output, p->layer[last].out + i * p->net->layer[last].width,
            y + row_at(p, i) * out, out);
        ret->loss += s.loss;
        ret->score += s.score;
    }
}

struct network_gradient propagation_gradient_new(struct arena *mem,
                                                 const struct network *net)
{
    struct network_gradient g = {.theta = ARENA_ARRAY(mem, double, net->size)};
    g.sparse_w = arena_array(mem, net->seen, net->layer[0].width * sizeof(double));
    g.touched = ARENA_ARRAY(mem, uint32_t, net->seen);
    g.marked = ARENA_ARRAY(mem, bool, net->seen);
    return g;
}

static void last_delta(struct propagation *p, const double *y)
{
    size_t last = p->net->n_layers - 1;
    const struct network_layer *layer = &p->net->layer[last];
    for (size_t i = 0; i < p->n; i++) {
        const double *o = p->layer[last].out + i * layer->width;
        const double *is = y + row_at(p, i) * layer->out;
        for (size_t j = 0; j < layer->out; j++)
            p->layer[last].delta[i * layer->width + j] = o[j] - is[j];
    }
}

/* The gradient with respect to a layer's weights and biases. */
static void layer_gradient(const struct propagation *p, size_t l, double *ret)
{
    static const double one = 1;
    const struct network_layer *layer = &p->net->layer[l];
    struct product g = {.m = layer->in,
                        .n = layer->width,
                        .k = p->n,
                        .a = l == 0 ? p->x : p->layer[l - 1].fed,
                        .a_row = 1,
                        .a_step = l == 0 ? layer->in : p->net->layer[l - 1].width,
                        .b = p->layer[l].delta,
                        .b_row = layer->width,
                        .c = ret,
                        .c_row = layer->width};
    product_compute(&g);
    g.m = 1;
    g.a = &one;
    g.a_step = 0;
    g.c = ret + layer->in * layer->width;
    product_compute(&g);
}

/* delta of the layer before l. */
static void delta_before(struct propagation *p, size_t l)
{
    const struct network_layer *layer = &p->net->layer[l];
    struct propagation_layer *to = &p->layer[l - 1];
    size_t width = p->net->layer[l - 1].width;
    for (size_t k = 0; k < layer->in; k++)
        for (size_t j = 0; j < layer->out; j++)
            p->turned[j * width + k] = layer->w[k * layer->width + j];
    for (size_t j = 0; j < layer->out && layer->in < width; j++)
        memset(p->turned + j * width + layer->in, 0,
               (width - layer->in) * sizeof(double));
    struct product d = {.m = p->n,
                        .n = width,
                        .k = layer->out,
                        .a = p->layer[l].delta,
                        .a_row = layer->width,
                        .a_step = 1,
                        .b = p->turned,
                        .b_row = width,
                        .c = to->delta,
                        .c_row = width};
    product_compute(&d);
    if (to->keep)
        neurons_times(to->delta, to->keep, p->n * width, to->delta);
    neurons_slope(p->net->shape.activation, to->out, p->n * width, to->delta);
}

static void sparse_gradient(const struct propagation *p, struct network_gradient *ret)
{
    size_t width = p->net->layer[0].width;
    for (size_t t = 0; t < ret->n_touched; t++) {
        memset(ret->sparse_w + ret->touched[t] * width, 0, width * sizeof(double));
        ret->marked[ret->touched[t]] = false;
    }
    ret->n_touched = 0;
    for (size_t i = 0; i < p->n && p->rows->start; i++) {
        size_t row = row_at(p, i);
        for (size_t k = p->rows->start[row]; k < p->rows->start[row + 1]; k++) {
            uint32_t at = p->net->place[p->rows->col[k]];
            if (!ret->marked[at])
                ret->touched[ret->n_touched++] = at;
            ret->marked[at] = true;
            neurons_add(p->rows->value[k], p->layer[0].delta + i * width, width,
                        ret->sparse_w + at * width);
        }
    }
}

void propagation_backward(struct propagation *p, const double *y,
                          struct network_gradient *ret)
{
    last_delta(p, y);
    for (size_t l = p->net->n_layers; l-- > 0;) {
        const struct network_layer *layer = &p->net->layer[l];
        layer_gradient(p, l, ret->theta + (layer->w - p->net->theta));
        if (l > 0)
            delta_before(p, l);
    }
    sparse_gradient(p, ret);
}
