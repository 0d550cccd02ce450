/* predict: the model's answer for the months to come, one month, or a range.
 *
 * Without a range it writes the rows that have all features and no target yet.  A range is
 * a question: its answer is printed, and no artifact changes unless --out says where to.  A
 * row that cannot be predicted fails the run; one message names all of them and the
 * months that each source lacks for them. */
#include <math.h>

#include "artifacts/predictions_json.h"
#include "data/history.h"
#include "data/ids.h"
#include "data/key.h"
#include "outlook/answers.h"
#include "outlook/outlook.h"
#include "outlook/unpredicted.h"
#include "show/printed.h"
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
    struct histories histories; // of the target
    struct unpredicted unpredicted;
    struct ids known, upcoming; // of the outlook's rows
    bool range;
    int32_t from, to;
    struct predictions_csv table; // rows of a range
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

static enum status read_past(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct pipeline *p = &run->pipeline;
    int32_t last = key_as_of(p, run_as_of(run));
    return histories_read(run->in, p, &job->config->ingest, last, run->mem,
                          &job->histories, err);
}

/* A series model makes up the rows to come: no table has ids of them. */
static enum status open_ids(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct pipeline *p = &run->pipeline;
    TRY(ids_open(&job->known, run_input(run, "features.arrow"), p, run->mem, err));
    if (job->model.series.choice.model)
        return STATUS_OK;
    return ids_open(&job->upcoming, run_input(run, "upcoming.arrow"), p, run->mem, err);
}

/* The id of a row of one of the two tables as a text; NULL where the pipeline has none. */
static enum status id_of(struct predict_job *job, struct ids *ids, size_t row,
                         const char **ret, struct error *err)
{
    char number[ROW_ID_NUMBER];
    struct row_id id;
    *ret = NULL;
    if (!job->run->pipeline.id)
        return STATUS_OK;
    TRY(ids_at(ids, row, &id, err));
    struct view text = row_id_text(&id, number);
    *ret = arena_copy(job->run->mem, text.p, text.n);
    return STATUS_OK;
}

static enum status load(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    struct watch watch = run_watch(run);
    struct again again = run_again(run);
    if (job->model.learnt.task == TASK_REGRESSION)
        TRY(read_past(job, err));
    TRY(outlook_read(&again, &watch, &job->model, &job->histories, run->mem,
                     &job->outlook, err));
    TRY(open_ids(job, err));
    return unpredicted_read(&again, &job->model, &job->outlook, run->mem,
                            &job->unpredicted, err);
}

static bool is_predicted(const struct predict_job *job, int32_t key)
{
    size_t row;
    const struct prediction *p = outlook_find(&job->outlook, key, &row);
    return p && !isnan(p->value[0][row]);
}

/* Makes the rows of the range; refuses it where some cannot be predicted. */
static enum status make_range(struct predict_job *job, struct error *err)
{
    const struct pipeline *p = &job->run->pipeline;
    struct arena *mem = job->run->mem;
    struct row_runs refused = {.mem = mem};
    struct predictions_csv *t = &job->table;
    const struct history *h = histories_find(&job->histories, NULL);
    char label[TIMESTEP_TEXT];
    size_t step = 0, row, cap = 0;
    for (int32_t key = job->from; key <= job->to; key = key_add(p, key, 1), step++) {
        if (!is_predicted(job, key)) {
            runs_add(&refused, step);
            continue;
        }
        const struct prediction *said = outlook_find(&job->outlook, key, &row);
        ARENA_ROOM(mem, t->row, t->n, cap, 64);
        struct predictions_csv_row *r = &t->row[t->n++];
        *r = (struct predictions_csv_row){
            .key = arena_string(mem, key_text(p, key, label)),
            .cell = ARENA_ARRAY(mem, struct predictions_csv_cell, t->p)};
        bool is_known = said == &job->outlook.known.prediction;
        TRY(id_of(job, is_known ? &job->known : &job->upcoming, row, &r->id, err));
        answers_cells(&job->model.learnt, said, row, history_value(h, key), r->cell);
    }
    if (refused.n > 0)
        return unpredicted_refuse(&job->unpredicted, job->from, &refused,
                                  job->run->scratch, err);
    return STATUS_OK;
}

