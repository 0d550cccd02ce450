/* The loop over origins: what is known at each, who answers, and that nobody looks
 * ahead. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/rng.h"
#include "help/example.h"
#include "series/backtest.h"
#include "series/fitted.h"

enum { STEPS = 30 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(backtest, .fini = release);

static struct series example(size_t n)
{
    double *y = ARENA_ARRAY(&mem, double, n);
    for (size_t t = 0; t < n; t++)
        y[t] = t % 11 == 5 ? NAN : (double)((37 * t + t * t) % 97) / 8;
    return (struct series){
        .n = n, .season = 4, .y = y, .p = 1, .x = {example_column(&mem, n)}};
}

static double *run(const struct backtest_plan *plan, const struct series *s,
                   const struct forecaster *f)
{
    struct error err = {0};
    struct arena scratch = {0};
    size_t n = backtest_origins(plan, s->n) * plan->horizon;
    double *ret = ARENA_ARRAY(&mem, double, n);
    cr_assert_eq(backtest_run(plan, s, f, &scratch, ret, NULL, &err), STATUS_OK, "%s",
                 err.message);
    arena_release(&scratch);
    return ret;
}

static double *run_model(const struct backtest_plan *plan, const struct series *s,
                         const char *name)
{
    struct error err = {0};
    struct arena states = {0}, scratch = {0};
    struct fit_context context = example_context(&states, 1);
    struct series_choice choice = {.model = series_find(name),
                                   .params = series_find(name)->defaults};
    size_t n = backtest_origins(plan, s->n) * plan->horizon;
    double *ret = ARENA_ARRAY(&mem, double, n);
    cr_assert_eq(backtest_series(plan, s, &choice, &context, &scratch, ret, NULL, &err),
                 STATUS_OK, "%s", err.message);
    arena_release(&states);
    arena_release(&scratch);
    return ret;
}

static void expect_same(const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        cr_assert(a[i] == b[i] || (isnan(a[i]) && isnan(b[i])), "%zu: %.17g and %.17g", i,
                  a[i], b[i]);
}

/* A forecaster that writes down what it is asked. */
struct witness {
    char said[400];
};

PRINTF_LIKE(2, 3) static void note(struct witness *w, const char *format, ...)
{
    size_t n = strlen(w->said);
    va_list args;
    va_start(args, format);
    vsnprintf(w->said + n, sizeof w->said - n, format, args);
    va_end(args);
}

static enum status witness_fit(void *self, const struct series *known, size_t from,
                               struct error *err)
{
    (void)err;
    note(self, "fit %zu+%zu ", from, known->n);
    return STATUS_OK;
}

static enum status witness_extend(void *self, const struct series *known, size_t k,
                                  struct error *err)
{
    (void)err;
    note(self, "extend %zu/%zu ", k, known->n);
    return STATUS_OK;
}

static enum status witness_forecast(void *self, size_t n, double *ret,
                                    double *ret_spread UNUSED, struct error *err)
{
    (void)err;
    note(self, "ask %zu. ", n);
    for (size_t i = 0; i < n; i++)
        ret[i] = (double)i;
    return STATUS_OK;
}

static struct forecaster witness(struct witness *w, size_t least)
{
    return (struct forecaster){w, least, witness_fit, witness_extend, witness_forecast};
}

