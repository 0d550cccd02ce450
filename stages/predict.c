/* predict: the model's answer for the months to come, one month, or a range.
 *
 * Without a range it writes the rows that have all features and no target yet.  A range is
 * a question: its answer is printed, and no artifact changes unless --out says where to.  A
 * row that cannot be predicted fails the run; one message names all of them and the
 * months that each source lacks for them. */
#include <math.h>

#include "artifacts/predictions_json.h"
#include "artifacts/verdict_json.h"
#include "batch/batch_apart.h"
#include "batch/batch_tee.h"
#include "data/history.h"
#include "data/ids.h"
#include "data/key.h"
#include "outlook/answers_file.h"
#include "outlook/bands.h"
#include "outlook/outlook.h"
#include "outlook/range.h"
#include "stage/stage.h"

struct predict_config {
    struct sources ingest;
    struct batch_rule predict;
    const char *month, *from, *to;
    const char *input, *output, *log;
    bool history;
    size_t batch, last;
    unsigned format;
};

static const struct predict_config defaults = {.predict = {.id = "", .encoding = ""},
                                               .month = "",
                                               .from = "",
                                               .to = "",
                                               .log = "state/predictions.db",
                                               .last = 20};

/* clang-format off */
static const struct option_row options[] = {
    OPTION(struct predict_config, month, -1, 0, "MONTH",
           "print one month, 2020-05, or one step of time as it stands in predictions.csv: "
           "2020-05-31, 2020-W21, 2020-Q2, 2020, '2020-05-31 14:00'; of a longer span all "
           "steps in it"),
    OPTION(struct predict_config, from, -1, 0, "MONTH", "print a range, from this row on"),
    OPTION(struct predict_config, to, -1, 0, "MONTH",
           "the last row of a range; without it, as far as the data go"),
    OPTION(struct predict_config, input, 0, 0, "FILE.csv",
           "answer each row of this file, in its order; bad rows are refused one by one"),
    OPTION(struct predict_config, output, 0, 0, "FILE",
           "where these answers go, whole or not at all; without it they are printed"),
    OPTION(struct predict_config, log, 0, 0, "FILE",
           "the SQLite file that keeps them, with the model's version and the file's "
           "digest; none: they are not kept"),
    OPTION(struct predict_config, history, 0, 0, NULL,
           "list what --input answered before, the last --last times"),
    OPTION(struct predict_config, last, 1, 1e9, "N", "so many lines of the history"),
    OPTION(struct predict_config, batch, 1, 1e15, "N",
           "print the answers of that line of the history again"),
    OPTION_ENUM(struct predict_config, format, BATCH_FORMAT_WORDS,
                "of these answers and of the history: CSV, or a JSON object a line"),
};
/* clang-format on */

/* The places of these rows, for run->given. */
enum {
    GIVEN_MONTH,
    GIVEN_FROM,
    GIVEN_TO,
    GIVEN_INPUT,
    GIVEN_OUTPUT,
    GIVEN_LOG,
    GIVEN_HISTORY,
    GIVEN_LAST,
    GIVEN_BATCH,
    GIVEN_FORMAT
};

struct predict_job {
    struct run *run;
    const struct predict_config *config;
    struct model model;
    struct outlook outlook;
    struct histories histories; // of the target
    struct unpredicted unpredicted;
    struct ids known, upcoming; // of the outlook's rows
    double level;               // of the bands; NaN: there are none
    size_t version;             // of the registry, of the model
    bool range;
    struct asked asked;           // of a range
    struct predictions_csv table; // rows of a range
};

/* With the columns of the model in production, whatever the pipeline's file names today. */
static enum status read_past(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    struct pipeline p = run->pipeline;
    int32_t last = key_as_of(&p, run_as_of(run));
    p.outside = job->model.series.outside;
    p.root = NULL; // a column that is gone is told of the model that wants it
    p.path = run_input(run, "production/model.json");
    return histories_read(run->in, &p, &job->config->ingest, last, run->mem,
                          &job->histories, err);
}

/* A series model makes up the rows to come: no table has ids of them. */
static enum status open_ids(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct pipeline *p = &run->pipeline;
    TRY(ids_open(&job->known, run_input(run, "features.arrow"), p, run->mem, err));
    if (job->model.series.fitted.choice.model)
        return STATUS_OK;
    return ids_open(&job->upcoming, run_input(run, "upcoming.arrow"), p, run->mem, err);
}

