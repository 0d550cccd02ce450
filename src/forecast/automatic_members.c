/* Each member for all cases in one call, since those of a kind share lanes. */
#include <math.h>
#include <string.h>

#include "forecast/automatic_internal.h"
#include "forecast/stl.h"

enum { FORMS = 3, HOURS = 24, SMOOTH = 35, QUICK = 11 };

static struct stl_plan plan_of(size_t season, size_t seasonal, bool robust)
{
    return (struct stl_plan){.season = season,
                             .seasonal = seasonal,
                             .trend_degree = 1,
                             .low_pass_degree = 1,
                             .inner = robust || season == HOURS ? 2 : 5,
                             .outer = robust ? 5 : 0};
}

/* The season by a plan of case after case, none of which is longer than the first, where
 * there is room for it. */
static void decompose(const struct automatic_case *c, size_t n,
                      const struct stl_plan *plan, struct arena *scratch,
                      double *const *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    struct stl *stl = stl_new(plan, c[0].n, scratch);
    double *trend = ARENA_ARRAY(scratch, double, c[0].n);
    for (size_t i = 0; i < n; i++) {
        if (!ret[i])
            continue;
        stl_resize(stl, c[i].n, scratch);
        stl_run(stl, c[i].z, ret[i], trend);
    }
    arena_rewind(scratch, mark);
}

void automatic_prepare(struct automatic_case *c, size_t n, size_t season,
                       struct arena *mem)
{
    const struct stl_plan plans[] = {plan_of(season, QUICK, false),
                                     plan_of(season, SMOOTH, false),
                                     plan_of(season, QUICK, true)};
    double **to = ARENA_ARRAY(mem, double *, 3 * n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < (c[i].twin ? 2 : 3); k++)
            to[k * n + i] = ARENA_ARRAY(mem, double, c[i].n);
        c[i].quick = to[i];
        c[i].smooth = to[n + i];
        c[i].robust = to[2 * n + i];
    }
    for (size_t k = 0; k < 3; k++)
        decompose(c, n, &plans[k], mem, to + k * n);
}

static const double *without(const struct automatic_case *c, const double *s,
                             struct arena *mem)
{
    double *a = ARENA_ARRAY(mem, double, c->n);
    for (size_t t = 0; t < c->n; t++)
        a[t] = c->z[t] - s[t];
    return a;
}

/* The last season's value for the step h behind the end. */
static double last_season(const double *s, size_t n, size_t season, size_t h)
{
    return s[n - season + h % season];
}

/* ETS of three forms of series a[n], with a season also that of the cases as they are: all
 * in one search, so that its lanes are full.  The longest come first. */
static void fit_smoothing(const struct automatic_case *c, const double *const *a,
                          size_t n, size_t season, struct arena *scratch,
                          struct automatic_fit *ret)
{
    size_t forms = season > 1 ? FORMS + 1 : FORMS, k = 0;
    struct smoothing_input *in = ARENA_ARRAY(scratch, struct smoothing_input, forms * n);
    struct smoothing_fit *fit = ARENA_ARRAY(scratch, struct smoothing_fit, forms * n);
    for (size_t i = 0; season > 1 && i < n; i++)
        in[k++] = (struct smoothing_input){SMOOTHING_AADA, c[i].n, c[i].z, c[i].quick};
    for (size_t f = FORMS; f-- > 0;)
        for (size_t i = 0; i < n; i++)
            in[k++] =
                (struct smoothing_input){(enum smoothing_form)f, c[i].n, a[i], NULL};
    smoothing_fit(in, forms * n, season > 1 ? season : 0, scratch, fit);
    const struct smoothing_fit *plain = fit + (forms - FORMS) * n;
    for (size_t i = 0; i < n; i++) {
        const struct smoothing_fit each[FORMS] = {plain[2 * n + i], plain[n + i],
                                                  plain[i]};
        ret[i].ets = *smoothing_best(each, FORMS);
        ret[i].damped = plain[i];
        if (season > 1)
            ret[i].whole = fit[i];
    }
}

static void fit_theta(const struct automatic_case *c, const double *const *b, size_t n,
                      struct arena *scratch, struct automatic_fit *ret)
{
    struct theta_fit *theta = ARENA_ARRAY(scratch, struct theta_fit, n);
    size_t *steps = ARENA_ARRAY(scratch, size_t, n);
    for (size_t i = 0; i < n; i++)
        steps[i] = c[i].n;
    theta_fit(b, steps, n, scratch, theta);
    for (size_t i = 0; i < n; i++)
        ret[i].theta = theta[i];
}

/* SARIMA of the cases that are long enough. */
static void fit_sarima(const struct automatic_case *c, size_t n, size_t season,
                       struct arena *scratch, struct automatic_fit *ret)
{
    const double **z = ARENA_ARRAY(scratch, const double *, n);
    size_t *steps = ARENA_ARRAY(scratch, size_t, n),
           *of = ARENA_ARRAY(scratch, size_t, n);
    struct sarima_fit *fit = ARENA_ARRAY(scratch, struct sarima_fit, n);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        if (c[i].n < sarima_least(season))
            continue;
        of[k] = i;
        z[k] = c[i].z;
        steps[k++] = c[i].n;
    }
    sarima_fit(z, steps, k, season, scratch, fit);
    for (size_t j = 0; j < k; j++) {
        ret[of[j]].sarima = fit[j];
        ret[of[j]].has_sarima = true;
    }
}

