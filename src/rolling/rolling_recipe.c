/* A fit with its search is a piece of work: it learns from the rows known at its origin, and
 * answers the rows of all origins up to the next fit's. */
#include "rolling/rolling_recipe.h"

#include <math.h>

#include "base/stop.h"
#include "base/thread.h"
#include "data/key.h"
#include "rolling/rolling_internal.h"
#include "search/training_search.h"

/* What one fit works with. */
struct recipe_fit {
    const struct recipe_job *job;
    struct arena *mem;
    size_t *slot;
    struct training training;
    struct model model;
    size_t n_asked, *asked; // points
    struct prediction answer;
};

size_t rolling_behind(const struct rolling_features *f, int32_t key)
{
    size_t low = 0, high = f->known;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->frame.key[f->order[middle]] <= key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The last times of the n rows from `from` on, by the rule of a split by time. */
static enum status set_apart(const struct recipe_job *job, size_t from,
                             struct division *d, struct error *err)
{
    const uint32_t *row = job->features->order + from;
    const int32_t *key = job->features->frame.key;
    const struct split_size size = {.share = job->rule->validation, .validation = true};
    size_t times = 0, checked;
    for (size_t i = 0; i < d->n; i++)
        times += i == 0 || key[row[i]] != key[row[i - 1]];
    TRY(split_count(&size, times, "time", &checked, err));
    while (checked > 0) {
        d->n_train--;
        checked -= key[row[d->n_train]] != key[row[d->n_train - 1]];
    }
    d->n_validation = d->n - d->n_train;
    return STATUS_OK;
}

/* The rows that are known at an origin, as training has them. */
static enum status take_known(struct recipe_fit *fit, int32_t origin, struct error *err)
{
    const struct recipe_job *job = fit->job;
    const struct rolling_features *f = job->features;
    size_t window = job->rows->plan->window, to = rolling_behind(f, origin), from = 0;
    if (window > 0)
        from = rolling_behind(f, key_add(job->rows->pipeline, origin, -(int32_t)window));
    struct training *t = &fit->training;
    size_t n = to - from;
    if (n == 0)
        return error_set(err, STATUS_INPUT, "no row is known");
    t->rule = &job->division;
    t->division = (struct division){.n = n, .n_train = n, .order = f->order + from};
    if (job->rule->validation > 0)
        TRY(set_apart(job, from, &t->division, err));
    t->frame = f->frame;
    t->frame.target.y = matrix_part(fit->mem, &f->frame.target.y, from, to);
    t->frame.x = matrix_part(fit->mem, &f->frame.x, from, to);
    training_take(t, fit->mem);
    return STATUS_OK;
}

/* The points that the rows of the fit's turns ask for, each once. */
static void ask(struct recipe_fit *fit, size_t from, size_t to)
{
    const struct rolling_rows *r = fit->job->rows;
    const size_t *row = fit->job->row;
    fit->asked = ARENA_ARRAY(fit->mem, size_t, to - from);
    for (size_t k = from; k < to; k++) {
        size_t point = r->point[row[k]];
        if ((size_t)r->horizon[row[k]] > r->reach || fit->slot[point] > 0)
            continue;
        fit->asked[fit->n_asked++] = point;
        fit->slot[point] = fit->n_asked;
    }
}

static enum status predict(struct recipe_fit *fit, struct error *err)
{
    const struct rolling_features *f = fit->job->features;
    size_t *row = ARENA_ARRAY(fit->mem, size_t, fit->n_asked);
    for (size_t i = 0; i < fit->n_asked; i++)
        row[i] = f->place[fit->asked[i]];
    struct matrix x = matrix_rows(fit->mem, &f->frame.x, row, fit->n_asked);
    return steps_predict(fit->model.step, fit->model.n_steps, &x, &fit->training.y,
                         fit->mem, &fit->answer, err);
}

/* The number among all classes of one that was learnt. */
static size_t class_among(const struct target *all, const char *name)
{
    size_t c = 0;
    while (c < all->n_classes && strcmp(all->class_name[c], name) != 0)
        c++;
    return c;
}

/* Puts the answer to point i of the asked into row k. */
static void put(const struct recipe_fit *fit, size_t i, size_t k)
{
    struct rolling_rows *r = fit->job->rows;
    const struct prediction *p = &fit->answer;
    const struct target *learnt = &fit->training.y;
    bool classes = learnt->task == TASK_CLASSES;
    if (classes && p->answer == ANSWER_VALUES) {
        const char *name = learnt->class_name[(size_t)p->value[0][i]];
        r->value[0][k] = (double)class_among(&r->actual, name);
        return;
    }
    for (size_t c = 0; classes && c < r->answer.p; c++)
        r->value[c][k] = 0;
    for (size_t c = 0; c < p->p; c++)
        r->value[classes ? class_among(&r->actual, learnt->class_name[c]) : c][k] =
            p->value[c][i];
}

static enum status learn_and_answer(struct recipe_fit *fit, int32_t origin, size_t from,
                                    size_t to, struct error *err)
{
    const struct recipe_job *job = fit->job;
    const struct fit_context context = {
        .mem = fit->mem, .seed = job->rule->seed, .threads = 1};
    size_t best;
    TRY(take_known(fit, origin, err));
    TRY(training_search(&fit->training, &job->features->recipes, job->rule->train,
                        job->rule->seed, &context, &best, err));
    TRY(training_fit(&fit->training, &job->features->recipes, best, &context, &fit->model,
                     err));
    TRY(predict(fit, err));
    for (size_t k = from; k < to; k++) {
        size_t row = job->row[k], slot = fit->slot[job->rows->point[row]];
        if (slot > 0 && (size_t)job->rows->horizon[row] <= job->rows->reach)
            put(fit, slot - 1, row);
    }
    return STATUS_OK;
}

enum status rolling_fit(const struct recipe_job *job, size_t i, size_t worker,
                        struct error *err)
{
    const struct rolling_plan *plan = job->rows->plan;
    struct arena *mem = &job->of_worker[worker];
    struct arena_mark mark = arena_mark(mem);
    struct recipe_fit fit = {.job = job, .mem = mem, .slot = job->slot[worker]};
    size_t turn = i * plan->refit, end = turn + plan->refit;
    size_t from = job->first[turn];
    size_t to = job->first[end < plan->origins ? end : plan->origins];
    ask(&fit, from, to);
    enum status status = STATUS_OK;
    if (fit.n_asked > 0)
        status = learn_and_answer(&fit, rolling_origin(plan, job->rows->pipeline, turn),
                                  from, to, err);
    job->learnt[i] = fit.n_asked > 0 && status == STATUS_OK;
    for (size_t k = 0; k < fit.n_asked; k++)
        fit.slot[fit.asked[k]] = 0;
    arena_rewind(mem, mark);
    return status;
}

static enum status run_fit(void *context, size_t i, size_t worker, struct error *err)
{
    struct recipe_job *job = context;
    enum status status = rolling_fit(job, i, worker, &job->fault[i]);
    if (worker == 0)
        watch_progress(job->rule->watch, "backtest", i + 1,
                       rolling_fits(job->rows->plan));
    if (status == STATUS_OK || status == STATUS_INPUT)
        return stop_check(err);
    *err = job->fault[i];
    return status;
}

/* The rows by turn. */
static void sort_rows(struct recipe_job *job, struct arena *mem)
{
    const struct rolling_rows *r = job->rows;
    size_t origins = r->plan->origins;
    job->row = ARENA_ARRAY(mem, size_t, r->n);
    size_t *at = ARENA_ARRAY(mem, size_t, origins + 2);
    for (size_t i = 0; i < r->n; i++)
        at[r->turn[i] + 2]++;
    for (size_t t = 2; t < origins + 2; t++)
        at[t] += at[t - 1];
    for (size_t i = 0; i < r->n; i++)
        job->row[at[r->turn[i] + 1]++] = i;
    job->first = at;
}

/* Says once which steps no answer reaches. */
static void tell_reach(const struct rolling_rows *r, const struct rolling_rule *rule)
{
    struct error warning = {0};
    if (r->reach == r->plan->horizon)
        return;
    error_set(&warning, STATUS_INPUT,
              "the recipe's features are known %zu step%s behind an origin and its gap: "
              "of %zu that the backtest asks for the others have no answer",
              r->reach, r->reach == 1 ? "" : "s", r->plan->horizon);
    error_hint(&warning, "a feature reaches as far ahead as its shift");
    watch_warn(rule->watch, &warning);
}

/* Says once what could not be learnt. */
static void tell(const struct recipe_job *job, size_t fits)
{
    size_t failed = 0, first = 0;
    for (size_t i = fits; i-- > 0;)
        if (job->fault[i].status != STATUS_OK) {
            failed++;
            first = i;
        }
    if (failed == 0)
        return;
    char key[TIMESTEP_TEXT];
    const struct rolling_rows *r = job->rows;
    struct error warning = {0}, *fault = &job->fault[first];
    error_set(&warning, STATUS_INPUT,
              "%zu of %zu fits of the backtest have no answers: at %s %s", failed, fits,
              key_text(r->pipeline,
                       rolling_origin(r->plan, r->pipeline, first * r->plan->refit), key),
              fault->message);
    watch_warn(job->rule->watch, &warning);
}

enum status rolling_recipe(struct rolling_rows *rows,
                           const struct rolling_features *features,
                           const struct rolling_rule *rule, struct arena *mem,
                           struct error *err)
{
    size_t fits = rolling_fits(rows->plan), gap = rows->plan->gap;
    size_t threads = rule->threads < fits ? rule->threads : fits;
    struct recipe_job job = {.rows = rows, .features = features, .rule = rule};
    size_t reach = features->reach > gap ? features->reach - gap : 0;
    rows->reach = reach < rows->plan->horizon ? reach : rows->plan->horizon;
    sort_rows(&job, mem);
    job.of_worker = ARENA_ARRAY(mem, struct arena, threads);
    job.slot = ARENA_ARRAY(mem, size_t *, threads);
    job.fault = ARENA_ARRAY(mem, struct error, fits);
    job.learnt = ARENA_ARRAY(mem, bool, fits);
    for (size_t t = 0; t < threads; t++)
        job.slot[t] = ARENA_ARRAY(mem, size_t, rows->points->n);
    enum status status = thread_run(threads, fits, run_fit, &job, err);
    if (status == STATUS_OK && rule->prove)
        status = rolling_prove(&job, threads, mem, err);
    for (size_t t = 0; t < threads; t++)
        arena_release(&job.of_worker[t]);
    for (size_t i = 0; i < fits; i++)
        rows->fits += job.learnt[i] ? 1 : 0;
    if (status == STATUS_OK) {
        tell_reach(rows, rule);
        tell(&job, fits);
    }
    return status;
}
