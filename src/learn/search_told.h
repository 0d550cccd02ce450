/* What a search found, for search.csv and for the model. */
#ifndef LEARN_SEARCH_TOLD_H
#define LEARN_SEARCH_TOLD_H

#include <jansson.h>

#include "artifacts/search_csv.h"
#include "learn/recipe.h"
#include "learn/search_rank.h"

/* The table of all cells; values live in mem, scores are the result's own. */
void search_table(const struct recipe *recipe, const struct search_result *result,
                  struct arena *mem, struct search_csv *ret);

/* The member "search" of model.json: the best cell, the simplest one within a standard
 * error of it, and by which score.  The caller owns it. */
json_t *search_summary(const struct search_csv *table, const struct search_result *result,
                       const struct metric *score);

/* The best cell of a recipe by that member of a model's file; false where the recipe has no
 * such cell. */
bool search_cell(const struct recipe *recipe, const json_t *summary, size_t *ret);

#endif
