/* What values alone show of the target's order: its rank, its logarithm, the bin that it
 * lies in.  Such a column is a function of the target that rises, or falls, or has few
 * values, each for a stretch of targets.
 *
 * Lines, seasons and what changes once are no news: the column has to change often, and in
 * another rhythm than the season's; the target must turn often where rows have a time. */
#include <math.h>
#include <stdlib.h>

#include "data/key.h"
#include "leaks/explain.h"
#include "leaks/leak_search_internal.h"

enum {
    FEWEST = 30,      // rows that say anything
    MOST_ROWS = 4096, // that are looked at
    CHANGES = 16,     // of the column, from one row to the next
    TURNS = 12,       // of the target
    BINS = 20,        // values of a column that tells bins
    AHEAD = 2         // steps behind a row that are looked at
};

struct leak_pair {
    double y, value;
    size_t step;
};

static int by_target(const void *a, const void *b)
{
    const struct leak_pair *p = a, *q = b;
    if (p->y != q->y)
        return p->y < q->y ? -1 : 1;
    return (p->value > q->value) - (p->value < q->value);
}

/* Values beside the target so many steps later, of one series after another. */
static size_t pair(const struct leak_job *job, const double *value, const double *y,
                   size_t ahead, struct leak_pair *ret)
{
    const struct leak_steps *s = &job->steps;
    size_t n = 0, begin = 0;
    for (size_t t = 0; t < s->n && n < MOST_ROWS; t++) {
        begin = s->begins[t] ? t : begin;
        if (t >= begin + ahead && !isnan(y[t]) && !isnan(value[t - ahead]))
            ret[n++] = (struct leak_pair){y[t], value[t - ahead], t};
    }
    return n;
}

/* Whether the values change often and the target turns often, in the order of the rows. */
static bool is_lively(const struct leak_pair *pair, size_t n, bool timed)
{
    size_t changes = 0, turns = 0;
    for (size_t i = 1; i < n; i++) {
        changes += pair[i].value != pair[i - 1].value ? 1 : 0;
        turns += i > 1 && (pair[i].y > pair[i - 1].y) != (pair[i - 1].y > pair[i - 2].y);
    }
    return changes >= CHANGES && (!timed || turns >= TURNS);
}

/* What is the same a season before is known. */
static bool is_season(const struct leak_pair *pair, size_t n, size_t season)
{
    size_t i = season;
    while (season > 1 && i < n && pair[i].value == pair[i - season].value)
        i++;
    return season > 1 && i >= n;
}

/* Whether the values, by rising targets, are a function of them that rises, falls, or has
 * few values in stretches. */
static bool is_ordered(const struct leak_pair *pair, size_t n, size_t distinct)
{
    size_t runs = 1;
    bool rises = true, falls = true;
    for (size_t i = 1; i < n; i++) {
        double now = pair[i].value, before = pair[i - 1].value;
        if (pair[i].y == pair[i - 1].y && now != before)
            return false;
        rises = rises && now >= before;
        falls = falls && now <= before;
        runs += now != before ? 1 : 0;
    }
    return rises || falls ||
           (distinct <= BINS && n >= 5 * distinct && runs <= distinct + 1);
}

static bool shows_order(struct leak_job *job, const struct leak_suspect *suspect,
                        size_t slot, size_t ahead, struct leak_pair *pairs)
{
    bool timed = job->key != NULL;
    size_t n = pair(job, suspect->value, job->steps.x[slot], ahead, pairs);
    if (n < FEWEST || !is_lively(pairs, n, timed) ||
        (timed && is_season(pairs, n, key_season(job->in->pipeline))))
        return false;
    size_t distinct =
        explain_distinct(suspect->value, job->steps.n, BINS + 1, job->in->scratch);
    size_t first = pairs[0].step;
    qsort(pairs, n, sizeof *pairs, by_target);
    if (distinct < 2 || !is_ordered(pairs, n, distinct))
        return false;
    leak_add(job, LEAK_TARGET,
             (struct leak){.column = suspect->name,
                           .of = feature_columns_name(&job->columns, slot),
                           .ahead = ahead - (size_t)suspect->shift,
                           .first = leak_label(job, job->steps.key[first]),
                           .rows = n});
    return true;
}

/* Steps behind a row's own that are looked at: of a target with few values chance, and a
 * season, would have too easy a game. */
static size_t farther(const struct leak_job *job, size_t slot)
{
    const struct leak_steps *s = &job->steps;
    size_t distinct = explain_distinct(s->x[slot], s->n, BINS, job->in->scratch);
    return job->key && distinct == BINS ? AHEAD : 0;
}

static void look_at(struct leak_job *job, const struct leak_suspect *suspect, size_t slot,
                    size_t beyond, struct leak_pair *pairs)
{
    size_t ahead = (size_t)suspect->shift, last = ahead + beyond;
    bool found = ahead > MOST_ROWS; // nobody reads it
    for (; !found && ahead <= last; ahead++)
        found = shows_order(job, suspect, slot, ahead, pairs);
}

void leak_order(struct leak_job *job)
{
    const struct feature_columns *c = &job->columns;
    struct arena *scratch = job->in->scratch;
    struct leak_suspect *suspect =
        ARENA_ARRAY(scratch, struct leak_suspect, c->n + job->p);
    struct leak_pair *pairs = ARENA_ARRAY(scratch, struct leak_pair, MOST_ROWS);
    size_t n = leak_suspects(job, suspect);
    size_t *beyond = ARENA_ARRAY(scratch, size_t, c->n_targets);
    for (size_t t = 0; n > 0 && t < c->n_targets; t++)
        if (!feature_columns_text(c, c->target[t]))
            beyond[t] = farther(job, c->target_slot[t]);
    for (size_t i = 0; i < n; i++)
        for (size_t t = 0; t < c->n_targets; t++)
            if (!feature_columns_text(c, c->target[t]))
                look_at(job, &suspect[i], c->target_slot[t], beyond[t], pairs);
}
