/* Numbers and nulls. */
#include <math.h>

#include "file/json.h"
#include "series/values.h"

json_t *values_json(const double *value, size_t n)
{
    json_t *values = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(values, json_finite(value[i]));
    return values;
}

enum status values_read(const json_t *saved, const char *key, const char *path, size_t n,
                        struct arena *mem, double **ret, struct error *err)
{
    json_t *values;
    TRY(json_get_array(saved, key, path, &values, err));
    if (json_array_size(values) != n)
        return error_refuse(err, path, key, "expected %zu value%s, found %zu", n,
                            n == 1 ? "" : "s", json_array_size(values));
    double *value = ARENA_ARRAY(mem, double, n);
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_array_get(values, i);
        value[i] = json_is_null(v) ? NAN : json_number_value(v);
        if ((!json_is_null(v) && !json_is_number(v)) || isinf(value[i]))
            return error_refuse(err, path, key, "expected a number or null at place %zu",
                                i + 1);
    }
    *ret = value;
    return STATUS_OK;
}
