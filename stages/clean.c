/* clean: typed tables become one table without duplicates, gaps and impossible values.
 *
 * Each row of each source is kept or dropped for a stated reason (clean/screen.h), the
 * kept ones are joined by key (clean/merge.h), and quality.json counts and lists what
 * happened. */
#include "clean/losses.h"
#include "clean/merge.h"
#include "clean/quality.h"
#include "clean/screen.h"
#include "data/feature.h"
#include "data/key.h"
#include "data/source.h"
#include "stage/stage.h"

struct arrivals_config {
    double plausible;
};

enum missing_rows { MISSING_DROP, MISSING_KEEP };
enum gap_rows { GAPS_ERROR, GAPS_KEEP };

struct clean_section {
    enum join join;
    enum duplicates duplicates;
    enum missing_rows missing;
    enum gap_rows gaps;
    const struct yaml_node *ranges;
    struct items repair;
    struct texts jumps;
    double dropped;
    struct arrivals_config arrivals;
};

struct clean_config {
    struct sources ingest;
    struct clean_section clean;
    struct feature_rules features;
};

static const struct clean_config defaults = {
    .clean = {.join = JOIN_INNER,
              .duplicates = DUPLICATES_EQUAL,
              .missing = MISSING_DROP,
              .gaps = GAPS_ERROR,
              .dropped = DROPPED_UNSAID,
              .arrivals = {.plausible = 1}},
};

/* clang-format off */
static const struct option_row repair_rows[] = {
    OPTION_REQUIRED(struct repair_rule, match, 0, 0, "PATTERN",
                    "columns whose names match"),
    OPTION(struct repair_rule, digits, 0, 15, "N",
           "whole numbers are padded with zeros to so many digits; 0: they are not"),
    OPTION_ENUM(struct repair_rule, point, REPAIR_POINT_WORDS,
                  "series: the decimal point of each value is placed so that it comes "
                  "nearest to its neighbours in time"),
};
static const struct repair_rule repair_defaults = {.point = REPAIR_POINT_KEEP};
static const struct option_row arrivals_rows[] = {
    OPTION(struct arrivals_config, plausible, 0, 1e6, "REAL",
           "an arrival's value may leave the range of the base file's by so many times "
           "its width"),
};
static const struct option_row clean_rows[] = {
    OPTION_ENUM(struct clean_section, join, JOIN_WORDS,
                  "which keys stay when there are several sources"),
    OPTION_ENUM(struct clean_section, duplicates, DUPLICATES_WORDS,
                  "rows of one key, without a time of one id: equal ones count once and "
                  "others fail; or the first, the last stays"),
    OPTION_ENUM(struct clean_section, missing, "drop|keep",
                  "rows with an empty cell that a feature needs; a row without its target "
                  "stays, to be predicted"),
    OPTION_ENUM(struct clean_section, gaps, "error|keep",
                  "steps of time without a row inside the table"),
    OPTION(struct clean_section, ranges, 0, 0, "MAP",
           "column: [low, high]; a row with a value outside is dropped"),
    OPTION_LIST(struct clean_section, repair, struct repair_rule, repair_rows,
                &repair_defaults,
                "numbers that lost their trailing zeros or their decimal point"),
    OPTION(struct clean_section, jumps, 0, 0, "PATTERNS",
           "columns that by their nature change by more than half a power of ten from one "
           "row to the next; others that do get a warning"),
    OPTION(struct clean_section, dropped, 0, 1, "SHARE",
           "of a source's rows; when more are dropped for what they hold, a warning says so"),
    OPTION_MAP(struct clean_section, arrivals, arrivals_rows,
               "what is expected of rows from later files"),
};
/* clang-format on */

/* Everything of one run. */
struct clean_job {
    struct run *run;
    const struct clean_config *config;
    struct screen *table; // [n]
    size_t n;
    struct groups groups;
    struct merge merge;
};

static enum status read_rules(struct clean_job *job, struct screen_rules *ret,
                              struct error *err)
{
    const struct clean_section *c = &job->config->clean;
    *ret = (struct screen_rules){.duplicates = c->duplicates,
                                 .drop_missing = c->missing == MISSING_DROP,
                                 .features = &job->config->features.features,
                                 .targets = job->run->pipeline.targets,
                                 .plausible = c->arrivals.plausible,
                                 .has_as_of = job->run->has_as_of,
                                 .as_of =
                                     key_as_of(&job->run->pipeline, run_as_of(job->run))};
    return ranges_read(c->ranges, job->run->mem, &ret->n_ranges, &ret->range, err);
}

static enum status check_ranges_used(const struct clean_job *job,
                                     const struct screen_rules *rules, struct error *err)
{
    for (size_t i = 0; i < rules->n_ranges; i++)
        if (!rules->range[i].used)
            return yaml_error(err, job->config->clean.ranges->child[i],
                              "no source has a column of numbers %s",
                              QUOTE(rules->range[i].column));
    return STATUS_OK;
}

