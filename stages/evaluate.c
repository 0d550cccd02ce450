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

/* What a model has to beat: a forecast of the series, or for classes and labels the most
 * frequent value of the training rows. */
struct naive {
    const char *name;
    struct prediction prediction; // value NULL: no row has any
};

struct evaluate_job {
    struct run *run;
    const struct evaluate_config *config;
    struct model model;
    struct frame frame;         // keys and target, no features
    struct history history;     // where there is one series,
    struct histories histories; // and where rows have groups
    struct prediction prediction;
    double **value;                // of the prediction
    uint8_t *part;                 // [n] enum division_part
    double **part_y, **part_value; // [columns][n] what is measured, one set after another
    size_t n_baselines;
    struct naive *baseline; // [n_baselines]
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

/* The forecasts for rows [i, end), which are of one series. */
static enum status forecast_series(struct evaluate_job *job, size_t i, size_t end,
                                   double *const *value, struct error *err)
{
    const struct frame *f = &job->frame;
    struct arena *scratch = job->run->scratch;
    struct arena_mark mark = arena_mark(scratch);
    const struct group_name *name = &f->groups->name[f->group[i]];
    const struct history *h = histories_find(&job->histories, name);
    double **ret = ARENA_ARRAY(scratch, double *, series_baselines);
    for (size_t b = 0; b < series_baselines; b++) {
        ret[b] = value[b] + i;
        for (size_t k = 0; !h && k < end - i; k++)
            ret[b][k] = NAN;
    }
    enum status status = STATUS_OK;
    if (h)
        status = baseline_forecasts(h, key_season(&job->run->pipeline), f->key + i,
                                    end - i, scratch, ret, err);
    arena_rewind(scratch, mark);
    return status;
}

static enum status forecast_all(struct evaluate_job *job, double *const *value,
                                struct error *err)
{
    const struct frame *f = &job->frame;
    for (size_t i = 0, end; i < f->n; i = end) {
        for (end = i + 1; end < f->n && f->group[end] == f->group[i];)
            end++;
        TRY(forecast_series(job, i, end, value, err));
    }
    return STATUS_OK;
}

static enum status forecast(struct evaluate_job *job, struct error *err)
{
    const struct frame *f = &job->frame;
    struct arena *mem = job->run->mem;
    bool known = f->key && (f->group ? job->histories.n : job->history.n) > 0;
    double **value = ARENA_ARRAY(mem, double *, series_baselines);
    job->n_baselines = series_baselines;
    job->baseline = ARENA_ARRAY(mem, struct naive, series_baselines);
    for (size_t b = 0; b < series_baselines; b++) {
        job->baseline[b].name = series_baseline[b]->name;
        if (known)
            value[b] = ARENA_ARRAY(mem, double, f->n);
        if (known)
            job->baseline[b].prediction = (struct prediction){
                .n = f->n, .p = 1, .value = (const double *const *)&value[b]};
    }
    if (!known)
        return STATUS_OK;
    if (f->group)
        return forecast_all(job, value, err);
    return baseline_forecasts(&job->history, key_season(&job->run->pipeline), f->key,
                              f->n, job->run->scratch, value, err);
}

/* The most frequent value of a target's column on the training rows; of equally frequent
 * ones the lowest, as scikit-learn's DummyClassifier takes it. */
static double most_frequent(const struct evaluate_job *job, size_t c, size_t values)
{
    struct arena_mark before = arena_mark(job->run->scratch);
    size_t *count = ARENA_ARRAY(job->run->scratch, size_t, values), best = 0;
    const double *y = job->frame.target.y.col[c];
    for (size_t i = 0; i < job->frame.n; i++)
        if (job->part[i] == DIVISION_TRAIN && !isnan(y[i]))
            count[(size_t)y[i]]++;
    for (size_t v = 1; v < values; v++)
        best = count[v] > count[best] ? v : best;
    arena_rewind(job->run->scratch, before);
    return (double)best;
}

static void take_majority(struct evaluate_job *job)
{
    double **value;
    struct arena *mem = job->run->mem;
    const struct target *t = &job->frame.target;
    size_t values = t->task == TASK_CLASSES ? t->n_classes : 2;
    job->n_baselines = 1;
    job->baseline = ARENA_NEW(mem, struct naive);
    *job->baseline = (struct naive){
        "majority", prediction_new(mem, ANSWER_VALUES, job->frame.n, t->y.p, &value)};
    for (size_t c = 0; c < t->y.p; c++) {
        double most = most_frequent(job, c, values);
        for (size_t i = 0; i < job->frame.n; i++)
            value[c][i] = most;
    }
}

enum { ALL_SEEN = DIVISION_ARRIVED + 1 }; // a part: all rows but those that arrived

/* Copies the rows of a part that have a target and a value in defined's first column to
 * where they are measured; returns how many. */
static size_t gather(const struct evaluate_job *job, int part,
                     const struct prediction *values, const struct prediction *defined)
{
    size_t n = 0;
    const struct matrix *y = &job->frame.target.y;
    for (size_t i = 0; defined->value && i < job->frame.n; i++) {
        bool wanted = part == ALL_SEEN ? job->part[i] != DIVISION_ARRIVED
                                       : (int)job->part[i] == part;
        if (!wanted || isnan(defined->value[0][i]) || isnan(y->col[0][i]))
            continue;
        for (size_t c = 0; c < y->p; c++)
            job->part_y[c][n] = y->col[c][i];
        for (size_t c = 0; c < values->p; c++)
            job->part_value[c][n] = values->value[c][i];
        n++;
    }
    return n;
}

/* The figures of a prediction on the rows of a part for which `defined` has a value. */
static struct metrics_json_score measure(const struct evaluate_job *job, int part,
                                         const struct prediction *values,
                                         const struct prediction *defined)
{
    struct metrics_json_score s = {.n = gather(job, part, values, defined)};
    struct target y = job->frame.target;
    y.y.n = s.n;
    y.y.col = (const double *const *)job->part_y;
    struct prediction said = {values->answer, s.n, values->p,
                              (const double *const *)job->part_value, values->name};
    s.figure = ARENA_ARRAY(job->run->mem, struct metrics_json_figure, metric_count);
    for (size_t m = 0; m < metric_count; m++)
        if (metric_is_for(&metric_all[m], job->model.learnt.task))
            s.figure[s.n_figures++] = (struct metrics_json_figure){
                metric_all[m].name, s.n > 0 ? metric_all[m].value(&y, &said) : NAN};
    return s;
}

static struct metrics_json_score measure_model(const struct evaluate_job *job, int part)
{
    return measure(job, part, &job->prediction, &job->prediction);
}

static struct metrics_json_baseline *measure_baselines(const struct evaluate_job *job,
                                                       int part)
{
    struct metrics_json_baseline *all =
        ARENA_ARRAY(job->run->mem, struct metrics_json_baseline, job->n_baselines);
    for (size_t b = 0; b < job->n_baselines; b++) {
        const struct naive *naive = &job->baseline[b];
        all[b].name = naive->name;
        all[b].score = measure(job, part, &naive->prediction, &naive->prediction);
    }
    return all;
}

/* Whether the model's error is less than a baseline's, on the rows that both have. */
static void compare_baselines(const struct evaluate_job *job, struct metrics_json *m)
{
    static const char *const judges[TASKS] = {"rmse", "accuracy", "f1_macro", NULL};
    const struct metric *judge = metric_find(judges[job->model.learnt.task]);
    m->beats = ARENA_ARRAY(job->run->mem, struct metrics_json_beats, m->n_baselines);
    for (size_t b = 0; b < m->n_baselines; b++) {
        const struct metrics_json_baseline *naive = &m->baseline[b];
        struct metrics_json_score same = measure(job, DIVISION_HOLDOUT, &job->prediction,
                                                 &job->baseline[b].prediction);
        double own = metrics_json_value(&same, judge->name);
        double other = metrics_json_value(&naive->score, judge->name);
        bool better = judge->better == BETTER_LOW ? own < other : own > other;
        if (naive->score.n > 0)
            m->beats[m->n_beats++] = (struct metrics_json_beats){naive->name, better};
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
                             .target = target_text(&job->model.learnt, job->run->mem),
                             .holdout = measure_model(job, DIVISION_HOLDOUT),
                             .training = measure_model(job, DIVISION_TRAIN),
                             .all = measure_model(job, ALL_SEEN),
                             .arrived = measure_arrived(job),
                             .n_baselines = job->n_baselines,
                             .baseline = measure_baselines(job, DIVISION_HOLDOUT),
                             .model = artifact_digits(job->model.document),
                             .options = run_words(job->run)};
    if (m.arrived) {
        m.n_arrived_baselines = job->n_baselines;
        m.arrived_baseline = measure_baselines(job, DIVISION_ARRIVED);
    }
    compare_baselines(job, &m);
    TRY(artifact_vouch(sums, job->run->mem, &m.table, err));
    return metrics_json_write(&m, out, err);
}

/* The columns of residuals under way, and where their values stand. */
struct residual_table {
    struct arena *mem;
    size_t n;
    struct long_column *column; // [n]
    const void **value;         // [n][rows] at first; NULL: the row's number, or absent
    size_t residual;            // which one is the residual, or n
};

static void add_column(struct residual_table *r, struct long_column column,
                       const void *value)
{
    r->column[r->n] = column;
    r->value[r->n++] = value;
}

static struct long_column real_column(const char *name)
{
    return (struct long_column){.name = name, .kind = LONG_REAL};
}

static struct long_column class_column(const struct evaluate_job *job, const char *name)
{
    const struct target *t = &job->frame.target;
    return (struct long_column){
        .name = name, .kind = LONG_NAME, .words = t->class_name, .n_words = t->n_classes};
}

/* The class that each row is taken for, as a column. */
static const double *classes_of(const struct prediction *p, struct arena *mem)
{
    double *code = ARENA_ARRAY(mem, double, p->n);
    for (size_t i = 0; i < p->n; i++)
        code[i] = (double)prediction_class(p, i);
    return code;
}

/* Actual and prediction; of labels two columns each, of classes that have them the
 * probabilities too. */
static void add_answers(const struct evaluate_job *job, struct residual_table *r)
{
    const struct target *t = &job->frame.target;
    const struct prediction *p = &job->prediction;
    for (size_t c = 0; t->task == TASK_LABELS && c < t->y.p; c++) {
        const char *label = t->y.name[c];
        add_column(r, real_column(arena_format(r->mem, "actual_%s", label)), t->y.col[c]);
        add_column(r, real_column(arena_format(r->mem, "prediction_%s", label)),
                   p->value[c]);
    }
    if (t->task == TASK_LABELS)
        return;
    bool classes = t->task == TASK_CLASSES;
    add_column(r, classes ? class_column(job, "actual") : real_column("actual"),
               t->y.col[0]);
    add_column(r, classes ? class_column(job, "prediction") : real_column("prediction"),
               classes ? classes_of(p, r->mem) : p->value[0]);
    for (size_t c = 0; p->answer == ANSWER_PROBABILITIES && c < p->p; c++)
        add_column(r, real_column(arena_format(r->mem, "probability_%s", p->name[c])),
                   p->value[c]);
    r->residual = r->n;
    if (!classes)
        add_column(r, real_column("residual"), NULL);
}

static void add_baselines(const struct evaluate_job *job, struct residual_table *r)
{
    const struct target *t = &job->frame.target;
    for (size_t b = 0; b < job->n_baselines; b++) {
        const char *name = job->baseline[b].name;
        const struct prediction *p = &job->baseline[b].prediction;
        for (size_t c = 0; t->task == TASK_LABELS && c < p->p; c++)
            add_column(r, real_column(arena_format(r->mem, "%s_%s", name, t->y.name[c])),
                       p->value[c]);
        if (t->task == TASK_LABELS)
            continue;
        struct long_column column =
            t->task == TASK_CLASSES ? class_column(job, name) : real_column(name);
        column.absent = !p->value;
        add_column(r, column, p->value ? p->value[0] : NULL);
    }
}

static struct residual_table residual_columns(const struct evaluate_job *job)
{
    size_t p = job->prediction.p + job->frame.target.y.p;
    size_t most = 6 + (2 + job->n_baselines) * p;
    const char *key = key_name(&job->run->pipeline);
    struct residual_table r = {.mem = job->run->mem};
    r.column = ARENA_ARRAY(r.mem, struct long_column, most);
    r.value = ARENA_ARRAY(r.mem, const void *, most);
    add_column(&r, (struct long_column){.name = key ? key : "row", .kind = LONG_KEY},
               job->frame.key);
    if (job->frame.group)
        add_column(&r,
                   (struct long_column){.name = job->run->pipeline.group,
                                        .kind = LONG_GROUP,
                                        .groups = job->frame.groups},
                   job->frame.group);
    add_answers(job, &r);
    add_column(&r,
               (struct long_column){.name = "part",
                                    .kind = LONG_WORD,
                                    .words = residuals_part,
                                    .n_words = DIVISION_ARRIVED + 1},
               job->part);
    add_baselines(job, &r);
    return r;
}

/* Points value[] at the rows from `from` on; their residuals are put down for it. */
static void point_at(const struct evaluate_job *job, const struct residual_table *r,
                     size_t from, size_t n, double *residual, const void **value)
{
    static const size_t size[] = {[LONG_KEY] = sizeof(int32_t),
                                  [LONG_GROUP] = sizeof(uint32_t),
                                  [LONG_REAL] = sizeof(double),
                                  [LONG_WORD] = 1,
                                  [LONG_NAME] = sizeof(double)};
    for (size_t c = 0; c < r->n; c++)
        value[c] = r->value[c]
                       ? (const char *)r->value[c] + from * size[r->column[c].kind]
                       : NULL;
    if (job->frame.target.task != TASK_REGRESSION)
        return;
    for (size_t i = 0; i < n; i++)
        residual[i] =
            job->frame.target.y.col[0][from + i] - job->prediction.value[0][from + i];
    value[r->residual] = residual;
}

static enum status write_residuals(const struct evaluate_job *job,
                                   const struct long_files *files, struct error *err)
{
    struct arena *mem = job->run->mem;
    size_t rows = job->frame.n;
    struct residual_table r = residual_columns(job);
    const void **value = ARENA_ARRAY(mem, const void *, r.n);
    double *residual = ARENA_ARRAY(mem, double, LONG_TABLE_BATCH);
    struct long_table *t;
    TRY(long_table_begin(files, r.column, r.n, &job->run->pipeline, rows, mem, &t, err));
    for (size_t from = 0, n; from < rows; from += n) {
        n = rows - from < LONG_TABLE_BATCH ? rows - from : LONG_TABLE_BATCH;
        point_at(job, &r, from, n, residual, value);
        TRY(long_table_write(t, value, n, err));
    }
    return long_table_end(t, err);
}

static enum status write_sums(const struct evaluate_job *job, struct output *csv,
                              struct output *out, struct error *err)
{
    struct run *run = job->run;
    size_t n = job->n_baselines;
    const char **name = ARENA_ARRAY(run->mem, const char *, n);
    const double **value = ARENA_ARRAY(run->mem, const double *, n);
    for (size_t b = 0; b < n; b++) {
        const struct prediction *p = &job->baseline[b].prediction;
        name[b] = job->baseline[b].name;
        value[b] = p->value ? p->value[0] : NULL;
    }
    const struct residuals residuals = {.frame = &job->frame,
                                        .prediction = job->prediction.value[0],
                                        .part = job->part,
                                        .n_baselines = n,
                                        .baseline_name = name,
                                        .baseline = value};
    struct residuals_json sums;
    residuals_sum(&residuals, run->mem, &sums);
    sums.model = artifact_digits(job->model.document);
    sums.options = run_words(run);
    TRY(artifact_vouch(csv, run->mem, &sums.table, err));
    return residuals_json_write(&sums, out, err);
}

/* Predicts the rows of one batch; a series model does not look at rows. */
static enum status predict_rows(struct evaluate_job *job, const struct frame *f,
                                double **value, struct error *err)
{
    struct prediction predicted;
    if (job->model.series.choice.model)
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
    if (job->frame.key)
        memcpy(job->frame.key + f->first, f->key, f->n * sizeof(int32_t));
    if (job->frame.group)
        memcpy(job->frame.group + f->first, f->group, f->n * sizeof(uint32_t));
}

/* Room for what is kept of n rows. */
static enum status make_room(struct evaluate_job *job, size_t n, double ***ret_y,
                             double ***ret_value, struct error *err)
{
    struct run *run = job->run;
    const struct target *learnt = &job->model.learnt;
    size_t width = model_width(&job->model);
    size_t columns = 2 * (learnt->y.p + width) +
                     (run->pipeline.time.column ? series_baselines + 1 : 0);
    size_t model = JSON_MEMORY * file_size(run_input(run, "model.json"));
    TRY(run_need_memory(run, model + n * columns * sizeof(double),
                        "the model with every row's figures", err));
    struct frame f = {.n = n, .pipeline = &run->pipeline, .target = *learnt};
    f.target.y = matrix_new(run->mem, n, learnt->y.p, learnt->y.name, ret_y);
    if (run->pipeline.time.column)
        f.key = ARENA_ARRAY(run->mem, int32_t, n);
    job->frame = f;
    (void)matrix_new(run->mem, n, learnt->y.p, NULL, &job->part_y);
    (void)matrix_new(run->mem, n, width > learnt->y.p ? width : learnt->y.p, NULL,
                     &job->part_value);
    job->prediction =
        prediction_new(run->mem, model_answer(&job->model), n, width, ret_value);
    return prediction_check(&job->prediction, learnt, "model.json", err);
}

static enum status predict(struct evaluate_job *job, struct frame_reader *r,
                           struct error *err)
{
    struct frame f;
    double **y;
    TRY(make_room(job, arrow_rows(r->file), &y, &job->value, err));
    frame_know(r, &job->model.learnt);
    job->frame.groups = r->groups;
    if (r->groups)
        job->frame.group = ARENA_ARRAY(job->run->mem, uint32_t, job->frame.n);
    do {
        struct arena_mark before = arena_mark(job->run->scratch);
        TRY(frame_next(r, job->run->scratch, &f, err));
        if (f.n > 0) {
            TRY(predict_rows(job, &f, job->value, err));
            keep_rows(job, &f, y);
        }
        arena_rewind(job->run->scratch, before);
    } while (f.n > 0);
    job->frame.target.n_classes = r->classes.n; // with those that it never saw
    job->frame.target.class_name = r->classes.name;
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

static enum status read_past(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct pipeline *p = &run->pipeline;
    int32_t last = key_as_of(p, run_as_of(run));
    if (!p->group)
        return history_read(run->in, p, &job->config->ingest, last, run->mem,
                            &job->history, err);
    return p->time.column ? histories_read(run->in, p, &job->config->ingest, last,
                                           run->mem, &job->histories, err)
                          : STATUS_OK;
}

static enum status take_baselines(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    if (job->model.learnt.task != TASK_REGRESSION) {
        take_majority(job);
        return STATUS_OK;
    }
    TRY(read_past(job, err));
    if (job->model.series.choice.model)
        TRY(model_series_rows(&job->model.series, &job->history, job->frame.key,
                              job->frame.n, run->scratch, job->value[0], err));
    return forecast(job, err);
}

static enum status evaluate_model(struct evaluate_job *job, struct error *err)
{
    struct run *run = job->run;
    struct output *out, *sums;
    struct long_files residuals;
    TRY(predict_table(job, err));
    TRY(take_baselines(job, err));
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
