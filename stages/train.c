/* train: the search over the recipe's grid, and the best cell fitted on all training
 * rows.  Or, with `series` instead of `steps`, the contest of series models, and the best
 * fitted on the target's history before the first row that is not learnt from.
 *
 * A search that takes long keeps a journal, from which it goes on when it was killed.  It
 * may be cut into shards, scored anywhere and merged.
 *
 * Rows that arrived in later files than the first are not learnt from unless
 * `split.arrived` says so: the report then shows how a model that never saw them does on
 * them. */
#include <string.h>

#include "data/key.h"
#include "file/artifact.h"
#include "search/kind.h"
#include "learn/search_told.h"
#include "search/epochs.h"
#include "search/learning.h"
#include "search/session.h"
#include "search/training_series.h"
#include "stage/stage.h"

struct train_config {
    struct sources ingest;
    struct learning learning;
    const char *shard, *merge; // of the command line, or NULL
};

static const struct train_config defaults = {.learning = LEARNING_DEFAULTS};

/* clang-format off */
static const struct option_row shard_rows[] = {
    OPTION(struct train_config, shard, 0, 0, "I/N",
           "score only the I-th of N parts of the search, from 0/N on, into "
           "search.I-of-N.pieces"),
    OPTION(struct train_config, merge, 0, 0, "DIR",
           "take the scores from the N files of the shards in DIR"),
};
/* clang-format on */

struct train_job {
    struct run *run;
    const struct train_config *config;
    struct division_rule division;
    struct training rows;
    struct recipes recipes;       // n 0: candidates are there
    struct candidates candidates; // series models
    const struct metric *score;
    struct searched searched;
    struct watch watch;
    struct session_rule session_rule;
    struct session session;
    struct search_result search;
    struct epochs epochs; // of the final fit
};

static enum status read_rows(struct train_job *job, struct frame_reader *r,
                             struct error *err)
{
    const struct learning_split *c = &job->config->learning.split;
    const struct pipeline *p = &job->run->pipeline;
    job->division = learning_division(c, p);
    enum status status = training_read(r, &job->division, job->run->mem, &job->rows, err);
    if (status == STATUS_INPUT && strncmp(err->loc.field, "split.", 6) == 0)
        error_at(err, p->path, 0, 0);
    return status;
}

/* What learning holds: the table, its rows' order and, where the recipe cannot read
 * views, each fold's rows before and behind its first steps. */
static enum status need(struct train_job *job, const struct frame_reader *r,
                        struct error *err)
{
    size_t row =
               (r->p + r->n_targets) * sizeof(double) + r->n_texts * sizeof(struct view),
           folds = job->config->learning.train.folds.n;
    size_t bytes = row + sizeof(uint32_t);
    enum folds_method method = job->config->learning.train.folds.method;
    bool one = method == FOLDS_VALIDATION;
    bool runs = one || method == FOLDS_BLOCKS || method == FOLDS_ROLLING;
    runs = runs && !learning_halving(&job->config->learning.train);
    for (size_t i = 0; i < job->recipes.n; i++)
        runs = runs && steps_view(job->recipes.of[i].step, job->recipes.of[i].n);
    if (!runs)
        bytes += 2 * (one ? 1 : folds) * row;
    else
        bytes += 2 * sizeof(double);
    if (job->run->pipeline.time.column)
        bytes += sizeof(int32_t);
    if (job->candidates.n > 0)
        bytes += (3 + job->run->pipeline.outside.n) * sizeof(double); // of the history
    return run_need_memory(job->run, arrow_rows(r->file) * bytes, "the feature table",
                           err);
}

static enum status read_table(struct train_job *job, struct error *err)
{
    struct frame_reader r;
    struct run *run = job->run;
    TRY(frame_open(&r, run_input(run, "features.arrow"), &run->pipeline, run->mem, err));
    if (job->candidates.n > 0)
        r.p = r.n_texts = 0; // a series model looks at no feature
    enum status status = need(job, &r, err);
    if (status == STATUS_OK)
        status = read_rows(job, &r, err);
    frame_close(&r);
    return status;
}

static enum status read_models(struct train_job *job, struct error *err)
{
    const struct learning_train *c = &job->config->learning.train;
    enum task task = job->run->pipeline.task;
    TRY(kind_check(&job->run->pipeline, &c->recipes, c->series, err));
    TRY(c->series ? kind_candidates(&job->run->pipeline, c->series,
                                    job->config->learning.split.method, job->run->mem,
                                    &job->candidates, err)
                  : recipes_read(&c->recipes, task, job->run->mem, &job->recipes, err));
    if (metric_score(c->score, task, &job->score, err) != STATUS_OK)
        error_at(err, job->run->pipeline.path, 0, 0);
    return job->score ? STATUS_OK : err->status;
}

