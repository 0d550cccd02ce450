/* predict: the model's answer for the months to come, one month, or a range.
 *
 * Without a range it answers for the rows that have all features and no target yet.  A
 * row that cannot be predicted fails the run, naming the months that each source lacks
 * for it. */
#include <math.h>

#include "base/date.h"
#include "base/json.h"
#include "base/stage.h"
#include "data/coverage.h"
#include "data/csv.h"
#include "data/history.h"
#include "data/key.h"
#include "learn/frame.h"
#include "learn/model.h"

struct config {
    struct sources ingest;
    const char *month, *from, *to;
};

static const struct config defaults = {.month = "", .from = "", .to = ""};

/* clang-format off */
static const struct option_row options[] = {
    OPTION(struct config, month, -1, 0, "MONTH",
           "the one row to predict: 2020-05 (or a day)"),
    OPTION(struct config, from, -1, 0, "MONTH", "the first row of a range"),
    OPTION(struct config, to, -1, 0, "MONTH",
           "the last row of a range; without it, as far as the data go"),
};
/* clang-format on */

struct job {
    struct run *run;
    const struct config *config;
    struct model model;
    struct frame known, upcoming;
    struct matrix known_out, upcoming_out; // predictions
    struct history history;
    struct coverage coverage;
    int32_t reach_first, reach_last; // steps back that features see: from, to
    bool range, month;
    int32_t from, to;
};

static enum status parse_key(struct job *job, const char *option, const char *value,
                             int32_t *ret, struct error *err)
{
    const char *format = strlen(value) == 7 ? "%Y-%m" : "%Y-%m-%d";
    int32_t days;
    if (date_parse(view_of(value), format, &days)) {
        error_set(err, STATUS_USAGE,
                  "expected a month like 2020-05 behind --%s, found %s", option,
                  QUOTE(value));
        return STATUS_USAGE;
    }
    *ret = job->month ? month_first(days) : days;
    return STATUS_OK;
}

static int32_t last_key(const struct frame *f, int32_t least)
{
    int32_t last = least;
    for (size_t i = 0; f->key && i < f->n; i++)
        last = f->key[i] > last ? f->key[i] : last;
    return last;
}

static enum status read_range(struct job *job, struct error *err)
{
    const struct config *c = job->config;
    bool one = c->month[0] != '\0';
    const char *from = one ? c->month : c->from, *to = one ? c->month : c->to;
    job->range = from[0] != '\0' || to[0] != '\0';
    if (one && (c->from[0] != '\0' || c->to[0] != '\0'))
        return error_set(
            err, STATUS_USAGE,
            "--month stands for a range by itself; leave out --from and --to");
    if (!job->range)
        return STATUS_OK;
    if (!job->run->pipeline.time.column)
        return error_set(err, STATUS_USAGE,
                         "the pipeline has no time: a range means nothing here");
    job->from = job->known.n > 0 ? job->known.key[0] : 0;
    job->to = last_key(&job->upcoming, last_key(&job->known, job->from));
    if (from[0] != '\0')
        TRY(parse_key(job, one ? "month" : "from", from, &job->from, err));
    if (to[0] != '\0')
        TRY(parse_key(job, "to", to, &job->to, err));
    if (job->from > job->to)
        return error_set(err, STATUS_USAGE,
                         "the range is empty: it begins after its end");
    return STATUS_OK;
}

/* How far back the features of a row look. */
static enum status read_reach(struct job *job, struct error *err)
{
    CLEANUP(json_release) json_t *document = NULL;
    const char *path = run_artifact(job->run, "features.json");
    json_t *list;
    size_t i;
    json_t *feature;
    TRY(json_read(path, &document, err));
    TRY(json_get_array(document, "features", path, &list, err));
    job->reach_last = INT32_MAX;
    json_array_foreach(list, i, feature)
    {
        size_t window, shift;
        TRY(json_get_size(feature, "window", path, &window, err));
        TRY(json_get_size(feature, "shift", path, &shift, err));
        if (window > 1000000 || shift > 1000000)
            return error_set(err, STATUS_INPUT, "a window or shift in %s is out of range",
                             QUOTE(path));
        int32_t first = (int32_t)(shift + window - 1), last = (int32_t)shift;
        job->reach_first = first > job->reach_first ? first : job->reach_first;
        job->reach_last = last < job->reach_last ? last : job->reach_last;
    }
    return STATUS_OK;
}

static enum status predict_frame(struct job *job, const char *name, struct frame *frame,
                                 struct matrix *ret, struct error *err)
{
    struct run *run = job->run;
    const char *path = run_artifact(run, name);
    struct matrix x;
    TRY(frame_need(run, path, err));
    TRY(frame_read(path, &run->pipeline, run->mem, frame, err));
    *ret = (struct matrix){0};
    if (frame->n == 0)
        return STATUS_OK;
    TRY(frame_arrange(frame, job->model.feature, job->model.p, path, run->mem, &x, err));
    return steps_predict(job->model.step, job->model.n_steps, &x, run->mem, ret, err);
}

static enum status load(struct job *job, struct error *err)
{
    struct run *run = job->run;
    TRY(predict_frame(job, "features.arrow", &job->known, &job->known_out, err));
    TRY(predict_frame(job, "upcoming.arrow", &job->upcoming, &job->upcoming_out, err));
    TRY(history_read(run, &job->config->ingest, &job->history, err));
    TRY(read_reach(job, err));
    return coverage_read(run_artifact(run, "quality.json"), job->month, run->mem,
                         &job->coverage, err);
}

