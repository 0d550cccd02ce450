/* evaluate: how good the model is, and whether a naive forecast would have done as well.
 *
 * Every row of the feature table is predicted; figures are given for the rows that were
 * held out, for those that were learnt from, and for those that arrived since.  The naive
 * forecasts are measured on the same rows (series/baseline.h). */
#include <math.h>

#include "artifacts/metrics_json.h"
#include "data/history.h"
#include "data/key.h"
#include "data/long_table.h"
#include "series/baseline.h"
#include "learn/frame.h"
#include "learn/metric.h"
#include "learn/outlook.h"
#include "learn/residuals.h"
#include "stage/stage.h"

struct evaluate_config {
    struct sources ingest;
};

static const struct evaluate_config defaults;

struct evaluate_job {
    struct run *run;
    const struct evaluate_config *config;
    struct model model;
    struct frame frame; // keys and target, no features
    struct history history;
    double *prediction;          // [n]
    uint8_t *part;               // [n] enum division_part
    double *part_y, *part_value; // [n] the rows that are measured, one set after another
    double **baseline;           // [series_baselines][n]; NULL each without a history
};

/* Which part of the model's world each row belongs to. */
static enum status divide(struct evaluate_job *job, const struct frame_reader *r,
                          struct error *err)
{
    char identity[CHECKSUM_TEXT];
    frame_identity(r, identity);
    job->part = ARENA_ARRAY(job->run->mem, uint8_t, job->frame.n);
    if (model_rows_mark(&job->model.rows, &job->frame, &r->arrived, identity, job->part,
                        err) == STATUS_OK)
        return STATUS_OK;
    struct again again = run_again(job->run);
    error_at(err, arrow_path(r->file), 0, 0);
    again_hint(&again, "train", NULL, job->run->mem, err);
    return err->status;
}

static enum status forecast(struct evaluate_job *job, struct error *err)
{
    const struct frame *f = &job->frame;
    struct arena *mem = job->run->mem;
    bool known = f->key && job->history.n > 0;
    job->baseline = ARENA_ARRAY(mem, double *, series_baselines);
    if (!known)
        return STATUS_OK;
    for (size_t b = 0; b < series_baselines; b++)
        job->baseline[b] = ARENA_ARRAY(mem, double, f->n);
    return baseline_forecasts(&job->history, key_season(&job->run->pipeline), f->key,
                              f->n, job->run->scratch, job->baseline, err);
}

enum { ALL_SEEN = DIVISION_ARRIVED + 1 }; // a part: all rows but those that arrived

/* The figures of `values` on the rows of a part for which `defined` is a number. */
static struct metrics_json_score measure(const struct evaluate_job *job, int part,
                                         const double *values, const double *defined)
{
    double *y = job->part_y, *p = job->part_value;
    struct metrics_json_score s = {0};
    for (size_t i = 0; defined && i < job->frame.n; i++) {
        bool wanted = part == ALL_SEEN ? job->part[i] != DIVISION_ARRIVED
                                       : (int)job->part[i] == part;
        if (!wanted || isnan(defined[i]) || isnan(job->frame.y[i]))
            continue;
        y[s.n] = job->frame.y[i];
        p[s.n++] = values[i];
    }
    s.figure = ARENA_ARRAY(job->run->mem, struct metrics_json_figure, metric_count);
    for (size_t m = 0; m < metric_count; m++)
        if (metric_is_for(&metric_all[m], job->model.learnt.task))
            s.figure[s.n_figures++] = (struct metrics_json_figure){
                metric_all[m].name, s.n > 0 ? metric_of(&metric_all[m], y, p, s.n) : NAN};
    return s;
}

static struct metrics_json_score measure_model(const struct evaluate_job *job, int part)
{
    return measure(job, part, job->prediction, job->prediction);
}

