/* evaluate: how good the model is, and whether a naive forecast would have done as well.
 *
 * Every row of the feature table is predicted; figures are given for the rows that were
 * held out, for those that were learnt from, and for those that arrived since.  The naive
 * forecasts are measured on the same rows (series/baseline.h). */
#include "base/stop.h"
#include "base/thread.h"
#include "data/feature.h"
#include "data/history.h"
#include "data/key.h"
#include "evaluation/evaluation.h"
#include "evaluation/importance.h"
#include "leaks/leak_search.h"
#include "learn/metric.h"
#include "outlook/outlook.h"
#include "rolling/rolling_leaks.h"
#include "rolling/rolling_run.h"
#include "rolling/rolling_figures.h"
#include "rolling/rolling_spans.h"
#include "rolling/rolling_table.h"
#include "series/memo.h"
#include "series/series.h"
#include "stage/stage.h"

struct evaluate_config {
    struct sources ingest;
    struct feature_rules features;
    struct learning learning;
    struct rolling_settings rolling;
};

static const struct evaluate_config defaults = {.learning = LEARNING_DEFAULTS,
                                                .rolling = ROLLING_DEFAULTS};

struct evaluate_job {
    struct run *run;
    const struct evaluate_config *config;
    struct model model;
    struct evaluation rows;
    struct histories histories; // of the target
    double **feature;           // [p] of an anomaly's rows
    struct series_memo memo;    // of what its hold-out and its backtest have in common
    double **value;             // of the prediction
};

/* Which part of the model's world each row belongs to. */
static enum status divide(struct evaluate_job *job, const struct frame_reader *r,
                          struct error *err)
{
    char identity[CHECKSUM_TEXT];
    frame_identity(r, identity);
    job->rows.part = ARENA_ARRAY(job->run->mem, uint8_t, job->rows.frame.n);
    if (model_rows_mark(&job->model.rows, &job->rows.frame, &r->arrived, identity,
                        job->rows.part, err) == STATUS_OK)
        return STATUS_OK;
    error_at(err, arrow_path(r->file), 0, 0);
    return run_made_by(job->run, "train", err->status, err);
}

static enum status write_metrics(const struct evaluate_job *job, struct output *sums,
                                 struct output *out, struct error *err)
{
    struct arena *mem = job->run->mem;
    struct metrics_json m = {.task = task_name[job->model.learnt.task],
                             .target = target_text(&job->model.learnt, mem),
                             .model = artifact_digits(job->model.document),
                             .options = run_words(job->run)};
    evaluation_measure(&job->rows, &m);
    TRY(artifact_vouch(sums, mem, &m.table, err));
    return metrics_json_write(&m, out, err);
}

static enum status write_sums(struct evaluate_job *job, struct output *residuals,
                              struct output *out, struct error *err)
{
    struct residuals_json sums;
    TRY(evaluation_sum(&job->rows, &sums, err));
    sums.model = artifact_digits(job->model.document);
    sums.options = run_words(job->run);
    TRY(artifact_vouch(residuals, job->run->mem, &sums.table, err));
    return residuals_json_write(&sums, out, err);
}

static enum status write_classes(const struct evaluate_job *job, struct output *sums,
                                 struct error *err)
{
    struct output *out;
    struct classification_json c = {.task = task_name[job->model.learnt.task],
                                    .model = artifact_digits(job->model.document),
                                    .options = run_words(job->run)};
    TRY(run_output(job->run, "classification.json", &out, err));
    evaluation_classify(&job->rows, &c);
    TRY(evaluation_anomalies(&job->rows, run_threads(job->run, job->rows.frame.n), &c,
                             err));
    TRY(artifact_vouch(sums, job->run->mem, &c.table, err));
    return classification_json_write(&c, out, err);
}

