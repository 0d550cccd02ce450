/* A series model with its parameters in a model file:
 *
 *     "model": "window_average", "parameters": {"window": 12},
 *     "transform": {"transform": "log", "lambda": 0.0, "difference": "none", "bias": "median"}
 *
 * The transform is there where there is one, and "of", a list of such objects, where the
 * model is made of others. */
#ifndef LEARN_MODEL_CHOICE_H
#define LEARN_MODEL_CHOICE_H

#include "series/series.h"

/* Adds these members to the object. */
void model_choice_json(const struct series_choice *c, json_t *ret);

/* Reads them from an object of the model at path; nothing is trusted. */
MUST_USE enum status model_choice_read(const json_t *saved, const char *path,
                                       struct arena *mem, struct series_choice *ret,
                                       struct error *err);

#endif
