/* Sentences from figures. */
#include <math.h>
#include <string.h>

#include "data/key.h"
#include "learn/metric.h"
#include "draw/figure.h"
#include "report/verdict_internal.h"

enum { NEXT_SHOWN = 3 };

const char *verdict_unit(const struct pipeline *p, size_t n)
{
    bool steps = p->time.column && !p->group; // of several series a step has many rows
    const struct timestep *s = steps ? &timestep_all[p->time.step] : NULL;

    if (n == 1)
        return s ? s->unit : "row";
    return s ? s->units : "rows";
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
    const char *name = v->rival ? v->rival->name : v->best->name;
    static const char *const answers[] = {
        [VERDICT_BETTER] = "The model beats the best naive forecast",
        [VERDICT_WORSE] = "The model is worse than the best naive forecast",
        [VERDICT_SAME] = "The model is not distinguishable from the best naive forecast"};

    text_addf(t, "%s, %s. ", answers[v->says],
              verdict_baseline(r->pipeline, name, t->mem));
}

static const char *no_baseline(const struct report *r, struct arena *mem)
{
    const struct metrics_json_score *h = &r->metrics.holdout;
    const struct metric *m = report_metric(r);
    struct text t = {.mem = mem};

    text_addf(&t,
              "There is no naive forecast to compare the model with. On %s held-out %s "
              "its %s is %s.",
              COUNT(h->n), verdict_unit(r->pipeline, h->n), m->title,
              FIGURE(metrics_json_value(h, m->name)));
    return t.p;
}

/* The most frequent answer, where answers are no numbers; NULL where nothing is told of
 * it. */
static const struct metrics_json_baseline *majority(const struct report *r,
                                                    bool *ret_beaten)
{
    const struct metrics_json *m = &r->metrics;
    if (m->n_baselines != 1 || m->n_beats != 1 || m->baseline[0].score.n == 0)
        return NULL;
    *ret_beaten = m->beats[0].yes;
    return &m->baseline[0];
}

/* What precision and recall of anomalies are of. */
static const char *planted(const struct report *r, struct arena *mem)
{
    const struct classification_json_anomalies *a = r->classes.anomalies;
    return a ? arena_format(mem, ", of which %s were altered on purpose,",
                            COUNT(a->planted))
             : "";
}

/* Of classes, labels and anomalies. */
static const char *beside_majority(const struct report *r, struct arena *mem)
{
    enum task task = task_find(r->metrics.task);
    bool beaten = false;
    const struct metric *m = metric_judge(task);
    const struct metrics_json_score *h = &r->metrics.holdout;
    const struct metrics_json_baseline *b = majority(r, &beaten);
    struct text t = {.mem = mem};

    if (task == TASK_REGRESSION || !m || !b)
        return no_baseline(r, mem);
    text_addf(&t, "The model %s %s. On %s held-out %s%s its %s is %s, that answer's %s.",
              beaten ? "beats" : "does not beat",
              verdict_baseline(r->pipeline, b->name, mem), COUNT(h->n),
              verdict_unit(r->pipeline, h->n), planted(r, mem), m->title,
              FIGURE(metrics_json_value(h, m->name)),
              FIGURE(metrics_json_value(&b->score, m->name)));
    return t.p;
}

static const char *of_backtest(const struct report *r, struct arena *mem,
                               const struct verdict *v)
{
    struct text t = {.mem = mem};
    add_answer(r, v, &t);
    verdict_backtest_headline(r, v, &t);
    add_difference(v->skill, &t);
    text_addf(&t, " (%s).", verdict_chance(v->p, mem));
    return t.p;
}

