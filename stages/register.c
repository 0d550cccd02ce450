/* register: asks the gate whether tonight's candidate may predict.
 *
 * The candidate is what train and evaluate left.  The verdict, with what every rule asked
 * and found, is written in any case, and the files of the model that predicts from now on
 * stand in production/.  A refusal is exit status 4, or a warning with --exit-zero. */
#include <math.h>
#include <string.h>

#include "file/file.h"
#include "file/json.h"
#include "gate/gate.h"
#include "learn/metric.h"
#include "stage/stage.h"

struct register_config {
    struct gate_config gate;
    bool exit_zero, check;
};

static const struct register_config defaults = {0};

/* clang-format off */
static const struct option_row options[] = {
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
    struct quality_json quality;
    struct ingest_json ingest;
    const char *model; // the checksum of model.json
    struct verdict_json verdict;
};

static enum status read_model(struct register_job *job, struct error *err)
{
    struct run *run = job->run;
    const char *path = run_input(run, "model.json");
    CLEANUP(json_release) json_t *root = NULL;
    TRY(run_need_memory(run, JSON_MEMORY * file_size(path), "the model", err));
    TRY(artifact_read(path, &root, err));
    job->model = arena_string(run->mem, artifact_digits(root));
    return STATUS_OK;
}

static enum status read_candidate(struct register_job *job, struct error *err)
{
    struct run *run = job->run;
    const char *path = run_input(run, "metrics.json");
    struct again again = run_again(run);
    TRY(read_model(job, err));
    TRY(metrics_json_read(path, run->mem, &job->metrics, err));
    TRY(residuals_json_read(run_input(run, "residuals.json"), run->mem, &job->residuals,
                            err));
    TRY(quality_json_read(run_input(run, "quality.json"), run->mem, &job->quality, err));
    TRY(ingest_json_read(run_input(run, "ingest.json"), run->mem, &job->ingest, err));
    if (job->metrics.model && strcmp(job->metrics.model, job->model) == 0)
        return STATUS_OK;
    (void)error_refuse(err, path, "model",
                       "the file is of another model than the one in model.json");
    again_hint(&again, "evaluate", &job->metrics.options, run->mem, err);
    return STATUS_INPUT;
}

/* The figure that a version is told by. */
static struct verdict_json_version candidate_of(const struct register_job *job)
{
    const struct metric *m = metric_judge(job->run->pipeline.task);
    return (struct verdict_json_version){
        .model = job->model,
        .figure = m ? m->name : "",
        .value = m ? metrics_json_value(&job->metrics.holdout, m->name) : NAN};
}

static enum status judge(struct register_job *job, struct error *err)
{
    struct run *run = job->run;
    struct verdict_json *v = &job->verdict;
    struct gate_case c = {.pipeline = &run->pipeline,
                          .config = &job->config->gate,
                          .metrics = &job->metrics,
                          .residuals = &job->residuals,
                          .quality = &job->quality,
                          .ingest = &job->ingest,
                          .model_bytes = file_size(run_input(run, "model.json")),
                          .mem = run->mem,
                          .verdict = v};
    *v = (struct verdict_json){.pipeline = run->pipeline.name,
                               .candidate = candidate_of(job),
                               .options = run_words(run)};
    TRY(gate_judge(&c, err));
    bool refused = gate_failures(v) > 0;
    v->outcome = refused ? "refused" : "promoted";
    v->ungated = "promoted";
    v->predicts = (struct verdict_json_predicts){0, job->model,
                                                 refused ? "candidate" : "production"};
    v->says = gate_sentence(v, run->mem);
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
    publish_sweep(run->publish, run_output_path(run, "production/*"));
    TRY(copy(run, run_input(run, "model.json"), "model.json", err));
    TRY(run_output(run, "verdict.json", &out, err));
    TRY(verdict_json_write(&job.verdict, out, err));
    return tell(run, &job.verdict, job.config->exit_zero, err);
}

static const struct section sections[] = {
    {"gate", gate_rows, COUNT_OF(gate_rows), offsetof(struct register_config, gate)},
};

static const struct stage register_stage = {
    .name = "register",
    .summary = "asks the gate whether the candidate may predict",
    .operand = "PIPELINE.yaml",
    .about = "Reads model.json, metrics.json, residuals.json, quality.json and "
             "ingest.json.\n"
             "Writes the files of the model that predicts into production/ and, last, "
             "verdict.json.\n"
             "Ends with status 4 where a rule refuses the candidate; all is written "
             "then, too.",
    .options = options,
    .n_options = COUNT_OF(options),
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_SET | STAGE_MEMORY,
    .config_size = sizeof(struct register_config),
    .defaults = &defaults,
    .run = run_register,
};

int main(int argc, char **argv)
{
    return stage_main(&register_stage, argc, argv);
}