/* What the answers rest on, by the score that the search judged by. */
static enum status write_importances(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    struct output *out;
    struct importances_json found;
    struct importance_job asked = {.model = &job->model,
                                   .features = run_input(run, "features.arrow"),
                                   .pipeline = &run->pipeline,
                                   .part = job->rows.part,
                                   .threads = run_threads(run, SIZE_MAX)};
    if (metric_score(job->config->learning.train.score, job->model.learnt.task,
                     &asked.score, err) != STATUS_OK)
        return err->status;
    for (size_t i = 0; i < job->rows.frame.n; i++)
        asked.held_out += job->rows.part[i] == DIVISION_HOLDOUT;
    TRY(importance_find(&asked, run->mem, &found, err));
    found.model = artifact_digits(job->model.document);
    found.options = run_words(run);
    TRY(run_output(run, "importances.json", &out, err));
    return importances_json_write(&found, out, err);
}

/* Predicts the rows of one batch; a series model does not look at rows. */
static enum status predict_rows(struct evaluate_job *job, const struct frame *f,
                                double **value, struct error *err)
{
    struct prediction predicted;
    if (job->model.series.fitted.choice.model)
        return STATUS_OK;
    TRY(outlook_predict(&job->model, f, run_input(job->run, "features.arrow"),
                        job->run->scratch, &predicted, err));
    for (size_t c = 0; c < predicted.p; c++)
        memcpy(value[c] + f->first, predicted.value[c], f->n * sizeof(double));
    return STATUS_OK;
}

/* Keeps what a batch has of each row. */
static void keep_rows(struct evaluate_job *job, const struct frame *f, double **y)
{
    for (size_t c = 0; c < f->target.y.p; c++)
        memcpy(y[c] + f->first, f->target.y.col[c], f->n * sizeof(double));
    for (size_t c = 0; c < job->rows.frame.x.p; c++)
        memcpy(job->feature[c] + f->first, f->x.col[c], f->n * sizeof(double));
    if (job->rows.frame.key)
        memcpy(job->rows.frame.key + f->first, f->key, f->n * sizeof(int32_t));
    if (job->rows.frame.group)
        memcpy(job->rows.frame.group + f->first, f->group, f->n * sizeof(uint32_t));
}

/* Room for what is kept of n rows. */
static enum status make_room(struct evaluate_job *job, size_t n, double ***ret_y,
                             double ***ret_value, struct error *err)
{
    struct run *run = job->run;
    const struct target *learnt = &job->model.learnt;
    size_t width = model_width(&job->model);
    size_t columns = 2 * (learnt->y.p + width) +
                     (run->pipeline.time.column ? series_baselines + 1 : 1);
    size_t model = JSON_MEMORY * file_size(run_input(run, "model.json"));
    TRY(run_need_memory(run, model + n * columns * sizeof(double),
                        "the model with every row's figures", err));
    struct frame f = {.n = n, .pipeline = &run->pipeline, .target = *learnt};
    f.target.y = matrix_new(run->mem, n, learnt->y.p, learnt->y.name, ret_y);
    if (run->pipeline.time.column)
        f.key = ARENA_ARRAY(run->mem, int32_t, n);
    job->rows.frame = f;
    (void)matrix_new(run->mem, n, learnt->y.p + 1, NULL, &job->rows.part_y);
    (void)matrix_new(run->mem, n, width > learnt->y.p ? width : learnt->y.p, NULL,
                     &job->rows.part_value);
    job->rows.prediction =
        prediction_new(run->mem, model_answer(&job->model), n, width, ret_value);
    return prediction_check(&job->rows.prediction, learnt, "model.json", err);
}

