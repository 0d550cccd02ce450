/* Stages of many lanes under one lock. */
#include "track/dvc_runner.h"

#include <sys/wait.h>

#include "base/progress.h"
#include "track/dvc_readback.h"
#include "track/dvc_record.h"

#define RECORD_WAIT_S 60.0
#define FOLD_AFTER_S 1.0 // dvc.lock lags no more than this, or twenty times its writing
#define FOLD_SHARE 20.0

/* What was looked at while the lock was held without a break. */
struct dvc_look {
    struct arena mem;
    struct dvc_seen seen;
    size_t users; // the present, and lanes whose stage began in it
};

/* How far a lane is. */
struct lane_state {
    size_t next, end;
    bool runs;
    struct dvc_look *look; // in which the running stage began
    struct dvc_record before;
    struct dvc_run run;
};

struct runner_work {
    const struct dvc_runner *r;
    struct lane_state *lane; // [r->n_lanes]
    size_t first;            // lanes before it have ended
    size_t running;
    struct dvc_look *looks; // [r->jobs + 1]
    struct dvc_look *now;   // the present one
    double fold_s;          // when dvc.lock is written next
    enum status status;     // of the first that failed
    struct error *err;
};

static void leave_look(struct dvc_look *look)
{
    if (!look || --look->users > 0)
        return;
    arena_release(&look->mem);
    look->seen = (struct dvc_seen){0};
}

static void begin_look(struct runner_work *w)
{
    leave_look(w->now);
    w->now = w->looks;
    while (w->now->users > 0)
        w->now++;
    w->now->users = 1;
}

/* Takes DVC's lock for a stage; own: its entries, when it has run.  What was seen and read
 * before the lock was given away is void. */
static enum status take_lock(struct runner_work *w, const struct dvc_stage *stage,
                             const struct dvc_table_entry *own, struct error *err)
{
    struct dvc_repo *repo = w->r->repo;
    bool held = repo->lock_fd >= 0;
    double wait_s = repo->wait_s;
    // Work that is done waits for its record; others only look or pass by.
    if (own && wait_s < RECORD_WAIT_S)
        repo->wait_s = RECORD_WAIT_S;
    repo->entry = own;
    enum status status = dvc_lock_stages(repo, &stage, 1, true, err);
    if (status == STATUS_BUSY && held) { // it was given away; now it can be waited for
        held = false;
        status = dvc_lock_stages(repo, &stage, 1, true, err);
    }
    repo->entry = NULL;
    repo->wait_s = wait_s;
    if (status != STATUS_OK || held)
        return status;
    begin_look(w);
    return dvc_ledger_sync(w->r->ledger, err);
}

/* Where nothing is amiss but objects that the cache lacks, puts them back: the comparison
 * comes to the cache last, so that its first difference tells. */
static enum status heal_cache(struct runner_work *w, const struct dvc_stage *stage,
                              const struct dvc_record *record, struct dvc_differences *d,
                              struct error *err)
{
    struct dvc_recorded done;
    struct arena *mem = &w->now->mem;
    bool whole;
    if (d->n == 0 || strcmp(d->v[0].how, "not in cache") != 0)
        return STATUS_OK;
    TRY(dvc_outs_whole(w->r->repo, stage, record, &d->seen, mem, &whole, err));
    if (!whole)
        return STATUS_OK;
    d->n = 0;
    return dvc_record_stages(w->r->repo, w->r->ledger, &stage, 1, &d->seen, NULL, mem,
                             &done, err);
}

static enum status is_recorded(struct runner_work *w, const struct dvc_stage *stage,
                               bool *ret, struct error *err)
{
    const struct dvc_record *record;
    struct dvc_differences d = {.seen = w->now->seen};
    TRY(dvc_ledger_find(w->r->ledger, stage->name, &record, err));
    enum status status =
        dvc_compare(w->r->repo, stage, record, false, &w->now->mem, &d, err);
    if (status == STATUS_OK)
        status = heal_cache(w, stage, record, &d, err);
    w->now->seen = d.seen;
    *ret = d.n == 0;
    return status;
}

static enum status start(struct runner_work *w, struct lane_state *lane,
                         const struct dvc_stage *stage, struct error *err)
{
    struct dvc_look *look = w->now;
    TRY(dvc_inputs_now(w->r->repo, stage, &look->seen, &look->mem, &lane->before, err));
    TRY(dvc_record_reads_back(&lane->before, err)); // before the work, not behind it
    TRY(dvc_run_start(&lane->run, w->r->file, stage, &look->mem, err));
    lane->runs = true;
    lane->look = look;
    look->users++;
    w->running++;
    if (w->r->begins)
        w->r->begins(w->r->sink, lane->run.command.text);
    dvc_run_go(&lane->run);
    return STATUS_OK;
}

/* Goes on until a stage of the lane runs, or the lane ends. */
static enum status advance(struct runner_work *w, size_t i, struct error *err)
{
    struct lane_state *lane = &w->lane[i];
    while (lane->next < lane->end && !lane->runs) {
        const struct dvc_stage *stage = w->r->lane[i].stage[lane->next];
        bool recorded;
        TRY(take_lock(w, stage, NULL, err));
        TRY(is_recorded(w, stage, &recorded, err));
        if (!recorded)
            TRY(start(w, lane, stage, err));
        else
            lane->next++;
    }
    return STATUS_OK;
}

/* Records what the command left, unless somebody else changed an input or an output
 * meanwhile. */