/* The prediction for a key, NaN when there is no row for it. */
static double prediction_at(const struct job *job, int32_t key)
{
    for (size_t i = 0; i < job->known.n; i++)
        if (job->known.key[i] == key)
            return job->known_out.col[0][i];
    for (size_t i = 0; i < job->upcoming.n; i++)
        if (job->upcoming.key[i] == key)
            return job->upcoming_out.col[0][i];
    return NAN;
}

/* Reports why a row cannot be predicted. */
static enum status refuse(struct job *job, int32_t key, struct error *err)
{
    char buffer[16], first[16], last[16];
    struct text why = {.mem = job->run->scratch};
    struct error fault = {.status = STATUS_OK};
    int32_t from = key_add(&job->run->pipeline, key, -job->reach_first),
            to = key_add(&job->run->pipeline, key, -job->reach_last);
    text_puts(&why, "");
    if (!coverage_missing(&job->coverage, from, to, &why))
        text_puts(&why, "its rows were dropped by clean or lie before the first one");
    key_text(&job->run->pipeline, key, buffer);
    error_set(&fault, STATUS_INPUT, "cannot predict %s: %s", buffer, why.p);
    if (job->known.n > 0)
        error_hint(
            &fault, "the data allow %s to %s",
            key_text(&job->run->pipeline, job->known.key[0], first),
            key_text(&job->run->pipeline,
                     last_key(&job->upcoming, last_key(&job->known, job->known.key[0])),
                     last));
    if (run_fault(job->run, &fault) != STATUS_OK) {
        *err = fault;
        return fault.status;
    }
    return STATUS_OK;
}

static enum status put(struct job *job, struct csv_writer *w, const char *label,
                       double actual, double prediction, struct error *err)
{
    TRY(csv_put_text(w, view_of(label), err));
    TRY(csv_put_real(w, actual, err));
    TRY(csv_put_real(w, prediction, err));
    job->run->rows_out++;
    return csv_end(w, err);
}

/* On a terminal or in a pipe the asked-for rows are shown as well. */
static void show(const char *label, double actual, double prediction)
{
    if (isnan(actual))
        printf("%s  predicted %.6g\n", label, prediction);
    else
        printf("%s  predicted %.6g  actual %.6g\n", label, prediction, actual);
}

static enum status write_range(struct job *job, struct csv_writer *w, struct error *err)
{
    char label[16];
    for (int32_t key = job->from; key <= job->to;
         key = key_add(&job->run->pipeline, key, 1))
        if (isnan(prediction_at(job, key)))
            TRY(refuse(job, key, err));
    TRY(run_faults(job->run, err));
    for (int32_t key = job->from; key <= job->to;
         key = key_add(&job->run->pipeline, key, 1)) {
        key_text(&job->run->pipeline, key, label);
        show(label, history_value(&job->history, key), prediction_at(job, key));
        TRY(put(job, w, label, history_value(&job->history, key), prediction_at(job, key),
                err));
    }
    return STATUS_OK;
}

static enum status write_upcoming(struct job *job, struct csv_writer *w,
                                  struct error *err)
{
    const struct frame *f = &job->upcoming;
    for (size_t i = 0; i < f->n; i++) {
        double actual = f->key ? history_value(&job->history, f->key[i]) : NAN;
        TRY(put(job, w, f->label[i], actual, job->upcoming_out.col[0][i], err));
    }
    return STATUS_OK;
}

static enum status predict_rows(struct job *job, struct error *err)
{
    struct csv_writer w = {0};
    const char *key = key_name(&job->run->pipeline);
    TRY(load(job, err));
    TRY(read_range(job, err));
    job->run->rows_in = job->known.n + job->upcoming.n;
    TRY(run_output(job->run, "predictions.csv", &w.out, err));
    TRY(output_format(w.out, err, "%s,actual,prediction\n", key ? key : "row"));
    return job->range ? write_range(job, &w, err) : write_upcoming(job, &w, err);
}

static enum status run_predict(struct run *run, struct error *err)
{
    struct job job = {.run = run, .config = run->config};
    job.month = key_is_month(&run->pipeline);
    TRY(model_read(run_artifact(run, "model.json"), run->mem, &job.model, err));
    enum status status = predict_rows(&job, err);
    model_release(&job.model);
    return status;
}

static const struct section sections[] = {
    {"ingest", source_rows, 1, offsetof(struct config, ingest)},
};

static const struct stage predict = {
    .name = "predict",
    .summary = "predicts the rows to come, one month, or a range",
    .operand = "PIPELINE.yaml",
    .about = "Reads model.json, features.arrow, upcoming.arrow, features.json, "
             "quality.json and the\n"
             "target's history in raw/*.arrow.\n"
             "Writes predictions.csv: month, actual where it is known, prediction.\n"
             "When a month cannot be predicted it lists what each source lacks and "
             "writes nothing.",
    .options = options,
    .n_options = COUNT_OF(options),
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .config_size = sizeof(struct config),
    .defaults = &defaults,
    .run = run_predict,
};

int main(int argc, char **argv)
{
    return stage_main(&predict, argc, argv);
}
