/* Writes report.json: the page's figures for programs, keys in the order of
 * docs/formats.md. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "file/json.h"
#include "report/report_json_internal.h"

static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        out_of_memory(0);
}

static json_t *size(size_t n)
{
    return json_integer((json_int_t)n);
}

/* Names may come from damaged files: what is not UTF-8 cannot stand in JSON. */
static json_t *text(const char *s)
{
    json_t *value = s ? json_string(s) : json_null();
    return value ? value : json_null();
}

/* Every metric that metrics.json has, in its order. */
static json_t *score(const struct metrics_json_score *s)
{
    if (!s)
        return json_null();
    json_t *o = json_object();
    put(o, "n", size(s->n));
    for (size_t i = 0; i < s->n_figures; i++)
        put(o, s->figure[i].name, json_finite(s->figure[i].value));
    return o;
}

static json_t *arrived(const struct metrics_json_arrived *a)
{
    if (!a)
        return json_null();
    json_t *o = score(&a->score);
    put(o, "first", text(a->first));
    put(o, "last", text(a->last));
    return o;
}

static json_t *baselines(const struct metrics_json *m)
{
    json_t *o = json_object();
    for (size_t i = 0; i < m->n_baselines; i++)
        put(o, m->baseline[i].name, score(&m->baseline[i].score));
    return o;
}

static json_t *parameter(enum parameter_kind kind, union parameter value)
{
    switch (kind) {
    case PARAMETER_WHOLE: return json_integer(value.whole);
    case PARAMETER_REAL: return json_finite(value.real);
    default: return text(value.text);
    }
}

static json_t *recipes(const struct report_search *s)
{
    json_t *all = json_object();
    for (size_t k = 0; k < s->n_recipes; k++) {
        const struct report_recipe *r = &s->of[k];
        put(all, r->name,
            json_pack("{s:o, s:o, s:o, s:o}", "score_mean",
                      json_finite(s->table.mean[r->cell]), "standard_error",
                      json_finite(r->error), "behind", json_finite(r->behind),
                      "behind_error", json_finite(r->behind_error)));
    }
    return all;
}

static json_t *search(const struct report_search *s)
{
    size_t best = report_fitted(s);
    json_t *o = json_object(), *cell = json_object();

    for (size_t a = 0; a < s->table.n_axes; a++)
        put(cell, s->axis[a].name,
            parameter(s->table.axis[a].kind, search_csv_value(&s->table, best, a)));
    put(o, "cells", size(s->table.n_cells));
    put(o, "folds", size(s->table.folds));
    put(o, "best", cell);
    put(o, "score_mean", json_finite(s->table.mean[best]));
    put(o, "within_error", size(s->within_error));
    if (s->n_recipes > 0) {
        put(o, "recipe", text(s->recipe));
        put(o, "recipes", recipes(s));
    }
    return o;
}

static json_t *features(const struct report_selection *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->n_all; i++)
        if (s->feature[i].chosen || !s->present)
            if (json_array_append_new(list, text(s->feature[i].name)) != 0)
                out_of_memory(0);
    return list;
}

static json_t *data(const struct report *r)
{
    const struct quality_json *q = &r->quality;
    json_t *o = json_object();
    put(o, "rows", size(q->rows));
    put(o, "first", text(q->first));
    put(o, "last", text(q->last));
    put(o, "repaired", size(q->repaired.cells));
    put(o, "rejected", size(r->ingest.rejected));
    put(o, "dropped", size(report_dropped(r)));
    return o;
}

/* Of classes and labels, as predictions.csv has them. */
static json_t *answers(const struct predictions_csv *t)
{
    json_t *list = json_array();
    for (size_t i = 0; i < t->n; i++) {
        const struct predictions_csv_row *row = &t->row[i];
        json_t *o = json_object();
        put(o, t->by, text(row->key));
        if (t->group)
            put(o, t->group, text(row->group));
        if (t->id)
            put(o, t->id, text(row->id));
        for (size_t c = 0; c < t->p; c++)
            put(o, t->column[c].name,
                t->column[c].text ? text(row->cell[c].text)
                                  : json_finite(row->cell[c].number));
        if (json_array_append_new(list, o) != 0)
            out_of_memory(0);
    }
    return list;
}

static json_t *predictions(const struct report_series *s, const char *group)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->n; i++) {
        json_t *o = json_object();
        put(o, s->key_name, text(s->key[i]));
        if (s->group)
            put(o, group, text(s->group[i]));
        put(o, "actual", json_finite(s->actual[i]));
        put(o, "prediction", json_finite(s->prediction[i]));
        if (s->lower)
            put(o, "lower", json_finite(s->lower[i]));
        if (s->upper)
            put(o, "upper", json_finite(s->upper[i]));
        if (json_array_append_new(list, o) != 0)
            out_of_memory(0);
    }
    return list;
}

static json_t *verdict(const struct verdict *v)
{
    if (v->says == VERDICT_NONE)
        return json_null();
    json_t *o = json_object();
    put(o, "says", text(verdict_word(v->says)));
    put(o, "rests_on", text(v->rival ? "backtest" : "holdout"));
    put(o, "baseline", text(v->rival ? v->rival->name : v->best->name));
    put(o, "rmse", json_finite(v->rmse));
    put(o, "baseline_rmse",
        json_finite(v->rival ? report_versus(&v->rival->versus, "rmse")
                             : metrics_json_value(&v->best->score, "rmse")));
    put(o, "skill", json_finite(v->skill));
    put(o, "standard_errors", json_finite(v->errors));
    put(o, "p", json_finite(v->p));
    put(o, "shuffled", json_boolean(v->leaks));
    return o;
}

