/* The two kinds of models that a pipeline's file may ask for: recipes (`train.steps`, or
 * `train.recipes`) and series models (`train.series`). */
#ifndef SEARCH_KIND_H
#define SEARCH_KIND_H

#include "config/pipeline.h"
#include "learn/recipes.h"
#include "learn/split.h"
#include "series/candidates.h"

/* Refuses two of the three, none, and the keys of the one beside the other: `train.backtest`
 * is for series models, `split.validation` and `train.search` for recipes, `train.use` for
 * several.  What is not there is NULL. */
MUST_USE enum status kind_check(const struct pipeline *p, const struct recipes_source *of,
                                const struct yaml_node *series, struct error *err);

/* Reads the series models.  Refuses them where the task is no regression, where rows have
 * no time and where the split's method (SPLIT_METHODS: not given) holds out other rows
 * than the last. */
MUST_USE enum status kind_candidates(const struct pipeline *p,
                                     const struct yaml_node *series,
                                     enum split_method method, struct arena *mem,
                                     struct candidates *ret, struct error *err);

#endif
