/* The catalogue's windows and shifts. */
#include "data/reach.h"

struct reach reach_of(const struct features_json *catalogue)
{
    struct reach r = {.first = 0, .last = catalogue->n_features > 0 ? INT32_MAX : 0};
    for (size_t i = 0; i < catalogue->n_features; i++) {
        const struct features_json_feature *f = &catalogue->feature[i];
        int32_t first = (int32_t)(f->shift + f->window - 1), last = (int32_t)f->shift;
        r.first = first > r.first ? first : r.first;
        r.last = last < r.last ? last : r.last;
    }
    return r;
}