static enum status load(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    struct watch watch = run_watch(run);
    struct again again = run_again(run);
    if (job->model.learnt.task == TASK_REGRESSION)
        TRY(read_past(job, err));
    // Known rows of one series are read in any case: so a damaged table is found.
    bool anomaly = job->model.learnt.task == TASK_ANOMALY;
    struct outlook_known known = {
        .read = anomaly ||
                (run->pipeline.time.column && (job->range || !run->pipeline.group)),
        .asked = job->range};
    TRY(outlook_read(&again, &watch, &job->model, &job->histories, &known,
                     run_threads(run, SIZE_MAX), run->mem, &job->outlook, err));
    TRY(bands_read(&again, &job->model, &job->histories, run->mem, &job->outlook.upcoming,
                   &job->level, err));
    TRY(open_ids(job, err));
    return unpredicted_read(&again, &job->model, &job->outlook, run->mem,
                            &job->unpredicted, err);
}

/* Prints the rows that were asked for. */
static void print_range(const struct predict_job *job)
{
    struct text out = {.mem = job->run->mem};
    answers_print(&job->table, job->run->terminal ? run_columns(job->run) : 0, &out);
    (void)fwrite(out.p, 1, out.n, stdout); // stage_main looks at ferror
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
                                       .level = job->level,
                                       .model = artifact_digits(job->model.document),
                                       .options = run_words(run)};
    TRY(run_output(run, "predictions.json", &out, err));
    TRY(artifact_vouch(predictions, run->mem, &summary.table, err));
    return predictions_json_write(&summary, out, err);
}

/* Writes rows of the outlook; id: [n] theirs, NULL: those of upcoming.arrow. */
static enum status write_rows(struct predict_job *job, struct predicted of,
                              const struct row_id *id, struct error *err)
{
    struct run *run = job->run;
    struct long_files files;
    struct answered answered = {.pipeline = &run->pipeline,
                                .learnt = &job->model.learnt,
                                .histories = &job->histories,
                                .of = of,
                                .ids = job->upcoming.file && !of.actual ? &job->upcoming
                                                                        : &job->known,
                                .id = id,
                                .n_answers = job->table.p,
                                .answer = job->table.column};
    TRY(run_output(run, "predictions.csv", &files.csv, err));
    TRY(run_output(run, "predictions.arrow", &files.arrow, err));
    struct output *holder = long_table_holder(&files, of.frame.n);
    output_sum_begin(holder);
    TRY(answered_write(&answered, &files, run->mem, err));
    return write_summary(job, holder, err);
}

/* What the answers to a range are made of. */
static struct range_facts facts_of(struct predict_job *job, const struct watch *watch)
{
    return (struct range_facts){.pipeline = &job->run->pipeline,
                                .model = &job->model,
                                .outlook = &job->outlook,
                                .histories = &job->histories,
                                .unpredicted = &job->unpredicted,
                                .known = &job->known,
                                .upcoming = &job->upcoming,
                                .level = job->level,
                                .watch = watch,
                                .mem = job->run->mem,
                                .scratch = job->run->scratch};
}

static enum status write_range(struct predict_job *job, struct error *err)
{
    const struct row_id *id;
    struct watch watch = run_watch(job->run);
    struct range_facts facts = facts_of(job, &watch);
    const struct predict_config *c = job->config;
    const struct range_words words = {c->month, c->from, c->to};
    TRY(range_read(&facts, &words, &job->asked, err));
    TRY(range_make(&facts, &job->asked, &job->table, err));
    print_range(job);
    job->run->rows_out = job->table.n;
    if (!job->run->out_given)
        return STATUS_OK;
    TRY(range_ids(&facts, &job->asked, &id, err));
    return write_rows(job, answered_gather(&job->asked, job->run->mem), id, err);
}

/* Rows that a series model makes up have no ids, which is to be said of each. */
static enum status write_upcoming(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    if (job->model.learnt.task == TASK_ANOMALY) { // whose values are there to be judged
        run->rows_out = job->outlook.known.frame.n;
        return write_rows(job, job->outlook.known, NULL, err);
    }
    size_t n = job->outlook.upcoming.frame.n;
    bool none = run->pipeline.id && !job->upcoming.file;
    run->rows_out = n;
    return write_rows(job, job->outlook.upcoming,
                      none ? ARENA_ARRAY(run->mem, struct row_id, n) : NULL, err);
}

