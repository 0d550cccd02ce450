/* What values alone show of order: a column that looks at the target, or at another
 * column, of later steps. */
#include <math.h>
#include <stdlib.h>

#include "artifacts/features_json.h"
#include "data/key.h"
#include "leaks/explain.h"
#include "leaks/leak_search_internal.h"

enum {
    WINDOW = 12,    // steps to either side that a window over the target may have
    NEIGHBOURS = 3, // and one over another column
    FARTHEST = 60   // steps at which a copy is looked for
};

static const double blur = 0.02; // of what the past leaves open: rounding, a little noise

/* The longest series of what was collected. */
struct leak_stretch {
    size_t from, n;
};

static struct leak_stretch longest(const struct leak_steps *s)
{
    struct leak_stretch best = {0, 0}, now = {0, 0};
    for (size_t i = 0; i < s->n; i++) {
        if (s->begins[i])
            now = (struct leak_stretch){i, 0};
        now.n++;
        best = now.n > best.n ? now : best;
    }
    return best;
}

static void tell(struct leak_job *job, const struct leak_suspect *suspect,
                 enum leak_kind kind, size_t slot, const struct explained *by,
                 struct leak_stretch at)
{
    leak_add(job, kind,
             (struct leak){
                 .column = suspect->name,
                 .of = feature_columns_name(&job->columns, slot),
                 .ahead = (size_t)(by->ahead - suspect->shift),
                 .first = leak_label(job, job->steps.key[at.from + by->first]),
                 .rows = by->rows,
             });
}

/* How far a window may reach in so few steps. */
static int window_of(size_t n)
{
    int reach = WINDOW;
    while (reach > 1 && n < 4 * (size_t)reach + 16)
        reach--;
    return reach;
}

static int farthest(const struct leak_job *job)
{
    size_t season = key_season(job->in->pipeline);
    return season > WINDOW / 2 && season < FARTHEST / 2 ? (int)(2 * season)
                                                        : FARTHEST / 2;
}

/* The target of the row's own step, or of a later one. */
static void look_at_target(struct leak_job *job, const struct leak_suspect *suspect,
                           size_t slot, struct leak_stretch at)
{
    struct explained by;
    struct explain e = {.n = at.n,
                        .y = suspect->value + at.from,
                        .x = job->steps.x[slot] + at.from,
                        .allowed = suspect->shift - 1,
                        .reach = job->key ? farthest(job) : 0};
    if (suspect->shift > e.reach)
        return;
    bool found = explain_copy(&e, job->in->scratch, &by);
    if (!found) {
        e.reach = job->key ? window_of(at.n) : 0;
        e.blur = blur;
        found = suspect->shift <= e.reach && explain_window(&e, job->in->scratch, &by);
    }
    if (found)
        tell(job, suspect, LEAK_TARGET, slot, &by, at);
}

/* Whether a value that no row has had is missing, or stands for one that is there, at an
 * end of the stretch, as shifting leaves it. */
static bool filled_up(const double *value, struct leak_stretch at, int distance)
{
    size_t n = at.n, d = (size_t)abs(distance);
    bool filled = n > 2 * d;
    for (size_t i = 0; i < d && filled; i++) {
        double there = distance > 0 ? value[at.from + n - 1 - d] : value[at.from + d];
        double there_not = value[distance > 0 ? at.from + n - 1 - i : at.from + i];
        filled = isnan(there_not) || there_not == there;
    }
    return filled;
}

/* A column that is another one of later steps may as well be what that one is the lag of.
 * The end of the series decides: there it must have run out of values. */
static bool is_lag_of(const struct leak_job *job, const struct leak_suspect *suspect,
                      const struct explain *e, size_t slot, struct leak_stretch at)
{
    struct explained by;
    return explain_copy(e, job->in->scratch, &by) &&
           !(filled_up(suspect->value, at, by.ahead) &&
             !filled_up(job->steps.x[slot], at, -by.ahead));
}

/* Whether present and past values of some column make it up: then it looks at nothing that
 * is to come, though another column's next value, which lags behind, says as much. */
static bool is_made_of_past(const struct leak_job *job,
                            const struct leak_suspect *suspect, struct explain e,
                            struct leak_stretch at)
{
    bool made = false;
    for (size_t slot = 0; slot < job->columns.n && !made; slot++)
        if (slot != suspect->slot) {
            e.x = job->steps.x[slot] + at.from;
            made = explain_known(&e, job->in->scratch);
        }
    return made;
}

/* Later values of another column. */
static void look_at_column(struct leak_job *job, const struct leak_suspect *suspect,
                           size_t slot, struct leak_stretch at)
{
    struct explained by;
    const struct explain e = {.n = at.n,
                              .y = suspect->value + at.from,
                              .x = job->steps.x[slot] + at.from,
                              .allowed = suspect->shift,
                              .reach = NEIGHBOURS};
    if (suspect->shift < NEIGHBOURS && explain_window(&e, job->in->scratch, &by) &&
        !is_lag_of(job, suspect, &e, slot, at) && !is_made_of_past(job, suspect, e, at))
        tell(job, suspect, LEAK_AHEAD, slot, &by, at);
}

static bool is_target_slot(const struct feature_columns *c, size_t slot)
{
    for (size_t t = 0; t < c->n_targets; t++)
        if (!feature_columns_text(c, c->target[t]) && c->target_slot[t] == slot)
            return true;
    return false;
}

static void look_at(struct leak_job *job, const struct leak_suspect *suspect,
                    struct leak_stretch at)
{
    for (size_t slot = 0; slot < job->columns.n; slot++)
        if (is_target_slot(&job->columns, slot))
            look_at_target(job, suspect, slot, at);
        else if (job->key && slot != suspect->slot && job->columns.n <= LEAK_PAIRED)
            look_at_column(job, suspect, slot, at);
}

/* The steps that a column of the clean table is at least behind the rows that read it. */
static int least_shift(const struct feature_columns *c, size_t slot)
{
    size_t least = FEATURES_REACH;
    for (size_t f = 0; f < c->plan.n; f++)
        if (!c->plan.feature[f].text && c->slot[f] == slot &&
            c->plan.feature[f].shift < least)
            least = c->plan.feature[f].shift;
    return (int)least;
}

size_t leak_suspects(const struct leak_job *job, struct leak_suspect *ret)
{
    const struct feature_columns *columns = &job->columns;
    size_t n = 0;
    for (size_t slot = 0; slot < columns->n; slot++)
        if (!is_target_slot(columns, slot))
            ret[n++] = (struct leak_suspect){feature_columns_name(columns, slot),
                                             job->steps.x[slot], slot,
                                             least_shift(columns, slot)};
    for (size_t c = 0; c < job->p; c++)
        if (!job->column[c].made && !job->column[c].text)
            ret[n++] = (struct leak_suspect){job->column[c].name, job->column[c].value,
                                             FEATURE_UNSET, 0};
    return n;
}

void leak_values(struct leak_job *job)
{
    struct arena *scratch = job->in->scratch;
    struct leak_suspect *suspect =
        ARENA_ARRAY(scratch, struct leak_suspect, job->columns.n + job->p);
    size_t n = leak_suspects(job, suspect);
    struct leak_stretch at = longest(&job->steps);
    for (size_t i = 0; i < n; i++)
        look_at(job, &suspect[i], at);
}
