/* Curves, in one walk from the highest score to the lowest. */
#include "judge/curve.h"

#include <math.h>

#include "judge/by_score.h"

/* Rows of both kinds, all and so far. */
struct tally {
    size_t all[2], taken[2]; // [1] positive
    size_t part;             // of the way, that the last point kept lies in
};

static struct curve_point point_at(const struct tally *t, double threshold)
{
    double fp = (double)t->taken[0], tp = (double)t->taken[1];
    return (struct curve_point){threshold, fp / (double)t->all[0], tp / (double)t->all[1],
                                tp / (fp + tp)};
}

/* Keeps the first point of a part of the way, and the last of all. */
static void keep_point(struct tally *t, double threshold, struct curve *ret)
{
    struct curve_point at = point_at(t, threshold);
    double way =
        ((isnan(at.fpr) ? at.tpr : at.fpr) + (isnan(at.tpr) ? at.fpr : at.tpr)) / 2;
    size_t part = (size_t)(way * (CURVE_POINTS - 1));
    if (ret->n > 0 && part == t->part)
        return;
    t->part = part;
    ret->point[ret->n++] = at;
}

void curve_trace(const uint8_t *positive, const double *score, size_t n,
                 struct arena *mem, struct curve *ret)
{
    struct arena scratch = {0};
    struct tally t = {0};
    double area = 0, precision = 0;
    size_t *order = by_score(score, n, &scratch);
    *ret = (struct curve){.point = ARENA_ARRAY(mem, struct curve_point, CURVE_POINTS)};
    for (size_t i = 0; i < n; i++)
        t.all[positive[i]]++;
    for (size_t from = 0, to; from < n; from = to) {
        size_t before[2] = {t.taken[0], t.taken[1]};
        to = by_score_tie(score, order, n, from);
        for (size_t i = from; i < to; i++)
            t.taken[positive[order[i]]]++;
        double gained = (double)(t.taken[1] - before[1]);
        area += (double)(t.taken[0] - before[0]) * ((double)before[1] + gained / 2);
        precision += gained * (double)t.taken[1] / (double)to;
        keep_point(&t, score[order[from]], ret);
    }
    ret->auc = area / ((double)t.all[0] * (double)t.all[1]);
    ret->average_precision = precision / (double)t.all[1];
    arena_release(&scratch);
}
