/* evaluate: how good the model is, and whether a naive forecast would have done as well.
 *
 * Every row of the feature table is predicted; figures are given for the rows that were
 * held out, for those that were learnt from, and for those that arrived since.  The naive
 * forecasts are measured on the same rows (learn/baseline.h). */
#include <math.h>

#include "base/json.h"
#include "base/stage.h"
#include "data/csv.h"
#include "data/history.h"
#include "data/key.h"
#include "learn/baseline.h"
#include "learn/frame.h"
#include "learn/metric.h"
#include "learn/model.h"

struct config {
    struct sources ingest;
};

static const struct config defaults;

enum part { PART_TRAIN, PART_HOLDOUT, PART_ARRIVED, PARTS };
static const char *const part_name[PARTS] = {"train", "holdout", "arrived"};

struct job {
    struct run *run;
    const struct config *config;
    struct model model;
    struct frame frame;
    struct history history;
    const double *prediction; // [n]
    enum part *part;          // [n]
    double **baseline;        // [baseline_count][n]
};

/* A row's label with its number, for looking up. */
struct named_row {
    const char *label;
    size_t row;
};

static int by_label(const void *a, const void *b)
{
    return strcmp(((const struct named_row *)a)->label,
                  ((const struct named_row *)b)->label);
}

static void mark(const struct named_row *sorted, size_t n, const char *const *label,
                 size_t m, enum part part, enum part *ret)
{
    for (size_t i = 0; i < m; i++) {
        struct named_row wanted = {label[i], 0};
        const struct named_row *found =
            bsearch(&wanted, sorted, n, sizeof wanted, by_label);
        if (found)
            ret[found->row] = part;
    }
}

/* Which part of the model's world each row belongs to; rows that it never saw have
 * arrived since. */
static void divide(struct job *job)
{
    size_t n = job->frame.n;
    struct named_row *sorted = ARENA_ARRAY(job->run->mem, struct named_row, n);
    job->part = ARENA_ARRAY(job->run->mem, enum part, n);
    for (size_t i = 0; i < n; i++) {
        sorted[i] = (struct named_row){job->frame.label[i], i};
        job->part[i] = PART_ARRIVED;
    }
    qsort(sorted, n, sizeof *sorted, by_label);
    mark(sorted, n, job->model.train, job->model.n_train, PART_TRAIN, job->part);
    mark(sorted, n, job->model.holdout, job->model.n_holdout, PART_HOLDOUT, job->part);
}

static void forecast(struct job *job)
{
    struct arena *mem = job->run->mem;
    size_t season = job->history.month ? 12 : 7;
    job->baseline = ARENA_ARRAY(mem, double *, baseline_count);
    for (size_t b = 0; b < baseline_count; b++) {
        job->baseline[b] = ARENA_ARRAY(mem, double, job->frame.n);
        for (size_t i = 0; i < job->frame.n; i++) {
            size_t t = job->frame.key ? history_step(&job->history, job->frame.key[i])
                                      : SIZE_MAX;
            bool reached = t != SIZE_MAX && job->history.n > 0;
            job->baseline[b][i] =
                reached ? baseline_all[b].forecast(job->history.y, t, season) : NAN;
        }
    }
}

/* The rows of a part for which `defined` is a number, and the figures of `values` on
 * them. */
struct figures {
    size_t n;
    double rmse;
    json_t *json;
};

static struct figures measure(const struct job *job, int part, const double *values,
                              const double *defined)
{
    struct arena *mem = job->run->scratch;
    struct arena_mark before = arena_mark(mem);
    double *y = ARENA_ARRAY(mem, double, job->frame.n);
    double *p = ARENA_ARRAY(mem, double, job->frame.n);
    struct figures f = {.json = json_object(), .rmse = NAN};
    for (size_t i = 0; i < job->frame.n; i++) {
        bool wanted =
            part == PARTS ? job->part[i] != PART_ARRIVED : (int)job->part[i] == part;
        if (!wanted || isnan(defined[i]) || isnan(job->frame.y[i]))
            continue;
        y[f.n] = job->frame.y[i];
        p[f.n++] = values[i];
    }
    json_object_set_new(f.json, "n", json_integer((json_int_t)f.n));
    for (size_t m = 0; m < metric_count; m++) {
        double value = f.n > 0 ? metric_all[m].value(y, p, f.n) : NAN;
        json_object_set_new(f.json, metric_all[m].name, json_finite(value));
        if (strcmp(metric_all[m].name, "rmse") == 0)
            f.rmse = value;
    }
    arena_rewind(mem, before);
    return f;
}

static json_t *baselines_json(const struct job *job, int part, json_t *beats)
{
    json_t *all = json_object();
    for (size_t b = 0; b < baseline_count; b++) {
        struct figures naive = measure(job, part, job->baseline[b], job->baseline[b]);
        struct figures same = measure(job, part, job->prediction, job->baseline[b]);
        json_object_set_new(all, baseline_all[b].name, naive.json);
        json_decref(same.json);
        if (beats && naive.n > 0)
            json_object_set_new(beats, baseline_all[b].name,
                                json_boolean(same.rmse < naive.rmse));
    }
    return all;
}

