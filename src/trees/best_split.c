/* Walks the bins of a column from the left and keeps the best place to stop.
 *
 * Sums are whole numbers, so the right side is all less the left one without an error.
 * A bin without rows offers no new place. */
#include "trees/best_split.h"

/* A gain below this share of what the leaf is worth is rounding. */
#define ROUNDING 1e-12

static double worth(const struct histogram_total *t, double l2)
{
    return t->gradient * t->gradient / (t->hessian + l2);
}

struct walk_of_bins {
    const struct split_rule *rule;
    const struct histogram_unit *unit;
    const histogram_sum *hist;
    histogram_sum all;
    struct best_split best; // its gain is the worth of both children
};

/* Whether a child may be so small. */
static bool allowed(const struct split_rule *rule, const struct histogram_total *t)
{
    return t->n >= rule->min_samples_leaf && t->hessian >= rule->min_hessian;
}

/* Stops behind each of the first `places` bins; `left` stands left of all of them. */
static void walk_bins(struct walk_of_bins *w, histogram_sum left, size_t places,
                      bool missing_left)
{
    for (size_t c = 0; c < places; c++) {
        histogram_sum here = w->hist[c];
        if (here[1] == 0)
            continue;
        left += here;
        struct histogram_total l = histogram_total(w->unit, left);
        if (!allowed(w->rule, &l))
            continue;
        struct histogram_total r = histogram_total(w->unit, w->all - left);
        if (!allowed(w->rule, &r))
            return; // and smaller from here on
        double gain = worth(&l, w->rule->l2) + worth(&r, w->rule->l2);
        if (gain > w->best.gain) {
            w->best.gain = gain;
            w->best.code = (uint8_t)c;
            w->best.missing_left = missing_left;
            w->best.left = left;
        }
    }
}

struct best_split best_split_of(const struct split_rule *rule,
                                const struct histogram_unit *unit, uint32_t column,
                                const histogram_sum *hist, size_t bins, histogram_sum all)
{
    struct histogram_total whole = histogram_total(unit, all);
    double own = worth(&whole, rule->l2);
    struct walk_of_bins w = {rule, unit, hist, all, {.column = column}};
    w.best.gain = own + own * ROUNDING;
    histogram_sum missing = hist[bins];
    bool some = missing[1] != 0;
    walk_bins(&w, (histogram_sum){0, 0}, some ? bins : bins - 1, false);
    if (some)
        walk_bins(&w, missing, bins - 1, true);
    else
        w.best.missing_left = histogram_count(unit, w.best.left) * 2 >= whole.n;
    w.best.gain = w.best.left[1] == 0 ? 0 : w.best.gain - own;
    return w.best;
}

double best_split_answer(const struct split_rule *rule, const struct histogram_unit *unit,
                         histogram_sum all)
{
    struct histogram_total t = histogram_total(unit, all);
    double h = t.hessian + rule->l2;
    return h > 0 ? -t.gradient / h : 0;
}
