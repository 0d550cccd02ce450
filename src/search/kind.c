/* Which kind of model, and what series models need beside the target's past. */
#include "search/kind.h"

static enum status neither(const struct pipeline *p, const struct yaml_node *train,
                           struct error *err)
{
    if (train)
        yaml_error(err, train, "expected 'steps' or 'series' in 'train', found neither");
    else
        error_refuse(err, p->path, NULL, "'train' is missing");
    error_hint(err, "`steps` is a list that ends in an estimator, `series` one of series "
                    "models");
    return err->status;
}

/* The node of a key in a section, or NULL. */
static const struct yaml_node *key_of(const struct pipeline *p, const char *section,
                                      const char *key)
{
    const struct yaml_node *map = yaml_get(p->root, section);
    return map && map->kind == YAML_MAP ? yaml_get(map, key) : NULL;
}

/* A number of folds beside `method: validation`, which has one. */
static enum status check_folds(const struct pipeline *p, struct error *err)
{
    const struct yaml_node *folds = key_of(p, "train", "folds");
    if (!folds || folds->kind != YAML_MAP)
        return STATUS_OK;
    const struct yaml_node *method = yaml_get(folds, "method"), *n = yaml_get(folds, "n");
    if (!method || !n || method->kind != YAML_TEXT ||
        !view_is(method->text, "validation"))
        return STATUS_OK;
    return yaml_error(err, n,
                      "'n' is no key of `method: validation`, which has one fold");
}

/* Keys of a search that halves, beside one that does not. */
static enum status check_search(const struct pipeline *p, struct error *err)
{
    static const char *const keys[] = {"factor", "min_resources"};
    const struct yaml_node *search = key_of(p, "train", "search"), *method;
    if (!search || search->kind != YAML_MAP)
        return STATUS_OK;
    method = yaml_get(search, "method");
    if (method && method->kind == YAML_TEXT && view_is(method->text, "halving"))
        return STATUS_OK;
    for (size_t k = 0; k < COUNT_OF(keys); k++)
        if (yaml_get(search, keys[k])) {
            yaml_error(err, yaml_get(search, keys[k]),
                       "'%s' is a key of `method: halving`", keys[k]);
            error_hint(err, "a grid tries every cell on all rows");
            return err->status;
        }
    return STATUS_OK;
}

/* Keys that are for series models beside a recipe. */
static enum status check_recipe(const struct pipeline *p, const struct recipes_source *of,
                                struct error *err)
{
    const struct yaml_node *backtest = key_of(p, "train", "backtest");
    if (of->steps && of->recipes) {
        yaml_error(err, of->recipes, "expected either 'steps' or 'recipes', found both");
        error_hint(err, "give the steps a name among the recipes");
        return err->status;
    }
    if (of->use && !of->recipes) {
        yaml_error(err, of->use, "'use' names one of 'recipes', and there are none");
        error_hint(err, "leave it out: the recipe of 'steps' is used");
        return err->status;
    }
    if (p->outside.n > 0) {
        yaml_error(err, yaml_get(p->root, "outside"),
                   "'outside' is for 'series', not for 'steps'");
        error_hint(err, "a recipe takes columns by `features`");
        return err->status;
    }
    TRY(check_search(p, err));
    if (!backtest)
        return check_folds(p, err);
    yaml_error(err, backtest, "'backtest' is for 'series', not for 'steps'");
    error_hint(err, "`folds: {method: rolling}` judges a recipe by what came later");
    return err->status;
}

/* Keys that are for recipes beside series models. */
static enum status check_series(const struct pipeline *p, const struct recipes_source *of,
                                const struct yaml_node *series, struct error *err)
{
    const struct yaml_node *validation = key_of(p, "split", "validation"),
                           *search = key_of(p, "train", "search");
    if (of->steps || of->recipes) {
        yaml_error(err, series, "expected either '%s' or 'series', found both",
                   of->steps ? "steps" : "recipes");
        error_hint(err, "a series model takes the place of the whole recipe");
        return err->status;
    }
    if (of->use || search)
        return yaml_error(err, of->use ? of->use : search,
                          "'%s' is for recipes, not for 'series'",
                          of->use ? "use" : "search");
    if (!validation)
        return STATUS_OK;
    yaml_error(err, validation, "'validation' is for 'steps', not for 'series'");
    error_hint(err, "series models learn from all that comes before the rows held out");
    return err->status;
}

enum status kind_check(const struct pipeline *p, const struct recipes_source *of,
                       const struct yaml_node *series, struct error *err)
{
    if (series)
        return check_series(p, of, series, err);
    if (!of->steps && !of->recipes)
        return neither(p, yaml_get(p->root, "train"), err);
    return check_recipe(p, of, err);
}

/* The first candidate that takes outside columns, or NULL. */
static const struct candidate *taker(const struct candidates *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->item[i].choice.model->see)
            return &c->item[i];
    return NULL;
}

/* Columns that nobody takes are refused, and who takes them without any. */
static enum status check_outside(const struct pipeline *p, const struct yaml_node *series,
                                 const struct candidates *c, struct error *err)
{
    const struct candidate *takes = taker(c);
    const struct yaml_node *outside = yaml_get(p->root, "outside");
    if (takes && p->outside.n == 0) {
        yaml_error(err, series, "'%s' takes outside columns, and none is named",
                   takes->choice.model->name);
        error_hint(err, "`outside: [NAME, …]` beside `target` names columns of the clean "
                        "table");
        return err->status;
    }
    if (takes || p->outside.n == 0)
        return STATUS_OK;
    yaml_error(err, outside, "none of the series models takes outside columns");
    error_hint(err, "'dynamic_regression' in `train.series` does");
    return err->status;
}

enum status kind_candidates(const struct pipeline *p, const struct yaml_node *series,
                            enum split_method method, struct arena *mem,
                            struct candidates *ret, struct error *err)
{
    if (p->task != TASK_REGRESSION)
        return yaml_error(err, series, "series models forecast numbers, the task is %s",
                          task_name[p->task]);
    if (!p->time.column) {
        yaml_error(err, series,
                   "series models forecast steps of time, and rows have none");
        error_hint(err, "`time` names their column and their step");
        return err->status;
    }
    if (method == SPLIT_METHODS || method == SPLIT_LAST) {
        TRY(candidates_read(series, mem, ret, err));
        return check_outside(p, series, ret, err);
    }
    error_refuse(err, p->path, "split.method",
                 "series models are judged by what came later, not by rows that were %s",
                 option_string(SPLIT_METHOD_WORDS, method, mem));
    error_hint(err, "leave `method` out, or set it to last");
    return STATUS_INPUT;
}
