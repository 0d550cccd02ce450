/* Reads all artifacts of a run, in the order of the flow, and says which stage mends
 * which.
 *
 * One row of the table below an artifact: its name, the stage that writes it, and its
 * reader. */
#include "ship/report.h"

#include <string.h>

#include "base/json.h"
#include "ship/report_part.h"

enum status report_text(const json_t *object, const char *key, const char *path,
                        struct arena *mem, const char **ret, struct error *err)
{
    const json_t *value = json_object_get(object, key);
    const char *text = "";

    if (value && !json_is_null(value))
        TRY(json_get_text(object, key, path, &text, err));
    *ret = arena_string(mem, text);
    return STATUS_OK;
}

struct artifact {
    const char *name, *stage;
    const char *goal; // of make; `make clean` is no stage
    report_reader *read;
};

static const struct artifact artifacts[] = {
    {"ingest.json", "ingest", "ingest", report_ingest_read},
    {"rejects.csv", "ingest", "ingest", report_rejects_read},
    {"quality.json", "clean", "features", report_quality_read},
    {"features.json", "features", "features", report_catalogue_read},
    {"search.csv", "train", "train", report_search_read},
    {"model.json", "train", "train", report_selection_read},
    {"metrics.json", "evaluate", "evaluate", report_metrics_read},
    {"residuals.csv", "evaluate", "evaluate", report_residuals_read},
    {"predictions.csv", "predict", "predict", report_predictions_read},
};

/* Says how to make the artifact anew. */
static enum status mend(const struct run *run, const struct artifact *a,
                        struct error *err)
{
    error_hint(err, "run 'make %s PIPELINE=%s' or 'bin/%s %s'", a->goal,
               run->pipeline.name, a->stage, run->operand);
    return err->status;
}

static enum status read_artifact(struct run *run, const struct artifact *a,
                                 struct report *r, struct error *err)
{
    const char *path = run_input(run, a->name);

    if (!file_exists(path)) {
        error_set(err, STATUS_INPUT, "cannot find %s", QUOTE_PATH(path));
        return mend(run, a, err);
    }
    enum status status = (a->read)(path, run->mem, r, err);
    if (status == STATUS_INPUT)
        return mend(run, a, err);
    return status;
}

enum status report_read(struct run *run, struct report *ret, struct error *err)
{
    struct report r = {.pipeline = &run->pipeline};

    for (size_t i = 0; i < COUNT_OF(artifacts); i++)
        TRY(read_artifact(run, &artifacts[i], &r, err));
    *ret = r;
    return STATUS_OK;
}
