/* How often a class or label was rightly, wrongly and not foretold, and the rates that
 * come of it, as in scikit-learn: 0 for 0 / 0. */
#ifndef JUDGE_HITS_H
#define JUDGE_HITS_H

#include <stdbool.h>
#include <stddef.h>

struct hits {
    size_t right, false_alarms, missed;
};

static inline void hits_count(struct hits *hits, bool is, bool foretold)
{
    hits->right += is && foretold;
    hits->false_alarms += !is && foretold;
    hits->missed += is && !foretold;
}

static inline double hits_share(size_t part, size_t all)
{
    return all > 0 ? (double)part / (double)all : 0;
}

static inline double hits_precision(const struct hits *hits)
{
    return hits_share(hits->right, hits->right + hits->false_alarms);
}

static inline double hits_recall(const struct hits *hits)
{
    return hits_share(hits->right, hits->right + hits->missed);
}

static inline double hits_f1(const struct hits *hits)
{
    return hits_share(2 * hits->right,
                      2 * hits->right + hits->false_alarms + hits->missed);
}

#endif
