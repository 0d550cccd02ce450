/* Sentences from figures.
 *
 * How sure: the differences d of both squared errors, row by row, have a mean and a
 * standard error (Diebold & Mariano 1995 without the correction for autocorrelation,
 * which a dozen rows cannot carry); their ratio says in words whether chance explains
 * the difference. */
#include "ship/verdict.h"

#include <math.h>
#include <string.h>

#include "ship/figure.h"

enum { NEXT_SHOWN = 3 };

const char *verdict_unit(const struct pipeline *p, size_t n)
{
    bool month = p->time.column && p->time.step && strcmp(p->time.step, "month") == 0;
    bool day = p->time.column && p->time.step && strcmp(p->time.step, "day") == 0;

    if (n == 1)
        return month ? "month" : day ? "day" : "row";
    return month ? "months" : day ? "days" : "rows";
}

const char *verdict_baseline(const struct pipeline *p, const char *name)
{
    static const struct {
        const char *name, *monthly, *other;
    } words[] = {
        {"naive", "last month's value", "the last value"},
        {"seasonal_naive", "the value a year ago", "the value a season ago"},
        {"seasonal_drift", "last month's value plus last year's change",
         "the last value plus last season's change"},
    };
    bool monthly = strcmp(verdict_unit(p, 1), "month") == 0;

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(words[i].name, name) == 0)
            return monthly ? words[i].monthly : words[i].other;
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

/* The figures stand in metrics.json as long as both have the same rows; a baseline that
 * lacks some is compared with the model on those that it has. */
double verdict_rmse(const struct report *r, enum report_part part,
                    const struct report_baseline *b)
{
    const struct report_series *s = &r->rows;
    bool arrived = part == PART_ARRIVED;
    const struct report_score *model =
        arrived ? &r->metrics.arrived : &r->metrics.holdout;
    const struct report_score *other = arrived ? &b->arrived : &b->holdout;
    const double *forecast = forecasts(s, b->name);
    double sum = 0, n = 0;

    if (!model->present || !other->present)
        return NAN;
    if (model->n == other->n)
        return model->rmse;
    for (size_t i = 0; forecast && i < s->n; i++) {
        double e = s->actual[i] - s->prediction[i];
        if (s->part[i] != part || !isfinite(forecast[i]) || !isfinite(e))
            continue;
        sum += e * e;
        n++;
    }
    return n > 0 ? sqrt(sum / n) : NAN;
}

double verdict_skill(const struct report *r, enum report_part part,
                     const struct report_baseline *b)
{
    double other = part == PART_ARRIVED ? b->arrived.rmse : b->holdout.rmse;

    return other > 0 ? 1 - verdict_rmse(r, part, b) / other : NAN;
}

