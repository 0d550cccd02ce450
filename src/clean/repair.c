/* Placing the decimal point of a series.
 *
 * Without the point the logarithm of a value is known up to a whole number.  The whole
 * numbers are chosen so that the sum of the distances between each value and the three on
 * either side of it is small: that of a value is then the nearest to the median of its
 * neighbours, and one odd value moves no other, as it would if only the next one counted.
 * First each value goes to the place nearest to the one before; then single values, and
 * all from one on, move by a power while that makes the sum smaller (the descent of
 * Besag, On the statistical analysis of dirty pictures, 1986).  It ends in a minimum that
 * no such move leaves, which need not be the least.
 *
 * Logarithms decide, but never become results, and a gain below EQUAL is none: their last
 * bits may differ between machines. */
#include "clean/repair.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"

#define AROUND ((size_t)3)      // values on either side that count
#define EQUAL 1e-9              // distances that differ by less are equal
#define EXACT 22                // the greatest power of ten that a double holds exactly
#define FARTHEST 300            // no value is moved farther
#define PASSES 50               // at most; a few are enough
#define JUMP 3.1622776601683795 // the square root of ten

const struct repair_rule *repair_find(const struct repair_rule *rule, size_t n,
                                      const struct field *f)
{
    for (size_t i = 0; i < n; i++) {
        bool meant =
            f->type == TYPE_INT64 || (f->type == TYPE_REAL && rule[i].digits == 0);
        if (meant && text_match(rule[i].match, f->name))
            return &rule[i];
    }
    return NULL;
}

bool repair_places(const struct repair_rule *rule)
{
    return rule && rule->point == REPAIR_POINT_SERIES;
}

double repair_padded(double x, size_t digits)
{
    double least = 1;
    for (size_t i = 1; i < digits; i++)
        least *= 10;
    while (digits > 0 && x != 0 && fabs(x) < least)
        x *= 10;
    return x;
}

double repair_scaled(double x, int exponent)
{
    for (int left = abs(exponent), step; left > 0; left -= step) {
        double power = 1;
        step = left < EXACT ? left : EXACT;
        for (int i = 0; i < step; i++)
            power *= 10;
        x = exponent > 0 ? x * power : x / power;
    }
    return x;
}

/* a less whole turns, in [-0.5, 0.5). */
static double part_turn(double a)
{
    return a - floor(a + 0.5);
}

/* The distances between values before t and such from t on, when those are moved. */
static double across(const double *y, size_t n, size_t t, double moved)
{
    double sum = 0;
    for (size_t i = t > AROUND ? t - AROUND : 0; i < t; i++)
        for (size_t j = t; j < n && j - i <= AROUND; j++)
            sum += fabs(y[j] + moved - y[i]);
    return sum;
}

/* The distances between y[t], when it is moved, and its neighbours. */
static double around(const double *y, size_t n, size_t t, double moved)
{
    double sum = 0;
    for (size_t i = t > AROUND ? t - AROUND : 0; i < n && i <= t + AROUND; i++)
        sum += i == t ? 0 : fabs(y[t] + moved - y[i]);
    return sum;
}

/* The power, of one up, one down and none, after which the distances are least. */
static double best_move(double (*distances)(const double *, size_t, size_t, double),
                        const double *y, size_t n, size_t t, double moved)
{
    double here = distances(y, n, t, moved);
    for (double way = -1; way <= 1; way += 2)
        if (distances(y, n, t, moved + way) < here - EQUAL)
            return way;
    return 0;
}

/* One pass over the series; false when nothing moved. */
static bool descend(double *y, size_t n)
{
    double moved = 0; // what all values from t on have been moved by
    bool any = false;
    for (size_t t = 0; t < n; t++) {
        double way = best_move(across, y, n, t, moved);
        moved += way;
        y[t] += moved;
        any = any || way != 0;
    }
    for (size_t t = 0; t < n; t++) {
        double way = best_move(around, y, n, t, 0);
        y[t] += way;
        any = any || way != 0;
    }
    return any;
}

/* The exponent that most of n values have, of equally many the one that comes first. */
static int most_common(const int *k, size_t n, struct arena *scratch)
{
    int low = n > 0 ? k[0] : 0, high = low, best = low;
    for (size_t i = 0; i < n; i++) {
        low = k[i] < low ? k[i] : low;
        high = k[i] > high ? k[i] : high;
    }
    size_t *count = ARENA_ARRAY(scratch, size_t, (size_t)(high - low) + 1);
    for (size_t i = 0; i < n; i++)
        count[k[i] - low]++;
    for (size_t i = 0; i < n; i++)
        best = count[k[i] - low] > count[best - low] ? k[i] : best;
    return best;
}

void repair_place(const double *x, size_t n, struct arena *scratch, int16_t *ret)
{
    struct arena_mark before = arena_mark(scratch);
    double *log_x = ARENA_ARRAY(scratch, double, n), *y = ARENA_ARRAY(scratch, double, n);
    size_t *at = ARENA_ARRAY(scratch, size_t, n), m = 0;
    int *k = ARENA_ARRAY(scratch, int, n);
    for (size_t i = 0; i < n; i++) {
        ret[i] = 0;
        if (!isfinite(x[i]) || x[i] == 0)
            continue;
        log_x[m] = log10(fabs(x[i]));
        at[m++] = i;
    }
    for (size_t i = 0; i < m; i++)
        y[i] = i == 0 ? log_x[0] : y[i - 1] + part_turn(log_x[i] - y[i - 1]);
    for (int pass = 0; pass < PASSES && descend(y, m); pass++)
        continue;
    for (size_t i = 0; i < m; i++)
        k[i] = (int)rint(y[i] - log_x[i]);
    int usual = most_common(k, m, scratch);
    for (size_t i = 0; i < m; i++) {
        int moved = k[i] - usual;
        ret[at[i]] = (int16_t)(moved < -FARTHEST  ? -FARTHEST
                               : moved > FARTHEST ? FARTHEST
                                                  : moved);
    }
    arena_rewind(scratch, before);
}

void jumps_add(struct jumps *ret, const int32_t *key, const double *x, size_t n)
{
    struct jumps j = *ret;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        double a = fabs(j.last), b = fabs(x[i]);
        bool apart = (b > a * JUMP || b * JUMP < a) && a > 0 && b > 0;
        if (apart && (j.last > 0) == (x[i] > 0) && j.n++ == 0) {
            j.key = key[i];
            j.from = j.last;
            j.to = x[i];
        }
        j.last = x[i];
    }
    *ret = j;
}
