/* Storage of a perceptron: one array for the dense weights, so that an optimiser goes over
 * it once, and one for those of the sparse block, of which a batch touches some rows. */
#include "network/network.h"

#include <math.h>
#include <string.h>

#include "base/vector.h"
#include "network/product.h"

struct network network_new(struct arena *mem, const struct network_shape *shape,
                           const uint32_t *place, size_t seen)
{
    struct network net = {.shape = *shape, .place = place, .seen = seen};
    net.n_layers = shape->n_hidden + 1;
    net.layer = ARENA_ARRAY(mem, struct network_layer, net.n_layers);
    for (size_t l = 0; l < net.n_layers; l++) {
        size_t in = l == 0 ? shape->p : shape->hidden[l - 1];
        size_t out = l == shape->n_hidden ? shape->out : shape->hidden[l];
        net.layer[l] = (struct network_layer){in, out, product_width(out), NULL, NULL};
        net.size += (in + 1) * net.layer[l].width;
    }
    net.theta = ARENA_ARRAY(mem, double, net.size);
    net.sparse_w = arena_array(mem, seen, net.layer[0].width * sizeof(double));
    double *at = net.theta;
    for (size_t l = 0; l < net.n_layers; l++) {
        struct network_layer *layer = &net.layer[l];
        layer->w = at;
        layer->b = at + layer->in * layer->width;
        at = layer->b + layer->width;
    }
    return net;
}

static void draw_row(double bound, size_t n, double *w, struct rng *rng)
{
    for (size_t j = 0; j < n; j++)
        w[j] = bound * (2 * rng_real(rng) - 1);
}

void network_draw(struct network *net, struct rng *rng)
{
    double *unseen = NULL;
    struct arena scratch = {0};
    for (size_t l = 0; l < net->n_layers; l++) {
        const struct network_layer *layer = &net->layer[l];
        size_t sparse = l == 0 ? net->shape.sparse : 0;
        double bound = sqrt(6.0 / (double)(layer->in + sparse + layer->out));
        for (size_t k = 0; k < layer->in; k++)
            draw_row(bound, layer->out, layer->w + k * layer->width, rng);
        if (sparse > 0)
            unseen = ARENA_ARRAY(&scratch, double, layer->out);
        for (size_t c = 0; c < sparse; c++) {
            uint32_t at = net->place[c];
            draw_row(bound, layer->out,
                     at == NETWORK_UNSEEN ? unseen : net->sparse_w + at * layer->width,
                     rng);
        }
    }
    arena_release(&scratch);
}

void network_copy(const struct network *from, struct network *to)
{
    memcpy(to->theta, from->theta, from->size * sizeof(double));
    memcpy(to->sparse_w, from->sparse_w,
           from->seen * from->layer[0].width * sizeof(double));
}

bool network_finite(const struct network *net)
{
    return vector_finite(net->theta, net->size) &&
           vector_finite(net->sparse_w, net->seen * net->layer[0].width);
}