static const char *headline(const struct report *r, struct arena *mem,
                            const struct verdict *v)
{
    const struct metrics_json_score *h = &r->metrics.holdout;
    const char *unit = verdict_unit(r->pipeline, h->n);
    struct text t = {.mem = mem};

    if (v->rival)
        return of_backtest(r, mem, v);
    if (h->n == 0)
        return "The model was not tested: no rows are held out.";
    if (v->says == VERDICT_NONE)
        return beside_majority(r, mem);
    const struct metrics_json_score *n = &v->best->score;
    add_answer(r, v, &t);
    text_puts(&t, "On ");
    if (n->n != h->n)
        text_addf(&t, "those %s of ", COUNT(n->n));
    text_addf(&t, "%s held-out %s%s its RMSE is %s, that forecast's %s", COUNT(h->n),
              unit, n->n != h->n ? " that have such a forecast" : "", FIGURE(v->rmse),
              FIGURE(metrics_json_value(n, "rmse")));
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
    const struct metrics_json_arrived *a = r->metrics.arrived;
    const struct metrics_json_baseline *best = v->best_arrived;
    const struct metric *m = report_metric(r);
    struct text t = {.mem = mem};

    if (!a || a->score.n == 0)
        return "";
    bool one = strcmp(a->first, a->last) == 0;
    text_addf(&t, "On the %s %s that arrived since (%s%s%s) its %s is %s",
              COUNT(a->score.n), verdict_unit(r->pipeline, a->score.n), a->first,
              one ? "" : " – ", one ? "" : a->last, m->title,
              FIGURE(metrics_json_value(&a->score, m->name)));
    if (best && best->score.n == a->score.n) {
        double errors = verdict_errors(r, PART_ARRIVED, best);
        text_addf(&t, ", that of the best naive forecast on them, %s, %s",
                  verdict_baseline(r->pipeline, best->name, mem),
                  FIGURE(metrics_json_value(&best->score, "rmse")));
        add_difference(verdict_skill(r, PART_ARRIVED, best), &t);
        if (fabs(errors) < VERDICT_SURE && errors != 0)
            text_addf(&t, ", by %s standard errors", FIXED(fabs(errors), 1));
    }
    text_putc(&t, '.');
    return t.p;
}

/* The first prediction that lies behind all rows of the table. */
static size_t first_ahead(const struct report *r)
{
    const struct report_series *last = &r->last, *u = &r->upcoming;
    size_t first = 0;
    double end = last->n > 0 ? last->place[last->n - 1] : -INFINITY;

    for (size_t i = 0; u->step && i < last->n; i++)
        end = last->place[i] > end ? last->place[i] : end;
    while (u->step && first < u->n && u->place[first] <= end)
        first++;
    return first;
}

static void add_prediction(const struct report *r, size_t i, struct text *t)
{
    const struct report_series *u = &r->upcoming;
    text_addf(t, "%s: %s", report_label(u, i, t->mem), FIGURE(u->prediction[i]));
    if (u->lower && isfinite(u->lower[i]) && isfinite(u->upper[i]))
        text_addf(t, " (%.4g %% band %s to %s)", 100 * r->forecast.level,
                  FIGURE(u->lower[i]), FIGURE(u->upper[i]));
    if (isfinite(u->actual[i]) && u->n == 1)
        text_addf(t, "; the real value was %s", FIGURE(u->actual[i]));
    else if (isfinite(u->actual[i]))
        text_addf(t, " (really %s)", FIGURE(u->actual[i]));
}

/* How many values are anomalies, and the furthest of them. */
static const char *anomalies(const struct report *r, struct arena *mem)
{
    struct text t = {.mem = mem};
    size_t n = r->answers.n;
    struct predictions_csv a = report_flagged(r, mem);
    text_addf(&t, "%s of %s %s %s outside %s band", COUNT(a.n), COUNT(n),
              n == 1 ? "value" : "values", a.n == 1 ? "lies" : "lie",
              a.n == 1 ? "its" : "their");
    for (size_t i = 0; i < a.n && i < NEXT_SHOWN; i++)
        text_addf(&t, "%s%s%s%s (%s to %s)", i > 0 ? ", " : ", the furthest ",
                  a.row[i].group ? a.row[i].group : "", a.row[i].group ? " " : "",
                  FIGURE(a.row[i].cell[FLAGS_VALUE].number),
                  FIGURE(a.row[i].cell[FLAGS_LOWER].number),
                  FIGURE(a.row[i].cell[FLAGS_UPPER].number));
    text_putc(&t, '.');
    return t.p;
}