static json_t *limits(const struct verdict *v)
{
    json_t *list = json_array();
    for (size_t i = 0; i < v->n_limits; i++)
        if (json_array_append_new(list, text(v->limit[i])) != 0)
            out_of_memory(0);
    return list;
}

static json_t *bands(const struct backtest_json_bands *b)
{
    json_t *o = json_object();
    put(o, "n", size(b->n));
    put(o, "coverage", json_finite(b->coverage));
    put(o, "width", json_finite(b->width));
    put(o, "score", json_finite(b->score));
    return o;
}

static json_t *versus(const struct backtest_json_versus *v)
{
    json_t *o = json_object();
    put(o, "n", size(v->n));
    put(o, "model", json_finite(v->model));
    put(o, "skill", json_finite(v->skill));
    put(o, "p", json_finite(v->p));
    put(o, "p_clustered", json_finite(v->p_clustered));
    for (size_t i = 0; i < v->n_figures; i++)
        put(o, v->figure[i].name, json_finite(v->figure[i].value));
    return o;
}

static json_t *backtest_part(const struct backtest_json_part *s,
                             const struct report_worst *worst)
{
    json_t *o = json_object(), *others = json_object();
    put(o, "name", text(s->name));
    put(o, "first", text(s->first));
    put(o, "last", text(s->last));
    put(o, "n", size(s->n));
    for (size_t i = 0; i < s->n_figures; i++)
        put(o, s->figure[i].name, json_finite(s->figure[i].value));
    put(o, "bands", s->bands ? bands(s->bands) : json_null());
    for (size_t i = 0; i < s->n_baselines; i++)
        put(others, s->baseline[i].name, versus(&s->baseline[i].versus));
    put(o, "baselines", others);
    put(o, "worst", text(worst ? worst->key : NULL));
    put(o, "worst_share", json_finite(worst ? worst->share : NAN));
    return o;
}

/* All origins, then the spans. */
static json_t *backtest(const struct report *r)
{
    const struct backtest_json *b = &r->backtest;
    if (!b->all)
        return json_null();
    json_t *list = json_array();
    for (size_t i = 0; i < b->n_spans + 1; i++)
        if (json_array_append_new(list, backtest_part(i == 0 ? b->all : &b->span[i - 1],
                                                      r->worst ? &r->worst[i] : NULL)) !=
            0)
            out_of_memory(0);
    return list;
}

static void add(json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) != 0)
        out_of_memory(0);
}

static json_t *importances(const struct importances_json *i)
{
    if (i->n_features + i->n_columns + i->n_figures == 0)
        return json_null();
    json_t *o = json_object(), *features = json_array(), *columns = json_object(),
           *figures = json_object();
    put(o, "score", text(i->score));
    put(o, "n", size(i->rows));
    for (size_t k = 0; k < i->n_features; k++) {
        json_t *of = json_object();
        put(of, "name", text(i->feature[k].name));
        put(of, "mean", json_finite(i->feature[k].mean));
        put(of, "std", json_finite(i->feature[k].std));
        add(features, of);
    }
    put(o, "features", features);
    for (size_t k = 0; k < i->n_columns; k++)
        put(columns, i->column[k].name, json_finite(i->column[k].share));
    put(o, "columns", columns);
    for (size_t k = 0; k < i->n_figures; k++)
        put(figures, i->figure[k].name, json_finite(i->figure[k].value));
    put(o, "figures", figures);
    return o;
}

/* The final fit, round by round. */
static json_t *history(const struct history_csv *h)
{
    json_t *list = json_array();
    for (size_t i = 0; i < h->n; i++) {
        json_t *o = json_object();
        put(o, "epoch", size(h->row[i].epoch));
        put(o, "train_loss", json_finite(h->row[i].train_loss));
        put(o, "check_loss", json_finite(h->row[i].check_loss));
        add(list, o);
    }
    return list;
}

static json_t *gate(const struct verdict_json *v)
{
    json_t *o = json_object();
    put(o, "outcome", text(v->outcome));
    put(o, "says", text(v->says));
    put(o, "predicts", text(v->predicts.of));
    put(o, "version", size(v->predicts.version));
    return o;
}

json_t *report_json(const struct report *r)
{
    struct arena mem = {0};
    struct verdict v;
    json_t *o = json_object();

    verdict_of(r, &mem, &v);
    put(o, "title", text(r->pipeline->title));
    put(o, "pipeline", text(r->pipeline->name));
    put(o, "headline", text(v.headline));
    put(o, "beats_naive",
        v.says == VERDICT_NONE ? json_null() : json_boolean(v.says == VERDICT_BETTER));
    put(o, "verdict", verdict(&v));
    put(o, "limits", limits(&v));
    put(o, "backtest", backtest(r));
    put(o, "classes", report_json_classes(&r->classes));
    put(o, "confusion", report_json_confusion(&r->classes));
    put(o, "mcnemar", report_json_mcnemar(&r->classes, v.right));
    put(o, "anomalies", report_json_anomalies(&r->classes));
    put(o, "gate", gate(&r->gate));
    put(o, "target", text(r->metrics.target));
    put(o, "holdout", score(&r->metrics.holdout));
    put(o, "training", score(&r->metrics.training));
    if (r->metrics.validation)
        put(o, "validation", score(r->metrics.validation));
    put(o, "arrived", arrived(r->metrics.arrived));
    put(o, "baselines", baselines(&r->metrics));
    put(o, "search", search(&r->search));
    put(o, "history", history(&r->history));
    put(o, "importances", importances(&r->importances));
    put(o, "features", features(&r->selection));
    put(o, "data", data(r));
    put(o, "predictions",
        r->answers.p > 0 ? answers(&r->answers)
                         : predictions(&r->upcoming, r->pipeline->group));
    arena_release(&mem);
    return o;
}
