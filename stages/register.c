/* register: asks the gate whether tonight's candidate may predict.
 *
 * The candidate is what train and evaluate left.  The verdict, with what every rule asked
 * and found, is written in any case, and the files of the model that predicts from now on
 * stand in production/.  A refusal is exit status 4, or a warning with --exit-zero. */
#include <string.h>

#include "artifacts/features_json.h"
#include "base/stop.h"
#include "base/thread.h"
#include "data/history.h"
#include "data/key.h"
#include "file/file.h"
#include "file/json.h"
#include "gate/gate.h"
#include "gate/gate_time.h"
#include "learn/metric.h"
#include "stage/stage.h"

struct register_config {
    struct sources ingest;
    struct learning learning;
    struct rolling_settings rolling;
    struct gate_config gate;
    const char *registry;
    bool exit_zero, check;
};

static const struct register_config defaults = {.learning = LEARNING_DEFAULTS,
                                                .rolling = ROLLING_DEFAULTS,
                                                .gate = GATE_DEFAULTS,
                                                .registry = ""};

/* clang-format off */
static const struct option_row options[] = {
    OPTION(struct register_config, registry, -1, 0, "DIR",
           "the folder of the registries; otherwise 'registry', or beside 'artifacts/' of --out"),
    OPTION(struct register_config, exit_zero, 0, 0, NULL,
           "a refusal is told as a warning, and the exit status is 0"),
    OPTION(struct register_config, check, 0, 0, NULL,
           "print the verdict that stands in verdict.json, with its exit status, and change nothing"),
};
/* clang-format on */

struct register_job {
    struct run *run;
    const struct register_config *config;
    struct metrics_json metrics;
    struct residuals_json residuals;
    struct backtest_json backtest;
    struct quality_json quality;
    struct ingest_json ingest;
    struct features_json features;
    struct histories past; // of a regression with time, once it is asked for
    struct texts options;  // that the artifacts were made with
    struct registry registry;
    struct candidacy candidacy;
    struct verdict_json verdict;
};

/* Adds words that an artifact was made with. */
static void add_options(struct register_job *job, const char *const *word, size_t n)
{
    struct texts *all = &job->options;
    const char **v = ARENA_ARRAY(job->run->mem, const char *, all->n + n);
    for (size_t i = 0; i < all->n + n; i++)
        v[i] = i < all->n ? all->v[i] : word[i - all->n];
    *all = (struct texts){all->n + n, v};
}

/* Adds those of model.json. */
static enum status add_model_options(struct register_job *job, const json_t *root,
                                     struct error *err)
{
    struct run *run = job->run;
    const char *path = run_input(run, "model.json");
    json_t *list;
    TRY(json_get_array(root, "options", path, &list, err));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (!word)
            return error_refuse(err, path, "options", "expected a list of words");
        word = arena_string(run->mem, word);
        add_options(job, &word, 1);
    }
    return STATUS_OK;
}

/* Fails unless metrics.json is of the model in model.json. */
static enum status check_model(struct register_job *job, struct error *err)
{
    struct run *run = job->run;
    struct again again = run_again(run);
    const char *path = run_input(run, "model.json");
    CLEANUP(json_release) json_t *root = NULL;
    TRY(run_need_memory(run, JSON_MEMORY * file_size(path), "the model", err));
    TRY(run_made_by(run, "train", artifact_read(path, &root, err), err));
    if (job->metrics.model && strcmp(job->metrics.model, artifact_digits(root)) == 0)
        return add_model_options(job, root, err);
    (void)error_refuse(err, run_input(run, "metrics.json"), "model",
                       "the file is of another model than the one in model.json");
    again_hint(&again, "evaluate", &job->metrics.options, run->mem, err);
    return STATUS_INPUT;
}

#define READ(stage, read, name, into)                                                    \
    TRY(run_made_by(run, stage, read(run_input(run, name), run->mem, into, err), err))

static enum status read_candidate(struct register_job *job, struct error *err)
{
    struct run *run = job->run;
    READ("evaluate", metrics_json_read, "metrics.json", &job->metrics);
    READ("evaluate", residuals_json_read, "residuals.json", &job->residuals);
    READ("evaluate", backtest_json_read, "backtest.json", &job->backtest);
    READ("clean", quality_json_read, "quality.json", &job->quality);
    READ("ingest", ingest_json_read, "ingest.json", &job->ingest);
    READ("features", features_json_read, "features.json", &job->features);
    add_options(job, job->ingest.options.v, job->ingest.options.n);
    add_options(job, job->quality.options.v, job->quality.options.n);
    add_options(job, job->features.options.v, job->features.options.n);
    return check_model(job, err);
}

