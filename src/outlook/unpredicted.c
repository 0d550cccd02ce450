/* One message for all rows of a range that cannot be predicted. */
#include "outlook/unpredicted.h"

#include "data/key.h"
#include "file/file.h"

static enum status read_reach(const struct again *run, struct arena *mem,
                              struct reach *ret, struct error *err)
{
    struct features_json catalogue;
    const char *path = file_join(mem, run->in, "features.json");
    if (features_json_read(path, mem, &catalogue, err) != STATUS_OK) {
        again_hint(run, "features", NULL, mem, err);
        return err->status;
    }
    *ret = reach_of(&catalogue);
    return STATUS_OK;
}

static enum status read_coverage(const struct again *run, struct arena *mem,
                                 struct coverage *ret, struct error *err)
{
    struct quality_json quality;
    const char *path = file_join(mem, run->in, "quality.json");
    enum status status = quality_json_read(path, mem, &quality, err);
    if (status == STATUS_OK)
        status = coverage_of(&quality, path, key_step(run->pipeline), mem, ret, err);
    if (status != STATUS_OK)
        again_hint(run, "clean", NULL, mem, err);
    return status;
}

enum status unpredicted_read(const struct again *run, const struct model *model,
                             const struct outlook *outlook, struct arena *mem,
                             struct unpredicted *ret, struct error *err)
{
    struct unpredicted u = {
        .pipeline = run->pipeline, .model = model, .outlook = outlook};
    TRY(read_reach(run, mem, &u.reach, err));
    TRY(read_coverage(run, mem, &u.coverage, err));
    *ret = u;
    return STATUS_OK;
}

/* Which rows a series model predicts. */
static void explain_series(const struct model_series *m, struct text *why)
{
    const struct series_model *model = m->fitted.choice.model;
    size_t least = series_least(&m->fitted.choice, m->season);
    if (series_laborious(&m->fitted.choice)) {
        text_addf(why,
                  "'%s' forecasts the steps that it has not learnt from, and %zu behind "
                  "the last value",
                  model->name, m->horizon);
        return;
    }
    text_addf(why,
              "'%s' takes at least %zu step%s before, and forecasts %zu behind the "
              "last value",
              model->name, least, least == 1 ? "" : "s", m->horizon);
}

/* Why rows from the one key to the other cannot be predicted. */
static void explain(const struct unpredicted *u, int32_t first, int32_t last,
                    struct text *why)
{
    const struct pipeline *p = u->pipeline;
    text_puts(why, "");
    if (u->model->series.fitted.choice.model)
        explain_series(&u->model->series, why);
    else if (!coverage_missing(&u->coverage, key_add(p, first, -u->reach.first),
                               key_add(p, last, -u->reach.last), why) &&
             !coverage_missing(&u->coverage, first, last, why)) // steps without a row
        text_puts(why, "its rows were dropped by clean or lie before the first one");
}

enum status unpredicted_refuse(const struct unpredicted *u, int32_t from,
                               const struct row_runs *rows, struct arena *scratch,
                               struct error *err)
{
    const struct pipeline *p = u->pipeline;
    char first_text[TIMESTEP_TEXT], last_text[TIMESTEP_TEXT];
    struct text which = {.mem = scratch}, why = {.mem = scratch};
    int32_t first = from, last = from;
    for (size_t r = 0; r < rows->n; r++) {
        int32_t begin = key_add(p, from, (int32_t)rows->run[r].from);
        last = key_add(p, from, (int32_t)rows->run[r].to);
        coverage_add_run(&which, u->coverage.step, begin, last, r);
        first = r == 0 ? begin : first;
    }
    explain(u, first, last, &why);
    error_set(err, STATUS_INPUT, "cannot predict %s: %s", which.p, why.p);
    if (outlook_span(u->outlook, &first, &last))
        error_hint(err, "the data allow %s to %s", key_text(p, first, first_text),
                   key_text(p, last, last_text));
    return STATUS_INPUT;
}
