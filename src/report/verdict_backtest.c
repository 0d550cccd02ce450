/* The verdict where there is a backtest: it rests on what would have been forecast from
 * each origin, not on one hold-out.
 *
 * The rival is the baseline beside which the model looks worst.  Chance is asked with
 * errors that may come in clusters (`p_clustered` of judge/diebold_mariano.h). */
#include <math.h>

#include "draw/figure.h"
#include "report/verdict_internal.h"

enum { LATE_YEARS = 10 };

/* Of those with half of the model's rows; NULL: there is none. */
static const struct backtest_json_baseline *rival_of(const struct backtest_json_part *all)
{
    const struct backtest_json_baseline *best = NULL;
    for (size_t i = 0; i < all->n_baselines; i++) {
        const struct backtest_json_baseline *b = &all->baseline[i];
        if (b->versus.n >= (all->n + 1) / 2 && !isnan(b->versus.skill) &&
            (!best || b->versus.skill < best->versus.skill))
            best = b;
    }
    return best;
}

bool verdict_backtest(const struct report *r, struct verdict *v)
{
    const struct backtest_json *b = &r->backtest;
    if (!b->all || r->pipeline->task != TASK_REGRESSION)
        return false;
    v->rival = rival_of(b->all);
    if (!v->rival)
        return false;
    const struct backtest_json_versus *versus = &v->rival->versus;
    v->rmse = versus->model;
    v->skill = versus->skill;
    v->errors = versus->clustered;
    v->p = versus->p_clustered;
    v->says = !(v->p < VERDICT_CHANCE) ? VERDICT_SAME
              : v->errors < 0          ? VERDICT_BETTER
                                       : VERDICT_WORSE;
    return true;
}

const char *verdict_chance(double p, struct arena *mem)
{
    if (isnan(p))
        return "no p";
    return p < .0001 ? "p below 0.0001"
                     : arena_format(mem, "p %s", FIXED(p, p < .001 ? 4 : 3));
}

/* "one month ahead", "up to 12 months ahead". */
static const char *how_far(const struct report *r, struct arena *mem)
{
    const struct timestep *s = &timestep_all[r->pipeline->time.step];
    size_t horizon = r->backtest.plan->horizon, gap = r->backtest.plan->gap;
    if (horizon + gap == 1)
        return arena_format(mem, "one %s ahead", s->unit);
    return arena_format(mem, "%s%s %s ahead", horizon > 1 ? "up to " : "",
                        COUNT(horizon + gap), s->units);
}

void verdict_backtest_headline(const struct report *r, const struct verdict *v,
                               struct text *t)
{
    const struct backtest_json_plan *plan = r->backtest.plan;
    const struct backtest_json_versus *versus = &v->rival->versus;
    text_addf(t,
              "From each of %s origins (%s – %s), knowing what was known then, its %s %s "
              "is %s, that forecast's %s",
              COUNT(plan->origins), plan->first, plan->last,
              metric_find(r->backtest.judge) ? metric_find(r->backtest.judge)->title
                                             : r->backtest.judge,
              how_far(r, t->mem), FIGURE(v->rmse),
              FIGURE(report_versus(versus, r->backtest.judge)));
}

/* In how many of the last years at most the model is better than its rival. */
static size_t years_won(const struct report *r, const char *rival, size_t most)
{
    const struct backtest_json *b = &r->backtest;
    size_t won = 0;
    for (size_t i = b->n_years > most ? b->n_years - most : 0; i < b->n_years; i++) {
        const struct backtest_json_versus *y = backtest_json_versus(&b->year[i], rival);
        won += y && y->skill > 0;
    }
    return won;
}

/* Where the gain lies: all of it may be long ago. */
static void add_years(const struct report *r, const char *rival, struct text *t)
{
    size_t n = r->backtest.n_years;
    if (n < 2)
        return;
    text_addf(t, " By year it is the better one in %s of %s",
              COUNT(years_won(r, rival, n)), COUNT(n));
    if (n >= 2 * LATE_YEARS)
        text_addf(t, ", in %s of the last %d", COUNT(years_won(r, rival, LATE_YEARS)),
                  LATE_YEARS);
    text_putc(t, '.');
}

void verdict_backtest_sure(const struct report *r, const struct verdict *v,
                           struct text *t)
{
    const struct backtest_json_plan *plan = r->backtest.plan;
    const struct backtest_json_versus *versus = &v->rival->versus;
    text_addf(t,
              "How sure: %s %s, the model chosen and learnt %s %s from what came before. "
              "That chance makes such a difference has %s (Diebold–Mariano, allowing for "
              "errors that come in clusters; %s without).",
              COUNT(versus->n), verdict_unit(r->pipeline, versus->n), COUNT(plan->fits),
              plan->fits == 1 ? "time" : "times", verdict_chance(v->p, t->mem),
              verdict_chance(versus->p, t->mem));
    add_years(r, v->rival->name, t);
    if (v->leaks)
        text_puts(t, " The hold-out in the table of errors is shuffled, which flatters: "
                     "believe the origins.");
}