static enum status predict(struct evaluate_job *job, struct frame_reader *r,
                           struct error *err)
{
    struct frame f;
    double **y;
    TRY(make_room(job, arrow_rows(r->file), &y, &job->value, err));
    frame_know(r, &job->model.learnt);
    job->rows.frame.groups = r->groups;
    if (job->model.learnt.task == TASK_ANOMALY) // whose rules are learnt once more
        job->rows.frame.x =
            matrix_new(job->run->mem, job->rows.frame.n, r->p, r->name, &job->feature);
    if (r->groups)
        job->rows.frame.group = ARENA_ARRAY(job->run->mem, uint32_t, job->rows.frame.n);
    do {
        struct arena_mark before = arena_mark(job->run->scratch);
        TRY(frame_next(r, job->run->scratch, &f, err));
        if (f.n > 0) {
            TRY(predict_rows(job, &f, job->value, err));
            keep_rows(job, &f, y);
        }
        arena_rewind(job->run->scratch, before);
    } while (f.n > 0);
    job->rows.frame.x.group = job->rows.frame.group;
    job->rows.frame.x.groups = job->rows.frame.groups;
    job->rows.frame.target.n_classes = r->classes.n; // with those that it never saw
    job->rows.frame.target.class_name = r->classes.v;
    return STATUS_OK;
}

static enum status predict_table(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    struct frame_reader r;
    if (!run->pipeline.target) {
        (void)error_refuse(err, run->pipeline.path, NULL, "the pipeline names no target");
        error_hint(err, "add `target: NAME`, the column that is predicted");
        return STATUS_INPUT;
    }
    TRY(frame_open(&r, run_input(run, "features.arrow"), &run->pipeline, run->mem, err));
    r.identified = job->model.rows.table;
    r.by_target = job->model.rows.rule.method == SPLIT_STRATIFIED;
    enum status status = predict(job, &r, err);
    if (status == STATUS_OK)
        status = divide(job, &r, err);
    frame_close(&r);
    return status;
}

static enum status read_past(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct pipeline *p = &run->pipeline;
    int32_t last = key_as_of(p, run_as_of(run));
    return histories_read(run->in, p, &job->config->ingest, last, run->mem,
                          &job->histories, err);
}

/* The first key that was not learnt from. */
static int32_t first_judged(const struct evaluate_job *job)
{
    int32_t first = INT32_MAX;
    for (size_t i = 0; i < job->rows.frame.n; i++)
        if (job->rows.part[i] != DIVISION_TRAIN && job->rows.frame.key[i] < first)
            first = job->rows.frame.key[i];
    return first;
}

/* What a series model would have forecast for each row. */
static enum status forecast_rows(struct evaluate_job *job, struct error *err)
{
    const struct frame *f = &job->rows.frame;
    const struct model_series *m = &job->model.series;
    const struct one_step_rows rows = {f->n, f->key, f->group, f->groups,
                                       first_judged(job)};
    struct watch watch = run_watch(job->run);
    const struct fit_context context = {.threads = run_threads(job->run, SIZE_MAX),
                                        .memo = &job->memo};
    return model_series_rows(m, &job->histories, &rows, &context, &watch, job->value[0],
                             err);
}

static enum status take_baselines(struct evaluate_job *job, struct error *err)
{
    if (job->model.learnt.task == TASK_ANOMALY) {
        evaluation_plant(&job->rows, &job->config->rolling.planted);
        return evaluation_bands(&job->rows, err);
    }
    if (job->model.learnt.task != TASK_REGRESSION) {
        evaluation_majority(&job->rows);
        return STATUS_OK;
    }
    if (!job->rows.frame.key) {
        evaluation_mean(&job->rows);
        return STATUS_OK;
    }
    TRY(read_past(job, err));
    if (job->model.series.fitted.choice.model)
        TRY(forecast_rows(job, err));
    return evaluation_forecast(&job->rows, &job->histories,
                               run_threads(job->run, job->rows.frame.n), err);
}

