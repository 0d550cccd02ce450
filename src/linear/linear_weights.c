/* Arrays of reals as file/json.h writes them; column numbers are reals, too, which are
 * packed the same way. */
#include "linear/linear_weights.h"

#include <math.h>
#include <string.h>

#include "file/json.h"

static bool is_used(const struct linear_weights *w, size_t c)
{
    for (size_t q = 0; q < w->k; q++)
        if (w->w[c * w->k + q] != 0)
            return true;
    return false;
}

json_t *linear_weights_save(const struct linear_weights *w)
{
    struct arena scratch = {0};
    double *column = ARENA_ARRAY(&scratch, double, w->p);
    double *kept = ARENA_ARRAY(&scratch, double, w->p * w->k);
    size_t used = 0, k = w->k;
    for (size_t c = 0; c < w->p; c++) {
        if (!is_used(w, c))
            continue;
        memcpy(kept + used * k, w->w + c * k, k * sizeof *kept);
        column[used++] = (double)c;
    }
    json_t *saved =
        json_pack("{s:o, s:o, s:I, s:o}", "intercept", json_reals(w->w + w->p * k, k),
                  "columns", json_reals(column, used), "used", (json_int_t)used,
                  "coefficients", json_reals(kept, used * k));
    arena_release(&scratch);
    return saved;
}

enum status linear_columns_check(const double *column, size_t n, size_t p,
                                 const char *key, const char *path, struct error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!(column[i] >= 0 && column[i] < (double)p && column[i] == floor(column[i])) ||
            (i > 0 && column[i] <= column[i - 1]))
            return error_refuse(err, path, key,
                                "expected ascending column numbers below %zu, found "
                                "another thing at %zu",
                                p, i + 1);
    return STATUS_OK;
}

enum status linear_weights_load(const json_t *saved, const char *path, size_t p, size_t k,
                                struct arena *mem, struct linear_weights *ret,
                                struct error *err)
{
    size_t used;
    TRY(json_get_size(saved, "used", path, &used, err));
    if (used > p)
        return error_refuse(err, path, "used", "%zu columns of %zu", used, p);
    struct linear_weights w = {p, k, ARENA_ARRAY(mem, double, (p + 1) * k)};
    double *column = ARENA_ARRAY(mem, double, used);
    double *kept = ARENA_ARRAY(mem, double, used *k);
    TRY(json_get_reals(saved, "intercept", path, k, w.w + p * k, err));
    TRY(json_get_reals(saved, "columns", path, used, column, err));
    TRY(json_get_reals(saved, "coefficients", path, used * k, kept, err));
    TRY(linear_columns_check(column, used, p, "columns", path, err));
    for (size_t i = 0; i < used; i++)
        memcpy(w.w + (size_t)column[i] * k, kept + i * k, k * sizeof *kept);
    *ret = w;
    return STATUS_OK;
}

bool linear_weights_share(const struct linear_weights *w, double *ret)
{
    double all = 0;
    for (size_t c = 0; c < w->p; c++) {
        ret[c] = 0;
        for (size_t q = 0; q < w->k; q++)
            ret[c] += fabs(w->w[c * w->k + q]);
        all += ret[c];
    }
    for (size_t c = 0; c < w->p; c++)
        ret[c] /= all;
    return all > 0 && isfinite(all);
}
