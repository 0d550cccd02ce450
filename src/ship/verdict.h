/* The report in sentences: is the model better than the naive forecast, by how much,
 * how sure, and what comes next.
 *
 * The headline of the page and of report.json is the same text.  A sentence that cannot
 * be said (no baseline, no hold-out, nothing to predict) says that instead. */
#ifndef SHIP_VERDICT_H
#define SHIP_VERDICT_H

#include "ship/report.h"

struct verdict {
    bool known;   // there is a naive forecast on a hold-out
    bool beats;   // its RMSE is below the naive forecast's
    double rmse;  // of the model, on the held-out rows that have a naive forecast
    double skill; // 1 - rmse / RMSE of the naive forecast
    const struct report_baseline *naive; // NULL where there is no baseline
    const char *headline;
    const char *arrived; // the same on rows that arrived since; "" where there are none
    const char *next;    // what the model predicts for rows that are not in the table yet
    const char *sure;    // how much the headline can be trusted
    bool leaks;          // held-out rows lie between training rows in time
};

void verdict_of(const struct report *r, struct arena *mem, struct verdict *ret);

/* "month", "day" or "row", with an s for any number but one. */
const char *verdict_unit(const struct pipeline *p, size_t n);

/* A baseline in words: "last month's value"; its name where it has none. */
const char *verdict_baseline(const struct pipeline *p, const char *name);

/* The model's RMSE on the rows of a part for which the baseline has a forecast. */
double verdict_rmse(const struct report *r, enum report_part part,
                    const struct report_baseline *b);

/* 1 - RMSE / RMSE of the baseline, both on those rows; NaN where there is none. */
double verdict_skill(const struct report *r, enum report_part part,
                     const struct report_baseline *b);

#endif
