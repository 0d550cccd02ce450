/* Baselines in words.
 *
 * A season is called by what it usually is for its step, a year of months, a day of hours;
 * one of another length, which a pipeline may ask for, by its number of steps. */
#include <string.h>

#include "data/key.h"
#include "report/verdict_internal.h"

/* Words of the steps with such a column of keys. */
struct step_words {
    const char *column, *before, *season, *change;
};

static const struct step_words words[] = {
    {"month", "last month's value", "a year ago", "last year's change"},
    {"day", "the day before's value", "a week ago", "last week's change"},
    {"hour", "the hour before's value", "a day ago", "the day before's change"},
    {"week", "last week's value", "a year ago", "last year's change"},
    {"quarter", "last quarter's value", "a year ago", "last year's change"},
    {"year", "last year's value", "a year ago", "last year's change"},
};

static const struct step_words *words_of(const struct timestep *s)
{
    for (size_t i = 0; s && i < COUNT_OF(words); i++)
        if (strcmp(words[i].column, s->column) == 0)
            return &words[i];
    return NULL;
}

/* The words for a pipeline, whose texts may lie in mem. */
static struct step_words words_for(const struct pipeline *p, struct arena *mem)
{
    const struct timestep *s = key_step(p);
    const struct step_words *usual = words_of(s);
    if (!s)
        return (struct step_words){NULL, "the last value", "a season ago",
                                   "last season's change"};
    struct step_words ret = {s->column, NULL, "a day ago", "the day before's change"};
    if (usual)
        ret = *usual;
    else
        ret.before = arena_format(mem, "the value %d minute%s before", (int)s->every,
                                  s->every == 1 ? "" : "s");
    size_t season = key_season(p);
    if (season != s->season) {
        ret.season =
            arena_format(mem, "%zu %s ago", season, season == 1 ? s->unit : s->units);
        ret.change = arena_format(mem, "the change %s", ret.season);
    }
    return ret;
}

const char *verdict_baseline(const struct pipeline *p, const char *name,
                             struct arena *mem)
{
    struct step_words w = words_for(p, mem);
    if (strcmp(name, "naive") == 0)
        return w.before;
    if (strcmp(name, "seasonal_naive") == 0)
        return arena_format(mem, "the value %s", w.season);
    if (strcmp(name, "seasonal_drift") == 0)
        return arena_format(mem, "%s plus %s", w.before, w.change);
    if (strcmp(name, "drift") == 0)
        return arena_format(mem, "%s plus the mean change until then", w.before);
    if (strcmp(name, "mean") == 0)
        return p->time.column ? "the mean of all values until then"
                              : "the mean of the rows that were learnt from";
    if (strcmp(name, "window_average") == 0)
        return "the mean of the last values";
    if (strcmp(name, "one_band") == 0)
        return "one band for all rows";
    if (strcmp(name, "majority") == 0)
        return p->task == TASK_CLASSES ? "the most frequent class"
                                       : "the more frequent value of each label";
    return name;
}
