/* Groups by the share of their rows that lies outside their bands. */
#include <math.h>

#include "bands/grouped.h"
#include "data/groups.h"
#include "evaluation/evaluation_rules.h"
#include "judge/by_score.h"
#include "learn/division.h"

/* Figures of all groups. */
struct band_tally {
    size_t n;                        // groups
    size_t *rows, *flagged, *learnt; // [n]
    double *mean, *std, *share;      // [n]
    double *lower, *upper;           // [n] of the last row that has a band
};

static bool is_flagged(const struct evaluation *e, size_t i)
{
    return prediction_flags(&e->prediction, i, e->frame.target.y.col[0][i]);
}

static size_t group_of(const struct evaluation *e, size_t i)
{
    return e->frame.group ? e->frame.group[i] : 0;
}

/* Counts and moments of the rows that were learnt from. */
static void tally_learnt(const struct evaluation *e, struct band_tally *t,
                         struct arena *mem)
{
    double *value = ARENA_ARRAY(mem, double, e->frame.n);
    uint32_t *group = ARENA_ARRAY(mem, uint32_t, e->frame.n);
    struct grouped_rows rows = {.value = value, .group = group, .groups = t->n};
    for (size_t i = 0; i < e->frame.n; i++) {
        if (e->part[i] != DIVISION_TRAIN || isnan(e->frame.target.y.col[0][i]))
            continue;
        value[rows.n] = e->frame.target.y.col[0][i];
        group[rows.n++] = (uint32_t)group_of(e, i);
    }
    grouped_count(&rows, t->learnt);
    grouped_moments(&rows, t->learnt, t->mean, t->std);
}

static struct band_tally tally(const struct evaluation *e, struct arena *mem)
{
    size_t n = e->frame.group ? e->frame.groups->n : 1;
    struct band_tally t = {n,
                           ARENA_ARRAY(mem, size_t, n),
                           ARENA_ARRAY(mem, size_t, n),
                           ARENA_ARRAY(mem, size_t, n),
                           ARENA_ARRAY(mem, double, n),
                           ARENA_ARRAY(mem, double, n),
                           ARENA_ARRAY(mem, double, n),
                           ARENA_ARRAY(mem, double, n),
                           ARENA_ARRAY(mem, double, n)};
    for (size_t g = 0; g < n; g++)
        t.lower[g] = t.upper[g] = NAN;
    for (size_t i = 0; i < e->frame.n; i++) {
        size_t g = group_of(e, i);
        t.rows[g]++;
        t.flagged[g] += is_flagged(e, i);
        if (isnan(e->prediction.value[BAND_LOWER][i]))
            continue;
        t.lower[g] = e->prediction.value[BAND_LOWER][i];
        t.upper[g] = e->prediction.value[BAND_UPPER][i];
    }
    for (size_t g = 0; g < n; g++)
        t.share[g] = isnan(t.lower[g]) ? -1 : (double)t.flagged[g] / (double)t.rows[g];
    tally_learnt(e, &t, mem);
    return t;
}

/* The last rows of a group. */
static void take_points(const struct evaluation *e, size_t g, size_t rows,
                        struct classification_json_item *item)
{
    const struct matrix *y = &e->frame.target.y;
    size_t skip = rows > CLASSIFICATION_POINTS ? rows - CLASSIFICATION_POINTS : 0;
    item->point = ARENA_ARRAY(e->mem, struct classification_json_value, rows - skip);
    for (size_t i = 0, seen = 0; i < e->frame.n; i++) {
        if (group_of(e, i) != g || isnan(y->col[0][i]) || seen++ < skip)
            continue;
        bool planted = !isnan(y->col[1][i]);
        item->point[item->n_points++] = (struct classification_json_value){
            y->col[0][i], y->col[1][i],
            prediction_flags(&e->prediction, i, y->col[planted ? 1 : 0][i])};
    }
}

static void take_items(const struct evaluation *e, const struct band_tally *t,
                       struct classification_json_anomalies *ret, struct arena *scratch)
{
    const size_t *order = by_score(t->share, t->n, scratch);
    ret->item = ARENA_ARRAY(e->mem, struct classification_json_item, t->n);
    for (size_t k = 0; k < t->n && ret->n_items < CLASSIFICATION_ITEMS; k++) {
        size_t g = order[k];
        if (t->share[g] < 0)
            break;
        struct classification_json_item *item = &ret->item[ret->n_items++];
        *item = (struct classification_json_item){
            .name = e->frame.group ? group_string(e->frame.groups, (uint32_t)g, e->mem)
                                   : "all",
            .n = t->learnt[g],
            .mean = t->mean[g],
            .std = t->std[g],
            .lower = t->lower[g],
            .upper = t->upper[g],
            .rows = t->rows[g],
            .flagged = t->flagged[g]};
        if (k < CLASSIFICATION_DRAWN)
            take_points(e, g, t->rows[g], item);
    }
}

enum status evaluation_anomalies(const struct evaluation *e, size_t threads,
                                 struct classification_json *ret, struct error *err)
{
    struct arena scratch = {0};
    struct classification_json_anomalies *a =
        ARENA_NEW(e->mem, struct classification_json_anomalies);
    if (e->frame.target.task != TASK_ANOMALY)
        return STATUS_OK;
    for (size_t i = 0; i < e->frame.n; i++)
        a->planted += e->planted[i] != PLANTING_NONE;
    TRY(evaluation_rules(e, threads, a, err));
    struct band_tally t = tally(e, &scratch);
    for (size_t g = 0; g < t.n; g++) {
        a->groups += t.learnt[g] > 0;
        a->few += t.learnt[g] > 0 && t.share[g] < 0;
    }
    take_items(e, &t, a, &scratch);
    arena_release(&scratch);
    ret->anomalies = a;
    return STATUS_OK;
}
