/* Says what series models forecast for each of many series, for series.py to compare.
 *
 *     series_probe MODEL SEASON HORIZON <FILE
 *
 * FILE has a line `group value` a step, an empty value behind the blank where it is
 * missing; the lines of a group stand together.  Prints `group origin step value` for
 * every origin from 0 on, and nothing for what has no forecast. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "series/backtest.h"

enum { MOST = 20000 };

struct probe {
    struct arena mem;
    size_t n;
    struct series s[MOST];
    double *y[MOST];
    size_t cap[MOST];
};

static struct probe probe;

static void add(const char *group, const char *cell)
{
    size_t g = probe.n;
    if (g == 0 || strcmp(probe.s[g - 1].group, group) != 0) {
        if (g == MOST)
            exit(1);
        probe.s[probe.n++].group = arena_string(&probe.mem, group);
    } else {
        g--;
    }
    struct series *s = &probe.s[g];
    double value = NAN;
    if (*cell && !number_parse(cell, strlen(cell), &value))
        exit(1);
    ARENA_ROOM(&probe.mem, probe.y[g], s->n, probe.cap[g], 64);
    probe.y[g][s->n++] = value;
    s->y = probe.y[g];
}

static void read_table(void)
{
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        char *blank = strchr(line, ' ');
        if (!blank)
            exit(1);
        *blank = '\0';
        add(line, blank + 1);
    }
}

static void print(const struct series *s, const struct backtest_plan *plan,
                  const double *ret)
{
    size_t n = backtest_origins(plan, s->n) * plan->horizon;
    for (size_t i = 0; i < n; i++)
        if (!isnan(ret[i]))
            printf("%s %zu %zu %.17g\n", s->group, i / plan->horizon,
                   i % plan->horizon + 1, ret[i]);
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct backtest_plan plan = backtest_one_step;
    struct series_choice choice = {.model = argc == 4 ? series_find(argv[1]) : NULL};
    if (!choice.model)
        return 2;
    choice.params = choice.model->defaults;
    plan.horizon = strtoul(argv[3], NULL, 10);
    read_table();
    struct arena states = {0};
    struct fit_context context = {.mem = &states, .threads = 1};
    for (size_t g = 0; g < probe.n; g++) {
        struct series *s = &probe.s[g];
        s->season = strtoul(argv[2], NULL, 10);
        double *ret = arena_array(&probe.mem, backtest_origins(&plan, s->n),
                                  plan.horizon * sizeof(double));
        if (backtest_series(&plan, s, &choice, &context, &probe.mem, ret, &err)) {
            error_print(&err, "error", 0, stderr);
            return (int)err.status;
        }
        print(s, &plan, ret);
    }
    arena_release(&states);
    arena_release(&probe.mem);
    return 0;
}