static struct listing_cell shown(const struct predictions_csv_column *column,
                                 const struct predictions_csv_cell *cell)
{
    if (column->text)
        return (struct listing_cell){.kind = LISTING_TEXT, .text = view_of(cell->text)};
    return (struct listing_cell){.kind = isnan(cell->number) ? LISTING_MISSING
                                                             : LISTING_NUMBER,
                                 .number = cell->number};
}

static struct listing_cell text_cell(const char *text)
{
    return (struct listing_cell){.kind = LISTING_TEXT, .text = view_of(text)};
}

/* Prints the rows that were asked for, which have no groups. */
static void print_range(const struct predict_job *job)
{
    const struct predictions_csv *t = &job->table;
    struct arena *mem = job->run->mem;
    struct text out = {.mem = mem};
    size_t names = 1 + (t->id ? 1 : 0), p = names + t->p;
    const char **name = ARENA_ARRAY(mem, const char *, p);
    struct listing_cell *cell = ARENA_ARRAY(mem, struct listing_cell, t->n * p);
    name[0] = t->by;
    name[names - 1] = t->id ? t->id : t->by;
    for (size_t c = 0; c < t->p; c++)
        name[names + c] = t->column[c].name;
    for (size_t i = 0; i < t->n; i++) {
        const struct predictions_csv_row *row = &t->row[i];
        cell[i * p] = text_cell(row->key);
        if (t->id)
            cell[i * p + 1] = text_cell(row->id);
        for (size_t c = 0; c < t->p; c++)
            cell[i * p + names + c] = shown(&t->column[c], &row->cell[c]);
    }
    const struct printed printed = {name, t->n, p, cell};
    printed_add(&printed, job->run->terminal ? run_columns(job->run) : 0, &out);
    (void)fwrite(out.p, 1, out.n, stdout); // stage_main looks at ferror
}

static enum status write_range(struct predict_job *job, struct csv_writer *w,
                               struct error *err)
{
    const struct predictions_csv *t = &job->table;
    TRY(make_range(job, err));
    print_range(job);
    job->run->rows_out = t->n;
    for (size_t i = 0; w->out && i < t->n; i++)
        TRY(predictions_csv_put(w, t, &t->row[i], err));
    return STATUS_OK;
}

/* What came true of a row, as far as it is known. */
static double actual_of(const struct predict_job *job, const struct frame *f, size_t i)
{
    const struct group_name *name = f->group ? &f->groups->name[f->group[i]] : NULL;
    const struct history *h = histories_find(&job->histories, name);
    return f->key ? history_value(h, f->key[i]) : NAN;
}

static enum status write_upcoming(struct predict_job *job, struct csv_writer *w,
                                  struct error *err)
{
    const struct predicted *u = &job->outlook.upcoming;
    const struct predictions_csv *t = &job->table;
    struct predictions_csv_cell *cell =
        ARENA_ARRAY(job->run->mem, struct predictions_csv_cell, t->p);
    struct frame keys = u->frame;
    char label[FRAME_LABEL], group[GROUP_NAME + 1];
    keys.group = NULL; // which has a column of its own
    for (size_t i = 0; i < u->frame.n; i++) {
        const char *name =
            u->frame.group ? group_text(u->frame.groups, u->frame.group[i], group) : NULL;
        struct predictions_csv_row row = {frame_label(&keys, i, label), name, NULL, cell};
        TRY(id_of(job, &job->upcoming, i, &row.id, err));
        answers_cells(&job->model.learnt, &u->prediction, i, actual_of(job, &u->frame, i),
                      cell);
        TRY(predictions_csv_put(w, t, &row, err));
    }
    job->run->rows_out = u->frame.n;
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
    job->table = answers_table(&job->run->pipeline, &job->model.learnt,
                               &job->outlook.upcoming.prediction, job->run->mem);
    TRY(read_range(job, err));
    job->run->rows_in = job->outlook.known.frame.n + job->outlook.upcoming.frame.n;
    bool writes = !job->range || job->run->out_given;
    if (writes) {
        TRY(run_output(job->run, "predictions.csv", &w.out, err));
        output_sum_begin(w.out);
        TRY(predictions_csv_begin(&w, &job->table, err));
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
    ids_close(&job.known);
    ids_close(&job.upcoming);
    model_release(&job.model);
    return status;
}

static const struct section sections[] = {
    {"ingest", source_rows, COUNT_OF(source_rows),
     offsetof(struct predict_config, ingest)},
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
