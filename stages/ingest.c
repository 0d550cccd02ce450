/* ingest: the sources' CSV files become typed tables.
 *
 * The first stage.  Everything that is wrong with a file is found here, with file, line
 * and column: later stages may rely on types.  What rows mean together (duplicates, gaps,
 * ranges) is clean's. */
#include "data/intake.h"
#include "data/key.h"
#include "data/source.h"
#include "file/artifact.h"
#include "stage/stage.h"

struct ingest_config {
    struct sources ingest;
};

static const struct ingest_config defaults;

static json_t *file_json(const struct intake_file *f, bool arrival)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:b, s:s?}", "file", file_name(f->path),
                     "rows", (json_int_t)f->rows, "loaded", (json_int_t)f->loaded,
                     "refused", (json_int_t)f->refused, "arrival", arrival,
                     "refused_whole", f->refused_whole);
}

static json_t *source_json(const struct pipeline *p, const struct intake_result *r)
{
    json_t *files = json_array(), *columns = json_array();
    for (size_t i = 0; i < r->n_files; i++)
        json_array_append_new(files, file_json(&r->file[i], i > 0));
    for (size_t i = 0; i < r->p; i++)
        json_array_append_new(columns, json_string(r->name[i]));
    return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o}", "name", r->source->name, "rows",
                     (json_int_t)r->rows, "columns", columns, "first",
                     r->rows > 0 ? key_json(p, r->first) : json_null(), "last",
                     r->rows > 0 ? key_json(p, r->last) : json_null(), "files", files);
}

static json_t *summary(const struct run *run, const struct intake *in,
                       const struct intake_result *results, size_t n, json_t *tables)
{
    json_t *sources = json_array(), *reasons = json_object();
    size_t rejected = 0;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(sources, source_json(&run->pipeline, &results[i]));
    for (size_t i = 0; i < REFUSALS; i++) {
        json_object_set_new(reasons, refusal_name[i],
                            json_integer((json_int_t)in->refused[i]));
        rejected += i == REFUSAL_LATER ? 0 : in->refused[i];
    }
    return json_pack("{s:s, s:o, s:I, s:o, s:o, s:o}", "pipeline", run->pipeline.name,
                     "sources", sources, "rejected", (json_int_t)rejected, "reasons",
                     reasons, "options", run_options(run), "tables", tables);
}

static enum status run_ingest(struct run *run, struct error *err)
{
    const struct ingest_config *config = run->config;
    size_t n = config->ingest.sources.n;
    struct intake in = {.pipeline = &run->pipeline,
                        .data = run->data,
                        .out = run->out,
                        .last = run_as_of(run),
                        .watch = run_watch(run),
                        .publish = run->publish,
                        .mem = run->mem};
    struct output *out;
    json_t *tables;
    TRY(source_check(&config->ingest, &run->pipeline, err));
    TRY(intake_begin(&in, err));
    struct intake_result *results = ARENA_ARRAY(run->mem, struct intake_result, n);
    for (size_t i = 0; i < n; i++)
        TRY(intake_source(&in, source_at(&config->ingest, i), &results[i], err));
    run->rows_in = in.rows_in;
    run->rows_out = in.rows_out;
    TRY(run_faults(run, err));
    publish_sweep(run->publish,
                  run_output_path(run, "raw/*.arrow")); // sources that are gone
    TRY(run_output(run, "ingest.json", &out, err));
    TRY(artifact_tables(in.rejects.out, &tables, err));
    return artifact_write(out, summary(run, &in, results, n, tables), err);
}

static const struct section sections[] = {
    {"ingest", source_rows, 1, offsetof(struct ingest_config, ingest)},
};

static const struct stage ingest = {
    .name = "ingest",
    .summary = "reads the sources' CSV files into typed tables",
    .operand = "PIPELINE.yaml",
    .about = "Reads the CSV files that ingest.sources names.\n"
             "Writes raw/<source>.arrow, rejects.csv and, last, ingest.json.\n"
             "Holds one batch of 65,536 rows in memory, whatever the files' length.",
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_DATA | STAGE_OUT | STAGE_AS_OF | STAGE_SET | STAGE_MAX_ERRORS,
    .config_size = sizeof(struct ingest_config),
    .defaults = &defaults,
    .run = run_ingest,
    .stops = true,
};

int main(int argc, char **argv)
{
    return stage_main(&ingest, argc, argv);
}
