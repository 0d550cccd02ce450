/* What a search holds between its calls. */
#ifndef SEARCH_SEARCH_INTERNAL_H
#define SEARCH_SEARCH_INTERNAL_H

#include <pthread.h>

#include "search/search.h"
#include "learn/search_rank.h"
#include "search/search_walk.h"

struct search_plan {
    struct search_options options;
    struct search_walk walk;
    struct fit_context context;
    const struct matrix *x;
    const struct target *y;
    struct cell_size *size;  // [cells]
    bool *scored;            // [pieces]
    size_t per_fold;         // pieces
    size_t n_below, *below;  // offsets of all choices behind the branch: a piece's cells
    size_t n_work, *work;    // pieces that a call scores
    struct walk_fold *fold;  // [folds]
    struct arena *of_fold;   // [folds] results of the first round
    struct arena *of_worker; // [threads] scratch
    pthread_mutex_t telling;
};

#endif
