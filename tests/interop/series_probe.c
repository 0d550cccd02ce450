/* Says what series models forecast for each of many series, for series.py and
 * outside_columns.py to compare.
 *
 *     series_probe MODEL SEASON HORIZON <FILE
 *
 * MODEL is written as in train.series.  FILE has a line `group value` a step, and behind
 * it the outside columns' values, an empty one behind its blank where it is missing; the
 * lines of a group stand together.  Prints `group origin step value` for
 * every origin from 0 on, and nothing for what has no forecast. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "config/yaml.h"
#include "series/backtest.h"
#include "series/candidates.h"

enum { MOST = 20000 };

struct probe {
    struct arena mem;
    size_t n;
    struct series s[MOST];
    double *y[MOST], *x[MOST][SERIES_COLUMNS];
    size_t cap[MOST];
};

static struct probe probe;

/* The next cell of a line, NaN where it is empty. */
static double next(char **line)
{
    char *cell = *line, *blank = strchr(cell, ' ');
    double value = NAN;
    if (blank)
        *blank = '\0';
    *line = blank ? blank + 1 : NULL;
    if (*cell && !number_parse(cell, strlen(cell), &value))
        exit(1);
    return value;
}

static void add(const char *group, char *cells)
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
    size_t cap = probe.cap[g];
    ARENA_ROOM(&probe.mem, probe.y[g], s->n, probe.cap[g], 64);
    s->y = probe.y[g];
    probe.y[g][s->n] = next(&cells);
    for (s->p = 0; cells && s->p < SERIES_COLUMNS; s->p++) {
        double **x = &probe.x[g][s->p];
        size_t room = cap;
        ARENA_ROOM(&probe.mem, *x, s->n, room, 64);
        (*x)[s->n] = next(&cells);
        s->x[s->p] = *x;
    }
    s->n++;
}

static void read_table(void)
{
    char line[512];
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

static enum status read_model(const char *text, struct series_choice *ret,
                              struct error *err)
{
    const char *list = arena_format(&probe.mem, "[%s]", text);
    struct yaml_node *node;
    struct candidates c;
    TRY(yaml_parse("MODEL", list, strlen(list), &probe.mem, &node, err));
    TRY(candidates_read(node, &probe.mem, &c, err));
    *ret = c.item[0].choice;
    return STATUS_OK;
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct backtest_plan plan = backtest_one_step;
    struct series_choice choice;
    if (argc != 4)
        return 2;
    if (read_model(argv[1], &choice, &err)) {
        error_print(&err, "error", 0, stderr);
        return 2;
    }
    plan.horizon = strtoul(argv[3], NULL, 10);
    read_table();
    struct arena states = {0};
    struct fit_context context = {.mem = &states, .threads = 1};
    for (size_t g = 0; g < probe.n; g++) {
        struct series *s = &probe.s[g];
        s->season = strtoul(argv[2], NULL, 10);
        double *ret = arena_array(&probe.mem, backtest_origins(&plan, s->n),
                                  plan.horizon * sizeof(double));
        if (backtest_series(&plan, s, &choice, &context, &probe.mem, ret, NULL, &err)) {
            error_print(&err, "error", 0, stderr);
            return (int)err.status;
        }
        print(s, &plan, ret);
    }
    arena_release(&states);
    arena_release(&probe.mem);
    return 0;
}
