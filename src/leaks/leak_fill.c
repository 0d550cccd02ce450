/* What values alone show of filling backwards: a column that stays for some steps at what
 * the target, or another column, is at the last of them. */
#include <math.h>

#include "leaks/explain.h"
#include "leaks/leak_search_internal.h"

enum {
    FEWEST = 8, // stretches of two steps or more, within a series
    VARIED = 10 // values of the column
};

/* The stretches of one column beside another column, until one is not as said. */
struct leak_stays {
    const struct leak_steps *steps;
    const double *value, *x;
    size_t n, rows; // stretches, and their steps
    size_t longest, first;
};

static bool ends(const struct leak_stays *f, size_t t)
{
    return t + 1 == f->steps->n || f->steps->begins[t + 1] ||
           f->value[t + 1] != f->value[t];
}

/* Takes in the stretch of steps from … to; false where it was not filled backwards.  Those
 * at the ends of a series may be cut. */
static bool take(struct leak_stays *f, size_t from, size_t to)
{
    const bool *begins = f->steps->begins;
    bool cut = begins[from] || to + 1 == f->steps->n || begins[to + 1];
    if (to == from || cut || isnan(f->value[to]))
        return true;
    if (f->value[to] != f->x[to])
        return false;
    if (f->x[from] == f->x[to])
        return true; // what was filled forwards is the same
    f->first = f->n == 0 ? from : f->first;
    f->n++;
    f->rows += to - from + 1;
    f->longest = to - from > f->longest ? to - from : f->longest;
    return true;
}

static bool is_filled(struct leak_stays *f)
{
    size_t from = 0;
    bool all = true;
    for (size_t t = 0; t < f->steps->n && all; t++)
        if (ends(f, t)) {
            all = take(f, from, t);
            from = t + 1;
        }
    return all && f->n >= FEWEST;
}

/* Flags coincide too easily. */
static bool is_varied(const struct leak_job *job, const double *value)
{
    return explain_distinct(value, job->steps.n, VARIED, job->in->scratch) == VARIED;
}

static bool is_target(const struct feature_columns *c, size_t slot)
{
    bool is = false;
    for (size_t t = 0; t < c->n_targets; t++)
        is = is || (!feature_columns_text(c, c->target[t]) && c->target_slot[t] == slot);
    return is;
}

static void look_at(struct leak_job *job, const struct leak_suspect *suspect, size_t slot)
{
    bool target = is_target(&job->columns, slot);
    struct leak_stays f = {
        .steps = &job->steps, .value = suspect->value, .x = job->steps.x[slot]};
    if (!is_filled(&f) || f.longest + (target ? 1 : 0) <= (size_t)suspect->shift)
        return;
    leak_add(job, target ? LEAK_TARGET : LEAK_AHEAD,
             (struct leak){.column = suspect->name,
                           .of = feature_columns_name(&job->columns, slot),
                           .ahead = f.longest - (size_t)suspect->shift,
                           .first = leak_label(job, job->steps.key[f.first]),
                           .rows = f.rows});
}

static void look_at_all(struct leak_job *job, const struct leak_suspect *suspect)
{
    for (size_t slot = 0; slot < job->columns.n; slot++)
        if (slot != suspect->slot)
            look_at(job, suspect, slot);
}

void leak_fill(struct leak_job *job)
{
    size_t n = job->columns.n;
    struct leak_suspect *suspect =
        ARENA_ARRAY(job->in->scratch, struct leak_suspect, n + job->p);
    size_t suspects = leak_suspects(job, suspect);
    if (!job->key || n > LEAK_PAIRED)
        return;
    for (size_t i = 0; i < suspects; i++)
        if (is_varied(job, suspect[i].value))
            look_at_all(job, &suspect[i]);
}