/* What lies ahead is told first; where nothing does, what fills gaps. */
static const char *next(const struct report *r, struct arena *mem)
{
    const struct report_series *u = &r->upcoming;
    struct text t = {.mem = mem};
    size_t ahead = first_ahead(r), first = ahead < u->n ? ahead : 0;

    if (r->pipeline->task == TASK_ANOMALY)
        return anomalies(r, mem);
    if (u->n == 0 && !r->pipeline->time.column)
        return arena_format(mem,
                            "For rows of another file: bin/predict %s --input FILE.csv.",
                            r->place.file);
    if (u->n == 0)
        return "Nothing to predict: no row lies ahead whose features are complete.";
    text_puts(&t, ahead < u->n ? "Next: " : "Predicted: ");
    for (size_t i = first; i < u->n && i < first + NEXT_SHOWN; i++) {
        text_puts(&t, i > first ? ", " : "");
        add_prediction(r, i, &t);
    }
    if (u->of - first > NEXT_SHOWN)
        text_addf(&t, ", and %s more", COUNT(u->of - first - NEXT_SHOWN));
    if (first > 0)
        text_addf(&t, "; and %s earlier %s without a row of the table", COUNT(first),
                  verdict_unit(r->pipeline, first));
    text_putc(&t, '.');
    return t.p;
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
            : fabs(v->errors) < VERDICT_SURE ? "may explain"
                                             : "hardly explains");
}

/* Of anomalies: the rule that finds best, be it the model's or not. */
static const char *of_rules(const struct classification_json_anomalies *a,
                            struct arena *mem)
{
    const struct classification_json_rule *best = a->rule;
    for (size_t i = 1; i < a->n_rules; i++)
        if (a->rule[i].f1 > best->f1)
            best = &a->rule[i];
    if (a->n_rules < 2 || isnan(best->f1))
        return "";
    if (best == a->rule)
        return "Of the rules beside each other none finds better than the model's.";
    return arena_format(
        mem,
        "Of the rules beside each other “%s” finds best: F1 %s, the model's "
        "%s.",
        best->name, FIXED(best->f1, 3), FIXED(a->rule->f1, 3));
}

/* Of classes and labels: the rows that tell both answers apart. */
static const char *of_classes(const struct report *r, struct arena *mem)
{
    const struct classification_json *c = &r->classes;
    if (c->anomalies)
        return of_rules(c->anomalies, mem);
    if (c->n_baselines != 1)
        return "";
    return arena_format(mem,
                        "How sure: of %s held-out %s only the model is right on %s, only "
                        "%s on %s; chance makes such a difference with %s (McNemar).",
                        COUNT(c->baseline->n), verdict_unit(r->pipeline, c->baseline->n),
                        COUNT(c->baseline->only_model),
                        verdict_baseline(r->pipeline, c->baseline->name, mem),
                        COUNT(c->baseline->only_baseline),
                        verdict_chance(c->baseline->p, mem));
}

static const char *sure(const struct report *r, struct arena *mem,
                        const struct verdict *v)
{
    struct text t = {.mem = mem};

    if (v->says == VERDICT_NONE)
        return of_classes(r, mem);
    if (v->rival) {
        verdict_backtest_sure(r, v, &t);
        return t.p;
    }
    text_addf(&t, "How sure: the skill of %s (1 − RMSE / RMSE of %s) rests on %s %s",
              FIXED(v->skill, 3), verdict_baseline(r->pipeline, v->best->name, mem),
              COUNT(v->best->score.n), verdict_unit(r->pipeline, v->best->score.n));
    add_errors(v, &t);
    if (v->leaks)
        text_addf(
            &t,
            " The hold-out is shuffled: its %s lie between %s that the model was trained "
            "on, neighbours leak information, and all its figures are flattered.",
            verdict_unit(r->pipeline, 2), verdict_unit(r->pipeline, 2));
    return t.p;
}

void verdict_words(const struct report *r, struct arena *mem, struct verdict *v)
{
    v->headline = headline(r, mem, v);
    v->arrived = arrived(r, mem, v);
    v->next = next(r, mem);
    v->sure = sure(r, mem, v);
}
