/* Reads metrics.json: how far the predictions were off, on every part and against the
 * baselines. */
#include "report/report_internal.h"

#include <math.h>
#include <string.h>

#include "file/artifact.h"

/* A real, NaN for null. */
static enum status real_or_null(const json_t *object, const char *key, const char *path,
                                double *ret, struct error *err)
{
    if (json_is_null(json_object_get(object, key))) {
        *ret = NAN;
        return STATUS_OK;
    }
    return json_get_real(object, key, path, ret, err);
}

/* The figures of one part; a part that is null stays absent. */
static enum status read_score(const json_t *object, const char *key, const char *path,
                              struct report_score *ret, struct error *err)
{
    json_t *part;
    struct report_score s = {.present = true};

    if (json_is_null(json_object_get(object, key)))
        return STATUS_OK;
    TRY(json_get_object(object, key, path, &part, err));
    TRY(json_get_size(part, "n", path, &s.n, err));
    TRY(real_or_null(part, "rmse", path, &s.rmse, err));
    TRY(real_or_null(part, "mae", path, &s.mae, err));
    TRY(real_or_null(part, "r2", path, &s.r2, err));
    TRY(real_or_null(part, "bias", path, &s.bias, err));
    *ret = s;
    return STATUS_OK;
}

static enum status read_baselines(const json_t *root, const char *path, struct arena *mem,
                                  struct report_metrics *m, struct error *err)
{
    json_t *baselines, *value;
    const json_t *arrived = json_object_get(root, "arrived_baselines");
    const char *name;

    TRY(json_get_object(root, "baselines", path, &baselines, err));
    m->baseline = ARENA_ARRAY(mem, struct report_baseline, json_object_size(baselines));
    json_object_foreach(baselines, name, value)
    {
        struct report_baseline *b = &m->baseline[m->n_baselines++];
        b->name = arena_string(mem, name);
        TRY(read_score(baselines, name, path, &b->holdout, err));
        if (json_object_get(arrived, name))
            TRY(read_score(arrived, name, path, &b->arrived, err));
    }
    return STATUS_OK;
}

enum status report_metrics_read(const char *path, struct arena *mem, struct report *r,
                                struct error *err)
{
    CLEANUP(json_release) json_t *root = NULL;
    TRY(artifact_read(path, &root, err));
    TRY(report_document_read(root, "evaluate", path, mem, r, err));

    struct report_metrics *m = &r->metrics;
    const json_t *arrived = json_object_get(root, "arrived");

    TRY(report_text(root, "task", path, mem, &m->task, err));
    TRY(report_text(root, "target", path, mem, &m->target, err));
    TRY(read_score(root, "holdout", path, &m->holdout, err));
    TRY(read_score(root, "training", path, &m->training, err));
    TRY(read_score(root, "all", path, &m->all, err));
    if (arrived)
        TRY(read_score(root, "arrived", path, &m->arrived, err));
    TRY(report_text(arrived, "first", path, mem, &m->arrived_first, err));
    TRY(report_text(arrived, "last", path, mem, &m->arrived_last, err));
    return read_baselines(root, path, mem, m, err);
}
