/* Settling duplicates pair by pair.
 *
 * Which row of a pair goes does not depend on its values, so the pairs can be listed from
 * the keys alone, and whoever reads the rows again knows without a note which one was kept
 * (clean/ordered.h); their values are fetched for many pairs at once (clean/gather.h), to
 * tell equal rows from such that contradict each other. */
#include "clean/duplicates.h"

#include <math.h>

#include "clean/gather.h"
#include "clean/ordered.h"

#define CELLS ((size_t)1 << 20) // of one side of the pairs that are held at a time

/* Pairs under way: kept rows of one key, in the order of the files, and the values on both
 * sides. */
struct duplicates_job {
    struct screen *s;
    screen_fault *report;
    void *context;
    size_t n, cap;
    size_t *first, *second; // [cap] row numbers
    uint64_t *rank;         // [cap]
    struct gather a, b;
    size_t n_dropped;
    struct dropped *dropped; // [n_dropped] to be listed behind the others
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

/* Where rows are read in another order again, it does not tell which of them go. */
static void note_gone(struct screen *s, size_t row)
{
    if (s->gone)
        s->gone[row >> 3] |= (uint8_t)(1 << (row & 7));
}

/* Rows that yield are listed before all those that are settled. */
static void drop(struct duplicates_job *job, const struct dropped *row)
{
    struct screen *s = job->s;
    note_gone(s, row->row);
    size_t listed = s->n_dropped;
    s->n_dropped = SCREEN_DROPPED;
    screen_drop(s, row);
    s->n_dropped = listed;
    if (job->n_dropped < SCREEN_DROPPED)
        job->dropped[job->n_dropped++] = *row;
}

/* Drops one row of pair k of those whose values have been fetched, the i-th in all. */
static enum status settle(struct duplicates_job *job, size_t k, size_t i,
                          struct error *err)
{
    const struct screen *s = job->s;
    enum duplicates policy = s->rules.duplicates;
    size_t j = difference(job, k);
    bool equal = j == s->p, base = job->b.file[k] == 0;
    bool fatal =
        policy == DUPLICATES_ERROR || (!equal && policy == DUPLICATES_EQUAL && base);
    bool revises = policy == DUPLICATES_LAST;
    drop(job,
         &(struct dropped){
             revises ? job->first[i] : job->second[i], screen_rank_key(job->rank[i]),
             screen_rank_group(job->rank[i]), equal ? REASON_DUPLICATE : REASON_CONFLICT,
             equal ? NULL : arrow_schema(s->file)->field[s->value + j].name});
    if (!fatal && (equal || base || revises))
        return STATUS_OK;
    struct error fault;
    describe(job, k, job->rank[i], j, fatal, &fault);
    enum status status = job->report(job->context, &fault, fatal);
    if (status != STATUS_OK)
        *err = fault;
    return status;
}

/* Settles the listed pairs, in fewer at a time where their texts are long. */
static enum status settle_pairs(struct duplicates_job *job, struct error *err)
{
    size_t m, n = job->n;
    for (size_t done = 0; done < n; done += m) {
        bool fits = false, both = false;
        for (m = 2 * (n - done); !fits || !both;) {
            m /= 2;
            TRY(gather_rows(&job->a, job->first + done, m, &fits, err));
            TRY(gather_rows(&job->b, job->second + done, m, &both, err));
        }
        for (size_t k = 0; k < m; k++)
            TRY(settle(job, k, done + k, err));
    }
    job->n = 0;
    return STATUS_OK;
}

static enum status prepare(struct duplicates_job *job, struct error *err)
{
    struct screen *s = job->s;
    size_t most = s->p > 0 ? CELLS / s->p : CELLS;
    most = most > ARROW_BATCH ? ARROW_BATCH : most < 16 ? 16 : most;
    job->cap = s->n < most ? s->n : most;
    job->first = ARENA_ARRAY(s->mem, size_t, job->cap);
    job->second = ARENA_ARRAY(s->mem, size_t, job->cap);
    job->rank = ARENA_ARRAY(s->mem, uint64_t, job->cap);
    job->dropped = ARENA_ARRAY(s->mem, struct dropped, SCREEN_DROPPED);
    TRY(gather_init(&job->a, s, job->cap, s->mem, err));
    return gather_init(&job->b, s, job->cap, s->mem, err);
}

static enum status add_pair(struct duplicates_job *job, uint64_t rank, size_t first,
                            size_t second, struct error *err)
{
    if (job->cap == 0)
        TRY(prepare(job, err));
    job->first[job->n] = first;
    job->second[job->n] = second;
    job->rank[job->n++] = rank;
    return job->n == job->cap ? settle_pairs(job, err) : STATUS_OK;
}

/* Which row of a run goes: each pair is one that stays so far, and the next. */
static enum status take_run(struct duplicates_job *job, const struct order_row *run,
                            size_t n, struct error *err)
{
    struct screen *s = job->s;
    bool known = ordered_known(run, n);
    const struct order_row *last = NULL;
    for (size_t i = 0; i < n; i++) {
        if (ordered_stays(&run[i], known)) {
            if (last)
                TRY(add_pair(job, run->rank, judge_row(last), judge_row(&run[i]), err));
            last = last && s->rules.duplicates != DUPLICATES_LAST ? last : &run[i];
        } else if (judge_reason(&run[i]) == REASON_KEPT) {
            note_gone(s, judge_row(&run[i]));
            screen_drop(s, &(struct dropped){
                               judge_row(&run[i]), screen_rank_key(run->rank),
                               screen_rank_group(run->rank), REASON_DUPLICATE, NULL});
        }
    }
    return STATUS_OK;
}

/* Notes a key whose rows hold, in one that is kept, all that features of others need. */
static void note_whole(struct screen *s, const struct order_row *run, size_t n)
{
    const struct order_row *kept = ordered_kept_of(s->ordered, run, n);
    int32_t key = screen_rank_key(run->rank);
    struct whole_run *last = s->n_whole > 0 ? &s->whole[s->n_whole - 1] : NULL;
    if (!kept || judge_open(kept) == OPEN_READ)
        return;
    if (s->tally) {
        struct group_tally *g = &s->tally[screen_rank_group(run->rank)];
        g->first = g->complete++ == 0 ? key : g->first;
        g->last = key;
        return;
    }
    if (last && key == timestep_add(s->keys.step, last->to, 1)) {
        last->to = key;
        return;
    }
    ARENA_ROOM(s->mem, s->whole, s->n_whole, s->cap_whole, 16);
    s->whole[s->n_whole++] = (struct whole_run){key, key};
}

enum status duplicates_settle(struct screen *s, struct ordered *rows,
                              screen_fault *report, void *context, struct error *err)
{
    struct duplicates_job job = {.s = s, .report = report, .context = context};
    const struct order_row *run;
    size_t n = 0;
    ordered_rewind(rows);
    do {
        TRY(ordered_run(rows, &run, &n, err));
        if (n > 1)
            TRY(take_run(&job, run, n, err));
        if (n > 0 && s->keys.step)
            note_whole(s, run, n);
    } while (n > 0);
    TRY(settle_pairs(&job, err));
    for (size_t i = 0; i < job.n_dropped && s->n_dropped < SCREEN_DROPPED; i++)
        s->dropped[s->n_dropped++] = job.dropped[i];
    return STATUS_OK;
}
