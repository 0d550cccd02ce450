/* Begins, scores and ends a search in one go. */
#include "search/training_search.h"

#include "learn/metric.h"
#include "search/search.h"

enum status training_search(const struct training *t, const struct recipes *recipes,
                            const struct learning_train *train, uint64_t seed,
                            const struct fit_context *context, size_t *ret_best,
                            struct error *err)
{
    struct searched rows;
    struct search_plan *plan;
    struct search_result result = {0};
    const struct metric *score;
    size_t cell = 0;
    if (recipes_cells(recipes) > 1) {
        TRY(metric_score(train->score, t->y.task, &score, err));
        TRY(training_folds(t, &train->folds, (uint32_t)seed, context->mem, &rows, err));
        const struct search_options options = {
            .folds = &rows.folds, .score = score, .halving = learning_halving(train)};
        TRY(search_begin(recipes, &options, &rows.x, &rows.y, context, &plan, err));
        TRY(search_score(plan, 0, search_pieces(plan), err));
        TRY(search_end(plan, &result, err));
        cell = search_row_cell(&result, result.chosen);
    }
    *ret_best = cell;
    return STATUS_OK;
}
