/* The catalogue's windows and shifts. */
#include "data/reach.h"

#include "file/artifact.h"

#define STEPS_MAX ((size_t)1000000) // more than any option row of a feature allows

static enum status damaged(const char *path, struct error *err)
{
    error_set(err, STATUS_INPUT, "expected a catalogue that features wrote");
    error_at(err, path, 0, 0);
    return STATUS_INPUT;
}

static enum status read_list(const json_t *document, const char *path, struct reach *ret,
                             struct error *err)
{
    struct reach r = {.first = 0, .last = INT32_MAX};
    json_t *list;
    TRY(json_get_array(document, "features", path, &list, err));
    if (json_array_size(list) == 0)
        return damaged(path, err);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *feature = json_array_get(list, i);
        size_t window, shift;
        TRY(json_get_size(feature, "window", path, &window, err));
        TRY(json_get_size(feature, "shift", path, &shift, err));
        if (window < 1 || window > STEPS_MAX || shift > STEPS_MAX)
            return damaged(path, err);
        int32_t first = (int32_t)(shift + window - 1), last = (int32_t)shift;
        r.first = first > r.first ? first : r.first;
        r.last = last < r.last ? last : r.last;
    }
    *ret = r;
    return STATUS_OK;
}

enum status reach_read(const char *path, struct reach *ret, struct error *err)
{
    CLEANUP(json_release) json_t *document = NULL;
    TRY(artifact_read(path, &document, err));
    return read_list(document, path, ret, err);
}
