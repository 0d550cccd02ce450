/* Rows are drawn one by one, groups of a drift without putting back. */
#include "bands/planting.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"

const char *const planting_name[PLANTING_KINDS] = {"none", "factor", "swapped",
                                                   "currency", "drift"};

/* clang-format off */
const struct option_row planting_rows[PLANTING_ROWS] = {
    OPTION(struct planting_rule, share, 0, 0.5, "SHARE",
           "share of the held-out rows whose value is altered; 0: none"),
    OPTION(struct planting_rule, factor, 1.0001, 1e6, "REAL",
           "a slipped point: the value times this, or divided by it"),
    OPTION(struct planting_rule, rate, 1.0001, 1e6, "REAL",
           "the wrong currency: the value times this, or divided by it"),
    OPTION(struct planting_rule, drift, 0.0001, 1e6, "SHARE",
           "a slow drift: how far the last value of a group has moved"),
};
/* clang-format on */

enum { QUARTERS = 4, TRIES = 16 };

struct planter {
    const struct planting_rule *rule;
    struct rng rng;
    const struct grouped_rows *rows;
    const double *when;
    const double *y;
    size_t n;
    double *planted; // [n]
    uint8_t *kind;   // [n]
    struct arena *scratch;
};

static bool same_group(const struct planter *p, size_t a, size_t b)
{
    return p->rows->group && p->rows->group[a] == p->rows->group[b];
}

/* The value of a row of another group, NaN where chance finds none. */
static double of_another(struct planter *p, size_t i)
{
    for (size_t k = 0; k < TRIES; k++) {
        size_t other = (size_t)rng_below(&p->rng, p->n);
        if (!same_group(p, i, other) && p->y[other] != p->y[i])
            return p->y[other];
    }
    return NAN;
}

static double altered(struct planter *p, size_t i, enum planting_kind kind)
{
    double by = kind == PLANTING_FACTOR ? p->rule->factor : p->rule->rate;
    if (kind == PLANTING_SWAPPED)
        return of_another(p, i);
    return rng_next(&p->rng) >> 63 ? p->y[i] * by : p->y[i] / by;
}

static void plant_rows(struct planter *p)
{
    double share = p->rule->share * (QUARTERS - 1) / QUARTERS;
    for (size_t i = 0; i < p->n; i++) {
        p->planted[i] = NAN;
        p->kind[i] = PLANTING_NONE;
        if (!(rng_real(&p->rng) < share) || !(fabs(p->y[i]) > 0))
            continue;
        enum planting_kind kind =
            (enum planting_kind)(PLANTING_FACTOR + rng_below(&p->rng, QUARTERS - 1));
        p->planted[i] = altered(p, i, kind);
        p->kind[i] = isnan(p->planted[i]) ? PLANTING_NONE : (uint8_t)kind;
    }
}

/* A row of a group that drifts. */
struct drifting {
    double at;
    size_t row;
};

static int in_order(const void *a, const void *b)
{
    const struct drifting *u = a, *v = b;
    if (u->at != v->at)
        return u->at < v->at ? -1 : 1;
    return (u->row > v->row) - (u->row < v->row);
}

static void drift_group(struct planter *p, uint32_t group, struct drifting *room)
{
    size_t m = 0;
    bool up = rng_next(&p->rng) >> 63;
    for (size_t i = 0; i < p->n; i++)
        if (p->rows->group[i] == group && fabs(p->y[i]) > 0)
            room[m++] = (struct drifting){p->when ? p->when[i] : 0, i};
    if (m > 0)
        qsort(room, m, sizeof *room, in_order);
    for (size_t k = 0; k < m; k++) {
        size_t i = room[k].row;
        double moved = p->rule->drift * (double)(k + 1) / (double)m;
        p->planted[i] = p->y[i] * (up ? 1 + moved : 1 / (1 + moved));
        p->kind[i] = PLANTING_DRIFT;
    }
}

static void plant_drifts(struct planter *p)
{
    size_t groups = p->rows->groups, there = 0;
    uint32_t *code = ARENA_ARRAY(p->scratch, uint32_t, groups);
    bool *seen = ARENA_ARRAY(p->scratch, bool, groups);
    struct drifting *room = ARENA_ARRAY(p->scratch, struct drifting, p->n);
    for (size_t i = 0; i < p->n; i++) {
        if (!seen[p->rows->group[i]])
            code[there++] = p->rows->group[i];
        seen[p->rows->group[i]] = true;
    }
    size_t wanted = (size_t)ceil(p->rule->share / QUARTERS * (double)there);
    for (size_t k = 0; there > 1 && k < wanted; k++) {
        size_t at = (size_t)rng_below(&p->rng, there);
        drift_group(p, code[at], room);
        code[at] = code[--there];
    }
}

void planting_make(const struct planting_rule *rule, uint64_t seed, const char *use,
                   const struct grouped_rows *rows, const double *when,
                   double *ret_planted, uint8_t *ret_kind)
{
    struct arena scratch = {0};
    struct planter p = {.rule = rule,
                        .rows = rows,
                        .when = when,
                        .y = rows->value,
                        .n = rows->n,
                        .planted = ret_planted,
                        .kind = ret_kind,
                        .scratch = &scratch};
    rng_seed(&p.rng, seed, use);
    plant_rows(&p);
    if (rows->group && rule->share > 0)
        plant_drifts(&p);
    arena_release(&scratch);
}
