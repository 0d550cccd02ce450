/* The report in sentences: is the model better than the best naive forecast, by how much,
 * how sure, and what comes next.
 *
 * The best naive forecast is the baseline of the table against which the model looks
 * worst on their common held-out rows; one that has fewer than half of these rows counts
 * only where all have.  Two forecasts count as different from VERDICT_SURE standard
 * errors on (`clustered` of judge/diebold_mariano.h); below, and with fewer than three rows, they are not
 * distinguishable, however large the difference of their RMSE is.
 *
 * Where there is a backtest of numbers all of this rests on it, not on the hold-out: the
 * model and the baseline over all origins, told apart where chance has a p below 0.05.
 *
 * Of classes and labels McNemar's test of the held-out rows says which is right more often,
 * the model or the most frequent answer.
 *
 * The headline of the page and of report.json is the same text.  A sentence that cannot
 * be said (no baseline, no hold-out, nothing to predict) says that instead. */
#ifndef REPORT_VERDICT_H
#define REPORT_VERDICT_H

#include "report/report.h"

#define VERDICT_SURE 2.0
#define VERDICT_CHANCE .05 // p below which chance explains no difference

enum verdict_says {
    VERDICT_NONE, // there is no naive forecast on a hold-out; of classes, labels always
    VERDICT_BETTER,
    VERDICT_WORSE,
    VERDICT_SAME, // not distinguishable
};

struct verdict {
    enum verdict_says says;
    enum verdict_says
        right;     // of classes and labels: which is right on more rows (McNemar)
    double rmse;   // of the model, on the held-out rows that the best one has
    double skill;  // 1 - rmse / RMSE of the best one
    double errors; // standard errors between both; below 0: the model is better
    double p;      // that chance has made such a difference; NaN without a rival
    const struct backtest_json_baseline *rival; // the best one in the backtest, on which
                                                // all of this then rests; else NULL
    const struct metrics_json_baseline *best;   // NULL where there is no baseline
    const struct metrics_json_baseline
        *best_arrived; // the same on rows that arrived since
    const char *headline;
    const char *arrived; // the same on rows that arrived since; "" where there are none
    const char *next;    // what the model predicts for rows that are not in the table yet
    const char *sure;    // how much the headline can be trusted
    size_t n_limits;
    const char **limit; // [n_limits] sentences: what limits all of this
    bool leaks;         // held-out rows lie between training rows in time
};

/* "p 0.012", for a sentence; may live in mem. */
const char *verdict_chance(double p, struct arena *mem);

void verdict_of(const struct report *r, struct arena *mem, struct verdict *ret);

/* "better", "worse", "not distinguishable", or NULL for none. */
const char *verdict_word(enum verdict_says says);

/* What a row is, "month", "15-minute step" or "row", with an s for any number but one. */
const char *verdict_unit(const struct pipeline *p, size_t n);

/* A baseline in words, which may lie in mem: "last month's value"; its name where it has
 * none. */
const char *verdict_baseline(const struct pipeline *p, const char *name,
                             struct arena *mem);

/* A part of the backtest and what it covers: "recent, 2017-03 – 2020-04"; may live in mem. */
const char *verdict_span(const struct report *r, const struct backtest_json_part *s,
                         struct arena *mem);

/* 1 - RMSE / RMSE of the baseline, both on the rows of the part for which that has a
 * forecast; NaN where there is none. */
double verdict_skill(const struct report *r, enum report_part part,
                     const struct metrics_json_baseline *b);

#endif
