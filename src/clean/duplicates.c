/* Settling duplicates pair by pair.
 *
 * Which row of a pair goes does not depend on its values, so the pairs can be listed from
 * the keys alone; their values are then fetched for many pairs at once (clean/gather.h),
 * to tell equal rows from such that contradict each other. */
#include "clean/duplicates.h"

#include <math.h>

#include "clean/gather.h"
#include "clean/join.h"

#define CELLS ((size_t)1 << 20) // of one side of the pairs that are held at a time

/* Two kept rows of one key, in the order of the files. */
struct pair {
    size_t first, second;
};

/* The way through the rows by key. */
struct walk_pairs {
    const struct screen *s;
    bool later_stays;
    size_t i;    // next in order
    size_t last; // the row of the key that stays so far, SIZE_MAX at the beginning
};

static bool next_pair(struct walk_pairs *w, struct pair *ret)
{
    const struct screen *s = w->s;
    while (w->i < s->n) {
        size_t row = screen_row(s, w->i++), last = w->last;
        if (s->reason[row] != REASON_KEPT)
            continue;
        bool same = last != SIZE_MAX && screen_rank(s, last) == screen_rank(s, row);
        w->last = same && !w->later_stays ? last : row;
        if (!same)
            continue;
        *ret = (struct pair){last, row};
        return true;
    }
    return false;
}

/* Pairs under way: their rows, and the values on both sides. */
struct duplicates_job {
    struct screen *s;
    const struct screen_rules *rules;
    screen_fault *report;
    void *context;
    size_t cap;
    size_t *first, *second; // [cap] row numbers
    struct gather a, b;
};

/* The first value column in which the rows of pair k differ, or p.  An empty cell differs
 * from nothing where nothing reads it. */
static size_t difference(const struct duplicates_job *job, size_t k)
{
    size_t j = 0;
    for (; j < job->s->p; j++) {
        bool empty = isnan(job->a.x[j][k]) || isnan(job->b.x[j][k]);
        if (empty && !job->s->read[j] && !job->s->target[j])
            continue;
        if (!gather_same(&job->a, k, &job->b, k, j))
            break;
    }
    return j;
}

/* The number as text, a whole one with all its digits. */
static const char *number_of(const struct gather *g, size_t k, size_t j, char buffer[32])
{
    if (g->whole[j])
        snprintf(buffer, 32, "%lld", (long long)g->whole[j][k]);
    else
        snprintf(buffer, 32, "%.10g", g->x[j][k]);
    return buffer;
}

static void describe(const struct duplicates_job *job, size_t k, uint64_t rank, size_t j,
                     bool fatal, struct error *fault)
{
    const struct screen *s = job->s;
    const char *file = s->file_name[job->a.file[k]];
    size_t line = job->a.line[k];
    char when[SCREEN_LABEL], here[32], there[32];
    screen_label(s, rank, when);
    *fault = (struct error){.status = STATUS_OK};
    if (j == s->p)
        error_set(fault, STATUS_INPUT, "%s stands twice, first in line %zu of '%s'", when,
                  line, file);
    else if (isnan(job->a.x[j][k]) || isnan(job->b.x[j][k]) ||
             gather_text(&job->b, j, k).n > 0)
        error_set(fault, STATUS_INPUT,
                  "%s stands twice with other values, first in line %zu of '%s'", when,
                  line, file);
    else
        error_set(fault, STATUS_INPUT,
                  "%s stands twice with other values: %s here, %s in line %zu of '%s'",
                  when, number_of(&job->b, k, j, here), number_of(&job->a, k, j, there),
                  line, file);
    error_at(fault, s->file_name[job->b.file[k]], job->b.line[k], 0);
    if (j < s->p)
        error_field(fault, arrow_schema(s->file)->field[s->value + j].name);
    error_hint(fault, fatal
                          ? "remove one of them, or set clean.duplicates to first or last"
                          : "the row that was there first stays; clean.duplicates: last "
                            "lets later files revise it");
}

