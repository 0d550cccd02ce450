/* What a search found, for search.csv and for the model. */
#ifndef LEARN_SEARCH_TOLD_H
#define LEARN_SEARCH_TOLD_H

#include <jansson.h>

#include "artifacts/search_csv.h"
#include "learn/recipes.h"
#include "learn/search_rank.h"

/* The table of all cells; values live in mem, scores are the result's own. */
void search_table(const struct recipes *recipes, const struct search_result *result,
                  struct arena *mem, struct search_csv *ret);

/* The member "search" of model.json: the cell that is fitted ("best"), the name of its
 * recipe where there are several, the simplest one within a standard error of it, and by which
 * score; where `use` names another recipe than the best one is of, "better" is that one's
 * name.  The caller owns it. */
json_t *search_summary(const struct recipes *recipes, const struct search_result *result,
                       const struct metric *score);

/* The same of series models, whose cells are those of the table. */
json_t *search_summary_series(const struct search_csv *table,
                              const struct search_result *result,
                              const struct metric *score);

/* The fitted cell by that member of a model's file; false where the recipes have no such
 * cell. */
bool search_cell(const struct recipes *recipes, const json_t *summary, size_t *ret);

#endif
