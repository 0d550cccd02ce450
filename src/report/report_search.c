/* Reads search.csv for the page: the different values of each hyper-parameter, the order
 * of the cells, and how close they are to the best by train's own rule. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/search_rank.h"
#include "report/report_internal.h"

/* A value with the place at which it was seen first. */
struct report_seen {
    enum parameter_kind kind;
    union parameter value;
};

static int by_value(const void *a, const void *b)
{
    const struct report_seen *x = a, *y = b;
    return parameter_order(x->kind, x->value, y->value);
}

static size_t place_of(const struct report_seen *seen, size_t n, enum parameter_kind kind,
                       union parameter value)
{
    size_t i = 0;
    while (i < n && parameter_order(kind, seen[i].value, value) != 0)
        i++;
    return i;
}

/* The different values of an axis; 0 of them where they are too many to be drawn. */
static size_t collect(const struct search_csv *t, size_t a, struct report_seen *seen)
{
    enum parameter_kind kind = t->axis[a].kind;
    size_t n = 0;
    for (size_t cell = 0; cell < t->n_cells; cell++) {
        union parameter value = search_csv_value(t, cell, a);
        if (place_of(seen, n, kind, value) < n)
            continue;
        if (n == REPORT_AXIS_VALUES)
            return 0;
        seen[n++] = (struct report_seen){kind, value};
    }
    if (kind != PARAMETER_TEXT && n > 1)
        qsort(seen, n, sizeof *seen, by_value);
    return n;
}

static void find_axis(struct report_search *s, size_t a, struct arena *mem)
{
    const struct search_csv *t = &s->table;
    struct report_axis *axis = &s->axis[a];
    struct report_seen seen[REPORT_AXIS_VALUES];
    char buffer[32];
    *axis = (struct report_axis){.name = t->axis[a].name, .n = collect(t, a, seen)};
    axis->value = ARENA_ARRAY(mem, const char *, axis->n);
    for (size_t i = 0; i < axis->n; i++)
        axis->value[i] =
            arena_string(mem, parameter_text(seen[i].kind, seen[i].value, buffer));
    for (size_t cell = 0; axis->n > 0 && cell < t->n_cells; cell++)
        s->at[cell * t->n_axes + a] =
            place_of(seen, axis->n, seen[0].kind, search_csv_value(t, cell, a));
}

/* The part behind the step's name, as long as it is one axis's alone. */
static const char *brief_name(const struct report_search *s, size_t a)
{
    const char *dot = strrchr(s->axis[a].name, '.');
    if (!dot || !dot[1])
        return s->axis[a].name;
    for (size_t b = 0; b < s->table.n_axes; b++) {
        const char *other = strrchr(s->axis[b].name, '.');
        if (b != a && strcmp(other ? other : s->axis[b].name, dot) == 0)
            return s->axis[a].name;
    }
    return dot + 1;
}

/* A cell's place in the order: its rank, then its place in the grid. */
struct report_ranked {
    size_t rank, cell;
};

static int by_rank(const void *a, const void *b)
{
    const struct report_ranked *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->cell < y->cell ? -1 : x->cell > y->cell;
}

static void find_order(struct report_search *s, struct arena *mem)
{
    size_t n = s->table.n_cells;
    struct report_ranked *all = ARENA_ARRAY(mem, struct report_ranked, n);
    s->order = ARENA_ARRAY(mem, size_t, n);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct report_ranked){s->table.rank[i], i};
    qsort(all, n, sizeof *all, by_rank);
    for (size_t i = 0; i < n; i++)
        s->order[i] = all[i].cell;
}

size_t report_fitted(const struct report_search *s)
{
    for (size_t k = 0; s->recipe && k < s->n_recipes; k++)
        if (strcmp(s->of[k].name, s->recipe) == 0)
            return s->of[k].cell;
    return s->order[0];
}

double report_shortfall(const struct report_search *s, size_t cell)
{
    return search_shortfall(s->table.mean[cell], s->table.mean[s->order[0]], s->score);
}

bool report_is_close(const struct report_search *s, size_t cell)
{
    const size_t *iter = s->table.iter;
    if (iter && iter[cell] != iter[s->order[0]])
        return false;
    return cell == s->order[0] ||
           search_is_close(s->table.mean[cell], s->table.mean[s->order[0]], s->error,
                           s->score);
}

const char *report_value(const struct report_search *s, size_t cell, size_t axis,
                         char *buffer)
{
    return parameter_text(s->table.axis[axis].kind,
                          search_csv_value(&s->table, cell, axis), buffer);
}

static void find_closeness(struct report_search *s)
{
    const struct search_csv *t = &s->table;
    size_t best = s->order[0];
    s->error = search_standard_error(t->score + best * t->folds, t->folds, t->mean[best]);
    for (size_t i = 0; i < t->n_cells; i++)
        s->within_error += report_is_close(s, i);
}

/* The difference of two rows, fold by fold; NaN where they are of different rounds. */
static void compare(const struct report_search *s, struct arena *mem,
                    struct report_recipe *r)
{
    const struct search_csv *t = &s->table;
    size_t best = s->order[0], n = t->folds;
    double *behind = ARENA_ARRAY(mem, double, n), sum = 0;
    bool same = !t->iter || t->iter[best] == t->iter[r->cell];
    for (size_t f = 0; f < n; f++) {
        behind[f] =
            search_shortfall(t->score[r->cell * n + f], t->score[best * n + f], s->score);
        sum += behind[f];
    }
    r->error = search_standard_error(t->score + r->cell * n, n, t->mean[r->cell]);
    r->behind = same ? sum / (double)n : NAN;
    r->behind_error = same ? search_standard_error(behind, n, r->behind) : NAN;
}

/* The best cell of each recipe, the best recipe first. */
static void find_recipes(struct report_search *s, struct arena *mem)
{
    const struct search_csv *t = &s->table;
    s->of = ARENA_ARRAY(mem, struct report_recipe, t->n_cells);
    for (size_t i = 0; search_csv_has_recipes(t) && i < t->n_cells; i++) {
        const char *name = search_csv_value(t, s->order[i], 0).text;
        size_t k = 0;
        while (k < s->n_recipes && strcmp(s->of[k].name, name) != 0)
            k++;
        if (k < s->n_recipes)
            continue;
        s->of[k] = (struct report_recipe){.name = name, .cell = s->order[i]};
        compare(s, mem, &s->of[s->n_recipes++]);
    }
}

enum status report_history_read(const char *path, struct arena *mem, struct report *r,
                                struct error *err)
{
    return history_csv_read(path, mem, &r->history, err);
}

enum status report_search_read(const char *path, struct arena *mem, struct report *r,
                               struct error *err)
{
    struct report_search *s = &r->search; // its score comes from model.json
    TRY(search_csv_read(path, mem, &s->table, err));
    s->at = arena_array(mem, s->table.n_cells, s->table.n_axes * sizeof *s->at);
    s->axis = ARENA_ARRAY(mem, struct report_axis, s->table.n_axes);
    for (size_t a = 0; a < s->table.n_axes; a++)
        find_axis(s, a, mem);
    for (size_t a = 0; a < s->table.n_axes; a++)
        s->axis[a].brief = brief_name(s, a);
    find_order(s, mem);
    find_closeness(s);
    find_recipes(s, mem);
    return STATUS_OK;
}