static const struct {
    struct backtest_plan plan;
    size_t steps, least;
    const char *said;
} plans[] = {
    {{.first = 2, .step = 1, .horizon = 1, .refit = 1},
     4,
     1,
     "fit 0+2 ask 1. fit 0+3 ask 1. fit 0+4 ask 1. "},
    {{.first = 2, .step = 2, .horizon = 3, .refit = 1},
     7,
     1,
     "fit 0+2 ask 3. fit 0+4 ask 3. fit 0+6 ask 3. "},
    {{.first = 2, .step = 1, .horizon = 2, .gap = 3, .refit = 1},
     3,
     1,
     "fit 0+2 ask 5. fit 0+3 ask 5. "},
    {{.first = 3, .step = 1, .horizon = 1, .refit = 2},
     6,
     1,
     "fit 0+3 ask 1. extend 1/4 ask 1. fit 0+5 ask 1. extend 1/6 ask 1. "},
    {{.first = 1, .step = 2, .horizon = 1, .refit = 3, .window = 3},
     9,
     1,
     "fit 0+1 ask 1. extend 2/3 ask 1. extend 2/5 ask 1. fit 4+3 ask 1. "
     "extend 2/9 ask 1. "},
    {{.first = 0, .step = 1, .horizon = 1, .refit = 9},
     4,
     3,
     "fit 0+3 ask 1. extend 1/4 ask 1. "},
    {{.first = 5, .step = 1, .horizon = 1, .refit = 1}, 4, 1, ""},
};

Test(backtest, the_plan_says_what_is_known_and_learnt_from_when)
{
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct witness w = {{0}};
        struct forecaster f = witness(&w, plans[i].least);
        struct series s = example(plans[i].steps);
        run(&plans[i].plan, &s, &f);
        cr_assert_str_eq(w.said, plans[i].said, "plan %zu", i);
    }
}

Test(backtest, a_gap_leaves_the_first_steps_out)
{
    struct witness w = {{0}};
    struct forecaster f = witness(&w, 2);
    struct series s = example(3);
    struct backtest_plan plan = {.step = 1, .horizon = 2, .gap = 3, .refit = 1};
    cr_assert_eq(backtest_origins(&plan, s.n), 4);
    expect_same(run(&plan, &s, &f), (double[]){NAN, NAN, NAN, NAN, 3, 4, 3, 4}, 8);
}

Test(backtest, a_model_answers_every_origin_as_if_fitted_there)
{
    static const size_t refit[] = {1, 3};
    struct series s = example(STEPS);
    for (size_t i = 0; i < series_count; i++)
        for (size_t k = 0; k < 2; k++) {
            const struct series_model *m = series_all[i];
            size_t first = m->least(m->defaults, s.season);
            first = first < 9 ? 9 : first;
            struct backtest_plan plan = {.first = first, .step = 2, .horizon = 3};
            struct fit_context context = example_context(&mem, 1);
            struct series_choice choice = {.model = m, .params = m->defaults};
            plan.refit = refit[k];
            plan.window = k ? first : 0;
            double *got = run_model(&plan, &s, m->name), want[3];
            for (size_t o = 0; o < backtest_origins(&plan, s.n); o += plan.refit) {
                size_t origin = first + 2 * o, from = k ? origin - first : 0;
                struct series known = s;
                struct series_fitted f;
                struct error err = {0};
                known = series_part(&s, from, origin - from);
                known.horizon = 3;
                cr_assert_eq(series_fit(&choice, &known, &context, &f, &err), STATUS_OK);
                cr_assert_eq(series_forecast(&f, 3, want, &err), STATUS_OK);
                expect_same(got + o * 3, want, 3);
            }
        }
}

Test(backtest, what_begins_with_nothing_known_is_answered_once_there_is)
{
    struct series s = {.n = 4, .season = 1, .y = (double[]){NAN, NAN, 5, 6}};
    for (size_t refit = 1; refit < 4; refit++) {
        struct backtest_plan plan = {.step = 1, .horizon = 1, .refit = refit};
        double *got = run_model(&plan, &s, "naive");
        expect_same(got, (double[]){NAN, NAN, NAN, 5, 6}, 5);
    }
}

/* The leak proof: of a forecaster's answers on a series, those from origins up to o stay as
 * they are, bit for bit, when the values from o on are drawn anew.  Returns how many do
 * not. */
typedef double *answer(const struct backtest_plan *plan, const struct series *s);

