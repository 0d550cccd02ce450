/* Rows: one walk over the points of each series for their number, one to fill them. */
#include "rolling/rolling_rows.h"

#include <math.h>

#include "data/key.h"

struct rolling_points rolling_points_of(const struct histories *h,
                                        const struct pipeline *p, struct arena *mem)
{
    struct rolling_points points = {.groups = p->group ? &h->groups : NULL};
    double **y;
    size_t n = 0;
    for (size_t g = 0; g < h->n; g++)
        for (size_t t = 0; t < h->of[g].n; t++)
            n += isnan(h->of[g].y[t]) ? 0 : 1;
    int32_t *key = ARENA_ARRAY(mem, int32_t, n);
    uint32_t *group = p->group ? ARENA_ARRAY(mem, uint32_t, n) : NULL;
    struct matrix column = matrix_new(mem, n, 1, p->targets.v, &y);
    for (size_t g = 0; g < h->n; g++)
        for (size_t t = 0; t < h->of[g].n; t++) {
            if (isnan(h->of[g].y[t]))
                continue;
            key[points.n] = key_add(p, h->of[g].first, (int32_t)t);
            if (group)
                group[points.n] = (uint32_t)g;
            y[0][points.n++] = h->of[g].y[t];
        }
    points.key = key;
    points.group = group;
    points.y = (struct target){.task = TASK_REGRESSION, .y = column};
    return points;
}

static bool begins_series(const struct rolling_points *points, size_t i)
{
    return i == 0 || (points->group && points->group[i] != points->group[i - 1]);
}

struct rolling_extent rolling_extent_of(const struct rolling_points *points)
{
    struct rolling_extent e = {.least = 1};
    for (size_t i = 0; i < points->n; i++) {
        int32_t key = points->key[i];
        e.series += begins_series(points, i) ? 1 : 0;
        if (isnan(points->y.y.col[0][i]))
            continue;
        e.first = e.rows == 0 || key < e.first ? key : e.first;
        e.last = e.rows == 0 || key > e.last ? key : e.last;
        e.rows++;
    }
    return e;
}

/* The points [from, to) of one series under way from origin to origin. */
struct series_walk {
    const struct rolling_points *points;
    const struct rolling_plan *plan;
    const struct pipeline *pipeline;
    size_t from, to;
    size_t at;                 // the first one behind the origin and its gap
    struct rolling_rows *rows; // to be filled; its arrays are NULL while they are counted
    size_t n;                  // rows so far, of all series
};

static size_t number_of(const struct series_walk *w, size_t point)
{
    return key_number(w->pipeline, w->points->key[point]);
}

static void add_row(struct series_walk *w, int32_t origin, size_t turn, size_t ahead,
                    size_t point)
{
    struct rolling_rows *r = w->rows;
    size_t i = w->n++;
    if (!r->key)
        return;
    r->origin[i] = origin;
    r->key[i] = w->points->key[point];
    r->horizon[i] = (int32_t)ahead;
    r->turn[i] = (uint32_t)turn;
    r->point[i] = point;
    if (r->group)
        r->group[i] = w->points->group[point];
}

static void walk_origin(struct series_walk *w, size_t turn)
{
    int32_t key = rolling_origin(w->plan, w->pipeline, turn);
    size_t known = key_number(w->pipeline, key) + w->plan->gap;
    if (number_of(w, w->from) > known - w->plan->gap)
        return;
    while (w->at < w->to && number_of(w, w->at) <= known)
        w->at++;
    for (size_t k = w->at; k < w->to; k++) {
        size_t ahead = number_of(w, k) - known;
        if (ahead > w->plan->horizon)
            break;
        if (!isnan(w->points->y.y.col[0][k]))
            add_row(w, key, turn, ahead, k);
    }
}

/* Counts the rows and the series, or fills what is there. */
static void walk_all(struct rolling_rows *r)
{
    struct series_walk w = {
        .points = r->points, .plan = r->plan, .pipeline = r->pipeline, .rows = r};
    r->n_series = 0;
    for (; w.from < r->points->n; w.from = w.to) {
        w.at = w.from;
        w.to = w.from + 1;
        while (w.to < r->points->n && !begins_series(r->points, w.to))
            w.to++;
        if (r->from)
            r->from[r->n_series] = w.n;
        r->n_series++;
        for (size_t turn = 0; turn < r->plan->origins; turn++)
            walk_origin(&w, turn);
    }
    r->n = w.n;
    if (r->from)
        r->from[r->n_series] = w.n;
}

static void take_actual(struct rolling_rows *r, struct arena *mem)
{
    double **y;
    const struct target *from = &r->points->y;
    struct matrix own = matrix_new(mem, r->n, from->y.p, from->y.name, &y);
    for (size_t c = 0; c < from->y.p; c++)
        for (size_t i = 0; i < r->n; i++)
            y[c][i] = from->y.col[c][r->point[i]];
    r->actual = target_of(from, own);
}

void rolling_rows_make(const struct rolling_points *points,
                       const struct rolling_plan *plan, const struct pipeline *p,
                       enum answer answer, size_t width, struct arena *mem,
                       struct rolling_rows *ret)
{
    struct rolling_rows r = {.pipeline = p, .plan = plan, .points = points};
    walk_all(&r);
    r.from = ARENA_ARRAY(mem, size_t, r.n_series + 1);
    r.group = points->group ? ARENA_ARRAY(mem, uint32_t, r.n) : NULL;
    r.origin = ARENA_ARRAY(mem, int32_t, r.n);
    r.key = ARENA_ARRAY(mem, int32_t, r.n);
    r.horizon = ARENA_ARRAY(mem, int32_t, r.n);
    r.turn = ARENA_ARRAY(mem, uint32_t, r.n);
    r.point = ARENA_ARRAY(mem, size_t, r.n);
    walk_all(&r);
    take_actual(&r, mem);
    r.answer = prediction_new(mem, answer, r.n, width, &r.value);
    for (size_t c = 0; c < width; c++)
        for (size_t i = 0; i < r.n; i++)
            r.value[c][i] = NAN;
    *ret = r;
}

bool rolling_rows_answered(const struct rolling_rows *rows, size_t i)
{
    return !isnan(rows->value[0][i]);
}

const struct history *rolling_history(const struct rolling_rows *rows,
                                      const struct histories *h, size_t i)
{
    return histories_find(h, rows->group ? &rows->points->groups->name[rows->group[i]]
                                         : NULL);
}
