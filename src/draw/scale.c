/* Axes: ticks at 1, 2, 5 times a power of ten (after Heckbert, "Nice numbers for graph
 * labels", Graphics Gems, 1990), and at calendar boundaries for days.
 *
 * Powers of ten come from parsing "1e<n>", which is exact where a power can be, not
 * from pow, whose last bit differs between libraries. */
#include "draw/scale.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/error.h"

enum { UNIT_DAY, UNIT_MONTH, UNIT_YEAR };

static double power_of_ten(int exponent)
{
    char text[16];

    snprintf(text, sizeof(text), "1e%d", exponent);
    return strtod(text, NULL);
}

bool range_holds(double x)
{
    return isfinite(x) && fabs(x) <= 1e100;
}

void range_add(struct axis_range *r, double x)
{
    if (!range_holds(x))
        return;
    if (r->low > r->high) {
        r->low = r->high = x;
    } else {
        r->low = x < r->low ? x : r->low;
        r->high = x > r->high ? x : r->high;
    }
}

/* The exponent of the power of ten at or below x, read off the decimal form.  Twelve
 * digits, so that 1e23 and the like, whose nearest number lies below, have their own. */
static int exponent_of(double x)
{
    char text[40];
    const char *e;

    snprintf(text, sizeof(text), "%.12e", x);
    for (e = text; *e != 'e'; e++)
        ;
    return (int)strtol(e + 1, NULL, 10);
}

double scale_round_down(double x)
{
    double unit = power_of_ten(exponent_of(x));

    if (x >= 5 * unit)
        return 5 * unit;
    return x >= 2 * unit ? 2 * unit : unit;
}

double scale_round_next(double x)
{
    int exponent = exponent_of(x);
    double unit = power_of_ten(exponent);

    if (x < 1.5 * unit)
        return 2 * unit;
    return x < 3 * unit ? 5 * unit : power_of_ten(exponent + 1);
}

static struct axis_range widened(struct axis_range r)
{
    if (r.low > r.high)
        return (struct axis_range){0, 1};
    if (r.high - r.low > 1e-9 * (fabs(r.high) + fabs(r.low)) && r.high - r.low > 1e-100)
        return r;
    double by = r.low == 0 ? 1 : fabs(r.low) / 10 + 1e-90;
    return (struct axis_range){r.low - by, r.high + by};
}

void scale_real(struct scale *s, struct axis_range r, size_t wanted, double from,
                double to)
{
    r = widened(r);
    double step = scale_round_down((r.high - r.low) / (double)wanted);

    while (ceil(r.high / step) - floor(r.low / step) > (double)wanted)
        step = scale_round_next(step);
    double first = floor(r.low / step), last = ceil(r.high / step);
    *s = (struct scale){.low = first * step, .high = last * step, .from = from, .to = to};
    for (double i = first; i <= last && s->n < SCALE_TICKS; i++)
        s->tick[s->n++] = i * step;
}

double scale_at(const struct scale *s, double value)
{
    return s->from + (value - s->low) / (s->high - s->low) * (s->to - s->from);
}

/* Steps of the calendar, the smallest first. */
struct scale_step {
    int unit, n;
};

static const struct scale_step steps[] = {
    {UNIT_DAY, 1},    {UNIT_DAY, 2},     {UNIT_DAY, 5},    {UNIT_DAY, 10},
    {UNIT_MONTH, 1},  {UNIT_MONTH, 2},   {UNIT_MONTH, 3},  {UNIT_MONTH, 6},
    {UNIT_YEAR, 1},   {UNIT_YEAR, 2},    {UNIT_YEAR, 5},   {UNIT_YEAR, 10},
    {UNIT_YEAR, 20},  {UNIT_YEAR, 50},   {UNIT_YEAR, 100}, {UNIT_YEAR, 200},
    {UNIT_YEAR, 500}, {UNIT_YEAR, 1000},
};

/* The first boundary of the step at or behind the day. */
static int32_t boundary(struct scale_step step, int32_t day)
{
    if (step.unit == UNIT_DAY)
        return day;
    int32_t key = month_first(day);
    struct date d = date_of(key);
    if (key < day)
        d = date_of(month_add(key, 1));
    int months = d.year * 12 + d.month - 1;
    int by = step.unit == UNIT_YEAR ? 12 * step.n : step.n;
    int over = months % by;
    return month_add(date_days(d), over == 0 ? 0 : by - over);
}

static int32_t following(struct scale_step step, int32_t day)
{
    if (step.unit == UNIT_DAY)
        return day + step.n;
    return month_add(day, step.unit == UNIT_YEAR ? 12 * step.n : step.n);
}

static bool in_calendar(double day)
{
    return day >= date_days((struct date){1, 1, 1}) &&
           day <= date_days((struct date){8000, 1, 1});
}

void scale_days(struct scale *s, struct axis_range r, size_t wanted, double from,
                double to)
{
    r = r.low == r.high ? (struct axis_range){r.low - 1, r.high + 1} : widened(r);
    *s = (struct scale){.low = r.low, .high = r.high, .from = from, .to = to};
    if (!in_calendar(r.low) || !in_calendar(r.high))
        return;
    if (wanted > SCALE_TICKS)
        wanted = SCALE_TICKS;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        size_t n = 0;
        int32_t day = boundary(steps[i], (int32_t)r.low);
        for (; day <= r.high && n <= wanted; day = following(steps[i], day), n++)
            if (n < wanted)
                s->tick[n] = day;
        s->n = n;
        s->unit = steps[i].unit;
        if (n <= wanted)
            return;
    }
    s->n = 0;
}

const char *scale_day_label(const struct scale *s, double day, char *buffer)
{
    int32_t key = (int32_t)day;

    if (s->unit == UNIT_DAY)
        return date_text(key, buffer);
    month_text(key, buffer);
    if (s->unit == UNIT_YEAR)
        buffer[4] = '\0';
    return buffer;
}