static enum status predict_rows(struct predict_job *job, struct error *err)
{
    TRY(load(job, err));
    job->table = answers_table(&job->run->pipeline, &job->model.learnt,
                               &job->outlook.upcoming.prediction, !isnan(job->level),
                               job->run->mem);
    job->run->rows_in = job->outlook.known.frame.n + job->outlook.upcoming.frame.n;
    if (!job->range)
        return write_upcoming(job, err);
    if (!job->run->out_given)
        run_only_prints();
    return write_range(job, err);
}

/* Says which model predicts, where nobody would expect it. */
static void warn_unpromoted(struct run *run, const struct verdict_json *verdict)
{
    struct error warning;
    if (strcmp(verdict->predicts.of, "candidate") != 0)
        return;
    (void)error_set(&warning, STATUS_OK,
                    "the gate has promoted no model yet: the candidate predicts");
    error_hint(&warning, "'bin/register %s --check' says why", run->pipeline.path);
    run_warn(run, &warning);
}

/* Reads the model that predicts, and what vouches for it. */
static enum status read_model(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    struct watch watch = run_watch(run);
    struct again again = run_again(run);
    struct verdict_json verdict;
    const char *path = run_input(run, "verdict.json");
    TRY(verdict_json_read(path, run->mem, &verdict, err));
    TRY(outlook_model(&again, &watch, "production/model.json", "register", run->mem,
                      &job->model, err));
    warn_unpromoted(run, &verdict);
    job->version = verdict.predicts.version;
    if (strcmp(artifact_digits(job->model.document), verdict.predicts.model) == 0)
        return STATUS_OK;
    model_release(&job->model);
    (void)error_refuse(err, path, "predicts.model",
                       "production/model.json is another model");
    again_hint(&again, "register", &verdict.options, run->mem, err);
    return STATUS_INPUT;
}

/* Where answers are printed. */
static struct batch_writer printing(struct run *run)
{
    const struct predict_config *c = run->config;
    return (struct batch_writer){.format = c->format,
                                 .to = stdout,
                                 .columns = run->terminal ? run_columns(run) : 0,
                                 .mem = run->mem};
}

/* Where the log is, or NULL. */
static const char *log_path(const struct predict_config *c)
{
    return strcmp(c->log, "none") == 0 ? NULL : c->log;
}

/* Answers go where nobody else's bytes stand. */
static enum status open_answers(struct run *run, struct output **ret, struct error *err)
{
    const struct predict_config *c = run->config;
    const struct batch_apart from = {c->input, run->pipeline.path, run->in, log_path(c)};
    TRY(batch_apart_log(&from, err));
    if (!c->output)
        return STATUS_OK;
    TRY(batch_apart_output(c->output, &from, run->mem, err));
    return publish_open(run->publish, c->output, ret, err);
}

static enum status answer_input(struct predict_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct predict_config *c = run->config;
    struct watch watch = run_watch(run);
    struct batch_writer writer = printing(run);
    const struct batch_log_head head = {.pipeline = run->pipeline.name,
                                        .model = artifact_digits(job->model.document),
                                        .version = job->version};
    struct batch_job questions = {.pipeline = &run->pipeline,
                                  .model = &job->model,
                                  .sources = &c->ingest,
                                  .rule = &c->predict,
                                  .outlook = job->range ? &job->outlook : NULL,
                                  .histories = &job->histories,
                                  .watch = &watch,
                                  .path = c->input,
                                  .mem = run->mem};
    if (job->range)
        TRY(load(job, err));
    TRY(open_answers(run, &writer.out, err));
    TRY(batch_serve(&questions, &writer, log_path(c), &head, err));
    run->rows_in = questions.rows;
    run->rows_out = questions.rows - questions.refused;
    if (run->rows_out > 0 || questions.rows == 0)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "none of %zu rows could be answered", questions.rows);
    error_at(err, c->input, 0, 0);
    return STATUS_INPUT;
}

static enum status show_history(struct run *run, struct error *err)
{
    const struct predict_config *c = run->config;
    struct batch_writer writer = printing(run);
    const struct batch_sink sink = {&writer, batch_write_begin, batch_write_row};
    run_only_prints();
    enum status status = c->batch > 0 ? batch_log_answers(c->log, run->pipeline.name,
                                                          c->batch, run->mem, &sink, err)
                                      : batch_log_list(c->log, run->pipeline.name,
                                                       c->last, run->mem, &sink, err);
    if (status == STATUS_OK)
        status = batch_write_flush(&writer, err);
    batch_write_release(&writer);
    return status;
}

