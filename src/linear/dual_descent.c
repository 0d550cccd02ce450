/* Yu, Huang & Lin 2011 (Machine Learning 85), with all targets' weights of a column side by
 * side, so that a sparse value costs one access to memory for four targets.
 *
 * A row's new u is the one that its own equation asks for: its margin m becomes t with
 *
 *     t + a C sigma(t) = m - a u + a C is,    a = |x_i|^2 + 1
 *
 * which Newton's method solves: the left side rises, and bends at 0 alone, so that steps
 * which stop at 0 on their way across it never run away. */
#include "linear/dual_descent.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "base/stop.h"
#include "base/thread.h"
#include "base/transcend.h"
#include "base/vector.h"

enum {
    L = DUAL_LANES,
    ROOTS = 20, // steps to a root
    RUN = 64,   // rows side by side in memory
    EARLY = 2,  // passes over runs
};

struct dual_job {
    const struct dual_problem *problem;
    const double *square; // [n] |x_i|^2 + 1
    size_t first, lanes;  // targets
    double *w;            // [p + 1][L]
    double *u;            // [n][L]
    double worst[L];      // of this pass
    bool done[L];
    size_t n_iter[L];
    struct arena mem;
};

/* A weight of each lane. */
struct dual_lanes {
    vector_pair a, b;
};

static struct dual_lanes lanes_load(const double *x)
{
    return (struct dual_lanes){vector_pair_load(x), vector_pair_load(x + 2)};
}

static void lanes_store(double *x, struct dual_lanes v)
{
    vector_pair_store(x, v.a);
    vector_pair_store(x + 2, v.b);
}

/* x + v y. */
static struct dual_lanes lanes_add(struct dual_lanes x, double v, struct dual_lanes y)
{
    return (struct dual_lanes){x.a + v * y.a, x.b + v * y.b};
}

/* The values of row i in the sparse block. */
static size_t sparse_from(const struct linear_rows *x, size_t i)
{
    return x->sparse ? x->sparse->start[i] : 0;
}

static size_t sparse_to(const struct linear_rows *x, size_t i)
{
    return x->sparse ? x->sparse->start[i + 1] : 0;
}

/* Margins of row i for all lanes. */
static void margins(const struct linear_rows *x, const double *w, size_t i, double *ret)
{
    const double *block = w + x->dense * L;
    struct dual_lanes m = lanes_load(w + x->p * L);
    for (size_t c = 0; c < x->dense; c++)
        m = lanes_add(m, x->col[c][i], lanes_load(w + c * L));
    for (size_t at = sparse_from(x, i), to = sparse_to(x, i); at < to; at++)
        m = lanes_add(m, x->sparse->value[at],
                      lanes_load(block + (size_t)x->sparse->col[at] * L));
    lanes_store(ret, m);
}

/* w += by x_i. */
static void add_row(const struct linear_rows *x, double *w, size_t i, const double *by)
{
    double *block = w + x->dense * L;
    struct dual_lanes d = lanes_load(by);
    lanes_store(w + x->p * L, lanes_add(lanes_load(w + x->p * L), 1, d));
    for (size_t c = 0; c < x->dense; c++)
        lanes_store(w + c * L, lanes_add(lanes_load(w + c * L), x->col[c][i], d));
    for (size_t at = sparse_from(x, i), to = sparse_to(x, i); at < to; at++) {
        double *of = block + (size_t)x->sparse->col[at] * L;
        lanes_store(of, lanes_add(lanes_load(of), x->sparse->value[at], d));
    }
}

/* Finds t with t + b sigma(t) = c, as near as said, from t = m on: sigma there, and at
 * m. */
static void solve(const double *b, const double *c, const double *m, double near,
                  double *ret_p, double *ret_first)
{
    double t[L], p[L], far;
    memcpy(t, m, sizeof t);
    memcpy(p, m, sizeof p);
    transcend_logistics(p, L);
    memcpy(ret_first, p, sizeof p);
    for (int i = 0; i < ROOTS; i++) {
        far = 0;
        for (size_t q = 0; q < L; q++) {
            double off = t[q] + b[q] * p[q] - c[q];
            double next = t[q] - off / (1 + b[q] * p[q] * (1 - p[q]));
            far = fmax(far, fabs(off));
            if (fabs(off) > near) // a lane ends where it would alone
                t[q] = next * t[q] < 0 ? 0 : next;
        }
        if (far <= near)
            break;
        memcpy(p, t, sizeof p);
        transcend_logistics(p, L);
    }
    memcpy(ret_p, p, sizeof p);
}

static void visit(struct dual_job *j, size_t i)
{
    const struct dual_problem *of = j->problem;
    double m[L], p[L], first[L], b[L] = {0}, c[L] = {0}, by[L] = {0};
    double *u = j->u + i * L, a = j->square[i];
    margins(&of->x, j->w, i, m);
    for (size_t q = 0; q < j->lanes; q++) {
        const struct dual_target *target = &of->target[j->first + q];
        b[q] = a * target->c[i];
        c[q] = m[q] - a * u[q] + (target->class[i] ? b[q] : 0);
    }
    solve(b, c, m, of->tol / 10, p, first);
    for (size_t q = 0; q < j->lanes; q++) {
        const struct dual_target *target = &of->target[j->first + q];
        double ci = target->c[i], is = target->class[i];
        j->worst[q] = fmax(j->worst[q], fabs(u[q] / ci - (is - first[q])));
        if (j->done[q])
            continue;
        by[q] = ci * (is - p[q]) - u[q];
        u[q] += by[q];
    }
    add_row(&of->x, j->w, i, by);
}

