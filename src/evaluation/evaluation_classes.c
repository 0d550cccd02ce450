/* How a model of classes or labels does on the held-out rows, class by class. */
#include <math.h>

#include "judge/by_score.h"
#include "judge/calibration.h"
#include "judge/curve.h"
#include "judge/delong.h"
#include "judge/mcnemar.h"
#include "learn/division.h"
#include "evaluation/evaluation_internal.h"
#include "learn/metric.h"

/* The held-out rows, and the classes that are listed of them. */
struct class_judge {
    struct arena *mem, *scratch;
    struct target y;
    struct prediction said;
    size_t n; // classes or labels
    struct hits *hits;
    bool *listed;      // [n]
    uint8_t *positive; // [rows] room: whether a row is of a class
};

static const char *name_of(const struct class_judge *j, size_t c)
{
    return j->y.task == TASK_CLASSES ? j->y.class_name[c] : j->y.y.name[c];
}

/* Those with the most rows, of equal ones the first. */
static size_t list_classes(struct class_judge *j)
{
    double *support = ARENA_ARRAY(j->scratch, double, j->n);
    j->listed = ARENA_ARRAY(j->scratch, bool, j->n);
    for (size_t c = 0; c < j->n; c++)
        support[c] = (double)(j->hits[c].right + j->hits[c].missed);
    const size_t *order = by_score(support, j->n, j->scratch);
    size_t listed = j->n < CLASSIFICATION_CLASSES ? j->n : CLASSIFICATION_CLASSES;
    for (size_t i = 0; i < listed; i++)
        j->listed[order[i]] = true;
    return listed;
}

static struct classification_json_bin *bins_of(const struct calibration *c,
                                               struct arena *mem)
{
    struct classification_json_bin *bin =
        ARENA_ARRAY(mem, struct classification_json_bin, CALIBRATION_BINS);
    for (size_t i = 0; i < CALIBRATION_BINS; i++)
        bin[i] = (struct classification_json_bin){c->bin[i].n, c->bin[i].probability,
                                                  c->bin[i].positive};
    return bin;
}

static void take_curve(const struct class_judge *j, const double *p,
                       struct classification_json_score *ret)
{
    struct curve curve;
    curve_trace(j->positive, p, j->y.y.n, j->scratch, &curve);
    ret->auc = curve.auc;
    ret->average_precision = curve.average_precision;
    ret->n_points = curve.n;
    ret->point = ARENA_ARRAY(j->mem, struct classification_json_point, curve.n);
    for (size_t i = 0; i < curve.n; i++)
        ret->point[i] = (struct classification_json_point){
            curve.point[i].threshold, curve.point[i].fpr, curve.point[i].tpr,
            curve.point[i].precision};
}

/* What the probability of class c is worth; a class that the model never saw has none. */
static struct classification_json_score *score_of(const struct class_judge *j, size_t c)
{
    if (j->said.answer != ANSWER_PROBABILITIES || c >= j->said.p)
        return NULL;
    struct classification_json_score *s =
        ARENA_NEW(j->mem, struct classification_json_score);
    const double *y = j->y.y.col[j->y.task == TASK_CLASSES ? 0 : c];
    double wanted = j->y.task == TASK_CLASSES ? (double)c : 1;
    for (size_t i = 0; i < j->y.y.n; i++)
        j->positive[i] = y[i] == wanted;
    take_curve(j, j->said.value[c], s);
    struct delong d = delong(j->positive, j->said.value[c], NULL, j->y.y.n);
    s->auc_error = d.se_a;
    s->auc_p = d.p;
    struct calibration of = calibration(j->positive, j->said.value[c], j->y.y.n);
    s->brier = of.brier;
    s->ece = of.ece;
    s->n_bins = CALIBRATION_BINS;
    s->bin = bins_of(&of, j->mem);
    return s;
}

static void take_classes(const struct class_judge *j, struct classification_json *ret)
{
    size_t n = 0;
    ret->class_of = ARENA_ARRAY(j->mem, struct classification_json_class, ret->n_classes);
    for (size_t c = 0; c < j->n; c++) {
        const struct hits *h = &j->hits[c];
        if (!j->listed[c])
            continue;
        ret->class_of[n++] = (struct classification_json_class){
            name_of(j, c), h->right + h->missed, h->right + h->false_alarms,
            h->right,      hits_precision(h),    hits_recall(h),
            hits_f1(h),    score_of(j, c),
        };
    }
}

