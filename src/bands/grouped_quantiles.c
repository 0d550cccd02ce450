/* Quantiles of groups near the ends: of each group only as many of the least and of the
 * greatest values are kept as lie beyond them, in one pass and without moving the rows.
 *
 * Nearly every value is turned away by two comparisons with the bounds of its group's two
 * tails, which stay in the cache; a value that comes in is put in its place among a few.
 * Each thread has tails of its own for a run of the rows, and the tails of all are put
 * together: which values come out does not depend on the runs.  A quantile that lies deeper
 * than DEEP values from its end is selected among the group's values instead.
 *
 * 40 MB of values are not copied: to touch as much fresh memory takes longer than the rest. */
#include <math.h>
#include <string.h>

#include "bands/grouped.h"
#include "bands/selection.h"
#include "base/thread.h"

enum { DEEP = 64, RUN = 1 << 16, MOST_PARTS = 64 };

/* The least values of a group at one end, the greatest with their signs turned. */
struct band_tails {
    double *limit; // [groups][2] what is not less stays outside
    double *value; // [room] by group, ascending, first those of the lower end
};

struct band_job {
    const struct grouped_rows *rows;
    const size_t *count;
    double q[2];
    size_t *depth; // [groups][2] values kept; 0: the group is selected from
    size_t *start; // [groups][2] where they stand
    size_t room, parts;
    struct band_tails *tails; // [parts]
    struct arena *mem;        // [parts]
    double *ret[2];
    size_t *order_start; // of the groups that are selected from
    double *deep;
};

/* How many values from its end a quantile looks at. */
static size_t depth_of(size_t n, double q, bool upper)
{
    double part;
    size_t below = selection_place(n, q, &part);
    size_t above = below + (part > 0);
    return upper ? n - below : above + 1;
}

static void lay_out(struct band_job *job, struct arena *mem)
{
    size_t groups = job->rows->groups;
    job->depth = ARENA_ARRAY(mem, size_t, 2 * groups);
    job->start = ARENA_ARRAY(mem, size_t, 2 * groups);
    for (size_t g = 0; g < groups; g++) {
        size_t n = job->count[g];
        size_t low = n > 0 ? depth_of(n, job->q[0], false) : 0;
        size_t high = n > 0 ? depth_of(n, job->q[1], true) : 0;
        bool deep = low > DEEP || high > DEEP;
        for (size_t end = 0; end < 2 && !deep; end++) {
            job->depth[2 * g + end] = end ? high : low;
            job->start[2 * g + end] = job->room;
            job->room += end ? high : low;
        }
    }
}

static void put(double *tail, size_t depth, double v)
{
    size_t k = depth - 1;
    for (; k > 0 && tail[k - 1] > v; k--)
        tail[k] = tail[k - 1];
    tail[k] = v;
}

static void offer(const struct band_job *job, struct band_tails *t, size_t end, double v)
{
    size_t depth = job->depth[end];
    double *tail = t->value + job->start[end];
    put(tail, depth, v);
    t->limit[end] = tail[depth - 1];
}

static struct band_tails tails_new(const struct band_job *job, struct arena *mem)
{
    size_t ends = 2 * job->rows->groups;
    struct band_tails t = {ARENA_ARRAY(mem, double, ends),
                           ARENA_ARRAY(mem, double, job->room)};
    for (size_t i = 0; i < job->room; i++)
        t.value[i] = INFINITY;
    for (size_t e = 0; e < ends; e++)
        t.limit[e] = job->depth[e] > 0 ? INFINITY : -INFINITY;
    return t;
}

/* A run of the rows. */
static enum status fill_part(void *context, size_t part, size_t worker, struct error *err)
{
    (void)worker, (void)err;
    struct band_job *job = context;
    const struct grouped_rows *rows = job->rows;
    size_t from = rows->n * part / job->parts, to = rows->n * (part + 1) / job->parts;
    struct band_tails t = tails_new(job, &job->mem[part]);
    const double *restrict limit = t.limit;
    for (size_t i = from; i < to; i++) {
        size_t g = rows->group ? rows->group[i] : 0;
        double v = rows->value[i] + 0.0; // no zero with a sign
        if (v < limit[2 * g])
            offer(job, &t, 2 * g, v);
        if (-v < limit[2 * g + 1])
            offer(job, &t, 2 * g + 1, -v);
    }
    job->tails[part] = t;
    return STATUS_OK;
}