/* Drops one row of pair k, whose values have been fetched. */
static enum status settle(struct duplicates_job *job, size_t k, size_t first,
                          size_t second, struct error *err)
{
    struct screen *s = job->s;
    enum duplicates policy = job->rules->duplicates;
    size_t j = difference(job, k);
    bool equal = j == s->p, base = job->b.file[k] == 0;
    bool fatal =
        policy == DUPLICATES_ERROR || (!equal && policy == DUPLICATES_EQUAL && base);
    bool revises = policy == DUPLICATES_LAST;
    screen_drop(s, revises ? first : second, equal ? REASON_DUPLICATE : REASON_CONFLICT,
                equal ? NULL : arrow_schema(s->file)->field[s->value + j].name);
    if (!fatal && (equal || base || revises))
        return STATUS_OK;
    struct error fault;
    describe(job, k, screen_rank(s, second), j, fatal, &fault);
    enum status status = job->report(job->context, &fault, fatal);
    if (status != STATUS_OK)
        *err = fault;
    return status;
}

/* Settles n listed pairs, in fewer at a time where their texts are long. */
static enum status settle_pairs(struct duplicates_job *job, size_t n, struct error *err)
{
    size_t m;
    for (size_t done = 0; done < n; done += m) {
        bool fits = false, both = false;
        for (m = 2 * (n - done); !fits || !both;) {
            m /= 2;
            TRY(gather_rows(&job->a, job->first + done, m, &fits, err));
            TRY(gather_rows(&job->b, job->second + done, m, &both, err));
        }
        for (size_t k = 0; k < m; k++)
            TRY(settle(job, k, job->first[done + k], job->second[done + k], err));
    }
    return STATUS_OK;
}

static size_t count_pairs(struct walk_pairs w)
{
    struct pair pair;
    size_t n = 0;
    while (next_pair(&w, &pair))
        n++;
    return n;
}

static enum status prepare(struct duplicates_job *job, size_t pairs, struct error *err)
{
    struct arena *mem = job->s->mem;
    size_t most = job->s->p > 0 ? CELLS / job->s->p : CELLS;
    most = most > ARROW_BATCH ? ARROW_BATCH : most < 16 ? 16 : most;
    job->cap = pairs < most ? pairs : most;
    job->first = ARENA_ARRAY(mem, size_t, job->cap);
    job->second = ARENA_ARRAY(mem, size_t, job->cap);
    TRY(gather_init(&job->a, job->s, job->cap, mem, err));
    return gather_init(&job->b, job->s, job->cap, mem, err);
}

void duplicates_yield(struct screen *s)
{
    s->order = join_order(s->group, s->key ? s->key : s->id, s->n, s->mem);
    for (size_t from = 0, to; s->open && from < s->n; from = to) {
        uint64_t rank = screen_rank(s, screen_row(s, from));
        bool known = false;
        for (to = from; to < s->n && screen_rank(s, screen_row(s, to)) == rank; to++) {
            size_t row = screen_row(s, to);
            known = known || (s->reason[row] == REASON_KEPT && !s->open[row]);
        }
        for (size_t i = from; known && i < to; i++)
            if (s->open[screen_row(s, i)])
                screen_drop(s, screen_row(s, i), REASON_DUPLICATE, NULL);
    }
}

enum status duplicates_settle(struct screen *s, const struct screen_rules *rules,
                              screen_fault *report, void *context, struct error *err)
{
    struct duplicates_job job = {
        .s = s, .rules = rules, .report = report, .context = context};
    struct pair pair;
    size_t n = 0;
    struct walk_pairs w = {
        .s = s, .later_stays = rules->duplicates == DUPLICATES_LAST, .last = SIZE_MAX};
    size_t pairs = count_pairs(w);
    if (pairs == 0)
        return STATUS_OK;
    TRY(prepare(&job, pairs, err));
    while (next_pair(&w, &pair)) {
        job.first[n] = pair.first;
        job.second[n++] = pair.second;
        if (n == job.cap) {
            TRY(settle_pairs(&job, n, err));
            n = 0;
        }
    }
    return settle_pairs(&job, n, err);
}