static struct metrics_json_baseline *measure_baselines(const struct evaluate_job *job,
                                                       int part)
{
    struct metrics_json_baseline *all =
        ARENA_ARRAY(job->run->mem, struct metrics_json_baseline, series_baselines);
    for (size_t b = 0; b < series_baselines; b++) {
        all[b].name = series_baseline[b]->name;
        all[b].score = measure(job, part, job->baseline[b], job->baseline[b]);
    }
    return all;
}

/* Whether the model's error is less than a baseline's, on the rows that both have. */
static void compare_baselines(const struct evaluate_job *job, struct metrics_json *m)
{
    m->beats = ARENA_ARRAY(job->run->mem, struct metrics_json_beats, m->n_baselines);
    for (size_t b = 0; b < m->n_baselines; b++) {
        const struct metrics_json_baseline *naive = &m->baseline[b];
        struct metrics_json_score same =
            measure(job, DIVISION_HOLDOUT, job->prediction, job->baseline[b]);
        if (naive->score.n > 0)
            m->beats[m->n_beats++] = (struct metrics_json_beats){
                naive->name, metrics_json_value(&same, "rmse") <
                                 metrics_json_value(&naive->score, "rmse")};
    }
}

static const char *label_of(const struct evaluate_job *job, size_t row)
{
    char label[FRAME_LABEL];
    return arena_string(job->run->mem, frame_label(&job->frame, row, label));
}

/* The figures of rows that arrived; NULL where there are none. */
static struct metrics_json_arrived *measure_arrived(const struct evaluate_job *job)
{
    size_t n = job->frame.n, first = n, last = 0;
    for (size_t i = 0; i < n; i++)
        if (job->part[i] == DIVISION_ARRIVED) {
            first = first == n ? i : first;
            last = i;
        }
    if (first == n)
        return NULL;
    struct metrics_json_arrived *a =
        ARENA_NEW(job->run->mem, struct metrics_json_arrived);
    *a = (struct metrics_json_arrived){measure_model(job, DIVISION_ARRIVED),
                                       label_of(job, first), label_of(job, last)};
    return a;
}

static enum status write_metrics(const struct evaluate_job *job, struct output *sums,
                                 struct output *out, struct error *err)
{
    struct metrics_json m = {.task = task_name[job->model.learnt.task],
                             .target = job->model.learnt.y.name[0],
                             .holdout = measure_model(job, DIVISION_HOLDOUT),
                             .training = measure_model(job, DIVISION_TRAIN),
                             .all = measure_model(job, ALL_SEEN),
                             .arrived = measure_arrived(job),
                             .n_baselines = series_baselines,
                             .baseline = measure_baselines(job, DIVISION_HOLDOUT),
                             .model = artifact_digits(job->model.document),
                             .options = run_words(job->run)};
    if (m.arrived) {
        m.n_arrived_baselines = series_baselines;
        m.arrived_baseline = measure_baselines(job, DIVISION_ARRIVED);
    }
    compare_baselines(job, &m);
    TRY(artifact_vouch(sums, job->run->mem, &m.table, err));
    return metrics_json_write(&m, out, err);
}

enum { RESIDUAL_COLUMNS = 5 }; // in front of the baselines

static struct long_column *residual_columns(const struct evaluate_job *job)
{
    size_t n = RESIDUAL_COLUMNS + series_baselines;
    struct long_column *c = ARENA_ARRAY(job->run->mem, struct long_column, n);
    const char *key = key_name(&job->run->pipeline);
    *c++ = (struct long_column){.name = key ? key : "row", .kind = LONG_KEY};
    *c++ = (struct long_column){.name = "actual", .kind = LONG_REAL};
    *c++ = (struct long_column){.name = "prediction", .kind = LONG_REAL};
    *c++ = (struct long_column){.name = "residual", .kind = LONG_REAL};
    *c++ =
        (struct long_column){.name = "part", .kind = LONG_WORD, .words = residuals_part};
    for (size_t b = 0; b < series_baselines; b++)
        *c++ = (struct long_column){.name = series_baseline[b]->name,
                                    .kind = LONG_REAL,
                                    .absent = !job->baseline[b]};
    return c - n;
}

