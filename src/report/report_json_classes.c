/* What report.json tells of classes, labels and anomalies: the figures of the page's tables. */
#include <math.h>

#include "file/json.h"
#include "report/report_json_internal.h"

static json_t *made(json_t *value)
{
    if (!value)
        out_of_memory(0);
    return value;
}

static void add(json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) != 0)
        out_of_memory(0);
}

static json_int_t count(size_t n)
{
    return (json_int_t)n;
}

static json_t *of_class(const struct classification_json_class *c)
{
    const struct classification_json_score *s = c->score;
    return made(json_pack(
        "{s:s?, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", c->name, "n",
        count(c->support), "precision", json_finite(c->precision), "recall",
        json_finite(c->recall), "f1", json_finite(c->f1), "auc",
        json_finite(s ? s->auc : NAN), "auc_error", json_finite(s ? s->auc_error : NAN),
        "average_precision", json_finite(s ? s->average_precision : NAN), "brier",
        json_finite(s ? s->brier : NAN), "ece", json_finite(s ? s->ece : NAN)));
}

json_t *report_json_classes(const struct classification_json *c)
{
    if (c->n_classes == 0)
        return json_null();
    json_t *list = json_array();
    for (size_t i = 0; i < c->n_classes; i++)
        add(list, of_class(&c->class_of[i]));
    return list;
}

json_t *report_json_confusion(const struct classification_json *c)
{
    if (c->n_cells == 0)
        return json_null();
    json_t *list = json_array();
    for (size_t i = 0; i < c->n_cells; i++)
        add(list, made(json_pack("[s?, s?, I]", c->cell[i].actual, c->cell[i].foretold,
                                 count(c->cell[i].n))));
    return list;
}

json_t *report_json_mcnemar(const struct classification_json *c, enum verdict_says says)
{
    const struct classification_json_baseline *b = c->baseline;
    if (says == VERDICT_NONE)
        return json_null();
    return made(json_pack("{s:s, s:s?, s:I, s:I, s:I, s:o}", "says", verdict_word(says),
                          "baseline", b->name, "n", count(b->n), "only_model",
                          count(b->only_model), "only_baseline", count(b->only_baseline),
                          "p", json_finite(b->p)));
}

static json_t *of_rule(const struct classification_json_rule *r)
{
    return made(json_pack("{s:s?, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                          r->name, "flagged", count(r->flagged), "found", count(r->found),
                          "precision", json_finite(r->precision), "recall",
                          json_finite(r->recall), "f1", json_finite(r->f1), "factor",
                          json_finite(r->factor), "swapped", json_finite(r->swapped),
                          "currency", json_finite(r->currency), "drift",
                          json_finite(r->drift)));
}

static json_t *of_item(const struct classification_json_item *i)
{
    return made(json_pack("{s:s?, s:I, s:o, s:o, s:o, s:o, s:I, s:I}", "name", i->name,
                          "n", count(i->n), "mean", json_finite(i->mean), "std",
                          json_finite(i->std), "lower", json_finite(i->lower), "upper",
                          json_finite(i->upper), "rows", count(i->rows), "flagged",
                          count(i->flagged)));
}

json_t *report_json_anomalies(const struct classification_json *c)
{
    const struct classification_json_anomalies *a = c->anomalies;
    if (!a)
        return json_null();
    json_t *rules = json_array(), *items = json_array();
    for (size_t i = 0; i < a->n_rules; i++)
        add(rules, of_rule(&a->rule[i]));
    for (size_t i = 0; i < a->n_items; i++)
        add(items, of_item(&a->item[i]));
    return made(json_pack("{s:I, s:o, s:I, s:I, s:o}", "planted", count(a->planted),
                          "rules", rules, "groups", count(a->groups), "few",
                          count(a->few), "items", items));
}
