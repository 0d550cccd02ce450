/* train: the search over the recipe's grid, and the best cell fitted on all training
 * rows.
 *
 * Rows that arrived in later files than the first are not learnt from unless
 * `split.arrived` says so: the report then shows how a model that never saw them does on
 * them. */
#include "base/json.h"
#include "base/number.h"
#include "base/stage.h"
#include "data/csv.h"
#include "learn/frame.h"
#include "learn/model.h"
#include "learn/recipe.h"
#include "learn/search.h"
#include "learn/split.h"

struct split_config {
    const char *method, *arrived;
    double test;
};

struct train_config {
    size_t folds;
    const char *score;
    const struct yaml_node *steps;
};

struct config {
    struct split_config split;
    struct train_config train;
};

static const struct config defaults = {
    .split = {.method = "shuffled", .arrived = "hold", .test = 0.2},
    .train = {.folds = 3, .score = "r2"},
};

/* clang-format off */
static const struct option_row split_rows_[] = {
    OPTION_CHOICE(struct split_config, method, "shuffled|last",
                  "rows held out: drawn by the seed as scikit-learn does, or the last "
                  "in time"),
    OPTION_CHOICE(struct split_config, arrived, "hold|train",
                  "rows from later files than the first: only measured, or learnt from "
                  "like all others"),
    OPTION(struct split_config, test, 0.001, 0.999, "SHARE",
           "share of the rows that is held out, rounded up"),
};
static const struct option_row train_rows[] = {
    OPTION(struct train_config, folds, 2, 1000, "N",
           "parts of the training rows for the search"),
    OPTION(struct train_config, score, 0, 0, "METRIC",
           "what the search judges by: r2, rmse, mae, …"),
    OPTION_REQUIRED(struct train_config, steps, 0, 0, "LIST",
                    "the steps and the estimator; a list where a parameter takes one "
                    "value is a grid"),
};
/* clang-format on */

struct job {
    struct run *run;
    const struct config *config;
    struct frame frame;
    struct split split; // row numbers of the frame
    struct matrix x, y; // training rows
    struct recipe recipe;
    const struct metric *score;
    struct search_result search;
};

static enum status divide(struct job *job, struct error *err)
{
    const struct split_config *c = &job->config->split;
    struct arena *mem = job->run->mem;
    bool hold = strcmp(c->arrived, "hold") == 0;
    size_t *row = ARENA_ARRAY(mem, size_t, job->frame.n), n = 0;
    for (size_t i = 0; i < job->frame.n; i++)
        if (!hold || !runs_has(&job->frame.arrived, i))
            row[n++] = i;
    if (split_rows(c->method, c->test, (uint32_t)job->run->pipeline.seed, n, mem,
                   &job->split, err) != STATUS_OK) {
        error_at(err, job->run->pipeline.path, 0, 0);
        return err->status;
    }
    for (size_t i = 0; i < job->split.n_train; i++)
        job->split.train[i] = row[job->split.train[i]];
    for (size_t i = 0; i < job->split.n_test; i++)
        job->split.test[i] = row[job->split.test[i]];
    return STATUS_OK;
}

static void take_training_rows(struct job *job)
{
    static const char *const names[] = {"target"};
    struct arena *mem = job->run->mem;
    const double **y = ARENA_ARRAY(mem, const double *, 1);
    y[0] = job->frame.y;
    struct matrix target = {job->frame.n, 1, y, names};
    job->x = matrix_rows(mem, &job->frame.x, job->split.train, job->split.n_train);
    job->y = matrix_rows(mem, &target, job->split.train, job->split.n_train);
}

static enum status read_recipe(struct job *job, struct error *err)
{
    const struct train_config *c = &job->config->train;
    job->score = metric_find(c->score);
    if (!job->score) {
        error_set(err, STATUS_INPUT, "unknown metric %s", QUOTE(c->score));
        error_field(err, "train.score");
        error_at(err, job->run->pipeline.path, 0, 0);
        return STATUS_INPUT;
    }
    return recipe_read(c->steps, job->run->mem, &job->recipe, err);
}

static struct fit_context context_of(struct run *run)
{
    return (struct fit_context){
        .mem = run->mem, .seed = run->pipeline.seed, .threads = run->threads};
}

static enum status search(struct job *job, struct error *err)
{
    struct fit_context context = context_of(job->run);
    struct search_options options = {.folds = job->config->train.folds,
                                     .score = job->score};
    enum status status =
        search_run(&job->recipe, &options, &job->x, &job->y, &context, &job->search, err);
    if (status == STATUS_INPUT)
        error_at(err, job->run->pipeline.path, 0, 0);
    return status;
}

static enum status write_cell(const struct job *job, struct csv_writer *w, size_t cell,
                              size_t *index, struct error *err)
{
    const struct search_result *s = &job->search;
    recipe_cell(&job->recipe, cell, index);
    for (size_t a = 0; a < job->recipe.n_axes; a++)
        TRY(csv_put_text(w, view_of(job->recipe.axis[a].text[index[a]]), err));
    for (size_t f = 0; f < s->folds; f++)
        TRY(csv_put_real(w, s->score[cell * s->folds + f], err));
    TRY(csv_put_real(w, s->mean[cell], err));
    TRY(csv_put_int(w, (long long)s->rank[cell], err));
    return csv_end(w, err);
}

