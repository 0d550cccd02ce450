/* Lost rows: a row is counted for each column that it lacks a feature of, once. */
#include "features/feature_losses.h"

#include <math.h>

#include "data/source.h"

#define SHOWN 3 // columns that a message names; groups too

void feature_losses_begin(struct feature_losses *l, const struct feature_columns *columns,
                          struct arena *mem)
{
    *l = (struct feature_losses){
        .columns = columns,
        .mem = mem,
        .missing = ARENA_ARRAY(mem, size_t, columns->n),
        .counted = ARENA_ARRAY(mem, size_t, columns->n),
        .empty = ARENA_ARRAY(mem, size_t, columns->n),
        .poor_names.mem = mem,
    };
}

void feature_losses_end(struct feature_losses *l)
{
    if (l->groups == 0 || l->complete > 0)
        return;
    if (l->poor++ < SHOWN)
        text_addf(&l->poor_names, "%s%s", l->poor > 1 ? ", " : "", l->name);
}

static void begin_series(struct feature_losses *l, const struct walk *w)
{
    const struct feature_columns *c = l->columns;
    bool numbers = c->schema->field[c->key].type == TYPE_INT64;
    feature_losses_end(l);
    l->groups++;
    l->complete = 0;
    group_quoted(numbers, &w->series.group, l->name);
}

void feature_losses_steps(struct feature_losses *l, const struct feature_steps *s)
{
    const struct walk *w = &s->walk;
    size_t absent = 0, to = w->past + w->fresh;
    if (l->columns->group && w->start + w->past == 0)
        begin_series(l, w);
    for (size_t i = w->past; i < to; i++)
        absent += w->row[i] == WALK_NO_ROW;
    for (size_t c = 0; c < l->columns->n; c++) {
        size_t empty = 0;
        for (size_t i = w->past; i < to; i++)
            empty += isnan(w->x[c][i]) ? 1 : 0;
        l->empty[c] += empty - absent; // a step without a row has no values
    }
    l->rows += w->fresh - absent;
}

void feature_losses_drop(struct feature_losses *l, const struct feature_steps *s,
                         size_t i)
{
    const struct features *plan = &l->columns->plan;
    l->dropped++;
    if (s->walk.start + i < plan->reach)
        return;
    l->late++;
    for (size_t f = 0; f < plan->n; f++) {
        size_t c = l->columns->slot[f];
        if (!feature_steps_lack(s, f, i) || l->counted[c] == l->late)
            continue;
        l->missing[c]++;
        l->counted[c] = l->late;
    }
}

void feature_losses_keep(struct feature_losses *l)
{
    l->complete++;
}

/* "column 'z' is empty, column 'x' leaves out 20": the columns for whose sake most rows
 * have not all features. */
static const char *name_columns(const struct feature_losses *l)
{
    struct text out = {.mem = l->mem};
    size_t n = l->columns->n;
    bool *named = ARENA_ARRAY(l->mem, bool, n);
    text_puts(&out, "");
    for (size_t shown = 0; shown < SHOWN; shown++) {
        size_t worst = n, most = 0;
        for (size_t c = 0; c < n; c++)
            if (!named[c] && l->missing[c] > most) {
                worst = c;
                most = l->missing[c];
            }
        if (worst == n)
            break;
        named[worst] = true;
        text_addf(&out, "%scolumn %s ", shown > 0 ? ", " : "",
                  QUOTE(feature_columns_name(l->columns, worst)));
        if (l->empty[worst] == l->rows)
            text_puts(&out, "is empty");
        else
            text_addf(&out, "leaves out %zu", most);
    }
    return out.p;
}

enum status feature_losses_all(const struct feature_losses *l, struct error *err)
{
    const struct features *plan = &l->columns->plan;
    if (l->dropped < l->rows) {
        error_set(err, STATUS_INPUT,
                  "no row with all features has a target: %s is missing",
                  QUOTE(l->columns->pipeline->target));
    } else if (l->late > 0) {
        error_set(err, STATUS_INPUT, "no row has all %zu features: %s", plan->n,
                  name_columns(l));
        error_hint(err, "mend the source, or leave the column out with `except`");
    } else {
        error_set(err, STATUS_INPUT, "no row has all %zu features", plan->n);
        if (l->columns->group)
            error_hint(err, "no series has enough rows for windows that reach %zu back",
                       plan->reach);
        else
            error_hint(err, "%zu rows are too few for windows that reach %zu rows back",
                       l->rows, plan->reach);
    }
    error_at(err, l->columns->path, 0, 0);
    return STATUS_INPUT;
}

/* The first rows, whose windows begin before the table, are not worth a warning. */
static void warn_of_rows(const struct feature_losses *l, const struct watch *watch)
{
    struct error warning;
    if ((double)l->late <= DROPPED_UNSAID * (double)l->rows)
        return;
    error_set(&warning, STATUS_INPUT,
              "%zu of %zu rows are left out for a missing feature: %s", l->late, l->rows,
              name_columns(l));
    error_at(&warning, l->columns->path, 0, 0);
    watch_warn(watch, &warning);
}

static void warn_of_groups(const struct feature_losses *l, const struct watch *watch)
{
    struct error warning;
    if (l->poor == 0)
        return;
    error_set(&warning, STATUS_INPUT,
              "%zu of %zu groups have no row with all features and a target: %s%s",
              l->poor, l->groups, l->poor_names.p, l->poor > SHOWN ? " and others" : "");
    error_hint(&warning, "a row needs %zu rows of its group before it",
               l->columns->plan.reach);
    error_at(&warning, l->columns->path, 0, 0);
    watch_warn(watch, &warning);
}

void feature_losses_warn(const struct feature_losses *l, const struct watch *watch)
{
    warn_of_rows(l, watch);
    warn_of_groups(l, watch);
}
