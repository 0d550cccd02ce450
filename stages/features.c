/* features: each row learns about its past.
 *
 * Rolling windows and lags of the clean table's columns (data/feature.h).  Rows whose
 * features are all there go to features.arrow; those that have no target yet, the month
 * to come above all, go to upcoming.arrow (features/feature_rows.h). */
#include "arrow/arrow.h"
#include "artifacts/features_json.h"
#include "data/key.h"
#include "features/feature_rows.h"
#include "stage/stage.h"

struct features_config {
    struct feature_rules features;
};

static const struct features_config defaults;

struct features_job {
    struct run *run;
    struct arrow_file *file; // the clean table
    struct feature_columns columns;
    struct feature_steps steps;
    struct feature_rows rows;
};

/* Later stages wait for the table: it is renamed last, in the order of opening. */
static enum status begin(struct features_job *job, struct output **ret_catalogue,
                         struct error *err)
{
    struct run *run = job->run;
    struct output *upcoming, *complete;
    TRY(run_output(run, "features.json", ret_catalogue, err));
    TRY(run_output(run, "upcoming.arrow", &upcoming, err));
    TRY(feature_sink_begin(&job->rows.upcoming, &job->columns, upcoming, run->mem, err));
    TRY(run_output(run, "features.arrow", &complete, err));
    TRY(feature_sink_begin(&job->rows.complete, &job->columns, complete, run->mem, err));
    feature_losses_begin(&job->rows.losses, &job->columns, run->mem);
    return STATUS_OK;
}

static enum status walk_table(struct features_job *job, struct error *err)
{
    struct run *run = job->run;
    struct feature_steps *s = &job->steps;
    TRY(feature_steps_open(s, job->file, &job->columns, run->mem, err));
    s->walk.has_as_of = run->has_as_of;
    s->walk.as_of = key_as_of(&run->pipeline, run_as_of(run));
    for (;;) {
        TRY(feature_steps_next(s, err));
        if (s->walk.fresh == 0)
            break;
        TRY(feature_rows_add(&job->rows, s, err));
        run->rows_in = job->rows.losses.rows;
        run_progress(run, "features", run->rows_in, arrow_rows(job->file));
    }
    feature_losses_end(&job->rows.losses);
    return STATUS_OK;
}

static enum status write_catalogue(struct features_job *job, struct output *out,
                                   struct error *err)
{
    const struct pipeline *p = &job->run->pipeline;
    const struct features *plan = &job->columns.plan;
    const struct feature_sink *s = &job->rows.complete;
    bool dated = s->rows > 0;
    struct features_json f = {
        .rows = s->rows,
        .target = p->target,
        .first = dated ? key_label(p, s->first, job->run->mem) : NULL,
        .last = dated ? key_label(p, s->last, job->run->mem) : NULL,
        .dropped = job->rows.losses.dropped,
        .n_features = plan->n,
        .upcoming = feature_rows_upcoming(&job->rows, job->run->mem),
        .options = run_words(job->run)};
    f.feature = ARENA_ARRAY(job->run->mem, struct features_json_feature, plan->n);
    for (size_t i = 0; i < plan->n; i++) {
        const struct feature *of = &plan->feature[i];
        f.feature[i] = (struct features_json_feature){
            .name = of->name,
            .column = of->column,
            .formula = of->min_periods == 0 ? "as_is" : of->formula->name,
            .window = of->window,
            .min_periods = of->min_periods,
            .shift = of->shift};
    }
    return features_json_write(&f, out, err);
}

static enum status compute(struct features_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct features_config *config = run->config;
    struct watch watch = run_watch(run);
    struct output *catalogue;
    TRY(feature_columns_find(&run->pipeline, &config->features.features, job->file,
                             run->mem, &job->columns, err));
    TRY(begin(job, &catalogue, err));
    TRY(walk_table(job, err));
    if (job->rows.complete.rows == 0)
        return feature_losses_all(&job->rows.losses, err);
    feature_losses_warn(&job->rows.losses, &watch);
    TRY(feature_sink_finish(&job->rows.upcoming, err));
    TRY(feature_sink_finish(&job->rows.complete, err));
    run->rows_out = job->rows.complete.rows;
    return write_catalogue(job, catalogue, err);
}

static enum status run_features(struct run *run, struct error *err)
{
    struct features_job job = {.run = run};
    TRY(arrow_open(run_input(run, "clean.arrow"), run->mem, &job.file, err));
    enum status status = compute(&job, err);
    feature_steps_close(&job.steps);
    arrow_close(job.file);
    return status;
}

static void explain_formulas(struct text *out)
{
    text_puts(out, "\nFormulas\n");
    for (size_t i = 0; i < FORMULAS; i++)
        text_addf(out, "  %-6s %s\n", feature_formula_all[i].name,
                  feature_formula_all[i].summary);
}

static const struct section sections[] = {
    {"features", feature_rules_rows, COUNT_OF(feature_rules_rows),
     offsetof(struct features_config, features)},
};

static const struct stage features = {
    .name = "features",
    .summary = "computes what each row knows about the rows before it",
    .operand = "PIPELINE.yaml",
    .about = "Reads clean.arrow.\n"
             "Writes features.arrow (complete rows), upcoming.arrow (rows without a "
             "target yet) and\n"
             "features.json (the catalogue).\n"
             "Holds one batch and the rows that windows reach back to in memory.",
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_AS_OF | STAGE_SET | STAGE_MAX_ERRORS,
    .config_size = sizeof(struct features_config),
    .defaults = &defaults,
    .explain = explain_formulas,
    .run = run_features,
    .stops = true,
};

int main(int argc, char **argv)
{
    return stage_main(&features, argc, argv);
}
