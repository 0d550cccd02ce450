/* From a choice to a state and on. */
#include "series/fitted.h"

enum status series_fit(const struct series_choice *choice, const struct series *s,
                       const struct fit_context *context, struct series_fitted *ret,
                       struct error *err)
{
    struct series_fitted f = {.choice = *choice};
    TRY(series_check(choice, s, err));
    TRY(choice->model->fit(choice, s, context, &f.state, err));
    *ret = f;
    return STATUS_OK;
}

enum status series_extend(struct series_fitted *f, const double *y, size_t k,
                          struct arena *mem, struct error *err)
{
    return f->choice.model->extend(f->state, y, k, mem, err);
}

enum status series_follow(struct series_fitted *f, const double *y, size_t k,
                          struct arena *mem, struct error *err)
{
    const struct series_model *m = f->choice.model;
    return (m->follow ? m->follow : m->extend)(f->state, y, k, mem, err);
}

enum status series_forecast(const struct series_fitted *f, size_t horizon, double *ret,
                            struct error *err)
{
    return f->choice.model->forecast(f->state, horizon, ret, err);
}

json_t *series_save(const struct series_fitted *f)
{
    return f->choice.model->save(f->state);
}

enum status series_load(const json_t *saved, const struct series_choice *choice,
                        size_t season, const char *path, struct arena *mem,
                        struct series_fitted *ret, struct error *err)
{
    struct series_fitted f = {.choice = *choice};
    TRY(choice->model->load(saved, choice, season, path, mem, &f.state, err));
    *ret = f;
    return STATUS_OK;
}
