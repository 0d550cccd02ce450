/* The line through the values so far does not depend on what is searched for: it is
 * computed once, and the loop of a search has the level alone to wait for. */
#include "forecast/theta.h"

#include <math.h>
#include <string.h>

#include "base/transcend.h"
#include "forecast/lanes.h"

#define ALPHA_LOW .01
#define ALPHA_HIGH .995
enum { BURN_IN = 3 }; // errors that do not count

/* The line through values 0 .. t, as the paper updates it. */
struct theta_line {
    double mean, a, b;
};

static struct theta_line line_begin(double y)
{
    return (struct theta_line){y, y, 0};
}

/* t: the place of y, from 1 on. */
static void line_add(struct theta_line *l, size_t t, double y)
{
    double i = (double)t;
    l->b = ((i - 1) * l->b + 6 * (y - l->mean) / (i + 1)) / (i + 2);
    l->mean = (i * l->mean + y) / (i + 1);
    l->a = l->mean - l->b * (i + 2) / 2;
}

/* What a search knows of its series beside the values. */
struct theta_task {
    double first, change;
};

enum { ALPHA, REST, WEIGHT, SHARE, LEVEL };

/* From alpha's share of its range, theta - 1, and the level as it is searched for. */
static struct theta_fit fit_of(const struct theta_task *t, double share, double excess,
                               double level)
{
    double theta = 1 + excess;
    return (struct theta_fit){
        .alpha = ALPHA_LOW + (ALPHA_HIGH - ALPHA_LOW) * share,
        .theta = theta,
        .level = t->first / theta + t->change * level,
    };
}

/* x: the logit of alpha, ln(theta - 1), the level. */
static struct theta_fit fit_at(const struct theta_task *t, const double *x)
{
    return fit_of(t, transcend_logistic(x[0]), transcend_exp(x[1]), x[2]);
}

static void coefficients(const void *const task[LANES], double x[SIMPLEX_MOST][LANES],
                         double ret[LANES_COEFFICIENTS][LANES])
{
    double share[LANES], excess[LANES];
    memcpy(share, x[0], sizeof share);
    memcpy(excess, x[1], sizeof excess);
    transcend_logistics(share, LANES);
    transcend_exps(excess, LANES);
    for (size_t lane = 0; lane < LANES; lane++) {
        if (!task[lane])
            continue;
        struct theta_fit f = fit_of(task[lane], share[lane], excess[lane], x[2][lane]);
        ret[ALPHA][lane] = f.alpha;
        ret[REST][lane] = 1 - f.alpha;
        ret[WEIGHT][lane] = 1 - 1 / f.theta;
        ret[SHARE][lane] = 1 / f.alpha;
        ret[LEVEL][lane] = f.level;
    }
}

#define VECTOR_KERNELS "forecast/theta_sums.inc.h"
#include "base/vector_widths.inc.h"

static void sums(struct lanes_block *b)
{
    LANES_SUMS(theta_sums, b);
}

static const struct lanes_family family = {
    .width = 3, .coefficients = coefficients, .sums = sums};

static double mean_change(const double *y, size_t n)
{
    double sum = 0;
    for (size_t t = 1; t < n; t++)
        sum += fabs(y[t] - y[t - 1]);
    return sum / (double)(n - 1);
}

static struct lanes_task task_of(const struct theta_task *own, const double *y, size_t n,
                                 struct arena *mem)
{
    double *value = ARENA_ARRAY(mem, double, 3 * n);
    struct theta_line line = line_begin(y[0]);
    for (size_t t = 0; t < n; t++) {
        value[3 * t] = y[t];
        value[3 * t + 1] = line.a;
        value[3 * t + 2] = line.b;
        if (t > 0)
            line_add(&line, t, y[t]);
    }
    return (struct lanes_task){
        .of = own,
        .n = n,
        .from = BURN_IN,
        .value = value,
        .plan = {3, {0, 0, 0}, {1, 1, .5}, 360, 180},
    };
}

void theta_fit(const double *const *y, const size_t *n, size_t series,
               struct arena *scratch, struct theta_fit *ret)
{
    struct arena_mark mark = arena_mark(scratch);
    struct lanes_task *task = ARENA_ARRAY(scratch, struct lanes_task, series);
    struct theta_task *own = ARENA_ARRAY(scratch, struct theta_task, series);
    for (size_t i = 0; i < series; i++) {
        own[i] = (struct theta_task){y[i][0], mean_change(y[i], n[i])};
        task[i] = task_of(&own[i], y[i], n[i], scratch);
    }
    lanes_minimise(&family, 0, task, series, scratch);
    for (size_t i = 0; i < series; i++)
        ret[i] = fit_at(&own[i], task[i].x);
    arena_rewind(scratch, mark);
}

void theta_forecast(const struct theta_fit *fit, const double *y, size_t n,
                    size_t horizon, double *ret)
{
    struct theta_line line = line_begin(y[0]);
    double level = fit->level, rest = 1 - fit->alpha, power = 1;
    for (size_t t = 0; t < n + horizon; t++) {
        double next = power * rest, value;
        if (t < n)
            value = y[t];
        else
            value = ret[t - n] =
                level + (1 - 1 / fit->theta) *
                            (power * line.a + (1 - next) / fit->alpha * line.b);
        if (t > 0)
            line_add(&line, t, value);
        level += fit->alpha * (value - level);
        power = next;
    }
}