static enum status report_fault(void *context, const struct error *fault, bool fatal)
{
    if (fatal)
        return run_fault(context, fault);
    run_warn(context, fault);
    return STATUS_OK;
}

/* A number column of some source that the rule, or else the pattern, means. */
static bool means_some(const struct clean_job *job, const struct repair_rule *rule,
                       const char *pattern)
{
    for (size_t t = 0; t < job->n; t++) {
        const struct screen *s = &job->table[t];
        for (size_t j = s->ids; j < s->p; j++) {
            const struct field *f = &arrow_schema(s->file)->field[s->value + j];
            if (rule ? repair_find(rule, 1, f) != NULL
                     : f->type != TYPE_TEXT && text_match(pattern, f->name))
                return true;
        }
    }
    return false;
}

static enum status check_repair(const struct clean_job *job,
                                const struct repair_rule *rule,
                                const struct yaml_node *node, struct error *err)
{
    if (rule->digits == 0 && !repair_places(rule))
        return yaml_error(err, node, "expected 'digits' or 'point: series' in the rule");
    if (repair_places(rule) && !key_name(&job->run->pipeline))
        return yaml_error(err, node,
                          "'point: series' needs a time: rows without one have no "
                          "neighbours");
    if (!means_some(job, rule, NULL))
        return yaml_error(err, node, "no source has a column of %s that %s matches",
                          rule->digits > 0 ? "whole numbers" : "numbers",
                          QUOTE(rule->match));
    return STATUS_OK;
}

/* Rows without a time are not joined, have no gaps, and are compared by their ids alone. */
static enum status check_timeless(const struct clean_job *job,
                                  const struct yaml_node *clean, struct error *err)
{
    static const char *const idle[] = {"join", "gaps", "duplicates"};
    size_t n = COUNT_OF(idle) - (job->run->pipeline.id ? 1 : 0);
    for (size_t i = 0; i < n && !key_name(&job->run->pipeline); i++)
        if (yaml_get(clean, idle[i]))
            return yaml_error(err, yaml_get(clean, idle[i]),
                              "'%s' means nothing where rows have no time", idle[i]);
    return STATUS_OK;
}

/* A rule that means no column is not accepted and ignored. */
static enum status check_rules(const struct clean_job *job, struct error *err)
{
    const struct clean_section *c = &job->config->clean;
    const struct repair_rule *rule = c->repair.v;
    const struct yaml_node *clean = yaml_get(job->run->pipeline.root, "clean");
    for (size_t i = 0; i < c->repair.n; i++)
        TRY(check_repair(job, &rule[i], yaml_get(clean, "repair")->child[i], err));
    if (c->jumps.n > 0 && !key_name(&job->run->pipeline))
        return yaml_error(err, yaml_get(clean, "jumps"), "without a time nothing jumps");
    TRY(check_timeless(job, clean, err));
    for (size_t i = 0; i < c->jumps.n; i++)
        if (!means_some(job, NULL, c->jumps.v[i]))
            return yaml_error(err, yaml_get(clean, "jumps"),
                              "no source has a column of numbers that %s matches",
                              QUOTE(c->jumps.v[i]));
    return STATUS_OK;
}

/* Opens the tables; their groups have codes in common, in the order of the names. */
static enum status open_all(struct clean_job *job, struct error *err)
{
    struct run *run = job->run;
    struct screen_keys keys = {key_step(&run->pipeline), run->pipeline.group,
                               &job->groups, run->pipeline.id};
    job->groups.mem = run->mem;
    for (size_t i = 0; i < job->n; i++) {
        const char *name = source_at(&job->config->ingest, i)->name;
        const char *path = run_input(run, arena_format(run->mem, "raw/%s.arrow", name));
        TRY(screen_open(&job->table[i], name, path, &keys, run->mem, err));
        keys.id = NULL; // only the first one has them
    }
    groups_sort(&job->groups);
    return STATUS_OK;
}

static enum status screen_all(struct clean_job *job, struct error *err)
{
    struct run *run = job->run;
    struct screen_rules rules;
    struct watch watch = run_watch(run);
    TRY(read_rules(job, &rules, err));
    TRY(open_all(job, err));
    for (size_t i = 0; i < job->n; i++) {
        TRY(screen_rows(&job->table[i], &rules, run->publish,
                        run_output_path(run, "clean.arrow"), report_fault, run, err));
        run->rows_in += job->table[i].n;
        losses_warn(&job->table[i], job->config->clean.dropped, &watch);
    }
    TRY(check_ranges_used(job, &rules, err));
    TRY(check_rules(job, err));
    return run_faults(run, err);
}