/* Counts pairs of classes, the place behind the last one being all that are not listed. */
static void take_confusion(const struct class_judge *j, struct classification_json *ret)
{
    size_t k = ret->n_classes + 1, at = 0;
    size_t *place = ARENA_ARRAY(j->scratch, size_t, j->n);
    size_t *count = ARENA_ARRAY(j->scratch, size_t, k * k);
    for (size_t c = 0; c < j->n; c++)
        place[c] = j->listed[c] ? at++ : k - 1;
    for (size_t i = 0; i < j->y.y.n; i++)
        count[place[(size_t)j->y.y.col[0][i]] * k +
              place[prediction_class(&j->said, i)]]++;
    ret->cell = ARENA_ARRAY(j->mem, struct classification_json_cell, k * k);
    for (size_t c = 0; c < k * k; c++)
        if (count[c] > 0)
            ret->cell[ret->n_cells++] = (struct classification_json_cell){
                c / k + 1 < k ? ret->class_of[c / k].name : NULL,
                c % k + 1 < k ? ret->class_of[c % k].name : NULL, count[c]};
}

/* Of the most probable class: how probable, and whether it is right. */
static void take_confidence(const struct class_judge *j, struct classification_json *ret)
{
    double *p = ARENA_ARRAY(j->scratch, double, j->y.y.n), brier = 0;
    if (j->said.answer != ANSWER_PROBABILITIES)
        return;
    for (size_t i = 0; i < j->y.y.n; i++) {
        size_t is = (size_t)j->y.y.col[0][i], said = prediction_class(&j->said, i);
        j->positive[i] = is == said;
        p[i] = j->said.value[said][i];
        for (size_t c = 0; c < j->said.p; c++) {
            double miss = j->said.value[c][i] - (c == is);
            brier += miss * miss;
        }
        brier += is >= j->said.p; // a class that it never saw
    }
    struct calibration of = calibration(j->positive, p, j->y.y.n);
    ret->confidence = ARENA_NEW(j->mem, struct classification_json_confidence);
    *ret->confidence = (struct classification_json_confidence){
        brier / (double)j->y.y.n, of.ece, CALIBRATION_BINS, bins_of(&of, j->mem)};
}

/* Whether the model is right on each gathered row, into right[rows]. */
static void take_right(const struct class_judge *j, uint8_t *right)
{
    for (size_t i = 0; i < j->y.y.n; i++)
        right[i] = metric_right(&j->y, &j->said, i);
}

static void compare_baselines(const struct evaluation *e, const struct class_judge *j,
                              struct classification_json *ret)
{
    uint8_t *right = ARENA_ARRAY(j->scratch, uint8_t, ret->n);
    take_right(j, right);
    ret->n_baselines = e->n_baselines;
    ret->baseline =
        ARENA_ARRAY(j->mem, struct classification_json_baseline, e->n_baselines);
    for (size_t b = 0; b < e->n_baselines; b++) {
        const struct prediction *naive = &e->baseline[b].prediction;
        size_t n = evaluation_gather(e, DIVISION_HOLDOUT, naive, &e->prediction);
        size_t only[2] = {0};
        struct target y = evaluation_target(e, n);
        struct prediction said = evaluation_said(e, naive, n);
        for (size_t i = 0; i < n; i++) {
            bool other = metric_right(&y, &said, i);
            only[0] += right[i] && !other;
            only[1] += !right[i] && other;
        }
        struct mcnemar t = mcnemar(only[0], only[1]);
        ret->baseline[b] = (struct classification_json_baseline){
            e->baseline[b].name, n,   only[0], only[1], t.statistic,
            t.p_statistic,       t.p, t.p_less};
    }
}

void evaluation_classify(const struct evaluation *e, struct classification_json *ret)
{
    struct arena scratch = {0};
    if (e->frame.target.task != TASK_CLASSES && e->frame.target.task != TASK_LABELS)
        return;
    size_t rows = evaluation_gather(e, DIVISION_HOLDOUT, &e->prediction, &e->prediction);
    struct class_judge j = {.mem = e->mem, .scratch = &scratch};
    j.y = evaluation_target(e, rows);
    j.said = evaluation_said(e, &e->prediction, rows);
    j.n = j.y.task == TASK_CLASSES ? j.y.n_classes : j.y.y.p;
    j.hits = ARENA_ARRAY(&scratch, struct hits, j.n);
    j.positive = ARENA_ARRAY(&scratch, uint8_t, rows);
    metric_hits(&j.y, &j.said, j.hits);
    ret->n = rows;
    ret->n_classes = list_classes(&j);
    ret->other_classes = j.n - ret->n_classes;
    take_classes(&j, ret);
    if (j.y.task == TASK_CLASSES)
        take_confusion(&j, ret);
    if (j.y.task == TASK_CLASSES)
        take_confidence(&j, ret);
    compare_baselines(e, &j, ret);
    arena_release(&scratch);
}