/* Each option has a use in what is asked for, or is refused. */
static enum status check_question(const struct run *run, struct error *err)
{
    enum { RANGE = 1, INPUT = 2, HISTORY = 4 };
    static const unsigned of[] = {
        [GIVEN_MONTH] = RANGE,     [GIVEN_FROM] = RANGE,
        [GIVEN_TO] = RANGE,        [GIVEN_INPUT] = INPUT,
        [GIVEN_OUTPUT] = INPUT,    [GIVEN_LOG] = INPUT | HISTORY,
        [GIVEN_HISTORY] = HISTORY, [GIVEN_LAST] = HISTORY,
        [GIVEN_BATCH] = HISTORY,   [GIVEN_FORMAT] = INPUT | HISTORY};
    const struct predict_config *c = run->config;
    unsigned asked = c->history ? HISTORY : c->input ? INPUT : RANGE;
    for (size_t i = 0; i < COUNT_OF(of); i++)
        if (run->given[i] && !(of[i] & asked))
            return error_set(err, STATUS_USAGE, "--%s means nothing %s", options[i].name,
                             asked == HISTORY ? "beside --history"
                             : asked == INPUT ? "beside --input"
                             : of[i] & INPUT  ? "without --input"
                                              : "without --history");
    if (run->out_given && asked != RANGE)
        return error_set(err, STATUS_USAGE, "--out is of the chain's predictions; %s",
                         asked == INPUT ? "--output FILE says where answers go"
                                        : "the history is printed");
    return STATUS_OK;
}

static enum status run_predict(struct run *run, struct error *err)
{
    const struct predict_config *c = run->config;
    struct predict_job job = {.run = run, .config = c};
    TRY(check_question(run, err));
    if (c->history)
        return show_history(run, err);
    job.range = c->month[0] != '\0' || c->from[0] != '\0' || c->to[0] != '\0' ||
                (c->input && run->pipeline.time.column);
    TRY(read_model(&job, err));
    enum status status = c->input ? answer_input(&job, err) : predict_rows(&job, err);
    ids_close(&job.known);
    ids_close(&job.upcoming);
    model_release(&job.model);
    return status;
}

static const struct section sections[] = {
    {"ingest", source_rows, COUNT_OF(source_rows),
     offsetof(struct predict_config, ingest)},
    {"predict", batch_rows, BATCH_ROWS, offsetof(struct predict_config, predict)},
};

static const struct stage predict = {
    .name = "predict",
    .summary = "predicts the rows to come, one month, or a range",
    .operand = "PIPELINE.yaml",
    .about =
        "Reads verdict.json, production/, features.arrow, upcoming.arrow, "
        "features.json,\n"
        "quality.json and the target's history in raw/*.arrow and clean.arrow.\n"
        "Writes predictions.csv (month, actual where it is known, prediction and, where "
        "the "
        "model has\na backtest, a band around it) or, of "
        "more than\n"
        "100,000 rows, predictions.arrow (the other one has no rows), and "
        "predictions.json.\n"
        "With --month, --from or --to prints these rows instead, of all groups, a table "
        "on a "
        "terminal,\n"
        "CSV in a pipe; --out DIR writes them to DIR as well.\n"
        "With --input answers the rows of a CSV file, each by itself, with its id, a "
        "note "
        "where it\nhas no answer, and a warning with line and column; --history lists "
        "them later.\n"
        "Reads the tables in batches and holds the model and, where rows have a time,\n"
        "a prediction a row.\n"
        "When a month cannot be predicted it lists what each source lacks and "
        "writes nothing;\n"
        "of groups those that can be are there, and a warning counts the others.",
    .options = options,
    .n_options = COUNT_OF(options),
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_AS_OF | STAGE_SET | STAGE_THREADS |
             STAGE_MEMORY | STAGE_MAX_ERRORS,
    .config_size = sizeof(struct predict_config),
    .defaults = &defaults,
    .run = run_predict,
    .stops = true,
};

int main(int argc, char **argv)
{
    return stage_main(&predict, argc, argv);
}
