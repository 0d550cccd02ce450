/* Which kind of model, and what series models need beside the target's past. */
#include "learn/kind.h"

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

enum status kind_check(const struct pipeline *p, const struct yaml_node *steps,
                       const struct yaml_node *series, struct error *err)
{
    const struct yaml_node *train = yaml_get(p->root, "train");
    const struct yaml_node *backtest =
        train && train->kind == YAML_MAP ? yaml_get(train, "backtest") : NULL;
    if (!steps && !series)
        return neither(p, train, err);
    if (steps && series) {
        yaml_error(err, series, "expected either 'steps' or 'series', found both");
        error_hint(err, "a series model takes the place of the whole recipe");
        return err->status;
    }
    if (!steps || !backtest)
        return STATUS_OK;
    yaml_error(err, backtest, "'backtest' is for 'series', not for 'steps'");
    error_hint(err, "`folds: {method: rolling}` judges a recipe by what came later");
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
    if (method == SPLIT_METHODS || method == SPLIT_LAST)
        return candidates_read(series, mem, ret, err);
    error_refuse(err, p->path, "split.method",
                 "series models are judged by what came later, not by rows that were %s",
                 option_string(SPLIT_METHOD_WORDS, method, mem));
    error_hint(err, "leave `method` out, or set it to last");
    return STATUS_INPUT;
}
