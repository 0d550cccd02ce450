/* Sentences from figures.  Nothing is measured here but what the two tables of
 * predictions allow to look up: the rows that both forecasts have. */
#include "report/verdict.h"

#include <math.h>
#include <string.h>

#include "base/timestep.h"
#include "learn/compare.h"
#include "learn/metric.h"
#include "report/figure.h"

enum { NEXT_SHOWN = 3 };

const char *verdict_unit(const struct pipeline *p, size_t n)
{
    const struct timestep *s = p->time.column ? timestep_find(p->time.step) : NULL;

    if (n == 1)
        return s ? s->unit : "row";
    return s ? s->units : "rows";
}

const char *verdict_baseline(const struct pipeline *p, const char *name)
{
    static const struct {
        const char *name, *monthly, *daily, *other;
    } words[] = {
        {"naive", "last month's value", "the day before's value", "the last value"},
        {"seasonal_naive", "the value a year ago", "the value a week ago",
         "the value a season ago"},
        {"seasonal_drift", "last month's value plus last year's change",
         "the day before's value plus last week's change",
         "the last value plus last season's change"},
    };
    const char *unit = verdict_unit(p, 1);

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(words[i].name, name) == 0)
            return strcmp(unit, "month") == 0 ? words[i].monthly
                   : strcmp(unit, "day") == 0 ? words[i].daily
                                              : words[i].other;
    return name;
}

/* The column of residuals.csv with a baseline's forecasts, or NULL. */
static const double *forecasts(const struct report_series *s, const char *baseline)
{
    for (size_t i = 0; i < s->n_baselines; i++)
        if (strcmp(s->baseline_name[i], baseline) == 0)
            return s->baseline[i];
    return NULL;
}

/* The rows of a part that the model and a baseline have in common. */
struct verdict_common {
    size_t n;
    double *actual, *model, *baseline; // [n]
};

static struct verdict_common common_rows(const struct report_series *s,
                                         enum report_part part, const char *baseline,
                                         struct arena *mem)
{
    struct verdict_common c = {0, ARENA_ARRAY(mem, double, s->n),
                               ARENA_ARRAY(mem, double, s->n),
                               ARENA_ARRAY(mem, double, s->n)};
    const double *forecast = forecasts(s, baseline);

    for (size_t i = 0; forecast && i < s->n; i++) {
        if (s->part[i] != part || !isfinite(forecast[i]) ||
            !isfinite(s->actual[i] - s->prediction[i]))
            continue;
        c.actual[c.n] = s->actual[i];
        c.model[c.n] = s->prediction[i];
        c.baseline[c.n++] = forecast[i];
    }
    return c;
}

/* The model's RMSE on the rows of a part for which the baseline has a forecast.  Both
 * figures stand in metrics.json as long as that is all rows. */
static double model_rmse(const struct report *r, enum report_part part,
                         const struct report_baseline *b)
{
    bool arrived = part == PART_ARRIVED;
    const struct report_score *model =
        arrived ? &r->metrics.arrived : &r->metrics.holdout;
    const struct report_score *other = arrived ? &b->arrived : &b->holdout;
    struct arena mem = {0};

    if (!model->present || !other->present)
        return NAN;
    if (model->n == other->n)
        return model->rmse;
    struct verdict_common c = common_rows(&r->rows, part, b->name, &mem);
    double rmse = metric_of(metric_find("rmse"), c.actual, c.model, c.n);
    arena_release(&mem);
    return rmse;
}

double verdict_skill(const struct report *r, enum report_part part,
                     const struct report_baseline *b)
{
    double other = part == PART_ARRIVED ? b->arrived.rmse : b->holdout.rmse;

    return other > 0 ? 1 - model_rmse(r, part, b) / other : NAN;
}

static double standard_errors(const struct report *r, enum report_part part,
                              const char *baseline)
{
    struct arena mem = {0};
    struct verdict_common c = common_rows(&r->rows, part, baseline, &mem);

    for (size_t i = 0; i < c.n; i++) {
        c.model[i] -= c.actual[i];
        c.baseline[i] -= c.actual[i];
    }
    double errors = compare_squared_errors(c.model, c.baseline, c.n);
    arena_release(&mem);
    return errors;
}

/* How bad the model looks beside the baseline: RMSE by RMSE, so that a faultless
 * baseline is infinitely hard to beat. */
static double hardness(const struct report *r, enum report_part part,
                       const struct report_baseline *b)
{
    const struct report_score *s = part == PART_ARRIVED ? &b->arrived : &b->holdout;
    double rmse = model_rmse(r, part, b);

    if (!s->present || s->n == 0 || !isfinite(rmse) || !isfinite(s->rmse))
        return NAN;
    return s->rmse > 0 ? rmse / s->rmse : rmse > 0 ? INFINITY : 1;
}