/* The baseline called naive, else the first. */
static const struct report_baseline *reference(const struct report_metrics *m)
{
    for (size_t i = 0; i < m->n_baselines; i++)
        if (strcmp(m->baseline[i].name, "naive") == 0)
            return &m->baseline[i];
    return m->n_baselines > 0 ? &m->baseline[0] : NULL;
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

static const char *headline(const struct report *r, struct arena *mem,
                            const struct verdict *v)
{
    const struct report_score *h = &r->metrics.holdout;
    const char *unit = verdict_unit(r->pipeline, h->n);
    struct text t = {.mem = mem};

    if (!h->present || h->n == 0)
        return "The model was not tested: no rows are held out.";
    if (!v->known) {
        text_addf(
            &t,
            "There is no naive forecast to compare the model with. On %s held-out %s "
            "its RMSE is %s.",
            COUNT(h->n), unit, FIGURE(h->rmse));
        return t.p;
    }
    const struct report_score *n = &v->naive->holdout;
    text_addf(&t, "The model %s the naive forecast. On ",
              v->beats ? "beats" : "does not beat");
    if (n->n != h->n)
        text_addf(&t, "those %s of ", COUNT(n->n));
    text_addf(&t, "%s held-out %s%s its RMSE is %s, that of %s %s", COUNT(h->n), unit,
              n->n != h->n ? " that have a naive forecast" : "", FIGURE(v->rmse),
              verdict_baseline(r->pipeline, v->naive->name), FIGURE(n->rmse));
    add_difference(v->skill, &t);
    text_putc(&t, '.');
    return t.p;
}

static const char *arrived(const struct report *r, struct arena *mem,
                           const struct verdict *v)
{
    const struct report_score *a = &r->metrics.arrived;
    struct text t = {.mem = mem};

    if (!a->present || a->n == 0)
        return "";
    const char *first = r->metrics.arrived_first, *last = r->metrics.arrived_last;
    bool one = strcmp(first, last) == 0;
    text_addf(&t, "On the %s %s that arrived since (%s%s%s) its RMSE is %s", COUNT(a->n),
              verdict_unit(r->pipeline, a->n), first, one ? "" : " – ", one ? "" : last,
              FIGURE(a->rmse));
    if (v->known && v->naive->arrived.present && v->naive->arrived.n == a->n) {
        text_addf(&t, ", that of %s %s", verdict_baseline(r->pipeline, v->naive->name),
                  FIGURE(v->naive->arrived.rmse));
        add_difference(verdict_skill(r, PART_ARRIVED, v->naive), &t);
    }
    text_putc(&t, '.');
    return t.p;
}

/* Whether the predictions lie behind all rows of the table. */
static bool is_ahead(const struct report *r)
{
    const struct report_series *rows = &r->rows, *u = &r->upcoming;

    if (u->kind == KEY_TEXT || rows->kind != u->kind)
        return true;
    for (size_t i = 0; i < rows->n; i++)
        if (rows->day[i] >= u->day[0])
            return false;
    return true;
}

static const char *next(const struct report *r, struct arena *mem)
{
    const struct report_series *u = &r->upcoming;
    struct text t = {.mem = mem};
    char key[16];

    if (u->n == 0)
        return "Nothing to predict: no row lies ahead whose features are complete.";
    text_puts(&t, is_ahead(r) ? "Next: " : "Predicted: ");
    for (size_t i = 0; i < u->n && i < NEXT_SHOWN; i++) {
        text_addf(&t, "%s%s: %s", i > 0 ? ", " : "", report_key_text(u, i, key),
                  FIGURE(u->prediction[i]));
        if (isfinite(u->actual[i]) && u->n == 1)
            text_addf(&t, "; the real value was %s", FIGURE(u->actual[i]));
        else if (isfinite(u->actual[i]))
            text_addf(&t, " (really %s)", FIGURE(u->actual[i]));
    }
    if (u->n > NEXT_SHOWN)
        text_addf(&t, ", and %s more", COUNT(u->n - NEXT_SHOWN));
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

/* How many standard errors lie between both mean squared errors; NaN below three rows. */
static double standard_errors(const struct report_series *s, const char *baseline)
{
    double sum = 0, squares = 0, n = 0;
    const double *b = forecasts(s, baseline);

    for (int pass = 0; b && pass < 2; pass++) {
        double mean = pass == 1 ? sum / n : 0;
        for (size_t i = 0; i < s->n; i++) {
            double e = s->actual[i] - s->prediction[i], f = s->actual[i] - b[i];
            if (s->part[i] != PART_HOLDOUT || !isfinite(e) || !isfinite(f))
                continue;
            double d = e * e - f * f;
            if (pass == 0) {
                sum += d;
                n++;
            } else {
                squares += (d - mean) * (d - mean);
            }
        }
    }
    return n < 3 ? NAN : fabs(sum / n) / sqrt(squares / (n - 1) / n);
}

static const char *sure(const struct report *r, struct arena *mem,
                        const struct verdict *v)
{
    const struct report_score *h = &r->metrics.holdout;
    struct text t = {.mem = mem};

    if (!v->known)
        return "";
    double errors = standard_errors(&r->rows, v->naive->name);
    text_addf(&t,
              "How sure: the skill of %s (1 − RMSE / RMSE of the naive forecast) rests "
              "on %s %s",
              FIXED(v->skill, 3), COUNT(h->n), verdict_unit(r->pipeline, h->n));
    if (isfinite(errors))
        text_addf(&t,
                  "; its squared errors and those of the naive forecast differ by %s "
                  "standard errors, which chance %s.",
                  FIXED(errors, 1),
                  errors < 1   ? "explains easily"
                  : errors < 2 ? "may explain"
                               : "hardly explains");
    else
        text_putc(&t, '.');
    if (v->leaks)
        text_addf(
            &t,
            " The hold-out is shuffled: its %s lie between %s that the model was trained "
            "on, neighbours leak information, and all its figures are flattered.",
            verdict_unit(r->pipeline, 2), verdict_unit(r->pipeline, 2));
    return t.p;
}

void verdict_of(const struct report *r, struct arena *mem, struct verdict *ret)
{
    const struct report_score *h = &r->metrics.holdout;
    struct verdict v = {.naive = reference(&r->metrics), .skill = NAN};

    v.rmse = v.naive ? verdict_rmse(r, PART_HOLDOUT, v.naive) : NAN;
    v.known = h->n > 0 && isfinite(v.rmse) && isfinite(v.naive->holdout.rmse);
    if (v.known) {
        v.beats = v.rmse < v.naive->holdout.rmse;
        v.skill = verdict_skill(r, PART_HOLDOUT, v.naive);
    }
    v.leaks = leaks(&r->rows);
    v.headline = headline(r, mem, &v);
    v.arrived = arrived(r, mem, &v);
    v.next = next(r, mem);
    v.sure = sure(r, mem, &v);
    *ret = v;
}