/* What the features show that nobody knows yet. */
static enum status find_leaks(struct evaluate_job *job, struct leaks *ret,
                              struct error *err)
{
    struct run *run = job->run;
    struct watch watch = run_watch(run);
    const struct leak_inputs in = {.pipeline = &run->pipeline,
                                   .rules = &job->config->features.features,
                                   .clean = run_input(run, "clean.arrow"),
                                   .features = run_input(run, "features.arrow"),
                                   .accept = job->config->rolling.leaks.accept,
                                   .watch = &watch,
                                   .mem = run->mem,
                                   .scratch = run->scratch};
    return leak_search(&in, ret, err);
}

/* And whether the answers of the recipe do. */
static enum status prove_recipe(const struct evaluate_job *job,
                                const struct rolling_rows *rows, struct leaks *found,
                                struct error *err)
{
    struct run *run = job->run;
    struct watch watch = run_watch(run);
    const struct hold_proof_job hold_out = {
        .pipeline = &run->pipeline,
        .learning = &job->config->learning,
        .model = &job->model,
        .features = run_input(run, "features.arrow"),
        .said = &job->rows.prediction,
        .threads = run_threads(run, job->rows.frame.n),
        .watch = &watch,
    };
    return rolling_leaks(rows, &hold_out, run->mem, found, err);
}

/* What the pipeline would have forecast, and what that comes to. */
static enum status write_backtest(struct evaluate_job *job,
                                  const struct rolling_rows *rows,
                                  const struct leaks *leaks, struct error *err)
{
    struct run *run = job->run;
    struct long_files files;
    struct output *sums;
    struct backtest_json figures;
    TRY(run_output(run, "backtest.csv", &files.csv, err));
    TRY(run_output(run, "backtest.arrow", &files.arrow, err));
    struct output *holder = long_table_holder(&files, rows->n);
    output_sum_begin(holder);
    TRY(rolling_table(rows, &files, run->mem, err));
    rolling_figures(rows, run->mem, &figures);
    figures.leaks = *leaks;
    TRY(prove_recipe(job, rows, &figures.leaks, err));
    figures.model = artifact_digits(job->model.document);
    figures.options = run_words(run);
    TRY(artifact_vouch(holder, run->mem, &figures.table, err));
    TRY(run_output(run, "backtest.json", &sums, err));
    return backtest_json_write(&figures, sums, err);
}

/* What is damaged of the features is made anew by their stage. */
static enum status told(struct run *run, enum status status, struct error *err)
{
    if (status != STATUS_OK &&
        strcmp(err->loc.path, run_input(run, "features.json")) == 0)
        return run_made_by(run, "features", status, err);
    return status;
}

static enum status backtest(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    struct watch watch = run_watch(run);
    const struct rolling_job rolling = {
        .pipeline = &run->pipeline,
        .learning = &job->config->learning,
        .settings = &job->config->rolling,
        .histories = &job->histories,
        .features = run_input(run, "features.arrow"),
        .catalogue = run_input(run, "features.json"),
        .threads = run->threads ? run->threads : thread_available(),
        .watch = &watch,
        .prove = true,
        .memo = &job->memo,
    };
    struct rolling_rows rows;
    struct leaks leaks;
    TRY(find_leaks(job, &leaks, err));
    stop_begin();
    TRY(told(run, stop_end(rolling_run(&rolling, run->mem, &rows, err), err), err));
    rolling_spans_warn(&rows, &watch);
    return write_backtest(job, &rows, &leaks, err);
}

static enum status evaluate_model(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    struct output *out, *sums;
    struct long_files residuals;
    TRY(predict_table(job, err));
    TRY(take_baselines(job, err));
    TRY(ids_open(&job->rows.ids, run_input(run, "features.arrow"), &run->pipeline,
                 run->mem, err));
    TRY(run_output(run, "residuals.csv", &residuals.csv, err));
    TRY(run_output(run, "residuals.arrow", &residuals.arrow, err));
    struct output *holder = long_table_holder(&residuals, job->rows.frame.n);
    output_sum_begin(holder);
    TRY(evaluation_residuals(&job->rows, &residuals, err));
    TRY(run_output(run, "residuals.json", &sums, err));
    TRY(write_sums(job, holder, sums, err));
    TRY(write_classes(job, sums, err));
    TRY(write_importances(job, err));
    run->rows_in = run->rows_out = job->rows.frame.n;
    TRY(backtest(job, err));
    TRY(run_output(run, "metrics.json", &out, err));
    return write_metrics(job, sums, out, err);
}