static size_t leaks(const struct backtest_plan *plan, const struct series *s, answer *of)
{
    struct rng rng;
    size_t n = 0;
    double *y = ARENA_ARRAY(&mem, double, s->n), *x = ARENA_ARRAY(&mem, double, s->n);
    struct series drawn = *s;
    const double *whole = of(plan, s);
    rng_seed(&rng, 42, "leak");
    drawn.y = y;
    drawn.x[0] = x;
    for (size_t o = plan->first; o < s->n; o += plan->step) {
        memcpy(y, s->y, s->n * sizeof *y);
        memcpy(x, s->x[0], s->n * sizeof *x);
        for (size_t t = o; t < s->n; t++) {
            y[t] = 1000 + 1000 * rng_real(&rng);
            x[t] = rng_real(&rng);
        }
        size_t answers = ((o - plan->first) / plan->step + 1) * plan->horizon;
        const double *now = of(plan, &drawn);
        for (size_t i = 0; i < answers; i++)
            n += memcmp(&whole[i], &now[i], sizeof *now) != 0;
    }
    return n;
}

static const struct backtest_plan leak_plans[] = {
    {.first = 1, .step = 1, .horizon = 1, .refit = 1},
    {.first = 6, .step = 2, .horizon = 4, .refit = 2},
    {.first = 9, .step = 1, .horizon = 2, .gap = 2, .refit = 1, .window = 9},
};

static const char *proved; // the model

static double *answer_of_model(const struct backtest_plan *plan, const struct series *s)
{
    return run_model(plan, s, proved);
}

Test(backtest, no_series_model_looks_ahead)
{
    struct series s = example(STEPS);
    for (size_t i = 0; i < series_count; i++)
        for (size_t p = 0; p < sizeof leak_plans / sizeof *leak_plans; p++) {
            proved = series_all[i]->name;
            cr_assert_eq(leaks(&leak_plans[p], &s, answer_of_model), 0, "%s", proved);
        }
}

/* A cheat forecasts what it finds behind the last value that is known: in the place that
 * it was handed, or in the series itself, which it has from elsewhere. */
struct cheat {
    const struct series *whole; // or NULL
    const double *next;
    size_t n;
};

static enum status cheat_fit(void *self, const struct series *known, size_t from,
                             struct error *err)
{
    (void)err;
    struct cheat *c = self;
    c->n = from + known->n;
    c->next = known->y + known->n;
    return STATUS_OK;
}

static enum status cheat_forecast(void *self, size_t n, double *ret,
                                  double *ret_spread UNUSED, struct error *err)
{
    (void)err;
    struct cheat *c = self;
    for (size_t i = 0; i < n; i++) {
        bool there = c->n + i < STEPS;
        ret[i] = !there ? NAN : c->whole ? c->whole->y[c->n + i] : c->next[i];
    }
    return STATUS_OK;
}

static double *answer_of_cheat(const struct backtest_plan *plan, const struct series *s)
{
    struct cheat c = {.whole = s};
    struct forecaster f = {&c, 1, cheat_fit, NULL, cheat_forecast};
    return run(plan, s, &f);
}

static double *answer_of_peeper(const struct backtest_plan *plan, const struct series *s)
{
    struct cheat c = {.whole = NULL};
    struct forecaster f = {&c, 1, cheat_fit, NULL, cheat_forecast};
    return run(plan, s, &f);
}

Test(backtest, who_has_the_series_from_elsewhere_is_caught)
{
    struct series s = example(STEPS);
    cr_assert_eq(leaks(&leak_plans[0], &s, answer_of_cheat), STEPS - 1);
}

Test(backtest, behind_what_is_known_there_is_nothing_to_read)
{
    struct series s = example(STEPS);
    cr_assert_eq(leaks(&leak_plans[0], &s, answer_of_peeper), 0);
    const double *got = answer_of_peeper(&leak_plans[0], &s);
    for (size_t i = 0; i < backtest_origins(&leak_plans[0], STEPS); i++)
        cr_assert(isnan(got[i]), "%zu", i);
}
