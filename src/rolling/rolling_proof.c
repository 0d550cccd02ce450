/* The leak proof of a recipe: fits are held again on a table that is another one behind
 * their origin, and the answers must have the same bits.
 *
 * Behind the origin stand then the features and targets of rows before it, which every step
 * takes, since it learns from them; only the rows that the fit's own origin asks for keep
 * their features.  So what a step reads behind its rows shows, and what it takes from the
 * other rows that it is asked for together with them. */
#include <math.h>
#include <string.h>

#include "base/stop.h"
#include "base/thread.h"
#include "rolling/rolling_internal.h"

struct proof_job {
    const struct recipe_job *fits;
    size_t n;
    size_t *fit;                     // [n] which are held again
    size_t *answers, *leaks, *first; // [n] compared, and differ; the least row of these
};

/* Chooses among the fits that could be learnt. */
static void choose(struct proof_job *job, struct arena *mem)
{
    const struct recipe_job *fits = job->fits;
    size_t all = rolling_fits(fits->rows->plan), n = 0;
    size_t *learnt = ARENA_ARRAY(mem, size_t, all);
    for (size_t i = 0; i < all; i++)
        if (fits->learnt[i])
            learnt[n++] = i;
    job->n = rolling_proofs(n);
    job->fit = ARENA_ARRAY(mem, size_t, job->n);
    for (size_t i = 0; i < job->n; i++)
        job->fit[i] = learnt[job->n > 1 ? i * (n - 1) / (job->n - 1) : 0];
}

/* For each row of the frame the one whose cells stand there. */
static size_t *replaced(const struct recipe_job *job, size_t turn, struct arena *mem)
{
    const struct rolling_rows *r = job->rows;
    const struct rolling_features *f = job->features;
    int32_t origin = rolling_origin(r->plan, r->pipeline, turn);
    size_t n = f->frame.n, known = rolling_behind(f, origin);
    size_t *from = ARENA_ARRAY(mem, size_t, n);
    for (size_t i = 0; i < n; i++) {
        bool later = i >= known && known > 0 && f->frame.key[f->order[i]] > origin;
        from[i] = later ? known - 1 - i % known : i;
    }
    return from;
}

/* The table in which the rows stand that `from` names. */
static struct rolling_features disturbed(const struct recipe_job *job, size_t turn,
                                         struct arena *mem)
{
    const struct rolling_rows *r = job->rows;
    struct rolling_features f = *job->features;
    struct matrix *y = &f.frame.target.y;
    size_t *from = replaced(job, turn, mem);
    *y = matrix_rows(mem, y, from, f.frame.n);
    for (size_t k = job->first[turn]; k < job->first[turn + 1]; k++) {
        size_t place = f.place[r->point[job->row[k]]];
        from[place] = place;
    }
    f.frame.x = matrix_rows(mem, &f.frame.x, from, f.frame.n);
    return f;
}

/* The rows with answers of their own; NaN stays where the fit has none. */
static struct rolling_rows apart(const struct rolling_rows *rows, struct arena *mem)
{
    struct rolling_rows r = *rows;
    const struct prediction *p = &rows->answer;
    r.answer = prediction_new(mem, p->answer, r.n, p->p, &r.value);
    for (size_t c = 0; c < p->p; c++)
        for (size_t i = 0; i < r.n; i++)
            r.value[c][i] = NAN;
    return r;
}

static bool same(const struct rolling_rows *a, const struct rolling_rows *b, size_t row)
{
    size_t c = 0;
    while (c < a->answer.p &&
           memcmp(&a->value[c][row], &b->value[c][row], sizeof(double)) == 0)
        c++;
    return c == a->answer.p;
}

static void compare(struct proof_job *job, size_t i, size_t turn,
                    const struct rolling_rows *again)
{
    const struct recipe_job *fits = job->fits;
    for (size_t k = fits->first[turn]; k < fits->first[turn + 1]; k++) {
        size_t row = fits->row[k];
        job->answers[i] += rolling_rows_answered(fits->rows, row) ? 1 : 0;
        if (same(fits->rows, again, row))
            continue;
        job->first[i] = job->leaks[i] > 0 && job->first[i] < row ? job->first[i] : row;
        job->leaks[i]++;
    }
}

static enum status prove(void *context, size_t i, size_t worker, struct error *err)
{
    struct proof_job *job = context;
    struct recipe_job fits = *job->fits;
    struct arena *mem = &fits.of_worker[worker];
    struct arena_mark mark = arena_mark(mem);
    size_t fit = job->fit[i], turn = fit * fits.rows->plan->refit;
    struct rolling_features features = disturbed(&fits, turn, mem);
    struct rolling_rows rows = apart(fits.rows, mem);
    struct error fault = {0};
    fits.features = &features;
    fits.rows = &rows;
    fits.learnt = ARENA_ARRAY(mem, bool, fit + 1);
    enum status status = rolling_fit(&fits, fit, worker, &fault);
    compare(job, i, turn, &rows);
    arena_rewind(mem, mark);
    if (status == STATUS_OK || status == STATUS_INPUT)
        return stop_check(err);
    *err = fault;
    return status;
}

enum status rolling_prove(const struct recipe_job *fits, size_t threads,
                          struct arena *mem, struct error *err)
{
    struct rolling_rows *r = fits->rows;
    struct proof_job job = {.fits = fits};
    choose(&job, mem);
    job.answers = ARENA_ARRAY(mem, size_t, job.n);
    job.leaks = ARENA_ARRAY(mem, size_t, job.n);
    job.first = ARENA_ARRAY(mem, size_t, job.n);
    TRY(thread_run(threads < job.n ? threads : job.n, job.n, prove, &job, err));
    r->proofs = job.n;
    for (size_t i = 0; i < job.n; i++) {
        if (job.leaks[i] > 0 && (r->leaks == 0 || job.first[i] < r->leak))
            r->leak = job.first[i];
        r->leaks += job.leaks[i];
        r->proved += job.answers[i];
    }
    return STATUS_OK;
}
