/* Rows of the report as points of a plot, in the order of time. */
#include <math.h>
#include <stdlib.h>

#include "draw/figure.h"
#include "report/section.h"

enum { MOST_POINTS = 600, MOST_TIPS = 400 };

const struct part_look page_looks[] = {
    [PART_TRAIN] = {"train", "training", SVG_RING, 2.4},
    [PART_VALIDATION] = {"train", "validation", SVG_DIAMOND, 3},
    [PART_HOLDOUT] = {"holdout", "held out", SVG_DIAMOND, 3.4},
    [PART_ARRIVED] = {"arrived", "arrived since", SVG_TRIANGLE, 3.6},
    [PART_UPCOMING] = {"upcoming", "next", SVG_STAR, 4.2},
};

/* Every how many rows one is shown: of a long table fewer stand here anyway. */
static size_t stride_of(const struct report_series *s)
{
    return s->n / MOST_POINTS + 1;
}

static const char *tip(const struct page *p, const struct report_series *s, size_t i)
{
    struct text t = {.mem = p->mem};

    text_addf(&t, "%s: ", report_label(s, i, p->mem));
    if (isfinite(s->actual[i]))
        text_addf(&t, "real %s, ", FIGURE(s->actual[i]));
    text_addf(&t, "predicted %s", FIGURE(s->prediction[i]));
    return t.p;
}

static void add_point(struct points *points, const struct report_series *s, size_t i,
                      enum page_axes axes)
{
    double residual = s->actual[i] - s->prediction[i];

    points->x[points->n] = axes == RESIDUAL_BY_PREDICTION ? s->prediction[i]
                           : axes == PREDICTION_BY_ACTUAL ? s->actual[i]
                                                          : s->place[i];
    points->y[points->n] = axes == PREDICTION_BY_TIME || axes == PREDICTION_BY_ACTUAL
                               ? s->prediction[i]
                               : residual;
}

struct points page_points(const struct page *p, const struct report_series *s,
                          enum report_part part, enum page_axes axes)
{
    size_t stride = stride_of(s), most = s->n / stride + 1;
    struct points points = {
        .x = ARENA_ARRAY(p->mem, double, most),
        .y = ARENA_ARRAY(p->mem, double, most),
        .tip = s->of <= MOST_TIPS ? ARENA_ARRAY(p->mem, const char *, most) : NULL,
    };

    for (size_t i = 0; i < s->n; i += stride) {
        if (s->part[i] != part)
            continue;
        add_point(&points, s, i, axes);
        if (points.tip)
            points.tip[points.n] = tip(p, s, i);
        points.n++;
    }
    return points;
}
