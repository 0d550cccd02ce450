/* The rules for anomalies beside each other: all learn from the training rows, and answer the
 * held-out ones, of which some are planted. */
#include "evaluation/evaluation_rules.h"

#include <math.h>
#include <string.h>

#include "data/groups.h"
#include "judge/hits.h"
#include "learn/division.h"
#include "steps/step.h"

/* The rows of a part that have a value, into ret[n]. */
static size_t rows_of(const struct evaluation *e, enum division_part part, size_t *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < e->frame.n; i++)
        if (e->part[i] == part && !isnan(e->frame.target.y.col[0][i]))
            ret[n++] = i;
    return n;
}

/* What the flags of the held-out rows come to. */
static struct classification_json_rule count(const struct evaluation *e, const char *name,
                                             const struct prediction *p,
                                             const size_t *row, size_t n, bool held)
{
    size_t planted[PLANTING_KINDS] = {0}, found[PLANTING_KINDS] = {0};
    struct hits hits = {0};
    for (size_t k = 0; k < n; k++) {
        size_t i = row[k], kind = e->planted[i];
        bool is = kind != PLANTING_NONE;
        bool flag =
            prediction_flags(p, held ? k : i, e->frame.target.y.col[is ? 1 : 0][i]);
        hits_count(&hits, is, flag);
        planted[kind]++;
        found[kind] += flag;
    }
    bool any = hits.right + hits.missed > 0;
    double share[PLANTING_KINDS];
    for (size_t kind = 0; kind < PLANTING_KINDS; kind++)
        share[kind] =
            planted[kind] > 0 ? (double)found[kind] / (double)planted[kind] : NAN;
    return (struct classification_json_rule){.name = name,
                                             .flagged = hits.right + hits.false_alarms,
                                             .found = hits.right,
                                             .precision =
                                                 any ? hits_precision(&hits) : NAN,
                                             .recall = any ? hits_recall(&hits) : NAN,
                                             .f1 = any ? hits_f1(&hits) : NAN,
                                             .factor = share[PLANTING_FACTOR],
                                             .swapped = share[PLANTING_SWAPPED],
                                             .currency = share[PLANTING_CURRENCY],
                                             .drift = share[PLANTING_DRIFT]};
}

/* A rule as it comes, but for what is switched on. */
struct anomaly_rule {
    const char *name, *step;
    bool log, trend;
};

static const struct anomaly_rule rules[] = {
    {"quantile_bands", "quantile_bands", false, false},
    {"z_score", "z_score", false, false},
    {"median_mad", "median_mad", false, false},
    {"median_mad, log", "median_mad", true, false},
    {"median_mad, log and trend", "median_mad", true, true},
};

/* The rule's parameters, in mem. */
static void *params_of(const struct anomaly_rule *rule, const struct step *step,
                       struct arena *mem)
{
    char *params = arena_alloc(mem, step->params_size);
    memcpy(params, step->defaults, step->params_size);
    for (size_t i = 0; i < step->n_rows; i++) {
        const struct option_row *row = &step->rows[i];
        bool on = (rule->log && strcmp(row->name, "log") == 0) ||
                  (rule->trend && strcmp(row->name, "trend") == 0);
        if (on)
            memcpy(params + row->offset, &on, sizeof on);
    }
    return params;
}

/* Rules that these rows do not allow: no logarithm of what is not above 0, no trend without
 * a column that is known throughout. */
static bool applies(const struct anomaly_rule *rule, const struct matrix *x,
                    const struct target *y)
{
    for (size_t i = 0; i < y->y.n; i++)
        if ((rule->log && !(y->y.col[0][i] > 0)) ||
            (rule->trend && (x->p == 0 || isnan(x->col[0][i]))))
            return false;
    return true;
}

/* The training rows, and those that are asked for. */
struct rule_rows {
    struct matrix x, asked;
    struct target y;
    size_t n, *held; // [n] numbers of those asked for
};

static struct rule_rows take_rows(const struct evaluation *e, struct arena *mem)
{
    const struct frame *f = &e->frame;
    size_t *train = ARENA_ARRAY(mem, size_t, f->n);
    struct rule_rows r = {.held = ARENA_ARRAY(mem, size_t, f->n)};
    size_t n_train = rows_of(e, DIVISION_TRAIN, train);
    const struct matrix value = {.n = f->n, .p = 1, .col = f->target.y.col};
    r.n = rows_of(e, DIVISION_HOLDOUT, r.held);
    r.x = matrix_rows(mem, &f->x, train, n_train);
    r.y = target_of(&f->target, matrix_rows(mem, &value, train, n_train));
    r.asked = matrix_rows(mem, &f->x, r.held, r.n);
    return r;
}

static enum status ask(const struct anomaly_rule *rule, const struct rule_rows *r,
                       const struct fit_context *context, struct prediction *ret,
                       struct error *err)
{
    void *state;
    const struct step *step = step_find(rule->step);
    TRY(step_fit(step, params_of(rule, step, context->mem), &r->x, &r->y, context, &state,
                 err));
    return step->predict(state, &r->asked, context->mem, ret, err);
}

enum status evaluation_rules(const struct evaluation *e, size_t threads,
                             struct classification_json_anomalies *ret, struct error *err)
{
    struct arena scratch = {0};
    const struct fit_context context = {
        .mem = &scratch, .seed = e->pipeline->seed, .threads = threads};
    struct rule_rows r = take_rows(e, &scratch);
    enum status status = STATUS_OK;
    ret->rule = ARENA_ARRAY(e->mem, struct classification_json_rule, COUNT_OF(rules) + 1);
    ret->rule[ret->n_rules++] = count(e, "model", &e->prediction, r.held, r.n, false);
    for (size_t k = 0; status == STATUS_OK && k < COUNT_OF(rules); k++) {
        struct prediction p;
        if (!applies(&rules[k], &r.x, &r.y))
            continue;
        status = ask(&rules[k], &r, &context, &p, err);
        if (status == STATUS_OK)
            ret->rule[ret->n_rules++] = count(e, rules[k].name, &p, r.held, r.n, true);
    }
    arena_release(&scratch);
    return status;
}