/* Points value[] at the rows from `from` on; their residuals are put down for it. */
static void point_at(const struct evaluate_job *job, size_t from, size_t n,
                     double *residual, const void **value)
{
    const struct frame *f = &job->frame;
    for (size_t i = 0; i < n; i++)
        residual[i] = f->y[from + i] - job->prediction[from + i];
    *value++ = f->key ? f->key + from : NULL;
    *value++ = f->y + from;
    *value++ = job->prediction + from;
    *value++ = residual;
    *value++ = job->part + from;
    for (size_t b = 0; b < series_baselines; b++)
        *value++ = job->baseline[b] ? job->baseline[b] + from : NULL;
}

static enum status write_residuals(const struct evaluate_job *job,
                                   const struct long_files *files, struct error *err)
{
    struct arena *mem = job->run->mem;
    size_t rows = job->frame.n, columns = RESIDUAL_COLUMNS + series_baselines;
    const void **value = ARENA_ARRAY(mem, const void *, columns);
    double *residual = ARENA_ARRAY(mem, double, LONG_TABLE_BATCH);
    struct long_table *t;
    TRY(long_table_begin(files, residual_columns(job), columns, &job->run->pipeline, rows,
                         mem, &t, err));
    for (size_t from = 0, n; from < rows; from += n) {
        n = rows - from < LONG_TABLE_BATCH ? rows - from : LONG_TABLE_BATCH;
        point_at(job, from, n, residual, value);
        TRY(long_table_write(t, value, n, err));
    }
    return long_table_end(t, err);
}

static enum status write_sums(const struct evaluate_job *job, struct output *csv,
                              struct output *out, struct error *err)
{
    struct run *run = job->run;
    const char **name = ARENA_ARRAY(run->mem, const char *, series_baselines);
    for (size_t b = 0; b < series_baselines; b++)
        name[b] = series_baseline[b]->name;
    const struct residuals residuals = {.frame = &job->frame,
                                        .prediction = job->prediction,
                                        .part = job->part,
                                        .n_baselines = series_baselines,
                                        .baseline_name = name,
                                        .baseline = job->baseline};
    struct residuals_json sums;
    residuals_sum(&residuals, run->mem, &sums);
    sums.model = artifact_digits(job->model.document);
    sums.options = run_words(run);
    TRY(artifact_vouch(csv, run->mem, &sums.table, err));
    return residuals_json_write(&sums, out, err);
}

/* Predicts the rows of one batch; a series model does not look at rows. */
static enum status predict_rows(struct evaluate_job *job, const struct frame *f,
                                struct error *err)
{
    const struct model *m = &job->model;
    struct arena *scratch = job->run->scratch;
    struct matrix x;
    struct prediction predicted;
    if (m->series.choice.model)
        return STATUS_OK;
    TRY(frame_arrange(f, m->feature, m->p, run_input(job->run, "features.arrow"), scratch,
                      &x, err));
    TRY(steps_predict(m->step, m->n_steps, &x, &m->learnt, scratch, &predicted, err));
    memcpy(job->prediction + f->first, predicted.value[0], f->n * sizeof(double));
    return STATUS_OK;
}

/* Keeps what a batch has of each row. */
static void keep_rows(struct evaluate_job *job, const struct frame *f, double *y)
{
    memcpy(y + f->first, f->y, f->n * sizeof(double));
    if (job->frame.key)
        memcpy(job->frame.key + f->first, f->key, f->n * sizeof(int32_t));
}

