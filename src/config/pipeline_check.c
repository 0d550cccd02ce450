/* Which columns the common keys may name. */
#include "config/pipeline_internal.h"

/* Tables call their time by its step; another name would be taken and mean nothing. */
static enum status check_time(const struct pipeline *p, struct error *err)
{
    const struct timestep *step = &timestep_all[p->time.step];
    if (!p->time.column || strcmp(p->time.column, step->column) == 0)
        return STATUS_OK;
    yaml_error(err, yaml_get(yaml_get(p->root, "time"), "column"),
               "where step is %s the tables' column is called '%s', found %s", step->name,
               step->column, QUOTE(p->time.column));
    error_hint(err, "the columns of CSV files that hold the time stand in their source");
    return err->status;
}

static enum status refuse_column(const struct pipeline *p, const char *key,
                                 const char *column, const char *is, struct error *err)
{
    return yaml_error(err, yaml_get(p->root, key), "%s cannot be the %s: it is the %s",
                      QUOTE(column), key, is);
}

/* Bands are of groups, not of steps, of which several rows may be. */
static enum status check_anomaly(const struct pipeline *p, struct error *err)
{
    if (p->task != TASK_ANOMALY || !p->time.column)
        return STATUS_OK;
    yaml_error(err, yaml_get(p->root, "time"), "rows of 'task: anomaly' have no time");
    error_hint(err, "leave it out: a column of days may be a feature");
    return err->status;
}

/* Whether tables of results have a column of their own that is called so, beside which a
 * group or an id of that name could not stand (rolling_table.c, evaluation_residuals.c). */
static bool is_of_results(const char *column)
{
    static const char *const own[] = {"origin",         "horizon", "actual",
                                      "prediction",     "lower",   "upper",
                                      "residual",       "part",    "naive",
                                      "seasonal_naive", "drift",   "seasonal_drift",
                                      "window_average", "mean",    "majority",
                                      "planted",        "kind",    "n",
                                      "anomaly",        "note"};
    for (size_t i = 0; i < COUNT_OF(own); i++)
        if (strcmp(column, own[i]) == 0)
            return true;
    return false;
}

static enum status refuse_results(const struct pipeline *p, const char *key,
                                  const char *column, struct error *err)
{
    if (!column || !is_of_results(column))
        return STATUS_OK;
    (void)refuse_column(p, key, column, "name of a column of results", err);
    error_hint(err, "give it another one in its source: {match: %s, name: %s_name, …}",
               column, column);
    return err->status;
}

/* What another key has made of a column, or NULL. */
static const char *taken_as(const struct pipeline *p, const char *column)
{
    if (texts_hold(&p->targets, column))
        return "target";
    return p->time.column && strcmp(column, p->time.column) == 0 ? "time's column" : NULL;
}

/* A group is neither what is predicted nor the time, and an id none of these. */
static enum status check_names(const struct pipeline *p, struct error *err)
{
    TRY(refuse_results(p, "group", p->group, err));
    TRY(refuse_results(p, "id", p->id, err));
    const char *is = p->group ? taken_as(p, p->group) : NULL;
    if (is) {
        (void)refuse_column(p, "group", p->group, is, err);
        error_hint(err, "the group is the column that says which series a row is of");
        return err->status;
    }
    is = p->id ? taken_as(p, p->id) : NULL;
    is = p->id && p->group && strcmp(p->id, p->group) == 0 ? "group" : is;
    if (!is)
        return STATUS_OK;
    (void)refuse_column(p, "id", p->id, is, err);
    error_hint(err, "the id is the column that tells each row from all others");
    return err->status;
}

/* Where item i of a key's list stands; NULL where the file has none. */
static const struct yaml_node *item_node(const struct pipeline *p, const char *key,
                                         size_t i)
{
    const struct yaml_node *node = p->root ? yaml_get(p->root, key) : NULL;
    return node && node->kind == YAML_LIST && i < node->n ? node->child[i] : node;
}

void pipeline_at_item(const struct pipeline *p, const char *key, size_t i,
                      struct error *err)
{
    const struct yaml_node *node = item_node(p, key, i);
    error_field(err, key);
    if (node)
        error_at(err, node->path, node->line, node->col);
    error_at(err, p->path, 0, 0);
}

/* A list of columns names some, and none of them twice. */
static enum status check_list(const struct pipeline *p, const char *key,
                              const struct texts *list, const char *what,
                              struct error *err)
{
    const struct yaml_node *node = yaml_get(p->root, key);
    if (node && node->kind == YAML_LIST && list->n == 0) {
        yaml_error(err, node, "the list names no column");
        error_hint(err, "name %s", what);
        return err->status;
    }
    for (size_t i = 0; i < list->n; i++) {
        if (!texts_hold(&(struct texts){i, list->v}, list->v[i]))
            continue;
        yaml_error(err, item_node(p, key, i), "%s stands twice in the list",
                   QUOTE(list->v[i]));
        error_field(err, key);
        error_hint(err, "name each %s once", strcmp(key, "target") ? "column" : "label");
        return err->status;
    }
    return STATUS_OK;
}

static enum status check_targets(struct pipeline *p, struct error *err)
{
    const struct texts *t = &p->targets;
    TRY(check_list(p, "target", t,
                   "the column that is predicted, or those of several labels", err));
    if (t->n > 1 && p->task != TASK_LABELS) {
        yaml_error(err, yaml_get(p->root, "target"),
                   "of %s there is one target, found %zu", task_name[p->task], t->n);
        error_field(err, "target");
        error_hint(err, "several yes-or-no columns are learnt by task: labels");
        return err->status;
    }
    p->target = t->n > 0 ? t->v[0] : NULL;
    return STATUS_OK;
}

/* Outside columns are none of those that the other keys name. */
static enum status check_outside(const struct pipeline *p, struct error *err)
{
    const struct texts *list = &p->outside;
    TRY(check_list(p, "outside", list, "columns beside the target, or leave the key out",
                   err));
    if (list->n > PIPELINE_OUTSIDE) {
        yaml_error(err, item_node(p, "outside", PIPELINE_OUTSIDE),
                   "%zu outside columns, there may be %d", list->n, PIPELINE_OUTSIDE);
        error_field(err, "outside");
        error_hint(err, "leave those out that say least of the target");
        return err->status;
    }
    for (size_t i = 0; i < list->n; i++) {
        const char *column = list->v[i], *is = taken_as(p, column);
        is = p->group && strcmp(column, p->group) == 0 ? "group" : is;
        is = p->id && strcmp(column, p->id) == 0 ? "id" : is;
        if (!is)
            continue;
        yaml_error(err, item_node(p, "outside", i),
                   "%s cannot be an outside column: it is the %s", QUOTE(column), is);
        error_field(err, "outside");
        error_hint(err, "an outside column holds numbers that stand beside the target");
        return err->status;
    }
    return STATUS_OK;
}

enum status pipeline_check(struct pipeline *p, struct error *err)
{
    TRY(check_targets(p, err));
    TRY(check_time(p, err));
    TRY(check_anomaly(p, err));
    TRY(check_names(p, err));
    return check_outside(p, err);
}
