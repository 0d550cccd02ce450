/* predict: the model's answer for the months to come, one month, or a range.
 *
 * Without a range it writes the rows that have all features and no target yet.  A range is
 * a question: its answer is printed, and no artifact changes unless --out says where to.  A
 * row that cannot be predicted fails the run; one message names all of them and the
 * months that each source lacks for them. */
#include <math.h>

#include "artifacts/predictions_csv.h"
#include "artifacts/predictions_json.h"
#include "csv/csv.h"
#include "data/coverage.h"
#include "data/history.h"
#include "data/key.h"
#include "data/reach.h"
#include "data/runs.h"
#include "learn/model.h"
#include "learn/outlook.h"
#include "show/grid.h"
#include "stage/stage.h"

struct predict_config {
    struct sources ingest;
    const char *month, *from, *to;
};

static const struct predict_config defaults = {.month = "", .from = "", .to = ""};

/* clang-format off */
static const struct option_row options[] = {
    OPTION(struct predict_config, month, -1, 0, "MONTH",
           "print one month, 2020-05, or one day, 2020-05-31"),
    OPTION(struct predict_config, from, -1, 0, "MONTH", "print a range, from this row on"),
    OPTION(struct predict_config, to, -1, 0, "MONTH",
           "the last row of a range; without it, as far as the data go"),
};
/* clang-format on */

struct predict_job {
    struct run *run;
    const struct predict_config *config;
    struct model model;
    struct outlook outlook;
    struct history history;     // where there is one series,
    struct histories histories; // and where rows have groups
    struct coverage coverage;
    struct reach reach;
    bool range;
    int32_t from, to;
    size_t columns;
    const char **name; // [columns]
};

/* The first key that a text means and the last: of days a month means all, and so on. */
static enum status parse_key(struct predict_job *job, const char *option,
                             const char *value, int32_t *ret_first, int32_t *ret_last,
                             struct error *err)
{
    const struct timestep *step = key_step(&job->run->pipeline);
    const char *expected = timestep_span(step, view_of(value), ret_first, ret_last);
    if (expected)
        return error_set(err, STATUS_USAGE, "expected %s%s behind --%s, found %s",
                         expected, step->months == 1 ? "" : " or a month like 2020-05",
                         option, QUOTE(value));
    return STATUS_OK;
}

static enum status read_range(struct predict_job *job, struct error *err)
{
    const struct predict_config *c = job->config;
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
    if (job->run->pipeline.group)
        return error_set(err, STATUS_USAGE,
                         "a range is one series', but the pipeline's rows have groups");
    if (!outlook_span(&job->outlook, &job->from, &job->to))
        job->from = job->to = 0;
    int32_t other;
    if (from[0] != '\0')
        TRY(parse_key(job, one ? "month" : "from", from, &job->from, &other, err));
    if (to[0] != '\0')
        TRY(parse_key(job, "to", to, &other, &job->to, err));
    if (job->from > job->to)
        return error_set(err, STATUS_USAGE,
                         "the range is empty: it begins after its end");
    return STATUS_OK;
}

static enum status read_reach(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    struct again again = run_again(run);
    struct features_json catalogue;
    if (features_json_read(run_input(run, "features.json"), run->mem, &catalogue, err) !=
        STATUS_OK) {
        again_hint(&again, "features", NULL, run->mem, err);
        return err->status;
    }
    job->reach = reach_of(&catalogue);
    return STATUS_OK;
}

static enum status read_coverage(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    struct again again = run_again(run);
    struct quality_json quality;
    const char *path = run_input(run, "quality.json");
    enum status status = quality_json_read(path, run->mem, &quality, err);
    if (status == STATUS_OK)
        status = coverage_of(&quality, path, key_step(&run->pipeline), run->mem,
                             &job->coverage, err);
    if (status != STATUS_OK)
        again_hint(&again, "clean", NULL, run->mem, err);
    return status;
}

static enum status read_past(struct predict_job *job, struct error *err)
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

static enum status load(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    struct watch watch = run_watch(run);
    struct again again = run_again(run);
    if (job->model.learnt.task == TASK_REGRESSION)
        TRY(read_past(job, err));
    TRY(outlook_read(&again, &watch, &job->model, &job->history, &job->histories,
                     run->mem, &job->outlook, err));
    TRY(read_reach(job, err));
    return read_coverage(job, err);
}

/* Which rows a series model predicts. */
static void explain_series(const struct model_series *m, struct text *why)
{
    const struct series_model *model = m->choice.model;
    size_t least = model->least(m->choice.params, m->season);
    text_addf(why,
              "'%s' takes at least %zu step%s before, and forecasts %zu behind the "
              "last value",
              model->name, least, least == 1 ? "" : "s", m->horizon);
}

