/* clean: typed tables become one table without duplicates, gaps and impossible values.
 *
 * Each row of each source is kept or dropped for a stated reason (data/screen.h), the
 * kept ones are joined by key (data/merge.h), and quality.json counts and lists what
 * happened. */
#include "base/stage.h"
#include "data/feature.h"
#include "data/key.h"
#include "data/merge.h"
#include "data/quality.h"
#include "data/screen.h"
#include "data/source.h"

struct arrivals_config {
    double plausible;
};

struct clean_config {
    const char *join, *duplicates, *missing, *gaps;
    const struct yaml_node *ranges;
    struct items repair;
    double dropped;
    struct arrivals_config arrivals;
};

struct config {
    struct sources ingest;
    struct clean_config clean;
    struct feature_rules features;
};

static const struct config defaults = {
    .clean = {.join = "inner",
              .duplicates = "equal",
              .missing = "drop",
              .gaps = "error",
              .dropped = QUALITY_DROPPED,
              .arrivals = {.plausible = 1}},
};

/* clang-format off */
static const struct option_row repair_rows[] = {
    OPTION_REQUIRED(struct repair_rule, match, 0, 0, "PATTERN",
                    "whole-number columns whose names match"),
    OPTION_REQUIRED(struct repair_rule, digits, 1, 15, "N",
                    "their values are padded with zeros to so many digits"),
};
static const struct option_row arrivals_rows[] = {
    OPTION(struct arrivals_config, plausible, 0, 1e6, "REAL",
           "an arrival's value may leave the range of the base file's by so many times "
           "its width"),
};
static const struct option_row clean_rows[] = {
    OPTION_CHOICE(struct clean_config, join, "inner|left|outer",
                  "which keys stay when there are several sources"),
    OPTION_CHOICE(struct clean_config, duplicates, "equal|first|last|error",
                  "rows of one key: equal ones count once and others fail; or the "
                  "first, the last stays"),
    OPTION_CHOICE(struct clean_config, missing, "drop|keep",
                  "rows with an empty cell that a feature needs; a row without its target "
                  "stays, to be predicted"),
    OPTION_CHOICE(struct clean_config, gaps, "error|keep",
                  "steps of time without a row inside the table"),
    OPTION(struct clean_config, ranges, 0, 0, "MAP",
           "column: [low, high]; a row with a value outside is dropped"),
    OPTION_LIST(struct clean_config, repair, struct repair_rule, repair_rows, NULL,
                "whole numbers that lost their trailing zeros"),
    OPTION(struct clean_config, dropped, 0, 1, "SHARE",
           "of a source's rows; when more are dropped for what they hold, a warning says so"),
    OPTION_MAP(struct clean_config, arrivals, arrivals_rows,
               "what is expected of rows from later files"),
};
/* clang-format on */

/* Everything of one run. */
struct job {
    struct run *run;
    const struct config *config;
    struct screen *table; // [n]
    size_t n;
    struct merge merge;
    struct merge_rows rows;
};

static enum status read_range(const struct yaml_node *node, struct range *ret,
                              struct error *err)
{
    bool pair = node->kind == YAML_LIST && node->n == 2;
    for (size_t i = 0; pair && i < 2; i++)
        pair = node->child[i]->kind == YAML_INT || node->child[i]->kind == YAML_REAL;
    if (!pair)
        return yaml_error(err, node, "expected [low, high]");
    *ret = (struct range){node->key, node->child[0]->real, node->child[1]->real, false};
    if (!(ret->low <= ret->high))
        return yaml_error(err, node, "the low end lies above the high end");
    return STATUS_OK;
}

static enum status read_rules(struct job *job, struct screen_rules *ret,
                              struct error *err)
{
    static const char *const policies[] = {"equal", "first", "last", "error"};
    const struct clean_config *c = &job->config->clean;
    *ret = (struct screen_rules){.drop_missing = strcmp(c->missing, "drop") == 0,
                                 .features = &job->config->features.features,
                                 .target = job->run->pipeline.target,
                                 .plausible = c->arrivals.plausible,
                                 .has_as_of = job->run->has_as_of,
                                 .as_of = job->run->as_of};
    while (strcmp(policies[ret->duplicates], c->duplicates) != 0)
        ret->duplicates++;
    if (!c->ranges)
        return STATUS_OK;
    if (c->ranges->kind != YAML_MAP)
        return yaml_error(err, c->ranges,
                          "expected a map of column: [low, high], found %s",
                          yaml_kind_name(c->ranges->kind));
    ret->n_ranges = c->ranges->n;
    ret->range = ARENA_ARRAY(job->run->mem, struct range, ret->n_ranges);
    for (size_t i = 0; i < ret->n_ranges; i++)
        TRY(read_range(c->ranges->child[i], &ret->range[i], err));
    return STATUS_OK;
}

