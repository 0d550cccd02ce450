/* Reads all artifacts of a run, in the order of the flow, and says which stage mends
 * which.
 *
 * One row of the table below an artifact: its name, the stage that writes it, and its
 * reader. */
#include "report/report.h"

#include <string.h>

#include "report/report_internal.h"
#include "file/file.h"

struct artifact {
    const char *name, *stage;
    report_reader *read;
    const char *beside; // the document that vouches for it
};

static const struct artifact artifacts[] = {
    {"ingest.json", "ingest", report_ingest_read, NULL},
    {"rejects.csv", "ingest", report_rejects_read, "ingest.json"},
    {"quality.json", "clean", report_quality_read, NULL},
    {"features.json", "features", report_features_read, NULL},
    {"model.json", "train", report_model_read, NULL},
    {"search.csv", "train", report_search_read, "model.json"},
    {"history.csv", "train", report_history_read, "model.json"},
    {"metrics.json", "evaluate", report_metrics_read, NULL},
    {"residuals.json", "evaluate", report_residuals_read, "metrics.json"},
    {"classification.json", "evaluate", report_classification_read, NULL},
    {"importances.json", "evaluate", report_importances_read, NULL},
    {"backtest.json", "evaluate", report_backtest_read, NULL},
    {"backtest.csv", "evaluate", report_backtest_rows_read, "backtest.json"},
    {"backtest.arrow", "evaluate", report_backtest_rows_read, "backtest.json"},
    {"verdict.json", "register", report_gate_read, NULL},
    {"production/model.json", "register", report_production_read, NULL},
    {"predictions.json", "predict", report_forecast_read, NULL},
    {"predictions.csv", "predict", report_predictions_read, "predictions.json"},
    {"predictions.arrow", "predict", report_predictions_read, "predictions.json"},
};

void report_use(struct report *r, const char *stage, struct texts options)
{
    r->options[r->n_used++] = (struct report_options){stage, options};
}

void report_vouch(struct report *r, struct artifact_table table)
{
    r->table[r->n_tables++] = table;
}

enum status report_check_model(const struct report *r, const char *digits,
                               const char *path, struct error *err)
{
    if (digits && strcmp(digits, r->model) == 0)
        return STATUS_OK;
    return error_refuse(err, path, "model",
                        "the file is of another model than the one in model.json");
}

static enum status read_table(const struct artifact *a, const char *path,
                              struct arena *mem, struct report *r, struct error *err)
{
    bool two_forms =
        a->read == report_predictions_read || a->read == report_backtest_rows_read;
    bool known = false;
    for (size_t i = 0; i < r->n_tables; i++) {
        if (strcmp(r->table[i].by, a->beside) != 0)
            continue;
        known = true;
        if (strcmp(r->table[i].file, a->name) != 0)
            continue;
        TRY(artifact_check(&r->table[i], path, err));
        return (a->read)(path, mem, r, err);
    }
    if (known && two_forms)
        return STATUS_OK; // the other form has the rows
    return error_refuse(err, path, "", "'%s' does not vouch for it", a->beside);
}

static enum status read_artifact(const struct again *run, const struct artifact *a,
                                 struct arena *mem, struct report *r, struct error *err)
{
    const char *path = file_join(mem, run->in, a->name);
    enum status status =
        a->beside ? read_table(a, path, mem, r, err) : (a->read)(path, mem, r, err);
    if (status != STATUS_OK) {
        // A table's document says what the stage was run with.
        bool known =
            r->n_used > 0 && strcmp(r->options[r->n_used - 1].stage, a->stage) == 0;
        err->hint[0] = '\0'; // a near name in the folder helps nobody here
        again_hint(run, a->stage, known ? &r->options[r->n_used - 1].words : NULL, mem,
                   err);
    }
    return status;
}

/* An absolute path of the pipeline's file is shown as the one that it has in a project;
 * the page looks at any key. */
static struct report_place place_of(const struct again *run, const char *reports,
                                    struct arena *mem)
{
    const struct pipeline *p = run->pipeline;
    const char **own = ARENA_ARRAY(mem, const char *, p->set.n);
    struct report_place place = {again_path(p->path),
                                 again_path(run->in),
                                 reports ? again_path(reports) : NULL,
                                 {p->set.n, own}};

    for (size_t i = 0; i < p->set.n; i++)
        own[i] = arena_format(mem, "--set=%s", p->set.v[i]);
    if (strcmp(place.file, AGAIN_ELSEWHERE) == 0)
        place.file = file_join(mem, "pipeline", file_name(p->path));
    if (strcmp(place.artifacts, file_join(mem, "artifacts", p->name)) == 0)
        place.artifacts = NULL;
    if (!reports || strcmp(place.reports, file_join(mem, "reports", p->name)) == 0)
        place.reports = NULL;
    return place;
}

enum status report_read(const struct again *run, const char *reports, struct arena *mem,
                        struct report *ret, struct error *err)
{
    struct report r = {.pipeline = run->pipeline, .place = place_of(run, reports, mem)};

    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(artifacts); i++)
        status = read_artifact(run, &artifacts[i], mem, &r, err);
    if (status == STATUS_OK)
        *ret = r;
    return status;
}