/* Why rows from the one key to the other cannot be predicted. */
static void explain(struct predict_job *job, int32_t first, int32_t last,
                    struct text *why)
{
    const struct pipeline *p = &job->run->pipeline;
    text_puts(why, "");
    if (job->model.series.choice.model)
        explain_series(&job->model.series, why);
    else if (!coverage_missing(&job->coverage, key_add(p, first, -job->reach.first),
                               key_add(p, last, -job->reach.last), why) &&
             !coverage_missing(&job->coverage, first, last, why)) // steps without a row
        text_puts(why, "its rows were dropped by clean or lie before the first one");
}

/* Reports the rows of the range that cannot be predicted, all at once, and why. */
static enum status refuse(struct predict_job *job, const struct row_runs *rows,
                          struct error *err)
{
    const struct pipeline *p = &job->run->pipeline;
    char first_text[TIMESTEP_TEXT], last_text[TIMESTEP_TEXT];
    struct text which = {.mem = job->run->scratch}, why = {.mem = job->run->scratch};
    struct error fault = {.status = STATUS_OK};
    int32_t first = job->from, last = job->to;
    for (size_t r = 0; r < rows->n; r++) {
        int32_t from = key_add(p, job->from, (int32_t)rows->run[r].from);
        int32_t to = key_add(p, job->from, (int32_t)rows->run[r].to);
        coverage_add_run(&which, job->coverage.step, from, to, r);
        first = r == 0 ? from : first;
        last = to;
    }
    explain(job, first, last, &why);
    error_set(&fault, STATUS_INPUT, "cannot predict %s: %s", which.p, why.p);
    if (outlook_span(&job->outlook, &first, &last))
        error_hint(&fault, "the data allow %s to %s", key_text(p, first, first_text),
                   key_text(p, last, last_text));
    *err = fault;
    return fault.status;
}

/* The columns of what is written and printed: the row, what is known of its target, and
 * the answer; of classes the probabilities too, of labels a column each. */
static void name_columns(struct predict_job *job)
{
    struct arena *mem = job->run->mem;
    const struct target *t = &job->model.learnt;
    const struct prediction *p = &job->outlook.upcoming.prediction;
    const char *key = key_name(&job->run->pipeline);
    job->name = ARENA_ARRAY(mem, const char *, 4 + p->p);
    job->name[job->columns++] = key ? key : "row";
    if (job->run->pipeline.group)
        job->name[job->columns++] = job->run->pipeline.group;
    for (size_t c = 0; t->task == TASK_LABELS && c < p->p; c++)
        job->name[job->columns++] = arena_format(mem, "prediction_%s", p->name[c]);
    if (t->task == TASK_REGRESSION)
        job->name[job->columns++] = "actual";
    if (t->task != TASK_LABELS)
        job->name[job->columns++] = "prediction";
    for (size_t c = 0;
         p->answer == ANSWER_PROBABILITIES && t->task == TASK_CLASSES && c < p->p; c++)
        job->name[job->columns++] = arena_format(mem, "probability_%s", p->name[c]);
}

static struct listing_cell number_cell(double x)
{
    return (struct listing_cell){.kind = isnan(x) ? LISTING_MISSING : LISTING_NUMBER,
                                 .number = x};
}

static struct listing_cell text_cell(const char *text)
{
    return (struct listing_cell){.kind = LISTING_TEXT, .text = view_of(text)};
}

/* The cells of row i of the predictions; key NULL: rows have no time. */
static void set_cells(const struct predict_job *job, const char *label, const char *group,
                      double actual, const struct prediction *p, size_t i,
                      struct listing_cell *cell)
{
    const struct target *t = &job->model.learnt;
    *cell++ = text_cell(label);
    if (group)
        *cell++ = text_cell(group);
    if (t->task == TASK_REGRESSION)
        *cell++ = number_cell(actual);
    if (t->task == TASK_CLASSES)
        *cell++ = text_cell(t->class_name[prediction_class(p, i)]);
    if (t->task == TASK_CLASSES && p->answer != ANSWER_PROBABILITIES)
        return;
    for (size_t c = 0; c < p->p; c++)
        *cell++ = number_cell(p->value[c][i]);
}

/* Of a key that is known to have a row. */
static void set_key_cells(const struct predict_job *job, int32_t key, char *label,
                          struct listing_cell *cell)
{
    size_t row;
    const struct prediction *p = outlook_find(&job->outlook, key, &row);
    set_cells(job, key_text(&job->run->pipeline, key, label), NULL,
              history_value(&job->history, key), p, row, cell);
}

