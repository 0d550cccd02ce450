/* Scales and their way back.
 *
 * Powers are exp(lambda ln y) by base/transcend.h, so that their bits are the same on every
 * machine.  Guerrero's ratio is minimised by the best of a grid and golden sections around
 * it, in a fixed order. */
#include "series/transform.h"

#include <math.h>
#include <stdint.h>

#include "base/transcend.h"
#include "series/bridge.h"

/* clang-format off */
const struct option_row transform_rows[TRANSFORM_ROWS] = {
    OPTION_ENUM(struct transform, transform, "none|log|box_cox|guerrero",
                "the scale that the model works on"),
    OPTION(struct transform, lambda, -1, 2, "REAL",
           "of box_cox, which needs it: 0 is the logarithm, 1 the values as they are"),
    OPTION_ENUM(struct transform, difference, "none|first|seasonal|both",
                "learns from changes from step to step, from season to season, or both"),
    OPTION_ENUM(struct transform, bias, "median|mean",
                "what a forecast is on the scale of the values"),
};
/* clang-format on */

static enum status refuse(const char *key, const char *why, struct error *err)
{
    error_set(err, STATUS_INPUT, "%s", why);
    error_field(err, key);
    return STATUS_INPUT;
}

enum status transform_check(const struct transform *t, bool lambda_given,
                            struct error *err)
{
    if (t->transform == TRANSFORM_BOX_COX && !lambda_given) {
        refuse("lambda", "'box_cox' needs a lambda", err);
        error_hint(err, "`transform: guerrero` finds one");
        return STATUS_INPUT;
    }
    if (t->transform != TRANSFORM_BOX_COX && lambda_given)
        return refuse("lambda", "'lambda' is for `transform: box_cox`", err);
    if (t->transform == TRANSFORM_NONE && t->bias == BIAS_MEAN)
        return refuse("bias", "without a transform there is no bias", err);
    return STATUS_OK;
}

bool transform_is_none(const struct transform *t)
{
    return t->transform == TRANSFORM_NONE && t->difference == DIFFERENCE_NONE;
}

bool transform_is_plain(const struct transform *t)
{
    return t->transform != TRANSFORM_GUERRERO && t->difference == DIFFERENCE_NONE &&
           t->bias == BIAS_MEDIAN;
}

size_t transform_span(const struct transform *t, size_t season)
{
    if (t->difference == DIFFERENCE_NONE || t->difference == DIFFERENCE_FIRST)
        return t->difference;
    if (season == 0 || season >= SIZE_MAX / 2)
        return SIZE_MAX;
    return season + (t->difference == DIFFERENCE_BOTH);
}

bool transform_takes(const struct transform *t, double y)
{
    bool zero = t->transform == TRANSFORM_BOX_COX && t->lambda > 0;
    return t->transform == TRANSFORM_NONE || isnan(y) || y > 0 || (zero && y >= 0);
}

double transform_to(const struct transform_way *w, double y)
{
    if (!w->scaled || isnan(y))
        return y;
    if (w->lambda == 0)
        return transcend_log(y);
    double power = y > 0 ? transcend_exp(w->lambda * transcend_log(y)) : 0;
    return (power - 1) / w->lambda;
}

double transform_from(const struct transform_way *w, double x, double v)
{
    if (!w->scaled || isnan(x))
        return x;
    double lambda = w->lambda, base = lambda * x + 1, y;
    if (lambda == 0)
        y = transcend_exp(x + v / 2);
    else if (base <= 0)
        y = lambda > 0 ? 0 : NAN;
    else
        y = transcend_exp(transcend_log(base) / lambda) *
            (1 + v * (1 - lambda) / (2 * base * base));
    return isfinite(y) ? y : NAN;
}

/* Means and deviations of the whole seasons that end with the last step. */
struct guerrero {
    const double *y; // bridged, and all known
    size_t length, n;
};

/* The coefficient of variation of the seasons' ratios. */
static double variation(const struct guerrero *g, double lambda)
{
    double sum = 0, squares = 0, n = (double)g->n, length = (double)g->length;
    for (size_t k = 0; k < g->n; k++) {
        const double *y = g->y + k * g->length;
        double mean = 0, spread = 0;
        for (size_t i = 0; i < g->length; i++)
            mean += y[i];
        mean /= length;
        for (size_t i = 0; i < g->length; i++)
            spread += (y[i] - mean) * (y[i] - mean);
        double ratio = sqrt(spread / (length - 1)) *
                       transcend_exp((lambda - 1) * transcend_log(mean));
        sum += ratio;
        squares += ratio * ratio;
    }
    double mean = sum / n, variance = (squares - n * mean * mean) / (n - 1);
    return sqrt(variance > 0 ? variance : 0) / mean;
}

/* The least within a step of the grid's best. */
static double golden(const struct guerrero *g, double low, double high)
{
    static const double section = 0.6180339887498949;
    double a = high - section * (high - low), b = low + section * (high - low);
    double at_a = variation(g, a), at_b = variation(g, b);
    while (high - low > 1e-6) {
        if (at_a <= at_b) {
            high = b;
            b = a;
            at_b = at_a;
            at_a = variation(g, a = high - section * (high - low));
        } else {
            low = a;
            a = b;
            at_a = at_b;
            at_b = variation(g, b = low + section * (high - low));
        }
    }
    return (low + high) / 2;
}

double transform_guerrero(const double *y, size_t n, size_t season)
{
    enum { GRID = 30 };
    struct arena scratch = {0};
    size_t first = 0, best = 0;
    while (first < n && isnan(y[first]))
        first++;
    double *bridged = ARENA_ARRAY(&scratch, double, n - first), least = INFINITY;
    memcpy(bridged, y + first, (n - first) * sizeof *y);
    bridge_gaps(bridged, 0, n - first, season);
    struct guerrero g = {.length = season > 1 ? season : 2};
    g.n = (n - first) / g.length;
    g.y = bridged + (n - first) % g.length;
    for (size_t i = 0; g.n > 1 && i <= GRID; i++) {
        double found = variation(&g, -1 + 3 * (double)i / GRID);
        best = found < least ? i : best;
        least = found < least ? found : least;
    }
    double step = 3. / GRID, at = -1 + (double)best * step;
    double lambda = isfinite(least) ? golden(&g, best > 0 ? at - step : -1,
                                             best < GRID ? at + step : 2)
                                    : 1;
    arena_release(&scratch);
    return lambda;
}
