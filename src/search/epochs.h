/* What the final fit tells of its rounds, as history.csv has it. */
#ifndef SEARCH_EPOCHS_H
#define SEARCH_EPOCHS_H

#include "artifacts/history_csv.h"
#include "steps/step.h"

struct epochs {
    struct arena *mem;
    size_t n, cap;
    struct history_csv_row *row; // [n]
};

/* Makes the context's fit tell its epochs, which must outlive it; a figure that is no finite
 * number becomes NaN. */
void epochs_listen(struct epochs *e, struct arena *mem, struct fit_context *context);

struct history_csv epochs_history(const struct epochs *e);

#endif
