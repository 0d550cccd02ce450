/* Cut, recompute, compare bits: features as the stage computes them beside the rows of
 * features.arrow. */
#include <math.h>
#include <string.h>

#include "leaks/leak_search_internal.h"

/* One walk. */
struct recompute {
    struct leak_job *job;
    struct feature_steps steps;
    bool cut, collect;
    int32_t as_of;
    size_t row; // of the feature table, that comes next
};

static bool later(const struct recompute *r, size_t row)
{
    return r->cut && r->job->key[row] > r->as_of;
}

static void skip_later(struct recompute *r)
{
    while (r->row < r->job->rows && later(r, r->row))
        r->row++;
}

static double computed(const struct recompute *r, const struct leak_column *c, size_t i)
{
    return c->f == FEATURE_UNSET ? r->steps.walk.x[c->slot][i] : r->steps.value[c->f][i];
}

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void compare(struct recompute *r, struct leak_column *c, size_t i, double value)
{
    if (!c->made || c->text || same(value, computed(r, c, i)))
        return;
    if (c->differ == 0)
        c->first = r->job->key ? r->steps.walk.key[i] : 0;
    c->differ++;
}

/* The row that stands for step i; its values go to `to` of what is collected, too. */
static enum status take_row(struct recompute *r, size_t i, size_t to, struct error *err)
{
    struct leak_job *job = r->job;
    size_t at;
    TRY(cursor_seek(&job->cursor, r->row, &at, err));
    for (size_t c = 0; c < job->p; c++) {
        struct leak_column *column = &job->column[c];
        double value = column->text ? NAN : cursor_value(&job->cursor, column->at, at);
        compare(r, column, i, value);
        if (to < job->steps.cap)
            column->value[to] = value;
    }
    r->row++;
    return STATUS_OK;
}

/* A place for step i among what is collected, or one behind it. */
static size_t collect(struct recompute *r, size_t i)
{
    struct leak_steps *s = &r->job->steps;
    const struct walk *w = &r->steps.walk;
    if (!r->collect)
        return s->cap;
    s->all = s->all && s->n < s->cap;
    if (s->n == s->cap)
        return s->cap;
    size_t to = s->n++;
    s->key[to] = r->job->key ? w->key[i] : 0;
    s->begins[to] = w->start + i == 0;
    for (size_t k = 0; k < r->job->columns.n; k++)
        s->x[k][to] = w->x[k][i];
    for (size_t c = 0; c < r->job->p; c++)
        r->job->column[c].value[to] = NAN;
    return to;
}

static enum status take_step(struct recompute *r, size_t i, struct error *err)
{
    struct leak_job *job = r->job;
    struct walk *w = &r->steps.walk;
    bool known;
    if (walk_behind(w, i))
        return STATUS_OK;
    size_t to = collect(r, i);
    if (w->row[i] == WALK_NO_ROW || !feature_steps_complete(&r->steps, i))
        return STATUS_OK;
    TRY(feature_steps_known(&r->steps, i, &known, err));
    if (!known)
        return STATUS_OK;
    skip_later(r);
    if (r->row < job->rows && (!job->key || job->key[r->row] == w->key[i]))
        return take_row(r, i, to, err);
    job->stray++;
    return STATUS_OK;
}

static enum status walk_steps(struct recompute *r, struct error *err)
{
    struct walk *w = &r->steps.walk;
    for (;;) {
        TRY(feature_steps_next(&r->steps, err));
        if (w->fresh == 0)
            break;
        for (size_t i = w->past; i < w->past + w->fresh && r->row < r->job->part; i++)
            TRY(take_step(r, i, err));
        if (r->row < r->job->rows && r->row >= r->job->part) {
            r->job->steps.all = false;
            return STATUS_OK;
        }
    }
    skip_later(r);
    r->job->stray += r->job->rows - r->row;
    return STATUS_OK;
}

enum status leak_recompute(struct leak_job *job, bool cut, int32_t as_of,
                           struct error *err)
{
    struct recompute r = {.job = job, .cut = cut, .as_of = as_of};
    struct arena *scratch = job->in->scratch;
    struct arena_mark mark = arena_mark(scratch);
    r.collect = job->steps.n == 0 && job->steps.cap > 0;
    TRY(feature_steps_open(&r.steps, job->clean, &job->columns, scratch, err));
    r.steps.walk.has_as_of = cut;
    r.steps.walk.as_of = as_of;
    enum status status = walk_steps(&r, err);
    feature_steps_close(&r.steps);
    arena_rewind(scratch, mark);
    return status;
}