static enum status put_names(const struct predict_job *job, struct csv_writer *w,
                             struct error *err)
{
    for (size_t c = 0; c < job->columns; c++)
        TRY(csv_put_text(w, view_of(job->name[c]), err));
    return csv_end(w, err);
}

static double cell_value(const struct listing_cell *cell)
{
    return cell->kind == LISTING_NUMBER ? cell->number : NAN;
}

static enum status put(const struct predict_job *job, struct csv_writer *w,
                       const struct listing_cell *cell, struct error *err)
{
    if (job->model.learnt.task == TASK_REGRESSION) {
        size_t g = job->run->pipeline.group ? 1 : 0;
        const struct predictions_csv_row row = {.key = cell[0].text.p,
                                                .group = g ? cell[1].text.p : NULL,
                                                .actual = cell_value(&cell[1 + g]),
                                                .prediction = cell_value(&cell[2 + g])};
        return predictions_csv_put(w, &row, err);
    }
    for (size_t c = 0; c < job->columns; c++) {
        if (cell[c].kind == LISTING_TEXT)
            TRY(csv_put_text(w, cell[c].text, err));
        else
            TRY(csv_put_real(w, cell_value(&cell[c]), err));
    }
    return csv_end(w, err);
}

/* Adds a row to what is printed: of a table for a terminal, of CSV for a pipe. */
static void add_row(struct predict_job *job, struct grid *grid,
                    const struct listing_cell *cell, struct text *out)
{
    char buffer[40];
    for (size_t c = 0; job->run->terminal && c < grid->n; c++)
        grid_put(grid, c, &cell[c], out);
    if (job->run->terminal) {
        grid_end(out);
        return;
    }
    for (size_t c = 0; c < job->columns; c++) {
        struct view v = listing_text(&cell[c], buffer);
        text_add(out, v.p, v.n);
        text_putc(out, c + 1 < job->columns ? ',' : '\n');
    }
}

static void print_names(const struct predict_job *job, struct grid *grid,
                        struct text *out)
{
    if (job->run->terminal) {
        grid_names(grid, out);
        return;
    }
    for (size_t c = 0; c < job->columns; c++)
        text_addf(out, "%s%s", c > 0 ? "," : "", job->name[c]);
    text_putc(out, '\n');
}

/* Prints the rows that were asked for. */
static void print_range(struct predict_job *job)
{
    const struct pipeline *p = &job->run->pipeline;
    struct text out = {.mem = job->run->mem};
    struct listing_cell *cell =
        ARENA_ARRAY(job->run->mem, struct listing_cell, job->columns);
    struct grid grid;
    char label[TIMESTEP_TEXT];
    grid_begin(&grid, job->name, job->columns, job->run->mem);
    for (int32_t key = job->from; key <= job->to; key = key_add(p, key, 1)) {
        set_key_cells(job, key, label, cell);
        for (size_t c = 0; c < job->columns; c++)
            grid_measure(&grid, c, &cell[c]);
    }
    grid_fit(&grid, run_columns(job->run));
    print_names(job, &grid, &out);
    for (int32_t key = job->from; key <= job->to; key = key_add(p, key, 1)) {
        set_key_cells(job, key, label, cell);
        add_row(job, &grid, cell, &out);
        job->run->rows_out++;
    }
    (void)fwrite(out.p, 1, out.n, stdout); // stage_main looks at ferror
}

static bool is_predicted(const struct predict_job *job, int32_t key)
{
    size_t row;
    const struct prediction *p = outlook_find(&job->outlook, key, &row);
    return p && !isnan(p->value[0][row]);
}

static enum status write_range(struct predict_job *job, struct csv_writer *w,
                               struct error *err)
{
    const struct pipeline *p = &job->run->pipeline;
    struct row_runs refused = {.mem = job->run->mem};
    struct listing_cell *cell =
        ARENA_ARRAY(job->run->mem, struct listing_cell, job->columns);
    char label[TIMESTEP_TEXT];
    size_t step = 0;
    for (int32_t key = job->from; key <= job->to; key = key_add(p, key, 1), step++)
        if (!is_predicted(job, key))
            runs_add(&refused, step);
    if (refused.n > 0)
        return refuse(job, &refused, err);
    print_range(job);
    for (int32_t key = job->from; w->out && key <= job->to; key = key_add(p, key, 1)) {
        set_key_cells(job, key, label, cell);
        TRY(put(job, w, cell, err));
    }
    return STATUS_OK;
}

