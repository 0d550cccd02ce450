/* Runs the model on what it predicts, under the thread's own clock: other work on the
 * machine does not count, and the least of several runs leaves out what the first one
 * fetches from memory. */
#include "gate/gate_time.h"

#include <math.h>
#include <time.h>

#include "gate/gate_internal.h"
#include "learn/model.h"

enum { LEAST_RUNS = 5, MOST_RUNS = 50 };
static const double enough_s = 0.05; // of all runs together

static double processor_s(void)
{
    struct timespec t = {0};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* One run: rows that were predicted, and how long that took. */
struct timed_run {
    size_t rows;
    double s;
};

static enum status predict_frame(const struct gate_timed *of, const struct model *m,
                                 const struct frame *f, struct arena *mem,
                                 struct timed_run *ret, struct error *err)
{
    struct matrix x;
    struct prediction p;
    double before = processor_s();
    TRY(frame_arrange(f, &m->features, &m->texts, of->features, mem, &x, err));
    TRY(steps_predict(m->step, m->n_steps, &x, &m->learnt, mem, &p, err));
    *ret = (struct timed_run){f->n, processor_s() - before};
    return STATUS_OK;
}

static enum status predict_rows(const struct gate_timed *of, const struct pipeline *p,
                                const struct model *m, struct arena *mem,
                                struct timed_run *ret, struct error *err)
{
    struct frame_reader r;
    struct frame f;
    TRY(frame_open(&r, of->features, p, mem, err));
    frame_know(&r, &m->learnt);
    enum status status = frame_next(&r, mem, &f, err);
    if (status == STATUS_OK)
        status = predict_frame(of, m, &f, mem, ret, err);
    frame_close(&r);
    return status;
}

/* The state goes on with it: each run begins from the file's. */
static enum status predict_steps(const struct gate_timed *of, struct model *m,
                                 struct arena *mem, struct timed_run *ret,
                                 struct error *err)
{
    struct histories some = *of->histories;
    struct series_coming coming = {.n = m->series.horizon};
    double *value = ARENA_ARRAY(mem, double, coming.n);
    double *spread = ARENA_ARRAY(mem, double, coming.n);
    size_t from;
    double before = processor_s();
    if (m->series.groups == 0) {
        TRY(model_series_coming(&m->series, &some.of[0], mem, &from, value, spread, err));
    } else {
        some.n = some.n < GATE_TIMED_SERIES ? some.n : GATE_TIMED_SERIES;
        m->series.steps = 0; // what it knows of the others
        TRY(model_series_coming_groups(&m->series, &some, 1, NULL, mem, &coming, err));
    }
    *ret = (struct timed_run){coming.n, processor_s() - before};
    return STATUS_OK;
}

static enum status run_once(const struct gate_timed *of, const struct pipeline *p,
                            struct arena *mem, struct timed_run *ret, struct error *err)
{
    struct model m;
    TRY(model_read(of->model, mem, &m, err));
    enum status status = m.series.fitted.choice.model
                             ? predict_steps(of, &m, mem, ret, err)
                             : predict_rows(of, p, &m, mem, ret, err);
    model_release(&m);
    return status;
}

/* The least that a row took, in seconds. */
static enum status measure(const struct gate_timed *of, const struct pipeline *p,
                           double *ret_s, struct error *err)
{
    double least = INFINITY, all = 0;
    for (size_t i = 0; i < MOST_RUNS && (i < LEAST_RUNS || all < enough_s); i++) {
        struct arena scratch = {0};
        struct timed_run run = {0};
        enum status status = run_once(of, p, &scratch, &run, err);
        arena_release(&scratch);
        TRY(status);
        if (run.rows > 0)
            least = fmin(least, run.s / (double)run.rows);
        all += run.s;
    }
    *ret_s = isfinite(least) ? least : NAN;
    return STATUS_OK;
}

enum status gate_time(struct gate_case *c, const struct gate_timed *of, struct error *err)
{
    struct gate_bounds bounds = {-INFINITY, c->config->prediction_time.max};
    struct text says = {.mem = c->mem};
    double found;
    if (bounds.max == 0)
        return STATUS_OK;
    TRY(measure(of, c->pipeline, &found, err));
    if (isnan(found))
        text_puts(&says, "there is no row to predict");
    else
        text_addf(&says, "to predict a row takes %s of %g s of a processor",
                  found <= bounds.max ? "no more than the limit"
                                      : "longer than the limit",
                  bounds.max);
    gate_find(c, "prediction_time", "", &bounds, found, says.p);
    struct verdict_json_rule *rule = &c->verdict->rule[c->verdict->n_rules - 1];
    rule->found = rule->by = NAN;
    watch_note(of->watch, "predicting a row took %.3g s of a processor", found);
    return STATUS_OK;
}
