/* The setting `train.series`: series models, of which the one that forecasts best is taken.
 *
 *     series: [naive, seasonal_naive, {window_average: {window: 12}}]
 *
 * A model with the values of its pipeline's file is a candidate; the same model may stand
 * there again with other ones.  One that is made of others has them in a list of the same
 * form: `{combination: {of: [naive, drift]}}`. */
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

/* Whether they hold the same models with the same values, in the same order. */
bool candidates_equal(const struct candidates *a, const struct candidates *b);

/* Refuses what a model that is made of others cannot go on with step by step: one that is
 * again made of others, and a scale that is chosen anew at each step.  Other models pass. */
MUST_USE enum status candidates_check(const struct series_choice *choice,
                                      struct error *err);

#endif