static json_t *arrived_json(const struct job *job)
{
    size_t first = job->frame.n, last = 0;
    for (size_t i = 0; i < job->frame.n; i++)
        if (job->part[i] == PART_ARRIVED) {
            first = first == job->frame.n ? i : first;
            last = i;
        }
    if (first == job->frame.n)
        return json_null();
    json_t *figures = measure(job, PART_ARRIVED, job->prediction, job->prediction).json;
    json_object_set_new(figures, "first", json_string(job->frame.label[first]));
    json_object_set_new(figures, "last", json_string(job->frame.label[last]));
    return figures;
}

static json_t *metrics_json(const struct job *job)
{
    json_t *beats = json_object(), *arrived = arrived_json(job);
    json_t *same =
        json_is_null(arrived) ? json_null() : baselines_json(job, PART_ARRIVED, NULL);
    json_t *baselines = baselines_json(job, PART_HOLDOUT, beats);
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "task", job->model.task,
        "target", job->model.target, "holdout",
        measure(job, PART_HOLDOUT, job->prediction, job->prediction).json, "training",
        measure(job, PART_TRAIN, job->prediction, job->prediction).json, "all",
        measure(job, PARTS, job->prediction, job->prediction).json, "arrived", arrived,
        "baselines", baselines, "arrived_baselines", same, "beats", beats);
}

static enum status write_residuals(const struct job *job, struct error *err)
{
    struct csv_writer w = {0};
    const char *key = key_name(&job->run->pipeline);
    TRY(run_output(job->run, "residuals.csv", &w.out, err));
    TRY(output_format(w.out, err, "%s,actual,prediction,residual,part",
                      key ? key : "row"));
    for (size_t b = 0; b < baseline_count; b++)
        TRY(output_format(w.out, err, ",%s", baseline_all[b].name));
    TRY(output_text(w.out, "\n", err));
    for (size_t i = 0; i < job->frame.n; i++) {
        TRY(csv_put_text(&w, view_of(job->frame.label[i]), err));
        TRY(csv_put_real(&w, job->frame.y[i], err));
        TRY(csv_put_real(&w, job->prediction[i], err));
        TRY(csv_put_real(&w, job->frame.y[i] - job->prediction[i], err));
        TRY(csv_put_text(&w, view_of(part_name[job->part[i]]), err));
        for (size_t b = 0; b < baseline_count; b++)
            TRY(csv_put_real(&w, job->baseline[b][i], err));
        TRY(csv_end(&w, err));
    }
    return STATUS_OK;
}

static enum status evaluate_model(struct job *job, struct error *err)
{
    struct run *run = job->run;
    const char *table = run_input(run, "features.arrow");
    struct matrix x, predicted;
    struct output *out;
    TRY(frame_need(run, table, err));
    TRY(frame_read(table, &run->pipeline, run->mem, &job->frame, err));
    if (!job->frame.y) {
        error_set(err, STATUS_INPUT, "the pipeline names no target");
        error_at(err, run->pipeline.path, 0, 0);
        return STATUS_INPUT;
    }
    TRY(frame_arrange(&job->frame, job->model.feature, job->model.p, table, run->mem, &x,
                      err));
    TRY(steps_predict(job->model.step, job->model.n_steps, &x, run->mem, &predicted,
                      err));
    job->prediction = predicted.col[0];
    TRY(history_read(run, &job->config->ingest, &job->history, err));
    divide(job);
    forecast(job);
    TRY(write_residuals(job, err));
    run->rows_in = run->rows_out = job->frame.n;
    TRY(run_output(run, "metrics.json", &out, err));
    return json_write(out, metrics_json(job), err);
}

static enum status run_evaluate(struct run *run, struct error *err)
{
    struct job job = {.run = run, .config = run->config};
    TRY(model_read(run_input(run, "model.json"), run->mem, &job.model, err));
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
    for (size_t i = 0; i < baseline_count; i++)
        text_addf(out, "  %-15s %s\n", baseline_all[i].name, baseline_all[i].summary);
}

static const struct section sections[] = {
    {"ingest", source_rows, 1, offsetof(struct config, ingest)},
};

static const struct stage evaluate = {
    .name = "evaluate",
    .summary = "measures the model on rows that it did not learn from",
    .operand = "PIPELINE.yaml",
    .about =
        "Reads model.json, features.arrow and the target's history in raw/*.arrow.\n"
        "Writes residuals.csv and metrics.json, with naive forecasts on the same rows.\n"
        "Holds the feature table in memory.",
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_AS_OF | STAGE_SET,
    .config_size = sizeof(struct config),
    .defaults = &defaults,
    .explain = explain_figures,
    .run = run_evaluate,
};

int main(int argc, char **argv)
{
    return stage_main(&evaluate, argc, argv);
}
