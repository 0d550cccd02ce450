/* Local regression by its definition, point by point, beside the shared filters. */
#include <criterion/criterion.h>

#include <math.h>

#include "forecast/loess.h"

enum { MOST = 80 };

static struct arena mem;

static void release(void)
{
    arena_release(&mem);
}

TestSuite(loess, .fini = release);

/* The regression at xs on y[n], each with a weight, as the paper defines it; fallback
 * where the window weighs nothing. */
static double direct(const double *y, const double *weight, long n, long window,
                     unsigned degree, long xs, double fallback)
{
    long width = window < n ? window : n, left = xs - (width - 1) / 2;
    left = left < 0 ? 0 : left > n - width ? n - width : left;
    double h = fmax((double)(xs - left), (double)(left + width - 1 - xs));
    h += window > n ? (double)((window - n) / 2) : 0;
    double w[MOST], sum = 0, mean = 0, square = 0, value = 0;
    for (long j = 0; j < width; j++) {
        double d = fabs((double)(left + j - xs)), r = d / h;
        w[j] = d > 0.999 * h ? 0 : d <= 0.001 * h ? 1 : pow(1 - r * r * r, 3);
        sum += w[j] *= weight[left + j];
    }
    if (sum <= 0)
        return fallback;
    for (long j = 0; j < width; j++)
        mean += (w[j] /= sum) * (double)(left + j);
    for (long j = 0; j < width; j++)
        square += w[j] * pow((double)(left + j) - mean, 2);
    bool sloping = degree > 0 && sqrt(square) > 0.001 * (double)(n - 1);
    for (long j = 0; j < width; j++) {
        double slope = ((double)xs - mean) / square * ((double)(left + j) - mean);
        value += w[j] * y[left + j] * (sloping ? 1 + slope : 1);
    }
    return value;
}

static double draw(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / 16777216;
}

/* With weights, some points weigh less than others, some far less than their neighbours,
 * and whole windows nothing. */
static void compare(const struct loess_plan *plan)
{
    unsigned state = (unsigned)(plan->n * 31 + plan->window);
    double y[MOST], weight[MOST], ret[2 * MOST];
    for (size_t t = 0; t < plan->n; t++) {
        y[t] = 10 * draw(&state);
        bool none = t >= 20 && t<32, alone = t> 40 && t % 8 > 0;
        weight[t] = !plan->weights ? 1 : none ? 0 : draw(&state) * (alone ? 1e-5 : 1);
    }
    struct loess l;
    loess_init(&l, plan, &mem);
    if (plan->weights)
        loess_weigh(&l, weight);
    (plan->weights ? loess_smooth_weighted : loess_smooth)(&l, y, ret);
    for (size_t p = 0; p < plan->strands; p++) {
        double own[MOST], with[MOST];
        long n = 0, strands = (long)plan->strands, lead = plan->ends;
        for (size_t t = p; t < plan->n; t += plan->strands, n++) {
            own[n] = y[t];
            with[n] = weight[t];
        }
        for (long i = -lead; i < n + lead; i++) {
            double inside = ret[(i < 0 ? 1 : i < n ? i + lead : n) * strands + (long)p];
            double other = i < 0 || i >= n ? inside : own[i];
            double found = ret[(i + lead) * strands + (long)p];
            double wanted =
                direct(own, with, n, (long)plan->window, plan->degree, i, other);
            cr_assert_float_eq(
                found, wanted, 1e-9 * fmax(1, fabs(wanted)),
                "n %zu, %zu strands, window %zu, point %ld: %.17g, not %.17g", plan->n,
                plan->strands, plan->window, i, found, wanted);
        }
    }
}

static void compare_all(bool weights)
{
    static const size_t windows[] = {3, 5, 11, 21, 61};
    for (size_t n = 7; n < MOST; n += 3)
        for (size_t strands = 1; strands <= 7; strands += 3)
            for (size_t w = 0; w < sizeof windows / sizeof *windows; w++)
                for (unsigned degree = 0; degree < 2; degree++) {
                    compare(&(struct loess_plan){n, strands, windows[w], degree,
                                                 strands > 1, weights});
                    arena_release(&mem);
                }
}

Test(loess, with_weights_each_point_is_its_own_regression)
{
    compare_all(true);
}

/* Without weights of the points the filters are shared. */
Test(loess, without_weights_too)
{
    compare_all(false);
}

Test(loess, a_line_stays_what_it_is)
{
    double y[50], ret[50];
    struct loess l;
    loess_init(&l, &(struct loess_plan){50, 1, 13, 1, false, false}, &mem);
    for (size_t t = 0; t < 50; t++)
        y[t] = 3 - 0.25 * (double)t;
    loess_smooth(&l, y, ret);
    for (size_t t = 0; t < 50; t++)
        cr_expect_float_eq(ret[t], y[t], 1e-13);
}
