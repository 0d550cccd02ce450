/* A fitted model in a file: the model's own state, or that and what its transform needs.
 *
 *     {"model": {…}, "lambda": 0.31, "values": […], "tail": […], "squares": 0.2,
 *      "errors": 380}
 *
 * The lambda is there where it is Guerrero's, all values where more of them are learnt from
 * anew, the last values on the scale with differences, the errors with bias: mean. */
#include <math.h>

#include "file/json.h"
#include "series/fitted.h"
#include "series/values.h"

json_t *series_save(const struct series_fitted *f)
{
    const struct transform *t = &f->choice.transform;
    json_t *model = f->choice.model->save(f->state);
    if (transform_is_none(t))
        return model;
    json_t *saved = json_pack("{s:o}", "model", model);
    if (t->transform == TRANSFORM_GUERRERO)
        json_object_set_new(saved, "lambda", json_real(f->way.lambda));
    if (series_learns_anew(&f->choice))
        json_object_set_new(saved, "values", values_json(f->seen.y, f->seen.n));
    if (f->tail)
        json_object_set_new(saved, "tail", values_json(f->tail, f->seen.season + 1));
    if (t->bias == BIAS_MEAN) {
        json_object_set_new(saved, "squares", json_real(f->squares));
        json_object_set_new(saved, "errors", json_integer((json_int_t)f->errors));
    }
    return saved;
}

static enum status load_lambda(const json_t *saved, const char *path, double *ret,
                               struct error *err)
{
    TRY(json_get_real(saved, "lambda", path, ret, err));
    if (*ret < -1 || *ret > 2)
        return error_refuse(err, path, "lambda", "expected a number from -1 to 2");
    return STATUS_OK;
}

static enum status load_values(const json_t *saved, const char *path, struct arena *mem,
                               struct series_fitted *f, struct error *err)
{
    double *values;
    TRY(values_read(saved, "values", path, f->seen.n, mem, &values, err));
    for (size_t i = 0; i < f->seen.n; i++)
        if (!transform_takes(&f->choice.transform, values[i]))
            return error_refuse(err, path, "values", "expected positive values");
    f->seen.y = values;
    f->room = f->seen.n;
    return STATUS_OK;
}

static enum status load_errors(const json_t *saved, const char *path,
                               struct series_fitted *f, struct error *err)
{
    TRY(json_get_real(saved, "squares", path, &f->squares, err));
    TRY(json_get_size(saved, "errors", path, &f->errors, err));
    if (f->squares < 0)
        return error_refuse(err, path, "squares", "expected a number of at least 0");
    return STATUS_OK;
}

/* What the transform needs. */
static enum status load_way(const json_t *saved, const char *path, struct arena *mem,
                            struct series_fitted *f, struct error *err)
{
    const struct transform *t = &f->choice.transform;
    f->way = (struct transform_way){.scaled = t->transform != TRANSFORM_NONE,
                                    .lambda = t->lambda};
    if (t->transform == TRANSFORM_GUERRERO)
        TRY(load_lambda(saved, path, &f->way.lambda, err));
    if (series_learns_anew(&f->choice))
        TRY(load_values(saved, path, mem, f, err));
    if (t->difference != DIFFERENCE_NONE)
        TRY(values_read(saved, "tail", path, f->seen.season + 1, mem, &f->tail, err));
    return t->bias == BIAS_MEAN ? load_errors(saved, path, f, err) : STATUS_OK;
}

enum status series_load(const json_t *saved, const struct series_choice *choice,
                        size_t season, size_t steps, const char *path, struct arena *mem,
                        struct series_fitted *ret, struct error *err)
{
    struct series_fitted f = {.choice = *choice, .seen = {.season = season, .n = steps}};
    json_t *model = json_unconst(saved);
    f.choice.params = series_params(choice);
    if (!transform_is_none(&choice->transform)) {
        TRY(load_way(saved, path, mem, &f, err));
        TRY(json_get_object(saved, "model", path, &model, err));
    }
    TRY(choice->model->load(model, &f.choice, season, path, mem, &f.state, err));
    *ret = f;
    return STATUS_OK;
}
