/* Weights without their padding, in one array.  What is read is trusted in nothing: the
 * number of weights that the shape asks for is compared with that of the file before there
 * is room for them. */
#include "network/network_json.h"

#include <math.h>
#include <string.h>

/* The weights of all layers, from or to the packed form. */
static void pack(const struct network *net, double *packed, bool out)
{
    for (size_t l = 0; l < net->n_layers; l++) {
        const struct network_layer *layer = &net->layer[l];
        for (size_t k = 0; k <= layer->in; k++, packed += layer->out) {
            double *row = k < layer->in ? layer->w + k * layer->width : layer->b;
            memcpy(out ? packed : row, out ? row : packed, layer->out * sizeof *row);
        }
    }
}

static void pack_sparse(const struct network *net, double *packed, bool out)
{
    const struct network_layer *first = &net->layer[0];
    for (size_t k = 0; k < net->seen; k++, packed += first->out) {
        double *row = net->sparse_w + k * first->width;
        memcpy(out ? packed : row, out ? row : packed, first->out * sizeof *row);
    }
}

static size_t weights_of(const struct network_shape *s)
{
    size_t n = 0;
    for (size_t l = 0; l <= s->n_hidden; l++)
        n += ((l == 0 ? s->p : s->hidden[l - 1]) + 1) *
             (l == s->n_hidden ? s->out : s->hidden[l]);
    return n;
}

static json_t *word(const char *words, size_t i)
{
    struct view v = option_word(words, i);
    return json_stringn(v.p, v.n);
}

static json_t *columns_of(const struct network *net, struct arena *mem)
{
    double *column = ARENA_ARRAY(mem, double, net->seen);
    for (size_t c = 0; c < net->shape.sparse; c++)
        if (net->place[c] != NETWORK_UNSEEN)
            column[net->place[c]] = (double)c;
    return json_reals(column, net->seen);
}

json_t *network_to_json(const struct network *net)
{
    struct arena mem = {0};
    const struct network_shape *s = &net->shape;
    size_t n = weights_of(s), n_sparse = net->seen * net->layer[0].out;
    double hidden[NETWORK_LAYERS], *packed = ARENA_ARRAY(&mem, double, n + n_sparse);
    for (size_t l = 0; l < s->n_hidden; l++)
        hidden[l] = (double)s->hidden[l];
    pack(net, packed, true);
    json_t *ret = json_pack("{s:o, s:o, s:o, s:I, s:o}", "activation",
                            word(ACTIVATION_WORDS, s->activation), "output",
                            word(OUTPUT_WORDS, s->output), "hidden",
                            json_reals(hidden, s->n_hidden), "out", (json_int_t)s->out,
                            "weights", json_reals(packed, n));
    if (s->sparse > 0) {
        pack_sparse(net, packed + n, true);
        json_object_set_new(ret, "columns", columns_of(net, &mem));
        json_object_set_new(ret, "sparse_weights", json_reals(packed + n, n_sparse));
    }
    arena_release(&mem);
    return ret;
}

static enum status refuse(const char *key, const char *path, struct error *err)
{
    return error_refuse(err, path, key, "no network was saved with this value");
}

static enum status read_word(const json_t *saved, const char *key, const char *words,
                             const char *path, unsigned *ret, struct error *err)
{
    const char *text;
    TRY(json_get_text(saved, key, path, &text, err));
    return option_index(words, view_of(text), ret) ? STATUS_OK : refuse(key, path, err);
}

/* No less than the number of reals that a member holds: base64 takes 10.7 bytes each. */
static size_t room_of(const json_t *saved, const char *key)
{
    const json_t *v = json_object_get(saved, key);
    const json_t *text = json_object_get(v, "float64");
    return json_is_array(v) ? json_array_size(v) : json_string_length(text) / 8;
}

static enum status read_shape(const json_t *saved, const char *path,
                              struct network_shape *ret, struct error *err)
{
    unsigned activation, output;
    double hidden[NETWORK_LAYERS];
    json_t *list;
    TRY(read_word(saved, "activation", ACTIVATION_WORDS, path, &activation, err));
    TRY(read_word(saved, "output", OUTPUT_WORDS, path, &output, err));
    TRY(json_get_array(saved, "hidden", path, &list, err));
    TRY(json_get_size(saved, "out", path, &ret->out, err));
    ret->activation = (enum network_activation)activation;
    ret->output = (enum network_output)output;
    ret->n_hidden = json_array_size(list);
    if (ret->n_hidden >= NETWORK_LAYERS)
        return refuse("hidden", path, err);
    if (ret->out < 1 || ret->out > NETWORK_NEURONS)
        return refuse("out", path, err);
    TRY(json_get_reals(saved, "hidden", path, ret->n_hidden, hidden, err));
    for (size_t l = 0; l < ret->n_hidden; l++) {
        if (!(hidden[l] >= 1 && hidden[l] <= NETWORK_NEURONS) ||
            hidden[l] != rint(hidden[l]))
            return refuse("hidden", path, err);
        ret->hidden[l] = (size_t)hidden[l];
    }
    return STATUS_OK;
}

/* Which columns of the sparse block have weights. */
static enum status read_places(const json_t *saved, size_t sparse, const char *path,
                               struct arena *mem, uint32_t **ret, size_t *ret_seen,
                               struct error *err)
{
    size_t seen = sparse > 0 ? room_of(saved, "columns") : 0, next = 0;
    const json_t *packed = json_object_get(saved, "columns");
    if (sparse > 0 && json_is_object(packed))
        TRY(json_get_size(packed, "n", path, &seen, err));
    if (seen > sparse)
        return refuse("columns", path, err);
    double *column = ARENA_ARRAY(mem, double, seen);
    uint32_t *place = ARENA_ARRAY(mem, uint32_t, sparse);
    memset(place, 0xFF, sparse * sizeof *place);
    if (sparse > 0)
        TRY(json_get_reals(saved, "columns", path, seen, column, err));
    for (size_t k = 0; k < seen; k++) {
        if (!(column[k] >= (double)next && column[k] < (double)sparse) ||
            column[k] != rint(column[k]))
            return refuse("columns", path, err);
        next = (size_t)column[k] + 1;
        place[next - 1] = (uint32_t)k;
    }
    *ret = place;
    *ret_seen = seen;
    return STATUS_OK;
}

enum status network_from_json(const json_t *saved, size_t p, size_t sparse,
                              const char *path, struct arena *mem, struct network *ret,
                              struct error *err)
{
    struct network_shape shape = {.p = p, .sparse = sparse};
    uint32_t *place;
    size_t seen;
    TRY(read_shape(saved, path, &shape, err));
    TRY(read_places(saved, sparse, path, mem, &place, &seen, err));
    size_t n = weights_of(&shape);
    if (n > room_of(saved, "weights"))
        return refuse("weights", path, err);
    size_t n_sparse = seen * (shape.n_hidden > 0 ? shape.hidden[0] : shape.out);
    if (n_sparse > room_of(saved, "sparse_weights"))
        return refuse("sparse_weights", path, err);
    struct network net = network_new(mem, &shape, place, seen);
    double *packed = ARENA_ARRAY(mem, double, n > n_sparse ? n : n_sparse);
    TRY(json_get_reals(saved, "weights", path, n, packed, err));
    pack(&net, packed, false);
    if (sparse > 0)
        TRY(json_get_reals(saved, "sparse_weights", path, n_sparse, packed, err));
    pack_sparse(&net, packed, false);
    *ret = net;
    return STATUS_OK;
}