/* The differences of a[n]: n - 1 of them. */
static const double *differences(const double *a, size_t n, struct arena *mem)
{
    double *d = ARENA_ARRAY(mem, double, n);
    for (size_t t = 1; t < n; t++)
        d[t - 1] = a[t] - a[t - 1];
    return d;
}

static void fit_ar(const struct automatic_case *c, struct arena *scratch,
                   struct autoregression *ret)
{
    const double *calm = without(c, c->robust, scratch);
    autoregression_choose(differences(calm, c->n, scratch), c->n - 1, AUTOMATIC_ORDER,
                          ret);
}

static void fit_seasonal(const struct automatic_case *c, size_t n, size_t season,
                         struct arena *scratch, struct automatic_fit *ret)
{
    const double **a = ARENA_ARRAY(scratch, const double *, n);
    const double **b = ARENA_ARRAY(scratch, const double *, n);
    for (size_t i = 0; i < n; i++) {
        a[i] = without(&c[i], c[i].quick, scratch);
        b[i] = without(&c[i], c[i].smooth, scratch);
        if (c[i].robust)
            fit_ar(&c[i], scratch, &ret[i].ar);
    }
    fit_smoothing(c, a, n, season, scratch, ret);
    fit_theta(c, b, n, scratch, ret);
    fit_sarima(c, n, season, scratch, ret);
}

void automatic_fit_cases(const struct automatic_case *c, size_t n, size_t season,
                         struct arena *scratch, struct automatic_fit *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    memset(ret, 0, n * sizeof *ret);
    if (season > 1) {
        fit_seasonal(c, n, season, scratch, ret);
    } else {
        const double **z = ARENA_ARRAY(scratch, const double *, n);
        for (size_t i = 0; i < n; i++)
            z[i] = c[i].z;
        fit_smoothing(c, z, n, 0, scratch, ret);
        fit_theta(c, z, n, scratch, ret);
    }
    arena_rewind(scratch, mark);
}

static void add_season(const struct automatic_case *c, const double *s, size_t season,
                       size_t horizon, double *f)
{
    for (size_t h = 0; h < horizon; h++)
        f[h] += last_season(s, c->n, season, h);
}

static void forecast_ar(const struct automatic_fit *fit, const double *a, size_t n,
                        size_t horizon, struct arena *scratch, double *f)
{
    double *d = ARENA_ARRAY(scratch, double, n - 1 + horizon), last = a[n - 1];
    memcpy(d, differences(a, n, scratch), (n - 1) * sizeof *d);
    for (size_t h = 0; h < horizon; h++) {
        d[n - 1 + h] = autoregression_next(&fit->ar, d + n - 1 + h);
        f[h] = last += d[n - 1 + h];
    }
}

static void forecast_plain(const struct automatic_fit *fit,
                           const struct automatic_case *c, size_t horizon,
                           struct arena *scratch, double *ret)
{
    const struct smoothing_input in = {fit->ets.form, c->n, c->z, NULL};
    smoothing_forecast(&fit->ets, &in, 0, horizon, scratch, ret + ETS * horizon);
    smoothing_forecast(&fit->damped, &in, 0, horizon, scratch, ret + DAMPED * horizon);
    theta_forecast(&fit->theta, c->z, c->n, horizon, ret + THETA * horizon);
    for (size_t h = 0; h < horizon; h++)
        ret[WALK * horizon + h] =
            c->z[c->n - 1] + ((double)h + 1) * automatic_drift(c->z, c->n);
}

static void forecast_seasonal(const struct automatic_fit *fit,
                              const struct automatic_case *c, size_t season,
                              size_t horizon, struct arena *scratch, double *ret)
{
    size_t n = c->n;
    const struct smoothing_input in = {fit->ets.form, n, without(c, c->quick, scratch),
                                       NULL};
    smoothing_forecast(&fit->ets, &in, 0, horizon, scratch, ret + STL_ETS * horizon);
    add_season(c, c->quick, season, horizon, ret + STL_ETS * horizon);
    theta_forecast(&fit->theta, without(c, c->smooth, scratch), n, horizon,
                   ret + STL_THETA * horizon);
    add_season(c, c->smooth, season, horizon, ret + STL_THETA * horizon);
    if (fit->has_sarima)
        sarima_forecast(&fit->sarima, c->z, n, season, horizon, scratch,
                        ret + SARIMA * horizon);
    const struct smoothing_input whole = {SMOOTHING_AADA, n, c->z, c->quick};
    smoothing_forecast(&fit->whole, &whole, season, horizon, scratch,
                       ret + WHOLE * horizon);
    if (!c->robust)
        return;
    forecast_ar(fit, without(c, c->robust, scratch), n, horizon, scratch,
                ret + STL_AR * horizon);
    add_season(c, c->robust, season, horizon, ret + STL_AR * horizon);
}

void automatic_forecast_case(const struct automatic_fit *fit,
                             const struct automatic_case *c, size_t season,
                             size_t horizon, struct arena *scratch, double *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    for (size_t i = 0; i < AUTOMATIC_MEMBERS * horizon; i++)
        ret[i] = NAN;
    if (season > 1)
        forecast_seasonal(fit, c, season, horizon, scratch, ret);
    else
        forecast_plain(fit, c, horizon, scratch, ret);
    arena_rewind(scratch, mark);
}
