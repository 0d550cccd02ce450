/* The setting `train.series`: series models, of which the one that forecasts best is taken.
 *
 *     series: [naive, seasonal_naive, {window_average: {window: 12}}]
 *
 * A model with the values of its pipeline's file is a candidate; the same model may stand
 * there again with other ones. */
#ifndef SERIES_CANDIDATES_H
#define SERIES_CANDIDATES_H

#include "config/yaml.h"
#include "series/series.h"

struct candidate {
    const char *name; // as files show it: "window_average(window=12)"
    struct series_choice choice;
};

struct candidates {
    size_t n;
    struct candidate *item; // [n] no name twice
};

/* Reads and checks the list.  STATUS_INPUT at the node for an unknown model (nearest name),
 * an unknown parameter, a wrong type, a value out of range, a candidate twice. */
MUST_USE enum status candidates_read(const struct yaml_node *list, struct arena *mem,
                                     struct candidates *ret, struct error *err);

#endif