/* A warning for each column that jumps and was not expected to. */
static void warn_of_jumps(const struct clean_job *job)
{
    const struct texts *expected = &job->config->clean.jumps;
    bool told = false;
    for (size_t c = 0; c < job->merge.p; c++) {
        const struct merged_column *column = &job->merge.column[c];
        struct error warning;
        char first[TIMESTEP_TEXT];
        bool known = column->jumps.n == 0;
        for (size_t i = 0; !known && i < expected->n; i++)
            known = text_match(expected->v[i], column->name);
        if (known)
            continue;
        error_set(
            &warning, STATUS_INPUT,
            "column %s changes by more than half a power of ten in %zu row%s, first "
            "in %s, from %.10g to %.10g",
            QUOTE(column->name), column->jumps.n, column->jumps.n == 1 ? "" : "s",
            key_text(&job->run->pipeline, column->jumps.key, first), column->jumps.from,
            column->jumps.to);
        if (!told)
            error_hint(&warning, "has it lost its decimal point? see `point` of "
                                 "clean.repair; clean.jumps names columns that are so");
        told = true;
        run_warn(job->run, &warning);
    }
}

static enum status join(struct clean_job *job, struct error *err)
{
    struct run *run = job->run;
    job->merge = (struct merge){.n_tables = job->n,
                                .table = job->table,
                                .how = job->config->clean.join,
                                .n_rules = job->config->clean.repair.n,
                                .rule = job->config->clean.repair.v,
                                .step = key_step(&run->pipeline),
                                .groups = run->pipeline.group ? &job->groups : NULL,
                                .group = run->pipeline.group};
    if (!job->merge.step && job->n > 1)
        return error_refuse(err, run->pipeline.path, NULL,
                            "%zu sources without a time cannot be joined", job->n);
    TRY(merge_join(&job->merge, run->mem, err));
    if (job->config->clean.gaps == GAPS_ERROR)
        TRY(losses_gap(&run->pipeline, &job->merge, err));
    return job->merge.n == 0 ? losses_all(&run->pipeline, job->table, job->n, err)
                             : STATUS_OK;
}

static enum status clean_tables(struct clean_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct meta meta[] = {{"stage", "clean"}, {"pipeline", run->pipeline.name}};
    struct output *quality, *table;
    struct quality_json told;
    TRY(screen_all(job, err));
    TRY(join(job, err));
    /* Later stages wait for the table: it is renamed last, in the order of opening. */
    TRY(run_output(run, "quality.json", &quality, err));
    TRY(run_output(run, "clean.arrow", &table, err));
    TRY(merge_write(&job->merge, table, meta, COUNT_OF(meta), run->mem, err));
    run->rows_out = job->merge.rows;
    warn_of_jumps(job);
    TRY(quality_tell(&run->pipeline, &job->merge, run->mem, &told, err));
    told.options = run_words(run);
    return quality_json_write(&told, quality, err);
}

static enum status run_clean(struct run *run, struct error *err)
{
    struct clean_job job = {.run = run, .config = run->config};
    TRY(source_check(&job.config->ingest, &run->pipeline, err));
    job.n = job.config->ingest.sources.n;
    job.table = ARENA_ARRAY(run->mem, struct screen, job.n);
    enum status status = clean_tables(&job, err);
    for (size_t i = 0; i < job.n; i++)
        screen_close(&job.table[i]);
    return status;
}

static const struct section sections[] = {
    {"ingest", source_rows, COUNT_OF(source_rows), offsetof(struct clean_config, ingest)},
    {"clean", clean_rows, COUNT_OF(clean_rows), offsetof(struct clean_config, clean)},
    {"features", feature_rules_rows, COUNT_OF(feature_rules_rows),
     offsetof(struct clean_config, features)},
};

static const struct stage clean = {
    .name = "clean",
    .summary = "joins the tables and drops what cannot be right",
    .operand = "PIPELINE.yaml",
    .about =
        "Reads raw/<source>.arrow.\n"
        "Writes clean.arrow and quality.json, where each row dropped and each cell "
        "repaired\n"
        "stands with its reason.\n"
        "Holds one batch a source and the names of the groups in memory, however many "
        "rows\n"
        "there are; where no time tells rows apart, but an id does, all ids.  Of a "
        "source whose\n"
        "rows do not stand by group and time it holds some 40 MiB more; the order stands "
        "in files\n"
        "without a name beside the output, 32 bytes a row.  A column whose decimal point "
        "is\n"
        "placed takes two bytes a row, and ten a row of the longest series.",
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_AS_OF | STAGE_SET | STAGE_MAX_ERRORS,
    .config_size = sizeof(struct clean_config),
    .defaults = &defaults,
    .run = run_clean,
    .stops = true,
};

int main(int argc, char **argv)
{
    return stage_main(&clean, argc, argv);
}