static enum status predict(struct evaluate_job *job, struct frame_reader *r,
                           struct error *err)
{
    struct run *run = job->run;
    struct frame f = {.n = arrow_rows(r->file), .pipeline = &run->pipeline};
    size_t columns = 4 + (run->pipeline.time.column ? series_baselines + 1 : 0);
    size_t model = JSON_MEMORY * file_size(run_input(run, "model.json"));
    TRY(run_need_memory(run, model + f.n * columns * sizeof(double),
                        "the model with every row's figures", err));
    double *y = ARENA_ARRAY(run->mem, double, f.n);
    job->prediction = ARENA_ARRAY(run->mem, double, f.n);
    job->part_y = ARENA_ARRAY(run->mem, double, f.n);
    job->part_value = ARENA_ARRAY(run->mem, double, f.n);
    f.y = y;
    if (run->pipeline.time.column)
        f.key = ARENA_ARRAY(run->mem, int32_t, f.n);
    job->frame = f;
    do {
        struct arena_mark before = arena_mark(run->scratch);
        TRY(frame_next(r, run->scratch, &f, err));
        if (f.n > 0) {
            TRY(predict_rows(job, &f, err));
            keep_rows(job, &f, y);
        }
        arena_rewind(run->scratch, before);
    } while (f.n > 0);
    return STATUS_OK;
}

static enum status predict_table(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    struct frame_reader r;
    if (!run->pipeline.target) {
        error_set(err, STATUS_INPUT, "the pipeline names no target");
        error_at(err, run->pipeline.path, 0, 0);
        return STATUS_INPUT;
    }
    TRY(frame_open(&r, run_input(run, "features.arrow"), &run->pipeline, run->mem, err));
    r.identified = job->model.rows.table;
    enum status status = predict(job, &r, err);
    if (status == STATUS_OK)
        status = divide(job, &r, err);
    frame_close(&r);
    return status;
}

static enum status evaluate_model(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    struct output *out, *sums;
    struct long_files residuals;
    TRY(predict_table(job, err));
    TRY(history_read(run->in, &run->pipeline, &job->config->ingest,
                     key_as_of(&run->pipeline, run_as_of(run)), run->mem, &job->history,
                     err));
    if (job->model.series.choice.model)
        TRY(model_series_rows(&job->model.series, &job->history, job->frame.key,
                              job->frame.n, run->scratch, job->prediction, err));
    TRY(forecast(job, err));
    TRY(run_output(run, "residuals.csv", &residuals.csv, err));
    TRY(run_output(run, "residuals.arrow", &residuals.arrow, err));
    output_sum_begin(residuals.csv);
    TRY(write_residuals(job, &residuals, err));
    TRY(run_output(run, "residuals.json", &sums, err));
    TRY(write_sums(job, residuals.csv, sums, err));
    run->rows_in = run->rows_out = job->frame.n;
    TRY(run_output(run, "metrics.json", &out, err));
    return write_metrics(job, sums, out, err);
}

static enum status run_evaluate(struct run *run, struct error *err)
{
    struct evaluate_job job = {.run = run, .config = run->config};
    struct watch watch = run_watch(run);
    struct again again = run_again(run);
    TRY(outlook_model(&again, &watch, run->mem, &job.model, err));
    enum status status = evaluate_model(&job, err);
    model_release(&job.model);
    return status;
}

static void explain_figures(struct text *out)
{
    text_puts(out, "\nFigures\n");
    for (size_t i = 0; i < metric_count; i++)
        text_addf(out, "  %-15s %s\n", metric_all[i].name, metric_all[i].summary);
    text_puts(out, "\nBaselines\n");
    for (size_t i = 0; i < series_baselines; i++)
        text_addf(out, "  %-15s %s\n", series_baseline[i]->name,
                  series_baseline[i]->summary);
}

static const struct section sections[] = {
    {"ingest", source_rows, 1, offsetof(struct evaluate_config, ingest)},
};

static const struct stage evaluate = {
    .name = "evaluate",
    .summary = "measures the model on rows that it did not learn from",
    .operand = "PIPELINE.yaml",
    .about =
        "Reads model.json, features.arrow and the target's history in raw/*.arrow.\n"
        "Writes metrics.json and, with naive forecasts on the same rows, residuals.csv "
        "or,\n"
        "of more than 100,000 rows, residuals.arrow (the other one has no rows), summed "
        "up in\n"
        "residuals.json.\n"
        "Reads the table in batches and holds four numbers a row, eight where rows have\n"
        "a time.",
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_AS_OF | STAGE_SET | STAGE_MEMORY,
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