/* Where the registries are: a run whose artifacts stand elsewhere has its own. */
static const char *registry_folder(const struct register_job *job)
{
    struct run *run = job->run;
    const char *usual = arena_format(run->mem, "artifacts/%s", run->pipeline.name);
    const char *out = file_plain(run->mem, run->out);
    size_t n = strlen(out), k = strlen(usual);
    if (job->config->registry[0])
        return job->config->registry;
    if (strcmp(out, usual) == 0)
        return REGISTRY_FOLDER;
    if (n > k && out[n - k - 1] == '/' && strcmp(out + n - k, usual) == 0)
        return file_join(run->mem, arena_copy(run->mem, out, n - k), REGISTRY_FOLDER);
    return run_output_path(run, REGISTRY_FOLDER);
}

static enum status enter(struct register_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct metric *m = metric_judge(run->pipeline.task);
    struct candidacy_request request = {.registry = &job->registry,
                                        .options = job->options,
                                        .pipeline = &run->pipeline,
                                        .folder = run->in,
                                        .figure = m ? m->name : ""};
    job->registry = registry_at(registry_folder(job), run->pipeline.name);
    return candidacy_enter(&request, run->mem, &job->candidacy, err);
}

/* Reads the target's history, where it has one. */
static enum status read_past(struct register_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct pipeline *p = &run->pipeline;
    if (p->task != TASK_REGRESSION || !p->time.column || job->past.n > 0)
        return STATUS_OK;
    return histories_read(run->in, p, &job->config->ingest, key_as_of(p, run_as_of(run)),
                          run->mem, &job->past, err);
}

/* Both recipes on today's rows. */
static enum status fight(struct register_job *job, struct duel *ret, struct error *err)
{
    struct run *run = job->run;
    const struct pipeline *p = &run->pipeline;
    const struct candidacy *s = &job->candidacy;
    struct watch watch = run_watch(run);
    struct duel_request request = {
        .job = {.pipeline = p,
                .learning = &job->config->learning,
                .settings = &job->config->rolling,
                .histories = &job->past,
                .features = run_input(run, "features.arrow"),
                .catalogue = run_input(run, "features.json"),
                .threads = run->threads ? run->threads : thread_available(),
                .watch = &watch},
        .model = run_input(run, "model.json"),
        .parameters = registry_file(&job->registry, s->rival.version, REGISTRY_PARAMETERS,
                                    run->mem),
        .catalogue =
            registry_file(&job->registry, s->rival.version, "features.json", run->mem),
        .folder = run->in,
        .sources = &job->config->ingest,
        .last = key_as_of(p, run_as_of(run))};
    TRY(read_past(job, err));
    stop_begin();
    return stop_end(duel_run(&request, run->mem, ret, err), err);
}

/* Judges a challenger beside production. */
static enum status challenge(struct register_job *job, struct gate_case *c,
                             bool *ret_proven, struct error *err)
{
    struct duel duel;
    struct ledger ledger;
    if (job->candidacy.kind != CANDIDACY_CHALLENGER)
        return STATUS_OK;
    TRY(fight(job, &duel, err));
    TRY(ledger_look(&job->candidacy, job->run->mem, &ledger, err));
    *ret_proven = gate_challenge(c, &job->candidacy, &duel, &ledger);
    return STATUS_OK;
}

/* Times the candidate's predictions, where the pipeline's file sets a limit. */
static enum status take_time(struct register_job *job, struct gate_case *c,
                             struct error *err)
{
    struct run *run = job->run;
    struct watch watch = run_watch(run);
    const struct gate_timed timed = {.model = run_input(run, "model.json"),
                                     .features = run_input(run, "features.arrow"),
                                     .histories = &job->past,
                                     .watch = &watch};
    if (job->config->gate.prediction_time.max > 0)
        TRY(read_past(job, err));
    return gate_time(c, &timed, err);
}

/* Asks every rule: a wrong one is told before anything is registered. */
static enum status judge(struct register_job *job, struct error *err)
{
    struct run *run = job->run;
    struct verdict_json *v = &job->verdict;
    struct gate_case c = {.pipeline = &run->pipeline,
                          .config = &job->config->gate,
                          .metrics = &job->metrics,
                          .residuals = &job->residuals,
                          .backtest = job->backtest.all ? &job->backtest : NULL,
                          .leaks = &job->backtest.leaks,
                          .quality = &job->quality,
                          .ingest = &job->ingest,
                          .model_bytes = file_size(run_input(run, "model.json")),
                          .mem = run->mem,
                          .verdict = v};
    bool proven = false;
    *v = (struct verdict_json){.pipeline = run->pipeline.name, .options = run_words(run)};
    TRY(gate_judge(&c, err));
    TRY(take_time(job, &c, err));
    TRY(enter(job, err));
    TRY(gate_drift(&c, &job->candidacy, err));
    TRY(challenge(job, &c, &proven, err));
    gate_decide(&job->candidacy, proven, run->mem, v);
    return STATUS_OK;
}

