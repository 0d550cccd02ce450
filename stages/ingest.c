/* ingest: the sources' CSV files become typed tables.
 *
 * The first stage.  Everything that is wrong with a file is found here, with file, line
 * and column: later stages may rely on types.  What rows mean together (duplicates, gaps,
 * ranges) is clean's. */
#include "artifacts/ingest_json.h"
#include "data/intake.h"
#include "data/key.h"
#include "data/source.h"
#include "stage/stage.h"

struct ingest_config {
    struct sources ingest;
};

static const struct ingest_config defaults;

static struct ingest_json_file *file_summaries(const struct intake_result *r,
                                               struct arena *mem)
{
    struct ingest_json_file *ret = ARENA_ARRAY(mem, struct ingest_json_file, r->n_files);
    for (size_t i = 0; i < r->n_files; i++) {
        const struct intake_file *f = &r->file[i];
        ret[i] = (struct ingest_json_file){.file = file_name(f->path),
                                           .rows = f->rows,
                                           .loaded = f->loaded,
                                           .refused = f->refused,
                                           .arrival = i > 0,
                                           .refused_whole = f->refused_whole};
    }
    return ret;
}

static struct ingest_json_source source_summary(const struct pipeline *p,
                                                const struct intake_result *r,
                                                struct arena *mem)
{
    bool dated = r->rows > 0;
    return (struct ingest_json_source){.name = r->source->name,
                                       .rows = r->rows,
                                       .columns = {r->p, r->name},
                                       .first =
                                           dated ? key_label(p, r->first, mem) : NULL,
                                       .last = dated ? key_label(p, r->last, mem) : NULL,
                                       .n_files = r->n_files,
                                       .file = file_summaries(r, mem)};
}

static void count_reasons(const struct intake *in, struct arena *mem,
                          struct ingest_json *ret)
{
    ret->n_reasons = REFUSALS;
    ret->reason = ARENA_ARRAY(mem, struct counted, REFUSALS);
    for (size_t i = 0; i < REFUSALS; i++) {
        ret->reason[i] = (struct counted){refusal_name[i], in->refused[i]};
        ret->rejected += i == REFUSAL_LATER ? 0 : in->refused[i];
    }
}

static enum status write_summary(const struct run *run, const struct intake *in,
                                 const struct intake_result *results, size_t n,
                                 struct output *out, struct error *err)
{
    struct ingest_json summary = {
        .pipeline = run->pipeline.name, .n_sources = n, .options = run_words(run)};
    summary.source = ARENA_ARRAY(run->mem, struct ingest_json_source, n);
    for (size_t i = 0; i < n; i++)
        summary.source[i] = source_summary(&run->pipeline, &results[i], run->mem);
    count_reasons(in, run->mem, &summary);
    TRY(artifact_vouch(in->rejects.out, run->mem, &summary.table, err));
    return ingest_json_write(&summary, out, err);
}

static enum status run_ingest(struct run *run, struct error *err)
{
    const struct ingest_config *config = run->config;
    size_t n = config->ingest.sources.n;
    struct intake in = {.pipeline = &run->pipeline,
                        .first = config->ingest.sources.v,
                        .data = run->data,
                        .out = run->out,
                        .last = key_as_of(&run->pipeline, run_as_of(run)),
                        .watch = run_watch(run),
                        .publish = run->publish,
                        .mem = run->mem};
    struct output *out;
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
    return write_summary(run, &in, results, n, out, err);
}

static const struct section sections[] = {
    {"ingest", source_rows, COUNT_OF(source_rows),
     offsetof(struct ingest_config, ingest)},
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