static enum status check_ranges_used(const struct job *job,
                                     const struct screen_rules *rules, struct error *err)
{
    for (size_t i = 0; i < rules->n_ranges; i++)
        if (!rules->range[i].used)
            return yaml_error(err, job->config->clean.ranges->child[i],
                              "no source has a column %s", QUOTE(rules->range[i].column));
    return STATUS_OK;
}

static enum status report_fault(void *context, const struct error *fault, bool fatal)
{
    if (fatal)
        return run_fault(context, fault);
    run_warn(context, fault);
    return STATUS_OK;
}

/* Many rows dropped for what they hold are worth a warning; all of them an error, later. */
static void warn_of_losses(const struct job *job, const struct screen *s)
{
    struct text why = {.mem = job->run->mem};
    struct error warning;
    size_t n = s->n - s->count[REASON_LATER];
    if ((double)screen_lost(s) <= job->config->clean.dropped * (double)n ||
        s->count[REASON_KEPT] == 0)
        return;
    screen_losses(s, &why);
    error_set(&warning, STATUS_INPUT, "source %s: %zu of %zu rows are dropped: %s",
              QUOTE(s->name), screen_lost(s), n, why.p);
    error_hint(&warning, "quality.json lists them; clean.dropped says how many may be");
    run_warn(job->run, &warning);
}

static enum status screen_all(struct job *job, struct error *err)
{
    struct run *run = job->run;
    struct screen_rules rules;
    const char *key = key_name(&run->pipeline);
    TRY(read_rules(job, &rules, err));
    for (size_t i = 0; i < job->n; i++) {
        const char *name = source_at(&job->config->ingest, i)->name;
        const char *path = run_input(run, arena_format(run->mem, "raw/%s.arrow", name));
        TRY(screen_open(&job->table[i], name, path, key, run->mem, err));
        TRY(screen_rows(&job->table[i], &rules, report_fault, run, err));
        run->rows_in += job->table[i].n;
        warn_of_losses(job, &job->table[i]);
    }
    TRY(check_ranges_used(job, &rules, err));
    return run_faults(run, err);
}

/* Names the first source that has no whole row for the key, and why. */
static void blame(const struct job *job, int32_t key, struct error *err)
{
    for (size_t t = 0; t < job->n; t++) {
        const struct screen *s = &job->table[t];
        const char *why = "has no row for it";
        bool kept = false;
        for (size_t row = 0; row < s->n; row++)
            if (s->key[row] == key) {
                enum reason r = s->reason[row];
                kept = kept || r == REASON_KEPT || r == REASON_UNMATCHED;
                why = r == REASON_MISSING ? "has an empty cell there"
                                          : "has only a refused row there";
            }
        if (!kept) {
            error_hint(err, "source %s %s; set clean.gaps to keep to go on all the same",
                       QUOTE(s->name), why);
            return;
        }
    }
}

static enum status check_gaps(const struct job *job, struct error *err)
{
    const struct merge_rows *rows = &job->rows;
    if (strcmp(job->config->clean.gaps, "error") != 0)
        return STATUS_OK;
    for (size_t i = 1; i < rows->n; i++) {
        int32_t wanted = key_add(&job->run->pipeline, rows->key[i - 1], 1);
        char a[16], b[16];
        if (rows->key[i] == wanted)
            continue;
        error_set(err, STATUS_INPUT,
                  "a gap in the rows: %s is missing, the next row is %s",
                  key_text(&job->run->pipeline, wanted, a),
                  key_text(&job->run->pipeline, rows->key[i], b));
        blame(job, wanted, err);
        error_at(err, job->run->pipeline.path, 0, 0);
        return STATUS_INPUT;
    }
    return STATUS_OK;
}

/* Says what each source has when no key stands in all of them. */
static void list_spans(const struct job *job, struct text *out)
{
    for (size_t t = 0; t < job->n; t++) {
        const struct screen *s = &job->table[t];
        int32_t first = INT32_MAX, last = INT32_MIN;
        char a[16], b[16];
        for (size_t row = 0; row < s->n; row++)
            if (s->reason[row] == REASON_KEPT || s->reason[row] == REASON_UNMATCHED) {
                first = s->key[row] < first ? s->key[row] : first;
                last = s->key[row] > last ? s->key[row] : last;
            }
        text_addf(out, "%s%s has %s to %s", t > 0 ? ", " : "", QUOTE(s->name),
                  key_text(&job->run->pipeline, first, a),
                  key_text(&job->run->pipeline, last, b));
    }
}