static enum status copy(struct run *run, const char *from, const char *name,
                        struct error *err)
{
    struct output *out;
    struct mapping map;
    TRY(run_output(run, arena_format(run->mem, "production/%s", name), &out, err));
    TRY(file_map(from, &map, err));
    enum status status = output_write(out, map.p, map.n, err);
    file_unmap(&map);
    return status;
}

/* Copies what predict and report need of the version that predicts. */
static enum status copy_files(struct register_job *job, struct error *err)
{
    static const char *const names[] = {"model.json", "backtest.json", "backtest.csv",
                                        "backtest.arrow"};
    const struct candidacy *s = &job->candidacy;
    struct run *run = job->run;
    bool mine = job->verdict.predicts.version == s->candidate.version;
    const struct candidacy_version *v = mine ? &s->candidate : &s->production;
    TRY(registry_check(&job->registry, v->version, &v->manifest, err));
    publish_sweep(run->publish, run_output_path(run, "production/*"));
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (registry_manifest_find(&v->manifest, names[i]))
            TRY(copy(run, registry_file(&job->registry, v->version, names[i], run->mem),
                     names[i], err));
    return STATUS_OK;
}

/* Says what came of it; of a refusal the status. */
static enum status tell(struct run *run, const struct verdict_json *v, bool exit_zero,
                        struct error *err)
{
    struct text table = {.mem = run->mem};
    struct error refused = {0};
    if (!run->quiet) {
        gate_table(v, &table);
        fputs(run_shown(run, table.p), stdout);
    }
    if (verdict_json_outcome(v) != OUTCOME_REFUSED)
        return STATUS_OK;
    if (!exit_zero)
        return gate_refuse(v, err);
    (void)gate_refuse(v, &refused);
    run_warn(run, &refused);
    return STATUS_OK;
}

static enum status check(struct run *run, const struct register_config *config,
                         struct error *err)
{
    struct verdict_json v;
    TRY(verdict_json_read(run_output_path(run, "verdict.json"), run->mem, &v, err));
    run->printed_report = true;
    return tell(run, &v, config->exit_zero, err);
}

static enum status run_register(struct run *run, struct error *err)
{
    struct register_job job = {.run = run, .config = run->config};
    struct output *out;
    if (job.config->check)
        return check(run, job.config, err);
    TRY(read_candidate(&job, err));
    TRY(judge(&job, err));
    TRY(copy_files(&job, err));
    TRY(run_output(run, "verdict.json", &out, err));
    TRY(verdict_json_write(&job.verdict, out, err));
    TRY(candidacy_settle(&job.candidacy, gate_promotes(&job.candidacy, &job.verdict),
                         job.verdict.says, run->mem, err));
    return tell(run, &job.verdict, job.config->exit_zero, err);
}

static const struct section sections[] = {
    {"ingest", source_rows, COUNT_OF(source_rows),
     offsetof(struct register_config, ingest)},
    {"split", learning_split_rows, LEARNING_SPLIT_ROWS,
     offsetof(struct register_config, learning.split)},
    {"train", learning_train_rows, LEARNING_TRAIN_ROWS,
     offsetof(struct register_config, learning.train)},
    {"evaluate", rolling_settings_rows, ROLLING_SETTINGS_ROWS,
     offsetof(struct register_config, rolling)},
    {"gate", gate_rows, COUNT_OF(gate_rows), offsetof(struct register_config, gate)},
};

static const struct stage register_stage = {
    .name = "register",
    .summary = "asks the gate whether the candidate may predict",
    .operand = "PIPELINE.yaml",
    .about =
        "Reads model.json, search.csv, metrics.json, residuals.json, backtest.*,\n"
        "features.json, quality.json, ingest.json, the registry and, for a challenger, "
        "the target's\n"
        "history in raw/*.arrow and clean.arrow, and features.arrow.\n"
        "Writes the files of the model that predicts into production/ and, last, "
        "verdict.json.\n"
        "Ends with status 4 where a rule refuses the candidate; all is written "
        "then, too.",
    .options = options,
    .n_options = COUNT_OF(options),
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes =
        STAGE_IN | STAGE_OUT | STAGE_SET | STAGE_AS_OF | STAGE_THREADS | STAGE_MEMORY,
    .config_size = sizeof(struct register_config),
    .defaults = &defaults,
    .run = run_register,
};

int main(int argc, char **argv)
{
    return stage_main(&register_stage, argc, argv);
}