/* The baseline that is hardest to beat, of those with at least so many rows. */
static const struct report_baseline *hardest(const struct report *r,
                                             enum report_part part, size_t rows)
{
    const struct report_metrics *m = &r->metrics;
    const struct report_baseline *best = NULL;

    for (size_t i = 0; i < m->n_baselines; i++) {
        const struct report_baseline *b = &m->baseline[i];
        double by = hardness(r, part, b);
        size_t n = part == PART_ARRIVED ? b->arrived.n : b->holdout.n;
        if (n >= rows && !isnan(by) && (!best || by > hardness(r, part, best)))
            best = b;
    }
    return best;
}

static const struct report_baseline *best_of(const struct report *r,
                                             enum report_part part, size_t n)
{
    const struct report_baseline *best = hardest(r, part, (n + 1) / 2);

    return best ? best : hardest(r, part, 1);
}

const char *verdict_word(enum verdict_says says)
{
    static const char *const words[] = {NULL, "better", "worse", "not distinguishable"};
    return words[says];
}

static void add_difference(double skill, struct text *t)
{
    double by = fabs(skill);

    if (!isfinite(skill))
        return;
    if (skill == 0)
        text_puts(t, ": no difference");
    else if (by < 0.0005)
        text_addf(t, ": less than 0.1 %% %s", skill > 0 ? "better" : "worse");
    else
        text_addf(t, ": %s %s", PERCENT(by), skill > 0 ? "better" : "worse");
}

/* The sentence's first half. */
static void add_answer(const struct report *r, const struct verdict *v, struct text *t)
{
    static const char *const answers[] = {
        [VERDICT_BETTER] = "The model beats the best naive forecast",
        [VERDICT_WORSE] = "The model is worse than the best naive forecast",
        [VERDICT_SAME] = "The model is not distinguishable from the best naive forecast"};

    text_addf(t, "%s, %s. ", answers[v->says],
              verdict_baseline(r->pipeline, v->best->name));
}

static const char *headline(const struct report *r, struct arena *mem,
                            const struct verdict *v)
{
    const struct report_score *h = &r->metrics.holdout;
    const char *unit = verdict_unit(r->pipeline, h->n);
    struct text t = {.mem = mem};

    if (!h->present || h->n == 0)
        return "The model was not tested: no rows are held out.";
    if (v->says == VERDICT_NONE) {
        text_addf(
            &t,
            "There is no naive forecast to compare the model with. On %s held-out %s "
            "its RMSE is %s.",
            COUNT(h->n), unit, FIGURE(h->rmse));
        return t.p;
    }
    const struct report_score *n = &v->best->holdout;
    add_answer(r, v, &t);
    text_puts(&t, "On ");
    if (n->n != h->n)
        text_addf(&t, "those %s of ", COUNT(n->n));
    text_addf(&t, "%s held-out %s%s its RMSE is %s, that forecast's %s", COUNT(h->n),
              unit, n->n != h->n ? " that have such a forecast" : "", FIGURE(v->rmse),
              FIGURE(n->rmse));
    add_difference(v->skill, &t);
    if (v->says == VERDICT_SAME && isfinite(v->errors) && v->errors != 0)
        text_addf(&t, ", by %s standard errors", FIXED(fabs(v->errors), 1));
    text_puts(&t,
              v->leaks ? ". The hold-out is shuffled, which flatters the model." : ".");
    return t.p;
}

static const char *arrived(const struct report *r, struct arena *mem,
                           const struct verdict *v)
{
    const struct report_score *a = &r->metrics.arrived;
    const struct report_baseline *best = v->best_arrived;
    struct text t = {.mem = mem};

    if (!a->present || a->n == 0)
        return "";
    const char *first = r->metrics.arrived_first, *last = r->metrics.arrived_last;
    bool one = strcmp(first, last) == 0;
    text_addf(&t, "On the %s %s that arrived since (%s%s%s) its RMSE is %s", COUNT(a->n),
              verdict_unit(r->pipeline, a->n), first, one ? "" : " – ", one ? "" : last,
              FIGURE(a->rmse));
    if (best && best->arrived.n == a->n) {
        double errors = standard_errors(r, PART_ARRIVED, best->name);
        text_addf(&t, ", that of the best naive forecast on them, %s, %s",
                  verdict_baseline(r->pipeline, best->name), FIGURE(best->arrived.rmse));
        add_difference(verdict_skill(r, PART_ARRIVED, best), &t);
        if (fabs(errors) < COMPARE_SURE && errors != 0)
            text_addf(&t, ", by %s standard errors", FIXED(fabs(errors), 1));
    }
    text_putc(&t, '.');
    return t.p;
}

/* The first prediction that lies behind all rows of the table. */
static size_t first_ahead(const struct report *r)
{
    const struct report_series *rows = &r->rows, *u = &r->upcoming;
    size_t first = 0;

    if (u->kind == KEY_TEXT || rows->kind != u->kind)
        return 0;
    for (size_t i = 0; i < rows->n; i++)
        while (first < u->n && rows->day[i] >= u->day[first])
            first++;
    return first;
}