static enum status run_evaluate(struct run *run, struct error *err)
{
    struct evaluate_job job = {.run = run, .config = run->config};
    job.rows = (struct evaluation){
        .pipeline = &run->pipeline, .mem = run->mem, .scratch = run->scratch};
    struct watch watch = run_watch(run);
    struct again again = run_again(run);
    TRY(outlook_model(&again, &watch, "model.json", "train", run->mem, &job.model, err));
    enum status status = outlook_columns(&again, &job.model, "model.json", run->mem, err);
    if (status == STATUS_OK)
        status = evaluate_model(&job, err);
    ids_close(&job.rows.ids);
    memo_release(&job.memo);
    model_release(&job.model);
    return status;
}

static void explain_figures(struct text *out)
{
    text_puts(out, "\nFigures\n");
    for (size_t i = 0; i < metric_count; i++)
        text_addf(out, "  %-21s %s\n", metric_all[i].name, metric_all[i].summary);
    text_puts(out, "\nBaselines\n");
    for (size_t i = 0; i < series_baselines; i++)
        text_addf(out, "  %-21s %s\n", series_baseline[i]->name,
                  series_baseline[i]->summary);
    text_puts(out,
              "  mean            that of the training rows, where rows have no time\n"
              "  majority        the most frequent value, of classes and labels\n");
}

static const struct section sections[] = {
    {"ingest", source_rows, COUNT_OF(source_rows),
     offsetof(struct evaluate_config, ingest)},
    {"features", feature_rules_rows, COUNT_OF(feature_rules_rows),
     offsetof(struct evaluate_config, features)},
    {"split", learning_split_rows, LEARNING_SPLIT_ROWS,
     offsetof(struct evaluate_config, learning.split)},
    {"train", learning_train_rows, LEARNING_TRAIN_ROWS,
     offsetof(struct evaluate_config, learning.train)},
    {"evaluate", rolling_settings_rows, ROLLING_SETTINGS_ROWS,
     offsetof(struct evaluate_config, rolling)},
};

static const struct stage evaluate = {
    .name = "evaluate",
    .summary = "measures the model on rows that it did not learn from",
    .operand = "PIPELINE.yaml",
    .about =
        "Reads model.json, features.arrow, the target's history in raw/*.arrow and\n"
        "clean.arrow, from which the features are computed anew, as of several origins:\n"
        "what they show of later rows is a leak, and is named.\n"
        "Writes metrics.json and, with naive forecasts on the same rows, residuals.csv "
        "or,\n"
        "of more than 100,000 rows, residuals.arrow (the other one has no rows), summed "
        "up in\n"
        "residuals.json; of classes and labels classification.json has the figures of "
        "each.\n"
        "Writes backtest.csv, or of more than 100,000 rows backtest.arrow: what would "
        "have\n"
        "been forecast from each of a row of origins, everything chosen and learnt from\n"
        "what was known there; backtest.json has its figures.\n"
        "Reads the table in batches and holds four numbers a row, eight where rows have\n"
        "a time; a recipe's backtest holds the table once, its proof once more a "
        "thread,\n"
        "up to three times, and fourteen numbers a row of its own.",
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_AS_OF | STAGE_SET | STAGE_THREADS |
             STAGE_MEMORY | STAGE_MAX_ERRORS,
    .config_size = sizeof(struct evaluate_config),
    .defaults = &defaults,
    .explain = explain_figures,
    .run = run_evaluate,
    .stops = true,
};

int main(int argc, char **argv)
{
    return stage_main(&evaluate, argc, argv);
}