static struct fit_context context_of(const struct train_job *job)
{
    struct run *run = job->run;
    size_t rows = job->candidates.n > 0 ? SIZE_MAX : job->rows.frame.n;
    return (struct fit_context){
        .mem = run->mem, .seed = run->pipeline.seed, .threads = run_threads(run, rows)};
}

static const char *journal_path(const struct train_job *job)
{
    struct run *run = job->run;
    return run_output_path(run, session_journal(job->session_rule.shard, run->mem));
}

static enum status search(struct train_job *job, struct error *err)
{
    struct run *run = job->run;
    struct fit_context context = context_of(job);
    struct session_rule *rule = &job->session_rule;
    TRY(training_folds(&job->rows, &job->config->learning.train.folds,
                       (uint32_t)run->pipeline.seed, run->mem, &job->searched, err));
    rule->folds = &job->searched.folds;
    rule->score = job->score;
    rule->halving = learning_halving(&job->config->learning.train);
    rule->merge = job->config->merge;
    rule->journal = journal_path(job);
    rule->watch = &job->watch;
    TRY(session_search(&job->session, rule, &job->recipes, &job->searched.x,
                       &job->searched.y, &context, err));
    job->search = job->session.result;
    return STATUS_OK;
}

/* Both tables, for which the model vouches. */
static enum status write_tables(const struct train_job *job,
                                const struct search_csv *cells, json_t **ret_tables,
                                struct error *err)
{
    const struct history_csv history = epochs_history(&job->epochs);
    struct output *out;
    TRY(run_output(job->run, "search.csv", &out, err));
    output_sum_begin(out);
    TRY(search_csv_write(cells, out, err));
    TRY(artifact_add_table(out, ret_tables, err));
    TRY(run_output(job->run, "history.csv", &out, err));
    output_sum_begin(out);
    TRY(history_csv_write(&history, out, err));
    return artifact_add_table(out, ret_tables, err);
}

static enum status hold_contest(struct train_job *job, struct model *m, struct error *err)
{
    const struct train_config *c = job->config;
    const struct pipeline *p = &job->run->pipeline;
    struct contest_rule rule = {&job->candidates, c->learning.train.backtest,
                                c->learning.train.folds, job->score, &job->watch};
    struct fit_context context = context_of(job);
    enum status status = training_contest(&job->rows, &rule, job->run->in, &c->ingest,
                                          &context, &job->search, &m->series, err);
    if (status == STATUS_INPUT && !err->loc.path[0])
        error_at(err, p->path, 0, 0);
    return status;
}

/* The search over the recipe's grid or the contest of the series models, and the best. */
static enum status learn(struct train_job *job, struct model *m, struct search_csv *cells,
                         struct error *err)
{
    if (job->candidates.n > 0) {
        TRY(hold_contest(job, m, err));
        contest_table(&job->candidates, &job->search, job->run->mem, cells);
        return STATUS_OK;
    }
    enum status status = search(job, err);
    if (status == STATUS_INPUT) {
        training_blame(&job->rows, job->recipes.of[0].step[0],
                       run_input(job->run, "features.arrow"), err);
        error_at(err, job->run->pipeline.path, 0, 0);
    }
    TRY(status);
    if (job->session_rule.shard.n > 0)
        return STATUS_OK;
    search_table(&job->recipes, &job->search, job->run->mem, cells);
    struct fit_context context = context_of(job);
    epochs_listen(&job->epochs, job->run->mem, &context);
    return training_fit(&job->rows, &job->recipes,
                        search_row_cell(&job->search, job->search.chosen), &context, m,
                        err);
}

static enum status write_model(struct train_job *job, struct model *m,
                               const struct search_csv *cells, struct error *err)
{
    const struct training *t = &job->rows;
    struct output *out;
    model_rows_of(&t->division, t->rule, &t->frame, t->identity, job->run->mem, &m->rows);
    TRY(write_tables(job, cells, &m->tables, err));
    TRY(run_output(job->run, "model.json", &out, err));
    m->search = job->candidates.n > 0
                    ? search_summary_series(cells, &job->search, job->score)
                    : search_summary(&job->recipes, &job->search, job->score);
    m->options = run_options(job->run);
    return model_write(m, out, err);
}

static enum status write_shard(struct train_job *job, struct error *err)
{
    struct run *run = job->run;
    struct output *out;
    TRY(run_output(run, shard_file(job->session_rule.shard, run->mem), &out, err));
    return session_write(&job->session, out, &run->rows_out, err);
}