/* The name of a row's group, NULL where there are none. */
static const char *group_text(const struct frame *f, size_t i,
                              char buffer[GROUP_NAME + 1])
{
    if (!f->group)
        return NULL;
    const struct group_name *name = &f->groups->name[f->group[i]];
    if (f->groups->numbers)
        snprintf(buffer, GROUP_NAME + 1, "%lld", (long long)name->number);
    else
        snprintf(buffer, GROUP_NAME + 1, "%.*s", (int)name->text.n, name->text.p);
    return buffer;
}

/* What came true of a row, as far as it is known. */
static double actual_of(const struct predict_job *job, const struct frame *f, size_t i)
{
    const struct history *h = &job->history;
    if (f->group)
        h = histories_find(&job->histories, &f->groups->name[f->group[i]]);
    return h && f->key ? history_value(h, f->key[i]) : NAN;
}

static enum status write_upcoming(struct predict_job *job, struct csv_writer *w,
                                  struct error *err)
{
    const struct predicted *u = &job->outlook.upcoming;
    struct listing_cell *cell =
        ARENA_ARRAY(job->run->mem, struct listing_cell, job->columns);
    struct frame keys = u->frame;
    char label[FRAME_LABEL], group[GROUP_NAME + 1];
    keys.group = NULL; // which has a column of its own
    for (size_t i = 0; i < u->frame.n; i++) {
        set_cells(job, frame_label(&keys, i, label), group_text(&u->frame, i, group),
                  actual_of(job, &u->frame, i), &u->prediction, i, cell);
        TRY(put(job, w, cell, err));
        job->run->rows_out++;
    }
    return STATUS_OK;
}

/* Vouches for the predictions; opened last, so that it is renamed last. */
static enum status write_summary(const struct predict_job *job,
                                 struct output *predictions, struct error *err)
{
    struct run *run = job->run;
    struct output *out;
    struct predictions_json summary = {.pipeline = run->pipeline.name,
                                       .target =
                                           target_text(&job->model.learnt, run->mem),
                                       .rows = run->rows_out,
                                       .model = artifact_digits(job->model.document),
                                       .options = run_words(run)};
    TRY(run_output(run, "predictions.json", &out, err));
    TRY(artifact_vouch(predictions, run->mem, &summary.table, err));
    return predictions_json_write(&summary, out, err);
}

static enum status predict_rows(struct predict_job *job, struct error *err)
{
    struct csv_writer w = {0};
    TRY(load(job, err));
    name_columns(job);
    TRY(read_range(job, err));
    job->run->rows_in = job->outlook.known.frame.n + job->outlook.upcoming.frame.n;
    bool writes = !job->range || job->run->out_given;
    if (writes) {
        TRY(run_output(job->run, "predictions.csv", &w.out, err));
        output_sum_begin(w.out);
        if (job->model.learnt.task == TASK_REGRESSION)
            TRY(predictions_csv_begin(&w, job->name[0], job->run->pipeline.group, err));
        else
            TRY(put_names(job, &w, err));
    } else {
        run_only_prints();
    }
    TRY(job->range ? write_range(job, &w, err) : write_upcoming(job, &w, err));
    return writes ? write_summary(job, w.out, err) : STATUS_OK;
}

static enum status run_predict(struct run *run, struct error *err)
{
    struct predict_job job = {.run = run, .config = run->config};
    struct watch watch = run_watch(run);
    struct again again = run_again(run);
    TRY(outlook_model(&again, &watch, run->mem, &job.model, err));
    enum status status = predict_rows(&job, err);
    model_release(&job.model);
    return status;
}

static const struct section sections[] = {
    {"ingest", source_rows, 1, offsetof(struct predict_config, ingest)},
};

static const struct stage predict = {
    .name = "predict",
    .summary = "predicts the rows to come, one month, or a range",
    .operand = "PIPELINE.yaml",
    .about =
        "Reads model.json, features.arrow, upcoming.arrow, features.json, "
        "quality.json and the\n"
        "target's history in raw/*.arrow.\n"
        "Writes predictions.csv (month, actual where it is known, prediction) and "
        "predictions.json.\n"
        "With --month, --from or --to prints these rows instead, a table on a "
        "terminal, CSV in a\n"
        "pipe; --out DIR writes them to DIR as well.\n"
        "Reads the tables in batches and holds model.json and, where rows have a time,\n"
        "a prediction a row.\n"
        "When a month cannot be predicted it lists what each source lacks and "
        "writes nothing.",
    .options = options,
    .n_options = COUNT_OF(options),
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_AS_OF | STAGE_SET | STAGE_MEMORY,
    .config_size = sizeof(struct predict_config),
    .defaults = &defaults,
    .run = run_predict,
    .stops = true,
};

int main(int argc, char **argv)
{
    return stage_main(&predict, argc, argv);
}