static enum status write_search(const struct job *job, struct error *err)
{
    struct csv_writer w = {0};
    struct arena *mem = job->run->mem;
    size_t *index = ARENA_ARRAY(mem, size_t, job->recipe.n_axes + 1);
    TRY(run_output(job->run, "search.csv", &w.out, err));
    for (size_t a = 0; a < job->recipe.n_axes; a++)
        TRY(csv_put_text(&w, view_of(job->recipe.axis[a].name), err));
    for (size_t f = 0; f < job->search.folds; f++)
        TRY(csv_put_text(&w, view_of(arena_format(mem, "score_%zu", f + 1)), err));
    TRY(csv_put_text(&w, VIEW("score_mean"), err));
    TRY(csv_put_text(&w, VIEW("rank"), err));
    TRY(csv_end(&w, err));
    for (size_t cell = 0; cell < job->search.n_cells; cell++)
        TRY(write_cell(job, &w, cell, index, err));
    return STATUS_OK;
}

/* A hyper-parameter's value in the type that it has. */
static json_t *value_json(const struct option_row *row, const char *text)
{
    double number;
    if (!number_parse(text, strlen(text), &number))
        return json_string(text);
    return row->kind == OPTION_REAL ? json_real(number)
                                    : json_integer((json_int_t)number);
}

static json_t *best_json(const struct job *job, size_t cell)
{
    json_t *best = json_object();
    size_t *index = ARENA_ARRAY(job->run->mem, size_t, job->recipe.n_axes + 1);
    recipe_cell(&job->recipe, cell, index);
    for (size_t a = 0; a < job->recipe.n_axes; a++) {
        const struct axis *axis = &job->recipe.axis[a];
        json_object_set_new(best, axis->name,
                            value_json(axis->row, axis->text[index[a]]));
    }
    return best;
}

static json_t *search_json(const struct job *job)
{
    const struct search_result *s = &job->search;
    return json_pack("{s:o, s:s, s:o, s:I, s:I, s:o}", "best", best_json(job, s->best),
                     "score", job->score->name, "score_mean",
                     json_finite(s->mean[s->best]), "cells", (json_int_t)s->n_cells,
                     "folds", (json_int_t)s->folds, "simplest_within_error",
                     best_json(job, s->simplest_within_error));
}

static const char **labels(const struct job *job, const size_t *row, size_t n)
{
    const char **label = ARENA_ARRAY(job->run->mem, const char *, n);
    for (size_t i = 0; i < n; i++)
        label[i] = job->frame.label[row[i]];
    return label;
}

static enum status fit_best(struct job *job, struct model *m, struct error *err)
{
    struct fit_context context = context_of(job->run);
    size_t n = job->recipe.n;
    struct step_choice *choice = ARENA_ARRAY(job->run->mem, struct step_choice, n);
    recipe_choose(&job->recipe, job->search.best, job->run->mem, choice);
    m->n_steps = n;
    m->step = ARENA_ARRAY(job->run->mem, struct step_fitted, n);
    return steps_fit(choice, n, &job->x, &job->y, &context, m->step, err);
}

static enum status write_model(struct job *job, struct error *err)
{
    const struct pipeline *p = &job->run->pipeline;
    struct output *out;
    struct model m = {.pipeline = p->name,
                      .task = p->task,
                      .target = p->target,
                      .p = job->x.p,
                      .feature = job->x.name,
                      .n_train = job->split.n_train,
                      .n_holdout = job->split.n_test,
                      .train = labels(job, job->split.train, job->split.n_train),
                      .holdout = labels(job, job->split.test, job->split.n_test)};
    TRY(fit_best(job, &m, err));
    TRY(run_output(job->run, "model.json", &out, err));
    m.search = search_json(job);
    return json_write(out, model_to_json(&m), err);
}

static enum status run_train(struct run *run, struct error *err)
{
    struct job job = {.run = run, .config = run->config};
    if (!run->pipeline.target) {
        error_set(err, STATUS_INPUT, "the pipeline names no target");
        error_at(err, run->pipeline.path, 0, 0);
        return STATUS_INPUT;
    }
    TRY(read_recipe(&job, err));
    TRY(frame_need(run, run_input(run, "features.arrow"), err));
    TRY(frame_read(run_input(run, "features.arrow"), &run->pipeline, run->mem, &job.frame,
                   err));
    TRY(divide(&job, err));
    take_training_rows(&job);
    TRY(search(&job, err));
    TRY(write_search(&job, err));
    run->rows_in = job.frame.n;
    run->rows_out = job.search.n_cells;
    return write_model(&job, err);
}

static const struct section sections[] = {
    {"split", split_rows_, COUNT_OF(split_rows_), offsetof(struct config, split)},
    {"train", train_rows, COUNT_OF(train_rows), offsetof(struct config, train)},
};

static const struct stage train = {
    .name = "train",
    .summary = "searches the recipe's grid and fits the best cell",
    .operand = "PIPELINE.yaml",
    .about = "Reads features.arrow.\n"
             "Writes search.csv (one row a cell) and model.json.\n"
             "Holds the feature table in memory.",
    .sections = sections,
    .n_sections = COUNT_OF(sections),
    .takes = STAGE_IN | STAGE_OUT | STAGE_SET | STAGE_THREADS | STAGE_MEMORY,
    .config_size = sizeof(struct config),
    .defaults = &defaults,
    .explain = recipe_explain,
    .run = run_train,
};

int main(int argc, char **argv)
{
    return stage_main(&train, argc, argv);
}
