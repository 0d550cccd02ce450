/* The order of records in dvc.lock, as it comes from putting one after the other.
 *
 * A record goes behind the last one of its own pipeline.  The first one of a pipeline goes
 * before the first record of a pipeline that comes later in dvc.yaml: since what was put
 * before it changes nothing of that, all places are found in the lock as it stands. */
#include "dvc/dvc_lockfile.h"

/* A new record, and its place among those that stand there. */
struct newcomer {
    const struct dvc_record *record;
    size_t place;
    bool follows; // records of its own pipeline
    size_t rank, pipeline, turn;
};

struct merger {
    struct dvc_lockfile *lock;
    struct arena mem;
    struct names pipelines; // of the order first, so that their numbers are its ranks
    size_t ranked;          // so many of them
    size_t *end;            // [pipelines.n] behind the last record of each; 0: none
    size_t *highest;        // [lock->n] rank up to and with each record
    struct newcomer *added; // [n_added]
    size_t n_added;
};

/* The pipeline in a stage's name. */
static const char *pipeline_of(const char *name)
{
    const char *at = strchr(name, '@');
    return at ? at + 1 : name;
}

/* Where a pipeline first stands in dvc.yaml, from 1; 0 for one that is not there. */
static size_t rank_of(const struct merger *m, size_t pipeline)
{
    return pipeline < m->ranked ? pipeline + 1 : 0;
}

static void look_at_lock(struct merger *m, const struct dvc_record *record, size_t n,
                         const struct texts *order)
{
    const struct dvc_lockfile *lock = m->lock;
    size_t highest = 0;
    m->pipelines.mem = &m->mem;
    for (size_t i = 0; i < order->n; i++)
        names_add(&m->pipelines, pipeline_of(order->v[i]));
    m->ranked = m->pipelines.n;
    for (size_t i = 0; i < n; i++)
        names_add(&m->pipelines, pipeline_of(record[i].name));
    m->end = ARENA_ARRAY(&m->mem, size_t, m->pipelines.n);
    m->highest = ARENA_ARRAY(&m->mem, size_t, lock->n);
    for (size_t i = 0; i < lock->n; i++) {
        size_t pipeline = names_find(&m->pipelines, pipeline_of(lock->record[i].name));
        if (pipeline != NAMES_NONE) {
            m->end[pipeline] = i + 1;
            size_t rank = rank_of(m, pipeline);
            highest = rank > highest ? rank : highest;
        }
        m->highest[i] = highest;
    }
}

/* The first record of a pipeline that comes behind the rank. */
static size_t first_behind(const struct merger *m, size_t rank)
{
    size_t low = 0, high = m->lock->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->highest[middle] > rank)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void add(struct merger *m, const struct dvc_record *record)
{
    struct newcomer *new = &m->added[m->n_added];
    size_t pipeline = names_find(&m->pipelines, pipeline_of(record->name));
    size_t rank = rank_of(m, pipeline), end = m->end[pipeline];
    *new = (struct newcomer){record, end, end > 0, rank, pipeline, m->n_added++};
    if (!new->follows)
        new->place = first_behind(m, rank);
}

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

/* By place; those that follow their own first; the others by their pipelines. */
static int compare_newcomers(const void *a, const void *b)
{
    const struct newcomer *x = a, *y = b;
    int order = compare_sizes(x->place, y->place);
    order = order ? order : y->follows - x->follows;
    order = order ? order : compare_sizes(x->rank, y->rank);
    order = order ? order : compare_sizes(x->pipeline, y->pipeline);
    return order ? order : compare_sizes(x->turn, y->turn);
}

/* Replaces what stands there and notes the rest. */
static void take(struct merger *m, const struct dvc_record *record, size_t n)
{
    struct dvc_lockfile *lock = m->lock;
    struct names names = dvc_lockfile_names(lock, &m->mem);
    m->added = ARENA_ARRAY(&m->mem, struct newcomer, n);
    for (size_t i = 0; i < n; i++) {
        size_t before = names.n, at = names_add(&names, record[i].name);
        if (at < lock->n)
            lock->record[at] = record[i];
        else if (at < before)
            m->added[at - lock->n].record = &record[i];
        else
            add(m, &record[i]);
    }
    if (m->n_added > 0)
        qsort(m->added, m->n_added, sizeof(*m->added), compare_newcomers);
}

void dvc_lockfile_merge(struct dvc_lockfile *lock, const struct dvc_record *record,
                        size_t n, const struct texts *order, struct arena *mem)
{
    struct merger m = {.lock = lock};
    look_at_lock(&m, record, n, order);
    take(&m, record, n);
    if (m.n_added > 0) {
        size_t count = lock->n + m.n_added, at = 0, next = 0;
        struct dvc_record *all = ARENA_ARRAY(mem, struct dvc_record, count);
        for (size_t i = 0; i <= lock->n; i++) {
            while (next < m.n_added && m.added[next].place == i)
                all[at++] = *m.added[next++].record;
            if (i < lock->n)
                all[at++] = lock->record[i];
        }
        lock->record = all;
        lock->n = count;
    }
    arena_release(&m.mem);
}

struct names dvc_lockfile_names(const struct dvc_lockfile *lock, struct arena *mem)
{
    struct names names = {.mem = mem};
    for (size_t i = 0; i < lock->n; i++)
        names_add(&names, lock->record[i].name);
    return names;
}