static enum status record(struct runner_work *w, struct lane_state *lane,
                          struct error *err)
{
    const struct dvc_stage *stage = lane->run.stage;
    struct dvc_record after;
    struct dvc_recorded done;
    const char *changed = NULL;
    TRY(take_lock(w, stage, &lane->run.entry, err));
    struct dvc_look *now = w->now;
    TRY(dvc_inputs_now(w->r->repo, stage, &now->seen, &now->mem, &after, err));
    if (!dvc_same_inputs(&lane->before, &after, &changed)) {
        error_set(err, STATUS_BUSY, "%s changed while %s ran", QUOTE_PATH(changed),
                  QUOTE_N(stage->name, strcspn(stage->name, "@")));
        error_hint(err, "run make again");
        return STATUS_BUSY;
    }
    return dvc_record_stages(w->r->repo, w->r->ledger, &stage, 1, &now->seen, &lane->run,
                             &now->mem, &done, err);
}

static enum status finish(struct runner_work *w, struct lane_state *lane,
                          struct error *err)
{
    int ended = 0;
    enum status status = dvc_run_wait(&lane->run, &ended, err);
    if (status == STATUS_OK && (ended == STATUS_OK || ended == STATUS_REFUSED))
        status = record(w, lane, err);
    dvc_run_end(&lane->run);
    leave_look(lane->look);
    lane->runs = false;
    w->running--;
    lane->next++;
    return status == STATUS_OK ? (enum status)ended : status;
}

/* Ends the lane where its stage failed. */
static void close_lane(struct runner_work *w, struct lane_state *lane, enum status status,
                       struct error *fault)
{
    if (status == STATUS_OK)
        return;
    lane->end = lane->next;
    if (w->status == STATUS_OK) {
        w->status = status;
        *w->err = *fault;
    } else if (fault->message[0] && w->r->failed) {
        w->r->failed(w->r->sink, fault);
    }
}

/* Starts stages while there are jobs for them. */
static void fill(struct runner_work *w)
{
    for (size_t i = w->first; i < w->r->n_lanes && w->running < w->r->jobs; i++) {
        struct lane_state *lane = &w->lane[i];
        struct error fault = {0};
        if (w->status != STATUS_OK && !w->r->keep_going)
            return;
        close_lane(w, lane, advance(w, i, &fault), &fault);
        if (i == w->first && lane->next >= lane->end && !lane->runs)
            w->first++;
    }
}

/* The lane whose command ended first. */
static struct lane_state *wait_for_one(struct runner_work *w)
{
    for (;;) {
        siginfo_t end = {0};
        if (waitid(P_ALL, 0, &end, WEXITED | WNOWAIT) < 0)
            break;
        for (size_t i = w->first; i < w->r->n_lanes; i++)
            if (w->lane[i].runs && w->lane[i].run.command.pid == end.si_pid)
                return &w->lane[i];
        (void)waitpid(end.si_pid, NULL, 0); // a child that this process was born with
    }
    for (size_t i = w->first;; i++)
        if (w->lane[i].runs)
            return &w->lane[i];
}

/* Writes dvc.lock; the lock is held. */
static enum status fold(struct runner_work *w, struct error *err)
{
    double begun_s = progress_clock_s();
    enum status status = dvc_ledger_sync(w->r->ledger, err);
    if (status == STATUS_OK)
        status = dvc_ledger_fold(w->r->ledger, &w->r->file->names, err);
    if (status == STATUS_OK)
        status = dvc_ledger_sync(w->r->ledger, err);
    double now_s = progress_clock_s(), pause_s = FOLD_SHARE * (now_s - begun_s);
    w->fold_s = now_s + (pause_s > FOLD_AFTER_S ? pause_s : FOLD_AFTER_S);
    return status;
}

static enum status fold_last(struct runner_work *w, struct error *err)
{
    struct dvc_repo *repo = w->r->repo;
    if (!dvc_ledger_waits())
        return STATUS_OK;
    repo->wait_s = repo->wait_s < RECORD_WAIT_S ? RECORD_WAIT_S : repo->wait_s;
    TRY(dvc_repo_lock(repo, NULL, NULL, err));
    return fold(w, err);
}

enum status dvc_runner_run(const struct dvc_runner *r, struct error *err)
{
    struct runner_work w = {.r = r, .err = err};
    struct error fault = {0};
    w.lane = ARENA_ARRAY(r->mem, struct lane_state, r->n_lanes);
    w.looks = ARENA_ARRAY(r->mem, struct dvc_look, r->jobs + 1);
    w.fold_s = progress_clock_s() + FOLD_AFTER_S;
    for (size_t i = 0; i < r->n_lanes; i++)
        w.lane[i].end = r->lane[i].end;
    for (fill(&w); w.running > 0; fill(&w)) {
        dvc_repo_unlock(r->repo);
        struct lane_state *lane = wait_for_one(&w);
        fault = (struct error){0};
        close_lane(&w, lane, finish(&w, lane, &fault), &fault);
        bool due = r->repo->lock_fd >= 0 && progress_clock_s() >= w.fold_s;
        if (due && fold(&w, &fault) != STATUS_OK)
            w.fold_s += FOLD_AFTER_S; // the last one says why
    }
    enum status last = fold_last(&w, &fault);
    leave_look(w.now);
    if (w.status == STATUS_OK && last != STATUS_OK)
        *err = fault;
    return w.status == STATUS_OK ? last : w.status;
}