/* Why nothing is left: a source without a row, or sources that have no row in common. */
static enum status no_row(const struct job *job, struct error *err)
{
    struct text why = {.mem = job->run->mem};
    size_t t = 0;
    text_puts(&why, "");
    while (t < job->n &&
           job->table[t].count[REASON_KEPT] + job->table[t].count[REASON_UNMATCHED] > 0)
        t++;
    if (t < job->n) {
        screen_losses(&job->table[t], &why);
        error_set(err, STATUS_INPUT, "no row of source %s is left of %zu: %s",
                  QUOTE(job->table[t].name), job->table[t].n,
                  why.n > 0 ? why.p : "all are later than --as-of");
        error_hint(
            err,
            "look at raw/%s.arrow with 'show', and at clean.missing and clean.ranges",
            job->table[t].name);
    } else {
        list_spans(job, &why);
        error_set(err, STATUS_INPUT, "no %s stands in all sources: %s", job->merge.key,
                  why.p);
        error_hint(err, "clean.join says which rows stay");
    }
    error_at(err, job->run->pipeline.path, 0, 0);
    return STATUS_INPUT;
}

static enum status join(struct job *job, struct error *err)
{
    struct run *run = job->run;
    job->merge = (struct merge){.n_tables = job->n,
                                .table = job->table,
                                .how = job->config->clean.join,
                                .n_rules = job->config->clean.repair.n,
                                .rule = job->config->clean.repair.v,
                                .key = key_name(&run->pipeline)};
    if (!job->merge.key && job->n > 1) {
        error_set(err, STATUS_INPUT, "%zu sources without a time cannot be joined",
                  job->n);
        error_at(err, run->pipeline.path, 0, 0);
        return STATUS_INPUT;
    }
    if (job->merge.key) {
        TRY(merge_join(&job->merge, run->mem, &job->rows, err));
        TRY(check_gaps(job, err));
    }
    size_t n = job->merge.key ? job->rows.n : job->table[0].count[REASON_KEPT];
    return n == 0 ? no_row(job, err) : STATUS_OK;
}

static enum status clean_tables(struct job *job, struct error *err)
{
    struct run *run = job->run;
    const struct meta meta[] = {{"stage", "clean"}, {"pipeline", run->pipeline.name}};
    struct output *quality, *table;
    TRY(screen_all(job, err));
    TRY(join(job, err));
    /* Later stages wait for the table: it is renamed last, in the order of opening. */
    TRY(run_output(run, "quality.json", &quality, err));
    TRY(run_output(run, "clean.arrow", &table, err));
    TRY(merge_write(&job->merge, job->merge.key ? &job->rows : NULL, table, meta,
                    COUNT_OF(meta), run->mem, err));
    run->rows_out = job->merge.rows;
    return quality_write(&run->pipeline, &job->merge, quality, err);
}

static enum status run_clean(struct run *run, struct error *err)
{
    struct job job = {.run = run, .config = run->config};
    TRY(source_check(&job.config->ingest, &run->pipeline, err));
    job.n = job.config->ingest.sources.n;
    job.table = ARENA_ARRAY(run->mem, struct screen, job.n);
    enum status status = clean_tables(&job, err);
    for (size_t i = 0; i < job.n; i++)
        screen_close(&job.table[i]);
    return status;
}

static const struct section sections[] = {
    {"ingest", source_rows, 1, offsetof(struct config, ingest)},
    {"clean", clean_rows, COUNT_OF(clean_rows), offsetof(struct config, clean)},
    {"features", feature_rules_rows, 1, offsetof(struct config, features)},
};

static const struct stage clean = {
    .name = "clean",
    .summary = "joins the tables and drops what cannot be right",
    .operand = "PIPELINE.yaml",
    .about = "Reads raw/<source>.arrow.\n"
             "Writes clean.arrow and quality.json, where each row dropped and each cell "
             "repaired\n"
             "stands with its reason.\n"
             "Holds five bytes a row and one batch a source in memory.",
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_AS_OF | STAGE_SET | STAGE_MAX_ERRORS,
    .config_size = sizeof(struct config),
    .defaults = &defaults,
    .run = run_clean,
};

int main(int argc, char **argv)
{
    return stage_main(&clean, argc, argv);
}