/* Puts the tails of all parts into those of the first. */
static void merge(struct band_job *job)
{
    struct band_tails *all = &job->tails[0];
    for (size_t part = 1; part < job->parts; part++)
        for (size_t end = 0; end < 2 * job->rows->groups; end++) {
            const double *v = job->tails[part].value + job->start[end];
            for (size_t k = 0; k < job->depth[end] && v[k] < all->limit[end]; k++)
                offer(job, all, end, v[k]);
        }
}

/* The quantile among a tail, whose last value is the furthest from the end. */
static double quantile_of(const struct band_job *job, size_t g, size_t end)
{
    double part;
    size_t n = job->count[g];
    size_t k = selection_place(n, job->q[end], &part);
    const double *tail = job->tails[0].value + job->start[2 * g + end];
    double below = end ? -tail[n - 1 - k] : tail[k];
    if (part == 0)
        return below;
    double above = end ? -tail[n - 2 - k] : tail[k + 1];
    return below + (above - below) * part;
}

static void take_shallow(struct band_job *job)
{
    for (size_t g = 0; g < job->rows->groups; g++)
        for (size_t end = 0; end < 2; end++)
            if (job->count[g] == 0)
                job->ret[end][g] = NAN;
            else if (job->depth[2 * g] > 0)
                job->ret[end][g] = quantile_of(job, g, end);
}

/* One group that is selected from. */
static enum status select_group(void *context, size_t g, size_t worker, struct error *err)
{
    (void)worker, (void)err;
    struct band_job *job = context;
    size_t n = job->count[g];
    double *v = job->deep + job->order_start[g];
    for (size_t end = 0; end < 2 && n > 0 && job->depth[2 * g] == 0; end++)
        job->ret[end][g] = selection_quantile(v, n, job->q[end]);
    return STATUS_OK;
}

/* Gathers the values of the groups that are selected from; false where there are none. */
static bool gather(struct band_job *job, struct arena *mem)
{
    const struct grouped_rows *rows = job->rows;
    size_t total = 0, *at = ARENA_ARRAY(mem, size_t, rows->groups);
    job->order_start = ARENA_ARRAY(mem, size_t, rows->groups);
    for (size_t g = 0; g < rows->groups; g++) {
        at[g] = job->order_start[g] = total;
        total += job->depth[2 * g] == 0 ? job->count[g] : 0;
    }
    job->deep = ARENA_ARRAY(mem, double, total);
    for (size_t i = 0; total > 0 && i < rows->n; i++) {
        size_t g = rows->group ? rows->group[i] : 0;
        if (job->depth[2 * g] == 0)
            job->deep[at[g]++] = rows->value[i] + 0.0;
    }
    return total > 0;
}

/* Runs of the rows: as many as threads, where the tails are small beside them. */
static size_t parts_of(const struct band_job *job, size_t threads)
{
    size_t room = job->room + 2 * job->rows->groups;
    size_t most = job->rows->n / (RUN + 4 * room) + 1;
    most = most < MOST_PARTS ? most : MOST_PARTS;
    return threads < most ? threads : most;
}

enum status grouped_quantiles(const struct grouped_rows *rows, const size_t *count,
                              double lower, double upper, size_t threads,
                              double *ret_lower, double *ret_upper, struct error *err)
{
    struct arena mem = {0};
    struct band_job job = {
        .rows = rows, .count = count, .q = {lower, upper}, .ret = {ret_lower, ret_upper}};
    threads = threads > 0 ? threads : 1;
    lay_out(&job, &mem);
    job.parts = parts_of(&job, threads);
    job.tails = ARENA_ARRAY(&mem, struct band_tails, job.parts);
    job.mem = ARENA_ARRAY(&mem, struct arena, job.parts);
    enum status status = thread_run(threads, job.parts, fill_part, &job, err);
    if (status == STATUS_OK) {
        merge(&job);
        take_shallow(&job);
    }
    if (status == STATUS_OK && gather(&job, &mem))
        status = thread_run(threads, rows->groups, select_group, &job, err);
    for (size_t part = 0; part < job.parts; part++)
        arena_release(&job.mem[part]);
    arena_release(&mem);
    return status;
}
