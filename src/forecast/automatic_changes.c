/* Changes from step to step, adjusted in real time: what a series did beyond what its season,
 * as known then, let expect.  An autoregression of changes that were adjusted with hindsight
 * is biased, since the decomposition has seen what it is to forecast. */
#include "forecast/automatic_internal.h"
#include "forecast/stl.h"

enum { WINDOW = 15 }; // seasons that a decomposition sees

size_t automatic_first(size_t season)
{
    return 2 * season + 6;
}

void automatic_changes(const double *const *z, double *const *d, size_t series, size_t n,
                       size_t season, struct arena *scratch)
{
    static const size_t passes = 2; // more of them move no forecast that counts
    const struct stl_plan plan = {.season = season,
                                  .seasonal = 11,
                                  .trend_degree = 1,
                                  .low_pass_degree = 1,
                                  .inner = passes};
    size_t first = automatic_first(season), most = WINDOW * season;
    if (n < first)
        return;
    if (n < most)
        most = n;
    struct arena_mark mark = arena_mark(scratch);
    double *s = ARENA_ARRAY(scratch, double, most);
    double *trend = ARENA_ARRAY(scratch, double, most);
    struct stl *stl = stl_new(&plan, most, scratch);
    for (size_t t = first; t <= n; t++) {
        size_t seen = t < most ? t : most;
        stl_resize(stl, seen, scratch);
        for (size_t i = 0; i < series; i++) {
            stl_run(stl, z[i] + (t - seen), s, trend);
            d[i][t] = s[seen - season] - s[seen - 1];
        }
    }
    arena_rewind(scratch, mark);
}