static void add_prediction(const struct report_series *u, size_t i, struct text *t)
{
    char key[16];

    text_addf(t, "%s: %s", report_key_text(u, i, key), FIGURE(u->prediction[i]));
    if (isfinite(u->actual[i]) && u->n == 1)
        text_addf(t, "; the real value was %s", FIGURE(u->actual[i]));
    else if (isfinite(u->actual[i]))
        text_addf(t, " (really %s)", FIGURE(u->actual[i]));
}

/* What lies ahead is told first; where nothing does, what fills gaps. */
static const char *next(const struct report *r, struct arena *mem)
{
    const struct report_series *u = &r->upcoming;
    struct text t = {.mem = mem};
    size_t ahead = first_ahead(r), first = ahead < u->n ? ahead : 0;

    if (u->n == 0)
        return "Nothing to predict: no row lies ahead whose features are complete.";
    text_puts(&t, ahead < u->n ? "Next: " : "Predicted: ");
    for (size_t i = first; i < u->n && i < first + NEXT_SHOWN; i++) {
        text_puts(&t, i > first ? ", " : "");
        add_prediction(u, i, &t);
    }
    if (u->n - first > NEXT_SHOWN)
        text_addf(&t, ", and %s more", COUNT(u->n - first - NEXT_SHOWN));
    if (first > 0)
        text_addf(&t, "; and %s earlier %s without a row of the table", COUNT(first),
                  verdict_unit(r->pipeline, first));
    text_putc(&t, '.');
    return t.p;
}

static bool leaks(const struct report_series *s)
{
    bool any = false;
    int32_t last = 0;

    if (s->kind == KEY_TEXT)
        return false;
    for (size_t i = 0; i < s->n; i++) {
        if (s->part[i] == PART_TRAIN && (!any || s->day[i] > last)) {
            any = true;
            last = s->day[i];
        }
    }
    for (size_t i = 0; any && i < s->n; i++)
        if (s->part[i] == PART_HOLDOUT && s->day[i] < last)
            return true;
    return false;
}

/* What the difference of the squared errors says. */
static void add_errors(const struct verdict *v, struct text *t)
{
    if (isnan(v->errors))
        text_puts(t, ", too few to tell a difference from chance.");
    else if (isinf(v->errors))
        text_puts(t, "; the difference is the same on every one of them.");
    else
        text_addf(
            t,
            "; the squared errors of both differ by %s standard errors, which chance "
            "%s.",
            FIXED(fabs(v->errors), 1),
            fabs(v->errors) < 1              ? "explains easily"
            : fabs(v->errors) < COMPARE_SURE ? "may explain"
                                             : "hardly explains");
}

static const char *sure(const struct report *r, struct arena *mem,
                        const struct verdict *v)
{
    struct text t = {.mem = mem};

    if (v->says == VERDICT_NONE)
        return "";
    text_addf(&t, "How sure: the skill of %s (1 − RMSE / RMSE of %s) rests on %s %s",
              FIXED(v->skill, 3), verdict_baseline(r->pipeline, v->best->name),
              COUNT(v->best->holdout.n), verdict_unit(r->pipeline, v->best->holdout.n));
    add_errors(v, &t);
    if (v->leaks)
        text_addf(
            &t,
            " The hold-out is shuffled: its %s lie between %s that the model was trained "
            "on, neighbours leak information, and all its figures are flattered.",
            verdict_unit(r->pipeline, 2), verdict_unit(r->pipeline, 2));
    return t.p;
}

static enum verdict_says judge(double errors)
{
    if (!(fabs(errors) >= COMPARE_SURE)) // NaN: too few rows
        return VERDICT_SAME;
    return errors < 0 ? VERDICT_BETTER : VERDICT_WORSE;
}

void verdict_of(const struct report *r, struct arena *mem, struct verdict *ret)
{
    const struct report_score *h = &r->metrics.holdout;
    struct verdict v = {.best = best_of(r, PART_HOLDOUT, h->n),
                        .best_arrived = best_of(r, PART_ARRIVED, r->metrics.arrived.n),
                        .rmse = NAN,
                        .skill = NAN};

    if (h->present && h->n > 0 && v.best) {
        v.rmse = model_rmse(r, PART_HOLDOUT, v.best);
        v.skill = verdict_skill(r, PART_HOLDOUT, v.best);
        v.errors = standard_errors(r, PART_HOLDOUT, v.best->name);
        v.says = judge(v.errors);
    }
    v.leaks = leaks(&r->rows);
    v.headline = headline(r, mem, &v);
    v.arrived = arrived(r, mem, &v);
    v.next = next(r, mem);
    v.sure = sure(r, mem, &v);
    *ret = v;
}