/* --shard and --merge. */
static enum status read_parts(struct train_job *job, struct error *err)
{
    const struct train_config *c = job->config;
    if (c->shard && c->merge)
        return error_set(err, STATUS_USAGE, "--shard and --merge do not go together");
    if ((c->shard || c->merge) && job->candidates.n > 0)
        return error_set(err, STATUS_USAGE, "series models are not scored in shards");
    if ((c->shard || c->merge) && learning_halving(&c->learning.train))
        return error_set(err, STATUS_USAGE,
                         "a search that halves goes round by round: it is not scored in "
                         "shards");
    return c->shard ? shard_parse(c->shard, &job->session_rule.shard, err) : STATUS_OK;
}

/* What an estimator says of its end. */
struct ending {
    bool unfinished, endless; // not converged; without a best answer
};

static void hear(void *sink, const char *name, double value)
{
    struct ending *e = sink;
    if (strcmp(name, "converged") == 0)
        e->unfinished = value == 0;
    if (strcmp(name, "separable") == 0)
        e->endless = value == 1;
}

/* A warning where the final fit is not the one that was asked for. */
static void warn_of_ending(struct train_job *job, const struct model *m)
{
    const struct step_fitted *last = m->n_steps > 0 ? &m->step[m->n_steps - 1] : NULL;
    struct ending e = {0};
    struct error warning;
    if (!last || !last->step->tell)
        return;
    last->step->tell(last->state, hear, &e);
    if (e.endless) {
        error_set(&warning, STATUS_INPUT,
                  "the rows can be told apart without error: '%s' without a penalty has "
                  "no best coefficients, only ever larger ones",
                  last->step->name);
        error_hint(&warning, "take a penalty");
    } else if (e.unfinished) {
        error_set(&warning, STATUS_INPUT, "'%s' did not converge", last->step->name);
        error_hint(&warning,
                   "raise max_iter or tol, or standardise the columns (`scale`)");
    } else {
        return;
    }
    error_at(&warning, job->run->pipeline.path, 0, 0);
    error_field(&warning, "train.steps");
    run_warn(job->run, &warning);
}

static enum status work(struct train_job *job, struct error *err)
{
    struct run *run = job->run;
    const struct pipeline *p = &run->pipeline;
    struct model m = {.pipeline = p->name};
    struct search_csv cells;
    TRY(read_models(job, err));
    TRY(read_parts(job, err));
    TRY(read_table(job, err));
    m.learnt = target_of(
        &job->rows.y, (struct matrix){.p = job->rows.y.y.p, .name = job->rows.y.y.name});
    TRY(learn(job, &m, &cells, err));
    run->rows_in = job->rows.frame.n;
    if (job->session_rule.shard.n > 0)
        return write_shard(job, err);
    run->rows_out = job->search.n_cells;
    warn_of_ending(job, &m);
    return write_model(job, &m, &cells, err);
}

static enum status run_train(struct run *run, struct error *err)
{
    struct train_job job = {.run = run, .config = run->config, .watch = run_watch(run)};
    if (!run->pipeline.target) {
        (void)error_refuse(err, run->pipeline.path, NULL, "the pipeline names no target");
        error_hint(err, "add `target: NAME`, the column that is predicted");
        return STATUS_INPUT;
    }
    enum status status = work(&job, err);
    session_close(&job.session, status == STATUS_OK ? run->publish : NULL,
                  journal_path(&job));
    return status;
}

/* Steps first, then series models. */
static void explain_models(struct text *out)
{
    recipe_explain(out);
    text_putc(out, '\n');
    series_explain(out);
}

static const struct section sections[] = {
    {"ingest", source_rows, COUNT_OF(source_rows), offsetof(struct train_config, ingest)},
    {"split", learning_split_rows, LEARNING_SPLIT_ROWS,
     offsetof(struct train_config, learning.split)},
    {"train", learning_train_rows, LEARNING_TRAIN_ROWS,
     offsetof(struct train_config, learning.train)},
};

static const struct stage train = {
    .name = "train",
    .summary = "searches the recipe's grid and fits the best cell",
    .operand = "PIPELINE.yaml",
    .about =
        "Reads features.arrow and, for series models, the target's history in "
        "raw/*.arrow and clean.arrow.\n"
        "Writes search.csv (one row a cell), history.csv (one row an epoch of the final\n"
        "fit) and model.json; with --shard its part of the scores, which --merge puts\n"
        "together.  A search of more than a second keeps\n"
        "what it has in .search.journal beside them, and goes on from there if killed.\n"
        "Holds the feature table in memory, and 24 bytes a row; where the recipe has\n"
        "other steps than scale, ridge and mean, or folds are not runs of rows, also "
        "the\n"
        "rows of each fold twice.",
    .options = shard_rows,
    .n_options = COUNT_OF(shard_rows),
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_SET | STAGE_THREADS | STAGE_MEMORY,
    .config_size = sizeof(struct train_config),
    .defaults = &defaults,
    .explain = explain_models,
    .run = run_train,
};

int main(int argc, char **argv)
{
    return stage_main(&train, argc, argv);
}