/* Runs of neighbouring rows in any order, and in any order within: nothing is waited for.
 * Rows that always come together hold each other back, so that this is for the first
 * passes, which bring most, and not for the last ones (docs/decisions.md). */
static void shuffle_runs(struct rng *r, size_t *order, size_t n, struct arena *mem)
{
    struct arena_mark before = arena_mark(mem);
    size_t runs = (n + RUN - 1) / RUN, used = 0;
    size_t *run = ARENA_ARRAY(mem, size_t, runs);
    for (size_t i = 0; i < runs; i++)
        run[i] = i;
    rng_shuffle(r, runs, run);
    for (size_t i = 0; i < runs; i++) {
        size_t from = run[i] * RUN, rows = n - from < RUN ? n - from : RUN;
        for (size_t k = 0; k < rows; k++)
            order[used + k] = from + k;
        rng_shuffle(r, rows, order + used);
        used += rows;
    }
    arena_rewind(mem, before);
}

/* Asks for what rows in any order will need, in three steps: where row `far` is, the values
 * of row `mid`, the weights of row `near`. */
static void expect_rows(const struct dual_job *j, size_t far, size_t mid, size_t near)
{
    const struct linear_rows *x = &j->problem->x;
    const double *block = j->w + x->dense * L;
    __builtin_prefetch(j->u + far * L);
    __builtin_prefetch(j->square + far);
    if (!x->sparse)
        return;
    __builtin_prefetch(x->sparse->start + far);
    for (size_t at = sparse_from(x, mid), to = sparse_to(x, mid); at < to; at += 8) {
        __builtin_prefetch(x->sparse->value + at);
        __builtin_prefetch(x->sparse->col + at);
    }
    for (size_t at = sparse_from(x, near), to = sparse_to(x, near); at < to; at++)
        __builtin_prefetch(block + (size_t)x->sparse->col[at] * L, 1);
}

/* One pass, in an order of far rows or not; returns whether all lanes are done. */
static bool pass(struct dual_job *j, const size_t *order, bool far)
{
    size_t n = j->problem->x.n;
    bool all = true;
    memset(j->worst, 0, sizeof j->worst);
    for (size_t i = 0; i < n; i++) {
        if (far)
            expect_rows(j, order[(i + 8) % n], order[(i + 4) % n], order[(i + 1) % n]);
        visit(j, order[i]);
    }
    for (size_t q = 0; q < j->lanes; q++) {
        j->n_iter[q] += !j->done[q];
        j->done[q] |= j->worst[q] <= j->problem->tol;
        all &= j->done[q];
    }
    return all;
}

static enum status run_job(void *context, size_t at, size_t worker, struct error *err)
{
    (void)worker;
    struct dual_job *j = (struct dual_job *)context + at;
    size_t n = j->problem->x.n;
    size_t *order = ARENA_ARRAY(&j->mem, size_t, n);
    struct rng r;
    rng_seed(&r, j->problem->seed, "dual_descent");
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    j->w = ARENA_ARRAY(&j->mem, double, (j->problem->x.p + 1) * L);
    j->u = ARENA_ARRAY(&j->mem, double, n *L);
    for (size_t i = 0; i < j->problem->max_iter; i++) {
        if (i < EARLY)
            shuffle_runs(&r, order, n, &j->mem);
        else
            rng_shuffle(&r, n, order);
        if (pass(j, order, i >= EARLY))
            break;
        TRY(stop_check(err));
    }
    return STATUS_OK;
}

static const double *squares(const struct linear_rows *x, struct arena *mem)
{
    double *ret = ARENA_ARRAY(mem, double, x->n);
    for (size_t i = 0; i < x->n; i++) {
        ret[i] = 1;
        for (size_t c = 0; c < x->dense; c++)
            ret[i] += x->col[c][i] * x->col[c][i];
        for (size_t at = x->sparse ? x->sparse->start[i] : 0;
             x->sparse && at < x->sparse->start[i + 1]; at++)
            ret[i] += x->sparse->value[at] * x->sparse->value[at];
    }
    return ret;
}

static void collect(const struct dual_job *j, struct dual_fit *ret)
{
    size_t n = j->problem->n;
    for (size_t c = 0; c <= j->problem->x.p; c++)
        for (size_t q = 0; q < j->lanes; q++)
            ret->w[c * n + j->first + q] = j->w[c * L + q];
    for (size_t q = 0; q < j->lanes; q++) {
        ret->n_iter[j->first + q] = j->n_iter[q];
        ret->converged[j->first + q] = j->done[q];
    }
}

enum status dual_minimise(const struct dual_problem *problem, size_t threads,
                          struct arena *mem, struct dual_fit *ret, struct error *err)
{
    struct arena scratch = {0};
    size_t n = problem->n, jobs = (n + L - 1) / L;
    struct dual_job *job = ARENA_ARRAY(&scratch, struct dual_job, jobs);
    const double *square = squares(&problem->x, &scratch);
    for (size_t i = 0; i < jobs; i++) {
        job[i].problem = problem;
        job[i].square = square;
        job[i].first = i * L;
        job[i].lanes = n - i * L < L ? n - i * L : L;
    }
    enum status status = thread_run(threads, jobs, run_job, job, err);
    if (status == STATUS_OK) {
        *ret = (struct dual_fit){ARENA_ARRAY(mem, double, (problem->x.p + 1) * n),
                                 ARENA_ARRAY(mem, size_t, n), ARENA_ARRAY(mem, bool, n)};
        for (size_t i = 0; i < jobs; i++)
            collect(&job[i], ret);
    }
    for (size_t i = 0; i < jobs; i++)
        arena_release(&job[i].mem);
    arena_release(&scratch);
    return status;
}
